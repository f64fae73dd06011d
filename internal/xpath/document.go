package xpath

import (
	"fmt"
	"strings"
)

// kind is the kind of a node (XPath 1.0 section 5). Namespace nodes are not
// kept.
type kind uint8

const (
	rootNode kind = iota
	elementNode
	attributeNode
	textNode
	commentNode
	instructionNode
)

// name is an expanded name with the prefix it is written with.
type name struct {
	prefix, local string
	space         string // the URI of its namespace
}

// qualified is the name as it is written.
func (n *name) qualified() string {
	switch {
	case n == nil:
		return ""
	case n.prefix == "":
		return n.local
	}
	return n.prefix + ":" + n.local
}

// node is a node of a document.
type node struct {
	kind     kind
	parent   int32 // -1 for the root
	previous int32 // sibling; -1 for none, and for attributes
	first    int32 // behind the last of its attributes, where its children begin
	end      int32 // behind the last of its descendants
	name     *name // of an element, an attribute and an instruction
	text     string
}

// Document is a parsed document: its nodes in document order, an element before
// its attributes, and those before its children. It is immutable and safe for
// concurrent use. Nothing that reads it calls itself, so that the depth of a
// document does not matter here; of HTML, the parser takes [maxHTMLDepth].
type Document struct {
	nodes    []node
	html     bool
	prefixes map[string]string // that the document declares; where one means two namespaces, ambiguous
}

// ambiguous stands for the namespace of a prefix that the document declares
// more than once, and differently. No URI holds a blank.
const ambiguous = " "

// maxNodes bounds the memory that a document takes: each node is 48 bytes.
const maxNodes = 4_000_000

// builder makes a document from its start to its end.
type builder struct {
	doc     *Document
	open    []int32 // the root and the elements that are not closed
	last    []int32 // the last child of each of them; -1 for none
	names   map[name]*name
	pending strings.Builder // text that may go on
	full    bool            // the document has more nodes than maxNodes
}

func newBuilder() *builder {
	b := &builder{doc: &Document{prefixes: map[string]string{}}, names: map[name]*name{}}
	b.push(node{kind: rootNode, parent: -1, previous: -1})
	return b
}

func (b *builder) push(n node) int32 {
	if len(b.doc.nodes) == maxNodes {
		b.full = true
		return int32(maxNodes - 1)
	}
	at := int32(len(b.doc.nodes))
	n.first, n.end = at+1, at+1
	b.doc.nodes = append(b.doc.nodes, n)
	if n.kind == rootNode || n.kind == elementNode {
		b.open, b.last = append(b.open, at), append(b.last, -1)
	}
	return at
}

// child adds a child to the element that is open, and opens it if it is an
// element itself.
func (b *builder) child(k kind, n *name, content string) {
	b.flush()
	top := len(b.open) - 1
	previous := b.last[top]
	b.last[top] = int32(len(b.doc.nodes))
	b.push(node{kind: k, parent: b.open[top], previous: previous, name: n, text: content})
}

// attribute adds an attribute to the element that is open, which has no
// children yet.
func (b *builder) attribute(n *name, content string) {
	of := b.open[len(b.open)-1]
	b.push(node{kind: attributeNode, parent: of, previous: -1, name: n, text: content})
	b.doc.nodes[of].first = int32(len(b.doc.nodes))
}

// characters adds text, which may come in pieces.
func (b *builder) characters(s string) { b.pending.WriteString(s) }

// flush makes one node of the text that has come.
func (b *builder) flush() {
	if b.pending.Len() == 0 {
		return
	}
	s := b.pending.String()
	b.pending.Reset()
	b.child(textNode, nil, s)
}

// close closes the element that is open.
func (b *builder) close() {
	b.flush()
	top := len(b.open) - 1
	b.doc.nodes[b.open[top]].end = int32(len(b.doc.nodes))
	b.open, b.last = b.open[:top], b.last[:top]
}

// named returns a name that is kept once.
func (b *builder) named(n name) *name {
	if known := b.names[n]; known != nil {
		return known
	}
	kept := n
	b.names[n] = &kept
	return &kept
}

// declare notes a prefix that the document declares.
func (b *builder) declare(prefix, uri string) {
	if before, ok := b.doc.prefixes[prefix]; ok && before != uri {
		uri = ambiguous
	}
	b.doc.prefixes[prefix] = uri
}

func tooLarge() *SyntaxError {
	return &SyntaxError{Message: fmt.Sprintf("it has more than %d elements, attributes and texts", maxNodes), Limit: true}
}

// SyntaxError is why a document cannot be read.
type SyntaxError struct {
	Message string // a clause
	Limit   bool   // the document may be well-formed, but is too much; there is no place

	Text   string // what is around the place, in UTF-8; empty if it is none
	Offset int    // in bytes of Text, or, if that is empty, of the document
	Line   int    // from 1; 0 for none
	Column int    // in characters, from 1
}

// Error returns the message with its line and column.
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}
