package eval

import (
	"encoding/json"
	"slices"
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
		if object.steps != nil {
			p.steps = append(slices.Clip(object.steps), key.literal)
		}
		if name, ok := key.literal.(string); ok {
			p.document = object.isReply && name == "body"
			p.isReply = object.isReply && name == "response"
			p.octets = object.isReply && name == "bytes"
		}
	}
	prefix := object.text
	if prefix == "." {
		prefix = "#" // .id is short for #.id
	}
	a := &access{object: object, key: key, prefix: prefix, path: p.text, optional: n.Optional, mode: mode}
	if n.Optional || object.link != nil {
		p.link = a.link
		p.eval = func(r *run) (any, error) {
			v, err := p.link(r)
			if v == (stopped{}) {
				return nil, nil
			}
			return v, err
		}
		return p, nil
	}
	p.eval = func(r *run) (any, error) {
		if p.steps != nil && r.env.Answer != nil {
			if v, ok := r.env.Answer.find(p.steps); ok {
				return v, nil
			}
		}
		o, err := object.value(r)
		if err != nil {
			return nil, err
		}
		v, err := a.of(r, o)
		if mode != strict && missed(err) {
			return nil, nil
		}
		return v, err
	}
	return p, nil
}

// stopped is what a chain of members gives behind a `?.` whose member or whose
// object does not exist. The members behind it do not matter then; if the chain
// goes on, they must exist as any other.
type stopped struct{}

// access takes a member of an object.
type access struct {
	object, key  *part
	prefix, path string // of the object and of the member, as written
	optional     bool   // a `?.` stands between them
	mode         leniency
}

func (a *access) of(r *run, o any) (any, error) {
	if s, ok := o.(string); ok && a.object.document {
		return nil, r.textBody(a.object, s, a.path)
	}
	k := a.key.literal
	if !a.key.constant {
		var err error
		if k, err = a.key.value(r); err != nil {
			return nil, err
		}
	}
	v, err := member(o, k, a.prefix, a.path)
	if r.replays() {
		hidden := r.masked(a.key, k)
		if hidden == nil && missed(err) {
			hidden = r.maskedNames(a.object, o)
		}
		if hidden != nil {
			return nil, hidden
		}
	}
	return v, err
}

// link takes the member in a chain that holds a `?.`, here or before.
func (a *access) link(r *run) (any, error) {
	step := a.object.value
	if a.object.link != nil {
		step = a.object.chain
	}
	o, err := step(r)
	if err != nil || o == (stopped{}) {
		return o, err
	}
	v, err := a.of(r, o)
	switch {
	case a.optional && missed(err):
		return stopped{}, nil
	case a.mode != strict && missed(err):
		return nil, nil
	}
	return v, err
}

// chain is value for a part with a link: it may return stopped.
func (p *part) chain(r *run) (any, error) {
	v, err := p.link(r)
	if err != nil {
		return nil, r.place(err, p)
	}
	return v, nil
}

// textBody says that a body has no members. It is an error even where a missing
// member is not: an error page in HTML has no member `error` either.
func (r *run) textBody(p *part, body, path string) *Error {
	e := errorf("the body is text, so it has no `%s`", path)
	if body == "" {
		return errorf("the body is empty, so it has no `%s`", path)
	}
	if rest, ok := strings.CutPrefix(path, "body"); ok && isJSON(body) {
		e.suggest("the text is JSON: write `fromJSON(text)%s`", rest)
	}
	if len(body) > shownText && isBinary(body) && !r.secret(p) {
		return e.detail("it is %s", binaryData(body))
	}
	return e.detail("it starts with `%s`", strings.TrimSpace(r.quote(p, body)))
}

// isJSON reports whether a text is a JSON document that has members.
func isJSON(text string) bool {
	start := strings.TrimLeft(text, " \t\r\n")
	return start != "" && (start[0] == '{' || start[0] == '[') && json.Valid([]byte(text))
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

// slice compiles x[from:to] for lists and for text, which is cut between characters,
// the bytes of a body between bytes.
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
	p.leaf, p.kind, p.octets = true, object.kind, object.octets
	p.eval = func(r *run) (any, error) {
		v, err := object.value(r)
		if err != nil {
			return nil, err
		}
		var length int
		var runes []rune
		elements, isList := v.([]any)
		s, isText := v.(string)
		if isText {
			if err := r.masked(object, s); err != nil {
				return nil, err
			}
		}
		if isText && object.octets {
			length = len(s)
		} else if isText {
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
		if object.octets {
			return s[low:high], nil
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
		return 0, r.place(errorf("expected a whole number, found %s", kindOf(v)), p)
	}
	if i < 0 {
		i += length
	}
	return min(max(i, 0), length), nil
}
