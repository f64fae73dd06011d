package script

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

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
// same that refuses to: of all of that, what the script names.
func (r *runtime) guard() {
	text := "String.prototype"
	r.wrap(text, "repeat", func(c *goja.FunctionCall) {
		r.bound("repeat", float64(len(c.This.String()))*c.Argument(0).ToFloat(), maxText)
	})
	for _, name := range []string{"padStart", "padEnd"} {
		r.wrap(text, name, func(c *goja.FunctionCall) { r.bound(name, c.Argument(0).ToFloat(), maxText) })
	}
	r.guardReplacing(text)
	for _, name := range []string{"match", "matchAll", "search"} {
		r.wrap(text, name, func(c *goja.FunctionCall) {
			c.Arguments = r.pattern(c.Arguments)
			r.stepwise(c.Argument(0), c.This)
		})
	}
	r.guardJoining(text)
	r.wrap("RegExp.prototype", "compile", func(c *goja.FunctionCall) { c.Arguments = r.pattern(c.Arguments) })
	r.guardLists()
	r.guardBigInts()
	r.guardConstructors()
	r.wrap("JSON", "stringify", func(c *goja.FunctionCall) { r.boundDocument(c) })
	r.wrap("JSON", "parse", func(c *goja.FunctionCall) {
		c.Arguments = asText(c.Arguments, 0)
		r.nestedText(c.Argument(0))
	})
}

// functionKinds are functions whose constructors have no name in the language.
var functionKinds = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("", "[async function() {}, function*() {}]", false)
})

// guardConstructors guards the constructors that are reached by way of what they
// have made.
func (r *runtime) guardConstructors() {
	if !r.program.may("constructor") {
		return
	}
	set := func(prototype *goja.Object, constructor goja.Value) {
		_ = prototype.DefineDataProperty("constructor", constructor, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
	function := r.scope.constructorOnce("Function")
	set(r.prototype("Function"), function)
	if kinds, err := r.vm.RunProgram(functionKinds()); err == nil {
		for _, i := range []string{"0", "1"} {
			prototype := kinds.(*goja.Object).Get(i).(*goja.Object).Prototype()
			if constructor, ok := prototype.Get("constructor").(*goja.Object); ok {
				_ = constructor.SetPrototype(function.(*goja.Object))
				set(prototype, r.checked(constructor, r.codes))
			}
		}
	}
	if r.program.constructors {
		for _, name := range append([]string{"RegExp", "Array"}, buffers...) {
			if constructor := r.scope.constructorOnce(name); constructor != nil {
				set(r.prototype(name), constructor)
			}
		}
	}
}

func (r *runtime) prototype(class string) *goja.Object {
	return r.base.Get(class).(*goja.Object).Get("prototype").(*goja.Object)
}

// home returns an object of the language, such as `JSON` or `String.prototype`.
func (r *runtime) home(path string) *goja.Object {
	if class, ok := strings.CutSuffix(path, ".prototype"); ok {
		return r.prototype(class)
	}
	return r.base.Get(path).(*goja.Object)
}

// wrap calls check before a function of an object of the language, if the script
// may call it by its name. The check may replace what the function is called with.
func (r *runtime) wrap(home, name string, check func(c *goja.FunctionCall)) {
	if r.program.may(name) {
		r.wrapIn(r.home(home), name, check)
	}
}

// wrapIn calls check before a function of any object.
func (r *runtime) wrapIn(o *goja.Object, name string, check func(c *goja.FunctionCall)) {
	was, ok := goja.AssertFunction(o.Get(name))
	if !ok {
		return
	}
	_ = o.DefineDataProperty(name, r.before(was, check), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// before returns a function that calls check before another one.
func (r *runtime) before(was goja.Callable, check func(c *goja.FunctionCall)) goja.Value {
	return r.function(func(c goja.FunctionCall) goja.Value {
		check(&c)
		v, err := was(c.This, c.Arguments...)
		if err != nil {
			panic(rethrow(err))
		}
		return v
	})
}

// asText makes one of some arguments the text that the function would make of it:
// so that what is checked is what it gets.
func asText(arguments []goja.Value, i int) []goja.Value {
	if i >= len(arguments) {
		return arguments
	}
	if _, ok := arguments[i].(*goja.Object); !ok {
		return arguments
	}
	arguments = slices.Clone(arguments)
	arguments[i] = arguments[i].ToString()
	return arguments
}

func (r *runtime) bound(name string, size float64, most float64) {
	if size > most {
		r.throw(mistake{code: diag.CodeScriptLimit, message: fmt.Sprintf("`%s` would make more than a script may have at once: %.0f", name, size)})
	}
}

func (r *runtime) length(v goja.Value) float64 {
	switch v := v.(type) {
	case *goja.Object:
		if length := v.Get("length"); length != nil {
			return length.ToFloat()
		}
	case goja.String:
		return float64(v.Length())
	}
	return 0
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
func (r *runtime) pattern(arguments []goja.Value) []goja.Value {
	if len(arguments) == 0 {
		return arguments
	}
	if o, ok := arguments[0].(*goja.Object); ok && (o.ClassName() == "RegExp" || o.GetSymbol(goja.SymMatch) != nil) {
		return arguments
	}
	arguments = asText(arguments, 0)
	if goja.IsString(arguments[0]) {
		r.bound("RegExp", float64(len(arguments[0].String())), maxPattern)
	}
	return arguments
}

// codes refuses code that is too long to read safely.
func (r *runtime) codes(arguments []goja.Value) []goja.Value {
	length := 0
	for i := range arguments {
		arguments = asText(arguments, i)
		if goja.IsString(arguments[i]) {
			length += len(arguments[i].String())
		}
	}
	r.bound("eval", float64(length), freeCode)
	for _, v := range arguments {
		if goja.IsString(v) && r.program.growsIn(v.String()) {
			r.fault("write it in the script itself", "not supported by this version: `*`, `<<` and `>>` in code that is given as text, where BigInts are used")
		}
	}
	return arguments
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
		return r.checked(was, func(arguments []goja.Value) []goja.Value {
			if len(arguments) > 0 {
				if o, ok := arguments[0].(*goja.Object); ok {
					r.bound(name, r.length(o), maxText)
				} else {
					r.bound(name, arguments[0].ToFloat(), maxText)
				}
			}
			return arguments
		})
	case name == "Function":
		return r.checked(was, r.codes)
	case name == "Array":
		return r.checked(was, func(arguments []goja.Value) []goja.Value {
			if len(arguments) == 1 && goja.IsNumber(arguments[0]) {
				r.bound("Array", arguments[0].ToFloat(), maxList)
			}
			return arguments
		})
	case name == "RegExp":
		return r.checked(was, func(arguments []goja.Value) []goja.Value {
			arguments = r.pattern(arguments)
			r.expression(arguments)
			return arguments
		})
	case name == "eval": // which sees the globals alone
		return r.function(func(c goja.FunctionCall) goja.Value {
			if goja.IsString(c.Argument(0)) { // all else is not read as code
				r.codes(c.Arguments[:1])
			}
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

// constructorOnce returns the guarded constructor of a name, always the same one.
func (s *scope) constructorOnce(name string) goja.Value {
	for _, c := range s.made {
		if c.name == name {
			return c.value
		}
	}
	v := s.constructor(name)
	if v != nil {
		s.made = append(s.made, cached{name, v})
	}
	return v
}

// checked calls check before a constructor is used. It may replace the arguments.
func (r *runtime) checked(was *goja.Object, check func([]goja.Value) []goja.Value) goja.Value {
	var proxy goja.Value
	proxy = r.vm.ToValue(r.vm.NewProxy(was, &goja.ProxyTrapConfig{
		GetSym: func(target *goja.Object, property *goja.Symbol, receiver goja.Value) goja.Value {
			switch {
			case property == goja.SymHasInstance && receiver == proxy:
				return r.function(func(c goja.FunctionCall) goja.Value {
					o, ok := c.Argument(0).(*goja.Object)
					return r.vm.ToValue(ok && r.vm.InstanceOf(o, target))
				})
			case property == goja.SymSpecies: // what it makes by itself is guarded too
				return receiver
			}
			return target.GetSymbol(property)
		},
		Construct: func(target *goja.Object, arguments []goja.Value, class *goja.Object) *goja.Object {
			o, err := r.vm.New(target, check(arguments)...)
			if err != nil {
				panic(rethrow(err))
			}
			if prototype, ok := class.Get("prototype").(*goja.Object); ok && prototype != target.Get("prototype") {
				_ = o.SetPrototype(prototype) // of a class that extends it
			}
			return o
		},
		Apply: func(target *goja.Object, this goja.Value, arguments []goja.Value) goja.Value {
			f, _ := goja.AssertFunction(target)
			v, err := f(this, check(arguments)...)
			if err != nil {
				panic(rethrow(err))
			}
			return v
		},
	}))
	return proxy
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
