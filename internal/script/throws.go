package script

import "github.com/dop251/goja"

// throws checks that a function throws, and what, as Node does.
func (r *runtime) throws(should bool, f, what, message goja.Value) {
	call, ok := goja.AssertFunction(f)
	if !ok {
		r.fault("", "`assert.throws` needs a function")
	}
	before := r.failed
	v, err := call(goja.Undefined())
	e, thrown := err.(*goja.Exception)
	if err != nil && !thrown {
		panic(err)
	}
	if promiseOf(v) != nil {
		r.fault("await it in a `try`", "the function returns a promise: whether that fails is not known yet")
	}
	r.failed = before // what is expected is not lost
	if goja.IsString(what) {
		if should && thrown && r.saidBy(e.Value(), what) {
			r.fault("write a regular expression, or `{message: "+r.show(what, true)+"}`", "the text is the message of the exception, and `assert.throws` takes it for its own")
		}
		message, what = what, goja.Undefined()
	}
	said := r.reason(message)
	fails := func(text string) {
		if said != "" {
			text = said + " (" + text + ")"
		}
		r.assert(false, text)
	}
	switch {
	case !should && thrown:
		fails("the function threw " + r.show(e.Value(), false))
	case !should:
		r.assert(true, "")
		return
	case !thrown:
		fails("the function threw nothing")
	}
	if o, ok := e.Value().(*goja.Object); ok && r.mistakes[o] != nil && !r.mistakes[o].assertion {
		panic(e) // of the API: the script is wrong, and not what it expects
	}
	if !r.expected(e.Value(), what) {
		fails("the function threw " + r.show(e.Value(), false))
	}
	r.assert(true, "")
}

// saidBy reports whether a text is a thrown value, or its message.
func (r *runtime) saidBy(thrown, text goja.Value) bool {
	if o, ok := thrown.(*goja.Object); ok {
		thrown = orUndefined(o.Get("message"))
	}
	return thrown.SameAs(text)
}

// expected reports whether a thrown value is what an assertion names: a regular
// expression for its text, its class, a function that looks at it, or an object
// with members that it must have.
func (r *runtime) expected(thrown, what goja.Value) bool {
	if what == nil || goja.IsUndefined(what) {
		return true
	}
	o, ok := what.(*goja.Object)
	if !ok {
		r.fault("", "what `assert.throws` expects is a class, a regular expression, a function or an object, not %s", described(what))
	}
	if o.ClassName() == "RegExp" {
		return r.matches(r.vm.ToValue(thrown.String()), o)
	}
	if check, ok := goja.AssertFunction(o); ok {
		return r.expectedBy(check, o, thrown)
	}
	names := o.Keys()
	if o.ClassName() == "Error" {
		names = append(names, "name", "message")
	}
	if len(names) == 0 {
		r.fault("", "`assert.throws` expects an object without members, which every exception is")
	}
	got, ok := thrown.(*goja.Object)
	if !ok {
		return false
	}
	for _, name := range names {
		is, want := got.Get(name), o.Get(name)
		if is == nil {
			return false
		}
		if pattern, ok := want.(*goja.Object); ok && pattern.ClassName() == "RegExp" && goja.IsString(is) {
			if !r.matches(is, pattern) {
				return false
			}
		} else if !r.deepEqual(is, want, true) {
			return false
		}
	}
	return true
}

// expectedBy asks a class whether the thrown value is one of it, or else a
// function, which has to return true.
func (r *runtime) expectedBy(check goja.Callable, f *goja.Object, thrown goja.Value) bool {
	if prototype, ok := f.Get("prototype").(*goja.Object); ok {
		if r.vm.InstanceOf(thrown, f) {
			return true
		}
		if errors := r.prototype("Error"); errors != nil {
			for p := prototype; p != nil; p = p.Prototype() {
				if p == errors {
					return false
				}
			}
		}
	}
	v, err := check(r.vm.NewObject(), thrown)
	if err != nil {
		panic(rethrow(err))
	}
	return v.StrictEquals(r.vm.ToValue(true))
}
