package script

import (
	"github.com/dop251/goja"
)

var assertModuleMembers = []string{"ok", "equal", "notEqual", "strictEqual", "notStrictEqual", "deepEqual", "deepStrictEqual", "notDeepEqual",
	"notDeepStrictEqual", "match", "doesNotMatch", "fail", "throws", "doesNotThrow", "ifError", "strict"}

// assertModule is the module of that name of Node: it needs nothing but the
// language, and most httpYac scripts test with it.
func (r *runtime) assertModule() goja.Value {
	ok := func(c goja.FunctionCall) goja.Value {
		ok := r.condition(c, "assert")
		if isObject(c.Argument(1)) {
			r.assert(ok, r.reason(c.Argument(1)))
		} else {
			r.assert(ok, r.assertMessage(c))
		}
		return goja.Undefined()
	}
	f := r.function(ok).(*goja.Object)
	for _, name := range assertModuleMembers {
		var member goja.Value
		switch name {
		case "ok":
			member = r.function(ok)
		case "strict":
			member = f
		default:
			member = r.function(r.comparison(name))
		}
		_ = f.DefineDataProperty(name, member, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	return f
}

// reason is the message of an assertion of Node: text, or an error to throw.
func (r *runtime) reason(v goja.Value) string {
	if o, ok := v.(*goja.Object); ok {
		if _, text := r.describeThrown(o); text != "" {
			return text
		}
	}
	return r.message(v)
}

// comparison makes an assertion of Node.
func (r *runtime) comparison(name string) func(goja.FunctionCall) goja.Value {
	return func(c goja.FunctionCall) goja.Value {
		a, b := c.Argument(0), c.Argument(1)
		needed := 2
		if name == "fail" || name == "ifError" || name == "throws" || name == "doesNotThrow" {
			needed = 0
		}
		if len(c.Arguments) < needed {
			r.fault("", "`assert.%s` needs two values to compare", name)
		}
		passed, message := true, c.Argument(2)
		switch name {
		case "equal":
			passed = a.Equals(b)
		case "notEqual":
			passed = !a.Equals(b)
		case "strictEqual":
			passed = a.SameAs(b)
		case "notStrictEqual":
			passed = !a.SameAs(b)
		case "deepEqual", "deepStrictEqual":
			passed = r.deepEqual(a, b, name == "deepStrictEqual")
		case "notDeepEqual", "notDeepStrictEqual":
			passed = !r.deepEqual(a, b, name == "notDeepStrictEqual")
		case "match", "doesNotMatch":
			passed = r.matches(a, b) == (name == "match")
		case "fail":
			r.assert(false, r.reason(a))
		case "ifError":
			r.assert(goja.IsNull(a) || goja.IsUndefined(a), r.show(a, false))
			return goja.Undefined()
		case "throws", "doesNotThrow":
			r.throws(name == "throws", a, b, message)
			return goja.Undefined()
		}
		text := r.reason(message)
		if text == "" && !passed {
			text = "`" + name + "` does not hold for " + r.show(a, true) + " and " + r.show(b, true)
		}
		r.assert(passed, text)
		return goja.Undefined()
	}
}

func (r *runtime) matches(text, pattern goja.Value) bool {
	o, ok := pattern.(*goja.Object)
	if !ok || o.ClassName() != "RegExp" || !goja.IsString(text) {
		r.fault("", "`assert.match` needs a text and a regular expression")
	}
	test, _ := goja.AssertFunction(o.Get("test"))
	v, err := test(o, text)
	if err != nil {
		panic(rethrow(err))
	}
	return v.ToBoolean()
}
