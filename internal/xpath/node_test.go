package xpath

import (
	"context"
	"strings"
	"testing"
)

// outline writes a node and all that is in it by walking over it.
func outline(n Node) string {
	qualified, _, _, _ := n.Name()
	var b strings.Builder
	switch n.Kind() {
	case TextNode:
		return n.Value()
	case CommentNode:
		return "!" + n.Value()
	case InstructionNode:
		return "?" + qualified
	case ElementNode:
		b.WriteString(qualified)
		for a := range n.Attributes() {
			name, _, _, _ := a.Name()
			b.WriteString(" " + name + "=" + a.Value())
		}
	}
	b.WriteString("(")
	separator := ""
	for c := range n.Children() {
		b.WriteString(separator + outline(c))
		separator = ","
	}
	return b.String() + ")"
}

// TestNode protects the way from node to node in every direction.
func TestNode(t *testing.T) {
	ctx := context.Background()
	d, err := ParseXML(ctx, []byte(`<?go x?><a k="1" xmlns:p="urn:p" p:l="2"><b/>t<!--c--><p:d>u<e>v</e></p:d></a>`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := outline(d.Root()), "(?go,a k=1 p:l=2(b(),t,!c,p:d(u,e(v))))"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for n := range d.Root().Descendants() {
		if next, ok := n.Next(); ok {
			if back, ok := next.Previous(); !ok || back != n {
				t.Errorf("the node before that behind %s is another", outline(n))
			}
		}
		for c := range n.Children() {
			if up, ok := c.Parent(); !ok || up != n {
				t.Errorf("the parent of a child of %s is another", outline(n))
			}
		}
	}
	expr, _ := Compile("//e | //@k")
	v, err := expr.Evaluate(ctx, d, nil)
	if err != nil {
		t.Fatal(err)
	}
	attribute, e := v.(*Selection).Node(0), v.(*Selection).Node(1)
	if _, ok := attribute.Next(); ok || attribute.Value() != "1" {
		t.Errorf("the attribute is %q, or has a sibling", attribute.Value())
	}
	parent, _ := e.Parent()
	outer, err := parent.Outer(ctx)
	if want := `<p:d xmlns:p="urn:p">u<e>v</e></p:d>`; err != nil || outer != want {
		t.Errorf("Outer = %s (%v), want %s", outer, err, want)
	}
	if _, prefix, local, space := parent.Name(); prefix != "p" || local != "d" || space != "urn:p" {
		t.Errorf("Name = %q, %q, %q", prefix, local, space)
	}
	inner, _ := Compile("string(e)")
	if v, err := inner.EvaluateAt(ctx, parent, nil); err != nil || v != "v" {
		t.Errorf("EvaluateAt = %v, %v", v, err)
	}
	if text, err := parent.Text(ctx); err != nil || text != "uv" {
		t.Errorf("Text = %v, %v", text, err)
	}
}
