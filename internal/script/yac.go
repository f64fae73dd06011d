package script

import (
	"slices"
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// yac makes a global of httpYac, or one that only looks like it; nil if there is
// none of the name.
func (r *runtime) yac(name string) goja.Value {
	switch name {
	case "exports":
		return r.exported()
	case "module":
		o := r.vm.NewObject()
		_ = o.Set("exports", r.exported())
		return o
	case "require":
		return r.requireFunction(r.program.main)
	case "sleep":
		return r.function(r.sleep)
	case "test":
		return r.testFunction()
	case "assert":
		return r.assertFunction()
	case "$global":
		return r.vm.NewDynamicObject(&globals{r})
	case "process":
		return r.process()
	case cancel:
		return r.vm.ToValue(false)
	}
	return nil
}

// exported is what an httpYac script makes variables of.
func (r *runtime) exported() *goja.Object {
	if r.exports == nil {
		r.exports = r.vm.NewObject()
	}
	return r.exports
}

// export makes variables of the members of exports.
func (r *runtime) export() (err error) {
	if r.exports == nil {
		return nil
	}
	for _, name := range r.exports.Keys() {
		if p := promiseOf(r.exports.Get(name)); p != nil { // which httpYac awaits where the variable is read
			if err := r.settle(r.exports.Get(name)); err != nil {
				return err
			}
			_ = r.exports.Set(name, p.Result())
		}
	}
	e := r.vm.Try(func() {
		for _, name := range r.exports.Keys() {
			if name == cancel {
				continue
			}
			at := r.program.start()
			if span, ok := r.program.main.sets[name]; ok {
				at.Span = span
			}
			if e := r.vm.Try(func() { r.setVariable(Anywhere, name, r.exports.Get(name), at) }); e != nil {
				err = &failed{r.explainValue(e.Value(), nil, at).Diagnostic}
				return
			}
		}
	})
	if e != nil {
		return e
	}
	return err
}

// sleep is a promise that is kept when the time has passed.
func (r *runtime) sleep(c goja.FunctionCall) goja.Value {
	p, resolve, _ := r.vm.NewPromise()
	r.after(milliseconds(c.Argument(0)), false, func() error { return resolve(goja.Undefined()) })
	return r.vm.ToValue(p)
}

func milliseconds(v goja.Value) time.Duration {
	f := v.ToFloat()
	if !(f > 0) { // NaN too
		return 0
	}
	return time.Duration(min(f, 1e10) * float64(time.Millisecond))
}

// task makes a global that has to do with timers; nil if there is none of the
// name.
func (r *runtime) task(name string) goja.Value {
	switch name {
	case "setTimeout", "setInterval", "setImmediate":
		return r.function(func(c goja.FunctionCall) goja.Value {
			f, ok := goja.AssertFunction(c.Argument(0))
			if !ok {
				r.fault("", "`%s` needs a function", name)
			}
			first := 2
			delay := milliseconds(c.Argument(1))
			if name == "setImmediate" {
				first, delay = 1, 0
			}
			arguments := slices.Clone(c.Arguments[min(first, len(c.Arguments)):])
			id := r.after(delay, name == "setInterval", func() error {
				_, err := f(goja.Undefined(), arguments...)
				return err
			})
			return r.vm.ToValue(id)
		})
	case "clearTimeout", "clearInterval", "clearImmediate":
		return r.function(func(c goja.FunctionCall) goja.Value {
			r.waits.cancels = r.cancel(c.Argument(0).ToInteger()) || r.waits.cancels
			return goja.Undefined()
		})
	case "queueMicrotask":
		return r.function(func(c goja.FunctionCall) goja.Value {
			f, ok := goja.AssertFunction(c.Argument(0))
			if !ok {
				r.fault("", "`queueMicrotask` needs a function")
			}
			r.after(0, false, func() error { _, err := f(goja.Undefined()); return err })
			return goja.Undefined()
		})
	}
	return nil
}

// globals is $global: its members are the global variables.
type globals struct{ *runtime }

// Get implements goja.DynamicObject.
func (g *globals) Get(name string) goja.Value {
	v, ok := g.variable(Global, name)
	if !ok {
		return nil
	}
	return v
}

// Set implements goja.DynamicObject.
func (g *globals) Set(name string, v goja.Value) bool {
	g.setVariable(Global, name, v, g.here())
	return true
}

// Has implements goja.DynamicObject.
func (g *globals) Has(name string) (ok bool) {
	g.ask(func(h Host) { _, ok = h.Get(Global, name) })
	return ok
}

// Delete implements goja.DynamicObject.
func (g *globals) Delete(name string) bool {
	g.clearVariable(Global, name, g.here())
	return true
}

// Keys implements goja.DynamicObject.
func (g *globals) Keys() (names []string) {
	g.ask(func(h Host) { names = h.Names(Global) })
	return names
}

// testFunction is the test of httpYac, which has assertions of its own.
func (r *runtime) testFunction() goja.Value {
	f := r.function(r.addTest).(*goja.Object)
	add := func(name string, verdict func(c goja.FunctionCall) (passed bool, message string)) {
		_ = f.DefineDataProperty(name, r.function(func(c goja.FunctionCall) goja.Value {
			passed, message := verdict(c)
			r.verdict("test."+name, passed, message)
			return goja.Undefined()
		}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	answer := func() *reply {
		response := r.responseOf()
		if response == nil {
			r.fault("", "there is no answer to test yet")
		}
		return response
	}
	field := func(c goja.FunctionCall) ([]string, string) {
		answer()
		h := &headers{runtime: r, fields: r.headersOf()}
		name := c.Argument(0).String()
		return h.values(name), name
	}
	add("status", func(c goja.FunctionCall) (bool, string) {
		got := answer().Status
		return c.Argument(0).StrictEquals(r.vm.ToValue(got)), "the status is " + r.vm.ToValue(got).String() + ", not " + r.show(c.Argument(0), true)
	})
	add("totalTime", func(c goja.FunctionCall) (bool, string) {
		took := float64(answer().Timings.Total.Microseconds()) / 1000
		return took <= c.Argument(0).ToFloat(), "the answer took " + r.vm.ToValue(took).String() + " ms"
	})
	add("header", func(c goja.FunctionCall) (bool, string) {
		values, name := field(c)
		want := c.Argument(1).String()
		return slices.Contains(values, want), "the header " + name + " is " + value.Format(anyList(values)) + ", not " + quoted(want)
	})
	add("headerContains", func(c goja.FunctionCall) (bool, string) {
		values, name := field(c)
		want := c.Argument(1).String()
		return slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, want) }),
			"the header " + name + " is " + value.Format(anyList(values)) + ", without " + quoted(want)
	})
	add("responseBody", func(c goja.FunctionCall) (bool, string) {
		got, want := string(r.textOf()), c.Argument(0)
		if goja.IsString(want) {
			return got == want.String(), "the body is another text"
		}
		same, err := value.Equal(r.toGo("the expected body", want), r.toGo("the body", r.parsedBody()))
		return same && err == nil, "the body is another document"
	})
	add("hasResponseBody", func(goja.FunctionCall) (bool, string) { return len(r.bodyOf().raw) > 0, "the answer has no body" })
	add("hasNoResponseBody", func(goja.FunctionCall) (bool, string) { return len(r.bodyOf().raw) == 0, "the answer has a body" })
	return f
}

// verdict is a test that is nothing but an assertion.
func (r *runtime) verdict(name string, passed bool, message string) {
	r.result.Asserted = true
	place := r.here()
	c := Check{Name: assertionName(place), Test: true, Passed: passed, Place: place, Unseen: r.result.Unseen}
	if place.Source == nil {
		c.Name = name
	}
	if !passed {
		c.Diagnostic = r.diagnostic(place, diag.CodeScriptCheck, "assertion failed: %s", message)
	}
	r.result.Checks = append(r.result.Checks, c)
}

func anyList(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	all := make([]any, len(list))
	for i, s := range list {
		all[i] = s
	}
	return all
}

// handBack gives the request back that an httpYac script has changed, and what
// became of $cancel.
func (r *runtime) handBack() {
	v := r.scope.own[cancel]
	if r.exports != nil && v == nil {
		v = r.exports.Get(cancel)
	}
	if v != nil && v.ToBoolean() {
		r.result.Ended, r.result.Reason, r.result.At = Skipped, cancel, r.program.start()
	}
	if r.mutable == nil || r.result.Err != nil {
		return
	}
	was := r.requestOf()
	now := *was
	for _, c := range r.mutable.cache {
		switch c.name {
		case "method":
			now.Method = c.value.String()
		case "url":
			now.URL.Raw = c.value.String()
		case "body":
			now.Body.Raw = r.bodyText(c.value)
		case "headers":
			now.Headers = r.fieldsOf(c.value, was)
		}
	}
	if now.Method != was.Method || now.URL.Raw != was.URL.Raw || now.Body.Raw != was.Body.Raw || !slices.Equal(now.Headers, was.Headers) {
		r.result.Request = &now
	}
}

func (r *runtime) bodyText(v goja.Value) string {
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	return value.Text(r.toGo("request.body", v))
}

func (r *runtime) fieldsOf(v goja.Value, was *Request) []RequestHeader {
	o, ok := v.(*goja.Object)
	if !ok {
		return was.Headers
	}
	var fields []RequestHeader
	for _, name := range o.Keys() {
		v := o.Get(name)
		if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
			continue // how httpYac removes one
		}
		text := value.Text(r.toGo("request.headers."+name, v))
		i := slices.IndexFunc(was.Headers, func(h RequestHeader) bool { return h.Name == name && h.Value.Raw == text })
		if i >= 0 {
			fields = append(fields, was.Headers[i])
		} else {
			fields = append(fields, RequestHeader{Name: name, Value: Written{Raw: text}, Secret: r.tainted})
		}
	}
	return fields
}
