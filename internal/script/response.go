package script

import (
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/charset"
)

var responseMembers = []string{"status", "statusText", "body", "headers", "contentType",
	"statusCode", "statusMessage", "responseCode", "parsedBody", "rawBody", "rawHeaders", "cookies", "timings", "protocol", "httpVersion", "url"}

// responseObject is the answer; nil, so that its name is unknown, in a script
// that runs before there is one.
func (r *runtime) responseObject() goja.Value {
	response := r.responseOf()
	if response == nil {
		return nil
	}
	o := &object{name: "response", members: responseMembers}
	o.get = func(name string) goja.Value {
		switch name {
		case "status", "statusCode", "responseCode":
			return r.vm.ToValue(response.Status)
		case "statusText", "statusMessage":
			return response.StatusText.value("response.statusText")
		case "body":
			if r.program.api == HTTPYac {
				return r.vm.ToValue(string(r.textOf()))
			}
			return r.parsedBody()
		case "parsedBody":
			return r.parsedBody()
		case "rawBody":
			raw := r.bodyOf().raw
			if r.hidesBytes(raw) {
				r.masked("response.rawBody")
			}
			return r.vm.ToValue(r.vm.NewArrayBuffer(slices.Clone(raw)))
		case "headers":
			return r.responseHeaders()
		case "rawHeaders":
			var list []any
			for _, h := range r.headersOf() {
				list = append(list, h.name.read("response.rawHeaders"), h.value.read("response.rawHeaders"))
			}
			return r.vm.NewArray(list...)
		case "contentType":
			return r.contentType()
		case "cookies":
			return r.cookies(response.Cookies)
		case "timings":
			return r.timings(response.Timings)
		case "protocol":
			return response.Protocol.value("response.protocol")
		case "httpVersion":
			_, version, _ := strings.Cut(response.Protocol.read("response.httpVersion"), "/")
			return r.vm.ToValue(version)
		case "url":
			return response.URL.value("response.url")
		}
		return nil
	}
	return r.object(o)
}

// headers are the fields of an answer. The functions of JetBrains are members of
// it, and so are the names of the fields, in any case, as httpYac and kulala have
// them.
type headers struct {
	*runtime
	fields []field
	made   []cached
}

func (r *runtime) responseHeaders() *goja.Object {
	return r.vm.NewDynamicObject(&headers{runtime: r, fields: r.headersOf()})
}

// Get implements goja.DynamicObject.
func (h *headers) Get(name string) goja.Value {
	for _, c := range h.made {
		if c.name == name {
			return c.value
		}
	}
	masks := h.masks
	var v goja.Value
	switch name {
	case "valueOf":
		v = h.function(func(c goja.FunctionCall) goja.Value {
			if len(c.Arguments) == 0 { // of Object.prototype
				return c.This
			}
			if values := h.values(c.Argument(0).String()); len(values) > 0 {
				return h.vm.ToValue(values[0])
			}
			return goja.Null()
		})
	case "valuesOf":
		v = h.function(func(c goja.FunctionCall) goja.Value {
			list := []any{}
			for _, value := range h.values(c.Argument(0).String()) {
				list = append(list, value)
			}
			return h.vm.NewArray(list...)
		})
	default:
		values := h.values(name)
		switch {
		case len(values) == 0:
			return nil
		case strings.EqualFold(name, "Set-Cookie"):
			list := make([]any, len(values))
			for i, value := range values {
				list[i] = value
			}
			v = h.vm.NewArray(list...)
		default:
			v = h.vm.ToValue(strings.Join(values, ", "))
		}
	}
	if h.masks == masks {
		h.made = append(h.made, cached{name, v})
	}
	return v
}

func (h *headers) values(name string) []string {
	return valuesOf(h.fields, name, "response.headers."+name)
}

// Set implements goja.DynamicObject.
func (h *headers) Set(name string, _ goja.Value) bool {
	h.throw(mistake{message: "`response.headers." + name + "` cannot be changed", suggestion: "compare with `===`", member: name})
	return false
}

// Has implements goja.DynamicObject.
func (h *headers) Has(name string) bool {
	return name == "valueOf" || name == "valuesOf" || len(h.values(name)) > 0
}

// Delete implements goja.DynamicObject.
func (h *headers) Delete(name string) bool { return h.Set(name, nil) }

// Keys implements goja.DynamicObject.
func (h *headers) Keys() []string {
	var names []string
	for _, f := range h.fields {
		if name := strings.ToLower(f.name.read("response.headers")); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

var contentTypeMembers = []string{"mimeType", "charset", "contentType"}

func (r *runtime) contentType() *goja.Object {
	fields := r.headersOf()
	o := &object{name: "response.contentType", members: contentTypeMembers}
	o.get = func(name string) goja.Value {
		written := ""
		if values := valuesOf(fields, "Content-Type", "response.contentType."+name); len(values) > 0 {
			written = values[0]
		}
		switch name {
		case "mimeType":
			return r.vm.ToValue(string(charset.MediaOf(written)))
		case "charset":
			for _, parameter := range strings.Split(written, ";")[min(1, len(strings.Split(written, ";"))):] {
				if key, v, _ := strings.Cut(strings.TrimSpace(parameter), "="); strings.EqualFold(strings.TrimSpace(key), "charset") {
					return r.vm.ToValue(strings.Trim(strings.TrimSpace(v), `"`))
				}
			}
			return r.vm.ToValue("")
		}
		return r.vm.ToValue(written)
	}
	return r.object(o)
}

// cookies are those that the answer sets: by their names, and in their order.
func (r *runtime) cookies(list []cookie) *goja.Object {
	const name = "response.cookies"
	valuesOf(r.headersOf(), "Set-Cookie", name) // what is masked in it may have been more cookies
	all := r.vm.NewObject()
	for _, c := range list {
		o := r.vm.NewObject()
		_ = o.Set("name", c.Name.read(name))
		_ = o.Set("value", c.Value.read(name))
		_ = o.Set("domain", c.Domain.read(name))
		_ = o.Set("path", c.Path.read(name))
		_ = o.Set("secure", c.Secure)
		_ = o.Set("httpOnly", c.HTTPOnly)
		if !c.Expires.IsZero() {
			_ = o.Set("expires", c.Expires.UTC().Format(time.RFC3339))
		}
		r.member(all, c.Name.read(name), o)
	}
	return all
}

var timingMembers = []string{"dns", "dnsLookup", "tcp", "tcpConnection", "tls", "tlsHandshake", "firstByte", "wait", "request", "total", "download"}

func (r *runtime) timings(t Timings) *goja.Object {
	o := &object{name: "response.timings", members: timingMembers}
	o.get = func(name string) goja.Value {
		d := t.Total
		switch name {
		case "dns", "dnsLookup":
			d = t.DNS
		case "tcp", "tcpConnection":
			d = t.TCP
		case "tls", "tlsHandshake":
			d = t.TLS
		case "firstByte", "wait":
			d = t.FirstByte
		case "download":
			d = t.Total - t.FirstByte
		}
		return r.vm.ToValue(float64(d.Microseconds()) / 1000)
	}
	return r.object(o)
}
