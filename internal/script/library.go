package script

import (
	"context"
	"slices"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/fake"
)

// library makes the objects that a script has besides those of the request and
// its answer: hashes, random values, documents and the like. Each is made when
// the script reads its name.
type library struct {
	*runtime

	documents *dom                    // nil before the first
	state     *goja.Symbol            // of objects that hold a Go value
	classes   map[string]*goja.Object // prototypes by the names of classes
	params    goja.Value              // the class URLSearchParams, once it is made
}

// libraryNames are the globals that library makes.
var libraryNames = []string{
	"crypto", "btoa", "atob", "URLSearchParams", "URL", "TextEncoder", "TextDecoder", "DOMParser", "xpath", "jsonPath", "$random",
	"$uuid", "$timestamp", "$isoTimestamp", "$randomInt", "$env",
}

// isLive reports whether a global has a new value each time it is read.
func isLive(name string) bool {
	return name == "$uuid" || name == "$timestamp" || name == "$isoTimestamp" || name == "$randomInt"
}

// library makes a global of the library; nil if there is none of the name.
func (r *runtime) library(name string) goja.Value {
	l := r.objects()
	switch name {
	case "crypto":
		return l.crypto()
	case "btoa":
		return l.btoa()
	case "atob":
		return l.atob()
	case "URLSearchParams":
		return l.urlSearchParams()
	case "URL":
		return l.url()
	case "TextEncoder":
		return l.textEncoder()
	case "TextDecoder":
		return l.textDecoder()
	case "DOMParser":
		return l.domParser()
	case "xpath":
		return l.xpath()
	case "jsonPath":
		return l.jsonPath()
	case "$random":
		return l.randomObject()
	case "$env":
		return l.vm.NewDynamicObject(&environment{r, "$env"})
	case "$uuid":
		return l.vm.ToValue(l.maker().UUID())
	case "$timestamp":
		return l.vm.ToValue(l.maker().Now.Unix())
	case "$isoTimestamp":
		return l.vm.ToValue(l.maker().Now.UTC().Format(isoTime))
	case "$randomInt":
		return l.vm.ToValue(l.maker().Integer(0, 1001))
	}
	return nil
}

// objects returns the library of the run.
func (r *runtime) objects() *library {
	if r.lib == nil {
		r.lib = &library{runtime: r}
	}
	return r.lib
}

// maker returns what random values and their dates are made from.
func (l *library) maker() (m *fake.Maker) {
	l.ask(func(h Host) { m = h.Maker() })
	return m
}

// until is a context that ends when the script shall end.
func (r *runtime) until() context.Context { return untilWoken{context.Background(), r.wake} }

type untilWoken struct {
	context.Context
	wake <-chan struct{}
}

// Done implements context.Context.
func (u untilWoken) Done() <-chan struct{} { return u.wake }

// Err implements context.Context.
func (u untilWoken) Err() error {
	select {
	case <-u.wake:
		return context.Canceled
	default:
		return nil
	}
}

// readOnly is the setter of what cannot be set. Without one, an assignment would
// pass in silence.
func (l *library) readOnly(name, member string) goja.Value {
	return l.vm.ToValue(func(goja.FunctionCall) goja.Value {
		l.throw(mistake{message: "`" + name + "` cannot be changed", suggestion: "compare with `===`", member: member})
		return nil
	})
}

// object returns an object of some members.
func (l *library) object(name string, members ...member) *goja.Object {
	o := &object{name: name, members: namesOf(members), live: slices.ContainsFunc(members, func(m member) bool { return m.get != nil })}
	o.get = func(of string) goja.Value {
		for _, m := range members {
			switch {
			case m.name != of:
			case m.call != nil:
				return l.function(name+"."+of, m.call)
			default:
				return m.get(&invocation{l: l, name: name + "." + of})
			}
		}
		return nil
	}
	return l.runtime.object(o)
}

func namesOf(members []member) []string {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	return names
}

// member is a method or a property of an object or of a class.
type member struct {
	name string
	call func(c *invocation) goja.Value // of a method
	get  func(c *invocation) goja.Value // of a property
	set  func(c *invocation)            // of a property of a class that can be set; nil for others
}

// add gives a prototype the members of its class.
func (l *library) add(prototype *goja.Object, class string, members []member) {
	for _, m := range members {
		name := class + "." + m.name
		if m.call != nil {
			l.must(prototype.DefineDataProperty(m.name, l.function(name, m.call), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
			continue
		}
		set := l.readOnly(name, m.name)
		if m.set != nil {
			set = l.function(name, func(c *invocation) goja.Value { m.set(c); return goja.Undefined() })
		}
		l.must(prototype.DefineAccessorProperty(m.name, l.function(name, m.get), set, goja.FLAG_FALSE, goja.FLAG_TRUE))
	}
}

// must is for what cannot fail.
func (l *library) must(err error) {
	if err != nil {
		panic(l.vm.NewGoError(err))
	}
}

// class defines a class, whose instances hold a Go value: its constructor with
// the prototype of its instances. Of a class that scripts cannot construct, only
// the prototype is of use.
func (l *library) class(name string, construct func(c *invocation) any, members ...member) goja.Value {
	prototype := l.vm.CreateObject(l.strict(name, namesOf(members)))
	l.add(prototype, name, members)
	l.must(prototype.DefineDataPropertySymbol(goja.SymToStringTag, l.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	constructor := l.vm.ToValue(func(made goja.ConstructorCall) *goja.Object {
		c := &invocation{l: l, name: "new " + name, args: made.Arguments}
		if _, constructed := held[any](l, made.This); constructed || !isPrototype(prototype, made.This) {
			c.fail("it is a class: write `new %s(…)`", name)
		}
		l.hold(made.This, construct(c))
		return made.This
	}).(*goja.Object)
	l.must(constructor.DefineDataProperty("name", l.vm.ToValue(name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	l.must(constructor.DefineDataProperty("prototype", prototype, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	l.must(prototype.DefineDataProperty("constructor", constructor, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	if l.classes == nil {
		l.classes = map[string]*goja.Object{}
	}
	l.classes[name] = prototype
	return constructor
}

// isPrototype reports whether an object inherits from a prototype.
func isPrototype(prototype, o *goja.Object) bool {
	for o = o.Prototype(); o != nil; o = o.Prototype() {
		if o == prototype {
			return true
		}
	}
	return false
}

// instance returns an object of a class that is defined.
func (l *library) instance(class string, value any) *goja.Object {
	o := l.vm.CreateObject(l.classes[class])
	l.hold(o, value)
	return o
}

// box keeps a Go value in an object. Its field is not exported, so that scripts
// cannot see it.
type box struct{ value any }

// hold keeps a Go value in an object.
func (l *library) hold(o *goja.Object, value any) {
	if l.state == nil {
		l.state = goja.NewSymbol("state")
	}
	l.must(o.DefineDataPropertySymbol(l.state, l.vm.ToValue(&box{value}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
}

// held returns the Go value that an object keeps, if it keeps one of the type.
func held[T any](l *library, v goja.Value) (kept T, ok bool) {
	o, isObject := v.(*goja.Object)
	if !isObject || l.state == nil {
		return kept, false
	}
	symbol := o.GetSymbol(l.state)
	if symbol == nil {
		return kept, false
	}
	b, isBox := symbol.Export().(*box)
	if !isBox {
		return kept, false
	}
	kept, ok = b.value.(T)
	return kept, ok
}

// strict returns the end of a chain of prototypes that makes it an error to read
// a member that does not exist, so that a misspelled one is no undefined.
func (l *library) strict(class string, members []string) *goja.Object {
	return l.runtime.object(&object{name: class, members: members, get: func(string) goja.Value { return nil }})
}
