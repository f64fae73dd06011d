package xpath

import (
	"context"
	"iter"
)

// Kind is the kind of a [Node].
type Kind = kind

// Kinds (XPath 1.0 section 5).
const (
	RootNode        = rootNode
	ElementNode     = elementNode
	AttributeNode   = attributeNode
	TextNode        = textNode
	CommentNode     = commentNode
	InstructionNode = instructionNode
)

// Node is a node of a [Document]. It can be compared with others.
type Node struct {
	doc *Document
	at  int32
}

// Root returns the node that has all others in it.
func (d *Document) Root() Node { return Node{d, 0} }

// IsHTML reports whether the document was read by [ParseHTML].
func (d *Document) IsHTML() bool { return d.html }

// Node returns a node of the selection.
func (s *Selection) Node(i int) Node { return Node{s.run.doc, s.nodes[i]} }

func (n Node) node() *node { return &n.doc.nodes[n.at] }

// Document returns the document of the node.
func (n Node) Document() *Document { return n.doc }

// Kind returns the kind of the node.
func (n Node) Kind() Kind { return n.node().kind }

// Name returns the name as it is written, its parts, and the URI of its
// namespace; empty for a node without one.
func (n Node) Name() (qualified, prefix, local, space string) {
	named := n.node().name
	if named == nil {
		return "", "", "", ""
	}
	return named.qualified(), named.prefix, named.local, named.space
}

// Value returns the text of a node that has no nodes in it; that of others is "".
func (n Node) Value() string { return n.node().text }

// Text returns the string-value of the node (XPath 1.0 section 5): all the text
// in it.
func (n Node) Text(ctx context.Context) (string, error) { return n.alone(ctx).Text(0) }

// Inner returns what is in the node as markup; see [Selection.Inner].
func (n Node) Inner(ctx context.Context) (string, error) { return n.alone(ctx).Inner(0) }

// Outer returns the node as markup, with the declarations of the namespaces that
// it needs.
func (n Node) Outer(ctx context.Context) (string, error) {
	if n.Kind() == rootNode || n.Kind() == attributeNode {
		return n.Inner(ctx)
	}
	return n.alone(ctx).markup(n.at, n.node().end, false)
}

// alone is the selection of the node.
func (n Node) alone(ctx context.Context) *Selection {
	return &Selection{run: &evaluation{ctx: ctx, doc: n.doc, budget: budget}, nodes: set{n.at}}
}

// Parent returns the node that the node is in, which is the element of an
// attribute; false for the root.
func (n Node) Parent() (Node, bool) {
	parent := n.node().parent
	return Node{n.doc, parent}, parent >= 0
}

// FirstChild returns the first of the children; false if there is none.
func (n Node) FirstChild() (Node, bool) {
	first := n.node().first
	return Node{n.doc, first}, first < n.node().end
}

// Next returns the sibling behind the node; false if there is none.
func (n Node) Next() (Node, bool) {
	parent, ok := n.Parent()
	if !ok || n.Kind() == attributeNode {
		return Node{}, false
	}
	next := n.node().end
	return Node{n.doc, next}, next < parent.node().end
}

// Previous returns the sibling before the node; false if there is none.
func (n Node) Previous() (Node, bool) {
	previous := n.node().previous
	return Node{n.doc, previous}, previous >= 0
}

// Children returns the children of the node, in order.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for child, ok := n.FirstChild(); ok; child, ok = child.Next() {
			if !yield(child) {
				return
			}
		}
	}
}

// Descendants returns all that is in the node, attributes left out, in document
// order.
func (n Node) Descendants() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := n.node().first; i < n.node().end; i = n.doc.nodes[i].first {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}

// Attributes returns the attributes of an element, in order. What declares a
// namespace is none.
func (n Node) Attributes() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if n.Kind() != elementNode {
			return
		}
		for i := n.at + 1; i < n.node().first; i++ {
			if !yield(Node{n.doc, i}) {
				return
			}
		}
	}
}
