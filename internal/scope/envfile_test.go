package scope

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

func envSource(s string) *diag.Source { return diag.NewSource("http-client.env.json", []byte(s)) }

// A malformed file is never ignored: the message has the line, the column and
// the offset.
func TestEnvFileErrors(t *testing.T) {
	for content, want := range map[string]string{
		"":                           "PR203 http-client.env.json:1:1: not JSON: the file is empty | at offset 0 | write at least {}",
		"\ufeff \n":                  "PR203 http-client.env.json:2:1: not JSON: the file is empty | at offset 5 | write at least {}",
		`{"dev": {"a": 1}`:           "PR203 http-client.env.json:1:17: not JSON: unexpected end where `,` or `}` should be | at offset 16 | ",
		"{\n  // c\n  \"dev\": {}}":  "PR203 http-client.env.json:2:3: not JSON: a comment, which JSON does not have | at offset 4 | remove the comment",
		"{\"dev\": {} /* c */}":      "PR203 http-client.env.json:1:12: not JSON: a comment, which JSON does not have | at offset 11 | remove the comment",
		"{\"dev\": {\"a\": 1,\n  }}": "PR203 http-client.env.json:1:16: not JSON: a comma before `}` | at offset 15 | remove the comma",
		`{"dev": {"a": [1, ]}}`:      "PR203 http-client.env.json:1:17: not JSON: a comma before `]` | at offset 16 | remove the comma",
		`{'dev': {}}`:                "PR203 http-client.env.json:1:2: not JSON: unexpected '\\'' where a member name should be | at offset 1 | write texts in double quotes",
		"{\"dév\": {\"a\" 1}}":       "PR203 http-client.env.json:1:14: not JSON: unexpected '1' where `:` should be | at offset 14 | ",
		`{"dev": {}} x`:              "PR203 http-client.env.json:1:13: not JSON: unexpected 'x' after the document | at offset 12 | ",
		`["dev"]`:                    "PR203 http-client.env.json:1:1: an environment file must be an object of environments, as in {\"dev\": {\"host\": \"…\"}} | ",
		`{"dev": "x"}`:               "PR203 http-client.env.json:1:9: environment `dev` must be an object, as in {\"dev\": {\"host\": \"…\"}} | ",
		`{"$shared": 1}`:             "PR203 http-client.env.json:1:13: environment `$shared` must be an object, as in {\"$shared\": {\"host\": \"…\"}} | ",
	} {
		_, d := parseEnvFile(envSource(content))
		if d == nil || message(d) != want {
			t.Errorf("%q\n got %s\nwant %s", content, message(d), want)
		}
	}
}

func TestEnvFile(t *testing.T) {
	content := "\ufeff" + `{
  "$schema": "https://example.com/schema.json",
  "dev": {
    "host": "https://{{sub}}.test", "escaped": "a\tb", "n": 9007199254740993.10, "yes": true, "none": null,
    "user": {"name": "{{sub}}", "address": [{"city": "Bern"}, 2]}, "plain": {"k": "v"},
    "Security": {"Auth": {}}, "SSLConfiguration": {},
    "vault": {"provider": "AzureKeyVault", "secretName": "s"},
    "provider": {"provider": "Swisscom"},
    "host2": "first", "host2": "second"
  }
}`
	f, d := parseEnvFile(envSource(content))
	if d != nil {
		t.Fatal(d)
	}
	values := map[string]any{}
	for _, v := range f.variables("dev") {
		switch {
		case !v.Text.IsZero():
			values[v.Name] = v.Text.String()
		default:
			values[v.Name] = v.Value
		}
		if v.Where != "environment dev" || v.Secret || v.Tier != Environment {
			t.Errorf("%s: %+v", v.Name, v)
		}
	}
	want := map[string]any{
		"host": "https://{{sub}}.test", "escaped": "a\tb", "n": value.Number("9007199254740993.10"), "yes": true, "none": nil,
		"user":  map[string]any{"name": "{{sub}}", "address": []any{map[string]any{"city": "Bern"}, 2}},
		"plain": map[string]any{"k": "v"}, "provider": map[string]any{"provider": "Swisscom"},
		"vault": map[string]any{"provider": "AzureKeyVault", "secretName": "s"}, "host2": "second",
	}
	if !reflect.DeepEqual(values, want) {
		t.Errorf("got  %#v\nwant %#v", values, want)
	}
	if len(f.warnings) != 1 || message(f.warnings[0]) != "PR209 http-client.env.json:9:23: `host2` is given twice, and the last one counts | the first is on line 9 | remove one of them" {
		t.Errorf("warnings: %v", f.warnings)
	}

	scope := newScope(append(f.variables("dev"), file("sub", "api"))...)
	for template, want := range map[string]string{
		"{{host}}":    "https://api.test",
		"{{n}}":       "9007199254740993.10",
		"{{user}}":    `{"address":[{"city":"Bern"},2],"name":"api"}`,
		"{{host2}}":   "second",
		"{{escaped}}": "a\tb",
		"{{none}}":    "null",
		"{{user.name}} {{user.address[0].city}} {{user.address[1]}} {{yes}}": "api Bern 2 true",
	} {
		if got := expandOne(t, scope, template); got != want {
			t.Errorf("%s = %s", template, got)
		}
	}
	_, err := scope.Expand(t.Context(), text("t.http", "{{vault}}"), nil)
	if want := "PR009 http-client.env.json:7:14: the value of `vault` is kept by the secret provider \"AzureKeyVault\", which is not supported by this version | needed by `{{vault}}` at t.http:1:1 | pass it with `--secret vault=env:NAME`, or set it in http-client.private.env.json"; message(err) != want {
		t.Errorf("\n got %s\nwant %s", message(err), want)
	}
}

// A mistake inside a value is pointed at where it stands, in structures too.
func TestEnvFilePositions(t *testing.T) {
	f, _ := parseEnvFile(envSource("{\"dev\": {\n \"a\": \"x{{nope}}\",\n \"b\": \"\\t{{nope}}\",\n \"c\": {\"d\": [\"{{nope}}\"]}\n}}"))
	scope := newScope(f.variables("dev")...)
	for name, at := range map[string]string{"a": "2:9", "b": "3:7", "c": "4:15"} {
		_, err := scope.Expand(t.Context(), text("t.http", "{{"+name+"}}"), nil)
		if want := "PR201 http-client.env.json:" + at + ": "; !strings.HasPrefix(message(err), want) {
			t.Errorf("%s: %s", name, message(err))
		}
	}
}

// The texts of a private file are secrets, its numbers are not: masking every
// "1" of the output would help nobody.
func TestPrivateEnvFile(t *testing.T) {
	source := envSource(`{"dev": {"pw": "hush", "port": 80, "db": {"user": "u", "port": 5432, "hosts": [1, 2]}, "flags": [true]}}`)
	source.Private = true
	f, d := parseEnvFile(source)
	if d != nil {
		t.Fatal(d)
	}
	scope := newScope(append(f.variables("dev"), file("viaFile", "{{db.port}}"))...)
	for template, want := range map[string]bool{
		"{{pw}}": true, "{{port}}": false, "{{db}}": true, "{{db.user}}": true, "{{db.port}}": false, "{{db.hosts}}": false,
		"{{flags}}": false, "{{viaFile}}": false,
	} {
		x, err := scope.Expand(t.Context(), text("t.http", template), nil)
		if err != nil || x.Secret != want {
			t.Errorf("%s: %+v, %v", template, x, err)
		}
	}
	public, _ := parseEnvFile(envSource(`{"dev": {"db": {"user": "u"}}}`))
	if x, _ := newScope(public.variables("dev")...).Expand(t.Context(), text("t.http", "{{db.user}}"), nil); x.Secret {
		t.Error("a public value is secret")
	}
}

func FuzzEnvFile(f *testing.F) {
	for _, seed := range []string{
		`{"dev": {"a": "{{b}}", "n": 1e5}}`, `{"a":{"b":[1,{"c":null}],"b":"\u00e9"}}`, "\ufeff{}", `{"a":{}`, `{"a":{"x":1,}}`, `//`, `{"$x":1}`, "{\"\xff\":{}}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		file, d := parseEnvFile(envSource(content))
		if (file == nil) == (d == nil) {
			t.Fatal("neither or both")
		}
		if d != nil {
			if d.Subject.Start < 0 || d.Subject.End > len(content) || d.Subject.End < d.Subject.Start {
				t.Fatalf("points outside: %v", d.Subject)
			}
			return
		}
		for _, m := range file.environments {
			for _, v := range file.variables(m.name) {
				if slice := content[v.Span.Start:v.Span.End]; slice == "" || strings.ContainsAny(slice[:1], " \t\r\n,:") {
					t.Errorf("the value of %q is at %v: %q", v.Name, v.Span, slice)
				}
				if _, _, err := value.Decode([]byte(content[v.Span.Start:v.Span.End])); err != nil {
					t.Errorf("%q: %v", fmt.Sprint(v.Span), err)
				}
			}
		}
	})
}
