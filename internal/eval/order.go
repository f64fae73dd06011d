package eval

import (
	"strings"
	"time"

	"github.com/postrider/postrider/internal/value"
)

func ordered(op string) operator {
	holds := map[string]func(int) bool{
		"<":  func(c int) bool { return c < 0 },
		"<=": func(c int) bool { return c <= 0 },
		">":  func(c int) bool { return c > 0 },
		">=": func(c int) bool { return c >= 0 },
	}[op]
	return func(r *run, left, right *part, a, b any) (any, error) {
		order, err := compare(a, b)
		if err != nil {
			return nil, r.noOrder(op, left, right, a, b)
		}
		if e := numbersAsTexts(op, left, right, a, b); e != nil {
			return nil, r.shows(e, left, right, a, b)
		}
		return holds(order), nil
	}
}

// compare orders numbers, texts and times.
func compare(a, b any) (int, error) {
	if s, ok := a.(time.Time); ok {
		if t, ok := b.(time.Time); ok {
			return s.Compare(t), nil
		}
	}
	return value.Compare(a, b)
}

func (r *run) noOrder(op string, left, right *part, a, b any) *Error {
	k, l := kindOf(a), kindOf(b)
	if scalars(k, l) && k != l && k != boolean && l != boolean {
		return orderMismatch(op, left, right, r.mismatch(left, right, a, b), a, b)
	}
	p, v := left, a
	if k == number || k == text || k == instant {
		p, v = right, b
	}
	return errorf("`%s` is %s and has no order", p.text, kindOf(v)).detail("its value is `%s`", r.show(p, v))
}

// numbersAsTexts is the mistake of ordering two texts that both hold numbers: as
// texts, "57" stands behind "500". It is nil for any other values.
func numbersAsTexts(op string, left, right *part, a, b any) *Error {
	s, isText := a.(string)
	t, areTexts := b.(string)
	if !isText || !areTexts {
		return nil
	}
	if _, ok := numberIn(s); !ok {
		return nil
	}
	if _, ok := numberIn(t); !ok {
		return nil
	}
	e := errorf("`%s` and `%s` are texts that hold numbers, and texts are ordered letter by letter", left.text, right.text)
	return suggestNumbers(e, op, left, right, a, b)
}

// orderMismatch completes e, which says that two kinds have no common order: a
// text beside a number is meant as one. The values are nil where they are not
// known yet.
func orderMismatch(op string, left, right *part, e *Error, a, b any) *Error {
	written, v, other := left, a, right
	if left.kind == number || value.IsNumber(a) {
		written, v, other = right, b, left
	}
	otherIsNumber := other.kind == number || value.IsNumber(a) || value.IsNumber(b)
	s, isText := v.(string)
	if _, isLiteral := written.literal.(string); isLiteral || !otherIsNumber || !isText && written.kind != text {
		return e
	}
	if _, holds := numberIn(s); isText && !holds {
		return e.suggest("compare `%s` with a number", other.text)
	}
	return suggestNumbers(e, op, left, right, a, b)
}

// suggestNumbers suggests the comparison of the numbers that are meant. What is a
// fraction, on either side, must not be cut.
func suggestNumbers(e *Error, op string, left, right *part, a, b any) *Error {
	read := "int"
	for _, v := range []any{a, b} {
		if s, ok := v.(string); ok {
			v, _ = numberIn(s)
		}
		if value.IsNumber(v) && !value.IsInteger(v) {
			read = "float"
		}
	}
	side := func(p *part, v any) string {
		if s, ok := p.literal.(string); ok {
			n, _ := numberIn(s)
			return value.Format(n)
		}
		if p.kind == number || value.IsNumber(v) {
			return p.text
		}
		return read + "(" + strings.TrimSpace(p.text) + ")"
	}
	return e.suggest("write `%s %s %s`", side(left, a), op, side(right, b))
}
