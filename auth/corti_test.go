package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

const cortiAPI = "https://api.eu.corti.app/v2/interactions/"

func cortiRef(more ...string) Reference {
	return Reference{ID: "corti", Lookup: environment(append(more, "CORTI_CLIENT_ID", "id", "CORTI_CLIENT_SECRET", "corti-secret")...)}
}

// cortiSample is the answer of the vendor's document.
const cortiSample = `{"access_token":"ey...","expires_in":300,"refresh_expires_in":0,"token_type":"Bearer","id_token":"e...","not-before-policy":0,"scope":"openid email profile"}`

// The request and the answer of the vendor's document. The host is auth and not
// the keycloak of its Python sample, the scope is that sample's, and the API
// wants the tenant as well.
func TestCorti(t *testing.T) {
	var sent *transport.Request
	m, seen := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
		sent = request
		return answer(200, cortiSample), nil
	})
	hop := apply(t, bind(t, m, cortiRef()), cortiAPI)
	if got := sent.Method + " " + sent.URL.String(); got != "POST https://auth.eu.corti.app/realms/base/protocol/openid-connect/token" {
		t.Errorf("sent %s", got)
	}
	if got := field(sent, "Content-Type"); got != "application/x-www-form-urlencoded" {
		t.Errorf("Content-Type: %s", got)
	}
	if got := body(t, sent); got != "grant_type=client_credentials&client_id=id&client_secret=corti-secret&scope=openid" {
		t.Errorf("body %s", got)
	}
	if hop.Header.Get("Authorization") != "Bearer ey..." || hop.Header.Get("Tenant-Name") != "base" || len(hop.Header) != 2 {
		t.Errorf("header %v", hop.Header)
	}
	if e := seen.all[0]; e.Life != 5*time.Minute || e.Source != "expires_in" || e.Account != "id" {
		t.Errorf("event %+v", e)
	}

	// A request that names a tenant itself keeps it, and still gets the token.
	own := hopTo(t, cortiAPI, "Tenant-Name", "other")
	if applied, err := bind(t, m, cortiRef()).Apply(t.Context(), own, owns("tenant-name")); !applied || err != nil || own.Header.Get("Tenant-Name") != "other" {
		t.Errorf("%v, %v, %v", applied, err, own.Header)
	}
}

// Answers that say 0 for the life of a refresh token, or bring none, mean that
// there is no refreshing; what says more is believed.
func TestCortiRefresh(t *testing.T) {
	for _, test := range []struct{ more, grant string }{
		{`,"refresh_expires_in":0`, "client_credentials"},
		{`,"refresh_expires_in":0,"refresh_token":"R"`, "client_credentials"},
		{``, "client_credentials"},
		{`,"refresh_expires_in":1800,"refresh_token":"R"`, "refresh_token"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var grants []string
			m, _ := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
				_, rest, _ := strings.Cut(body(t, request), "grant_type=")
				grant, _, _ := strings.Cut(rest, "&")
				grants = append(grants, grant)
				return answer(200, `{"access_token":"T","expires_in":300`+test.more+`}`), nil
			})
			b := bind(t, m, cortiRef())
			apply(t, b, cortiAPI)
			time.Sleep(5 * time.Minute)
			apply(t, b, cortiAPI)
			if !slices.Equal(grants, []string{"client_credentials", test.grant}) {
				t.Errorf("%s: grants %q", test.more, grants)
			}
		})
	}
}

// What the token endpoint answers, and that the secret goes to one host only,
// whatever it answers.
func TestCortiRefuses(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer *transport.Hop
		want   []string
	}{
		{"bad client", answer(401, `{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`),
			[]string{"answered 401 Unauthorized: `Invalid client or Invalid client credentials: invalid_client`", "check CORTI_CLIENT_ID"}},
		{"bad secret", answer(401, `{"error":"unauthorized_client","error_description":"Invalid client secret"}`),
			[]string{"`Invalid client secret: unauthorized_client`", "check CORTI_CLIENT_SECRET"}},
		{"bad scope", answer(400, `{"error":"invalid_scope","error_description":"Invalid scopes: x"}`), []string{"check CORTI_SCOPE"}},
		{"bad tenant", answer(404, `{"error":"Realm does not exist"}`), []string{"`Realm does not exist`", "check CORTI_TENANT"}},
		{"empty body", answer(401, "", "WWW-Authenticate", `Bearer realm="base", error="invalid_client", error_description="bad id"`),
			[]string{"answered 401 Unauthorized: `bad id`", "check CORTI_CLIENT_ID"}},
		{"other error body", answer(403, `{"error":{"code":"x","message":"no access","howToFix":"y"}}`), []string{"`no access`"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var hosts []string
			m, _ := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
				hosts = append(hosts, request.URL.Host)
				return test.answer, nil
			})
			b := bind(t, m, cortiRef())
			for range 2 {
				_, err := b.Apply(t.Context(), hopTo(t, cortiAPI), owns())
				for _, want := range test.want {
					if got := explain(err); !strings.Contains(got, want) {
						t.Errorf("%s\nlacks %q", got, want)
					}
				}
			}
			if !slices.Equal(hosts, []string{"auth.eu.corti.app"}) {
				t.Errorf("asked %q", hosts)
			}
		})
	}
}

// A 429 may be for good, as for a trial that has ended: two attempts, no more.
func TestCortiTrialHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := 0
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			attempts++
			return answer(429, `{"error":"trial expired"}`), nil
		})
		b := bind(t, m, cortiRef())
		_, err := b.Apply(t.Context(), hopTo(t, cortiAPI), owns())
		if got := explain(err); attempts != 2 || !strings.Contains(got, "`trial expired`") || !strings.Contains(got, "a trial that has ended") {
			t.Errorf("%d attempts: %s", attempts, got)
		}
		if got := explain(b.Rejected(answer(429, ""))); !strings.Contains(got, "refused by API: 429") || !strings.Contains(got, "a trial that has ended") {
			t.Errorf("got %s", got)
		}
	})
}

// A 401 is about the token; a 403 is if it says so, and is else for other
// clients' resources.
func TestCortiChallenge(t *testing.T) {
	const invalid = `Bearer error="invalid_token", error_description="The token has expired"`
	for _, test := range []struct {
		status    int
		challenge string
		again     bool
	}{
		{401, "", true}, {401, invalid, true}, {403, invalid, true},
		{403, "", false}, {403, `Bearer error="insufficient_scope"`, false}, {404, invalid, false}, {429, invalid, false},
	} {
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			return answer(200, cortiSample), nil
		})
		b := bind(t, m, cortiRef())
		answered := unauthorized(apply(t, b, cortiAPI))
		answered.StatusCode = test.status
		if test.challenge != "" {
			answered.Header.Set("WWW-Authenticate", test.challenge)
		}
		if again, err := b.Challenge(t.Context(), answered); again != test.again || err != nil {
			t.Errorf("%d %s: %v, %v", test.status, test.challenge, again, err)
		}
		if got := explain(b.Rejected(&transport.Hop{Status: 401, Header: answered.Header})); !strings.Contains(got, "WWW-Authenticate: "+test.challenge) && test.challenge != "" {
			t.Errorf("the reason of an empty body is not shown: %s", got)
		}
	}
}

// The environment is one of three words, so that no value can lead elsewhere; a
// project may choose among them, and the user may name other hosts outright.
func TestCortiRouting(t *testing.T) {
	project := func(name, value string) func(string) (Found, bool) {
		return func(asked string) (Found, bool) {
			if asked == name {
				return Found{Value: value, From: "http-client.env.json:2:3", File: "http-client.env.json", Project: true}, true
			}
			return cortiRef().Lookup(asked)
		}
	}
	for _, test := range []struct {
		lookup Lookup
		want   string // the token endpoint, or what is wrong
	}{
		{project("CORTI_ENVIRONMENT", "us"), "https://auth.us.corti.app/realms/base/"},
		{project("CORTI_ENVIRONMENT", "beta-eu"), "https://auth.beta-eu.corti.app/realms/base/"},
		{project("CORTI_ENVIRONMENT", "evil.com/#"), `cannot be "evil.com/#"`},
		{project("CORTI_ENVIRONMENT", "EU"), "did you mean `eu`?"},
		{project("CORTI_TENANT", "copiloteu"), "https://auth.eu.corti.app/realms/copiloteu/"},
		{project("CORTI_TENANT", "../../x"), "it must match"},
		{project("CORTI_AUTH_URL", "https://keycloak.eu.corti.app"), "PR403"},
		{project("CORTI_BASE_URL", "https://evil.example"), "PR403"},
		{cortiRef("CORTI_AUTH_URL", "https://keycloak.eu.corti.app").Lookup, "https://keycloak.eu.corti.app/realms/base/"},
		{cortiRef("CORTI_ENVIRONMENT", "staging").Lookup, `cannot be "staging"`},
	} {
		m, _ := testManager(t, nil)
		b, err := m.Bind(Reference{ID: "corti", Lookup: test.lookup})
		got := explain(err)
		if err == nil {
			got = b.issuer.login.URL.String()
		}
		if !strings.Contains(got, test.want) {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

// The credentials go to the API, and not back to the host that issued them.
func TestCortiOrigin(t *testing.T) {
	m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, cortiSample), nil
	})
	b := bind(t, m, cortiRef())
	for _, host := range []string{"auth.eu.corti.app", "api.us.corti.app", "corti.app"} {
		if hop := apply(t, b, fmt.Sprintf("https://%s/v2/", host)); len(hop.Header) != 0 {
			t.Errorf("%s: header %v", host, hop.Header)
		}
	}
	if hop := apply(t, b, cortiAPI); hop.Header.Get("Authorization") == "" {
		t.Errorf("header %v", hop.Header)
	}
}
