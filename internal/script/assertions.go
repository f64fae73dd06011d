package script

import (
	"github.com/dop251/goja"
)

var assertModuleMembers = []string{"ok", "equal", "notEqual", "strictEqual", "notStrictEqual", "deepEqual", "deepStrictEqual", "notDeepEqual",
	"notDeepStrictEqual", "match", "doesNotMatch", "fail", "throws", "doesNotThrow", "ifError", "strict", assertionError}

// assertModule is the module of that name of Node: it needs nothing but the
// language, and most httpYac scripts test with it. In the strict one, to compare
// is to compare strictly.
func (r *runtime) assertModule(strict bool) goja.Value {
	known := &r.asserts.loose
	if strict {
		known = &r.asserts.strict
	}
	if *known != nil {
		return *known
	}
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
	*known = f
	for _, name := range assertModuleMembers {
		var member goja.Value
		switch name {
		case "ok":
			member = r.function(ok)
		case "strict":
			member = r.assertModule(true)
		case assertionError:
			member = r.assertionErrors().Get("constructor")
		default:
			member = r.function(r.comparison(name, strict))
		}
		_ = f.DefineDataProperty(name, member, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
	}
	return f
}

// asserts are the two modules, and the prototype of what their assertions throw,
// once they are made.
type asserts struct{ loose, strict, errors *goja.Object }

const assertionError = "AssertionError"

// assertionErrors is the prototype of what assertions throw.
func (r *runtime) assertionErrors() *goja.Object {
	if r.asserts.errors != nil {
		return r.asserts.errors
	}
	prototype := r.vm.CreateObject(r.prototype("Error"))
	r.asserts.errors = prototype
	constructor := r.vm.ToValue(func(c goja.ConstructorCall) *goja.Object {
		options, ok := c.Argument(0).(*goja.Object)
		if !ok {
			r.fault("write `new assert.AssertionError({message: …})`", "`assert.AssertionError` needs an object with a message")
		}
		e := r.vm.NewTypeError("%s", orUndefined(options.Get("message")).String())
		_ = e.SetPrototype(c.This.Prototype())
		return e
	}).(*goja.Object)
	hidden := func(o *goja.Object, name string, v goja.Value) {
		_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	hidden(constructor, "name", r.vm.ToValue(assertionError))
	_ = constructor.DefineDataProperty("prototype", prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE)
	hidden(prototype, "constructor", constructor)
	hidden(prototype, "name", r.vm.ToValue(assertionError))
	hidden(prototype, "code", r.vm.ToValue("ERR_ASSERTION"))
	return prototype
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

// strictly are the assertions that the loose ones are in the strict module.
var strictly = map[string]string{"equal": "strictEqual", "notEqual": "notStrictEqual", "deepEqual": "deepStrictEqual", "notDeepEqual": "notDeepStrictEqual"}

// comparison makes an assertion of Node.
func (r *runtime) comparison(name string, strict bool) func(goja.FunctionCall) goja.Value {
	how := name
	if s := strictly[name]; strict && s != "" {
		how = s
	}
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
		switch how {
		case "equal":
			passed = equalOrNaN(a, b)
		case "notEqual":
			passed = !equalOrNaN(a, b)
		case "strictEqual":
			passed = a.SameAs(b)
		case "notStrictEqual":
			passed = !a.SameAs(b)
		case "deepEqual", "deepStrictEqual":
			passed = r.deepEqual(a, b, how == "deepStrictEqual")
		case "notDeepEqual", "notDeepStrictEqual":
			passed = !r.deepEqual(a, b, how == "notDeepStrictEqual")
		case "match", "doesNotMatch":
			passed = r.matches(a, b) == (how == "match")
		case "fail":
			r.assert(false, r.reason(a))
		case "ifError":
			r.assert(goja.IsNull(a) || goja.IsUndefined(a), r.show(a, false))
			return goja.Undefined()
		case "throws", "doesNotThrow":
			r.throws(how == "throws", a, b, message)
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

// equalOrNaN is == of the language, for which NaN is not NaN.
func equalOrNaN(a, b goja.Value) bool { return a.Equals(b) || goja.IsNaN(a) && goja.IsNaN(b) }

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
