package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// show renders a value for people: text as it is, or quoted, and objects as
// JSON.
func (r *runtime) show(v goja.Value, quote bool) string {
	var b strings.Builder
	s := shower{runtime: r, b: &b}
	if v != nil && goja.IsString(v) && !quote {
		return v.String()
	}
	if e := r.vm.Try(func() { s.value(v) }); e != nil {
		if o, ok := e.Value().(*goja.Object); ok && r.mistakes[o] != nil {
			panic(e) // of a getter: an assertion, or what the API refuses
		}
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
	case goja.IsNumber(v):
		s.number(v)
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

// number writes a number as it was before JavaScript rounded it.
func (s *shower) number(v goja.Value) {
	if text, ok := s.exactText(v.ToFloat()); ok && text != ambiguous {
		s.b.WriteString(text)
		return
	}
	s.b.WriteString(v.String())
}

func (s *shower) object(o *goja.Object) {
	if ours, ok := dynamicOf(o).(*object); ok {
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
			v, err := f(o)
			if err != nil {
				panic(rethrow(err))
			}
			s.b.WriteString(v.String())
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

// quoted puts a text in quotes.
func quoted(s string) string { return value.Format(s) }
