package auth

import (
	"strings"
	"testing"
)

// A URL is shown without what may be a secret in it.
func TestShownURL(t *testing.T) {
	for text, want := range map[string]string{
		"https://api.example/v1/x":                              "https://api.example/v1/x",
		"https://api.example:8443":                              "https://api.example:8443",
		"https://api.example/x?key=k-hush&b=":                   "https://api.example/x?key=…&b=",
		"https://api.example?k-hush":                            "https://api.example?…",
		"https://api.example?a={{a}}&b=x{{b}}&{{c}}":            "https://api.example?a={{a}}&b=…&{{c}}",
		"https://ada:k-hush@api.example/a@b":                    "https://…@api.example/a@b",
		"https://a@k-hush@api.example?x=1@2":                    "https://…@api.example?x=…",
		"https://api.example/#k-hush":                           "https://api.example/#…",
		"https://api.example/?a=1#k-hush":                       "https://api.example/?a=…",
		"{{base_url}}/token":                                    "{{base_url}}/token",
		"https://{{zone}}.api.example/{{tenant}}/token?v={{v}}": "https://{{zone}}.api.example/{{tenant}}/token?v={{v}}",
		"no URL? k=v":                                           "no URL? k=v",
	} {
		if got := shownURL(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// What `auth providers` tells of a definition of the user's, and of an entry that
// gives URLs, holds no value of a query.
func TestDescribeHidesQueries(t *testing.T) {
	const own = `{
		"title": "Own",
		"params": {
			"base_url": {"env": "OWN_BASE_URL", "default": "https://api.own.example"}, "id": {"env": "OWN_ID"},
			"zone": {"env": "OWN_ZONE", "default": "eu", "enum": ["eu", "us"]},
			"hook": {"env": "OWN_HOOK", "default": "https://hook.own.example/x?code=d-hush"},
			"place": {"by": "zone", "map": {"eu": "https://eu.own.example/?code=m-hush", "us": "https://us.own.example/"}, "env": "OWN_PLACE"}
		},
		"token": {"request": {"url": "https://login.own.example/v1/token?code=t-hush&id={{id}}", "json": {"id": "{{id}}", "hook": "{{hook}}", "place": "{{place}}"}}, "response": {"token": "t"}},
		"refresh": {"request": {"url": "https://login.own.example/v1/renew?code=r-hush", "json": {"r": "{{refresh_token}}"}}},
		"revoke": {"request": {"url": "https://login.own.example/v1/end?code=e-hush", "json": {"t": "{{token}}"}}},
		"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}, {"query": "code", "value": "a-hush"}, {"query": "id", "value": "{{id}}"},
			{"basic": {"username": "ada", "password": "b-hush"}, "when": {"zone": "us"}}],
		"origins": ["{{base_url}}"]
	}`
	text := strings.Replace(own, `"token": "t"}`, `"token": "t", "refresh": "r", "default_ttl": "1h"}`, 1)
	m, _ := testManager(t, nil, userFolder(t, map[string]string{"own.json": text}))
	for _, lookup := range []Lookup{nil, environment("OWN_ID", "i-hush")} {
		p, err := m.Describe(Reference{ID: "own", Lookup: lookup})
		if err != nil {
			t.Fatal(explain(err))
		}
		got := toJSON(t, p)
		if strings.Contains(got, "-hush") {
			t.Errorf("%s", got)
		}
		if p.TokenEndpoint != "https://login.own.example/v1/token?code=…&id="+map[bool]string{true: "{{id}}", false: "…"}[lookup == nil] {
			t.Errorf("token endpoint %s", p.TokenEndpoint)
		}
	}
	p, err := m.Describe(ofEntry("token_url", "https://login.example/token?code=t-hush", "revoke_url", "https://login.example/end?code=e-hush", "client_id", "id"))
	if err != nil || strings.Contains(toJSON(t, p), "-hush") || p.TokenEndpoint != "https://login.example/token?code=…" {
		t.Errorf("%s %s", explain(err), toJSON(t, p))
	}
}
