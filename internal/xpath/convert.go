package xpath

import (
	"math"
	"strconv"
	"strings"
)

// convert turns a value into one of a type, as a call of string(), number() or
// boolean() does (XPath 1.0 section 3.2).
func (e *evaluation) convert(v any, to Type) (any, error) {
	switch to {
	case Text:
		return e.toText(v)
	case Number:
		return e.toNumber(v)
	case Boolean:
		return toBoolean(v), nil
	}
	return v, nil
}

func (c *focus) numberOf(e expr) (float64, error) {
	v, err := e.eval(c)
	if err != nil {
		return 0, err
	}
	return c.toNumber(v)
}

func (c *focus) booleanOf(e expr) (bool, error) {
	v, err := e.eval(c)
	return err == nil && toBoolean(v), err
}

func toBoolean(v any) bool {
	switch v := v.(type) {
	case set:
		return len(v) > 0
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return v == true
}

func (e *evaluation) toNumber(v any) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case bool:
		if v {
			return 1, nil
		}
		return 0, nil
	}
	s, err := e.toText(v)
	return parseNumber(s), err
}

// parseNumber reads digits with a minus sign and a point, and white space around
// them; anything else is not a number (XPath 1.0 section 4.4).
func parseNumber(s string) float64 {
	s = strings.Trim(s, " \t\r\n")
	unsigned := strings.TrimPrefix(s, "-")
	if strings.Trim(unsigned, "0123456789.") != "" || strings.Trim(unsigned, ".") == "" {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) { // two points
		return math.NaN()
	}
	return f
}

func (e *evaluation) toText(v any) (string, error) {
	switch v := v.(type) {
	case set:
		if len(v) == 0 {
			return "", nil
		}
		return e.text(v[0])
	case float64:
		return formatNumber(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return v.(string), nil
}

func formatNumber(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strconv.FormatFloat(f, 'f', -1, 64), "+") + "inity"
	case f == 0: // -0 too
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// text returns the string-value of a node (XPath 1.0 section 5).
func (e *evaluation) text(at int32) (string, error) {
	n := &e.doc.nodes[at]
	if n.kind != rootNode && n.kind != elementNode {
		return n.text, e.spend(len(n.text) / 4)
	}
	size, texts, last := 0, 0, int32(0)
	for i := n.first; i < n.end; i = e.doc.nodes[i].first {
		if e.doc.nodes[i].kind == textNode {
			size, texts, last = size+len(e.doc.nodes[i].text), texts+1, i
		}
		if err := e.spend(0); err != nil {
			return "", err
		}
	}
	if err := e.spend(size / 4); err != nil || texts == 0 {
		return "", err
	}
	if texts == 1 {
		return e.doc.nodes[last].text, nil
	}
	var b strings.Builder
	b.Grow(size)
	for i := n.first; i < n.end; i = e.doc.nodes[i].first {
		if e.doc.nodes[i].kind == textNode {
			b.WriteString(e.doc.nodes[i].text)
		}
	}
	return b.String(), nil
}

// compare compares two values (XPath 1.0 section 3.4). A set of nodes fulfils a
// comparison if one of its nodes does.
func (e *evaluation) compare(operator string, a, b any) (bool, error) {
	left, isSet := a.(set)
	right, areSets := b.(set)
	switch {
	case isSet && areSets:
		return e.compareSets(operator, left, right)
	case isSet:
		return e.compareSet(operator, left, b)
	case areSets:
		return e.compareSet(mirrored(operator), right, a)
	}
	return e.compareValues(operator, a, b)
}

// mirrored is the operator with its sides exchanged.
func mirrored(operator string) string {
	switch operator[0] {
	case '<':
		return ">" + operator[1:]
	case '>':
		return "<" + operator[1:]
	}
	return operator
}

func (e *evaluation) compareSet(operator string, nodes set, v any) (bool, error) {
	if b, ok := v.(bool); ok {
		return e.compareValues(operator, len(nodes) > 0, b)
	}
	for _, n := range nodes {
		s, err := e.text(n)
		if err != nil {
			return false, err
		}
		if holds, err := e.compareValues(operator, s, v); holds || err != nil {
			return holds, err
		}
	}
	return false, nil
}

func (e *evaluation) compareSets(operator string, left, right set) (bool, error) {
	texts := make([]string, len(right))
	for i, n := range right {
		var err error
		if texts[i], err = e.text(n); err != nil {
			return false, err
		}
	}
	for _, n := range left {
		s, err := e.text(n)
		if err != nil {
			return false, err
		}
		for _, t := range texts {
			if holds, err := e.compareValues(operator, s, t); holds || err != nil {
				return holds, err
			}
			if err := e.spend(min(len(s), len(t)) / 16); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// compareValues compares what are no sets: with = and != as booleans if one is,
// else as numbers if one is, else as texts; otherwise as numbers.
func (e *evaluation) compareValues(operator string, a, b any) (bool, error) {
	if operator == "=" || operator == "!=" {
		_, isBool := a.(bool)
		_, areBools := b.(bool)
		s, isText := a.(string)
		t, areTexts := b.(string)
		switch {
		case isBool || areBools:
			return (toBoolean(a) == toBoolean(b)) == (operator == "="), nil
		case isText && areTexts:
			return (s == t) == (operator == "="), nil
		}
	}
	x, err := e.toNumber(a)
	if err != nil {
		return false, err
	}
	y, err := e.toNumber(b)
	switch operator {
	case "=":
		return x == y, err
	case "!=":
		return x != y, err
	case "<":
		return x < y, err
	case "<=":
		return x <= y, err
	case ">":
		return x > y, err
	}
	return x >= y, err
}
