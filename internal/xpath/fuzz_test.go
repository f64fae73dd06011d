package xpath

import (
	"context"
	"testing"
	"unicode/utf8"
)

// FuzzEvaluate protects that no expression and no document makes a panic or a
// hang, that places lie in the expression and the document, and that what is
// well-formed stays so when it is written again.
func FuzzEvaluate(f *testing.F) {
	for _, src := range []string{
		"//a[@id='1']/b", "count(//*)", "(//a | //b)[last()]/..", "//p:a", "//text()[contains(., 'x')]", "1 + -2 * 3 div 4 mod 5 >= sum(//b)",
		"substring(//a, 2, 1)", "//a[", "$.x", "concat(//a, ' ', //@*)", "//ancestor::node()/preceding::*[1]", "translate(//a, 'a', '')",
		"//processing-instruction('x')", "//*[lang('en')]",
	} {
		for _, doc := range []string{
			library1, "<a><b>1</b></a>", `<a xmlns="u" xmlns:p="v"><p:a p:b="&lt;"/></a>`, "<a>", "<!doctype html><p>a<p>b<svg/>", "\xff\xfe<\x00a\x00/\x00>\x00",
			"<?xml version='1.0' encoding='latin1'?><a>\xe9</a>", "<a>&x;</a>", "<a><![CDATA[x]]><!--y--><?z?></a>",
		} {
			f.Add(src, []byte(doc))
		}
	}
	f.Fuzz(func(t *testing.T, src string, doc []byte) {
		e, mistake := Compile(src)
		if mistake != nil {
			if mistake.Start < 0 || mistake.Start > mistake.End || mistake.End > len(src) || mistake.Summary == "" {
				t.Fatalf("%q: %+v", src, mistake)
			}
		}
		for _, parse := range []func(context.Context, []byte) (*Document, error){ParseXML, ParseHTML} {
			d, err := parse(t.Context(), doc)
			if err != nil {
				s := err.(*SyntaxError)
				if s.Message == "" || !utf8.ValidString(s.Text) || s.Offset > max(len(s.Text), len(doc)) {
					t.Fatalf("%q: %+v", doc, s)
				}
				continue
			}
			if e != nil {
				check(t, e, d)
			}
			if !d.html {
				again(t, d)
			}
		}
	})
}

func check(t *testing.T, e *Expr, d *Document) {
	v, err := e.Evaluate(t.Context(), d, nil)
	if err != nil {
		return
	}
	got := Boolean
	switch v := v.(type) {
	case float64:
		got = Number
	case string:
		got = Text
	case *Selection:
		got = Nodes
		for i := range v.nodes {
			if i > 0 && v.nodes[i-1] >= v.nodes[i] {
				t.Fatal("the nodes are not in document order")
			}
			if _, err := v.Text(i); err != nil {
				return
			}
			if _, err := v.Inner(i); err != nil {
				return
			}
		}
	}
	if got != e.Type() {
		t.Fatalf("the value is %s, and was to be %s", got, e.Type())
	}
}

// again writes a document and reads it again.
func again(t *testing.T, d *Document) {
	whole, err := (&Selection{run: &evaluation{ctx: t.Context(), doc: d, budget: budget}, nodes: set{0}}).Inner(0)
	if err != nil {
		return
	}
	read, err := ParseXML(t.Context(), []byte(whole))
	if err != nil {
		t.Fatalf("%q cannot be read: %v", whole, err)
	}
	if len(read.nodes) != len(d.nodes) {
		t.Fatalf("%q has %d nodes, and had %d", whole, len(read.nodes), len(d.nodes))
	}
}
