package script

import (
	"bytes"
	"math/big"
	"reflect"
	"slices"

	"github.com/dop251/goja"
)

const (
	maxEqualDepth = 1000
	maxEqualPairs = 5_000_000 // of values that one comparison looks at
)

// deepEqual reports whether two values are the same through and through, as Node
// sees it. What it cannot compare is an exception, and neither equal nor unequal.
func (r *runtime) deepEqual(a, b goja.Value, strict bool) bool {
	c := comparer{runtime: r, strict: strict}
	return c.values(a, b)
}

// comparer compares two values.
type comparer struct {
	*runtime
	strict bool
	path   []*goja.Object
	pairs  int
}

func (c *comparer) values(a, b goja.Value) bool {
	if c.pairs++; c.pairs > maxEqualPairs {
		c.fault("", "what is compared has more than %d values", maxEqualPairs)
	}
	if c.pairs%4096 == 0 && c.why.Load() != nil {
		c.fault("", "the script has been told to end")
	}
	x, xok := a.(*goja.Object)
	y, yok := b.(*goja.Object)
	if !xok || !yok {
		return a.SameAs(b) || !c.strict && !xok && !yok && a.Equals(b)
	}
	return x == y || c.objects(x, y)
}

func (c *comparer) objects(x, y *goja.Object) bool {
	for _, o := range []*goja.Object{x, y} {
		if o.ExportType() == proxyType || dynamicOf(o) != nil {
			c.fault("compare its members", "%s is an object whose members are made when they are read, which cannot be compared", c.show(o, true))
		}
	}
	if x.ClassName() != y.ClassName() || tagOf(x) != tagOf(y) || x.ExportType() != y.ExportType() {
		return false
	}
	if c.strict && x.Prototype() != y.Prototype() {
		return false
	}
	if slices.Contains(c.path, x) {
		c.fault("", "what is compared contains itself")
	}
	if len(c.path) > maxEqualDepth {
		c.fault("", "what is compared is nested too deeply")
	}
	if _, ok := goja.AssertFunction(x); ok {
		return false // as long as they are not the same one
	}
	c.path = append(c.path, x)
	defer func() { c.path = c.path[:len(c.path)-1] }()
	return c.contents(x, y) && c.members(x, y)
}

var (
	proxyType  = reflect.TypeFor[goja.Proxy]()
	mapType    = reflect.TypeFor[[][2]any]()
	listType   = reflect.TypeFor[[]any]() // of arrays and sets
	bufferType = reflect.TypeFor[goja.ArrayBuffer]()
	bigType    = reflect.TypeFor[*big.Int]()
	stringType = reflect.TypeFor[string]() // of symbols in an object
)

// contents compares what two objects of the same kind are besides their members.
func (c *comparer) contents(x, y *goja.Object) bool {
	switch class := x.ClassName(); class {
	case "Date":
		return c.of("Date", "getTime", x).StrictEquals(c.of("Date", "getTime", y))
	case "RegExp":
		return x.String() == y.String() && x.Get("lastIndex").SameAs(y.Get("lastIndex"))
	case "String", "Number", "Boolean":
		return c.boxed(class, x, y)
	case "Array":
		return x.Get("length").SameAs(y.Get("length"))
	case "Error":
		return c.errors(x, y)
	}
	switch x.ExportType() {
	case bigType:
		return c.boxed("BigInt", x, y)
	case stringType:
		return c.boxed("Symbol", x, y)
	case mapType:
		return c.maps(x, y)
	case listType:
		return c.sets(x, y)
	case bufferType:
		a, _ := x.Export().(goja.ArrayBuffer)
		b, _ := y.Export().(goja.ArrayBuffer)
		return bytes.Equal(a.Bytes(), b.Bytes())
	}
	switch tag := tagOf(x); tag {
	case "Promise", "WeakMap", "WeakSet", "DataView", "Generator", "Map Iterator", "Set Iterator", "Array Iterator", "String Iterator", "RegExp String Iterator":
		c.fault("compare what is in it", "%s %s cannot be compared with another", article(tag), tag)
	}
	return c.instances(x, y)
}

func (c *comparer) boxed(class string, x, y *goja.Object) bool {
	return c.of(class, "valueOf", x).SameAs(c.of(class, "valueOf", y))
}

// errors compares exceptions. Where they were thrown does not matter.
func (c *comparer) errors(x, y *goja.Object) bool {
	for _, name := range []string{"name", "message", "cause", "errors"} {
		if !c.values(orUndefined(x.Get(name)), orUndefined(y.Get(name))) {
			return false
		}
	}
	return true
}

// instances compares objects of the classes of ours.
func (c *comparer) instances(x, y *goja.Object) bool {
	l := c.runtime.objects()
	is, ok := held[any](l, x)
	other, too := held[any](l, y)
	if !ok && !too {
		return true
	}
	switch is := is.(type) {
	case *urlObject:
		u, ok := other.(*urlObject)
		return ok && is.String() == u.String()
	case *query:
		q, ok := other.(*query)
		return ok && is.String() == q.String()
	}
	c.fault("compare what is in it", "%s cannot be compared with another", c.show(x, true))
	return false
}

// members compares the members that two objects have themselves.
func (c *comparer) members(x, y *goja.Object) bool {
	names := x.Keys()
	others := y.Keys()
	if len(names) != len(others) {
		return false
	}
	if !slices.Equal(names, others) { // in another order, or others
		known := make(map[string]bool, len(others))
		for _, name := range others {
			known[name] = true
		}
		for _, name := range names {
			if !known[name] {
				return false
			}
		}
	}
	for _, name := range names {
		if !c.values(orUndefined(x.Get(name)), orUndefined(y.Get(name))) {
			return false
		}
	}
	if !c.strict {
		return true
	}
	symbols := x.Symbols()
	if len(symbols) != len(y.Symbols()) {
		return false
	}
	for _, s := range symbols {
		other := y.GetSymbol(s)
		if other == nil || !c.values(orUndefined(x.GetSymbol(s)), other) {
			return false
		}
	}
	return true
}

func orUndefined(v goja.Value) goja.Value {
	if v == nil {
		return goja.Undefined()
	}
	return v
}

// of calls a method of a class of the language, whatever the object has in its place.
func (c *comparer) of(class, method string, o *goja.Object, arguments ...goja.Value) goja.Value {
	f, ok := goja.AssertFunction(c.prototype(class).Get(method))
	if !ok {
		c.fault("", "`%s` has no `%s`", class, method)
	}
	v, err := f(o, arguments...)
	if err != nil {
		panic(rethrow(err))
	}
	return v
}

// sets compares two sets, whose order does not matter.
func (c *comparer) sets(x, y *goja.Object) bool {
	return c.collections("Set", x, y, func(_, _ *goja.Object, v goja.Value) bool { return true }, c.values)
}

// maps compares two maps, whose order does not matter.
func (c *comparer) maps(x, y *goja.Object) bool {
	same := func(of, other *goja.Object, key goja.Value) bool {
		return c.values(c.of("Map", "get", of, key), c.of("Map", "get", other, key))
	}
	return c.collections("Map", x, y, same, func(a, b goja.Value) bool {
		return c.values(a, b) && c.values(c.of("Map", "get", x, a), c.of("Map", "get", y, b))
	})
}

// collections compares two collections by their keys: those that both have, where
// same holds for them, and each of the others with one of its own that is equal.
func (c *comparer) collections(class string, x, y *goja.Object, same func(of, other *goja.Object, key goja.Value) bool, equal func(a, b goja.Value) bool) bool {
	others := func(of, other *goja.Object) (keys []goja.Value) {
		c.vm.ForOf(c.of(class, "keys", of).(*goja.Object), func(key goja.Value) bool {
			if !c.of(class, "has", other, key).ToBoolean() || !same(of, other, key) {
				keys = append(keys, key)
			}
			return true
		})
		return keys
	}
	left, right := others(x, y), others(y, x)
	if len(left) != len(right) || c.strict && slices.ContainsFunc(left, func(v goja.Value) bool { return !isObject(v) }) {
		return false
	}
	for _, v := range left {
		i := slices.IndexFunc(right, func(other goja.Value) bool { return equal(v, other) })
		if i < 0 {
			return false
		}
		right = slices.Delete(right, i, i+1)
	}
	return true
}
