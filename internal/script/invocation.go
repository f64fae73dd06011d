package script

import (
	"fmt"
	"math"
	"strconv"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// invocation is a call of a function of the library.
type invocation struct {
	l    *library
	name string // as scripts write it, such as `crypto.md5`
	this goja.Value
	args []goja.Value
}

// function makes a function of the library.
func (l *library) function(name string, body func(c *invocation) goja.Value) *goja.Object {
	f := l.vm.ToValue(func(f goja.FunctionCall) goja.Value {
		return body(&invocation{l: l, name: name, this: f.This, args: f.Arguments})
	}).(*goja.Object)
	return f
}

// fail throws an exception that begins with the name of the function.
func (c *invocation) fail(format string, args ...any) {
	c.l.throw(mistake{message: "`" + c.name + "`: " + fmt.Sprintf(format, args...)})
}

// expected throws that an argument is not what it should be.
func (c *invocation) expected(i int, param, what string) {
	if i >= len(c.args) {
		c.fail("`%s` is missing; it is %s", param, what)
	}
	c.fail("expected %s for `%s`, found %s", what, param, described(c.args[i]))
}

// has reports whether an argument is given, and not undefined.
func (c *invocation) has(i int) bool { return i < len(c.args) && !goja.IsUndefined(c.args[i]) }

// arg returns an argument; undefined if it is not given.
func (c *invocation) arg(i int) goja.Value {
	if i < len(c.args) {
		return c.args[i]
	}
	return goja.Undefined()
}

// text returns an argument that must be a string.
func (c *invocation) text(i int, param string) string {
	if !goja.IsString(c.arg(i)) {
		c.expected(i, param, "a string")
	}
	return c.args[i].String()
}

// written returns an argument that is written as text, as the functions of the
// Web do: a string, a number, a boolean, or an object that says how. That
// undefined and null be "undefined" and "null" is never meant.
func (c *invocation) written(i int, param string) string { return c.string(i, param).String() }

func (c *invocation) string(i int, param string) goja.String {
	s, ok := c.l.write(c.arg(i))
	if !ok {
		c.expected(i, param, "a string")
	}
	return s
}

// write returns the text of a value that has one.
func (l *library) write(v goja.Value) (goja.String, bool) {
	switch v := v.(type) {
	case goja.String:
		return v, true
	case *goja.Symbol:
		return nil, false
	case *goja.Object:
		if _, isFunction := goja.AssertFunction(v); isFunction {
			if _, isText := held[fakeText](l, v); !isText {
				return nil, false
			}
		}
		if v.ClassName() == "Object" {
			own := v.Get("toString")
			if own == nil || own.StrictEquals(l.prototype("Object").Get("toString")) {
				return nil, false
			}
		}
	case nil:
		return nil, false
	}
	if goja.IsUndefined(v) || goja.IsNull(v) {
		return nil, false
	}
	if s, ok := v.ToString().(goja.String); ok {
		return s, true
	}
	s, ok := l.vm.ToValue(v.String()).(goja.String) // a number or a boolean
	return s, ok
}

// flag returns an argument that is a boolean; false if it is not given.
func (c *invocation) flag(i int, param string) bool {
	if !c.has(i) {
		return false
	}
	b, ok := c.args[i].Export().(bool)
	if !ok {
		c.expected(i, param, "true or false")
	}
	return b
}

// number returns an argument that is a number, and a finite one.
func (c *invocation) number(i int, param string) float64 {
	v := c.arg(i)
	if f := v.ToFloat(); goja.IsNumber(v) && !math.IsInf(f, 0) && !math.IsNaN(f) {
		return f
	}
	c.expected(i, param, "a number")
	return 0
}

// integer returns an argument that is a whole number of [low, high].
func (c *invocation) integer(i int, param string, low, high int64) int64 {
	if v := c.arg(i); goja.IsNumber(v) {
		if f := v.ToFloat(); f == math.Trunc(f) && f >= float64(low) && f <= float64(high) {
			return int64(f)
		}
	}
	c.expected(i, param, fmt.Sprintf("a whole number from %d to %d", low, high))
	return 0
}

// callable returns an argument that is a function.
func (c *invocation) callable(i int, param string) goja.Callable {
	f, ok := goja.AssertFunction(c.arg(i))
	if !ok {
		c.expected(i, param, "a function")
	}
	return f
}

// described says what a value is, for messages.
func described(v goja.Value) string {
	switch {
	case v == nil || goja.IsUndefined(v):
		return "undefined"
	case goja.IsNull(v):
		return "null"
	case goja.IsString(v):
		if _, isObject := v.(*goja.Object); !isObject {
			return "the string " + excerpt(v.String())
		}
	case goja.IsBigInt(v):
		return "the bigint " + v.String()
	case goja.IsNumber(v):
		return "the number " + v.String()
	}
	switch o := v.(type) {
	case *goja.Symbol:
		return "a symbol"
	case *goja.Object:
		if _, isFunction := goja.AssertFunction(o); isFunction {
			return "a function"
		}
		switch name := o.ClassName(); name {
		case "Array":
			return "an array"
		case "Object":
			return "an object"
		default:
			return "an object of the class " + name
		}
	}
	return v.String() // true or false
}

// maxQuoted is how much of a text a message quotes, in bytes.
const maxQuoted = 100

func excerpt(s string) string {
	if len(s) > maxQuoted {
		s = value.Shorten(s, maxQuoted)
	}
	return strconv.Quote(s)
}
