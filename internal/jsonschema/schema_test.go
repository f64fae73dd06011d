package jsonschema

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/cputime"
	"github.com/postrider/postrider/internal/value"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	v, _, err := value.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// files is a project with schemas; the network does not exist.
func files(t testing.TB, documents map[string]string) Loader {
	return func(uri string) (Source, error) {
		name := strings.TrimPrefix(uri, "file:///project/")
		text, ok := documents[name]
		if !ok {
			return Source{}, fmt.Errorf("no file `%s`", name)
		}
		return Source{URI: uri, Name: name, Value: decode(t, text)}, nil
	}
}

func compileText(t testing.TB, schema string, documents map[string]string) (*Schema, error) {
	t.Helper()
	return Compile(Source{URI: "file:///project/s.json", Name: "s.json", Value: decode(t, schema)}, "", files(t, documents))
}

// What a violation says: where, what was expected, what was found.
func TestViolations(t *testing.T) {
	for _, test := range []struct{ schema, doc, want string }{
		{`{"type":"integer"}`, `1.5`, `expected an integer, found 1.5`},
		{`{"type":["string","null"]}`, `1`, `expected text or nil, found 1`},
		{`{"properties":{"a b":{"items":{"minimum":2}}}}`, `{"a b":[3,1,2,0]}`, `["a b"][1]: expected a number from 2, found 1|["a b"][3]: expected a number from 2, found 0`},
		{`{"required":["id","name"]}`, `{"x":1}`, `.id: missing|.name: missing`},
		{`{"properties":{"a":true},"additionalProperties":false}`, `{"a":1,"b":2}`, `.b: not allowed, found 2`},
		{`{"unevaluatedProperties":false,"allOf":[{"properties":{"a":true}}]}`, `{"a":1,"b":2}`, `.b: not allowed, found 2`},
		{`{"enum":[1,"a",null]}`, `2`, `expected one of 1, "a", null, found 2`},
		{`{"const":{"a":1}}`, `{"a":1.0}`, ``},
		{`{"const":1}`, `true`, `expected 1, found true`},
		{`{"minLength":2,"maxLength":1}`, `""`, `expected at least 2 characters, found 0`},
		{`{"maxItems":1}`, `[1,2]`, `expected at most 1 element, found 2`},
		{`{"uniqueItems":true}`, `[1,{"a":1},{"a":1.0}]`, `[2]: expected an element other than [1], found {"a":1.0}`},
		{`{"multipleOf":0.01}`, `0.015`, `expected a multiple of 0.01, found 0.015`},
		{`{"exclusiveMaximum":5}`, `5.0`, `expected a number below 5, found 5.0`},
		{`{"pattern":"^a"}`, `"b"`, `expected text that matches "^a", found "b"`},
		{`{"format":"date"}`, `"2026-02-30"`, `expected text of the format "date", found "2026-02-30"`},
		{`{"propertyNames":{"maxLength":1}}`, `{"ab":1}`, `.ab (the name): expected at most 1 character, found 2`},
		{`{"contains":{"const":1}}`, `[2]`, `expected an element that fits s.json#/contains, found 0`},
		{`{"not":{"type":"string"}}`, `"x"`, `expected a value that does not fit s.json#/not, found "x"`},
		{`{"dependentRequired":{"a":["b"]}}`, `{"a":1}`, `.b: missing`},
		{`{"if":{"required":["a"]},"then":{"required":["b"]}}`, `{"a":1}`, `.b: missing`},
		{`false`, `1`, `not allowed, found 1`},
		// of several schemas, what the nearest one misses
		{`{"anyOf":[{"type":"string"},{"type":"null"}]}`, `1`, `expected text, or nil, found 1`},
		{`{"oneOf":[{"type":"string"},{"type":"object","required":["id"]}]}`, `{}`, `.id: missing`},
		{`{"oneOf":[{"properties":{"k":{"const":"a"},"n":{"type":"string"}}},{"properties":{"k":{"const":"b"},"n":{"type":"string"},"m":{"type":"string"}}}]}`,
			`{"k":"b","n":1,"m":2}`, `.m: expected text, found 2|.n: expected text, found 1`},
		{`{"oneOf":[{"type":"number"},{"minimum":1}]}`, `5`, `expected a value that fits one of s.json#/oneOf alone, and this fits 0 and 1, found 5`},
		// a part that is broken leaves nothing to say about what it evaluated
		{`{"unevaluatedProperties":false,"allOf":[{"properties":{"a":{"type":"string"}}}]}`, `{"a":1}`, `.a: expected text, found 1`},
	} {
		s, err := compileText(t, test.schema, nil)
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		found, err := s.Validate(t.Context(), decode(t, test.doc))
		var lines []string
		for _, v := range found {
			lines = append(lines, v.String())
		}
		if got := strings.Join(lines, "|"); got != test.want || err != nil {
			t.Errorf("%s over %s:\n got %s (%v)\nwant %s", test.schema, test.doc, got, err, test.want)
		}
	}
}

// Numbers are neither lost nor written out.
func TestNumbers(t *testing.T) {
	start := cputime.Used()
	for _, test := range []struct {
		schema, doc string
		valid       bool
	}{
		{`{"const":9007199254740993}`, `9007199254740992`, false}, {`{"const":9007199254740993}`, `9007199254740993.0`, true},
		{`{"enum":[0.1]}`, `0.1000000000000000055`, false}, {`{"enum":[0.1]}`, `1e-1`, true}, {`{"multipleOf":0.1}`, `0.3`, true},
		{`{"maximum":1e400}`, `1e400`, true}, {`{"maximum":1e400}`, `1.1e400`, false}, {`{"type":"integer"}`, `1e400`, true}, {`{"type":"integer"}`, `1e-400`, false},
		{`{"multipleOf":0.1}`, `1e99999999999999999`, true}, {`{"multipleOf":7}`, `1e99999999999999999`, false}, {`{"multipleOf":1e99999999999999}`, `1`, false},
		{`{"multipleOf":3}`, strings.Repeat("3", 300_000), true}, {`{"multipleOf":3}`, strings.Repeat("3", 300_000) + "1", false},
		{`{"uniqueItems":true}`, `[1,1.0]`, false}, {`{"uniqueItems":true}`, `[1e400,1e401]`, true}, {`{"minItems":1e400}`, `[1]`, false}, {`{"maxItems":2.0}`, `[1,1]`, true},
		{`{"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"}`, `1.0`, false},
		{`{"$schema":"http://json-schema.org/draft-04/schema#","maximum":5,"exclusiveMaximum":true}`, `5`, false},
	} {
		s, err := compileText(t, test.schema, nil)
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		found, err := s.Validate(t.Context(), decode(t, test.doc))
		if err != nil || (len(found) == 0) != test.valid {
			t.Errorf("%s over %s: %v, %v", test.schema, value.Shorten(test.doc, 60), found, err)
		}
	}
	if took := cputime.Used() - start; took > 10*time.Second {
		t.Errorf("took %s", took)
	}
}

// TestMisspelt protects that a slip in a keyword is not a check that is left out,
// and that what others add to their schemas, and names of members, are no slips.
func TestMisspelt(t *testing.T) {
	for schema, want := range map[string]string{
		`{"typ":"string"}`:                                              "s.json#/typ: unknown keyword `typ`, did you mean `type`?",
		`{"requird":["a"]}`:                                             "s.json#/requird: unknown keyword `requird`, did you mean `required`?",
		`{"type":"object","require":["zz"]}`:                            "s.json#/require: unknown keyword `require`, did you mean `required`?",
		`{"properties":{"users":{"minItem":9}}}`:                        "s.json#/properties/users/minItem: unknown keyword `minItem`, did you mean `minItems`?",
		`{"additionalproperties":false}`:                                "s.json#/additionalproperties: unknown keyword `additionalproperties`, did you mean `additionalProperties`?",
		`{"$defs":{"a":{"min_length":1}},"items":{"$ref":"#/$defs/a"}}`: "s.json#/$defs/a/min_length: unknown keyword `min_length`, did you mean `minLength`?",
		`{"anyof":[{"tpye":"string"}]}`:                                 "s.json#/anyof: unknown keyword `anyof`, did you mean `anyOf`?",
		`{"ref":"#/$defs/a"}`:                                           "s.json#/ref: unknown keyword `ref`, did you mean `$ref`?",
		`{"$schema":"http://json-schema.org/draft-07/schema#","propertes":{"a":false}}`: "s.json#/propertes: unknown keyword `propertes`, did you mean `properties`?",

		`{"properties":{"typ":{},"requird":true,"minItem":{"type":"string"}},"required":["typ"]}`:                                          "",
		`{"patternProperties":{"typ":{}},"dependentSchemas":{"tpye":{}},"$defs":{"itms":{}}}`:                                              "",
		`{"default":{"typ":1},"const":{"typ":1},"enum":[{"requird":[]}],"examples":[{"tpye":1}]}`:                                          "",
		`{"x":{"typ":"string"},"$comment":"nobody refers to it"}`:                                                                          "",
		`{"example":1,"nullable":true,"discriminator":{"propertyName":"a"},"xml":{},"externalDocs":{},"deprecated":true,"id":"a"}`:         "",
		`{"x-type":"a","x-item":1,"@type":"b","_type":"c","note":"d","unit":"e","name":"f","text":"g","count":1}`:                          "",
		`{"markdownDescription":"a","enumNames":["b"],"errorMessage":"c","propertyOrder":1,"tsType":"d","options":{},"formatMinimum":"e"}`: "",
		`{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","typ":"x","definitions":{"a":{}}}`:                  "", // nothing beside $ref counts
	} {
		_, err := compileText(t, schema, nil)
		got := ""
		var e *Error
		if errors.As(err, &e) {
			got = e.Error() + ", " + e.Suggestion
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", schema, got, want)
		}
	}
	for _, word := range &checkingWords { // a slip of one is none of another
		if meant := meantWord(word + word[len(word)-1:]); len(word) > 3 && meant != word {
			t.Errorf("%s is taken for %q", word+word[len(word)-1:], meant)
		}
	}
}

// A schema that cannot be meant is an error when it is compiled.
func TestInvalid(t *testing.T) {
	documents := map[string]string{
		"b.json": `{"$defs":{"id":{"type":"string"}}}`, "list.json": `[1]`, "bad.json": `{"properties":{"a":{"type":"strin"}}}`,
		"meta.json": `{"$schema":"https://json-schema.org/draft/2020-12/schema","$vocabulary":{"https://example.com/mine":true}}`,
	}
	for _, test := range []struct{ schema, want, suggestion string }{
		{`{"type":"strin"}`, `s.json#: this is no JSON Schema [.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "strin"]`, "did you mean `string`?"},
		{`{"minLength":-1}`, `s.json#: this is no JSON Schema [.minLength: expected a number from 0, found -1]`, ""},
		{`{"properties":[]}`, `s.json#: this is no JSON Schema [.properties: expected an object, found []]`, ""},
		{`{"required":["a",1]}`, `s.json#: this is no JSON Schema [.required[1]: expected text, found 1]`, ""},
		{`{"multipleOf":0}`, `s.json#: this is no JSON Schema [.multipleOf: expected a number above 0, found 0]`, ""},
		{`[1]`, `s.json#: a schema is an object or a boolean, and this is a list`, ""},
		{`{"$ref":"#/$defs/idd","$defs":{"id":{}}}`, "s.json#/$ref: `#/$defs/idd` does not exist in `s.json`", "did you mean `id`?"},
		{`{"$ref":"#ID","$defs":{"id":{"$anchor":"Id2"}}}`, "s.json#/$ref: `s.json` has no anchor `ID`", "did you mean `Id2`?"},
		{`{"$ref":"b.json#/$defs/x"}`, "s.json#/$ref: `#/$defs/x` does not exist in `b.json`", ""},
		{`{"properties":{"a":{"$ref":"c.json"}}}`, "s.json#/properties/a/$ref: no file `c.json`", ""},
		{`{"$ref":"https://example.com/x.json"}`, "s.json#/$ref: no file `https://example.com/x.json`", ""},
		{`{"$ref":"list.json"}`, "list.json#: a schema is an object or a boolean, and this is a list", ""},
		{`{"$ref":"bad.json"}`, `bad.json#: this is no JSON Schema [.properties.a.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "strin"]`, "did you mean `string`?"},
		{`{"x":{"type":"strin"},"$ref":"#/x"}`, `s.json#/x: this is no JSON Schema [.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "strin"]`, "did you mean `string`?"},
		{`{"$ref":"#"}`, "s.json#: the schema refers to itself without end", ""},
		{`{"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#"}]}}}`, "s.json#/$defs/a/anyOf/0: the schema refers to itself without end", ""},
		{`{"pattern":"a(?=b)"}`, "s.json#/pattern: the pattern `a(?=b)` cannot be matched here, because RE2 has no lookahead", ""},
		{`{"pattern":"("}`, `s.json#: this is no JSON Schema [.pattern: expected text of the format "regex", found "("]`, ""},
		{`{"$schema":"http://json-schema.org/draft-03/schema#"}`, "s.json#/$schema: no file `http://json-schema.org/draft-03/schema`", "write one of " + strings.Join(Drafts(), ", ")},
		{`{"$schema":"nometa.json"}`, "s.json#/$schema: no file `nometa.json`", "write one of " + strings.Join(Drafts(), ", ")},
		{`{"$schema":"meta.json"}`, "meta.json#/$vocabulary: the vocabulary `https://example.com/mine` is not known", ""},
		{`{"$defs":{"a":{"$id":"x"},"b":{"$id":"x","type":"string"}}}`, "s.json#/$defs/b: two schemas have the identifier `file:///project/x`", ""},
	} {
		_, err := compileText(t, test.schema, documents)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: no error", test.schema)
			continue
		}
		got := e.Error()
		if len(e.Violations) > 0 {
			got += fmt.Sprint(" ", e.Violations)
		}
		if got != test.want || e.Suggestion != test.suggestion {
			t.Errorf("%s:\n got %s (%s)\nwant %s (%s)", test.schema, got, e.Suggestion, test.want, test.suggestion)
		}
	}
}

// References lead to other files of the project, by path, by identifier and, for
// files that have identifiers of the web, by the place beside each other.
func TestReferences(t *testing.T) {
	documents := map[string]string{
		"parts/id.json":   `{"$id":"https://example.com/schemas/id.json","type":"string"}`,
		"parts/item.json": `{"$id":"https://example.com/schemas/item.json","properties":{"id":{"$ref":"id.json"}}}`,
		"api.json":        `{"openapi":"3.1.0","components":{"schemas":{"Id":{"type":"integer"},"Item":{"properties":{"id":{"$ref":"#/components/schemas/Id"}}}}}}`,
		"old.json":        `{"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"n":{"$id":"#n","type":"number"}},"$ref":"#n","minimum":5}`,
	}
	for _, test := range []struct{ schema, doc, want string }{
		{`{"$ref":"parts/item.json"}`, `{"id":1}`, `[.id: expected text, found 1]`},
		{`{"$ref":"api.json#/components/schemas/Item"}`, `{"id":"x"}`, `[.id: expected an integer, found "x"]`},
		{`{"$ref":"old.json"}`, `1`, `[]`}, // nothing beside $ref counts there
		{`{"$ref":"http://json-schema.org/draft-07/schema#"}`, `{"type":"x"}`, `[.type: expected one of "array", "boolean", "integer", "null", "number", "object", "string", or a list, found "x"]`},
		{`{"$dynamicRef":"#node","$defs":{"n":{"$dynamicAnchor":"node","type":"null"}}}`, `1`, `[expected nil, found 1]`},
		{`{"properties":{"next":{"$ref":"#"},"v":{"type":"null"}}}`, `{"next":{"next":{"v":1}}}`, `[.next.next.v: expected nil, found 1]`},
	} {
		s, err := compileText(t, test.schema, documents)
		if err != nil {
			t.Errorf("%s: %v", test.schema, err)
			continue
		}
		found, err := s.Validate(t.Context(), decode(t, test.doc))
		if got := fmt.Sprint(found); got != test.want || err != nil {
			t.Errorf("%s over %s: %s (%v)", test.schema, test.doc, got, err)
		}
	}
	s, err := Compile(Source{URI: "file:///project/api.json", Name: "api.json", Value: decode(t, documents["api.json"])}, "/components/schemas/Item", nil)
	if err != nil {
		t.Fatal(err)
	}
	if found, _ := s.Validate(t.Context(), decode(t, `{"id":"x"}`)); len(found) != 1 || found[0].Where != "api.json#/components/schemas/Id/type" {
		t.Errorf("a part of a document: %v", found)
	}
}

// A schema that only the run finds to be endless, or that takes for ever, ends
// with an error: it is neither valid nor a hang.
func TestEndless(t *testing.T) {
	for schema, want := range map[string]error{
		`{"$dynamicAnchor":"a","$dynamicRef":"#a"}`:                                                              errEndless,
		`{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"$recursiveRef":"#"}`: errEndless,
	} {
		s, err := compileText(t, schema, nil)
		if err != nil {
			t.Errorf("%s: %v", schema, err)
			continue
		}
		if found, err := s.Validate(t.Context(), 1); !errors.Is(err, want) {
			t.Errorf("%s: %v, %v", schema, found, err)
		}
	}
	var b strings.Builder // each schema asks for the next one twice
	b.WriteString(`{"$ref":"#/$defs/0","$defs":{`)
	for i := range 40 {
		fmt.Fprintf(&b, `"%d":{"anyOf":[{"$ref":"#/$defs/%d"},{"$ref":"#/$defs/%d"}]},`, i, i+1, i+1)
	}
	b.WriteString(`"40":false}}`)
	s, err := compileText(t, b.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Validate(t.Context(), 1); !errors.Is(err, errSteps) {
		t.Errorf("%v", err)
	}
}

// TestEnd protects that a validation ends with its context.
func TestEnd(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, src := range []string{
		`{"items":{"type":"null"}}`, `{"uniqueItems":true}`, `{"not":{"contains":{"type":"null"}}}`, `{"propertyNames":{"type":"null"}}`,
	} {
		s, err := compileText(t, src, nil)
		if err != nil {
			t.Fatal(err)
		}
		list, members := make([]any, 10_000), map[string]any{}
		for i := range list {
			list[i] = float64(i)
			members[strconv.Itoa(i)] = nil
		}
		for _, v := range []any{list, members} {
			if found, err := s.Validate(ctx, v); !errors.Is(err, context.Canceled) {
				t.Errorf("%s finds %v (%v)", src, found, err)
			}
		}
	}
}

func TestPatterns(t *testing.T) {
	for _, test := range []struct {
		pattern, text string
		want          bool
	}{
		{`^\d{3}-\d{4}$`, "555-1234", true}, {`^a$`, "a\n", false}, {`a.c`, "a\u2028c", false}, {`^\s$`, "\u00a0", true}, {`^[\s\S]+$`, "a\n", true}, {`^[^]$`, "x", true},
		{`^\w+$`, "é", false}, {`^\cM$`, "\r", true}, {`^\u0041\u{42}\x43$`, "ABC", true}, {`^\ud83d\ude00$`, "😀", true}, {`^\p{Script=Greek}+$`, "λ", true}, {`^\p{Letter}$`, "é", true},
		{`^[[]$`, "[", true}, {`^[[:alpha:]]$`, "a:]", false}, {`[\b]`, "\x08", true}, {`^\/\-$`, "/-", true}, {`^(?<y>\d+)$`, "12", true}, {`[]`, "x", false},
		{`^(?=.*[A-Z])(?=.*\d).{4,}$`, "abC1", true}, {`^(?=.*[A-Z])(?=.*\d).{4,}$`, "abcd1", false}, {`^(?!admin)[a-z]+$`, "adminx", false}, {`^(?!admin)[a-z]+$`, "user", true},
		{`^(?!.*(?:a|[)|]b))x`, "x)b", false},
	} {
		p, err := compilePattern(test.pattern)
		if err != nil {
			t.Errorf("%s: %v", test.pattern, err)
		} else if p.matches(test.text) != test.want {
			t.Errorf("%s matches %q: %t", test.pattern, test.text, !test.want)
		}
	}
	for pattern, beyond := range map[string]bool{
		`(?=a)b`: true, `^(?=a)b|c`: true, `(a)\1`: true, `(?<n>a)\k<n>`: true, `a(?<!b)`: true, `^(?=a)*b`: true, `x{2000}`: true, `\p{Nonesuch}`: true, `\ud83d`: true,
		`(`: false, `[`: false, `\`: false, `\a`: false, `\Z`: false, `\pL`: false, `(?i)a`: false, `(?P<n>a)`: false, `a**`: false, `\u12`: false, `[\B]`: false,
	} {
		_, err := compilePattern(pattern)
		var e *beyondError
		if err == nil || errors.As(err, &e) != beyond {
			t.Errorf("%s: %v", pattern, err)
		}
		if isPattern(pattern) != beyond {
			t.Errorf("isPattern(%s) is %t", pattern, !beyond)
		}
	}
}

// One right and one wrong text of each format; the official suite has the rest.
func TestFormats(t *testing.T) {
	for name, texts := range map[string][2]string{
		"date-time": {"2026-01-31T12:00:00.5+01:00", "2026-01-31 12:00:00Z"}, "date": {"2024-02-29", "2026-02-29"}, "time": {"23:59:60Z", "12:00:60Z"}, "duration": {"P1DT2H", "P1Y2D"},
		"email": {"joe.bloggs@example.com", "joe@@example..com"}, "idn-email": {"실례@실례.테스트", "실례"}, "hostname": {"www.example.com", "-a.com"}, "idn-hostname": {"실례.테스트", "〮실례.테스트"},
		"ipv4": {"127.0.0.1", "127.0.0.01"}, "ipv6": {"::1", "::1%eth0"}, "uri": {"https://example.com/a?b#c", "//example.com/a"}, "uri-reference": {"../a", "\\a"},
		"iri": {"https://ƒøø.com/é", "https://[::zz]/"}, "iri-reference": {"é", "é\\"}, "uri-template": {"/a{?b,c*}", "/a{b"}, "uuid": {"2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08aa9811eab4aa73b441d16380"},
		"json-pointer": {"/a~1b/0", "a"}, "relative-json-pointer": {"1/a", "01/a"}, "regex": {"^(?=a)", "^(abc]"},
	} {
		holds := formatOf(name, draft2020)
		if !holds(texts[0]) || holds(texts[1]) {
			t.Errorf("%s: %q is %t, %q is %t", name, texts[0], holds(texts[0]), texts[1], holds(texts[1]))
		}
	}
	if formatOf("int32", draft2020) != nil {
		t.Error("a format that nobody knows has a meaning")
	}
}

// The meta-schemas are embedded, compile, and accept themselves.
func TestMetaSchemas(t *testing.T) {
	for d := draft4; d <= draft2020; d++ {
		for _, doc := range metaDocuments(d) {
			if found, err := metaSchema(d).Validate(t.Context(), doc); len(found) > 0 || err != nil {
				t.Errorf("%s: %v, %v", d.uri(), found, err)
			}
		}
		if len(metaDocuments(d)) == 0 {
			t.Errorf("%s is not there", d.uri())
		}
	}
}

// A schema is shared by the sessions of a run.
func TestConcurrentValidate(t *testing.T) {
	s, err := compileText(t, `{"$ref":"https://json-schema.org/draft/2020-12/schema"}`, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc := decode(t, `{"properties":{"a":{"type":"strin"}}}`)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if found, err := s.Validate(t.Context(), doc); len(found) != 1 || err != nil {
					t.Errorf("%v, %v", found, err)
				}
			}
		})
	}
	group.Wait()
}

// FuzzSchema checks that no schema and no document makes the process panic or run
// without end, and that the compiler is not content with what it cannot mean.
func FuzzSchema(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"type":"object","properties":{"a":{"$ref":"#/$defs/b"}},"$defs":{"b":{"anyOf":[{"type":"null"},{"minimum":1e400}]}},"unevaluatedProperties":false}`, `{"a":1,"b":[2]}`},
		{`{"$schema":"http://json-schema.org/draft-04/schema#","id":"x","maximum":1,"exclusiveMaximum":true,"items":[{}],"additionalItems":false}`, `[1,2]`},
		{`{"$schema":"https://json-schema.org/draft/2019-09/schema","$recursiveAnchor":true,"properties":{"n":{"$recursiveRef":"#"}},"unevaluatedItems":false}`, `{"n":[{}]}`},
		{`{"$dynamicAnchor":"a","prefixItems":[{"$dynamicRef":"#a"}],"contains":{"const":1},"dependentSchemas":{"x":{"not":{}}}}`, `[[[1]]]`},
		{`{"pattern":"^(?=a)[\\s\\S]\\p{L}$","format":"idn-hostname","enum":["xn--0"],"multipleOf":0.1}`, `"xn--ihqwcrb4cv8a8dqg056pqjye"`},
		{`{"$ref":"#/a~1b/0","a/b":[{"format":"uri-template"}],"uniqueItems":true}`, `"{+a:3}"`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, schema, doc string) {
		sv, _, err := value.Decode([]byte(schema))
		if err != nil {
			return
		}
		s, err := Compile(Source{URI: "file:///s.json", Name: "s.json", Value: sv}, "", nil)
		if err != nil {
			if err.Error() == "" {
				t.Fatalf("%s: an error without a text", schema)
			}
			return
		}
		dv, _, err := value.Decode([]byte(doc))
		if err != nil {
			return
		}
		found, _ := s.Validate(t.Context(), dv)
		for _, v := range found {
			_ = v.String()
		}
	})
}

func BenchmarkCompileSchema(b *testing.B) {
	doc := decode(b, `{"type":"object","properties":{"id":{"type":"integer"},"tags":{"type":"array","items":{"type":"string","pattern":"^a"}}},"required":["id"]}`)
	for b.Loop() {
		if _, err := Compile(Source{URI: "file:///s.json", Name: "s.json", Value: doc}, "", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	s, err := compileText(b, `{"items":{"type":"object","properties":{"id":{"type":"integer"},"tags":{"type":"array","items":{"type":"string","pattern":"^a"}}},"required":["id"]}}`, nil)
	if err != nil {
		b.Fatal(err)
	}
	doc := decode(b, `[`+strings.Repeat(`{"id":12345,"tags":["a1","a2"]},`, 999)+`{"id":1}]`)
	for b.Loop() {
		if found, err := s.Validate(b.Context(), doc); len(found) > 0 || err != nil {
			b.Fatal(found, err)
		}
	}
}
