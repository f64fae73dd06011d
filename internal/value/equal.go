package value

import (
	"fmt"
	"strings"
)

// TypeError is two values that cannot be compared with each other, or computed
// with. Its texts quote them whole: who shows them masks and shortens them.
type TypeError struct {
	Left, Right any
	Arithmetic  bool // an operation failed that needs numbers on both sides
}

// Error shows both values and what they are.
func (e *TypeError) Error() string {
	if e.Arithmetic {
		return fmt.Sprintf("%s is not a number", describe(e.Culprit()))
	}
	return fmt.Sprintf("%s cannot be compared with %s", describe(e.Left), describe(e.Right))
}

// Culprit returns the side that is not a number; of two, the left one.
func (e *TypeError) Culprit() any {
	if IsNumber(e.Left) {
		return e.Right
	}
	return e.Left
}

// Suggestion is the mend, in an imperative clause.
func (e *TypeError) Suggestion() string {
	text, other, ok := e.text()
	if !ok {
		return ""
	}
	if _, isBool := other.(bool); isBool {
		if text == "true" || text == "false" {
			return fmt.Sprintf("compare booleans with booleans: write `%s`, not `%s`", text, quote(text))
		}
		return fmt.Sprintf("compare text with text: write `%s`, not `%s`", quote(Format(other)), Format(other))
	}
	if _, isNumber := ParseNumber(text); isNumber {
		return fmt.Sprintf("compare numbers with numbers: write `%s`, not `%s`", text, quote(text))
	}
	other = Format(other)
	return fmt.Sprintf("compare text with text: write `\"%s\"`, not `%s`", other, other)
}

// text returns the side that is text and the one that is not.
func (e *TypeError) text() (text string, other any, ok bool) {
	if text, ok = e.Left.(string); ok {
		other = e.Right
	} else if text, ok = e.Right.(string); ok {
		other = e.Left
	}
	_, isBool := other.(bool)
	return text, other, ok && (isBool || IsNumber(other))
}

func describe(v any) string {
	if v == nil {
		return "nil"
	}
	return Kind(v) + " `" + Format(v) + "`"
}

// Equal reports whether a and b are the same value: 1, 1.0 and 1e0 are, and
// objects whatever the order of their members. Text against a number or a
// boolean, and a number against a boolean, is a [*TypeError]; inside documents
// values of different types are just unequal.
func Equal(a, b any) (bool, error) {
	if incomparable(a, b) {
		return false, &TypeError{Left: a, Right: b}
	}
	return equal(a, b), nil
}

func incomparable(a, b any) bool {
	x, y := scalar(a), scalar(b)
	return x != 0 && y != 0 && x != y
}

func scalar(v any) byte {
	switch v.(type) {
	case nil, []any, map[string]any:
		return 0
	case string:
		return 's'
	case bool:
		return 'b'
	}
	if IsNumber(v) {
		return 'n'
	}
	return 0
}

func equal(a, b any) bool {
	switch x := a.(type) {
	case nil:
		return b == nil
	case bool:
		y, ok := b.(bool)
		return ok && x == y
	case string:
		y, ok := b.(string)
		return ok && x == y
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for name, v := range x {
			w, ok := y[name]
			if !ok || !equal(v, w) {
				return false
			}
		}
		return true
	}
	if x, y, ok := ints(a, b); ok {
		return x == y
	}
	x, xok := toDecimal(a)
	y, yok := toDecimal(b)
	return xok && yok && x.compare(y) == 0
}

// Compare orders two numbers by value or two texts by their bytes: -1 if a is
// less than b, 0 if they are equal, 1 if a is greater. Anything else is a
// [*TypeError].
func Compare(a, b any) (int, error) {
	if x, y, ok := ints(a, b); ok {
		switch {
		case x < y:
			return -1, nil
		case x > y:
			return 1, nil
		}
		return 0, nil
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	}
	x, xok := toDecimal(a)
	y, yok := toDecimal(b)
	if !xok || !yok {
		return 0, &TypeError{Left: a, Right: b}
	}
	return x.compare(y), nil
}
