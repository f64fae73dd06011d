package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

var clientMembers = []string{"test", "assert", "log", "exit", "global", "variables", "isEmpty"}

// client is the object of that name.
func (r *runtime) client() *goja.Object {
	o := &object{name: "client", members: clientMembers}
	o.get = func(name string) goja.Value {
		switch name {
		case "test":
			return r.function(r.addTest)
		case "assert":
			return r.assertFunction()
		case "log":
			return r.printer(Info)
		case "exit":
			return r.function(func(goja.FunctionCall) goja.Value { r.exit(); return goja.Undefined() })
		case "global":
			return r.store("client.global", Global, globalMembers)
		case "variables":
			return r.tiers()
		case "isEmpty":
			return r.function(func(goja.FunctionCall) goja.Value {
				var names []string
				r.ask(func(h Host) { names = h.Names(Global) })
				return r.vm.ToValue(len(names) == 0)
			})
		}
		return nil
	}
	return r.object(o)
}

var tierMembers = []string{"global", "environment", "file", "request"}

// tiers is client.variables.
func (r *runtime) tiers() *goja.Object {
	o := &object{name: "client.variables", members: tierMembers}
	o.get = func(name string) goja.Value {
		switch full := "client.variables." + name; name {
		case "global":
			return r.store(full, Global, storeMembers)
		case "environment":
			return r.store(full, OfEnvironment, readMembers)
		case "file":
			return r.store(full, OfFile, readMembers)
		case "request":
			return r.store(full, OfRequest, storeMembers)
		}
		return nil
	}
	return r.object(o)
}

// assertFunction is client.assert, and the assert of kulala. A library may add
// members to it.
func (r *runtime) assertFunction() goja.Value {
	return r.withAssertions(r.function(func(c goja.FunctionCall) goja.Value {
		r.assert(r.condition(c, "client.assert"), r.message(c.Argument(1)))
		return goja.Undefined()
	}), "assert")
}

// condition returns the first argument of an assertion. What is always true
// whatever the answer is no condition.
func (r *runtime) condition(c goja.FunctionCall, function string) bool {
	if len(c.Arguments) == 0 {
		r.fault("write `"+function+"(condition, \"message\")`", "`%s` has nothing to check", function)
	}
	if o, ok := c.Argument(0).(*goja.Object); ok {
		if _, ok := goja.AssertFunction(o); ok {
			r.fault("call it", "`%s` is given a function, which is always true", function)
		}
		if promiseOf(o) != nil {
			r.fault("await it", "`%s` is given a promise, which is always true", function)
		}
	}
	return c.Argument(0).ToBoolean()
}

// message returns the message of an assertion. Whoever hands over a number means
// to compare.
func (r *runtime) message(v goja.Value) string {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	if goja.IsNumber(v) || v.ExportType() != nil && v.ExportType().Kind().String() == "bool" {
		r.fault("compare with `===`", "the second argument of an assertion is its message, and not what to compare with: %s", v.String())
	}
	return r.show(v, false)
}

// exit ends the script as if its text had ended.
func (r *runtime) exit() {
	r.exited = true
	r.vm.Interrupt(exited{})
}

// exited is what interrupts a script that ends itself.
type exited struct{}

// printer makes a function that prints.
func (r *runtime) printer(level Level) goja.Value {
	return r.function(func(c goja.FunctionCall) goja.Value {
		r.print(level, c.Arguments)
		return goja.Undefined()
	})
}

// maxEntries bounds the entries of a log, however short they are.
const maxEntries = 1000

func (r *runtime) print(level Level, arguments []goja.Value) {
	if r.printed >= r.limits.Log || len(r.result.Log) >= maxEntries {
		r.result.LogLost++
		return
	}
	text := r.formatted(arguments)
	if room := r.limits.Log - r.printed; len(text) > room {
		text = strings.ToValidUTF8(text[:room], "") + " …"
	}
	r.printed += len(text) + 1
	r.result.Log = append(r.result.Log, Entry{Level: level, Text: text, Place: r.here()})
}

// formatted joins what is printed with blanks. A text with %s and the like takes
// the arguments behind it, as in the consoles of browsers.
func (r *runtime) formatted(arguments []goja.Value) string {
	var words []string
	if len(arguments) > 1 && goja.IsString(arguments[0]) && strings.Contains(arguments[0].String(), "%") {
		var first string
		first, arguments = r.substituted(arguments[0].String(), arguments[1:])
		words = append(words, first)
	}
	for _, a := range arguments {
		words = append(words, r.show(a, false))
	}
	return strings.Join(words, " ")
}

func (r *runtime) substituted(format string, arguments []goja.Value) (string, []goja.Value) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		verb := format[i+1]
		switch {
		case verb == '%':
			b.WriteByte('%')
		case len(arguments) == 0 || !strings.ContainsRune("sdifoOjc", rune(verb)):
			b.WriteByte('%')
			continue
		default:
			if verb != 'c' { // the style of what follows
				b.WriteString(r.show(arguments[0], false))
			}
			arguments = arguments[1:]
		}
		i++
	}
	return b.String(), arguments
}

var consoleMembers = []string{"log", "info", "warn", "error", "debug", "trace", "dir", "table", "assert", "group", "groupCollapsed",
	"groupEnd", "time", "timeEnd", "timeLog", "count", "clear"}

// console is the object of that name.
func (r *runtime) console() *goja.Object {
	o := &object{name: "console", members: consoleMembers}
	o.get = func(name string) goja.Value {
		switch name {
		case "warn":
			return r.printer(Warn)
		case "error":
			return r.printer(Error)
		case "debug", "trace":
			return r.printer(Debug)
		case "assert": // prints, and is no check
			return r.function(func(c goja.FunctionCall) goja.Value {
				if !c.Argument(0).ToBoolean() {
					r.print(Error, append([]goja.Value{r.vm.ToValue("assertion failed:")}, c.Arguments[min(1, len(c.Arguments)):]...))
				}
				return goja.Undefined()
			})
		case "groupEnd", "time", "timeEnd", "timeLog", "count", "clear":
			return r.function(func(goja.FunctionCall) goja.Value { return goja.Undefined() })
		}
		return r.printer(Info)
	}
	return r.object(o)
}

// show renders a value for people: text as it is, or quoted, and objects as
// JSON.
func (r *runtime) show(v goja.Value, quote bool) string {
	var b strings.Builder
	s := shower{runtime: r, b: &b}
	if v != nil && goja.IsString(v) && !quote {
		return v.String()
	}
	if e := r.vm.Try(func() { s.value(v) }); e != nil {
		return b.String() + " … (it cannot be shown)"
	}
	return b.String()
}

// shower writes a value. It ends when there is more than anybody reads.
type shower struct {
	*runtime
	b    *strings.Builder
	path []*goja.Object
}

const maxShown = 32 << 10

func (s *shower) value(v goja.Value) {
	if s.b.Len() > maxShown {
		return
	}
	o, ok := v.(*goja.Object)
	switch {
	case v == nil:
		s.b.WriteString("undefined")
	case goja.IsString(v):
		s.b.WriteString(quoted(v.String()))
	case !ok:
		s.b.WriteString(v.String())
	case slices.Contains(s.path, o):
		s.b.WriteString("[Circular]")
	case len(s.path) > 20:
		s.b.WriteString("…")
	default:
		s.path = append(s.path, o)
		s.object(o)
		s.path = s.path[:len(s.path)-1]
	}
}

func (s *shower) object(o *goja.Object) {
	if ours, ok := o.Export().(*object); ok {
		s.b.WriteString("[" + ours.name + "]")
		return
	}
	if text, ok := s.standsFor(o); ok {
		s.b.WriteString(text)
		return
	}
	if markup, ok := s.markupOf(o); ok {
		s.b.WriteString(markup)
		return
	}
	if _, ok := goja.AssertFunction(o); ok {
		s.b.WriteString("[Function]")
		return
	}
	switch o.ClassName() {
	case "Array":
		s.list(o)
		return
	case "Error":
		s.b.WriteString(o.String())
		return
	case "String", "Number", "Boolean", "RegExp":
		s.b.WriteString(o.String())
		return
	case "Date":
		if f, ok := goja.AssertFunction(o.Get("toJSON")); ok {
			if v, err := f(o); err == nil {
				s.b.WriteString(v.String())
			}
		}
		return
	}
	if promiseOf(o) != nil {
		s.b.WriteString("[Promise]")
		return
	}
	s.b.WriteByte('{')
	for i, name := range o.Keys() {
		if i > 0 {
			s.b.WriteByte(',')
		}
		s.b.WriteString(quoted(name) + ":")
		s.value(o.Get(name))
		if s.b.Len() > maxShown {
			s.b.WriteString(" …")
			break
		}
	}
	s.b.WriteByte('}')
}

func (s *shower) list(o *goja.Object) {
	s.b.WriteByte('[')
	for i := range int(o.Get("length").ToInteger()) {
		if i > 0 {
			s.b.WriteByte(',')
		}
		s.value(o.Get(strconv.Itoa(i)))
		if s.b.Len() > maxShown {
			s.b.WriteString(" …")
			break
		}
	}
	s.b.WriteByte(']')
}

// oneLine puts a text on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }

// neverSettles is the message about a promise that nothing will ever settle.
func (r *runtime) neverSettles() *diag.Diagnostic {
	at := r.program.start()
	if r.current != nil {
		at = r.current.place
	}
	d := r.diagnostic(at, diag.CodeScript, "a promise never settles: nothing is left that could")
	d.Suggestion = "call `resolve` or `reject` on every way"
	return d
}

func contains(s, part string) bool { return strings.Contains(s, part) }
