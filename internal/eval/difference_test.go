package eval

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/value"
)

func shownValue(v any) string { return value.Format(v) }

// What a false condition says about itself.
func TestDifferences(t *testing.T) {
	long := strings.Repeat("x", 300)
	lines := strings.Repeat("same\n", 20)
	for _, test := range []struct{ body, src, detail string }{
		{sampleBody, `schema("answer.schema.json")`, ".total: missing\n.items[0].n: expected a multiple of 2, found 1.0\n.items[1].n: expected a multiple of 2, found 9007199254740993\n" +
			".owner.mail: expected text, found null"},
		{sampleBody, `schema(body.owner, {"additionalProperties": false, "properties": {"name": {"maxLength": 2}}})`, ".mail: not allowed, found null\n.name: expected at most 2 characters, found 3"},
		{`[` + strings.Repeat("1,", 50) + `1]`, `schema({"items": {"type": "string"}})`, "[0]: expected text, found 1\n[1]: expected text, found 1\n[2]: expected text, found 1\n" +
			"[3]: expected text, found 1\n[4]: expected text, found 1\n[5]: expected text, found 1\n[6]: expected text, found 1\n[7]: expected text, found 1\n" +
			"[8]: expected text, found 1\n[9]: expected text, found 1\n[10]: expected text, found 1\n[11]: expected text, found 1\nand 39 more"},
		{`{"id":"t-2"}`, `body == fromJSON(file("items.json"))`, `expected [{"id":"t-1"}], found {"id":"t-2"}`},
		{`[{"id":"t-2","n":1}]`, `body == fromJSON(file("items.json"))`, "[0].id: expected \"t-1\", found \"t-2\"\n[0].n: not expected, found 1"},
		{`{"id":1}`, `fromJSON("{\"id\":2}") == body or {"id": 3} == body`, ".id: expected 1, found 2\n.id: expected 3, found 1"},
		{`{"id":1}`, `let x = body; x == {"id": 2}`, ".id: expected 2, found 1"},
		{sampleBody, `includes(body.items, {"id": "t-3", "processed": true})`, "[0]: missing, expected {\"id\":\"t-3\",\"processed\":true}; the nearest is [1]\n[1].id: expected \"t-3\", found \"t-2\""},
		{sampleBody, `includes(body, {"items": [{"id": "t-1"}, {"id": "t-2", "tags": ["c"]}]})`, `.items[1]: missing, expected {"id":"t-2","tags":["c"]}; the nearest is .items[1]` + "\n.items[1].tags[0]: missing, expected \"c\""},
		{sampleBody, `includes(body.items[0].tags, "c")`, `[0]: missing, expected "c"`},
		{sampleBody, `includes(body, {"owner": {"phone": 1}, "name": "bob"})`, ".owner.phone: missing, expected 1"},
		{sampleBody, `near(body.price, 0.35, 0.2)`, "they are 0.25 apart, and 0.2 is allowed"},
		{sampleBody, `near(body.big, 0, 1)`, "they are 1e400 apart, and 1 is allowed"},
		{sampleBody, `near(date(body.when), date("2024-05-06T07:08:11Z"), 500)`, "they are 2000 ms apart, and 500 ms is allowed"},
		{`"a\nB\nc\n"`, `body == file("lines.txt")`, "--- expected\n+++ found\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c"},
		{`"a\nb \nc\n"`, `body == file("lines.txt")`, "--- expected\n+++ found\n@@ -1,3 +1,3 @@\n a\n-b\n+\"b \"\n c"},
		{`"a\nb\nc"`, `body == file("lines.txt")`, `they differ in the line ends at their ends: expected "\n", found none`},
		{`"` + long + `1` + long + `"`, `body == "` + long + `2` + long + `"`, `expected …`},
		{`{"a":"` + long + `1` + long + `"}`, `body == {"a": "` + long + `2` + long + `"}`, `.a: expected …`},
		{`"` + strings.ReplaceAll(lines, "\n", `\n`) + `"`, `body == "` + strings.ReplaceAll(strings.ReplaceAll(lines, "same", "other"), "\n", `\n`) + `"`, "--- expected\n+++ found\n@@ -1,20 +1,20 @@\n" +
			strings.Repeat("-other\n", 20) + strings.Repeat("+same\n", 7) + "and 13 more lines"},
		{`"short"`, `body == "shirt"`, ""},
	} {
		p, err := Compile(test.src, Condition, withFiles())
		if err != nil {
			t.Errorf("%s: %s", test.src, describe(test.src, err))
			continue
		}
		x := p.Explain(environment(answer("application/json", test.body)))
		switch {
		case !strings.HasSuffix(test.detail, "…"):
			if x.Detail != test.detail {
				t.Errorf("%s\n got %s\nwant %s", test.src, x.Detail, test.detail)
			}
		case !strings.HasPrefix(x.Detail, strings.TrimSuffix(test.detail, "…")) || !strings.Contains(x.Detail, "x1x") || !strings.Contains(x.Detail, "x2x") || len(x.Detail) > 250:
			t.Errorf("%s does not show where the texts differ: %s", test.src, x.Detail)
		}
		if x.Err != nil {
			t.Errorf("%s: %v", test.src, x.Err)
		}
	}
}

// A document is no text, even if the text holds it.
func TestMend(t *testing.T) {
	p, err := Compile(`body.items[0] == file("items.json")`, Condition, withFiles())
	if err != nil {
		t.Fatal(err)
	}
	x := p.Explain(environment(answer("application/json", sampleBody)))
	if x.Suggestion != "compare documents with documents: write `fromJSON(file(\"items.json\"))`" {
		t.Errorf("suggestion %q", x.Suggestion)
	}
}

// Nothing of a secret is shown, whole or cut: neither its value, nor the names in
// it, nor how far a number is from it.
func TestDifferencesHideSecrets(t *testing.T) {
	secret := strings.Repeat("s3cret-", 40)
	env := environment(answer("application/json", `{"a":"`+secret+`","b":"1\n`+secret+`\n2","n":5,"list":[{"k":"`+secret+`","m":1}]}`))
	env.Mask = func(s string) string { return strings.ReplaceAll(s, secret, hidden) }
	env.Secret = func(name string) bool { return name == "key" }
	variable := env.Variable
	env.Variable = func(name string) (any, error) {
		if name == "key" {
			return map[string]any{"s3cret": secret, "n": 7, "text": "x\ns3cret\ny"}, nil
		}
		return variable(name)
	}
	names := withFiles()
	names.variables = map[string]any{"key": nil, "five": 5}
	for _, src := range []string{
		`body == {"a": "x"}`, `body.a == "x"`, `body.b == "1\n2"`, `body.b == key.text`, `key.text == file("lines.txt")`, `body == key`, `key == {"a": 1}`, `includes(body, key)`, `includes(key, body)`,
		`schema({"properties": {"a": {"maxLength": 1, "type": "number"}, "b": {"const": 1}}})`, `schema(key, {"additionalProperties": false})`, `schema(key, {"properties": {"n": {"const": 1}}})`,
		`schema(body, {"required": keys(key)})`, `schema(body, {"properties": {"n": key}})`, `near(key.n, 100, 1)`, `includes(body.list, {"k": "x", "m": 1})`, `schema(body, {"properties": {"a": {"const": key.s3cret}}})`,
		`schema(body, {"type": key.text})`, `file(key.text) == ""`, `schema("file-" + key.text)`,
	} {
		p, err := Compile(src, Condition, names)
		if err != nil {
			t.Errorf("%s: %s", src, describe(src, err))
			continue
		}
		x := p.Explain(env)
		all := x.Detail + x.Suggestion
		if x.Err != nil {
			all += x.Err.Summary + x.Err.Detail + x.Err.Suggestion
		}
		for _, v := range x.Values {
			all += v.Text
		}
		if strings.Contains(all, "s3cret") && !strings.Contains(src, "s3cret") || strings.Contains(all, "s3cret-") || strings.Contains(all, "93") {
			t.Errorf("%s shows %s", src, all)
		}
	}
}

// Of binary data its size is told: escapes of its bytes would say nothing, and fill
// the page.
func TestBinaryData(t *testing.T) {
	binary := strings.Repeat("\x00\xff\n\x01", 1000)
	for _, test := range []struct{ src, detail, value string }{
		{`body == "x"`, `expected "x", found 4000 bytes of binary data`, "4000 bytes of binary data"},
		{`body == "` + strings.Repeat("text ", 40) + `"`, `expected 200 bytes of text, found 4000 bytes of binary data`, "4000 bytes of binary data"},
		{`body + "" == ""`, `expected "", found 4000 bytes of binary data`, "4000 bytes of binary data"},
		{`body[:2] == "x"`, ``, `"\u0000` + "\ufffd" + `"`},
		{`body.error == nil`, `it is 4000 bytes of binary data`, "4000 bytes of binary data"},
	} {
		p, err := Compile(test.src, Condition, withFiles())
		if err != nil {
			t.Fatalf("%s: %s", test.src, describe(test.src, err))
		}
		x := p.Explain(environment(answer("application/octet-stream", binary)))
		if x.Detail != test.detail {
			t.Errorf("%s\n got %q\nwant %q", test.src, x.Detail, test.detail)
		}
		for _, v := range x.Values {
			if v.Name != "body.error" && v.Text != test.value {
				t.Errorf("%s: %s is %s", test.src, v.Name, v.Text)
			}
		}
	}
}
