package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja"
)

var requestMembers = []string{"method", "url", "body", "headers", "environment", "variables", "iteration", "templateValue", "name"}

// yacRequestMembers are those of httpYac, whose request is to be changed.
var yacRequestMembers = []string{"method", "url", "body", "headers", "name"}

// kulalaMembers are those of kulala besides.
var kulalaMembers = append([]string{"skip", "abort", "replay", "cookies"}, requestMembers...)

func (r *runtime) requestObject() goja.Value {
	switch r.program.api {
	case HTTPYac:
		return r.mutableRequest()
	case Kulala:
		return r.requestFor(kulalaMembers)
	default:
		return r.requestFor(requestMembers)
	}
}

func (r *runtime) requestFor(members []string) *goja.Object {
	request := r.requestOf()
	o := &object{name: "request", members: members}
	o.get = func(name string) goja.Value {
		switch name {
		case "method":
			if r.program.api == Kulala {
				return r.function(func(goja.FunctionCall) goja.Value { return r.vm.ToValue(request.Method) })
			}
			return r.vm.ToValue(request.Method)
		case "name":
			return r.vm.ToValue(request.Name)
		case "url":
			return r.written("request.url", request.URL)
		case "body":
			return r.written("request.body", request.Body)
		case "headers":
			return r.requestHeaders(request)
		case "environment":
			return r.store("request.environment", OfEnvironment, readMembers)
		case "variables":
			return r.store("request.variables", OfRequest, storeMembers)
		case "iteration":
			return r.function(func(goja.FunctionCall) goja.Value {
				var i int
				r.ask(func(h Host) { i = h.Iteration() })
				if r.program.api == Kulala {
					i++
				}
				return r.vm.ToValue(i)
			})
		case "templateValue":
			return r.function(r.templateValue)
		case "skip":
			return r.function(func(c goja.FunctionCall) goja.Value { return r.end(Skipped, c) })
		case "abort":
			return r.function(func(c goja.FunctionCall) goja.Value { return r.end(Aborted, c) })
		case "replay":
			return r.function(func(goja.FunctionCall) goja.Value {
				r.fault("use `# @retry` or `# @loop`", "`request.replay` is not supported by this version")
				return nil
			})
		}
		return nil
	}
	return r.object(o)
}

func (r *runtime) templateValue(c goja.FunctionCall) goja.Value {
	var v Value
	var ok bool
	i := c.Argument(0).ToInteger()
	r.ask(func(h Host) { v, ok = h.TemplateValue(int(i)) })
	if r.hides(v.Data) {
		r.masked("templateValue")
	}
	if !ok {
		r.unknown("templateValue", v)
		return goja.Undefined()
	}
	return r.received(v)
}

// end ends the script and the request.
func (r *runtime) end(how Ending, c goja.FunctionCall) goja.Value {
	r.result.Ended, r.result.At = how, r.here()
	if len(c.Arguments) > 0 {
		r.result.Reason = r.show(c.Argument(0), false)
	}
	r.exit()
	return goja.Undefined()
}

// sent returns what was sent for a text, for a script that reads it under a name.
func (r *runtime) sent(name string, w Written) string {
	r.tainted = r.tainted || w.Secret
	r.hostError(w.Unsent)
	return recorded{r, w.Sent}.read(name)
}

// written is a text of the request: a function that returns what was sent, with
// functions for what was written.
func (r *runtime) written(name string, w Written) goja.Value {
	request := r.requestOf()
	sent := func() goja.Value {
		if request.Built {
			return r.vm.ToValue(r.sent(name, w))
		}
		return r.substitute(w.Raw)
	}
	f := r.function(func(goja.FunctionCall) goja.Value { return sent() }).(*goja.Object)
	add := func(name string, get func() goja.Value) {
		_ = f.DefineDataProperty(name, r.function(func(goja.FunctionCall) goja.Value { return get() }), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	add("getRaw", func() goja.Value { return r.vm.ToValue(w.Raw) })
	add("tryGetSubstituted", sent)
	add("getComputed", sent)
	add("toString", sent)
	add("valueOf", sent)
	add("toJSON", sent)
	return f
}

// substitute replaces the {{…}} of a text. One that cannot be resolved stays as
// it is.
func (r *runtime) substitute(text string) goja.Value {
	var v Value
	var ok bool
	r.ask(func(h Host) { v, ok = h.Substitute(text) })
	if !ok {
		r.unknown(text, v)
		return r.vm.ToValue(text)
	}
	if r.hides(v.Data) {
		r.masked(text)
	}
	return r.received(v)
}

var requestHeadersMembers = []string{"all", "findByName"}

func (r *runtime) requestHeaders(request *Request) *goja.Object {
	o := &object{name: "request.headers", members: requestHeadersMembers}
	o.get = func(name string) goja.Value {
		if name == "all" {
			return r.function(func(goja.FunctionCall) goja.Value {
				list := []any{}
				for i := range request.Headers {
					list = append(list, r.requestHeader(request, i))
				}
				return r.vm.NewArray(list...)
			})
		}
		return r.function(func(c goja.FunctionCall) goja.Value {
			for i := range request.Headers {
				if strings.EqualFold(request.Headers[i].Name, c.Argument(0).String()) {
					return r.requestHeader(request, i)
				}
			}
			return goja.Null()
		})
	}
	return r.object(o)
}

var requestHeaderMembers = []string{"name", "value", "getRawValue", "tryGetSubstituted"}

func (r *runtime) requestHeader(request *Request, i int) *goja.Object {
	h := request.Headers[i]
	o := &object{name: "header", members: requestHeaderMembers}
	sent := func(goja.FunctionCall) goja.Value {
		if !request.Built {
			return r.substitute(h.Value.Raw)
		}
		r.tainted = r.tainted || h.Secret
		return r.vm.ToValue(r.sent("request.headers."+h.Name, h.Value))
	}
	o.get = func(name string) goja.Value {
		switch name {
		case "name":
			if r.program.api == Kulala {
				return r.function(func(goja.FunctionCall) goja.Value { return r.vm.ToValue(h.Name) })
			}
			return r.vm.ToValue(h.Name)
		case "getRawValue":
			return r.function(func(goja.FunctionCall) goja.Value { return r.vm.ToValue(h.Value.Raw) })
		}
		return r.function(sent)
	}
	return r.object(o)
}

// mutableRequest is the request of httpYac. In a script that runs before the
// request, what is assigned to its members changes it.
func (r *runtime) mutableRequest() *goja.Object {
	request := r.requestOf()
	open := r.program.event == BeforeRequest && !request.Built
	text := func(name string, w Written) string {
		if request.Built {
			return r.sent(name, w)
		}
		return w.Raw
	}
	o := &object{name: "request", members: yacRequestMembers}
	o.get = func(name string) goja.Value {
		switch name {
		case "method":
			return r.vm.ToValue(request.Method)
		case "url":
			return r.vm.ToValue(text("request.url", request.URL))
		case "body":
			return r.vm.ToValue(text("request.body", request.Body))
		case "name":
			return r.vm.ToValue(request.Name)
		}
		fields := r.vm.NewObject()
		for _, h := range request.Headers {
			if request.Built {
				r.tainted = r.tainted || h.Secret
			}
			r.member(fields, h.Name, r.vm.ToValue(text("request.headers."+h.Name, h.Value)))
		}
		return fields
	}
	if !open {
		return r.object(o)
	}
	o.set = func(name string, v goja.Value) bool {
		if !slices.Contains(yacRequestMembers, name) || name == "name" {
			return false
		}
		for i := range o.cache {
			if o.cache[i].name == name {
				o.cache[i].value = v
				return true
			}
		}
		o.cache = append(o.cache, cached{name, v})
		return true
	}
	r.mutable = o
	return r.object(o)
}
