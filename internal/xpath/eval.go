package xpath

import (
	"math"
	"slices"
)

// expr is a node of a compiled expression. Its type is known beforehand, for
// there are no variables.
type expr interface {
	typeOf() Type
	eval(c *focus) (any, error) // a set, float64, string or bool
}

// set is a set of nodes in document order.
type set []int32

// focus is the context that an expression is evaluated in (XPath 1.0 section 1).
type focus struct {
	*evaluation
	node           int32
	position, size int
}

// constant is a literal or a number.
type constant struct{ v any }

func (k constant) typeOf() Type {
	if _, ok := k.v.(string); ok {
		return Text
	}
	return Number
}

func (k constant) eval(*focus) (any, error) { return k.v, nil }

// negation is one or more minus signs.
type negation struct {
	of   expr
	even bool
}

func (*negation) typeOf() Type { return Number }

func (n *negation) eval(c *focus) (any, error) {
	v, err := c.numberOf(n.of)
	if !n.even {
		v = -v
	}
	return v, err
}

// union is the nodes of both sides.
type union struct{ left, right expr }

func (*union) typeOf() Type { return Nodes }

func (u *union) eval(c *focus) (any, error) {
	left, err := u.left.eval(c)
	if err != nil {
		return nil, err
	}
	right, err := u.right.eval(c)
	if err != nil {
		return nil, err
	}
	return inOrder(slices.Concat(left.(set), right.(set))), nil
}

// inOrder sorts nodes into document order and drops repeats.
func inOrder(nodes set) set {
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// filter is the nodes of an expression that fulfil predicates.
type filter struct {
	of         expr
	predicates []expr
}

func (*filter) typeOf() Type { return Nodes }

func (f *filter) eval(c *focus) (any, error) {
	v, err := f.of.eval(c)
	if err != nil {
		return nil, err
	}
	return c.choose(slices.Clone(v.(set)), f.predicates)
}

// choose keeps the nodes that fulfil predicates one after the other; each counts
// the nodes anew. It works in place.
func (e *evaluation) choose(nodes set, predicates []expr) (set, error) {
	for _, p := range predicates {
		if k, ok := p.(constant); ok && p.typeOf() == Number { // the most usual one
			at := k.v.(float64)
			if i := int(at); at == float64(i) && 1 <= i && i <= len(nodes) {
				nodes = nodes[i-1 : i]
			} else {
				nodes = nodes[:0]
			}
			continue
		}
		kept := nodes[:0]
		c := &focus{evaluation: e, size: len(nodes)}
		for i, n := range nodes {
			c.node, c.position = n, i+1
			v, err := p.eval(c)
			if err != nil {
				return nil, err
			}
			holds := toBoolean(v)
			if f, ok := v.(float64); ok {
				holds = f == float64(c.position)
			}
			if holds {
				kept = append(kept, n)
			}
			if err := e.spend(1); err != nil {
				return nil, err
			}
		}
		nodes = kept
	}
	return nodes, nil
}

// path is a location path, from the root, from the nodes of an expression, or
// from the context node.
type path struct {
	absolute bool
	start    expr // nil for none
	steps    []step
}

// step is a step of a path.
type step struct {
	axis       axis
	test       nodeTest
	predicates []expr
	start      int // in the source: of the slash before it
}

func (*path) typeOf() Type { return Nodes }

func (p *path) eval(c *focus) (any, error) {
	nodes := set{c.node}
	switch {
	case p.absolute:
		nodes = set{0}
	case p.start != nil:
		v, err := p.start.eval(c)
		if err != nil {
			return nil, err
		}
		nodes = v.(set)
	}
	for i := range p.steps {
		var err error
		if nodes, err = c.step(nodes, &p.steps[i]); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}

// step takes a step from each of some nodes.
func (e *evaluation) step(from set, s *step) (set, error) {
	var found, near set
	limit := 1 << 16
	for _, n := range from {
		var err error
		if near, err = e.walk(near[:0], s, n); err != nil {
			return nil, err
		}
		chosen, err := e.choose(near, s.predicates)
		if err != nil {
			return nil, err
		}
		if found = append(found, chosen...); len(found) > limit { // mostly repeats, perhaps
			found = inOrder(found)
			limit = max(limit, 2*len(found))
		}
	}
	return inOrder(found), nil
}

// binary is an expression with a binary operator other than |.
type binary struct {
	operator    string
	left, right expr
}

func (b *binary) typeOf() Type {
	switch b.operator {
	case "+", "-", "*", "div", "mod":
		return Number
	}
	return Boolean
}

func (b *binary) eval(c *focus) (any, error) {
	switch b.operator {
	case "and", "or":
		left, err := c.booleanOf(b.left)
		if err != nil || left == (b.operator == "or") {
			return left, err
		}
		return c.booleanOf(b.right)
	case "+", "-", "*", "div", "mod":
		left, err := c.numberOf(b.left)
		if err != nil {
			return nil, err
		}
		right, err := c.numberOf(b.right)
		return compute(b.operator, left, right), err
	}
	left, err := b.left.eval(c)
	if err != nil {
		return nil, err
	}
	right, err := b.right.eval(c)
	if err != nil {
		return nil, err
	}
	return c.compare(b.operator, left, right)
}

func compute(operator string, a, b float64) float64 {
	switch operator {
	case "+":
		return a + b
	case "-":
		return a - b
	case "*":
		return a * b
	case "div":
		return a / b
	}
	return math.Mod(a, b)
}

// call is a call of a function.
type call struct {
	function *function
	args     []expr
}

func (f *call) typeOf() Type { return f.function.result }

func (f *call) eval(c *focus) (any, error) {
	values, read := make([]any, len(f.args)), 0
	for i, a := range f.args {
		v, err := a.eval(c)
		if err != nil {
			return nil, err
		}
		if values[i], err = c.convert(v, f.function.param(i)); err != nil {
			return nil, err
		}
		if s, ok := values[i].(string); ok {
			read += len(s)
		}
	}
	if err := c.spend(1 + read/16); err != nil {
		return nil, err
	}
	return f.function.call(c, values)
}
