package eval

import (
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/postrider/postrider/internal/value"
)

// member compiles x.name, x["name"] and x[0].
func (c *compiler) member(n *ast.MemberNode, mode leniency) (*part, *Error) {
	if p, err, ok := c.namespace(n); ok {
		return p, err
	}
	inner := strict
	if mode == lenient {
		inner = lenient
	} else if n.Optional {
		inner = last
	}
	object, err := c.compile(n.Node, inner)
	if err != nil {
		return nil, err
	}
	key, err := c.compile(n.Property, strict)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), object, key)
	p.leaf = true
	if key.constant {
		p.operands = []*part{object}
		if name, ok := key.literal.(string); ok {
			p.document = object.isReply && name == "body"
			p.isReply = object.isReply && name == "response"
		}
	}
	prefix := object.text
	if prefix == "." {
		prefix = "#" // .id is short for #.id
	}
	soft := mode != strict || n.Optional || optional(n.Node)
	p.eval = func(r *run) (any, error) {
		o, err := object.value(r)
		if err != nil {
			return nil, err
		}
		if s, ok := o.(string); ok && object.document {
			return nil, textBody(s, p.text)
		}
		k, err := key.value(r)
		if err != nil {
			return nil, err
		}
		v, err := member(o, k, prefix, p.text)
		if err != nil && soft && isMissing(err) {
			return nil, nil
		}
		return v, err
	}
	return p, nil
}

// textBody says that a body has no members. It is an error even where a missing
// member is not: an error page in HTML has no member `error` either.
func textBody(body, path string) *Error {
	e := errorf("the body is text, so it has no `%s`", path)
	if body == "" {
		return errorf("the body is empty, so it has no `%s`", path)
	}
	return e.detail("it starts with `%s`", strings.TrimSpace(value.Shorten(body, 80)))
}

// optional reports whether a chain of members holds a `?.`.
func optional(node ast.Node) bool {
	for {
		switch n := node.(type) {
		case *ast.ChainNode:
			node = n.Node
		case *ast.MemberNode:
			if n.Optional {
				return true
			}
			node = n.Node
		default:
			return false
		}
	}
}

// namespace compiles vars.x and, where R is a variable too, R.response.
func (c *compiler) namespace(n *ast.MemberNode) (p *part, err *Error, ok bool) {
	id, isIdentifier := n.Node.(*ast.IdentifierNode)
	name, isName := n.Property.(*ast.StringNode)
	if !isIdentifier {
		return nil, nil, false
	}
	own := c.token(id).with(c.token(n)).with(c.token(n.Property))
	if id.Value == "vars" && !c.isLocal("vars") {
		p = c.at(own)
		p.leaf = true
		if !isName {
			return nil, place(errorf("the name of a variable must be written out"), p.start, p.end), true
		}
		if variable, _ := c.known(name.Value); !variable {
			return nil, c.unknown(name.Value, p), true
		}
		return c.variable(p, name.Value), nil, true
	}
	variable, request := c.known(id.Value)
	if isName && variable && request && name.Value == "response" && !Reserved(id.Value) && !c.isLocal(id.Value) {
		p = c.request(c.at(own), id.Value)
		p.leaf, p.isReply = true, true
		return p, nil, true
	}
	return nil, nil, false
}

func (c *compiler) isLocal(name string) bool {
	for _, l := range c.locals {
		if l.name == name {
			return true
		}
	}
	return false
}

// slice compiles x[from:to] for lists and, in characters, for text.
func (c *compiler) slice(n *ast.SliceNode) (*part, *Error) {
	object, err := c.compile(n.Node, strict)
	if err != nil {
		return nil, err
	}
	operands := []*part{object}
	bound := func(node ast.Node) (*part, *Error) {
		if node == nil {
			return nil, nil
		}
		p, err := c.compile(node, strict)
		if err == nil {
			operands = append(operands, p)
		}
		return p, err
	}
	from, err := bound(n.From)
	if err != nil {
		return nil, err
	}
	to, err := bound(n.To)
	if err != nil {
		return nil, err
	}
	p := c.at(c.token(n), operands...)
	p.leaf, p.kind = true, object.kind
	p.eval = func(r *run) (any, error) {
		v, err := object.value(r)
		if err != nil {
			return nil, err
		}
		var length int
		var runes []rune
		elements, isList := v.([]any)
		if s, ok := v.(string); ok {
			runes = []rune(s)
			length = len(runes)
		} else if isList {
			length = len(elements)
		} else {
			return nil, errorf("`%s` is %s and cannot be cut", object.text, kindOf(v))
		}
		low, err := index(r, from, 0, length)
		if err != nil {
			return nil, err
		}
		high, err := index(r, to, length, length)
		if err != nil {
			return nil, err
		}
		high = max(low, high)
		if isList {
			return elements[low:high:high], nil
		}
		return string(runes[low:high]), nil
	}
	return p, nil
}

// index evaluates a bound of a slice, which may count from the end.
func index(r *run, p *part, without, length int) (int, error) {
	if p == nil {
		return without, nil
	}
	v, err := p.value(r)
	if err != nil {
		return 0, err
	}
	i, ok := value.Int(v)
	if !ok {
		return 0, place(errorf("expected a whole number, found %s", kindOf(v)), p.start, p.end)
	}
	if i < 0 {
		i += length
	}
	return min(max(i, 0), length), nil
}
