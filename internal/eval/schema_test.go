package eval

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// folder is a project in memory.
type folder map[string]string

func (f folder) Expected(name string) bool { return name == "made.json" }

func (f folder) Dir() string { return filepath.FromSlash("/project/api") }

func (f folder) Read(name string) ([]byte, string, error) {
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(f.Dir(), name)
	}
	short, _ := filepath.Rel(f.Dir(), path)
	if content, ok := f[filepath.ToSlash(short)]; ok {
		return []byte(content), path, nil
	}
	return nil, "", &diag.Diagnostic{Code: diag.CodeBodyFile, Summary: "no file `" + filepath.ToSlash(short) + "`", Suggestion: "check the path"}
}

var sampleFolder = folder{
	"owner.txt": "Ann", "items.json": `[{"id":"t-1"}]`, "lines.txt": "a\nb\nc\n",
	"answer.schema.json":     `{"type":"object","properties":{"items":{"items":{"$ref":"schemas/item.json"}},"owner":{"$ref":"../shared/owner.json"}},"required":["items","total"]}`,
	"schemas/item.json":      `{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"id":{"type":"string"},"n":{"multipleOf":2}}}`,
	"../shared/owner.json":   `{"properties":{"mail":{"type":"string"}}}`,
	"api.json":               `{"components":{"schemas":{"Owner":{"required":["phone"]}}}}`,
	"bad.json":               `{"type":"obejct"}`,
	"broken.json":            `{"type":`,
	"remote.json":            `{"$ref":"https://example.com/x.json"}`,
	"missing.json":           `{"properties":{"a":{"$ref":"schemas/itm.json"}}}`,
	"lookbehind.schema.json": `{"pattern":"(?<=a)b"}`,
}

func withFiles() plan {
	p := testPlan
	p.files = sampleFolder
	return p
}

// What is known before anything is sent: files that are not there, and schemas
// that cannot be used.
func TestFilesAtCompileTime(t *testing.T) {
	for _, test := range []struct{ src, code, want string }{
		{`file("nope.txt") == ""`, diag.CodeBodyFile, "[\"nope.txt\"] no file `nope.txt` => check the path"},
		{`file(1) == ""`, "", "[1] file() takes text, and `1` is a number => write `string(1)`"},
		{`schema("nope.json")`, diag.CodeBodyFile, "[\"nope.json\"] no file `nope.json` => check the path"},
		{`schema(body, "bad.json")`, diag.CodeSchema, "[\"bad.json\"] the schema `bad.json` cannot be used | bad.json#: this is no JSON Schema\n" +
			`.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "obejct" => did you mean ` + "`object`?"},
		{`schema({"type": "obejct"})`, diag.CodeSchema, "[{\"type\": \"obejct\"}] the schema cannot be used | schema#: this is no JSON Schema\n" +
			`.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "obejct" => did you mean ` + "`object`?"},
		{`schema("broken.json")`, diag.CodeSchema, "[\"broken.json\"] `broken.json` is not JSON | at offset 8: unexpected end where a value should be => correct the JSON at this place"},
		{`schema("remote.json")`, diag.CodeSchema, "[\"remote.json\"] the schema `remote.json` cannot be used | remote.json#/$ref: nothing in the schema is called `https://example.com/x.json`, " +
			"and schemas are not fetched over the network => keep the file in the project, and refer to it by its path"},
		{`schema("missing.json")`, diag.CodeSchema, "[\"missing.json\"] the schema `missing.json` cannot be used | missing.json#/properties/a/$ref: no file `schemas/itm.json` => check the path"},
		{`schema("lookbehind.schema.json")`, diag.CodeSchema, "[\"lookbehind.schema.json\"] the schema `lookbehind.schema.json` cannot be used | " +
			"lookbehind.schema.json#/pattern: the pattern `(?<=a)b` cannot be matched here, because RE2 has no lookbehind => correct the schema at this place"},
		{`schema("api.json#/components/schemas/Ownr")`, diag.CodeSchema, "[\"api.json#/components/schemas/Ownr\"] the schema `api.json` cannot be used | " +
			"api.json#: `#/components/schemas/Ownr` does not exist in `api.json` => did you mean `Owner`?"},
		{`schema("answer.schema.json", body)`, "", "[\"answer.schema.json\"] `\"answer.schema.json\"` is a text that is written out, which no schema need check => write what is checked first and the schema behind it: `schema(body, \"answer.schema.json\")`"},
		{`schema(body, 5)`, "", "[5] `5` is a number, not a schema => name a file: write `schema(\"answer.schema.json\")`"},
		{`schema()`, "", "[schema()] schema() takes 1 to 2 arguments, and here are 0"},
	} {
		_, err := Compile(test.src, Condition, withFiles())
		if err == nil {
			t.Errorf("%s compiles", test.src)
			continue
		}
		if got := describe(test.src, err); got != test.want || err.Code != test.code {
			t.Errorf("%s\n got %s %s\nwant %s %s", test.src, err.Code, got, test.code, test.want)
		}
	}
}

func TestFilesAndSchemas(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	for src, want := range map[string]string{
		`file("owner.txt")`: `"Ann"`, `body.owner.name == file("owner.txt")`: "true", `fromJSON(file("items.json"))[0].id`: `"t-1"`,
		`file("owner" + ".txt")`: `"Ann"`, `file("x" + ".txt")`: "error: [file(\"x\" + \".txt\")] no file `x.txt` => check the path",
		`schema("answer.schema.json")`: "false", `schema({"required": ["items"]})`: "true", `schema(body.owner, {"required": ["phone"]})`: "false",
		`schema(body.owner, "{\"required\": [\"name\"]}")`: "true", `schema(body.owner, "api.json#/components/schemas/Owner")`: "false", `schema(false)`: "false",
		`schema(body.items, fromJSON("{\"minItems\":" + string(five) + "}"))`: "false", `schema(body, {"$ref": "schemas/item.json"})`: "true",
		`schema(body, fromJSON("{\"type\":\"x\"}"))`: "error: [fromJSON(\"{\\\"type\\\":\\\"x\\\"}\")] the schema cannot be used | schema#: this is no JSON Schema\n" +
			`.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "x" => correct the schema at this place`,
		`schema(body, five)`: "error: [five] `five` is a number, not a schema => name a file: write `schema(\"answer.schema.json\")`",
		`schema(body.large, {"const": 18446744073709551617})`: "true", `schema(body.big, {"maximum": 1e399})`: "false",
		`schema(body.nope, true)`: "error: [body.nope] `body` has no member `nope`",
	} {
		p, err := Compile(src, Value, withFiles())
		if err != nil {
			t.Errorf("%s: %s", src, describe(src, err))
			continue
		}
		got := ""
		if v, err := p.Eval(env); err != nil {
			got = "error: " + describe(src, err.(*Error))
		} else {
			got = shownValue(v)
		}
		if got != want && !strings.HasPrefix(got, want+" | it has") {
			t.Errorf("%s\n got %s\nwant %s", src, got, want)
		}
	}
	text := environment(answer("text/plain", "hello"))
	p, err := Compile(`schema({"type": "string"})`, Value, withFiles())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Eval(text); err == nil || err.Error() != "the body is not JSON: its type is `text/plain`" {
		t.Errorf("schema() of a text: %v", err)
	}
	if !p.ReadsBody() || !p.ReadsAnswer() || !p.ReadsFiles() {
		t.Error("schema(s) reads the body, and perhaps files")
	}
	if p, err = Compile(`schema(five, true)`, Value, withFiles()); err != nil || p.ReadsBody() || p.ReadsAnswer() {
		t.Errorf("schema(v, s) does not read the answer: %v", err)
	}
}

// The schemas of a file are compiled once, with the program.
func TestSchemaIsCompiledOnce(t *testing.T) {
	files := folder{"s.json": `{"type":"object"}`}
	names := testPlan
	names.files = files
	p, err := Compile(`schema("s.json")`, Condition, names)
	if err != nil {
		t.Fatal(err)
	}
	delete(files, "s.json")
	if v, err := p.Eval(environment(answer("application/json", `{}`))); v != true || err != nil {
		t.Errorf("%v, %v", v, err)
	}
}
