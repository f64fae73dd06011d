package script

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

// fromGo makes a value of package value one of the script. A number that
// JavaScript cannot hold becomes the nearest that it can, and its text is
// remembered.
func (r *runtime) fromGo(v any) goja.Value {
	switch v := v.(type) {
	case nil:
		return goja.Null()
	case value.Number:
		return r.number(string(v))
	case int:
		if n := int64(v); n > maxSafe || n < -maxSafe {
			return r.number(strconv.Itoa(v))
		}
		return r.vm.ToValue(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = r.fromGo(e)
		}
		return r.vm.NewArray(list...)
	case map[string]any:
		o := r.vm.NewObject()
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			r.member(o, name, r.fromGo(v[name]))
		}
		return o
	}
	return r.vm.ToValue(v)
}

// member sets a member of a fresh object.
func (r *runtime) member(o *goja.Object, name string, v goja.Value) {
	if name == "__proto__" { // a member like any other in JSON
		_ = o.DefineDataProperty(name, v, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		return
	}
	_ = o.Set(name, v)
}

// handover turns a value of the script into one of package value.
type handover struct {
	*runtime
	name string // of the variable
	path []*goja.Object
}

// toGo makes a value of the script one of package value. What cannot be kept is
// an exception that names it.
func (r *runtime) toGo(name string, v goja.Value) any {
	h := handover{runtime: r, name: name}
	return h.value(v, name)
}

func (h *handover) refuse(path, what, suggestion string) {
	subject := "`" + path + "`"
	if path == h.name {
		subject = "the value of `" + path + "`"
	}
	verb := "kept"
	if h.program.expression {
		verb = "compared"
	}
	h.fault(suggestion, "%s is %s, which cannot be %s", subject, what, verb)
}

func (h *handover) value(v goja.Value, path string) any {
	if v == nil || goja.IsUndefined(v) {
		h.refuse(path, "undefined", "look at what the answer really has, or set it to null")
	}
	if goja.IsNull(v) {
		return nil
	}
	if o, ok := v.(*goja.Object); ok {
		return h.object(o, path)
	}
	if _, ok := v.(*goja.Symbol); ok {
		h.refuse(path, "a symbol", "keep text")
	}
	switch x := v.Export().(type) {
	case bool:
		return x
	case string:
		return h.text(x)
	case int64:
		return h.exactly(float64(x), int(x))
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			h.refuse(path, v.String()+", no number", "look at what it is computed from")
		}
		return h.exactly(x, plainNumber(x))
	case *big.Int:
		n, _ := value.ParseNumber(x.String())
		return n
	}
	h.refuse(path, "a "+v.ExportType().String(), "keep text")
	return nil
}

// plainNumber is the number that JavaScript shows for a float.
func plainNumber(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) <= maxSafe {
		return int(f)
	}
	format := byte('f')
	if a := math.Abs(f); a >= 1e21 || a < 1e-6 {
		format = 'e'
	}
	n, _ := value.ParseNumber(strconv.FormatFloat(f, format, -1, 64))
	return n
}

// exactly returns the number of the answer that a float stands for, if it had to
// be rounded to it; otherwise the number given.
func (h *handover) exactly(f float64, n any) any {
	if text, ok := h.exactText(f); ok {
		if text == ambiguous {
			h.fault("capture it with `# @capture "+h.name+" = …`, whose numbers are exact",
				"the answer has several numbers that JavaScript takes for %s: which of them `%s` is cannot be told", value.Format(n), h.name)
		}
		exact, _ := value.ParseNumber(text)
		return exact
	}
	return n
}

// text returns a text that is kept. One that is nothing but a number that had to
// be rounded is the number as it was written; one that holds it among other
// things cannot be mended.
func (h *handover) text(s string) string {
	h.exactText(0) // so that the numbers are known
	for f, exact := range h.exact {
		rounded := h.vm.ToValue(f).String()
		switch {
		case len(rounded) <= safeDigits || !strings.Contains(s, rounded) || exact != ambiguous && strings.Contains(s, exact):
		case s == rounded && exact != ambiguous:
			return exact
		default:
			h.fault("capture the number with `# @capture`, whose numbers are exact",
				"`%s` would hold %s, which JavaScript has rounded: it is another number in the answer", h.name, rounded)
		}
	}
	return s
}

func (h *handover) object(o *goja.Object, path string) any {
	if slices.Contains(h.path, o) {
		h.refuse(path, "an object that contains itself", "keep the parts that you need")
	}
	if text, ok := h.standsFor(o); ok {
		return text
	}
	if _, ok := h.markupOf(o); ok {
		h.refuse(path, "a node of a document", "keep its `textContent`")
	}
	if _, ok := goja.AssertFunction(o); ok {
		h.refuse(path, "a function", "call it, and keep what it returns")
	}
	if promiseOf(o) != nil {
		h.refuse(path, "a promise", "await it")
	}
	if len(h.path) > 1000 {
		h.refuse(h.name, "nested too deeply", "keep the parts that you need")
	}
	h.path = append(h.path, o)
	defer func() { h.path = h.path[:len(h.path)-1] }()
	switch o.ClassName() {
	case "String", "Number", "Boolean":
		if dynamicOf(o) == nil {
			return h.value(h.primitive(o), path)
		}
	case "Array":
		return h.array(o, path)
	case "RegExp":
		h.refuse(path, "a regular expression", "keep its text")
	case "Error":
		if _, ok := goja.AssertFunction(o.Get("toJSON")); !ok {
			h.refuse(path, "an exception", "keep its `message`")
		}
	}
	if f, ok := goja.AssertFunction(o.Get("toJSON")); ok {
		v, err := f(o, h.vm.ToValue(""))
		if err != nil {
			panic(rethrow(err))
		}
		if o.ClassName() == "Date" && goja.IsNull(v) {
			h.refuse(path, "an invalid date", "look at what it is made from")
		}
		return h.value(v, path)
	}
	members := map[string]any{}
	names := o.Keys()
	if tag := tagOf(o); tag != "" && (len(names) == 0 || strings.HasSuffix(tag, "Array")) {
		h.refuse(path, article(tag)+" "+tag, "keep a list or an object: `Object.fromEntries(map)`, `[...set]`")
	}
	for _, name := range names {
		if v := o.Get(name); v != nil && !goja.IsUndefined(v) { // as JSON does
			members[name] = h.value(v, value.Member(path, name))
		}
	}
	return members
}

// tagOf returns what the language calls an object that is more than its members:
// Map, Set, ArrayBuffer, Generator …; empty for a plain one.
func tagOf(o *goja.Object) string {
	if dynamicOf(o) != nil {
		return ""
	}
	if tag := o.GetSymbol(goja.SymToStringTag); tag != nil && goja.IsString(tag) {
		return tag.String()
	}
	return ""
}

// rethrow is what to panic with, to go on with an error of the engine.
func rethrow(err error) any {
	if e, ok := err.(*goja.Exception); ok {
		return e
	}
	return err
}

func (h *handover) primitive(o *goja.Object) goja.Value {
	f, _ := goja.AssertFunction(o.Get("valueOf"))
	v, err := f(o)
	if err != nil {
		panic(rethrow(err))
	}
	if _, still := v.(*goja.Object); still {
		return goja.Undefined()
	}
	return v
}

func (h *handover) array(o *goja.Object, path string) any {
	length := o.Get("length").ToInteger()
	if length > 10_000_000 {
		h.refuse(path, "a list of "+strconv.FormatInt(length, 10)+" elements", "keep the parts that you need")
	}
	list := make([]any, length)
	for i := range list {
		index := strconv.Itoa(i)
		list[i] = h.value(o.Get(index), path+"["+index+"]")
	}
	return list
}
