package xpath

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// htmlSpace is the namespace that x/net/html calls by a short name.
func htmlSpace(called string) string {
	switch called {
	case "svg":
		return "http://www.w3.org/2000/svg"
	case "math":
		return "http://www.w3.org/1998/Math/MathML"
	case "xlink":
		return "http://www.w3.org/1999/xlink"
	case "xml":
		return xmlSpace
	case "xmlns":
		return "http://www.w3.org/2000/xmlns/"
	}
	return "http://www.w3.org/1999/xhtml"
}

// ParseHTML reads a document of HTML as browsers do, who mend what is wrong
// with it and write its names in lower case. Its encoding is that of its byte
// order mark, else charset (the parameter of its content type), else that of
// its element meta, else UTF-8. The error is a *[SyntaxError].
func ParseHTML(content []byte, charset string) (*Document, error) {
	decoded, err := decode(content, charset, metaEncoding)
	if err != nil {
		return nil, err
	}
	tree, err := html.Parse(bytes.NewReader(decoded))
	if err != nil {
		return nil, &SyntaxError{Message: strings.TrimPrefix(err.Error(), "html: "), Limit: true}
	}
	b := newBuilder()
	b.doc.html = true
	b.doc.prefixes = nil
	for n := tree.FirstChild; n != nil; {
		b.html(n)
		if b.full {
			return nil, tooLarge()
		}
		if n.FirstChild != nil {
			n = n.FirstChild
			continue
		}
		for n != tree && n.NextSibling == nil {
			if n.Type == html.ElementNode {
				b.close()
			}
			n = n.Parent
		}
		if n == tree {
			break
		}
		if n.Type == html.ElementNode {
			b.close()
		}
		n = n.NextSibling
	}
	b.close()
	return b.doc, nil
}

// html adds a node, and its attributes.
func (b *builder) html(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.characters(n.Data)
	case html.CommentNode:
		b.child(commentNode, nil, n.Data)
	case html.ElementNode:
		b.child(elementNode, b.named(name{local: n.Data, space: htmlSpace(n.Namespace)}), "")
		for _, a := range n.Attr {
			attribute := name{local: a.Key}
			if a.Namespace != "" {
				attribute = name{prefix: a.Namespace, local: a.Key, space: htmlSpace(a.Namespace)}
			}
			b.attribute(b.named(attribute), a.Val)
		}
	}
}
