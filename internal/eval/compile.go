package eval

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/parser"
)

// Kind says what an expression is for.
type Kind uint8

// Kinds of expressions.
const (
	Condition Kind = iota // must be true or false: @assert, @if, until
	Value                 // may be any value: @capture, {{ }}
)

// maxSource bounds an expression, and with it the depth of its tree.
const maxSource = 32 << 10

// Program is a compiled expression. It is immutable and safe for concurrent
// use.
type Program struct {
	source    string
	kind      Kind
	root      *part
	conjuncts []*part // of the root, in the order of the source
	leaves    []*part // the parts whose values explain the result
	slots     int     // of local variables

	variables, requests                 []string
	readsStatus, readsAnswer, readsBody bool
	readsFiles                          bool
	files                               Files
}

// Compile reads an expression and checks everything that can be checked before
// a request is sent: its grammar, its names, the types that are known, its
// gjson paths, JSONPaths, XPaths and regular expressions, and the files and
// schemas that it names outright. A nil names knows no name.
func Compile(src string, kind Kind, names Names) (*Program, *Error) {
	switch {
	case strings.TrimSpace(src) == "":
		return nil, place(errorf("the expression is empty"), 0, len(src))
	case len(src) > maxSource:
		return nil, place(errorf("the expression is longer than %d bytes", maxSource), 0, len(src))
	}
	if err := templateIn(src); err != nil {
		return nil, err
	}
	s, err := newSource(src)
	if err != nil {
		return nil, cmpOr(foreign(src), err)
	}
	if len(s.tokens) == 0 {
		return nil, place(errorf("the expression holds only a comment"), 0, len(src))
	}
	tree, parseErr := parser.Parse(s.parsed())
	if parseErr != nil {
		return nil, cmpOr(foreign(src), s.syntaxError(parseErr))
	}
	c := compiler{source: s, names: names, variables: map[string]bool{}, requests: map[string]bool{}}
	root, err := c.compile(tree.Node, strict)
	if err != nil {
		return nil, err
	}
	if kind == Condition && root.kind != anything && root.kind != boolean {
		return nil, place(errorf("this is %s, not a condition", root.kind).
			suggest("compare it with something"), root.start, root.end)
	}
	return &Program{
		source: src, kind: kind, root: root, slots: c.slots,
		conjuncts: root.flatten(nil), leaves: root.collect(nil),
		variables: slices.Sorted(maps.Keys(c.variables)), requests: slices.Sorted(maps.Keys(c.requests)),
		readsStatus: c.readsStatus, readsAnswer: c.readsAnswer, readsBody: c.readsBody,
		readsFiles: c.readsFiles, files: c.files(),
	}, nil
}

func cmpOr(a, b *Error) *Error {
	if a != nil {
		return a
	}
	return b
}

// templateIn finds a {{ }} outside of quotes.
func templateIn(src string) *Error {
	var quote byte
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case strings.HasPrefix(src[i:], "{{"):
			end := strings.Index(src[i:], "}}")
			if end < 0 {
				return nil
			}
			name := strings.TrimSpace(src[i+2 : i+end])
			return place(errorf("`%s` is a template, and this is an expression", src[i:i+end+2]).
				suggest("write `%s`", name), i, i+end+2)
		}
	}
	return nil
}

// Source returns the text of the expression.
func (p *Program) Source() string { return p.source }

// Variables returns the names of the variables that it reads, sorted.
func (p *Program) Variables() []string { return slices.Clone(p.variables) }

// Requests returns the names of the requests whose answers it reads, sorted.
func (p *Program) Requests() []string { return slices.Clone(p.requests) }

// ReadsStatus reports whether it reads the status of the answer.
func (p *Program) ReadsStatus() bool { return p.readsStatus }

// ReadsAnswer reports whether it reads anything else of the answer.
func (p *Program) ReadsAnswer() bool { return p.readsAnswer }

// ReadsBody reports whether it reads the body of the answer, and not only what
// stands before it and its size.
func (p *Program) ReadsBody() bool { return p.readsBody }

// ReadsFiles reports whether it reads files, so that it means something else in
// a request file of another folder.
func (p *Program) ReadsFiles() bool { return p.readsFiles }

// Eval evaluates the expression. Whatever goes wrong is an [*Error] with its
// place in the source; a missing member is a [*Missing] inside of it.
func (p *Program) Eval(env *Env) (any, error) {
	r := p.start(env)
	v, err := p.root.value(r)
	if err == nil && p.kind == Value {
		v, err = plain(v)
	}
	if err != nil {
		return nil, r.place(err, p.root)
	}
	if p.kind == Condition {
		if _, ok := v.(bool); !ok {
			if err := r.masked(p.root, v); err != nil {
				return nil, err
			}
			return nil, r.place(r.notBoolean(p.root, v), p.root)
		}
	}
	return v, nil
}

func (p *Program) start(env *Env) *run {
	r := &run{env: env, files: p.files, budget: budget}
	if p.slots > 0 {
		r.slots = make([]any, p.slots)
	}
	return r
}
