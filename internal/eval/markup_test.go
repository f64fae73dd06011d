package eval

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const sampleXML = `<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:shop">
  <s:Body><order id="o-1" total="12.50"><line><sku>A1</sku><n>2</n></line><line><sku>B2</sku><n>3</n></line><note/></order></s:Body>
</s:Envelope>`

// TestXPath protects what xpath() gives, and that what is missing, misspelt or
// no number is never a check that passes.
func TestXPath(t *testing.T) {
	env := environment(answer("application/soap+xml; charset=utf-8", sampleXML))
	env.Namespaces = func() (map[string]string, error) { return map[string]string{"shop": "urn:shop"}, nil }
	runCases(t, env, Value, []evalCase{
		{`xpath("//order/@id")`, `"o-1"`},
		{`xpath("//line[1]/sku")`, `"A1"`},
		{`xpath("//sku")`, `["A1","B2"]`},
		{`xpath("//note")`, `""`},
		{`xpath("count(//line)")`, `2`},
		{`xpath("sum(//n) * 1.5")`, `7.5`},
		{`xpath("0.1 + 0.2")`, `0.30000000000000004`},
		{`xpath("-0")`, `0`},
		{`xpath("string(//sku)")`, `"A1"`},
		{`xpath("string(//nope)")`, `""`},
		{`xpath("boolean(//note)")`, `true`},
		{`xpath("//s:Body/shop:order/@total")`, `"12.50"`},
		{`xpath("/Envelope/Body/order/@total")`, `"12.50"`},
		{`len(xpath("//line"))`, `2`},
		{`xpath("//nope") == nil`, `true`},
		{`xpath("//sku") != nil`, `true`},
		{`xpath("//nope") ?? "none"`, `"none"`},
		{`float(xpath("//order/@total")) > 12`, `true`},
		{`xpath("//" + "sku")`, `["A1","B2"]`},

		{`xpath("/Envelope/Body/ordr/@id")`, "error: [xpath(\"/Envelope/Body/ordr/@id\")] `/Envelope/Body` has no `/ordr` | it has `order` => did you mean `order`?"},
		{`xpath("//order/@idd == 1")`, "compile: [\"//order/@idd == 1\"] the XPath `//order/@idd == 1` cannot be read | at character 14: XPath has no `==` => write `=`"},
		{`xpath("//order/@idd")`, "error: [xpath(\"//order/@idd\")] `//order` has no `/@idd` | it has `@id`, `@total` => did you mean `@id`?"},
		{`xpath("//lime[1]/sku")`, "error: [xpath(\"//lime[1]/sku\")] the document has no `//lime[1]` | it has `line`, `n`, `note`, `order`, `s:Body`, `s:Envelope`, `sku` => did you mean `line`?"},
		{`xpath("(//a)[1]") == "x"`, "error: [xpath(\"(//a)[1]\")] the document has no `(//a)[1]`"},
		{`xpath("number(//sku)")`, "error: [xpath(\"number(//sku)\")] the XPath `number(//sku)` gives no number (NaN) | what it computes with does not exist, or is not a number"},
		{`xpath("number(//sku)") == nil`, "error: [xpath(\"number(//sku)\")] the XPath `number(//sku)` gives no number (NaN) | what it computes with does not exist, or is not a number"},
		{`xpath("//q:order") == nil`, "error: [xpath(\"//q:order\")] the XPath `//q:order` cannot be evaluated | the prefix `q` is declared nowhere in the document => bind it with `# @xpath_ns q=URI`"},
		{`xpath("//" + "a[")`, "error: [xpath(\"//\" + \"a[\")] the XPath `//a[` cannot be read | at character 5: expected a name, found the end"},
		{`xpath("conut(//a)")`, "compile: [\"conut(//a)\"] the XPath `conut(//a)` cannot be read | at character 1: XPath 1.0 has no function `conut` => did you mean `count`?"},
		{`xpath(1)`, "compile: [1] xpath() takes text, and `1` is a number => write `string(1)`"},
		{`xpath("count(//line)") == "2"`, "compile: [xpath(\"count(//line)\") == \"2\"] `xpath(\"count(//line)\")` is a number, and `\"2\"` is text => compare numbers with numbers: write `2`, not `\"2\"`"},
		{`xpath("boolean(//line)") == 1`, "compile: [xpath(\"boolean(//line)\") == 1] `xpath(\"boolean(//line)\")` is a boolean, and `1` is a number"},
		{`upper(xpath("string(//sku)"))`, `"A1"`},
		{`xpath("//order/@total") == 12.5`, "error: [xpath(\"//order/@total\") == 12.5] `xpath(\"//order/@total\")` is text, and `12.5` is a number | `xpath(\"//order/@total\")` is `\"12.50\"` => compare text with text: write `\"12.5\"`, not `12.5`"},
	})
}

// TestMarkupBodies protects which bodies xpath() reads, and that the others are
// errors that say where and why, also where a missing node is none.
func TestMarkupBodies(t *testing.T) {
	for _, test := range []struct{ contentType, body, src, want string }{
		{"text/xml", "<a>1</a>", `xpath("/a")`, `"1"`},
		{"application/xml", "<a>1</a>", `xpath("/a")`, `"1"`},
		{"image/svg+xml", "<svg><g/></svg>", `xpath("count(//g)")`, `1`},
		{"text/html; charset=iso-8859-1", "<p>\xe9<p>b", `xpath("//p")`, `["é","b"]`},
		{"", " <a>1</a>", `xpath("/a")`, `"1"`},
		{"", "<!DOCTYPE HTML><p>a", `xpath("//p")`, `"a"`},
		{"", `{"a":1}`, `xpath("/a") == nil`, "error: [xpath(\"/a\")] the body is neither XML nor HTML, and has no content type"},
		{"application/json", `{"a":1}`, `xpath("/a") == nil`, "error: [xpath(\"/a\")] the body is neither XML nor HTML: its type is `application/json`"},
		{"text/xml", "", `xpath("/a") == nil`, "error: [xpath(\"/a\")] the body is not XML that can be read | line 1, column 1: it is empty"},
		{"text/xml", "<a>\n<b></a>", `xpath("/a") == nil`, "error: [xpath(\"/a\")] the body is not XML that can be read | line 2, column 4: `</a>` closes `<b>` of line 2, near `<a> <b></a>`"},
		{"text/xml", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", `xpath("/a")`, "error: [xpath(\"/a\")] the body is not XML that can be read | line 1, column 37: the entity `&x;` is not known: those that a DOCTYPE declares are not expanded, near `NTITY x 'y'>]><a>&x;</a>`"},
	} {
		runCases(t, environment(answer(test.contentType, test.body)), Value, []evalCase{{test.src, test.want}})
	}
}

// TestMarkupText protects that an XPath reads the same text as all other checks,
// however the body is encoded, and that neither reads what the other cannot.
func TestMarkupText(t *testing.T) {
	for _, test := range []struct{ contentType, body, want string }{
		{"text/xml", "<b>café</b>", "café"},
		{"text/xml; charset=iso-8859-1", "<b>café</b>", "café"},
		{"text/xml; charset=iso-8859-1", "<b>caf\xe9</b>", "café"},
		{"text/xml; charset=utf8mb4", "<b>café</b>", "café"},
		{"text/xml; charset=utf8mb4", "<b>caf\xe9</b>", ""},
		{"text/xml; charset=Shift_JIS", "<b>\x93\xfa</b>", "日"},
		{"text/xml; charset=Shift_JIS", "<b>\x93</b>", ""},
		{"text/xml", "<?xml version='1.0' encoding='Shift_JIS'?><b>\x93\xfa</b>", "日"},
		{"text/xml", "<?xml version='1.0' encoding='klingon'?><b>\x93\xfa</b>", ""},
		{"application/xml", "<?xml version='1.0' encoding='windows-1252'?><b>\x80</b>", "€"},
		{"application/xml; charset=latin1", "<?xml version='1.0' encoding='utf-8'?><b>\xe9</b>", "é"},
		{"application/xml; charset=iso-8859-1", "\xef\xbb\xbf<?xml version='1.0'?><b>é</b>", "é"},
		{"application/xml", "<?xml version='1.0' encoding='utf-16'?><b>é</b>", "é"},
		{"application/xml", "\xfe\xff\x00<\x00b\x00>\x00\xe9\x00<\x00/\x00b\x00>", "é"},
		{"", "\xfe\xff\x00<\x00b\x00>\x00\xe9\x00<\x00/\x00b\x00>", "é"},
		{"", "<?xml version='1.0' encoding='iso-8859-1'?><b>\xe9</b>", "é"},
		{"text/html", "<meta charset=koi8-r><b>\xc1</b>", "а"},
		{"text/html; charset=utf-8", "<meta charset=koi8-r><b>\xc1</b>", ""},
	} {
		a := answer(test.contentType, test.body)
		body, textErr := a.Text()
		m, err := a.Markup(t.Context(), false)
		if (err == nil) != (textErr == nil) || (err == nil) != (test.want != "") {
			t.Errorf("%s, %q: the text is %q (%v), the document is read: %v", test.contentType, test.body, body, textErr, err)
			continue
		}
		if err != nil {
			continue
		}
		if v, err := m.Select(t.Context(), "//b", nil); v != test.want || !strings.Contains(body, "<b>"+test.want+"<") {
			t.Errorf("%s, %q: the text is %q, the XPath %v (%v)", test.contentType, test.body, body, v, err)
		}
	}
}

// TestMarkupOnce protects that a body is parsed once, and that the request's is
// read as well.
func TestMarkupOnce(t *testing.T) {
	a := answer("text/xml", "<a>1</a>")
	first, err := a.Markup(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if second, _ := a.Markup(t.Context(), true); second != first {
		t.Error("the body is parsed twice")
	}
	s := &Sent{Header: http.Header{"Content-Type": {"text/xml"}}, Content: []byte("<a><b>1</b></a>")}
	m, err := s.Markup(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := m.First(t.Context(), "/a", nil); err != nil || v != "<b>1</b>" {
		t.Errorf("the request's body gives %v (%v)", v, err)
	}
	if _, err := m.First(t.Context(), "/b", nil); !isMissing(err) {
		t.Errorf("a node that does not exist is %v", err)
	}
	cut := answer("text/xml", "<a>")
	cut.Rest = 1
	if _, err := cut.Markup(t.Context(), false); err == nil || err.Error() != "the body of this answer was not kept" {
		t.Errorf("a body that was cut off is %v", err)
	}
}

// TestXPathSecrets protects that no message shows a secret, or a piece of one,
// that the body or the expression holds.
func TestXPathSecrets(t *testing.T) {
	for _, test := range []struct{ body, src string }{
		{"<a><s3cr3t></a>", `xpath("/a") == "x"`},
		{"<a><s3cr3t/></a>", `xpath("/a/b") == "x"`},
		{"<a>s3cr3t</a>", `xpath("/a") == "x"`},
		{"<a/>", `xpath("//" + vars.base) == "x"`},
		{"<a/>", `xpath("//a[" + vars.base) == "x"`},
	} {
		env := environment(answer("text/xml", test.body))
		env.Mask = func(text string) string { return strings.ReplaceAll(text, "s3cr3t", "***") }
		env.Secret = func(name string) bool { return name == "base" }
		env.Variable = func(string) (any, error) { return "s3cr3t", nil }
		p, mistake := Compile(test.src, Condition, testPlan)
		if mistake != nil {
			t.Fatal(mistake)
		}
		_, err := p.Eval(env)
		shown := ""
		if e := (*Error)(nil); errors.As(err, &e) {
			shown = e.Summary + e.Detail + e.Suggestion
		}
		x := p.Explain(env)
		shown += x.Detail + x.Suggestion
		for _, v := range x.Values {
			shown += v.Text
		}
		if shown == "" || strings.Contains(shown, "s3cr") {
			t.Errorf("%s of %s shows %q", test.src, test.body, shown)
		}
	}
}
