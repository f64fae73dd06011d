package eval

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"

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

// Program is a compiled expression. What it means never changes, and it is safe for
// concurrent use.
type Program struct {
	source string
	names  Names
	tree   atomic.Pointer[tree] // nil once it is released

	variables, requests                 []string
	kind                                Kind
	readsStatus, readsAnswer, readsBody bool
	readsFiles                          bool
}

// tree is what an expression is compiled into. It takes a hundred times as much
// memory as its text.
type tree struct {
	root  *part
	slots int // of local variables
}

// Compile reads an expression and checks everything that can be checked before
// a request is sent: its grammar, its names, the types that are known, its
// gjson paths, JSONPaths, XPaths and regular expressions, and the files and
// schemas that it names outright. A nil names knows no name.
func Compile(src string, kind Kind, names Names) (*Program, *Error) {
	c, t, err := compile(src, kind, names)
	if err != nil {
		return nil, err
	}
	p := &Program{
		source: src, names: names, kind: kind,
		variables: namesOf(c.variables), requests: namesOf(c.requests),
		readsStatus: c.readsStatus, readsAnswer: c.readsAnswer, readsBody: c.readsBody, readsFiles: c.readsFiles,
	}
	p.tree.Store(t)
	return p, nil
}

// note adds a name to a set, which may be nil.
func note(names *map[string]bool, name string) {
	if *names == nil {
		*names = make(map[string]bool)
	}
	(*names)[name] = true
}

func namesOf(names map[string]bool) []string {
	if len(names) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(names))
}

// compile returns the tree of an expression, and the compiler that knows what it
// reads.
func compile(src string, kind Kind, names Names) (*compiler, *tree, *Error) {
	switch {
	case strings.TrimSpace(src) == "":
		return nil, nil, place(errorf("the expression is empty"), 0, len(src))
	case len(src) > maxSource:
		return nil, nil, place(errorf("the expression is longer than %d bytes", maxSource), 0, len(src))
	}
	if err := templateIn(src); err != nil {
		return nil, nil, err
	}
	s, err := newSource(src)
	if err != nil {
		return nil, nil, cmpOr(foreign(src), err)
	}
	if len(s.tokens) == 0 {
		return nil, nil, place(errorf("the expression holds only a comment"), 0, len(src))
	}
	parsed, parseErr := parser.Parse(s.parsed())
	if parseErr != nil {
		return nil, nil, cmpOr(foreign(src), s.syntaxError(parseErr))
	}
	c := &compiler{source: s, names: names}
	root, err := c.compile(parsed.Node, strict)
	if err != nil {
		return nil, nil, err
	}
	if kind == Condition && root.kind != anything && root.kind != boolean {
		return nil, nil, place(errorf("this is %s, not a condition", root.kind).
			suggest("compare it with something"), root.start, root.end)
	}
	return c, &tree{root: root, slots: c.slots}, nil
}

// compiled returns the tree of the program.
func (p *Program) compiled() *tree {
	if t := p.tree.Load(); t != nil {
		return t
	}
	_, t, err := compile(p.source, p.kind, p.names)
	if err != nil { // which it was not before; see Release
		t = &tree{root: &part{end: len(p.source), text: p.source, eval: func(*run) (any, error) { return nil, err }}}
	}
	return t
}

// Release drops what the expression is compiled into, unless it reads files, which
// may not be the same any more: each evaluation compiles it again, which takes some
// microseconds. The names that it was compiled with must still be known.
func (p *Program) Release() {
	if !p.readsFiles {
		p.tree.Store(nil)
	}
}

// Retain undoes Release.
func (p *Program) Retain() { p.tree.Store(p.compiled()) }

func cmpOr(a, b *Error) *Error {
	if a != nil {
		return a
	}
	return b
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
	t := p.compiled()
	r := p.start(t, env)
	v, err := t.root.value(r)
	if err == nil && p.kind == Value {
		v, err = plain(v)
	}
	if err != nil {
		return nil, r.place(err, t.root)
	}
	if p.kind == Condition {
		if _, ok := v.(bool); !ok {
			if err := r.masked(t.root, v); err != nil {
				return nil, err
			}
			return nil, r.place(r.notBoolean(t.root, v), t.root)
		}
	}
	return v, nil
}

// start begins an evaluation of the program, or of a part of it.
func (p *Program) start(t *tree, env *Env) *run {
	r := &run{env: env, budget: budget}
	if p.names != nil {
		r.files = p.names.Files()
	}
	if t.slots > 0 {
		r.slots = make([]any, t.slots)
	}
	return r
}
