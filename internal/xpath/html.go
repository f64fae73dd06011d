package xpath

import (
	"bytes"
	"context"
	"fmt"
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

// maxHTMLDepth is how deep elements may be nested for x/net/html.
const maxHTMLDepth = 512

// ParseHTML reads a document of HTML as browsers do, who mend what is wrong
// with it and write its names in lower case. It is UTF-8 without a byte order
// mark, whatever its element meta says. The error is a *[SyntaxError], or that of
// the context.
func ParseHTML(ctx context.Context, content []byte) (*Document, error) {
	if err := checkUTF8(content); err != nil {
		return nil, err
	}
	tree, err := html.Parse(reader{ctx, bytes.NewReader(content)})
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && strings.Contains(err.Error(), "open stack of elements"):
		return nil, &SyntaxError{Message: fmt.Sprintf("its elements are nested deeper than %d, and HTML is read no further", maxHTMLDepth), Limit: true}
	case err != nil:
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
