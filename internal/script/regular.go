package script

import (
	"strings"

	"github.com/dlclark/regexp2/v2"
	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
)

// The engine has two implementations of regular expressions. The first one takes
// what it does not know for letters, `\p{L}` for one, and neither knows all line
// ends of JavaScript; what is looked ahead for makes it use the second one.
const (
	secondEngine = `(?=)`
	lineStart    = `(?<![^\n\r\u2028\u2029])`
	lineEnd      = `(?![^\n\r\u2028\u2029])`
)

// portable returns a pattern that means to the engine what the given one means in
// JavaScript, or what of it is not supported.
func portable(pattern, flags string) (text, unsupported string) {
	for _, flag := range []string{"v", "d"} {
		if strings.Contains(flags, flag) {
			return "", "the flag `" + flag + "`"
		}
	}
	unicode, lines := strings.Contains(flags, "u"), strings.Contains(flags, "m")
	var b strings.Builder
	class, second := false, false
	for i := 0; i < len(pattern); i++ {
		rest := pattern[i:]
		switch c := pattern[i]; {
		case c == '\\' && len(rest) > 1:
			i++
			switch e := rest[1]; {
			case unicode && (e == 'p' || e == 'P'):
				end := strings.IndexByte(rest, '}')
				if len(rest) < 3 || rest[2] != '{' || end < 0 {
					return "", "`" + rest[:2] + "` without a property"
				}
				property, ok := propertyOf(rest[3:end], e == 'P', class)
				if !ok {
					return "", "the property `" + rest[:end+1] + "`"
				}
				b.WriteString(property)
				second = true
				i += end - 1
			case !unicode && isLetter(e) && !strings.ContainsRune("bBcdDfknrsStuvwWx", rune(e)):
				b.WriteByte(e) // which the engines give a meaning of their own
			default:
				b.WriteString(rest[:2])
			}
		case class && c == '[':
			b.WriteString(`\[`) // the second engine has classes inside of classes
		case class:
			class = c != ']'
			b.WriteByte(c)
		case unicode && strings.HasPrefix(rest, "[]"):
			b.WriteString("(?!)")
			i++
		case unicode && strings.HasPrefix(rest, "[^]"):
			b.WriteString(`[\s\S]`)
			i += 2
		case strings.HasPrefix(rest, "[]") || strings.HasPrefix(rest, "[^]"):
			n := strings.IndexByte(rest, ']')
			b.WriteString(rest[:n+1])
			i += n
		case c == '[':
			class = true
			b.WriteByte(c)
		case lines && c == '^':
			b.WriteString(lineStart)
		case lines && c == '$':
			b.WriteString(lineEnd)
		default:
			b.WriteByte(c)
		}
	}
	if second {
		return secondEngine + b.String(), ""
	}
	return b.String(), ""
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// propertyOf writes a property of Unicode as the second engine knows it.
func propertyOf(name string, not, class bool) (string, bool) {
	if name == "ASCII" {
		set := `\u0000-\u007f`
		if not {
			set = `\u0080-\u{10ffff}`
		}
		if !class {
			set = "[" + set + "]"
		}
		return set, true
	}
	if key, v, ok := strings.Cut(name, "="); ok {
		switch key {
		case "Script", "sc", "General_Category", "gc":
			name = v
		default:
			return "", false
		}
	}
	if _, err := regexp2.Compile(`\p{`+name+`}`, regexp2.ECMAScript|regexp2.Unicode); err != nil {
		return "", false
	}
	if not {
		return `\P{` + name + `}`, true
	}
	return `\p{` + name + `}`, true
}

// regular makes a regular expression of the text one for the engine.
func (i *inspector) regular(n *ast.RegExpLiteral) {
	text, unsupported := portable(n.Pattern, n.Flags)
	if unsupported != "" {
		i.problem(i.unit.place(n), "", "not supported by this version: %s in a regular expression", unsupported)
		return
	}
	if text == n.Pattern {
		return
	}
	if i.program.patterns == nil {
		i.program.patterns = map[string]string{}
	}
	if _, again := i.program.patterns[n.Pattern]; !again {
		i.program.patterns[text] = n.Pattern
		n.Pattern = text
	}
}

// expression makes the arguments of RegExp ones for the engine.
func (r *runtime) expression(arguments []goja.Value) {
	if len(arguments) == 0 || !goja.IsString(arguments[0]) {
		return
	}
	flags := ""
	if len(arguments) > 1 && goja.IsString(arguments[1]) {
		flags = arguments[1].String()
	}
	was := arguments[0].String()
	text, unsupported := portable(was, flags)
	if unsupported != "" {
		r.fault("", "not supported by this version: %s in a regular expression", unsupported)
	}
	if text != was {
		arguments[0] = r.vm.ToValue(text)
		r.writtenAs(map[string]string{text: was})
	}
}

// writtenAs makes `source` of regular expressions what their patterns were.
func (r *runtime) writtenAs(patterns map[string]string) {
	if len(patterns) == 0 {
		return
	}
	prototype := r.prototype("RegExp")
	descriptor, ok := r.vm.GlobalObject().Prototype().Get("Object").(*goja.Object)
	if !ok {
		return
	}
	find, _ := goja.AssertFunction(descriptor.Get("getOwnPropertyDescriptor"))
	v, err := find(goja.Undefined(), prototype, r.vm.ToValue("source"))
	if err != nil {
		return
	}
	source, ok := goja.AssertFunction(v.ToObject(r.vm).Get("get"))
	if !ok {
		return
	}
	_ = prototype.DefineAccessorProperty("source", r.function(func(c goja.FunctionCall) goja.Value {
		v, err := source(c.This)
		if err != nil {
			panic(rethrow(err))
		}
		if was, ok := patterns[v.String()]; ok {
			return r.vm.ToValue(was)
		}
		return v
	}), nil, goja.FLAG_TRUE, goja.FLAG_FALSE)
}
