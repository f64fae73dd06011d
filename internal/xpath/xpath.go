// Package xpath evaluates XPath 1.0 (https://www.w3.org/TR/xpath-10/) over XML
// and HTML.
//
// It departs from the standard in how names are matched, because expressions
// come without a context that binds prefixes: an element name without a prefix
// matches whatever the namespace of the element; a prefix that the caller does
// not bind is that of the document. Namespace nodes, id() and variables do not
// exist. All that can be known without a document is an error of [Compile], the
// types of arguments included.
package xpath

import (
	"context"
	"fmt"
	"strings"
)

// Type is the type of a value (XPath 1.0 section 1).
type Type uint8

// Types.
const (
	Nodes   Type = iota // *Selection
	Number              // float64
	Text                // string
	Boolean             // bool
	anyType             // of a parameter that takes each of them
)

// String names the type with its article.
func (t Type) String() string {
	return [...]string{"a set of nodes", "a number", "text", "true or false", "a value"}[t]
}

// Error is what is wrong with an expression.
type Error struct {
	Start, End int    // bytes of the expression that it is about
	Summary    string // a clause
	Suggestion string // an imperative clause, or empty
}

// Error returns the summary.
func (e *Error) Error() string { return e.Summary }

// Expr is a compiled expression. It is immutable and safe for concurrent use.
type Expr struct {
	root     expr
	prefixes []prefix
}

// prefix is a prefix in an expression with its place.
type prefix struct {
	name       string
	start, end int
}

// maxSource bounds an expression, in bytes.
const maxSource = 32 << 10

// Compile reads an expression.
func Compile(src string) (*Expr, *Error) {
	switch {
	case strings.TrimSpace(src) == "":
		return nil, &Error{End: len(src), Summary: "the expression is empty", Suggestion: "write a path, such as `//token`"}
	case len(src) > maxSource:
		return nil, &Error{End: len(src), Summary: fmt.Sprintf("the expression is longer than %d bytes", maxSource)}
	}
	tokens, err := split(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens}
	return p.parse()
}

// Type returns the type of the values of the expression.
func (e *Expr) Type() Type { return e.root.typeOf() }

// Evaluate evaluates the expression from the root of a document. Namespaces
// binds prefixes to URIs; those that it does not bind mean what the document
// declares. The value is a float64, a string, a bool or a *[Selection]. The
// error is an *[Error]: a prefix that nothing binds, or an expression that takes
// too long; or that of the context, which ends the evaluation, and the reading of
// a [Selection].
func (e *Expr) Evaluate(ctx context.Context, d *Document, namespaces map[string]string) (any, error) {
	return e.EvaluateAt(ctx, d.Root(), namespaces)
}

// EvaluateAt is [Expr.Evaluate] from a node, which relative paths begin at.
func (e *Expr) EvaluateAt(ctx context.Context, n Node, namespaces map[string]string) (any, error) {
	d := n.doc
	run := &evaluation{ctx: ctx, doc: d, budget: budget, spaces: make(map[string]string, len(e.prefixes))}
	for _, p := range e.prefixes {
		uri, err := d.namespace(p, namespaces)
		if err != nil {
			return nil, err
		}
		run.spaces[p.name] = uri
	}
	v, err := e.root.eval(&focus{evaluation: run, node: n.at, position: 1, size: 1})
	if nodes, ok := v.(set); ok && err == nil {
		return &Selection{run: run, nodes: nodes}, nil
	}
	return v, err
}

// namespace returns the URI that a prefix stands for.
func (d *Document) namespace(p prefix, bound map[string]string) (string, error) {
	if uri, ok := bound[p.name]; ok {
		return uri, nil
	}
	uri, ok := d.prefixes[p.name]
	if p.name == "xml" {
		uri, ok = xmlSpace, true
	}
	problem := "is declared nowhere in the document"
	switch {
	case ok && uri != ambiguous:
		return uri, nil
	case ok:
		problem = "means several namespaces in the document"
	}
	return "", &Error{
		Start: p.start, End: p.end, Summary: fmt.Sprintf("the prefix `%s` %s", p.name, problem),
		Suggestion: fmt.Sprintf("bind it with `# @xpath_ns %s=URI`", p.name),
	}
}

// budget bounds the work of one evaluation: the nodes that are looked at and, by
// fours, the bytes of text that are made.
const budget = 20_000_000

// portion is how much of the budget is spent before the context is asked.
const portion = 4096

// evaluation is one evaluation of an expression.
type evaluation struct {
	ctx    context.Context
	doc    *Document
	spaces map[string]string // of the prefixes in the expression
	budget int               // without the portion
	left   int               // of the portion
}

// spend takes n and one more from the budget.
func (e *evaluation) spend(n int) error {
	if e.left -= n + 1; e.left >= 0 {
		return nil
	}
	return e.nextPortion()
}

func (e *evaluation) nextPortion() error {
	if err := e.ctx.Err(); err != nil {
		return err
	}
	if e.budget += e.left; e.budget < 0 {
		return &Error{Summary: "the XPath visits too many nodes of this document", Suggestion: "narrow it, such as with a path in the place of `//`"}
	}
	e.left = min(portion, e.budget)
	e.budget -= e.left
	return nil
}

// Selection is a set of nodes, in document order.
type Selection struct {
	run   *evaluation
	nodes set
}

// Len returns how many nodes there are.
func (s *Selection) Len() int { return len(s.nodes) }

// Text returns the text of a node: the value of an attribute, and all the text
// in an element. The error says that the texts of a selection are too much.
func (s *Selection) Text(i int) (string, error) { return s.run.text(s.nodes[i]) }
