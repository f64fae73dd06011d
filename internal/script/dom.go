package script

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/xpath"
)

// dom is the documents of a script: read-only, in the terms of the DOM
// (WHATWG DOM section 4).
type dom struct {
	l       *library
	nodes   map[xpath.Node]*goja.Object // the objects that scripts have of nodes
	sources map[*xpath.Document]source
	methods map[string]*goja.Object
	lists   *goja.Object // the prototype of lists of nodes
}

// source is what a document was read from.
type source struct{ text, mime string }

func (l *library) dom() *dom {
	if l.documents == nil {
		l.documents = &dom{
			l: l, nodes: map[xpath.Node]*goja.Object{}, sources: map[*xpath.Document]source{}, methods: map[string]*goja.Object{},
		}
	}
	return l.documents
}

// domParser makes the class DOMParser.
func (l *library) domParser() goja.Value {
	return l.class("DOMParser", func(*invocation) any { return nil },
		member{name: "parseFromString", call: func(c *invocation) goja.Value {
			text, mime := c.text(0, "text"), c.text(1, "type")
			document, err := l.parseDocument([]byte(text), mime)
			if errors.Is(err, errNoMarkup) {
				c.fail("expected `text/html`, `text/xml`, `application/xml`, `application/xhtml+xml` or `image/svg+xml` for `type`, found %s", excerpt(mime))
			}
			if err != nil {
				c.fail("the text is no %s: %s", mime, err.Error())
			}
			return document
		}},
	)
}

// markup makes the document of an answer of XML or HTML, which JetBrains has in
// the place of its text.
func (r *runtime) markup(text []byte, contentType string) goja.Value {
	if r.program.api != JetBrains {
		return nil
	}
	mime := string(charset.MediaOf(contentType))
	document, err := r.objects().parseDocument(text, mime)
	if err != nil && !errors.Is(err, errNoMarkup) {
		r.throw(mistake{code: diag.CodeCheck, message: "the body is said to be " + mime + " and is not: " + err.Error()})
	}
	return document
}

var errNoMarkup = errors.New("neither HTML nor XML")

// parseDocument reads a document of a media type: HTML, whatever is wrong with it,
// or XML. The error is that of package xpath, or errNoMarkup.
func (l *library) parseDocument(content []byte, mime string) (goja.Value, error) {
	content = []byte(strings.TrimPrefix(string(content), "\ufeff"))
	mime = strings.ToLower(strings.TrimSpace(mime))
	parse := xpath.ParseXML
	switch {
	case mime == "text/html":
		parse = xpath.ParseHTML
	case mime != "text/xml" && mime != "application/xml" && !strings.HasSuffix(mime, "+xml"):
		return nil, errNoMarkup
	}
	d, err := parse(l.until(), content)
	if err != nil {
		return nil, err
	}
	l.dom().sources[d] = source{string(content), mime}
	return l.dom().object(d.Root()), nil
}

// object returns the object of a node: always the same one.
func (d *dom) object(n xpath.Node) goja.Value {
	if o := d.nodes[n]; o != nil {
		return o
	}
	o := d.l.vm.NewDynamicObject(&domNode{d, n})
	if n.Kind() == xpath.RootNode { // scripts of former versions take it for the text
		d.l.must(o.SetPrototype(d.l.prototype("String")))
	}
	d.nodes[n] = o
	return o
}

// of returns the object of a node that may not exist.
func (d *dom) of(n xpath.Node, exists bool) goja.Value {
	if !exists {
		return goja.Null()
	}
	return d.object(n)
}

// asNode returns the node that a value is, if it is one.
func asNode(v goja.Value) (xpath.Node, bool) {
	if o, isObject := v.(*goja.Object); isObject {
		if n, ok := o.Export().(*domNode); ok {
			return n.Node, true
		}
	}
	return xpath.Node{}, false
}

// domNode is a node as a script sees it.
type domNode struct {
	*dom
	xpath.Node
}

// domKind names the interface that a node has.
func domKind(k xpath.Kind) string {
	switch k {
	case xpath.RootNode:
		return "Document"
	case xpath.ElementNode:
		return "Element"
	case xpath.AttributeNode:
		return "Attr"
	case xpath.CommentNode:
		return "Comment"
	case xpath.InstructionNode:
		return "ProcessingInstruction"
	}
	return "Text"
}

// nodeType is the number that the DOM has for a kind.
func nodeType(k xpath.Kind) int {
	switch k {
	case xpath.RootNode:
		return 9
	case xpath.ElementNode:
		return 1
	case xpath.AttributeNode:
		return 2
	case xpath.CommentNode:
		return 8
	case xpath.InstructionNode:
		return 7
	}
	return 3
}

// domMembers returns the members of the nodes of a kind.
func domMembers(k xpath.Kind) []string {
	members := []string{
		"nodeName", "nodeType", "nodeValue", "textContent", "parentNode", "parentElement", "ownerDocument", "childNodes", "firstChild",
		"lastChild", "nextSibling", "previousSibling", "hasChildNodes", "contains", "isSameNode", "getRootNode", "toString",
	}
	if k == xpath.RootNode || k == xpath.ElementNode {
		members = append(members, "children", "childElementCount", "firstElementChild", "lastElementChild", "getElementsByTagName",
			"getElementsByTagNameNS", "getElementsByClassName", "querySelector", "querySelectorAll")
	}
	switch k {
	case xpath.RootNode:
		return append(members, "documentElement", "getElementById", "getElementsByName", "contentType", "doctype", "body", "head", "title")
	case xpath.ElementNode:
		return append(members, "tagName", "localName", "prefix", "namespaceURI", "id", "className", "attributes", "getAttribute", "getAttributeNS",
			"getAttributeNames", "getAttributeNode", "hasAttribute", "hasAttributeNS", "hasAttributes", "nextElementSibling",
			"previousElementSibling", "innerHTML", "outerHTML", "innerText", "matches", "closest")
	case xpath.AttributeNode:
		return append(members, "name", "localName", "prefix", "namespaceURI", "value", "ownerElement")
	case xpath.InstructionNode:
		return append(members, "target", "data", "length")
	}
	return append(members, "data", "length", "nextElementSibling", "previousElementSibling")
}

// Get returns a member.
func (n *domNode) Get(key string) goja.Value {
	if v := n.member(key); v != nil {
		return v
	}
	o := &object{runtime: n.l.runtime, name: domKind(n.Kind()), members: domMembers(n.Kind())}
	switch {
	case o.asked(key), n.Kind() == xpath.RootNode && n.l.prototype("String").Get(key) != nil:
		return nil
	case changes(key):
		n.l.throw(mistake{message: "`" + o.name + "." + key + "` does not exist: documents cannot be changed", member: key})
	}
	o.unknown(key)
	return nil
}

// changes reports whether a method of the DOM that does not exist here would
// change a document.
func changes(key string) bool {
	for _, verb := range []string{"set", "create", "remove", "append", "insert", "replace", "prepend"} {
		if strings.HasPrefix(key, verb) {
			return true
		}
	}
	return false
}

// Set throws.
func (n *domNode) Set(key string, _ goja.Value) bool {
	n.l.throw(mistake{message: "`" + domKind(n.Kind()) + "." + key + "` cannot be changed: documents are read-only", suggestion: "compare with `===`", member: key})
	return false
}

// Has reports whether there is a member.
func (n *domNode) Has(key string) bool { return slices.Contains(domMembers(n.Kind()), key) }

// Delete throws.
func (n *domNode) Delete(key string) bool { return n.Set(key, nil) }

// Keys returns none, as of objects whose members are those of their class.
func (n *domNode) Keys() []string { return nil }

// member returns a member; nil if there is none.
func (n *domNode) member(key string) goja.Value {
	if v := n.nodeMember(key); v != nil {
		return v
	}
	switch n.Kind() {
	case xpath.RootNode:
		if v := n.documentMember(key); v != nil {
			return v
		}
		return n.parentMember(key)
	case xpath.ElementNode:
		if v := n.elementMember(key); v != nil {
			return v
		}
		return n.parentMember(key)
	case xpath.AttributeNode:
		return n.attributeMember(key)
	}
	return n.dataMember(key)
}

func (d *dom) string(s string) goja.Value { return d.l.vm.ToValue(s) }

// nodeMember returns a member of Node.
func (n *domNode) nodeMember(key string) goja.Value {
	switch key {
	case "nodeType":
		return n.l.vm.ToValue(nodeType(n.Kind()))
	case "nodeName":
		return n.string(n.nodeName())
	case "nodeValue":
		if n.Kind() == xpath.RootNode || n.Kind() == xpath.ElementNode {
			return goja.Null()
		}
		return n.string(n.Value())
	case "textContent":
		if n.Kind() == xpath.RootNode {
			return goja.Null()
		}
		return n.text()
	case "parentNode":
		parent, ok := n.Parent()
		return n.of(parent, ok && n.Kind() != xpath.AttributeNode)
	case "parentElement":
		parent, ok := n.Parent()
		return n.of(parent, ok && n.Kind() != xpath.AttributeNode && parent.Kind() == xpath.ElementNode)
	case "ownerDocument":
		return n.of(n.Document().Root(), n.Kind() != xpath.RootNode)
	case "childNodes":
		return n.list(slices.Collect(n.Children()))
	case "firstChild":
		return n.of(n.FirstChild())
	case "lastChild":
		last, ok := xpath.Node{}, false
		for c := range n.Children() {
			last, ok = c, true
		}
		return n.of(last, ok)
	case "nextSibling":
		return n.of(n.Next())
	case "previousSibling":
		return n.of(n.Previous())
	}
	return n.nodeMethod(key)
}

// nodeName is the name of a node: that of an element of HTML in capitals.
func (n *domNode) nodeName() string {
	qualified, _, _, space := n.Name()
	switch n.Kind() {
	case xpath.RootNode:
		return "#document"
	case xpath.TextNode:
		return "#text"
	case xpath.CommentNode:
		return "#comment"
	case xpath.ElementNode:
		if n.Document().IsHTML() && space == xhtml {
			return strings.ToUpper(qualified)
		}
	}
	return qualified
}

// xhtml is the namespace of HTML.
const xhtml = "http://www.w3.org/1999/xhtml"

func (n *domNode) text() goja.Value {
	text, err := n.Text(n.l.until())
	n.l.must(err)
	return n.string(text)
}

func (n *domNode) markup(of func(xpath.Node, context.Context) (string, error)) goja.Value {
	markup, err := of(n.Node, n.l.until())
	n.l.must(err)
	return n.string(markup)
}
