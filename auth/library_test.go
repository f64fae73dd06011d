package auth

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// userFolder is a folder of the user's own definitions.
func userFolder(t testing.TB, files map[string]string) func(*Config) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func(c *Config) { c.UserProviders = dir }
}

// definitionOf is a definition with one parameter that is read under env and
// goes to origin.
func definitionOf(env, origin string) string {
	return `{"title": "Test", "params": {"key": {"env": "` + env + `"}},
		"apply": [{"header": "X-Key", "value": "{{key}}"}], "origins": ["` + origin + `"]}`
}

// configured is a definition in an environment file, at a place of its own.
func configured(definition string, params ...Arg) *Configured {
	source := diag.NewSource("env.json", []byte("  \n "+definition+" }"))
	return &Configured{
		At:         Place{source, diag.Span{Start: 0, End: 1}},
		Definition: Place{source, diag.Span{Start: 4, End: 4 + len(definition)}},
		Params:     params,
	}
}

// The user's own definitions are found by the names of their files, and cannot
// stand in for what is built in.
func TestUserDefinitions(t *testing.T) {
	own := definitionOf("ACME_KEY", "https://api.example.com")
	m, _ := testManager(t, nil, userFolder(t, map[string]string{
		"acme.json": own, "coro.json": own, "basic.json": own, "digest.json": own, "none.json": own, "a b.json": own,
		"bad.json": `{`, "greedy.json": definitionOf("CORO_CLIENT_SECRET", "https://evil.example"), "notes.txt": "",
	}))
	lookup := environment("ACME_KEY", "k")
	for id, want := range map[string]string{
		"acme":   "",
		"coro":   "PR405 `coro` is a built-in provider, which $/coro.json cannot replace",
		"basic":  "PR405 `basic` is a scheme of `@auth`, which $/basic.json cannot replace",
		"digest": "PR405 `digest` is a scheme of `@auth`, which $/digest.json cannot replace",
		"a b":    "PR405 $/a b.json: \"a b\" cannot be the id of a provider",
		"bad":    "PR405 $/bad.json:1:1: not JSON",
		"greedy": "PR405 $/greedy.json:1:30: parameter `key` reads CORO_CLIENT_SECRET, which belongs to the built-in provider `coro`",
		"notes":  "PR401 nothing is called `notes`",
		"../x":   "PR401 nothing is called `../x`",
		"acm":    "PR401 nothing is called `acm`",
	} {
		_, err := m.Bind(Reference{ID: id, Lookup: lookup})
		got := strings.ReplaceAll(explain(err), m.config.UserProviders+string(filepath.Separator), "$/")
		if want == "" && err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s\nwant %s", id, got, want)
		}
	}
	known, err := m.Known()
	var ids []string
	for _, p := range known {
		ids = append(ids, p.ID)
	}
	if want := []string{"cobuilder", "comodo-one", "coro", "corti", "cotalker", "regional", "apikey", "aws", "basic", "bearer", "digest", "oauth2", "acme"}; !slices.Equal(ids, want) {
		t.Errorf("known are %v", ids)
	}
	if got := len(diagnostics(err)); got != 7 {
		t.Errorf("%d problems: %s", got, explain(err))
	}
}

// What is built in works whatever the user's folder is like.
func TestUserFolderIsNotRead(t *testing.T) {
	lookup := environment("CORO_CLIENT_ID", "i", "CORO_CLIENT_SECRET", "s-e-c-r-e-t", "CORO_WORKSPACE", "w")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"", filepath.Join(t.TempDir(), "missing"), file} {
		m, _ := testManager(t, nil, func(c *Config) { c.UserProviders = folder })
		bind(t, m, Reference{ID: "coro", Lookup: lookup})
		_, err := m.Bind(Reference{ID: "acme"})
		want := "PR401"
		if folder == file {
			want = "PR405 " + file + " cannot be read"
		}
		if got := explain(err); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", folder, got)
		}
	}
}

// A definition of a project gets nothing from outside of its file, unless the
// user allows where it goes.
func TestProjectDefinitionRouting(t *testing.T) {
	const here, there = "env.json", "private.json"
	based := `{"params": {"key": {"env": "ACME_KEY", "secret": true}, "base": {"env": "ACME_BASE", "default": "https://api.example.com"}},
		"apply": [{"header": "X-Key", "value": "{{key}}"}], "origins": ["{{base}}"]}`
	literal := definitionOf("ACME_KEY", "https://api.example.com")
	private := diag.NewSource(there, []byte("x"))
	arg := func(key, value string, source *diag.Source, secret bool) Arg {
		return Arg{Key: key, Value: value, Source: source, Secret: secret, Project: true}
	}
	user := func(value string) Found { return Found{Value: value, From: "environment"} }
	file := func(value, name string) Found {
		return Found{Value: value, From: name + ":1:1", File: name, Project: true}
	}
	tests := []struct {
		name       string
		definition string
		params     []Arg
		found      map[string]Found
		allow      string
		want       string // a part of the refusal
	}{
		{"environment", literal, nil, map[string]Found{"ACME_KEY": user("k")}, "", "sends `key` from environment to https://api.example.com"},
		{"allowed", literal, nil, map[string]Found{"ACME_KEY": user("k")}, "https://api.example.com", ""},
		{"another is allowed", literal, nil, map[string]Found{"ACME_KEY": user("k")}, "https://api.example.com:8443", "PR403"},
		{"same file", literal, nil, map[string]Found{"ACME_KEY": file("k", here)}, "", ""},
		{"other file", literal, nil, map[string]Found{"ACME_KEY": file("k", there)}, "", "from private.json:1:1"},
		{"nothing is set", literal, nil, nil, "", ""},
		{"parameter of the private file", literal, []Arg{arg("key", "k", private, true)}, nil, "", "sends `key` from private.json:1:1"},
		{"public parameter", literal, []Arg{arg("key", "k", nil, false)}, nil, "", ""},
		{"origin of the user", based, nil, map[string]Found{"ACME_KEY": user("k"), "ACME_BASE": user("https://mine.example")}, "", "to https://mine.example"},
		{"allowed origin of the user", based, nil, map[string]Found{"ACME_KEY": user("k"), "ACME_BASE": user("https://mine.example")}, "https://mine.example", ""},
		{"origin of the file", based, nil, map[string]Found{"ACME_KEY": user("k"), "ACME_BASE": file("https://evil.example", here)}, "", "to https://evil.example"},
		{"origin of another file", based, nil, map[string]Found{"ACME_KEY": file("k", here), "ACME_BASE": file("https://evil.example", there)}, "", "to https://evil.example"},
		{"default origin", based, nil, map[string]Found{"ACME_KEY": user("k")}, "", "to https://api.example.com"},
		{"a part of the host", strings.ReplaceAll(based, `["{{base}}"]`, `["https://x.{{base}}.example"]`), nil,
			map[string]Found{"ACME_KEY": user("k"), "ACME_BASE": user("mine")}, "", "to https://x.mine.example"},
		{"a value that hides in the host", definitionOf("ACME_KEY", "https://{{key}}.evil.example"), nil,
			map[string]Found{"ACME_KEY": user("k")}, "", "to https://k.evil.example"},
		{"an environment name of another", definitionOf("CORO_WORKSPACE", "https://api.example.com"), nil, nil, "https://api.example.com", "PR405 env.json:2:31: parameter `key` reads CORO_WORKSPACE"},
		{"no origins", `{"params": {"key": {"env": "ACME_KEY"}}, "apply": [{"header": "X", "value": "{{key}}"}]}`, nil, nil, "", "has no `origins`"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, _ := testManager(t, nil, func(c *Config) {
				if test.allow != "" {
					c.AllowedOrigins = []string{test.allow}
				}
			})
			c := configured(test.definition, test.params...)
			for i := range c.Params {
				if c.Params[i].Source == nil {
					c.Params[i].Source = c.At.Source
				}
			}
			_, err := m.Bind(Reference{ID: "acme", Configured: c, Lookup: func(name string) (Found, bool) {
				found, ok := test.found[name]
				return found, ok
			}})
			got := explain(err)
			if (err == nil) != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

// The directive wins over what is configured, and that over the environment
// name; each mistake is shown where it stands.
func TestConfiguredParameters(t *testing.T) {
	m, _ := testManager(t, nil, userFolder(t, map[string]string{"mine.json": definitionOf("MINE_KEY", "https://example.com")}))
	lookup := environment("CORO_CLIENT_ID", "i", "CORO_CLIENT_SECRET", "s-e-c-r-e-t", "CORO_WORKSPACE", "of the environment", "CORO_REGION", "eu")
	source := diag.NewSource("env.json", []byte("0123456789"))
	use := func(provider string, params ...Arg) *Configured {
		for i := range params {
			params[i].Source, params[i].Span = source, diag.Span{Start: i + 2, End: i + 3}
		}
		return &Configured{At: Place{source, diag.Span{End: 1}}, Provider: provider, ProviderAt: Place{source, diag.Span{Start: 1, End: 2}}, Params: params}
	}
	b := bind(t, m, Reference{
		ID: "work", Lookup: lookup, Args: []Arg{{Key: "audience", Value: "of the directive"}},
		Configured: use("coro", Arg{Key: "audience", Value: "configured"}, Arg{Key: "workspace", Value: "configured"}),
	})
	for name, want := range map[string]string{"audience": "of the directive", "workspace": "configured", "region": "eu"} {
		if got, _ := b.settings.get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for want, c := range map[string]*Configured{
		"PR402 env.json:1:3: `coro` has no parameter `worksapce`\n\ndid you mean `workspace`?": use("coro", Arg{Key: "worksapce", Value: "w"}),
		"PR402 env.json:1:3: `region` cannot be \"mars\"":                                      use("coro", Arg{Key: "region", Value: "mars"}),
		"PR401 env.json:1:2: nothing is called `corro` that could authenticate":                use("corro"),
		"PR407 `basic` needs username= and password=\n\nset them in the `Params` of `work`":    use("basic"),
		"PR405 env.json:2:3: unknown key `titel`":                                              configured(`{"titel": "x"}`),
		"PR405 env.json:2:2: a definition needs `apply`":                                       configured(`{}`),
	} {
		if _, err := m.Bind(Reference{ID: "work", Lookup: lookup, Configured: c}); !strings.HasPrefix(explain(err), want) {
			t.Errorf("got %s\nwant %s", explain(err), want)
		}
	}
	for id, want := range map[string]string{
		"coro": "`coro` is a built-in provider, and the name of an entry", "basic": "`basic` is a scheme of `@auth`",
		"oauth2": "`oauth2` is a scheme", "mine": "`mine` is your own " + m.library.userFile("mine"),
	} {
		if _, err := m.Bind(Reference{ID: id, Lookup: lookup, Configured: use("coro")}); !strings.HasPrefix(explain(err), "PR405 env.json:1:1: "+want) {
			t.Errorf("got %s\nwant %s", explain(err), want)
		}
	}
}

// An explanation says where values are found and never what they are.
func TestDescribe(t *testing.T) {
	m, _ := testManager(t, nil)
	p, err := m.Describe(Reference{ID: "comodo-one", Lookup: environment("C1_CLIENT_SECRET", "s-e-c-r-e-t", "C1_USERNAME", "u-s-e-r", "C1_BASE_URL", "https://mine.example")})
	if err != nil {
		t.Fatal(explain(err))
	}
	for _, param := range p.Parameters {
		set := slices.Contains([]string{"client_secret", "username", "base_url"}, param.Name)
		required := slices.Contains([]string{"client_id", "client_secret", "username", "password", "client_cert"}, param.Name)
		if param.Set != set || (param.From != "") != set || param.Required != required || param.Env == "" {
			t.Errorf("%+v", param)
		}
	}
	if p.TokenEndpoint != "https://mine.example/auth/login" || p.RefreshEndpoint != "https://mine.example/auth/renew" || !slices.Equal(p.Origins, []string{"https://mine.example"}) {
		t.Errorf("%+v", p)
	}
	text := toJSON(t, p)
	for _, value := range []string{"s-e-c-r-e-t", "u-s-e-r"} {
		if strings.Contains(text, value) {
			t.Errorf("the explanation holds the value of a parameter: %s", text)
		}
	}

	// What is secret stays out of URLs, what is not set is shown as it is written.
	hidden := `{"params": {"tenant": {"env": "T", "secret": true, "default": "d-e-f-a-u-l-t"}, "zone": {"env": "Z"}},
		"token": {"request": {"url": "https://{{zone}}.example.com/{{tenant}}"}, "response": {"token": "t", "default_ttl": "1h"}},
		"apply": [{"header": "A", "value": "{{token}}"}], "origins": ["https://{{zone}}.example.com"]}`
	p, err = m.Describe(Reference{ID: "x", Configured: configured(hidden), Lookup: environment("T", "t-e-n-a-n-t")})
	if err != nil {
		t.Fatal(explain(err))
	}
	if p.TokenEndpoint != "https://{{zone}}.example.com/{{tenant}}" || p.Origins[0] != "https://{{zone}}.example.com" ||
		strings.Contains(toJSON(t, p), "t-e-n-a-n-t") || strings.Contains(toJSON(t, p), "d-e-f-a-u-l-t") {
		t.Errorf("%+v", p)
	}
}
