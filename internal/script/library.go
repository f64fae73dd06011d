package script

import (
	"context"
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
)

// library makes the objects that a script has besides those of the request and
// its answer: hashes, random values, documents and the like. Each is made when
// the script is given it; what a script does not name, it does not pay for.
type library struct {
	rt     *goja.Runtime
	ctx    context.Context // ends what takes long, such as an XPath
	random *fake.Random
	now    func() time.Time

	state     *goja.Symbol            // of objects that hold a Go value
	classes   map[string]*goja.Object // prototypes by the names of classes
	documents *dom                    // nil before the first
	params    goja.Value              // the class URLSearchParams, once it is made
}

// global is a name that the library defines.
type global struct {
	name string
	make func(l *library) goja.Value
	live bool // a property that has a new value each time it is read
}

// globals returns what the library defines, by name. It is a function, so that
// nothing of it is made at start.
func globals() []global {
	return []global{
		{name: "crypto", make: (*library).crypto},
		{name: "btoa", make: (*library).btoa},
		{name: "atob", make: (*library).atob},
		{name: "URLSearchParams", make: (*library).urlSearchParams},
		{name: "URL", make: (*library).url},
		{name: "TextEncoder", make: (*library).textEncoder},
		{name: "TextDecoder", make: (*library).textDecoder},
		{name: "DOMParser", make: (*library).domParser},
		{name: "xpath", make: (*library).xpath},
		{name: "jsonPath", make: (*library).jsonPath},
		{name: "$random", make: (*library).randomObject},
		{name: "$uuid", make: (*library).uuid, live: true},
		{name: "$timestamp", make: (*library).timestamp, live: true},
		{name: "$isoTimestamp", make: (*library).isoTimestamp, live: true},
		{name: "$randomInt", make: (*library).randomInt, live: true},
	}
}

// libraryNames are the names that the library defines.
func libraryNames() []string {
	var names []string
	for _, g := range globals() {
		names = append(names, g.name)
	}
	return names
}

// define gives the global object those of the names that the library defines.
func (l *library) define(names []string) error {
	object := l.rt.GlobalObject()
	for _, g := range globals() {
		if !slices.Contains(names, g.name) {
			continue
		}
		var err error
		if g.live {
			get := l.rt.ToValue(func(goja.FunctionCall) goja.Value { return g.make(l) })
			err = object.DefineAccessorProperty(g.name, get, l.readOnly(g.name), goja.FLAG_FALSE, goja.FLAG_TRUE)
		} else {
			err = object.DefineDataProperty(g.name, g.make(l), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_TRUE)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readOnly is the setter of what cannot be set. Without one, an assignment would
// pass in silence.
func (l *library) readOnly(name string) goja.Value {
	return l.rt.ToValue(func(goja.FunctionCall) goja.Value {
		panic(l.rt.NewTypeError("`%s` is read-only", name))
	})
}

// object returns an object of some members that is an error to read others of.
func (l *library) object(name string, members ...member) *goja.Object {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	o := l.rt.CreateObject(l.strict(name, names))
	l.add(o, name, members)
	return o
}

// member is a method or a property of an object or of a class.
type member struct {
	name string
	call func(c *call) goja.Value // of a method
	get  func(c *call) goja.Value // of a property that is made when it is read
	set  func(c *call)            // of a property that can be set; nil for others
	once bool                     // the property is made once
}

func (l *library) add(o *goja.Object, of string, members []member) {
	for _, m := range members {
		name := of + "." + m.name
		if m.call != nil {
			l.must(o.DefineDataProperty(m.name, l.function(name, m.call), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
			continue
		}
		set := l.readOnly(name)
		if m.set != nil {
			set = l.function(name, func(c *call) goja.Value { m.set(c); return goja.Undefined() })
		}
		get := m.get
		if m.once {
			var made goja.Value
			get = func(c *call) goja.Value {
				if made == nil {
					made = m.get(c)
				}
				return made
			}
		}
		l.must(o.DefineAccessorProperty(m.name, l.function(name, get), set, goja.FLAG_FALSE, goja.FLAG_TRUE))
	}
}

// must is for what cannot fail.
func (l *library) must(err error) {
	if err != nil {
		panic(l.rt.NewGoError(err))
	}
}

// class defines a class, whose instances hold a Go value: its constructor with
// the prototype of its instances. Of a class that scripts cannot construct, only
// the prototype is of use.
func (l *library) class(name string, construct func(c *call) any, members ...member) goja.Value {
	names := make([]string, len(members))
	for i, m := range members {
		names[i] = m.name
	}
	prototype := l.rt.CreateObject(l.strict(name, names))
	l.add(prototype, name, members)
	l.must(prototype.DefineDataPropertySymbol(goja.SymToStringTag, l.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	constructor := l.rt.ToValue(func(made goja.ConstructorCall) *goja.Object {
		c := &call{l: l, name: "new " + name, args: made.Arguments}
		if _, constructed := held[any](l, made.This); constructed || !isPrototype(prototype, made.This) {
			c.fail("it is a class: write `new %s(…)`", name)
		}
		l.hold(made.This, construct(c))
		return made.This
	}).(*goja.Object)
	l.must(constructor.DefineDataProperty("name", l.rt.ToValue(name), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
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
	o := l.rt.CreateObject(l.classes[class])
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
	l.must(o.DefineDataPropertySymbol(l.state, l.rt.ToValue(&box{value}), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
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
func (l *library) strict(of string, names []string) *goja.Object {
	return l.rt.NewDynamicObject(&unknown{rt: l.rt, of: of, names: names})
}

// unknown is an object without members.
type unknown struct {
	rt    *goja.Runtime
	of    string
	names []string // that it could have
}

// Get throws, but for what the language itself asks objects for, and what they
// have of Object.
func (u *unknown) Get(key string) goja.Value {
	if isOfLanguage(key) {
		return nil
	}
	message := "`" + u.of + "` has no member `" + key + "`"
	if did := diag.DidYouMean(key, u.names); did != "" {
		message += ": " + did
	}
	panic(u.rt.NewTypeError("%s", message))
}

// isOfLanguage reports whether a name is one that every object can be asked for:
// those of Object.prototype, of promises and of JSON.
func isOfLanguage(key string) bool {
	switch key {
	case "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
		"__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__",
		"then", "toJSON":
		return true
	}
	return false
}

// Set is not reached: that an object has no such member is asked first.
func (u *unknown) Set(string, goja.Value) bool { return false }

// Has returns false.
func (u *unknown) Has(string) bool { return false }

// Delete returns true, for there is nothing to delete.
func (u *unknown) Delete(string) bool { return true }

// Keys returns none.
func (u *unknown) Keys() []string { return nil }
