package script

import (
	"strings"
	"unicode/utf8"

	"github.com/dop251/goja"
)

// extent is what a value comes to when a function goes through it: an object that
// is in it twice counts twice.
type extent struct {
	nodes  float64
	text   float64 // characters of its texts
	height int     // how deep it nests
	open   bool    // it is being measured: to meet it again is a circle
}

// listsOnly and everything say which objects a function goes into.
func listsOnly(o *goja.Object) bool  { return o.ClassName() == "Array" }
func everything(o *goja.Object) bool { return true }

// measure measures a value. What is nested so deeply that going through it would
// take all of the stack is refused.
func (r *runtime) measure(name string, v goja.Value, into func(*goja.Object) bool) extent {
	type level struct {
		of   *goja.Object
		keys []string
		sum  extent
	}
	var stack []*level
	known := map[*goja.Object]extent{}
	add := func(to *extent, part extent) {
		to.nodes += part.nodes
		to.text += part.text
		to.height = max(to.height, part.height+1)
	}
	result := level{}
	top := &result
	enter := func(v goja.Value) {
		o, ok := v.(*goja.Object)
		if !ok || dynamicOf(o) != nil || !into(o) {
			part := extent{nodes: 1, text: 8}
			if s, ok := v.(goja.String); ok {
				part.text = float64(s.Length())
			}
			add(&top.sum, part)
			return
		}
		e, met := known[o]
		if len(stack)+e.height >= maxNests {
			r.tooDeep(name)
		}
		if met {
			if !e.open { // a circle is what the function itself refuses
				add(&top.sum, e)
			}
			return
		}
		known[o] = extent{open: true}
		keys := o.Keys()
		if listsOnly(o) {
			r.bound(name, r.length(o), maxList)
		}
		top = &level{of: o, keys: keys, sum: extent{nodes: 1}}
		for _, key := range keys {
			top.sum.text += float64(len(key))
		}
		stack = append(stack, top)
	}
	enter(v)
	for len(stack) > 0 {
		if len(top.keys) > 0 {
			key := top.keys[0]
			top.keys = top.keys[1:]
			enter(top.of.Get(key))
			continue
		}
		done := top
		known[done.of] = done.sum
		stack = stack[:len(stack)-1]
		if top = &result; len(stack) > 0 {
			top = stack[len(stack)-1]
		}
		add(&top.sum, done.sum)
	}
	return result.sum
}

// boundJoined refuses a list whose texts would be too long behind each other.
func (r *runtime) boundJoined(name string, list goja.Value, separator int) {
	length := r.length(list)
	r.bound(name, length, maxList)
	r.bound(name, length*float64(separator), maxText)
	all := r.measure(name, list, func(o *goja.Object) bool { return o == list || listsOnly(o) })
	r.bound(name, all.text+all.nodes+length*float64(separator), 4*maxText)
}

// boundDocument refuses a value whose document would be too long.
func (r *runtime) boundDocument(c *goja.FunctionCall) {
	r.bound("stringify", r.length(c.Argument(1)), maxList) // what it is to have only
	all := r.measure("stringify", c.Argument(0), everything)
	size := all.text + 4*all.nodes
	if indent := c.Argument(2); !goja.IsUndefined(indent) && !goja.IsNull(indent) {
		size += all.nodes * float64(all.height) * 10
	}
	r.bound("stringify", size, 8*maxText)
}

// guardReplacing bounds what the replacing of texts makes.
func (r *runtime) guardReplacing(text string) {
	for _, name := range []string{"replaceAll", "replace"} {
		if !r.program.may(name) {
			continue
		}
		was, _ := goja.AssertFunction(r.home(text).Get(name))
		r.wrap(text, name, func(c *goja.FunctionCall) {
			r.stepwise(c.Argument(0), c.This)
			with, ok := c.Argument(1).(goja.String)
			if !ok {
				if _, isFunction := goja.AssertFunction(c.Argument(1)); isFunction || len(c.Arguments) < 2 {
					return
				}
				c.Arguments = asText(c.Arguments, 1)
				if with, ok = c.Argument(1).(goja.String); !ok {
					return
				}
			}
			length := float64(len(c.This.String()))
			after := afterDollars(with.String())
			parts := float64(len(after))
			if strings.Trim(after, "$&") == "" { // what is found comes once for each
				parts /= length + 1
			}
			if (length+1)*(float64(with.Length())+parts*length) <= 4*maxText {
				return
			}
			// It may be too much: it is tried with a function in the place of the text.
			size, each := length, float64(with.Length())
			_, err := was(c.This, c.Argument(0), r.function(func(match goja.FunctionCall) goja.Value {
				longest := 0
				for _, v := range match.Arguments {
					if s, ok := v.(goja.String); ok && parts > 0 { // the last one is the whole text
						longest = max(longest, s.Length())
					}
				}
				if !strings.ContainsAny(after, "`'") && len(match.Arguments) > 2 {
					longest = 0
					for _, v := range match.Arguments[:len(match.Arguments)-2] {
						if s, ok := v.(goja.String); ok {
							longest = max(longest, s.Length())
						}
					}
				}
				size += each + parts*float64(longest)
				r.bound(name, size, 4*maxText)
				return goja.Undefined()
			}))
			if err != nil {
				panic(rethrow(err))
			}
		})
	}
}

// afterDollars returns the characters of a text that stand behind a dollar.
func afterDollars(text string) string {
	var b strings.Builder
	for {
		_, rest, ok := strings.Cut(text, "$")
		if !ok || rest == "" {
			return b.String()
		}
		_, size := utf8.DecodeRuneInString(rest)
		b.WriteString(rest[:size])
		text = rest[size:]
	}
}
