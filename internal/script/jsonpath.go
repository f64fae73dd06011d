package script

import (
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/theory/jsonpath/spec"

	"github.com/postrider/postrider/internal/querytext"
)

// jsonPath makes the function jsonPath(value, expression) of JetBrains, for
// queries of RFC 9535. One that can match at most one value gives that, and
// undefined if there is none, as a member of an object that does not exist; any
// other gives an array of what it matches, in the order of the document.
func (l *library) jsonPath() goja.Value {
	return l.function("jsonPath", func(c *invocation) goja.Value {
		if _, isObject := c.arg(0).(*goja.Object); !isObject {
			if goja.IsString(c.arg(0)) {
				c.fail("expected an object or an array, found a string: read it with `JSON.parse`")
			}
			c.expected(0, "value", "an object or an array")
		}
		src := c.text(1, "expression")
		path, err := querytext.Parse(querytext.Bracketed(querytext.Rooted(src)))
		if err != nil {
			c.fail("the JSONPath %s cannot be read: %s%s", excerpt(src), strings.TrimPrefix(err.Error(), "jsonpath: "), jayway(src))
		}
		tree := &jsonTree{c: c, work: &work{c: c}}
		matches := tree.query(tree.node(c.args[0], 0), path.Query().Segments())
		if path.Query().Singular() != nil {
			if len(matches) == 0 {
				return goja.Undefined()
			}
			return matches[0].js
		}
		values := make([]any, len(matches))
		for i, m := range matches {
			values[i] = m.js
		}
		return l.vm.NewArray(values...)
	})
}

// jayway says what to write for what Jayway's JSONPath has beyond RFC 9535.
func jayway(src string) string {
	switch {
	case strings.HasSuffix(src, ".length()"), strings.HasSuffix(src, ".size()"):
		return ": read `.length` of the result"
	case strings.HasSuffix(src, "()"):
		return ": a query ends with what it selects; reckon with the result"
	case strings.Contains(src, "=~"):
		return ": write `search(@.name, 'pattern')` or `match(@.name, 'pattern')` for `=~`"
	case strings.Contains(src, "[("):
		return ": write `[-1]` for the last element"
	}
	return ""
}

// jsonNode is a JavaScript value as a query sees it.
type jsonNode struct {
	js       goja.Value
	plain    any         // as package jsonpath has it
	names    []string    // of the members of an object, in their order
	children []*jsonNode // nil for what is neither object nor array
}

// jsonTree makes the nodes of a value.
type jsonTree struct {
	c    *invocation
	work *work
	root *jsonNode
	size int
}

// Bounds of what a query can be asked of.
const (
	maxJSONNodes = 4_000_000
	maxJSONDepth = 1000
	maxMatches   = 1_000_000
)

func (t *jsonTree) node(v goja.Value, depth int) *jsonNode {
	if t.size++; t.size > maxJSONNodes {
		t.c.fail("the value has more than %d parts", maxJSONNodes)
	}
	n := &jsonNode{js: v}
	if t.root == nil {
		t.root = n
	}
	o, isObject := v.(*goja.Object)
	if !isObject {
		n.plain = primitive(v)
		return n
	}
	if depth > maxJSONDepth {
		t.c.fail("the value is nested deeper than %d, or contains itself", maxJSONDepth)
	}
	switch o.ClassName() {
	case "String", "Number", "Boolean":
		n.plain = o.Export()
	case "Array":
		length := int(o.Get("length").ToInteger())
		if length > maxJSONNodes {
			t.c.fail("the value has more than %d parts", maxJSONNodes)
		}
		list := make([]any, length)
		n.children = make([]*jsonNode, length)
		for i := range list {
			n.children[i] = t.node(element(o, strconv.Itoa(i)), depth+1)
			list[i] = n.children[i].plain
		}
		n.plain = list
	default:
		if _, isFunction := goja.AssertFunction(o); isFunction {
			return n
		}
		members := map[string]any{}
		n.children = []*jsonNode{}
		for _, name := range o.Keys() {
			child := t.node(element(o, name), depth+1)
			n.names, n.children = append(n.names, name), append(n.children, child)
			members[name] = child.plain
		}
		n.plain = members
	}
	return n
}

// element returns a member; undefined if there is none.
func element(o *goja.Object, name string) goja.Value {
	if v := o.Get(name); v != nil {
		return v
	}
	return goja.Undefined()
}

// primitive returns a value that is no object as package jsonpath has it.
func primitive(v goja.Value) any {
	switch p := v.Export().(type) {
	case string, bool, int64, float64:
		return p
	}
	return nil
}

// query applies segments one after the other.
func (t *jsonTree) query(from *jsonNode, segments []*spec.Segment) []*jsonNode {
	nodes := []*jsonNode{from}
	for _, s := range segments {
		var found []*jsonNode
		for _, n := range nodes {
			found = t.segment(found, n, s)
		}
		nodes = found
	}
	return nodes
}

// segment appends what a segment selects from a node, and from all in it if it is
// a descendant one.
func (t *jsonTree) segment(found []*jsonNode, n *jsonNode, s *spec.Segment) []*jsonNode {
	t.work.step()
	for _, selector := range s.Selectors() {
		found = t.selected(found, n, selector)
	}
	if len(found) > maxMatches {
		t.c.fail("it matches more than %d values", maxMatches)
	}
	if s.IsDescendant() {
		for _, child := range n.children {
			found = t.segment(found, child, s)
		}
	}
	return found
}

func (t *jsonTree) selected(found []*jsonNode, n *jsonNode, selector spec.Selector) []*jsonNode {
	list, isList := n.plain.([]any)
	switch s := selector.(type) {
	case spec.Name:
		for i, name := range n.names {
			if name == string(s) {
				return append(found, n.children[i])
			}
		}
	case spec.Index:
		i := int(s)
		if i < 0 {
			i += len(list)
		}
		if isList && i >= 0 && i < len(list) {
			found = append(found, n.children[i])
		}
	case spec.WildcardSelector:
		found = append(found, n.children...)
	case spec.SliceSelector:
		low, high := s.Bounds(len(list))
		for i := low; s.Step() > 0 && i < high; i += s.Step() {
			found = append(found, n.children[i])
		}
		for i := high; s.Step() < 0 && i > low; i += s.Step() {
			found = append(found, n.children[i])
		}
	case *spec.FilterSelector:
		for _, child := range n.children {
			t.work.step()
			if s.Eval(child.plain, t.root.plain) {
				found = append(found, child)
			}
		}
	default:
		t.c.fail("the selector `%s` is not supported", selector.String())
	}
	return found
}
