package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/xpath"
)

// selector is a list of CSS selectors (Selectors Level 4), of those parts that
// need no browser: types, ids, classes, attributes, combinators and the
// structural pseudo-classes.
type selector struct {
	any []complexSelector
	*work
}

// complexSelector is compounds with the combinators between them, the last
// compound first.
type complexSelector []compound

// compound is conditions on one element.
type compound struct {
	conditions []func(e xpath.Node) bool
	combinator byte // to the compound on its left: ' ', '>', '+' or '~'; 0 for the leftmost
}

// maxSelector bounds a selector, in bytes.
const maxSelector = 4096

// selector reads the argument (selectors).
func (c *invocation) selector() selector {
	written := c.text(0, "selectors")
	p := &selectorParser{rest: strings.TrimSpace(written), work: &work{c: c}}
	if len(written) > maxSelector {
		c.fail("the selector is longer than %d bytes", maxSelector)
	}
	s := selector{p.list(0), p.work}
	if p.problem == "" && p.rest != "" {
		p.problem = "cannot be read from " + excerpt(p.rest)
	}
	if p.problem != "" {
		c.fail("the selector %s %s", excerpt(written), p.problem)
	}
	return s
}

func (s selector) matches(e xpath.Node) bool {
	return e.Kind() == xpath.ElementNode && slices.ContainsFunc(s.any, func(c complexSelector) bool { return c.matches(e, s.work) })
}

// matches goes to the left as far as there are elements; where a combinator allows
// several, it tries each.
func (s complexSelector) matches(e xpath.Node, w *work) bool {
	w.step()
	for _, condition := range s[0].conditions {
		if !condition(e) {
			return false
		}
	}
	if s[0].combinator == 0 {
		return true
	}
	step, once := xpath.Node.Parent, s[0].combinator == '>' || s[0].combinator == '+'
	if s[0].combinator == '+' || s[0].combinator == '~' {
		step = xpath.Node.Previous
	}
	for e, ok := step(e); ok; e, ok = step(e) {
		w.step()
		if e.Kind() != xpath.ElementNode {
			continue
		}
		if s[1:].matches(e, w) {
			return true
		}
		if once {
			break
		}
	}
	return false
}

// selectorParser reads a selector. The first problem counts.
type selectorParser struct {
	rest    string
	problem string // a clause about the selector
	work    *work  // of the selector
}

func (p *selectorParser) fail(problem string) {
	if p.problem == "" {
		p.problem = problem
	}
	p.rest = ""
}

func (p *selectorParser) space() bool {
	trimmed := strings.TrimLeft(p.rest, " \t\r\n\f")
	skipped := len(trimmed) < len(p.rest)
	p.rest = trimmed
	return skipped
}

func (p *selectorParser) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// name reads an identifier.
func (p *selectorParser) name() string {
	end := 0
	for end < len(p.rest) {
		if c := p.rest[end]; !isAlphanumeric(c) && c != '-' && c != '_' && c < 0x80 {
			break
		}
		end++
	}
	name := p.rest[:end]
	if p.rest = p.rest[end:]; name == "" {
		p.fail("lacks a name before " + excerpt(p.rest))
	}
	return name
}

// list reads selectors that are separated by commas. Inside of a pseudo-class it
// ends at the parenthesis.
func (p *selectorParser) list(depth int) []complexSelector {
	var s []complexSelector
	for {
		p.space()
		s = append(s, p.complex(depth))
		if p.space(); !p.take(',') {
			return s
		}
	}
}

// maxNesting bounds the parentheses in a selector.
const maxNesting = 8

func (p *selectorParser) complex(depth int) complexSelector {
	if depth > maxNesting {
		p.fail("is nested too deep")
	}
	all := complexSelector{p.compound(depth)}
	for {
		blank := p.space()
		combinator := byte(' ')
		switch {
		case p.rest == "" || p.rest[0] == ',' || p.rest[0] == ')':
			return all
		case strings.IndexByte(">+~", p.rest[0]) >= 0:
			combinator = p.rest[0]
			p.rest = p.rest[1:]
			p.space()
		case !blank:
			return all // it cannot be read, as the caller says
		}
		next := p.compound(depth)
		next.combinator = combinator
		all = slices.Insert(all, 0, next)
	}
}

func (p *selectorParser) compound(depth int) compound {
	var c compound
	add := func(condition func(e xpath.Node) bool) { c.conditions = append(c.conditions, condition) }
	start := p.rest
	for p.rest != "" {
		switch p.rest[0] {
		case '*':
			p.rest = p.rest[1:]
			add(func(xpath.Node) bool { return true })
		case '#':
			p.rest = p.rest[1:]
			id := p.name()
			add(func(e xpath.Node) bool { return attributeValue(e, "id") == id })
		case '.':
			p.rest = p.rest[1:]
			class := p.name()
			add(func(e xpath.Node) bool { return hasClass(e, class) })
		case '[':
			add(p.attribute())
		case ':':
			add(p.pseudoClass(depth))
		default:
			if p.rest != start || strings.IndexByte(" \t\r\n\f>+~,)", p.rest[0]) >= 0 {
				if p.rest == start {
					p.fail("lacks a name before " + excerpt(p.rest))
				}
				return c
			}
			name := p.name()
			add(func(e xpath.Node) bool {
				_, _, local, _ := e.Name()
				return local == name || e.Document().IsHTML() && strings.EqualFold(local, name)
			})
		}
	}
	if len(c.conditions) == 0 {
		p.fail("ends too early")
	}
	return c
}

// attribute reads a condition in brackets.
func (p *selectorParser) attribute() func(e xpath.Node) bool {
	p.take('[')
	p.space()
	name := p.name()
	p.space()
	if p.take(']') {
		return func(e xpath.Node) bool { _, ok := attribute(e, name); return ok }
	}
	operator, value := "", ""
	if end := strings.IndexByte(p.rest, '='); end == 0 || end == 1 {
		operator, p.rest = p.rest[:end], p.rest[end+1:]
	} else {
		p.fail("lacks `]` behind " + excerpt(name))
	}
	p.space()
	if p.rest != "" && (p.rest[0] == '"' || p.rest[0] == '\'') {
		inner, rest, ok := strings.Cut(p.rest[1:], p.rest[:1])
		if value, p.rest = inner, rest; !ok {
			p.fail("has a quotation that does not end")
		}
	} else {
		value = p.name()
	}
	if p.space(); !p.take(']') {
		p.fail("lacks `]`")
	}
	compare := comparison(operator)
	if compare == nil {
		p.fail("has the operator `" + operator + "=`, which does not exist")
	}
	return func(e xpath.Node) bool {
		a, ok := attribute(e, name)
		return ok && compare(a.Value(), value)
	}
}

// comparison returns what an operator does, without its "="; nil if there is none.
func comparison(operator string) func(have, want string) bool {
	switch operator {
	case "":
		return func(have, want string) bool { return have == want }
	case "~":
		return func(have, want string) bool { return slices.Contains(strings.Fields(have), want) }
	case "|":
		return func(have, want string) bool { return have == want || strings.HasPrefix(have, want+"-") }
	case "^":
		return func(have, want string) bool { return want != "" && strings.HasPrefix(have, want) }
	case "$":
		return func(have, want string) bool { return want != "" && strings.HasSuffix(have, want) }
	case "*":
		return func(have, want string) bool { return want != "" && strings.Contains(have, want) }
	}
	return nil
}

// pseudoClass reads what begins with a colon.
func (p *selectorParser) pseudoClass(depth int) func(e xpath.Node) bool {
	p.take(':')
	name := p.name()
	switch name {
	case "root":
		return func(e xpath.Node) bool { parent, ok := e.Parent(); return ok && parent.Kind() == xpath.RootNode }
	case "empty":
		return func(e xpath.Node) bool {
			for c := range e.Children() {
				if c.Kind() == xpath.ElementNode || c.Kind() == xpath.TextNode {
					return false
				}
			}
			return true
		}
	case "first-child":
		return func(e xpath.Node) bool { return p.place(e, xpath.Node.Previous) == 1 }
	case "last-child":
		return func(e xpath.Node) bool { return p.place(e, xpath.Node.Next) == 1 }
	case "only-child":
		return func(e xpath.Node) bool {
			return p.place(e, xpath.Node.Previous) == 1 && p.place(e, xpath.Node.Next) == 1
		}
	case "nth-child", "nth-last-child":
		step := xpath.Node.Previous
		if name == "nth-last-child" {
			step = xpath.Node.Next
		}
		a, b := p.nth()
		return func(e xpath.Node) bool {
			n := p.place(e, step) - b
			return n == 0 || a != 0 && n%a == 0 && n/a >= 0
		}
	case "not", "is", "where":
		if !p.take('(') {
			p.fail("lacks `(` behind `:" + name + "`")
		}
		inner := selector{p.list(depth + 1), p.work}
		if !p.take(')') {
			p.fail("lacks `)`")
		}
		return func(e xpath.Node) bool { return inner.matches(e) == (name != "not") }
	}
	p.fail("has the pseudo-class `:" + name + "`, which is not supported")
	return nil
}

// place is the place of an element among its siblings, from 1.
func (p *selectorParser) place(e xpath.Node, step func(xpath.Node) (xpath.Node, bool)) int {
	n := 1
	for e, ok := step(e); ok; e, ok = step(e) {
		p.work.step()
		if e.Kind() == xpath.ElementNode {
			n++
		}
	}
	return n
}

// nth reads (odd), (even), (3) and (2n+1).
func (p *selectorParser) nth() (a, b int) {
	written, rest, ok := strings.Cut(strings.TrimPrefix(p.rest, "("), ")")
	if !strings.HasPrefix(p.rest, "(") || !ok {
		p.fail("lacks a number in parentheses")
		return 0, 0
	}
	p.rest = rest
	written = strings.ToLower(strings.Join(strings.Fields(written), ""))
	switch written {
	case "odd":
		return 2, 1
	case "even":
		return 2, 0
	}
	var err error
	step, offset, stepped := strings.Cut(written, "n")
	if stepped {
		switch step {
		case "", "+":
			a = 1
		case "-":
			a = -1
		default:
			a, err = strconv.Atoi(step)
		}
	} else {
		offset = written
	}
	if offset != "" && err == nil {
		b, err = strconv.Atoi(offset)
	}
	if err != nil || written == "" {
		p.fail("has " + excerpt(written) + " in the place of a number")
	}
	return a, b
}
