package script

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/dop251/goja"
	"golang.org/x/text/encoding/unicode"
)

// pair is a name with its value, in a query.
type pair struct{ name, value string }

// query is a URLSearchParams: pairs in their order.
type query struct {
	pairs   []pair
	changed func() // tells the URL that it is the query of; nil for none
}

func (q *query) update() {
	if q.changed != nil {
		q.changed()
	}
}

// maxPairs bounds a query.
const maxPairs = 1 << 20

// urlSearchParams makes the class URLSearchParams (WHATWG URL section 6.2).
func (l *library) urlSearchParams() goja.Value {
	if l.params == nil {
		l.params = l.class("URLSearchParams", func(c *invocation) any { return &query{pairs: c.pairs()} }, queryMembers()...)
		prototype := l.classes["URLSearchParams"]
		l.must(prototype.DefineDataPropertySymbol(goja.SymIterator, prototype.Get("entries"), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	}
	return l.params
}

func queryMembers() []member {
	return []member{
		{name: "size", get: func(c *invocation) goja.Value { return c.l.vm.ToValue(len(receiver[*query](c).pairs)) }},
		{name: "append", call: func(c *invocation) goja.Value {
			q, name, value := receiver[*query](c), c.written(0, "name"), c.written(1, "value")
			if len(q.pairs) == maxPairs {
				c.fail("more than %d parameters", maxPairs)
			}
			q.pairs = append(q.pairs, pair{name, value})
			q.update()
			return goja.Undefined()
		}},
		{name: "delete", call: func(c *invocation) goja.Value {
			q, match := receiver[*query](c), c.matching()
			q.pairs = slices.DeleteFunc(q.pairs, match)
			q.update()
			return goja.Undefined()
		}},
		{name: "get", call: func(c *invocation) goja.Value {
			q, name := receiver[*query](c), c.written(0, "name")
			for _, p := range q.pairs {
				if p.name == name {
					return c.l.vm.ToValue(p.value)
				}
			}
			return goja.Null()
		}},
		{name: "getAll", call: func(c *invocation) goja.Value {
			q, name := receiver[*query](c), c.written(0, "name")
			var values []any
			for _, p := range q.pairs {
				if p.name == name {
					values = append(values, p.value)
				}
			}
			return c.l.vm.NewArray(values...)
		}},
		{name: "has", call: func(c *invocation) goja.Value {
			return c.l.vm.ToValue(slices.ContainsFunc(receiver[*query](c).pairs, c.matching()))
		}},
		{name: "set", call: func(c *invocation) goja.Value {
			q, name, value := receiver[*query](c), c.written(0, "name"), c.written(1, "value")
			q.set(name, value)
			q.update()
			return goja.Undefined()
		}},
		{name: "sort", call: func(c *invocation) goja.Value {
			q := receiver[*query](c)
			slices.SortStableFunc(q.pairs, func(a, b pair) int { return compareUnits(a.name, b.name) })
			q.update()
			return goja.Undefined()
		}},
		{name: "forEach", call: func(c *invocation) goja.Value {
			q, f := receiver[*query](c), c.callable(0, "callback")
			for i := 0; i < len(q.pairs); i++ { // it may change meanwhile
				_, err := f(c.arg(1), c.l.vm.ToValue(q.pairs[i].value), c.l.vm.ToValue(q.pairs[i].name), c.this)
				raise(err)
			}
			return goja.Undefined()
		}},
		{name: "keys", call: func(c *invocation) goja.Value {
			return c.l.eachPair(receiver[*query](c), func(p pair) goja.Value { return c.l.vm.ToValue(p.name) })
		}},
		{name: "values", call: func(c *invocation) goja.Value {
			return c.l.eachPair(receiver[*query](c), func(p pair) goja.Value { return c.l.vm.ToValue(p.value) })
		}},
		{name: "entries", call: func(c *invocation) goja.Value {
			return c.l.eachPair(receiver[*query](c), func(p pair) goja.Value { return c.l.vm.NewArray(p.name, p.value) })
		}},
		{name: "toString", call: func(c *invocation) goja.Value { return c.l.vm.ToValue(receiver[*query](c).String()) }},
	}
}

// matching is what (name, value) selects, where the value may be left out.
func (c *invocation) matching() func(pair) bool {
	name := c.written(0, "name")
	if !c.has(1) {
		return func(p pair) bool { return p.name == name }
	}
	value := c.written(1, "value")
	return func(p pair) bool { return p == pair{name, value} }
}

func (q *query) set(name, value string) {
	first := slices.IndexFunc(q.pairs, func(p pair) bool { return p.name == name })
	if first < 0 {
		q.pairs = append(q.pairs, pair{name, value})
		return
	}
	q.pairs[first].value = value
	rest := slices.DeleteFunc(q.pairs[first+1:], func(p pair) bool { return p.name == name })
	q.pairs = q.pairs[:first+1+len(rest)]
}

// eachPair makes an iterator of the pairs, which sees those that come meanwhile.
func (l *library) eachPair(q *query, of func(pair) goja.Value) goja.Value {
	i := 0
	return l.iterator(func() goja.Value {
		if i >= len(q.pairs) {
			return nil
		}
		i++
		return of(q.pairs[i-1])
	})
}

// iterator makes an iterator that can be iterated over itself. The end is nil.
func (l *library) iterator(next func() goja.Value) goja.Value {
	o := l.vm.NewObject()
	l.must(o.Set("next", l.function("next", func(*invocation) goja.Value {
		result, v := l.vm.NewObject(), next()
		done := v == nil
		if done {
			v = goja.Undefined()
		}
		l.must(result.Set("value", v))
		l.must(result.Set("done", done))
		return result
	})))
	self := l.function("[Symbol.iterator]", func(c *invocation) goja.Value { return c.this })
	l.must(o.DefineDataPropertySymbol(goja.SymIterator, self, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE))
	return o
}

// raise throws what a function of the script has thrown.
func raise(err error) {
	if err != nil {
		panic(rethrow(err))
	}
}

// pairs returns what the argument of the constructor stands for: a query, pairs,
// or an object of names and values.
func (c *invocation) pairs() []pair {
	if !c.has(0) {
		return nil
	}
	init, isObject := c.args[0].(*goja.Object)
	if !isObject || init.ClassName() == "String" {
		return parseQuery(strings.TrimPrefix(c.written(0, "init"), "?"))
	}
	if q, ok := held[*query](c.l, init); ok {
		return slices.Clone(q.pairs)
	}
	if init.GetSymbol(goja.SymIterator) != nil {
		return c.pairsOf(init)
	}
	if _, isFunction := goja.AssertFunction(init); isFunction {
		c.expected(0, "init", "a query, an object, or a list of pairs")
	}
	var pairs []pair
	for _, name := range init.Keys() {
		value, ok := c.l.write(init.Get(name))
		if !ok {
			c.fail("expected a string for the parameter %s, found %s", excerpt(name), described(init.Get(name)))
		}
		pairs = append(pairs, pair{name, value.String()})
	}
	return pairs
}

func (c *invocation) pairsOf(list *goja.Object) []pair {
	var pairs []pair
	c.l.vm.ForOf(list, func(v goja.Value) bool {
		var both []string
		if o, ok := v.(*goja.Object); ok && o.GetSymbol(goja.SymIterator) != nil {
			c.l.vm.ForOf(o, func(v goja.Value) bool {
				s, ok := c.l.write(v)
				if !ok {
					c.fail("expected strings for a parameter, found %s", described(v))
				}
				both = append(both, s.String())
				return len(both) < 3
			})
		}
		if len(both) != 2 {
			c.fail("expected pairs of a name and a value, found %s", described(v))
		}
		if len(pairs) == maxPairs {
			c.fail("more than %d parameters", maxPairs)
		}
		pairs = append(pairs, pair{both[0], both[1]})
		return true
	})
	return pairs
}

// compareUnits compares two texts by their UTF-16, as the Web sorts names.
func compareUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

// parseQuery reads application/x-www-form-urlencoded (WHATWG URL section 5.1).
func parseQuery(s string) []pair {
	var pairs []pair
	for part := range strings.SplitSeq(s, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if pairs = append(pairs, pair{decodeForm(name), decodeForm(value)}); len(pairs) == maxPairs {
			break
		}
	}
	return pairs
}

func decodeForm(s string) string {
	return validUTF8(percentDecode(strings.ReplaceAll(s, "+", " ")))
}

// validUTF8 replaces bytes that are not UTF-8 as the Web does.
func validUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	s, _ = unicode.UTF8.NewDecoder().String(s) // it replaces what it cannot read
	return s
}

// percentDecode replaces %XX by bytes; what is no such escape stays.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// String writes application/x-www-form-urlencoded (WHATWG URL section 5.2).
func (q *query) String() string {
	var b strings.Builder
	for i, p := range q.pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		encodeForm(&b, p.name)
		b.WriteByte('=')
		encodeForm(&b, p.value)
	}
	return b.String()
}

func encodeForm(b *strings.Builder, s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			b.WriteByte('+')
		case isAlphanumeric(c) || strings.IndexByte("*-._", c) >= 0:
			b.WriteByte(c)
		default:
			percentEncode(b, c)
		}
	}
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func percentEncode(b *strings.Builder, c byte) {
	const digits = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(digits[c>>4])
	b.WriteByte(digits[c&15])
}
