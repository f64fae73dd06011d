package xpath

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestMalformed protects that what is no XML is an error at its place, also
// where encoding/xml alone would not see it.
func TestMalformed(t *testing.T) {
	for _, test := range []struct{ src, want string }{
		{"", "line 1, column 1: it is empty"},
		{" \n", "line 1, column 1: it is empty"},
		{"plain", "line 1, column 1: text outside of the root element"},
		{"<!-- only -->", "line 1, column 1: it has no element"},
		{"<a>", "line 1, column 1: `<a>` is never closed"},
		{"<a>\n <b></a>", "line 2, column 5: `</a>` closes `<b>` of line 2"},
		{"<a/></a>", "line 1, column 5: `</a>` closes nothing"},
		{"<a/><b/>", "line 1, column 5: a second root element `<b>`"},
		{"<a/>text", "line 1, column 5: text outside of the root element"},
		{"<a>\n<b c=1/></a>", "line 2, column 7: unquoted or missing attribute value in element"},
		{"<a b='1' b='2'/>", "line 1, column 1: the attribute `b` is given twice"},
		{"<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", "line 1, column 1: the attribute `q:b` is given twice"},
		{"<p:a/>", "line 1, column 1: the prefix `p` of `p:a` is not declared"},
		{"<a p:b=''/>", "line 1, column 1: the prefix `p` of `p:b` is not declared"},
		{"<a><b xmlns:p='u'/><p:c/></a>", "line 1, column 20: the prefix `p` of `p:c` is not declared"},
		{"<a xmlns:p=''/>", "line 1, column 1: the prefix `p` is bound to nothing"},
		{"<a>&nbsp;</a>", "line 1, column 10: invalid character entity &nbsp;"},
		{"\n<?xml version='1.0'?><a/>", "line 2, column 1: the XML declaration must stand at the very start"},
		{"<?xml version='1.1'?><a/>", "line 1, column 22: unsupported version \"1.1\"; only version 1.0 is supported"},
		{"<a><!DOCTYPE a></a>", "line 1, column 4: `<!DOCTYPE` cannot stand here"},
		{"<!ENTITY x 'y'><a/>", "line 1, column 1: `<!ENTITY` cannot stand here"},
		{"<a>\n\xe9</a>", "line 2, column 1: the byte 0xe9 is not UTF-8"},
		{"<a>\x01</a>", "line 1, column 5: illegal character code U+0001"},
	} {
		_, err := ParseXML(t.Context(), []byte(test.src))
		if err == nil || err.Error() != test.want {
			t.Errorf("%q:\n got %v\nwant %s", test.src, err, test.want)
		}
	}
}

// TestExcerpt protects that a mistake in a large document does not keep all of it.
func TestExcerpt(t *testing.T) {
	const half = 1 << 20
	_, err := ParseXML(t.Context(), []byte("<a>"+strings.Repeat("é", half)+"</b>"+strings.Repeat("é", half)))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || len(syntax.Text) > 1<<17 || !strings.HasPrefix(syntax.Text[syntax.Offset:], "</b>é") || !utf8.ValidString(syntax.Text) {
		t.Errorf("the error is %v", err)
	}
}

// TestEntities protects against documents that grow when they are read, and
// that read other files: neither can be asked for.
func TestEntities(t *testing.T) {
	bomb := `<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]>` + "\n"
	for _, test := range []struct{ name, src, want string }{
		{"expansion", bomb + "<a>&z;</a>", "line 2, column 7: the entity `&z;` is not known: those that a DOCTYPE declares are not expanded"},
		{"in an attribute", bomb + "<a b='&z;'/>", "line 2, column 10: the entity `&z;` is not known: those that a DOCTYPE declares are not expanded"},
		{"a file", "<!DOCTYPE a [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>\n<a>&f;</a>", "line 2, column 7: the entity `&f;` is not known: those that a DOCTYPE declares are not expanded"},
	} {
		_, err := ParseXML(t.Context(), []byte(test.src))
		if err == nil || err.Error() != test.want {
			t.Errorf("%s:\n got %v\nwant %s", test.name, err, test.want)
		}
	}
	for _, unused := range []string{bomb + "<a>1</a>", "<!DOCTYPE a SYSTEM 'http://127.0.0.1:1/a.dtd'><a>1</a>"} {
		if got := evaluate(t, mustParse(t, unused), "string(/a)", nil); got != `"1"` {
			t.Errorf("%s is %s", unused, got)
		}
	}
}

// TestNamespaces protects which elements a name means: without a prefix those
// of any namespace, and with one those of the namespace that the caller or the
// document binds it to.
func TestNamespaces(t *testing.T) {
	d := mustParse(t, `<a xmlns="urn:1" xmlns:s="urn:2"><b>1</b><s:b>2</s:b><b xmlns="">3</b><c xmlns:t="urn:3" xmlns:u="urn:2"><t:b>4</t:b><u:b t:n="x" n="y">5</u:b></c><c xmlns:t="urn:4"/></a>`)
	for _, test := range []struct{ src, want string }{
		{"//b", `["1" "2" "3" "4" "5"]`},
		{"//s:b", `["2" "5"]`},
		{"//u:b", `["2" "5"]`},
		{"//mine:b", `["1"]`},
		{"//t:b", "error: the prefix `t` means several namespaces in the document"},
		{"//other:b", `["4"]`},
		{"//none:b", `[]`},
		{"//mine:*", `["12345" "1" "45" ""]`},
		{"//@n", `["y"]`},
		{"//@other:n", `["x"]`},
		{"//b[namespace-uri()='']", `["3"]`},
		{"//zz/q:b", "error: the prefix `q` is declared nowhere in the document"},
	} {
		if got := evaluate(t, d, test.src, map[string]string{"mine": "urn:1", "other": "urn:3", "none": "urn:none"}); got != test.want {
			t.Errorf("%s is %s, want %s", test.src, got, test.want)
		}
	}
}

// TestHTML protects that HTML is read as browsers do.
func TestHTML(t *testing.T) {
	const page = `<!doctype html><html lang=de><head><meta charset=utf-8><title>Größe &amp; Maß</title><script>if (a < b) c()</script></head>
<body><p class=x>one<p>two<br>three<IMG src="a.png" ALT=b><svg viewBox="0 0 1 1"><path d="M0"/></svg><!-- end --></body></html>`
	d, err := ParseHTML(t.Context(), []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ src, want string }{
		{"//title", `["Größe & Maß"]`},
		{"//p", `["one" "twothree"]`},
		{"//P[@CLASS='x']", `["one"]`},
		{"//img/@src", `["a.png"]`},
		{"//svg/@viewBox", `["0 0 1 1"]`},
		{"//svg/path/@d", `["M0"]`},
		{"name(//img)", `"img"`},
		{"//p[lang('de')][1]", `["one"]`},
		{"//comment()", `[" end "]`},
		{"count(//br)", `1`},
		{"//q:p", "error: the prefix `q` is declared nowhere in the document"},
	} {
		if got := evaluate(t, d, test.src, nil); got != test.want {
			t.Errorf("%s is %s, want %s", test.src, got, test.want)
		}
	}
	if _, err := ParseHTML(t.Context(), nil); err != nil {
		t.Errorf("an empty page is no page: %v", err)
	}
}

// TestInner protects the markup in a node, which VS Code's request variables
// are.
func TestInner(t *testing.T) {
	x := mustParse(t, `<r xmlns="urn:1" xmlns:p="urn:2"><a i="&quot;1&amp;">t &lt;&amp;<b/><c xmlns=""><d>1</d></c><p:e p:f="2"><p:g/></p:e><!--n--><?go on?></a><k>only text</k></r>`)
	h, err := ParseHTML(t.Context(), []byte(`<p id=x>a<br>b &amp; <i></i><script>1 < 2</script></p>`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		d         *Document
		src, want string
	}{
		{x, "//a", `t &lt;&amp;<b xmlns="urn:1"/><c><d>1</d></c><p:e xmlns:p="urn:2" p:f="2"><p:g/></p:e><!--n--><?go on?>`},
		{x, "//a/@i", `"1&`},
		{x, "//k", "only text"},
		{x, "//k/text()", "only text"},
		{x, "//b", ""},
		{h, "//p", `a<br>b &amp; <i></i><script>1 < 2</script>`},
		{h, "//script", `1 < 2`},
	} {
		e, compileErr := Compile(test.src)
		if compileErr != nil {
			t.Fatal(compileErr)
		}
		v, err := e.Evaluate(t.Context(), test.d, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.(*Selection).Inner(0); err != nil || got != test.want {
			t.Errorf("%s holds %s (%v), want %s", test.src, got, err, test.want)
		}
	}
	root, _ := Compile("/")
	v, _ := root.Evaluate(t.Context(), x, nil)
	whole, err := v.(*Selection).Inner(0)
	if err != nil {
		t.Fatal(err)
	}
	again := mustParse(t, whole)
	for i := range again.nodes {
		if a, b := again.nodes[i], x.nodes[i]; a.kind != b.kind || a.text != b.text || a.name.qualified() != b.name.qualified() || a.name != nil && a.name.space != b.name.space {
			t.Errorf("node %d is %v, was %v", i, a, b)
		}
	}
}

// TestDepth protects that a document may be deep: nothing calls itself for each
// level of it.
func TestDepth(t *testing.T) {
	const depth = 100_000
	d := mustParse(t, strings.Repeat("<a>", depth)+"x"+strings.Repeat("</a>", depth))
	for src, want := range map[string]string{
		"count(//a)": fmt.Sprint(depth), "string(/a)": `"x"`, "count(//text()/ancestor::a)": fmt.Sprint(depth),
	} {
		if got := evaluate(t, d, src, nil); got != want {
			t.Errorf("%s is %s, want %s", src, got, want)
		}
	}
	_, err := ParseHTML(t.Context(), []byte(strings.Repeat("<div>", depth)))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || !syntax.Limit || syntax.Message != "its elements are nested deeper than 512, and HTML is read no further" {
		t.Errorf("HTML that is too deep is %v", err)
	}
}

// TestBudget protects that no expression runs for ever, and none takes all
// memory.
func TestBudget(t *testing.T) {
	const depth = 20_000
	d := mustParse(t, strings.Repeat("<a>", depth)+strings.Repeat("x", 1<<20)+strings.Repeat("</a>", depth))
	for _, src := range []string{
		"//a", "count(//a[//a])",
		"string-length(concat(/a, " + strings.Repeat("/a, ", 400) + "'x'))",
	} {
		if got := evaluate(t, d, src, nil); got != "error: the XPath visits too many nodes of this document" {
			t.Errorf("%.40s is %.80s", src, got)
		}
	}
	flat := mustParse(t, "<r>"+strings.Repeat("<a/>", depth)+"</r>")
	if got := evaluate(t, flat, "count(//a[following::a])", nil); got != "error: the XPath visits too many nodes of this document" {
		t.Errorf("a step of a step is %.80s", got)
	}
}
