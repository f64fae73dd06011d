package xpath

import (
	"slices"
	"strings"
)

// Inner returns what is in a node as markup: the children of an element, the
// value of an attribute and the text of any other. A child declares the
// namespaces that it needs, so that it can stand by itself.
func (s *Selection) Inner(i int) (string, error) {
	d, at := s.run.doc, s.nodes[i]
	n := &d.nodes[at]
	if n.kind != elementNode && n.kind != rootNode {
		return s.run.text(at)
	}
	return s.markup(n.first, n.end, d.isRaw(at))
}

// markup writes the nodes from one up to another, which are all those in some
// nodes. Raw says that text among them is not escaped.
func (s *Selection) markup(from, end int32, raw bool) (string, error) {
	d := s.run.doc
	w := writer{doc: d, raw: raw, bound: map[string][]string{}}
	for child := from; child < end; child = d.nodes[child].first {
		w.closeBefore(child)
		w.node(child)
		if err := s.run.spend((w.b.Len() - w.spent) / 4); err != nil {
			return "", err
		}
		w.spent = w.b.Len()
	}
	w.closeBefore(end)
	return w.b.String(), nil
}

// writer writes nodes in document order. Attributes come with their element.
type writer struct {
	doc   *Document
	b     strings.Builder
	spent int
	raw   bool    // text in the node itself is not escaped
	open  []int32 // elements

	declared []declaration       // by the open elements
	bound    map[string][]string // the namespaces of each prefix, the innermost last
}

// declaration is a prefix that an open element declares.
type declaration struct {
	prefix string
	by     int32
}

// isRaw reports whether the text in an element is no markup: a script of HTML.
func (d *Document) isRaw(at int32) bool {
	n := &d.nodes[at]
	return d.html && n.kind == elementNode && slices.Contains([]string{"script", "style", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"}, n.name.local)
}

// isVoid reports whether an element of HTML never has an end.
func (d *Document) isVoid(at int32) bool {
	return d.html && slices.Contains([]string{
		"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
	}, d.nodes[at].name.local)
}

// closeBefore closes the elements that end before a node.
func (w *writer) closeBefore(next int32) {
	for len(w.open) > 0 {
		at := w.open[len(w.open)-1]
		if w.doc.nodes[at].end > next {
			return
		}
		w.open = w.open[:len(w.open)-1]
		for len(w.declared) > 0 && w.declared[len(w.declared)-1].by == at {
			prefix := w.declared[len(w.declared)-1].prefix
			w.declared = w.declared[:len(w.declared)-1]
			w.bound[prefix] = w.bound[prefix][:len(w.bound[prefix])-1]
		}
		if !w.isEmpty(at) && !w.doc.isVoid(at) {
			w.b.WriteString("</" + w.doc.nodes[at].name.qualified() + ">")
		}
	}
}

// isEmpty reports whether an element of XML is written without an end.
func (w *writer) isEmpty(at int32) bool {
	n := &w.doc.nodes[at]
	return !w.doc.html && n.first == n.end
}

// escapeText writes what is markup in a text as entities.
func escapeText(s string) string {
	if !strings.ContainsAny(s, "&<>") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// escape does so in the value of an attribute.
func escape(s string) string {
	if !strings.ContainsAny(s, `&<"`) {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(s)
}

func (w *writer) node(at int32) {
	n := &w.doc.nodes[at]
	switch n.kind {
	case textNode:
		if w.raw && len(w.open) == 0 || len(w.open) > 0 && w.doc.isRaw(w.open[len(w.open)-1]) {
			w.b.WriteString(n.text)
		} else {
			w.b.WriteString(escapeText(n.text))
		}
	case commentNode:
		w.b.WriteString("<!--" + n.text + "-->")
	case instructionNode:
		w.b.WriteString("<?" + n.name.local + " " + n.text + "?>")
	case elementNode:
		w.element(at)
	}
}

func (w *writer) element(at int32) {
	n := &w.doc.nodes[at]
	w.open = append(w.open, at)
	w.b.WriteString("<" + n.name.qualified())
	w.declare(at, n.name)
	for i := at + 1; i < n.first; i++ {
		a := &w.doc.nodes[i]
		if a.name.prefix != "" {
			w.declare(at, a.name)
		}
		w.b.WriteString(" " + a.name.qualified() + `="` + escape(a.text) + `"`)
	}
	if w.isEmpty(at) {
		w.b.WriteString("/")
	}
	w.b.WriteString(">")
}

// declare writes the declaration of the namespace of a name, unless an open
// element has done so.
func (w *writer) declare(at int32, n *name) {
	if w.doc.html || n.prefix == "xml" {
		return
	}
	space := ""
	if spaces := w.bound[n.prefix]; len(spaces) > 0 {
		space = spaces[len(spaces)-1]
	}
	if space == n.space {
		return
	}
	w.declared = append(w.declared, declaration{n.prefix, at})
	w.bound[n.prefix] = append(w.bound[n.prefix], n.space)
	attribute := "xmlns"
	if n.prefix != "" {
		attribute += ":" + n.prefix
	}
	w.b.WriteString(" " + attribute + `="` + escape(n.space) + `"`)
}
