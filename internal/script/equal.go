package script

import (
	"bytes"
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

// contents compares what two objects of the same kind are besides their members.
func (c *comparer) contents(x, y *goja.Object) bool {
	switch x.ClassName() {
	case "Date":
		return c.call(x, "getTime").SameAs(c.call(y, "getTime"))
	case "RegExp":
		return x.String() == y.String() && x.Get("lastIndex").SameAs(y.Get("lastIndex"))
	case "String", "Number", "Boolean", "Symbol", "BigInt":
		return dynamicOf(x) != nil || c.call(x, "valueOf").SameAs(c.call(y, "valueOf"))
	case "Array":
		return x.Get("length").SameAs(y.Get("length"))
	case "Error":
		for _, name := range []string{"name", "message"} {
			if is, other := x.Get(name), y.Get(name); (is == nil) != (other == nil) || is != nil && !c.values(is, other) {
				return false
			}
		}
		return true
	}
	switch tag := tagOf(x); tag {
	case "Map":
		return c.maps(x, y)
	case "Set":
		return c.sets(x, y)
	case "ArrayBuffer":
		a, _ := x.Export().(goja.ArrayBuffer)
		b, _ := y.Export().(goja.ArrayBuffer)
		return bytes.Equal(a.Bytes(), b.Bytes())
	case "Promise", "WeakMap", "WeakSet", "DataView", "Generator", "Map Iterator", "Set Iterator", "Array Iterator":
		c.fault("compare what is in it", "%s %s cannot be compared with another", article(tag), tag)
	}
	return true
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

// call calls a method of the language.
func (c *comparer) call(o *goja.Object, method string, arguments ...goja.Value) goja.Value {
	f, ok := goja.AssertFunction(o.Get(method))
	if !ok {
		c.fault("", "what is compared has no `%s`", method)
	}
	v, err := f(o, arguments...)
	if err != nil {
		panic(rethrow(err))
	}
	return v
}

// elements returns what iterating over an object gives.
func (c *comparer) elements(o *goja.Object) (list []goja.Value) {
	c.vm.ForOf(o, func(v goja.Value) bool {
		list = append(list, v)
		return true
	})
	return list
}

// sets compares two sets, whose order does not matter.
func (c *comparer) sets(x, y *goja.Object) bool {
	return c.matched(c.elements(x), c.elements(y), c.values)
}

// maps compares two maps, whose order does not matter.
func (c *comparer) maps(x, y *goja.Object) bool {
	return c.matched(c.elements(x), c.elements(y), func(a, b goja.Value) bool {
		p, q := a.ToObject(c.vm), b.ToObject(c.vm)
		return c.values(p.Get("0"), q.Get("0")) && c.values(p.Get("1"), q.Get("1"))
	})
}

// matched reports whether every element of a list has one of its own in another
// that is equal. They are mostly in the same order.
func (c *comparer) matched(list, others []goja.Value, equal func(a, b goja.Value) bool) bool {
	if len(list) != len(others) {
		return false
	}
	for _, v := range list {
		i := slices.IndexFunc(others, func(other goja.Value) bool { return equal(v, other) })
		if i < 0 {
			return false
		}
		others = slices.Delete(others, i, i+1)
	}
	return true
}
