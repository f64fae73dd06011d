package xpath

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// function is a function of the core library (XPath 1.0 section 4). Its
// arguments are converted to the types of its parameters.
type function struct {
	name     string
	params   []Type
	optional int  // how many of the last ones may be left out
	variadic bool // the last one may be repeated
	result   Type
	call     func(c *focus, args []any) (any, error)
}

func (f *function) param(i int) Type { return f.params[min(i, len(f.params)-1)] }

// findFunction returns a function by its name; nil if there is none. The table
// is made where it is asked for, because it is asked for seldom.
func findFunction(name string) *function {
	table := library()
	for i := range table {
		if table[i].name == name {
			return &table[i]
		}
	}
	return nil
}

func library() []function {
	return []function{
		{name: "last", result: Number, call: func(c *focus, _ []any) (any, error) { return float64(c.size), nil }},
		{name: "position", result: Number, call: func(c *focus, _ []any) (any, error) { return float64(c.position), nil }},
		{name: "count", params: []Type{Nodes}, result: Number, call: func(_ *focus, args []any) (any, error) {
			return float64(len(args[0].(set))), nil
		}},
		{name: "local-name", params: []Type{Nodes}, optional: 1, result: Text, call: nameFunction(func(n *name) string { return n.local })},
		{name: "namespace-uri", params: []Type{Nodes}, optional: 1, result: Text, call: nameFunction(func(n *name) string { return n.space })},
		{name: "name", params: []Type{Nodes}, optional: 1, result: Text, call: nameFunction((*name).qualified)},

		{name: "string", params: []Type{anyType}, optional: 1, result: Text, call: func(c *focus, args []any) (any, error) { return c.toText(c.orSelf(args)) }},
		{name: "concat", params: []Type{Text, Text, Text}, optional: 1, variadic: true, result: Text, call: concat},
		{name: "starts-with", params: []Type{Text, Text}, result: Boolean, call: ofTexts(func(s, t string) any { return strings.HasPrefix(s, t) })},
		{name: "contains", params: []Type{Text, Text}, result: Boolean, call: ofTexts(func(s, t string) any { return strings.Contains(s, t) })},
		{name: "substring-before", params: []Type{Text, Text}, result: Text, call: ofTexts(func(s, t string) any {
			before, _, found := strings.Cut(s, t)
			if !found {
				return ""
			}
			return before
		})},
		{name: "substring-after", params: []Type{Text, Text}, result: Text, call: ofTexts(func(s, t string) any {
			_, after, _ := strings.Cut(s, t)
			return after
		})},
		{name: "substring", params: []Type{Text, Number, Number}, optional: 1, result: Text, call: substring},
		{name: "string-length", params: []Type{Text}, optional: 1, result: Number, call: func(c *focus, args []any) (any, error) {
			s, err := c.toText(c.orSelf(args))
			return float64(utf8.RuneCountInString(s)), err
		}},
		{name: "normalize-space", params: []Type{Text}, optional: 1, result: Text, call: func(c *focus, args []any) (any, error) {
			s, err := c.toText(c.orSelf(args))
			words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
			return strings.Join(words, " "), err
		}},
		{name: "translate", params: []Type{Text, Text, Text}, result: Text, call: translate},

		{name: "boolean", params: []Type{anyType}, result: Boolean, call: func(_ *focus, args []any) (any, error) { return toBoolean(args[0]), nil }},
		{name: "not", params: []Type{Boolean}, result: Boolean, call: func(_ *focus, args []any) (any, error) { return !args[0].(bool), nil }},
		{name: "true", result: Boolean, call: func(*focus, []any) (any, error) { return true, nil }},
		{name: "false", result: Boolean, call: func(*focus, []any) (any, error) { return false, nil }},
		{name: "lang", params: []Type{Text}, result: Boolean, call: lang},

		{name: "number", params: []Type{anyType}, optional: 1, result: Number, call: func(c *focus, args []any) (any, error) { return c.toNumber(c.orSelf(args)) }},
		{name: "sum", params: []Type{Nodes}, result: Number, call: sum},
		{name: "floor", params: []Type{Number}, result: Number, call: ofNumber(math.Floor)},
		{name: "ceiling", params: []Type{Number}, result: Number, call: ofNumber(math.Ceil)},
		{name: "round", params: []Type{Number}, result: Number, call: ofNumber(round)},
	}
}

// suggestFunction says what to write for a function that does not exist.
func suggestFunction(called string) string {
	switch called {
	case "id":
		return "write `//*[@id='…']`"
	case "exists":
		return "write `boolean(…)`"
	case "empty":
		return "write `not(…)`"
	case "ends-with":
		return "write `substring(s, string-length(s) - string-length(end) + 1) = end`"
	case "lower-case", "upper-case":
		return "write `translate(…, 'ABC', 'abc')` with the letters that occur"
	}
	var names []string
	for _, f := range library() {
		names = append(names, f.name)
	}
	return diag.DidYouMean(called, names)
}

// orSelf is the argument of a call, or else the context node.
func (c *focus) orSelf(args []any) any {
	if len(args) > 0 {
		return args[0]
	}
	return set{c.node}
}

func nameFunction(of func(n *name) string) func(c *focus, args []any) (any, error) {
	return func(c *focus, args []any) (any, error) {
		nodes := c.orSelf(args).(set)
		if len(nodes) == 0 || c.doc.nodes[nodes[0]].name == nil {
			return "", nil
		}
		return of(c.doc.nodes[nodes[0]].name), nil
	}
}

func ofTexts(f func(s, t string) any) func(c *focus, args []any) (any, error) {
	return func(_ *focus, args []any) (any, error) {
		s, t := args[0].(string), args[1].(string)
		return f(s, t), nil
	}
}

func ofNumber(f func(float64) float64) func(c *focus, args []any) (any, error) {
	return func(_ *focus, args []any) (any, error) { return f(args[0].(float64)), nil }
}

func concat(c *focus, args []any) (any, error) {
	var b strings.Builder
	for _, a := range args {
		if err := c.spend(len(a.(string)) / 4); err != nil {
			return nil, err
		}
		b.WriteString(a.(string))
	}
	return b.String(), nil
}

// round rounds to the nearest integer, and halves up.
func round(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || math.Abs(f) >= 1<<52 { // an integer
		return f
	}
	return math.Floor(f + 0.5)
}

// substring returns the characters whose positions, from 1, lie between the
// second argument and the sum of both, rounded.
func substring(c *focus, args []any) (any, error) {
	s, from := args[0].(string), round(args[1].(float64))
	to := math.Inf(1)
	if len(args) > 2 {
		to = from + round(args[2].(float64))
	}
	if err := c.spend(len(s) / 4); err != nil {
		return nil, err
	}
	var b strings.Builder
	position := 0.0
	for _, r := range s {
		if position++; position >= from && position < to {
			b.WriteRune(r)
		}
	}
	return b.String(), nil
}

// translate replaces the characters of the second argument by those of the
// third, and drops those that have none there.
func translate(c *focus, args []any) (any, error) {
	s, to := args[0].(string), []rune(args[2].(string))
	if err := c.spend((len(s) + len(args[1].(string)) + len(to)) / 4); err != nil {
		return nil, err
	}
	table := map[rune]rune{}
	for i, r := range []rune(args[1].(string)) {
		if _, ok := table[r]; ok {
			continue // the first one counts
		}
		if table[r] = -1; i < len(to) {
			table[r] = to[i]
		}
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, s), nil
}

// lang reports whether the nearest xml:lang, or lang in HTML, is a language or
// one of its variants.
func lang(c *focus, args []any) (any, error) {
	wanted := strings.ToLower(args[0].(string))
	for at := c.node; at >= 0; at = c.doc.nodes[at].parent {
		if err := c.spend(1); err != nil {
			return nil, err
		}
		for i := at + 1; i < c.doc.nodes[at].first; i++ {
			if err := c.spend(0); err != nil {
				return nil, err
			}
			n := c.doc.nodes[i].name
			if n.local == "lang" && (n.space == xmlSpace || c.doc.html && n.space == "") {
				found := strings.ToLower(c.doc.nodes[i].text)
				return found == wanted || strings.HasPrefix(found, wanted+"-"), nil
			}
		}
	}
	return false, nil
}

func sum(c *focus, args []any) (any, error) {
	total := 0.0
	for _, n := range args[0].(set) {
		s, err := c.text(n)
		if err != nil {
			return nil, err
		}
		total += parseNumber(s)
	}
	return total, nil
}
