package eval

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/postrider/postrider/internal/value"
)

func (c *compiler) unary(n *ast.UnaryNode) (*part, *Error) {
	operand, err := c.compile(n.Node, strict)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), operand)
	switch n.Operator {
	case "not", "!":
		if err := mustBeBoolean(operand); err != nil {
			return nil, err
		}
		p.kind = boolean
		p.eval = func(r *run) (any, error) {
			b, err := operand.condition(r)
			return !b, err
		}
		return p, nil
	}
	if operand.kind != anything && operand.kind != number {
		return nil, place(notNumber(operand, operand.kind), operand.start, operand.end)
	}
	if operand.constant {
		v := operand.literal
		if n.Operator == "-" {
			v, _ = value.Neg(v)
		}
		p.constant, p.literal, p.operands = true, v, nil
	}
	p.kind = number
	p.eval = func(r *run) (any, error) {
		v, err := operand.value(r)
		switch {
		case err != nil:
			return nil, err
		case !value.IsNumber(v):
			if err := r.masked(operand, v); err != nil {
				return nil, err
			}
			return nil, r.place(notNumber(operand, kindOf(v)), operand)
		case n.Operator == "-":
			return value.Neg(v)
		}
		return v, nil
	}
	return p, nil
}

func notNumber(p *part, k kind) *Error {
	e := errorf("`%s` is %s, not a number", p.text, k)
	if k == text {
		e.suggest("write `float(%s)` if it holds a number", p.text)
	}
	return e
}

// operator computes with two values; left and right are the parts they are of,
// for messages.
type operator func(r *run, left, right *part, a, b any) (any, error)

func (c *compiler) binary(n *ast.BinaryNode, mode leniency) (*part, *Error) {
	switch n.Operator {
	case "and", "&&", "or", "||":
		return c.logical(n)
	case "??":
		return c.coalesce(n, mode)
	case "in":
		if r, ok := n.Right.(*ast.BinaryNode); ok && r.Operator == ".." {
			return c.inRange(n, r)
		}
	}
	leftMode, rightMode := strict, strict
	if n.Operator == "==" || n.Operator == "!=" {
		if isNil(n.Right) {
			leftMode = lenient
		}
		if isNil(n.Left) {
			rightMode = lenient
		}
	}
	left, err := c.compile(n.Left, leftMode)
	if err != nil {
		return nil, err
	}
	right, err := c.compile(n.Right, rightMode)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), left, right)
	p.operator = n.Operator
	p.kind = boolean
	var op operator
	switch n.Operator {
	case "==":
		op = equal
	case "!=":
		op = unequal
	case "<", "<=", ">", ">=":
		op = ordered(n.Operator)
	case "in":
		op = in
	case "matches":
		if op, err = matches(right); err != nil {
			return nil, err
		}
	case "contains":
		op = textual(strings.Contains)
	case "startsWith":
		op = textual(strings.HasPrefix)
	case "endsWith":
		op = textual(strings.HasSuffix)
	case "..":
		op, p.kind = sequence, list
	default:
		op = arithmetic(n.Operator)
		p.kind = arithmeticKind(n.Operator, left.kind, right.kind)
	}
	if op == nil {
		return nil, place(errorf("unknown operator `%s`", n.Operator), p.start, p.end)
	}
	if err := checkKinds(n.Operator, left, right); err != nil {
		return nil, place(err, p.start, p.end)
	}
	if err := checkTypes(n.Operator, left, right); err != nil {
		return nil, err
	}
	p.eval = func(r *run) (any, error) {
		a, err := left.value(r)
		if err != nil {
			return nil, err
		}
		b, err := right.value(r)
		if err != nil {
			return nil, err
		}
		if r.replays() {
			return r.operate(p.operator, op, left, right, a, b)
		}
		return op(r, left, right, a, b)
	}
	return p, nil
}

func isNil(n ast.Node) bool { _, ok := n.(*ast.NilNode); return ok }

// checkKinds finds operands that can never go together, before anything is sent.
func checkKinds(op string, left, right *part) *Error {
	l, r := left.kind, right.kind
	switch op {
	case "==", "!=", "<", "<=", ">", ">=":
		ordering := op != "==" && op != "!="
		for _, k := range []kind{l, r} {
			if ordering && (k == null || k == boolean || k == list || k == objects) {
				return errorf("%s has no order", k)
			}
		}
		switch {
		case scalars(l, r) && l != r && ordering:
			return orderMismatch(op, left, right, mismatch(left, right, l, r), left.literal, right.literal)
		case scalars(l, r) && l != r:
			return mismatch(left, right, l, r)
		case ordering && left.constant && right.constant && l == text && r == text:
			return numbersAsTexts(op, left, right, left.literal, right.literal)
		}
	case "contains", "startsWith", "endsWith", "matches":
		if l != anything && l != text {
			return notText(op, left, right, l)
		}
		if r != anything && r != text {
			return notText(op, right, right, r)
		}
	case "in":
		if r != anything && r != list && r != objects {
			return notContainer(left, right, r)
		}
	case "..":
		for _, p := range []*part{left, right} {
			if p.kind != anything && p.kind != number {
				return notNumber(p, p.kind)
			}
		}
	case "+", "-", "*", "/", "%", "**", "^":
		if l == anything || r == anything || arithmeticKind(op, l, r) != anything {
			return nil
		}
		if l != number && l != instant || r == number {
			return notNumber(left, l)
		}
		return notNumber(right, r)
	}
	return nil
}

func scalars(l, r kind) bool {
	scalar := func(k kind) bool { return k == boolean || k == number || k == text || k == instant }
	return scalar(l) && scalar(r)
}

// mismatch says that two kinds cannot be compared, and what to write instead.
func mismatch(left, right *part, l, r kind) *Error {
	e := errorf("`%s` is %s, and `%s` is %s", left.text, l, right.text, r)
	if (l == instant) != (r == instant) {
		other := left
		if l == instant {
			other = right
		}
		return e.suggest("write `date(%s)`", other.text)
	}
	textPart, other, k := left, right, r
	if r == text {
		textPart, other, k = right, left, l
	}
	if l != text && r != text {
		return e
	}
	literal, isLiteral := textPart.literal.(string)
	switch {
	case k == number && isLiteral:
		if _, ok := value.ParseNumber(literal); ok {
			return e.suggest("compare numbers with numbers: write `%s`, not `%s`", literal, textPart.text)
		}
		return e.suggest("compare `%s` with a number", other.text)
	case k == boolean && isLiteral && (literal == "true" || literal == "false"):
		return e.suggest("compare booleans with booleans: write `%s`, not `%s`", literal, textPart.text)
	case other.constant:
		return e.suggest("compare text with text: write `\"%s\"`, not `%s`", other.text, other.text)
	}
	return e.suggest("compare text with text: write `string(%s)`", other.text)
}

// mismatch is that of two parts with the values that were found.
func (r *run) mismatch(left, right *part, a, b any) *Error {
	e := mismatch(left, right, kindOf(a), kindOf(b))
	e.cause = &value.TypeError{Left: a, Right: b}
	return r.shows(e, left, right, a, b)
}

// shows adds what was found to a mistake about two parts.
func (r *run) shows(e *Error, left, right *part, a, b any) *Error {
	shown := ""
	for _, side := range []struct {
		p *part
		v any
	}{{left, a}, {right, b}} {
		if !side.p.constant {
			if shown != "" {
				shown += ", "
			}
			shown += "`" + side.p.text + "` is `" + r.show(side.p, side.v) + "`"
		}
	}
	if shown != "" {
		e.Detail = shown
	}
	return e
}

func equal(r *run, left, right *part, a, b any) (any, error) { return r.equals(left, right, a, b) }

// unequal is an error where the two can never be equal: a check that cannot fail
// checks nothing.
func unequal(r *run, left, right *part, a, b any) (any, error) {
	if k, l := kindOf(a), kindOf(b); k != l && k != null && l != null && (isContainer(k) || isContainer(l)) {
		return nil, errorf("`%s` is %s, and `%s` is %s, so that they are never equal", left.text, k, right.text, l)
	}
	same, err := r.equals(left, right, a, b)
	return !same, err
}

func (r *run) equals(left, right *part, a, b any) (bool, error) {
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok {
			return x == y, nil
		}
	}
	if s, ok := a.(time.Time); ok {
		if t, ok := b.(time.Time); ok {
			return s.Equal(t), nil
		}
	}
	if k, l := kindOf(a), kindOf(b); scalars(k, l) && k != l {
		return false, r.mismatch(left, right, a, b)
	}
	a, err := plain(a)
	if err != nil {
		return false, err
	}
	if b, err = plain(b); err != nil {
		return false, err
	}
	return value.Equal(a, b)
}

func isContainer(k kind) bool { return k == list || k == objects }

func textual(holds func(s, t string) bool) operator {
	return func(r *run, left, right *part, a, b any) (any, error) {
		s, t, err := r.texts(left, right, a, b)
		if err != nil {
			return nil, err
		}
		return holds(s, t), nil
	}
}

func (r *run) texts(left, right *part, a, b any) (s, t string, err error) {
	s, ok := a.(string)
	if !ok {
		return "", "", r.place(notText("contains", left, right, kindOf(a)).detail("its value is `%s`", r.show(left, a)), left)
	}
	if t, ok = b.(string); !ok {
		return "", "", r.place(notText("contains", right, right, kindOf(b)).detail("its value is `%s`", r.show(right, b)), right)
	}
	if t == "" { // a check that cannot fail checks nothing
		return "", "", r.place(errorf("`%s` is empty, and every text has that in it", right.text).suggest("compare with `== \"\"` if it may be empty"), right)
	}
	return s, t, nil
}

// notText says that an operand of contains, matches and the like is no text.
func notText(op string, p, right *part, k kind) *Error {
	e := errorf("`%s` is %s, not text", p.text, k)
	switch {
	case p != right && k == list && op == "contains":
		return e.suggest("write `%s in %s`, or includes(%s, …) for part of an element", right.text, p.text, p.text)
	case p != right && k == objects && op == "contains":
		return e.suggest("write `%s in %s` for a member, or `includes(%s, …)`", right.text, p.text, p.text)
	case k == number || k == boolean:
		return e.suggest("write `string(%s)`", p.text)
	}
	return e
}

// matches compiles a pattern that is written out at once; any other when it is
// known.
func matches(pattern *part) (operator, *Error) {
	var fixed *regexp.Regexp
	if s, ok := pattern.literal.(string); ok {
		var err error
		if fixed, err = regexp.Compile(s); err != nil {
			return nil, place(badPattern(s, err), pattern.start, pattern.end)
		}
	}
	return func(r *run, left, right *part, a, b any) (any, error) {
		s, t, err := r.texts(left, right, a, b)
		if err != nil {
			return nil, err
		}
		re := fixed
		if re == nil {
			if re, err = regexp.Compile(t); err != nil {
				e := badPattern(t, err)
				if !r.visible(right, t) { // the detail quotes a piece of it
					e.detail("it is `%s`", r.quote(right, t))
				}
				return nil, r.place(e, right)
			}
		}
		return re.MatchString(s), nil
	}, nil
}

func badPattern(pattern string, err error) *Error {
	e := errorf("the regular expression cannot be read").detail("%s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	e.cause = err
	if strings.Contains(pattern, "(?=") || strings.Contains(pattern, "(?!") || strings.Contains(pattern, "(?<") {
		e.suggest("do without lookaround, which RE2 does not have")
	}
	return e
}

// in reports whether a list has an element or an object a member. That text is
// looked for among numbers only is an error, as it is with ==. In a list of
// several types an element of another type is just a different one: that is
// what such lists are for, so that "5" in [1, "a"] is false.
func in(r *run, left, right *part, a, b any) (any, error) {
	switch b := b.(type) {
	case map[string]any, object:
		name, ok := a.(string)
		if !ok {
			return nil, errorf("`%s` is %s, and members have names", left.text, kindOf(a))
		}
		_, err := member(b, name, right.text, "")
		if isMissing(err) {
			return false, nil
		}
		return err == nil, err
	case []any:
		var mismatched error
		comparable := false
		for _, e := range b {
			if k, l := kindOf(a), kindOf(e); scalars(k, l) && k != l {
				mismatched = &value.TypeError{Left: a, Right: e}
				continue
			}
			same, err := r.equals(left, right, a, e)
			if same || err != nil {
				return same, err
			}
			comparable = true
		}
		if mismatched != nil && !comparable {
			e := errorf("`%s` is %s, and no element of `%s` is", left.text, kindOf(a), right.text)
			e.cause = mismatched
			return nil, e.detail("`%s` is `%s`, `%s` is `%s`", left.text, r.show(left, a), right.text, r.show(right, b))
		}
		return false, nil
	}
	return nil, notContainer(left, right, kindOf(b))
}

func notContainer(left, right *part, k kind) *Error {
	e := errorf("`%s` is %s, not a list or an object", right.text, k)
	if k == text {
		e.suggest("write `%s contains %s`", right.text, left.text)
	}
	return e
}

// inRange compiles `x in a..b` without making the list.
func (c *compiler) inRange(n, bounds *ast.BinaryNode) (*part, *Error) {
	parts, err := c.compileAll([]ast.Node{n.Left, bounds.Left, bounds.Right})
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.kind != anything && p.kind != number {
			return nil, place(notNumber(p, p.kind), p.start, p.end)
		}
	}
	p := c.over(parts...)
	p.kind = boolean
	p.eval = func(r *run) (any, error) {
		var v [3]any
		for i, q := range parts {
			x, err := q.value(r)
			if err != nil {
				return nil, err
			}
			if err := r.masked(q, x); err != nil {
				return nil, err
			}
			if !value.IsNumber(x) {
				return nil, r.place(notNumber(q, kindOf(x)).detail("its value is `%s`", r.show(q, x)), q)
			}
			v[i] = x
		}
		low, _ := value.Compare(v[0], v[1])
		high, _ := value.Compare(v[0], v[2])
		_, whole := value.Int(v[0])
		return low >= 0 && high <= 0 && whole, nil
	}
	return p, nil
}

// maxSequence bounds a..b.
const maxSequence = 1_000_000

func sequence(r *run, left, right *part, a, b any) (any, error) {
	from, ok := value.Int(a)
	if !ok {
		return nil, r.place(errorf("`%s` is not a whole number", left.text), left)
	}
	to, ok := value.Int(b)
	if !ok {
		return nil, r.place(errorf("`%s` is not a whole number", right.text), right)
	}
	if to < from {
		return []any{}, nil
	}
	if n := uint(to) - uint(from); n >= maxSequence {
		return nil, errorf("the list has more than %d elements", maxSequence)
	}
	if err := r.spend(to - from + 1); err != nil {
		return nil, err
	}
	out := make([]any, 0, to-from+1)
	for i := range to - from + 1 {
		out = append(out, from+i)
	}
	return out, nil
}

func arithmeticKind(op string, l, r kind) kind {
	switch {
	case l == number && r == number:
		return number
	case op == "+" && l == text && r == text:
		return text
	case op == "-" && l == instant && r == instant:
		return number
	case (op == "+" || op == "-") && l == instant && r == number, op == "+" && l == number && r == instant:
		return instant
	}
	return anything
}

// arithmetic computes with numbers; + joins texts, and times and durations go
// together, which are numbers of milliseconds.
func arithmetic(op string) operator {
	numbers := map[string]func(a, b any) (any, error){
		"+": value.Add, "-": value.Sub, "*": value.Mul, "/": value.Div, "%": value.Mod, "**": value.Pow, "^": value.Pow,
	}[op]
	if numbers == nil {
		return nil
	}
	return func(r *run, left, right *part, a, b any) (any, error) {
		if err := r.spend(1); err != nil {
			return nil, err
		}
		switch x := a.(type) {
		case string:
			if y, ok := b.(string); ok && op == "+" {
				return x + y, r.spendText(len(x) + len(y))
			}
		case time.Time:
			if y, ok := b.(time.Time); ok && op == "-" {
				return milliseconds(x.Sub(y)), nil
			}
			if d, ok := durationOf(b); ok && (op == "+" || op == "-") {
				if op == "-" {
					d = -d
				}
				return x.Add(d), nil
			}
		}
		if y, ok := b.(time.Time); ok && op == "+" {
			if d, ok := durationOf(a); ok {
				return y.Add(d), nil
			}
		}
		v, err := numbers(a, b)
		var mismatch *value.TypeError
		if errors.As(err, &mismatch) {
			p, x := left, a
			if value.IsNumber(a) {
				p, x = right, b
			}
			return nil, r.place(notNumber(p, kindOf(x)).detail("its value is `%s`", r.show(p, x)), p)
		}
		return v, err
	}
}

// milliseconds is what a duration is in expressions.
func milliseconds(d time.Duration) any {
	v, _ := value.Div(d.Microseconds(), 1000)
	return v
}

// durationOf reads a number of milliseconds.
func durationOf(v any) (time.Duration, bool) {
	scaled, err := value.Mul(v, int(time.Millisecond))
	if err != nil {
		return 0, false
	}
	whole, err := value.Round(scaled, value.Nearest)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(value.Format(whole), 10, 64) // int may be too small
	return time.Duration(n), err == nil
}

func (c *compiler) logical(n *ast.BinaryNode) (*part, *Error) {
	operands, err := c.compileAll([]ast.Node{n.Left, n.Right})
	if err != nil {
		return nil, err
	}
	for _, o := range operands {
		if err := mustBeBoolean(o); err != nil {
			return nil, err
		}
	}
	p := c.at(c.token(n), operands...)
	p.kind, p.operator = boolean, "and"
	decided := false // the operand that decides without the other
	if n.Operator == "or" || n.Operator == "||" {
		p.operator, decided = "or", true
	}
	p.eval = func(r *run) (any, error) {
		b, err := operands[0].condition(r)
		if err != nil || b == decided {
			return b, err
		}
		return operands[1].condition(r)
	}
	return p, nil
}

// coalesce compiles a ?? b: b where a is nil or missing.
func (c *compiler) coalesce(n *ast.BinaryNode, mode leniency) (*part, *Error) {
	left, err := c.compile(n.Left, lenient)
	if err != nil {
		return nil, err
	}
	right, err := c.compile(n.Right, mode)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), left, right)
	if left.kind == right.kind {
		p.kind = left.kind
	}
	p.eval = func(r *run) (any, error) {
		v, err := left.value(r)
		if v != nil || err != nil {
			return v, err
		}
		return right.value(r)
	}
	return p, nil
}
