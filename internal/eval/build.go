package eval

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// compiler turns the tree of expr's parser into parts.
type compiler struct {
	source *source
	names  Names

	locals   []local // variables of `let`, innermost last
	elements []element
	slots    int

	variables, requests                 map[string]bool
	readsStatus, readsAnswer, readsBody bool
	readsFiles                          bool
}

// files returns the files that the expression may name; nil for none.
func (c *compiler) files() Files {
	if c.names == nil {
		return nil
	}
	return c.names.Files()
}

// local is a variable of `let`.
type local struct {
	name string
	slot int
	kind kind
	of   *part // its value
}

// element is what a predicate such as the one of filter is about.
type element struct {
	value, index, total int   // slots of #, #index and #acc; total is -1 where there is no #acc
	list, made          *part // what # and #acc are computed from
}

// leniency says what a missing member is: an error, or nil.
type leniency uint8

const (
	strict  leniency = iota
	last             // nil if the last member of a chain is missing: left of ?.
	lenient          // nil if any member is: beside == nil, left of ??
)

// compile compiles a node.
func (c *compiler) compile(node ast.Node, mode leniency) (*part, *Error) {
	switch n := node.(type) {
	case *ast.NilNode:
		return c.constant(n, nil), nil
	case *ast.BoolNode:
		return c.constant(n, n.Value), nil
	case *ast.IntegerNode:
		return c.constant(n, n.Value), nil
	case *ast.StringNode:
		return c.constant(n, n.Value), nil
	case *ast.BytesNode:
		return c.constant(n, string(n.Value)), nil
	case *ast.IdentifierNode:
		if v, ok := c.source.numbers[n.Location().From]; ok {
			return c.constant(n, v), nil
		}
		return c.identifier(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n, mode)
	case *ast.ChainNode:
		return c.compile(n.Node, mode)
	case *ast.MemberNode:
		return c.member(n, mode)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.CallNode:
		if m, ok := n.Callee.(*ast.MemberNode); ok {
			return c.method(n, m)
		}
		if id, ok := n.Callee.(*ast.IdentifierNode); ok {
			return c.call(n, id.Value, n.Arguments, mode)
		}
	case *ast.BuiltinNode:
		if slices.Contains(predicateNames[:], n.Name) {
			return c.predicate(n, mode)
		}
		return c.call(n, n.Name, n.Arguments, mode)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.ConditionalNode:
		return c.conditional(n, mode)
	case *ast.VariableDeclaratorNode:
		return c.let(n, mode)
	case *ast.ArrayNode:
		return c.list(n)
	case *ast.MapNode:
		return c.object(n)
	case *ast.SequenceNode:
		return nil, place(errorf("only the last of several expressions would count").
			suggest("join them with `and`"), 0, len(c.source.text))
	}
	at := c.at(c.token(node))
	return nil, place(errorf("this cannot be used here"), at.start, at.end)
}

// token is the extent of a node's own token.
func (c *compiler) token(node ast.Node) extent {
	i := c.source.tokenAt(node.Location().From)
	return extent{i, i}
}

// at returns a part that covers an extent and has no meaning yet.
func (c *compiler) at(e extent, operands ...*part) *part {
	for _, o := range operands {
		e = e.with(o.extent)
	}
	e = c.source.balanced(e)
	p := &part{extent: e, operands: operands, sources: operands}
	p.start, p.end = c.source.span(e)
	p.text = c.source.text[p.start:p.end]
	for _, o := range operands {
		p.volatile = p.volatile || o.volatile
		p.free = append(p.free, o.free...)
	}
	return p
}

// over returns a part that covers its operands.
func (c *compiler) over(operands ...*part) *part {
	return c.at(operands[0].extent, operands...)
}

func (c *compiler) constant(node ast.Node, v any) *part {
	p := c.at(c.token(node))
	p.constant, p.literal, p.kind = true, v, kindOf(v)
	p.eval = func(*run) (any, error) { return v, nil }
	return p
}

func (c *compiler) identifier(n *ast.IdentifierNode) (*part, *Error) {
	p := c.at(c.token(n))
	p.leaf = true
	for i := len(c.locals) - 1; i >= 0; i-- {
		if l := c.locals[i]; l.name == n.Value {
			p.kind, p.free, p.sources = l.kind, []int{l.slot}, []*part{l.of}
			p.octets = l.of != nil && l.of.octets
			p.eval = func(r *run) (any, error) { return r.slots[l.slot], nil }
			return p, nil
		}
	}
	if a, ok := findAnswerName(n.Value); ok {
		c.readsStatus = c.readsStatus || a.status
		c.readsAnswer = c.readsAnswer || !a.status
		c.readsBody = c.readsBody || readsBody(a.name)
		p.kind, p.document, p.octets = a.kind, a.name == "body", a.name == "bytes"
		if p.document {
			p.steps = []any{}
		}
		p.eval = func(r *run) (any, error) {
			answer, err := r.answer()
			if err != nil {
				return nil, err
			}
			return a.read(answer)
		}
		return p, nil
	}
	if n.Value == "vars" {
		return nil, place(errorf("`vars` itself is not a value").suggest("write `vars.name`"), p.start, p.end)
	}
	isVariable, isRequest := c.known(n.Value)
	switch {
	case isVariable && isRequest:
		return nil, place(errorf("`%s` is both a variable and a request", n.Value).
			suggest("write `vars.%s` or `%s.response`", n.Value, n.Value), p.start, p.end)
	case isVariable:
		return c.variable(p, n.Value), nil
	case isRequest:
		return c.request(p, n.Value), nil
	}
	return nil, c.unknown(n.Value, p)
}

func (c *compiler) known(name string) (variable, request bool) {
	if c.names == nil {
		return false, false
	}
	return c.names.Variable(name), c.names.Request(name)
}

func (c *compiler) variable(p *part, name string) *part {
	note(&c.variables, name)
	p.variable = name
	p.eval = func(r *run) (any, error) {
		if r.env.Variable == nil {
			return nil, errorf("there are no variables here")
		}
		return r.env.Variable(name)
	}
	return p
}

func (c *compiler) request(p *part, name string) *part {
	note(&c.requests, name)
	p.kind, p.isReply = objects, true
	p.eval = func(r *run) (any, error) {
		if r.env.Request == nil {
			return nil, errorf("there are no answers of other requests here")
		}
		a, err := r.env.Request(name)
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, errorf("`%s` has no answer", name)
		}
		return reply{a}, nil
	}
	return p
}

// unknown explains a name that nobody knows.
func (c *compiler) unknown(name string, p *part) *Error {
	if e := foreign(c.source.text); e != nil {
		return e
	}
	e := errorf("unknown name `%s`", name)
	start, end := p.start, p.end
	if word := c.wordAt(start); word != name && c.names != nil && c.names.Variable(word) {
		// expr reads a-b as a difference and a.b as a member
		e = errorf("`%s` is not read as one name here", word).suggest("write `vars[%s]`", value.Format(word))
		return place(e, start, start+len(word))
	}
	if near := diag.Nearest(name, []string{"response"}); near != "" {
		name = near
	}
	switch {
	case name == "null" || name == "undefined" || name == "none" || name == "None":
		e.suggest("write `nil`")
	case name == "True" || name == "False":
		e.suggest("write `%s`", strings.ToLower(name))
	case name == "response" || name == "res" || name == "resp":
		e.suggest("write `status`, `headers[\"name\"]` or `body`: they are the answer's")
	case name == "$":
		e.suggest("write `body`, or jsonpath(\"$…\")")
	case isFunction(name):
		e = errorf("`%s` is a function", name).suggest("write `%s(…)`", name)
		if name == "json" {
			e.suggest("write `json(\"path\")`, or `body.path`")
		}
		if name == "header" {
			e.suggest("write `header(\"name\")`")
		}
	default:
		candidates := []string{diag.Nearest(name, allNames())}
		var elsewhere string
		if c.names != nil {
			candidates = append(candidates, c.names.Nearest(name))
			e.Detail, elsewhere = c.names.Elsewhere(name)
		}
		near := diag.Nearest(name, candidates)
		switch {
		case e.Detail != "":
			e.suggest("%s", elsewhere)
		case near != "" && diag.Slips(name, near) <= max(1, len(name)/3): // short names are all alike
			e.suggest("did you mean `%s`?", near)
		case elsewhere != "":
			e.suggest("%s", elsewhere)
		default:
			e.suggest("define it, or write `%s` if it is a text", value.Format(name))
		}
	}
	return place(e, start, end)
}

// wordAt returns the run of letters, digits, `_`, `-` and `.` at a byte offset,
// as templates spell names.
func (c *compiler) wordAt(start int) string {
	text := c.source.text[start:]
	for i := 0; i < len(text); i++ {
		b := text[i]
		if b < 0x80 && b != '_' && b != '-' && b != '.' && b != '$' &&
			(b < '0' || b > '9') && (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') {
			return text[:i]
		}
	}
	return text
}

func (c *compiler) pointer(n *ast.PointerNode) (*part, *Error) {
	own := c.token(n)
	if n.Name != "" {
		own.last++ // # and the name are two tokens
	}
	p := c.at(own)
	p.leaf = true
	if len(c.elements) == 0 {
		return nil, place(errorf("`%s` has a meaning only inside filter, map, all and their like", p.text), p.start, p.end)
	}
	in := c.elements[len(c.elements)-1]
	slot := in.value
	switch n.Name {
	case "":
		p.sources, p.element = []*part{in.list}, &in
	case "index":
		slot, p.kind = in.index, number
	case "acc":
		slot = in.total
		p.sources = []*part{in.made}
	default:
		slot = -1
	}
	if slot < 0 {
		return nil, place(errorf("unknown name `%s`", p.text).suggest("write `#`, `#index` or, inside reduce, `#acc`"), p.start, p.end)
	}
	p.free = []int{slot}
	p.eval = func(r *run) (any, error) { return r.slots[slot], nil }
	return p, nil
}

func (c *compiler) slot() int { c.slots++; return c.slots - 1 }

func (c *compiler) let(n *ast.VariableDeclaratorNode, mode leniency) (*part, *Error) {
	own := c.token(n)
	name := c.at(own)
	own.first = max(own.first-1, 0) // the word let
	if Reserved(n.Name) || slices.ContainsFunc(c.locals, func(l local) bool { return l.name == n.Name }) {
		return nil, place(errorf("`%s` has a meaning already", n.Name).suggest("choose another name"), name.start, name.end)
	}
	v, err := c.compile(n.Value, strict)
	if err != nil {
		return nil, err
	}
	slot := c.slot()
	c.locals = append(c.locals, local{n.Name, slot, v.kind, v})
	body, err := c.compile(n.Expr, mode)
	c.locals = c.locals[:len(c.locals)-1]
	if err != nil {
		return nil, err
	}
	p := c.at(own, v, body)
	p.kind, p.body = body.kind, body
	p.bind(slot)
	p.eval = func(r *run) (any, error) {
		x, err := v.value(r)
		if err != nil {
			return nil, err
		}
		r.slots[slot] = x
		return body.value(r)
	}
	return p, nil
}

func (c *compiler) conditional(n *ast.ConditionalNode, mode leniency) (*part, *Error) {
	cond, err := c.compile(n.Cond, strict)
	if err != nil {
		return nil, err
	}
	if err := mustBeBoolean(cond); err != nil {
		return nil, err
	}
	yes, err := c.compile(n.Exp1, mode)
	if err != nil {
		return nil, err
	}
	no, err := c.compile(n.Exp2, mode)
	if err != nil {
		return nil, err
	}
	p := c.over(cond, yes, no)
	if yes.kind == no.kind {
		p.kind = yes.kind
	}
	p.eval = func(r *run) (any, error) {
		ok, err := cond.condition(r)
		if err != nil {
			return nil, err
		}
		if ok {
			return yes.value(r)
		}
		return no.value(r)
	}
	return p, nil
}

func mustBeBoolean(p *part) *Error {
	if p.kind == anything || p.kind == boolean {
		return nil
	}
	return place(errorf("`%s` is %s, not true or false", p.text, p.kind).suggest("compare it with something"), p.start, p.end)
}

func (c *compiler) compileAll(nodes []ast.Node) ([]*part, *Error) {
	parts := make([]*part, len(nodes))
	for i, n := range nodes {
		p, err := c.compile(n, strict)
		if err != nil {
			return nil, err
		}
		parts[i] = p
	}
	return parts, nil
}

// plainValue evaluates a part for a place in a list or an object.
func plainValue(r *run, p *part) (any, error) {
	v, err := p.value(r)
	if err == nil {
		v, err = plain(v)
	}
	if err == nil {
		err = r.spendValue(v)
	}
	return v, err
}

func (c *compiler) list(n *ast.ArrayNode) (*part, *Error) {
	elements, err := c.compileAll(n.Nodes)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), elements...)
	p.kind, p.composed = list, true
	p.eval = func(r *run) (any, error) {
		out := make([]any, len(elements))
		for i, e := range elements {
			v, err := plainValue(r, e)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	return p, nil
}

func (c *compiler) object(n *ast.MapNode) (*part, *Error) {
	var keys, values []*part
	for _, node := range n.Pairs {
		pair := node.(*ast.PairNode)
		key, err := c.compile(pair.Key, strict)
		if err != nil {
			return nil, err
		}
		if _, ok := c.source.numbers[pair.Key.Location().From]; ok { // see source.parsed
			name := key.text
			key.eval = func(*run) (any, error) { return name, nil }
		}
		v, err := c.compile(pair.Value, strict)
		if err != nil {
			return nil, err
		}
		keys, values = append(keys, key), append(values, v)
	}
	p := c.at(c.token(n), slices.Concat(keys, values)...)
	p.kind, p.composed = objects, true
	p.eval = func(r *run) (any, error) {
		out := make(map[string]any, len(keys))
		for i := range keys {
			key, err := keys[i].value(r)
			if err != nil {
				return nil, err
			}
			v, err := plainValue(r, values[i])
			if err != nil {
				return nil, err
			}
			out[value.Text(key)] = v
		}
		return out, nil
	}
	return p, nil
}
