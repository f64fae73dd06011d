package auth

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

const (
	schemaFile = "../docs/provider.schema.json"
	manualFile = "../docs/providers.md"
)

// schemaDefinitions returns the parts of the schema for editors.
func schemaDefinitions(t *testing.T) schema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	return root["$defs"].(map[string]any)
}

// rightDefinitions returns the texts of definitions that can be read: those that are
// shipped, those of the shapes that are not, and one with every key.
func rightDefinitions(t *testing.T) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	library := testLibrary(t)
	for _, pattern := range []string{"providers/*.json", "schemes/*.json"} {
		names, _ := fs.Glob(library, pattern)
		for _, name := range names {
			text, err := fs.ReadFile(library, name)
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = string(text)
		}
	}
	names, _ := filepath.Glob("testdata/schema/*.json")
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.ToSlash(name)] = string(text)
	}
	if len(texts) < 9 {
		t.Fatalf("only %d definitions", len(texts))
	}
	return texts
}

// The schema that editors use and the reader know the same keys, at the same
// places.
func TestSchemaKeys(t *testing.T) {
	s := schemaDefinitions(t)
	used := make(map[string]bool)
	for name, text := range rightDefinitions(t) {
		forEachObject(fromJSON(t, text), s, "definition", func(part string, object map[string]any) {
			for key := range object {
				used[part+"."+key] = true
			}
		})
		// The reader names the keys that it knows when it meets another.
		root := fromJSON(t, text)
		var parts []string
		forEachObject(root, s, "definition", func(part string, object map[string]any) { parts = append(parts, part) })
		for i, part := range parts {
			root := fromJSON(t, text)
			n := -1
			forEachObject(root, s, "definition", func(_ string, object map[string]any) {
				if n++; n == i {
					object["zzzzzzzz"] = "x"
				}
			})
			want := slices.Sorted(maps.Keys(s.properties(part)))
			if got := explain(read(toJSON(t, root))); !strings.Contains(got, "unknown key `zzzzzzzz`\n\nuse one of "+list(want)) {
				t.Errorf("%s: the schema has %v for %s, the reader says %s", name, want, part, got)
			}
		}
	}
	for part := range s {
		for key := range s.properties(part) {
			if !used[part+"."+key] {
				t.Errorf("no definition of this test uses %s of %s", key, part)
			}
		}
	}
}

// The schema accepts what the reader accepts, and refuses what is wrong by
// itself: types, values, keys that are missing, unknown or exclude each other.
// Whether the parts of a definition fit together is the reader's alone.
func TestSchemaVerdicts(t *testing.T) {
	s := schemaDefinitions(t)
	checked := 0
	compare := func(name string, root any, what string) {
		checked++
		text := toJSON(t, root)
		refused, read := s.check(s["definition"], root), read(text)
		switch {
		case refused != "" && read == nil:
			t.Errorf("%s, %s: the reader accepts what the schema refuses: %s", name, what, refused)
		case refused == "" && read != nil && structural.MatchString(read.Error()):
			t.Errorf("%s, %s: the schema accepts what the reader refuses: %s", name, what, read)
		}
	}
	for name, text := range rightDefinitions(t) {
		root := fromJSON(t, text)
		if refused := s.check(s["definition"], root); refused != "" {
			t.Errorf("%s: %s", name, refused)
		}
		if err := read(text); err != nil {
			t.Errorf("%s: %s", name, explain(err))
		}
		if !slices.Contains([]string{"testdata/schema/everything.json", "schemes/apikey.json"}, name) {
			continue // every shape is among these
		}
		for i := 0; ; i++ {
			root := fromJSON(t, text)
			changes := mutations(&root, i)
			if changes == nil {
				break
			}
			for _, what := range slices.Sorted(maps.Keys(changes)) {
				root = fromJSON(t, text)
				mutations(&root, i)[what]()
				compare(name, root, what)
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d definitions compared", checked)
	}
}

// structural are the messages of the reader about what is wrong by itself.
var structural = regexp.MustCompile("unknown key|unknown value|unknown format|expected |needs a `|needs `|needs a name|has one of|applies one of|has both|without `cert`|cannot be the name|has no environment name|not a duration")

// Mistakes that are made by hand.
func TestSchemaRefuses(t *testing.T) {
	s := schemaDefinitions(t)
	const (
		apply   = `"apply": [{"header": "A", "value": "x"}]`
		request = `"request": {"url": "https://example.com"}`
	)
	for _, text := range []string{
		`[]`, `{}`, `{"apply": []}`, `{"apply": {}}`, `{` + apply + `, "titel": "x"}`, `{` + apply + `, "title": 1}`,
		`{"apply": [{"value": "x"}]}`, `{"apply": [{"header": "A"}]}`, `{"apply": [{"header": "A", "query": "b", "value": "x"}]}`,
		`{` + apply + `, "params": {"P": {}}}`, `{` + apply + `, "params": {"p": {"secret": "yes"}}}`, `{` + apply + `, "params": {"p": {"map": {}}}}`,
		`{` + apply + `, "origins": ["https://example.com"], "params": {"p": {}}}`, `{` + apply + `, "params": {"p": {"env": "P"}}}`,
		`{` + apply + `, "origins": ["https://example.com"], "token": {` + request + `, "response": {"token": "t"}}}`,
		`{` + apply + `, "origins": ["https://example.com"], "token": {"request": {"url": "u", "json": {}, "form": {}}, "response": {"token": "t", "default_ttl": "1h"}}}`,
		`{` + apply + `, "origins": ["https://example.com"], "token": {` + request + `, "response": {"token": "t", "default_ttl": "soon"}}}`,
		`{` + apply + `, "token": {` + request + `, "response": {"token": "t", "default_ttl": "1h"}}}`,
		`{` + apply + `, "errors": {"retry_status": [99]}}`, `{` + apply + `, "errors": {"retry_status": 503}}`,
	} {
		if s.check(s["definition"], fromJSON(t, text)) == "" {
			t.Errorf("the schema accepts %s", text)
		}
		if read(text) == nil {
			t.Errorf("the reader accepts %s", text)
		}
	}
}

// Every key has a description, from which the manual is made.
func TestSchemaDescribesEverything(t *testing.T) {
	s := schemaDefinitions(t)
	for part := range s {
		for key, property := range s.properties(part) {
			if text, _ := property.(map[string]any)["description"].(string); !strings.HasSuffix(text, ".") {
				t.Errorf("%s of %s has no description that is a sentence", key, part)
			}
		}
	}
}

func read(text string) error {
	_, err := readDefinition("d", diag.NewSource("d.json", []byte(text)))
	return err
}

// mutations returns ways to make the i-th value of a document another; nil if
// it has fewer values.
func mutations(root *any, i int) map[string]func() {
	var found map[string]func()
	var visit func(at string, v any, set func(any))
	visit = func(at string, v any, set func(any)) {
		if found != nil {
			return
		}
		object, isObject := v.(map[string]any)
		array, isArray := v.([]any)
		if i--; i < 0 {
			found = make(map[string]func())
			for name, other := range map[string]any{
				"null": nil, "a boolean": true, "a number": 7.0, "a text": "x", "no text": "", "a list": []any{}, "an object": map[string]any{},
				"a list of texts": []any{"x"}, "a list of numbers": []any{404.0},
			} {
				found[at+" as "+name] = func() { set(other) }
			}
			for key := range object {
				found[at+" without "+key] = func() { delete(object, key) }
			}
			for _, key := range []string{"zzzzzzzz", "json", "form", "raw", "header", "query", "basic", "by", "map", "default", "Not a name"} {
				if _, taken := object[key]; isObject && !taken {
					found[at+" with "+key] = func() { object[key] = "x" }
				}
			}
			return
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			visit(at+"."+key, object[key], func(v any) { object[key] = v })
		}
		if isArray {
			for n := range array {
				visit(fmt.Sprintf("%s[%d]", at, n), array[n], func(v any) { array[n] = v })
			}
		}
	}
	visit("$", *root, func(v any) { *root = v })
	return found
}

// schema is the parts of a JSON Schema (draft 2020-12) by their names.
type schema map[string]any

// properties returns the keys of a part that is an object with fixed keys.
func (s schema) properties(part string) map[string]any {
	properties, _ := s[part].(map[string]any)["properties"].(map[string]any)
	return properties
}

// reference returns the part that a schema refers to.
func (s schema) reference(of any) (part string, ok bool) {
	text, _ := of.(map[string]any)["$ref"].(string)
	part, ok = strings.CutPrefix(text, "#/$defs/")
	return part, ok
}

// forEachObject calls f with the objects with fixed keys in a value that is of
// a part, and with the names of their parts, always in the same order.
func forEachObject(v any, s schema, part string, f func(part string, object map[string]any)) {
	object, ok := v.(map[string]any)
	if !ok || s.properties(part) == nil {
		return
	}
	keys := slices.Sorted(maps.Keys(object))
	for _, key := range keys {
		property, _ := s.properties(part)[key].(map[string]any)
		if inner, ok := s.reference(property); ok {
			forEachObject(object[key], s, inner, f)
		}
		if items, ok := property["items"].(map[string]any); ok {
			inner, _ := s.reference(items)
			array, _ := object[key].([]any)
			for _, item := range array {
				forEachObject(item, s, inner, f)
			}
		}
		if values, ok := property["additionalProperties"].(map[string]any); ok {
			inner, _ := s.reference(values)
			named, _ := object[key].(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(named)) {
				forEachObject(named[name], s, inner, f)
			}
		}
	}
	f(part, object)
}

// check returns why a value is not what a schema says; "" if it is. It knows
// the keywords that the schema uses.
func (s schema) check(of, v any) string {
	keywords := of.(map[string]any)
	object, isObject := v.(map[string]any)
	array, isArray := v.([]any)
	text, isText := v.(string)
	number, isNumber := v.(float64)
	fits := func(other any) bool { return s.check(other, v) == "" }
	count := func(list any) (n int) {
		for _, other := range list.([]any) {
			if fits(other) {
				n++
			}
		}
		return n
	}
	has := func(names any) bool {
		for _, name := range names.([]any) {
			if _, ok := object[name.(string)]; isObject && !ok {
				return false
			}
		}
		return true
	}
	for _, keyword := range slices.Sorted(maps.Keys(keywords)) {
		arg, ok := keywords[keyword], true
		switch keyword {
		case "description", "examples", "default", "then", "else":
		case "$ref":
			part, _ := s.reference(of)
			if why := s.check(s[part], v); why != "" {
				return why
			}
		case "type":
			ok = map[string]bool{
				"object": isObject, "array": isArray, "string": isText, "boolean": v == true || v == false,
				"integer": isNumber && number == float64(int(number)),
			}[arg.(string)]
		case "enum":
			ok = slices.Contains(arg.([]any), any(text)) && isText
		case "required":
			ok = has(arg)
		case "dependentRequired":
			for key, names := range arg.(map[string]any) {
				_, given := object[key]
				ok = ok && (!given || has(names))
			}
		case "properties":
			for key, property := range arg.(map[string]any) {
				if value, given := object[key]; given {
					if why := s.check(property, value); why != "" {
						return key + ": " + why
					}
				}
			}
		case "additionalProperties":
			fixed, _ := keywords["properties"].(map[string]any)
			for key, value := range object {
				if _, known := fixed[key]; known {
					continue
				}
				if arg == false {
					return "unknown key " + key
				}
				if why := s.check(arg, value); why != "" {
					return key + ": " + why
				}
			}
		case "propertyNames":
			for key := range object {
				ok = ok && s.check(arg, key) == ""
			}
		case "items":
			for _, item := range array {
				if why := s.check(arg, item); why != "" {
					return why
				}
			}
		case "minItems":
			ok = !isArray || len(array) >= int(arg.(float64))
		case "pattern":
			ok = !isText || regexp.MustCompile(arg.(string)).MatchString(text)
		case "minLength":
			ok = !isText || len(text) >= int(arg.(float64))
		case "maxLength":
			ok = !isText || len(text) <= int(arg.(float64))
		case "minimum":
			ok = !isNumber || number >= arg.(float64)
		case "maximum":
			ok = !isNumber || number <= arg.(float64)
		case "oneOf":
			ok = count(arg) == 1
		case "anyOf":
			ok = count(arg) > 0
		case "not":
			ok = !fits(arg)
		case "if":
			branch := "else"
			if fits(arg) {
				branch = "then"
			}
			if why := s.check(keywords[branch], v); why != "" {
				return why
			}
		default:
			return "the test does not know the keyword " + keyword
		}
		if !ok {
			return fmt.Sprintf("%s: %v", keyword, arg)
		}
	}
	return ""
}
