package script

import (
	"reflect"

	"github.com/dop251/goja"
)

var clientMembers = []string{"test", "assert", "log", "exit", "global", "variables", "isEmpty"}

// client is the object of that name.
func (r *runtime) client() *goja.Object {
	o := &object{name: "client", members: clientMembers}
	o.get = func(name string) goja.Value {
		switch name {
		case "test":
			return r.function(r.addTest)
		case "assert":
			return r.assertFunction()
		case "log":
			return r.printer(Info)
		case "exit":
			return r.function(func(goja.FunctionCall) goja.Value { r.exit(); return goja.Undefined() })
		case "global":
			return r.store("client.global", Global, globalMembers)
		case "variables":
			return r.tiers()
		case "isEmpty":
			return r.function(func(goja.FunctionCall) goja.Value {
				var names []string
				r.ask(func(h Host) { names = h.Names(Global) })
				return r.vm.ToValue(len(names) == 0)
			})
		}
		return nil
	}
	return r.object(o)
}

var tierMembers = []string{"global", "environment", "file", "request"}

// tiers is client.variables.
func (r *runtime) tiers() *goja.Object {
	o := &object{name: "client.variables", members: tierMembers}
	o.get = func(name string) goja.Value {
		switch full := "client.variables." + name; name {
		case "global":
			return r.store(full, Global, storeMembers)
		case "environment":
			return r.store(full, OfEnvironment, readMembers)
		case "file":
			return r.store(full, OfFile, readMembers)
		case "request":
			return r.store(full, OfRequest, storeMembers)
		}
		return nil
	}
	return r.object(o)
}

// assertFunction is client.assert, and the assert of kulala. A library may add
// members to it.
func (r *runtime) assertFunction() goja.Value {
	return r.withAssertions(r.function(func(c goja.FunctionCall) goja.Value {
		r.assert(r.condition(c, "client.assert"), r.assertMessage(c))
		return goja.Undefined()
	}), "assert")
}

// condition returns the first argument of an assertion. What is always true
// whatever the answer is no condition.
func (r *runtime) condition(c goja.FunctionCall, function string) bool {
	if len(c.Arguments) == 0 {
		r.fault("write `"+function+"(condition, \"message\")`", "`%s` has nothing to check", function)
	}
	if o, ok := c.Argument(0).(*goja.Object); ok {
		if _, ok := goja.AssertFunction(o); ok {
			r.fault("call it", "`%s` is given a function, which is always true", function)
		}
		if promiseOf(o) != nil {
			r.fault("await it", "`%s` is given a promise, which is always true", function)
		}
	}
	return c.Argument(0).ToBoolean()
}

// assertMessage returns the message of an assertion with a condition. Behind one
// that is true or false, a number is a message, too: often it is the status.
func (r *runtime) assertMessage(c goja.FunctionCall) string {
	if isBoolean(c.Argument(0)) && (goja.IsNumber(c.Argument(1)) || isBoolean(c.Argument(1))) {
		return c.Argument(1).String()
	}
	return r.message(c.Argument(1))
}

func isBoolean(v goja.Value) bool {
	return v != nil && v.ExportType() != nil && v.ExportType().Kind() == reflect.Bool && !isObject(v)
}

func isObject(v goja.Value) bool {
	_, ok := v.(*goja.Object)
	return ok
}

// message returns the message of an assertion. Whoever hands over a number means
// to compare.
func (r *runtime) message(v goja.Value) string {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	if goja.IsNumber(v) || isBoolean(v) {
		r.fault("compare with `===`", "the second argument of an assertion is its message, and not what to compare with: %s", v.String())
	}
	return r.show(v, false)
}

// exit ends the script as if its text had ended.
func (r *runtime) exit() {
	r.exited = true
	r.vm.Interrupt(exited{})
}

// exited is what interrupts a script that ends itself.
type exited struct{}
