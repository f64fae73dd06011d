package auth

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// Every definition that is shipped must be readable: they are read only when
// used, so that nothing else would notice a mistake.
func TestBuiltinDefinitions(t *testing.T) {
	for _, folder := range []string{"providers", "schemes"} {
		names, _ := fs.Glob(builtin, folder+"/*.json")
		if len(names) == 0 {
			t.Fatalf("no definitions in %s", folder)
		}
		for _, name := range names {
			text, err := fs.ReadFile(builtin, name)
			if err != nil {
				t.Fatal(err)
			}
			d, err := readDefinition("x", diag.NewSource(name, text))
			if err != nil {
				t.Errorf("%s", explain(err))
				continue
			}
			if d.title == "" {
				t.Errorf("%s has no title", name)
			}
		}
	}
}

// A provider is data: the code must not know any by name.
func TestCodeNamesNoVendor(t *testing.T) {
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	vendor := regexp.MustCompile(`(?i)\b(coro|corti|cotalker|cobuilder|comodo)|C1_`)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if found := vendor.Find(text); found != nil {
			t.Errorf("%s names the vendor %s", name, found)
		}
	}
}

// A definition is read strictly, and every mistake is shown at its place.
func TestReadDefinitionErrors(t *testing.T) {
	const apply = `"apply": [{"header": "A", "value": "{{p}}"}]`
	tests := []struct{ name, text, want string }{
		{"not JSON", "{\n  \"title\": oops\n}", "d.json:2:12: not JSON"},
		{"truncated", `{"title": "x"`, "d.json:1:13: not JSON: unexpected end"},
		{"unknown key", "{\n  \"parms\": {}}", "d.json:2:3: unknown key `parms`\n\ndid you mean `params`?"},
		{"nested unknown key", `{"params": {"p": {"secrt": true}}}`, "d.json:1:19: unknown key `secrt`\n\ndid you mean `secret`?"},
		{"wrong type", `{"params": {"p": {"secret": "yes"}}}`, "d.json:1:29: expected a boolean, found a string"},
		{"twice", `{"title": "x", "title": "y"}`, "d.json:1:16: key `title` is given twice"},
		{"unclosed reference", `{"account": "{{p"}`, "d.json:1:13: `{{` without `}}`"},
		{"bad name", `{"account": "{{p q}}"}`, "d.json:1:13: `{{p q}}` is not the name of a parameter"},
		{"bad parameter name", `{"params": {"P-1": {}}, ` + apply + `}`, "d.json:1:13: \"P-1\" cannot be the name of a parameter"},
		{"unknown parameter", `{"params": {"p": {}}, "account": "{{pp}}", ` + apply + `}`, "d.json:1:34: `pp` is not a parameter\n\ndid you mean `p`?"},
		{"unused parameter", `{"params": {"p": {}, "q": {}}, ` + apply + `}`, "d.json:1:22: nothing refers to parameter `q`"},
		{"circle", `{"params": {"p": {"default": "{{q}}"}, "q": {"default": "{{p}}"}}, ` + apply + `}`, "d.json:1:13: parameters depend on each other: `p` and `q`"},
		{"circle with itself", `{"params": {"p": {"default": "{{p}}"}}, ` + apply + `}`, "parameters depend on each other: `p`"},
		{"reserved name", `{"params": {"refresh_token": {}}, ` + apply + `}`, "d.json:1:13: `{{refresh_token}}` stands for what the endpoint issues"},
		{"pattern", `{"params": {"p": {"pattern": "("}}, ` + apply + `}`, "d.json:1:30: not a regular expression"},
		{"map without by", `{"params": {"p": {"map": {}}}, ` + apply + `}`, "`p` has one of `by` and `map`"},
		{"two bodies", `{"token": {"request": {"url": "u", "json": {}, "form": {}}}}`, "d.json:1:23: a request has one of `json`, `form` and `raw`"},
		{"raw template", `{"token": {"request": {"url": "u", "raw": "{{p}}"}}}`, "nothing is substituted in a `raw` body"},
		{"no lifetime", `{"token": {"request": {"url": "u"}, "response": {"token": "t"}}}`, "d.json:1:11: `token` needs a `request`"},
		{"status", `{"errors": {"retry_status": [200.5]}}`, "d.json:1:30: expected an HTTP status, found 200.5"},
		{"method", `{"token": {"request": {"method": "post"}}}`, "unknown value \"post\"\n\ndid you mean `POST`?"},
		{"duration", `{"token": {"response": {"default_ttl": "9999h"}}}`, "d.json:1:40: \"9999h\" is not a duration"},
		{"header name", `{"apply": [{"header": "A B", "value": "x"}]}`, "\"A B\" is not the name of a header field"},
		{"two places", `{"apply": [{"header": "A", "query": "b", "value": "x"}]}`, "a rule applies one of"},
		{"no apply", `{}`, "d.json:1:1: a definition needs `apply`"},
		{"continued host", `{"params": {"p": {"env": "P"}}, "origins": ["{{p}}.example.com"], ` + apply + `}`, "d.json:1:45: a base URL must be followed by `/`"},
		{"no origins", `{"params": {"p": {"env": "P"}}, ` + apply + `}`, "d.json:1:13: parameter `p` has an environment name, but the definition has no `origins`"},
		{"empty environment name", `{"params": {"p": {"env": ""}}, ` + apply + `}`, "d.json:1:26: expected the name of an environment variable"},
		{"no environment name", `{"params": {"p": {}}, "origins": ["{{p}}"], ` + apply + `}`, "parameter `p` has no environment name"},
		{"same environment name", `{"params": {"p": {"env": "P"}, "q": {"env": "P"}}, "account": "{{q}}", ` + apply + `}`, "have the same environment name"},
		{"hint on what", `{"errors": {"hint": [{"on": "apis"}]}}`, "d.json:1:29: unknown value \"apis\"\n\ndid you mean `api`?"},
		{"condition of a hint", `{"params": {"p": {}}, "errors": {"hint": [{"when": {"q": "x"}}]}, ` + apply + `}`, "`q` is not a parameter"},
		{"not an object", `[]`, "d.json:1:1: expected an object, found an array"},
		{"too deep", `{"token": {"request": {"json": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}}}`, "nested too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readDefinition("d", diag.NewSource("d.json", []byte(test.text)))
			if got := explain(err); !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func FuzzReadDefinition(f *testing.F) {
	for _, folder := range []string{"providers", "schemes"} {
		names, _ := fs.Glob(builtin, folder+"/*.json")
		for _, name := range names {
			text, err := fs.ReadFile(builtin, name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	for _, seed := range []string{`{`, `[[[]]]`, `{"params":{"p":{"default":"{{q}}"},"q":{"by":"p","map":{"":""}}},"apply":[{"header":"{{p}}","value":"{{q}}"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		source := diag.NewSource("d.json", text)
		d, err := readDefinition("d", source)
		if err != nil {
			if explain(err) == "" {
				t.Error("an error without text")
			}
			return
		}
		// What is accepted must be usable: settings can be resolved, and
		// templates expanded, without a panic or an endless circle.
		settings, _ := resolve(d, &Reference{Lookup: environment()}, false)
		for i := range d.apply {
			d.apply[i].templates(func(t template) { t.expand(settings.get) })
		}
		d.issues(func(t template) { _, _ = t.url(settings.get) })
	})
}
