package auth

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/postrider/postrider/internal/transport"
)

// acme is a definition with everything that it can say about refusals.
const acme = `{
	"title": "Acme",
	"params": {
		"key": {"env": "ACME_KEY", "secret": true, "required": true},
		"fixed": {"env": "ACME_TOKEN", "secret": true},
		"admin": {"env": "ACME_ADMIN", "default": "false", "enum": ["false", "true"]},
		"base_url": {"env": "ACME_BASE_URL", "default": "https://api.example.com"}
	},
	"static": "fixed",
	"token": {
		"request": {"url": "{{base_url}}/token", "json": {"key": "{{key}}"}},
		"response": {"token": "token", "default_ttl": "1h"}
	},
	"apply": [
		{"header": "Authorization", "value": "Bearer {{token}}"},
		{"header": "Admin", "value": "true", "when": {"admin": "true"}}
	],
	"origins": ["{{base_url}}"],
	"errors": {
		"message": ["message"], "challenge": true,
		"invalid": [{"status": 403, "header": "WWW-Authenticate", "contains": "invalid_token"}],
		"hint": [
			{"text": "about the endpoint"},
			{"on": "api", "status": [401, 403], "when": {"admin": "false"}, "text": "ask for admin"},
			{"on": "api", "contains": "quota", "text": "wait"}
		]
	}
}`

func acmeManager(t *testing.T, send endpoint, change ...func(*Config)) (*Manager, *events) {
	t.Helper()
	m, seen := testManager(t, send, change...)
	m.library = &library{files: fstest.MapFS{"providers/acme.json": &fstest.MapFile{Data: []byte(acme)}}}
	return m, seen
}

func acmeRef(more ...string) Reference {
	return Reference{ID: "acme", Lookup: environment(append(more, "ACME_KEY", "acme-secret")...)}
}

// Advice on an answer of the API is given for that answer and no other, and
// only to who has not followed it yet.
func TestHintsOnTheAPI(t *testing.T) {
	rejected := []string{"WWW-Authenticate", `Bearer error="invalid_token"`}
	for _, test := range []struct {
		name   string
		ref    Reference
		answer *transport.Hop
		want   []string // of the diagnostic; nil for none
		lacks  string
	}{
		{"401", acmeRef(), answer(401, ""), []string{"PR406", "token accepted by issuer, rejected by API: 401 Unauthorized",
			"check that the account may use this endpoint", "; ask for admin"}, "about the endpoint"},
		{"401, advice followed", acmeRef("ACME_ADMIN", "true"), answer(401, ""), []string{"rejected by API: 401"}, "ask for admin"},
		{"401 to a fixed token", acmeRef("ACME_TOKEN", "fixed-token"), answer(401, ""), []string{"the credentials are rejected: 401", "check their value; ask for admin"}, ""},
		{"403", acmeRef(), answer(403, `{"message":"no\u001b"}`), []string{"PR406", "`acme`: refused by API: 403 Forbidden", "Acme says `no\\x1b`", "\nask for admin"}, "check"},
		{"403, advice followed", acmeRef("ACME_ADMIN", "true"), answer(403, ""), nil, ""},
		{"403 about the token", acmeRef("ACME_ADMIN", "true"), answer(403, "", rejected...), []string{"token accepted by issuer, rejected by API: 403 Forbidden", "WWW-Authenticate: Bearer"}, "ask for admin"},
		{"by its text", acmeRef(), answer(429, `{"message":"the quota is used up"}`), []string{"refused by API: 429 Too Many Requests", "\nwait"}, ""},
		{"another text", acmeRef(), answer(429, `{"message":"slow down"}`), nil, ""},
		{"server error", acmeRef(), answer(500, ""), nil, ""},
		{"success that talks of it", acmeRef(), answer(200, `{"message":"quota"}`), nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := acmeManager(t, nil)
			d := bind(t, m, test.ref).Rejected(test.answer)
			if d == nil {
				if test.want != nil {
					t.Error("nothing is said")
				}
				return
			}
			got := explain(d)
			if test.want == nil || test.lacks != "" && strings.Contains(got, test.lacks) {
				t.Errorf("got %s", got)
			}
			for _, want := range test.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nlacks %q", got, want)
				}
			}
		})
	}
}

// Advice on the API is none on the token endpoint.
func TestHintsOnTheEndpoint(t *testing.T) {
	m, _ := acmeManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(401, `{"message":"quota"}`), nil
	})
	_, err := bind(t, m, acmeRef()).Apply(t.Context(), hopTo(t, "https://api.example.com/x"), owns())
	if got := explain(err); !strings.Contains(got, "about the endpoint") || strings.Contains(got, "ask for admin") || strings.Contains(got, "wait") {
		t.Errorf("got %s", got)
	}
}

// A user who may give a token in place of a login is told so, but not who has
// given one.
func TestMissingLogin(t *testing.T) {
	m, _ := acmeManager(t, nil)
	_, err := m.Bind(Reference{ID: "acme", Lookup: environment(), Where: ".env"})
	if got := explain(err); !strings.Contains(got, "`acme` needs ACME_KEY") || !strings.Contains(got, "set it in .env, or ACME_TOKEN alone") {
		t.Errorf("got %s", got)
	}
	if _, err := m.Bind(Reference{ID: "acme", Lookup: environment("ACME_TOKEN", "fixed-token")}); err != nil {
		t.Errorf("got %s", explain(err))
	}
}
