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
			passed = r.deepEqual(a, b, name == "deepStrictEqual", nil)
		case "notDeepEqual", "notDeepStrictEqual":
			passed = !r.deepEqual(a, b, name == "notDeepStrictEqual", nil)
		case "match", "doesNotMatch":
			passed = r.matches(a, b) == (name == "match")
		case "fail":
			r.assert(false, r.reason(a))
		case "ifError":
			r.assert(goja.IsNull(a) || goja.IsUndefined(a), r.show(a, false))
			return goja.Undefined()
		case "throws", "doesNotThrow":
			r.throws(name == "throws", a, b)
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

// throws checks that a function throws, and what.
func (r *runtime) throws(should bool, f, what goja.Value) {
	call, ok := goja.AssertFunction(f)
	if !ok {
		r.fault("", "`assert.throws` needs a function")
	}
	_, err := call(goja.Undefined())
	e, thrown := err.(*goja.Exception)
	if err != nil && !thrown {
		panic(err)
	}
	if !should && thrown {
		r.assert(false, "the function threw "+r.show(e.Value(), false))
	}
	if !should {
		r.assert(true, "")
		return
	}
	if thrown {
		if o, ok := e.Value().(*goja.Object); ok && r.mistakes[o] != nil && !r.mistakes[o].assertion {
			panic(e) // of the API: the script is wrong, and not what it expects
		}
	}
	r.assert(thrown, "the function threw nothing")
	if pattern, ok := what.(*goja.Object); ok && pattern.ClassName() == "RegExp" {
		_, text := r.describeThrown(e.Value())
		r.assert(r.matches(r.vm.ToValue(text), pattern), "the function threw "+text)
	}
}

// deepEqual reports whether two values are the same through and through.
func (r *runtime) deepEqual(a, b goja.Value, strict bool, path []*goja.Object) bool {
	x, xok := a.(*goja.Object)
	y, yok := b.(*goja.Object)
	if !xok || !yok {
		if strict || xok != yok {
			return a.SameAs(b)
		}
		return a.Equals(b)
	}
	if x == y {
		return true
	}
	if x.ClassName() != y.ClassName() {
		return false
	}
	for _, o := range path {
		if o == x {
			r.fault("", "what is compared contains itself")
		}
	}
	switch x.ClassName() {
	case "Date", "RegExp", "String", "Number", "Boolean", "Error":
		return x.String() == y.String()
	case "Function", "Map", "Set", "Promise", "WeakMap", "WeakSet":
		return false
	}
	if len(path) > 1000 {
		r.fault("", "what is compared is nested too deeply")
	}
	names := x.Keys()
	if len(names) != len(y.Keys()) || x.ClassName() == "Array" && !x.Get("length").SameAs(y.Get("length")) {
		return false
	}
	path = append(path, x)
	for _, name := range names {
		other := y.Get(name)
		if other == nil || !r.deepEqual(x.Get(name), other, strict, path) {
			return false
		}
	}
	return true
}
