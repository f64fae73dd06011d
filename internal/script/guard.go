package script

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// guarded are the members that can take memory or stack without end in one call,
// which nothing interrupts.
var guarded = []string{"repeat", "padStart", "padEnd", "fill", "join", "from", "stringify", "parse", "flat", "toString", "replaceAll", "replace",
	"match", "matchAll", "search", "constructor"}

// buffers are the constructors that take a size in bytes, or in elements.
var buffers = []string{"ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
	"Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"}

const (
	maxText  = 64 << 20 // characters that one call may make
	maxList  = 4 << 20  // elements that one call may make
	maxNests = 5000     // of what one call goes through

	// A text of this length can nest as deeply as it likes: reading it does not take
	// all of the stack. A longer one must not nest deeply, and there is an end.
	freeCode   = 128 << 10
	maxCode    = 1 << 20
	maxPattern = 64 << 10
)

// regularTime is how long a regular expression may take that has to be tried
// every way. It is longer than any script may take: the engine takes the end of
// this time for no match, and no script may ever see that.
const regularTime = maxTime + 10*time.Second

// maxTime is the longest time that a script can be given.
const maxTime = 50 * time.Second

// boundRegular makes the engine end regular expressions that would run for ever.
var boundRegular = sync.OnceFunc(func() { regexp2.DefaultMatchTimeout = regularTime })

// guard replaces what can take memory or stack without end in one call with the
// same that refuses to.
func (r *runtime) guard() {
	text := r.prototype("String")
	r.wrap(text, "repeat", func(c goja.FunctionCall) {
		r.bound("repeat", float64(len(c.This.String()))*c.Argument(0).ToFloat(), maxText)
	})
	for _, name := range []string{"padStart", "padEnd"} {
		r.wrap(text, name, func(c goja.FunctionCall) { r.bound(name, c.Argument(0).ToFloat(), maxText) })
	}
	for _, name := range []string{"replaceAll", "replace"} {
		r.wrap(text, name, func(c goja.FunctionCall) {
			if with := c.Argument(1); goja.IsString(with) {
				r.bound(name, float64(len(c.This.String())+1)*float64(len(with.String())), 4*maxText)
			}
		})
	}
	list := r.prototype("Array")
	r.wrap(list, "fill", func(c goja.FunctionCall) { r.bound("fill", r.length(c.This), maxList) })
	r.wrap(list, "join", func(c goja.FunctionCall) {
		length := r.length(c.This)
		r.bound("join", length, maxList)
		if separator := c.Argument(0); goja.IsString(separator) {
			r.bound("join", length*float64(len(separator.String())), maxText)
		}
		r.nested("join", c.This)
	})
	r.wrap(list, "toString", func(c goja.FunctionCall) { r.nested("toString", c.This) })
	r.wrap(list, "flat", func(c goja.FunctionCall) { r.nested("flat", c.This) })
	if array, ok := r.base.Get("Array").(*goja.Object); ok {
		r.wrap(array, "from", func(c goja.FunctionCall) { r.bound("from", r.length(c.Argument(0)), maxList) })
	}
	for _, name := range []string{"match", "matchAll", "search"} {
		r.wrap(text, name, func(c goja.FunctionCall) { r.pattern(c.Argument(0)) })
	}
	if function, ok := r.base.Get("Function").(*goja.Object); ok {
		_ = r.prototype("Function").DefineDataProperty("constructor", r.checked(function, r.codes), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	if json, ok := r.base.Get("JSON").(*goja.Object); ok {
		r.wrap(json, "stringify", func(c goja.FunctionCall) { r.nested("stringify", c.Argument(0)) })
		r.wrap(json, "parse", func(c goja.FunctionCall) { r.nestedText(c.Argument(0)) })
	}
}

func (r *runtime) prototype(class string) *goja.Object {
	return r.base.Get(class).(*goja.Object).Get("prototype").(*goja.Object)
}

// wrap calls check before a function.
func (r *runtime) wrap(o *goja.Object, name string, check func(c goja.FunctionCall)) {
	was, ok := goja.AssertFunction(o.Get(name))
	if !ok {
		return
	}
	f := r.function(func(c goja.FunctionCall) goja.Value {
		check(c)
		v, err := was(c.This, c.Arguments...)
		if err != nil {
			panic(rethrow(err))
		}
		return v
	})
	_ = o.DefineDataProperty(name, f, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

func (r *runtime) bound(name string, size float64, most float64) {
	if size > most {
		r.throw(mistake{code: diag.CodeScriptLimit, message: fmt.Sprintf("`%s` would make more than a script may have at once: %.0f", name, size)})
	}
}

func (r *runtime) length(v goja.Value) float64 {
	if o, ok := v.(*goja.Object); ok {
		if length := o.Get("length"); length != nil {
			return length.ToFloat()
		}
	}
	return 0
}

// nested refuses what is nested so deeply that going through it would take all of
// the stack.
func (r *runtime) nested(name string, v goja.Value) {
	type level struct {
		keys []string
		of   *goja.Object
	}
	var stack []level
	push := func(v goja.Value) {
		o, ok := v.(*goja.Object)
		if !ok {
			return
		}
		if dynamicOf(o) != nil {
			return
		}
		if len(stack) >= maxNests {
			for _, l := range stack[:len(stack)-1] {
				if l.of == o {
					return // a circle, which the function itself refuses
				}
			}
			r.tooDeep(name)
		}
		stack = append(stack, level{o.Keys(), o})
	}
	push(v)
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if len(top.keys) == 0 {
			stack = stack[:len(stack)-1]
			continue
		}
		key := top.keys[0]
		top.keys = top.keys[1:]
		push(top.of.Get(key))
	}
}

// nestedText refuses a JSON text that is nested too deeply.
func (r *runtime) nestedText(v goja.Value) {
	if !goja.IsString(v) {
		return
	}
	depth, deepest, quotes := 0, 0, false
	text := v.String()
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quotes && c == '\\':
			i++
		case c == '"':
			quotes = !quotes
		case quotes:
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	if deepest > maxNests {
		r.tooDeep("parse")
	}
}

func (r *runtime) tooDeep(name string) {
	r.throw(mistake{code: diag.CodeScriptLimit, message: fmt.Sprintf("`%s` is given something that is nested more than %d times", name, maxNests)})
}

// pattern refuses a regular expression that is too long to read.
func (r *runtime) pattern(v goja.Value) {
	if goja.IsString(v) {
		r.bound("RegExp", float64(len(v.String())), maxPattern)
	}
}

// codes refuses code that is too long to read safely.
func (r *runtime) codes(arguments []goja.Value) {
	for _, v := range arguments {
		if goja.IsString(v) {
			r.bound("eval", float64(len(v.String())), freeCode)
		}
	}
}

// constructor returns a global that refuses what would take memory or stack
// without end; nil if the name is of another one.
func (r *runtime) constructor(name string) goja.Value {
	if name != "eval" && name != "Function" && name != "RegExp" && !slices.Contains(buffers, name) && (name != "Array" || !r.program.arrays) {
		return nil
	}
	was, ok := r.base.Get(name).(*goja.Object)
	switch {
	case !ok:
		return nil
	case slices.Contains(buffers, name):
		return r.checked(was, func(arguments []goja.Value) {
			if len(arguments) > 0 && goja.IsNumber(arguments[0]) {
				r.bound(name, arguments[0].ToFloat(), maxText)
			}
		})
	case name == "Function":
		return r.checked(was, r.codes)
	case name == "Array":
		return r.checked(was, func(arguments []goja.Value) {
			if len(arguments) == 1 && goja.IsNumber(arguments[0]) {
				r.bound("Array", arguments[0].ToFloat(), maxList)
			}
		})
	case name == "RegExp":
		return r.checked(was, func(arguments []goja.Value) {
			if len(arguments) > 0 {
				r.pattern(arguments[0])
			}
			r.expression(arguments)
		})
	case name == "eval": // which sees the globals alone
		return r.function(func(c goja.FunctionCall) goja.Value {
			r.codes(c.Arguments)
			f, _ := goja.AssertFunction(was)
			v, err := f(goja.Undefined(), c.Arguments...)
			if err != nil {
				panic(rethrow(err))
			}
			return v
		})
	}
	return nil
}

// checked calls check before a constructor is used.
func (r *runtime) checked(was *goja.Object, check func([]goja.Value)) goja.Value {
	return r.vm.ToValue(r.vm.NewProxy(was, &goja.ProxyTrapConfig{
		Construct: func(target *goja.Object, arguments []goja.Value, _ *goja.Object) *goja.Object {
			check(arguments)
			o, err := r.vm.New(target, arguments...)
			if err != nil {
				panic(rethrow(err))
			}
			return o
		},
		Apply: func(target *goja.Object, this goja.Value, arguments []goja.Value) goja.Value {
			check(arguments)
			f, _ := goja.AssertFunction(target)
			v, err := f(this, arguments...)
			if err != nil {
				panic(rethrow(err))
			}
			return v
		},
	}))
}

// tooNested reports whether a text is too long, or nests too deeply for its
// length, to be read without taking all of the stack.
func tooNested(code string) bool {
	if len(code) <= freeCode {
		return false
	}
	depth := 0
	for i := range len(code) {
		switch code[i] {
		case '(', '[', '{':
			if depth++; depth > maxNests {
				return true
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	return len(code) > maxCode
}
