package xpath

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// parser reads an expression by recursive descent (XPath 1.0 section 3). A
// mistake ends it with a panic of an *Error, which parse recovers.
type parser struct {
	tokens   []token
	at       int
	depth    int
	prefixes []prefix
}

// maxDepth bounds brackets in brackets.
const maxDepth = 100

func (p *parser) parse() (e *Expr, err *Error) {
	defer func() {
		if r := recover(); r != nil {
			mistake, ok := r.(*Error)
			if !ok {
				panic(r)
			}
			e, err = nil, mistake
		}
	}()
	root := p.or()
	if t := p.peek(); t.kind != eof {
		summary := fmt.Sprintf("`%s` cannot follow here", t.shown())
		if t.text == ")" || t.text == "]" {
			summary = fmt.Sprintf("`%s` closes nothing", t.text)
		}
		p.fail(t, summary, "")
	}
	return &Expr{root: root, prefixes: p.prefixes}, nil
}

func (p *parser) fail(t token, summary, suggestion string) {
	panic(&Error{Start: t.start, End: t.end, Summary: summary, Suggestion: suggestion})
}

func (p *parser) peek() token { return p.tokens[p.at] }

// peekAt returns the n-th token from here.
func (p *parser) peekAt(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != eof {
		p.at++
	}
	return t
}

// is reports whether the next token is one of some symbols.
func (p *parser) is(texts ...string) bool {
	t := p.peek()
	if t.kind != symbol {
		return false
	}
	for _, text := range texts {
		if t.text == text {
			return true
		}
	}
	return false
}

func (p *parser) expect(text, where string) {
	if !p.is(text) {
		p.fail(p.peek(), fmt.Sprintf("expected `%s` %s, found %s", text, where, p.peek().quoted()), "")
	}
	p.take()
}

// shown is a token as written, about.
func (t token) shown() string {
	if t.kind == literal {
		return "'" + t.text + "'"
	}
	return t.text
}

func (t token) quoted() string {
	if t.kind == eof {
		return "the end"
	}
	return "`" + t.shown() + "`"
}

// nest guards against brackets that are nested too deeply.
func (p *parser) nest() func() {
	if p.depth++; p.depth > maxDepth {
		p.fail(p.peek(), fmt.Sprintf("brackets are nested more than %d deep", maxDepth), "")
	}
	return func() { p.depth-- }
}

// operators are the binary operators from the weakest to the strongest. Those
// that are words are names where an operand stands.
var operators = [...][]string{{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"}}

func (p *parser) or() expr { return p.binary(0) }

func (p *parser) binary(level int) expr {
	if level == len(operators) {
		return p.unary()
	}
	left := p.binary(level + 1)
	for {
		t := p.peek()
		found := ""
		if t.kind == symbol || t.kind == nameText {
			for _, o := range operators[level] {
				if t.text == o {
					found = o
				}
			}
		}
		if found == "" {
			return left
		}
		p.take()
		left = &binary{operator: found, left: left, right: p.binary(level + 1)}
	}
}

func (p *parser) unary() expr {
	signs := 0
	for p.is("-") {
		p.take()
		signs++
	}
	e := p.union()
	if signs == 0 {
		return e
	}
	return &negation{of: e, even: signs%2 == 0}
}

func (p *parser) union() expr {
	start := p.peek()
	e := p.path()
	for p.is("|") {
		p.mustBeNodes(e, start, "`|` joins sets of nodes, and this is %s")
		p.take()
		start = p.peek()
		right := p.path()
		p.mustBeNodes(right, start, "`|` joins sets of nodes, and this is %s")
		e = &union{e, right}
	}
	return e
}

func (p *parser) mustBeNodes(e expr, at token, format string) {
	if e.typeOf() != Nodes {
		at.end = p.tokens[max(p.at-1, 0)].end
		p.fail(at, fmt.Sprintf(format, e.typeOf()), "")
	}
}

// path reads a location path, or another expression with predicates and a path
// behind it.
func (p *parser) path() expr {
	if p.startsPrimary() {
		start := p.peek()
		e := p.primary()
		if p.is("[") {
			p.mustBeNodes(e, start, "`[` chooses of a set of nodes, and this is %s")
			e = &filter{of: e, predicates: p.predicates()}
		}
		if !p.is("/", "//") {
			return e
		}
		p.mustBeNodes(e, start, "`/` leads on from nodes, and this is %s")
		return &path{start: e, steps: p.steps(nil)}
	}
	if p.is("/") && !startsStep(p.peekAt(1)) {
		p.take()
		if t := p.peek(); t.kind == literal || t.kind == digits {
			p.fail(t, fmt.Sprintf("expected a name behind `/`, found `%s`", t.shown()), "")
		}
		return &path{absolute: true}
	}
	if p.is("/", "//") {
		return &path{absolute: true, steps: p.steps(nil)}
	}
	return &path{steps: p.steps([]step{p.step()})}
}

// startsPrimary reports whether the next expression is no location path: a
// literal, a number, brackets or a call.
func (p *parser) startsPrimary() bool {
	t := p.peek()
	switch t.kind {
	case literal, digits:
		return true
	case symbol:
		return t.text == "("
	case nameText:
		return isCall(t, p.peekAt(1))
	}
	return false
}

func isCall(t, behind token) bool {
	return t.kind == nameText && behind.kind == symbol && behind.text == "(" && !isNodeType(t.text)
}

func isNodeType(name string) bool {
	switch name {
	case "node", "text", "comment", "processing-instruction":
		return true
	}
	return false
}

// startsStep reports whether a step can start with a token.
func startsStep(t token) bool {
	if t.kind != symbol {
		return t.kind == nameText
	}
	return t.text == "@" || t.text == "." || t.text == ".." || t.text == "*"
}

func (p *parser) primary() expr {
	t := p.take()
	switch t.kind {
	case literal:
		return constant{t.text}
	case digits:
		f, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			p.fail(t, fmt.Sprintf("the number `%s` is too large", t.text), "")
		}
		return constant{f}
	case nameText:
		return p.call(t)
	}
	defer p.nest()()
	e := p.or()
	p.expect(")", "to close the bracket")
	return e
}

// steps reads /a, //a and so on behind the steps that there are.
func (p *parser) steps(steps []step) []step {
	for p.is("/", "//") {
		slash := p.take()
		if slash.text == "//" {
			s := p.step()
			s.start = slash.start
			if s.axis == child && len(s.predicates) == 0 {
				s.axis = descendant // the same, and quicker
			} else {
				steps = append(steps, step{axis: descendantOrSelf, test: nodeTest{any: true}, start: slash.start})
			}
			steps = append(steps, s)
			continue
		}
		s := p.step()
		s.start = slash.start
		steps = append(steps, s)
	}
	return steps
}

func (p *parser) step() step {
	switch {
	case p.is("."):
		p.take()
		return p.abbreviated(step{axis: self, test: nodeTest{any: true}})
	case p.is(".."):
		p.take()
		return p.abbreviated(step{axis: parent, test: nodeTest{any: true}})
	}
	s := step{axis: child}
	if p.is("@") {
		p.take()
		s.axis = attribute
	} else if t, behind := p.peek(), p.peekAt(1); t.kind == nameText && behind.kind == symbol && behind.text == "::" {
		s.axis = p.axis()
	}
	s.test = p.test(s.axis)
	s.predicates = p.predicates()
	return s
}

// abbreviated returns `.` or `..`, behind which no predicate can stand.
func (p *parser) abbreviated(s step) step {
	if p.is("[") {
		full := "self::node()"
		if s.axis == parent {
			full = "parent::node()"
		}
		p.fail(p.peek(), "a predicate cannot follow `.` or `..`", fmt.Sprintf("write `%s[…]`", full))
	}
	return s
}

func (p *parser) axis() axis {
	t := p.take()
	p.take() // ::
	for i, n := range axisNames {
		if n == t.text {
			return axis(i)
		}
	}
	if t.text == "namespace" {
		p.fail(t, "namespaces are no nodes here", "write `namespace-uri()`")
	}
	p.fail(t, fmt.Sprintf("unknown axis `%s`", t.text), diag.DidYouMean(t.text, axisNames[:]))
	return 0
}

// test reads a node test.
func (p *parser) test(a axis) nodeTest {
	t := p.take()
	principal := elementNode
	if a == attribute {
		principal = attributeNode
	}
	switch {
	case t.kind == symbol && t.text == "*":
		return nodeTest{kind: principal, wild: true}
	case t.kind != nameText:
		p.fail(t, fmt.Sprintf("expected a name, found %s", t.quoted()), "")
	case isNodeType(t.text) && p.is("("):
		p.take()
		test := nodeTest{any: t.text == "node"}
		switch t.text {
		case "text":
			test.kind = textNode
		case "comment":
			test.kind = commentNode
		case "processing-instruction":
			test.kind, test.wild = instructionNode, true
			if p.peek().kind == literal {
				test.local, test.wild = p.take().text, false
			}
		}
		p.expect(")", fmt.Sprintf("behind `%s(`", t.text))
		return test
	case p.is("("):
		p.fail(t, fmt.Sprintf("`%s()` cannot be a step of a path", t.text), fmt.Sprintf("write `%s(…)` around the path", t.text))
	}
	prefixed, local, ok := strings.Cut(t.text, ":")
	if !ok {
		return nodeTest{kind: principal, local: t.text}
	}
	p.prefixes = append(p.prefixes, prefix{prefixed, t.start, t.start + len(prefixed)})
	return nodeTest{kind: principal, prefix: prefixed, local: local, wild: local == "*"}
}

func (p *parser) predicates() []expr {
	var all []expr
	for p.is("[") {
		open := p.take()
		leave := p.nest()
		if p.is("]") {
			p.fail(open, "the predicate is empty", "write a condition or a position in it")
		}
		all = append(all, p.or())
		if p.peek().kind == eof {
			p.fail(open, "`[` is never closed", "add a `]`")
		}
		p.expect("]", "to close the predicate")
		leave()
	}
	return all
}

// call reads the arguments of a function and checks them.
func (p *parser) call(t token) expr {
	open := p.take()
	defer p.nest()()
	var args []expr
	var places []token
	for !p.is(")") {
		if len(args) > 0 {
			if p.peek().kind == eof {
				p.fail(open, "`(` is never closed", "add a `)`")
			}
			p.expect(",", "between arguments")
		}
		at := p.peek()
		if at.kind == eof {
			p.fail(open, "`(` is never closed", "add a `)`")
		}
		args = append(args, p.or())
		at.end = p.tokens[max(p.at-1, 0)].end
		places = append(places, at)
	}
	t.end = p.take().end
	return p.bind(t, args, places)
}

func (p *parser) bind(t token, args []expr, places []token) expr {
	f := findFunction(t.text)
	if f == nil {
		t.end = t.start + len(t.text)
		p.fail(t, fmt.Sprintf("XPath 1.0 has no function `%s`", t.text), suggestFunction(t.text))
	}
	if least := len(f.params) - f.optional; len(args) < least || len(args) > len(f.params) && !f.variadic {
		count := strconv.Itoa(least)
		switch {
		case f.variadic:
			count += " or more"
		case f.optional > 0:
			count += " to " + strconv.Itoa(len(f.params))
		}
		noun := "arguments"
		if count == "1" {
			noun = "argument"
		}
		p.fail(t, fmt.Sprintf("%s() takes %s %s, found %d", t.text, count, noun, len(args)), "")
	}
	for i, a := range args {
		if f.param(i) == Nodes && a.typeOf() != Nodes {
			p.fail(places[i], fmt.Sprintf("%s() takes a set of nodes, and this is %s", t.text, a.typeOf()), "")
		}
	}
	return &call{function: f, args: args}
}
