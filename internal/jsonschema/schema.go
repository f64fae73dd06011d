// Package jsonschema checks documents against JSON Schemas of the drafts 4, 6,
// 7, 2019-09 and 2020-12.
//
// It differs from other implementations where a check must never be wrongly
// green: what a schema refers to must be there, and nothing is fetched over the
// network; numbers are compared exactly; a pattern whose meaning RE2 cannot have
// is an error; `format` is asserted, in every draft. A document is never
// changed, and a violation says where, what was expected and what was found.
package jsonschema

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/postrider/postrider/internal/value"
)

// Schema is a compiled schema. It is immutable and safe for concurrent use.
type Schema struct {
	root  *node
	track bool // some keyword asks what others have evaluated
}

// Violation is one place where a document breaks its schema.
type Violation struct {
	Path     string // of the value, in the syntax of expressions: `.items[0].id`; empty for the document
	Name     bool   // it is about the name of the member at Path
	Change   value.Change
	Expected string // what the schema asks for, such as "a number"; empty if a member is not allowed
	Found    any    // the value; how many there are, where Expected counts; nil if it is missing
	Where    string // the keyword that says so: `ticket.json#/properties/id/type`
}

// String describes the violation in one line, with the value whole.
func (v Violation) String() string { return v.Describe(value.Format) }

// Describe is String with the value as found renders it, so that a caller can
// mask and shorten it.
func (v Violation) Describe(found func(v any) string) string {
	path := v.Path
	if v.Name {
		path += " (the name)"
	}
	if path != "" {
		path += ": "
	}
	switch {
	case v.Change == value.Missing:
		return path + "missing"
	case v.Expected == "":
		return path + "not allowed, found " + found(v.Found)
	}
	return path + "expected " + v.Expected + ", found " + found(v.Found)
}

const (
	maxViolations = 1000       // that are gathered
	maxSteps      = 10_000_000 // schemas applied to values
	maxHops       = 1000       // schemas applied to one value, one within the other
)

var (
	errSteps   = fmt.Errorf("the document takes more than %d steps to check against the schema", maxSteps)
	errEndless = errors.New("the schema refers to itself without end")
)

// Validate returns the violations of a value of package value, at most a
// thousand of them. It fails only if the schema does not come to an end, or, with
// its error, if the context ends first.
func (s *Schema) Validate(ctx context.Context, v any) ([]Violation, error) {
	r := &run{ctx: ctx, track: s.track}
	r.apply(s.root, instance{v: v}, nil)
	return r.found, r.err
}

// node is a compiled schema: that of a document, or a part of it.
type node struct {
	where   string    // `ticket.json#/properties/id`
	res     *resource // that it belongs to
	never   bool      // it is the schema false
	checks  []check
	last    []check // those that ask what the others have evaluated
	inPlace []*node // schemas that it applies to the same value
}

// check is a keyword. It returns false if the value breaks it, and adds what it
// has evaluated to seen.
type check func(r *run, in instance, seen *seen) bool

// instance is a value that a schema is applied to.
type instance struct {
	v    any
	at   *place
	name bool // it is the name of the member at that place
	hops int  // schemas that were applied to it, one within the other
}

// place is the way from the document to a value in it; nil is the document.
type place struct {
	up    *place
	name  string
	index int // -1 for a name
}

func (p *place) String() string {
	if p == nil {
		return ""
	}
	if p.index >= 0 {
		return p.up.String() + "[" + strconv.Itoa(p.index) + "]"
	}
	return value.Member(p.up.String(), p.name)
}

func (in instance) element(i int) instance {
	return instance{v: in.v.([]any)[i], at: &place{in.at, "", i}}
}

func (in instance) member(name string) instance {
	return instance{v: in.v.(map[string]any)[name], at: &place{in.at, name, -1}}
}

// seen is what of a list or an object has been evaluated by a schema that
// holds, for unevaluatedItems and unevaluatedProperties.
type seen struct {
	allItems, allMembers bool
	first                int // elements at the start of the list
	items                map[int]bool
	members              map[string]bool
}

func (s *seen) member(name string) {
	if s.members == nil {
		s.members = make(map[string]bool)
	}
	s.members[name] = true
}

func (s *seen) item(i int) {
	if s.items == nil {
		s.items = make(map[int]bool)
	}
	s.items[i] = true
}

func (s *seen) add(other *seen) {
	s.allItems = s.allItems || other.allItems
	s.allMembers = s.allMembers || other.allMembers
	s.first = max(s.first, other.first)
	for i := range other.items {
		s.item(i)
	}
	for name := range other.members {
		s.member(name)
	}
}

// run is one validation.
type run struct {
	ctx   context.Context
	track bool
	quiet bool // only whether the schema holds is of interest
	found []Violation
	scope []*resource // those on the way to the schema that is applied, outermost first
	steps int
	left  int // of the work before the context is asked again
	err   error
}

// portion is how much work is done before the context is asked: schemas that are
// applied, and values that are looked at.
const portion = 4096

// work reports whether to go on, after n values more.
func (r *run) work(n int) bool {
	if r.left -= n; r.left < 0 {
		r.left = portion
		if err := r.ctx.Err(); err != nil && r.err == nil {
			r.err = err
		}
	}
	return r.err == nil
}

// size is about how many values a schema looks at in one.
func size(v any) int {
	switch v := v.(type) {
	case []any:
		return 1 + len(v)
	case map[string]any:
		return 1 + len(v)
	case string:
		return 1 + len(v)/16
	}
	return 1
}

// apply applies a schema to a value, and adds what it has evaluated to outer,
// which may be nil.
func (r *run) apply(n *node, in instance, outer *seen) bool {
	if r.steps++; r.steps > maxSteps && r.err == nil {
		r.err = errSteps
	}
	if in.hops++; in.hops > maxHops && r.err == nil {
		r.err = errEndless
	}
	if !r.work(size(in.v)) {
		return false
	}
	if n.never {
		return r.fail(in, n.where, "")
	}
	if len(r.scope) == 0 || r.scope[len(r.scope)-1] != n.res {
		r.scope = append(r.scope, n.res)
		defer func() { r.scope = r.scope[:len(r.scope)-1] }()
	}
	var own seen
	holds := true
	for _, checks := range [2][]check{n.checks, n.last} {
		for _, c := range checks {
			if !c(r, in, &own) {
				if holds = false; r.quiet {
					return false
				}
			}
		}
		if !holds {
			return false // what a schema that is broken has evaluated does not count
		}
	}
	if outer != nil && r.track {
		outer.add(&own)
	}
	return true
}

// holds applies a schema without keeping its violations.
func (r *run) holds(n *node, in instance, outer *seen) bool {
	quiet := r.quiet
	r.quiet = true
	ok := r.apply(n, in, outer)
	r.quiet = quiet
	return ok
}

// violations applies a schema that does not hold and returns why.
func (r *run) violations(n *node, in instance) []Violation {
	kept := r.found
	r.found = nil
	r.apply(n, in, nil)
	why := r.found
	r.found = kept
	return why
}

func (r *run) fail(in instance, where, expected string) bool {
	return r.failed(Violation{Expected: expected, Found: in.v, Where: where}, in)
}

// failed adds a violation at the place of a value.
func (r *run) failed(v Violation, in instance) bool {
	if !r.quiet && r.err == nil && len(r.found) < maxViolations {
		v.Path, v.Name = in.at.String(), in.name
		r.found = append(r.found, v)
	}
	return false
}
