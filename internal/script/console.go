package script

import (
	"strings"

	"github.com/dop251/goja"
)

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
