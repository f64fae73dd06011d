//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// An openidProvider is the server of .ci/integration/oidc.
type openidProvider struct{ base string }

// happened is an event of the server.
type happened struct {
	Event, Type, Error, Detail string
	Challenge, Redirect        string // of an authorization
	State                      int    // how long it was
}

func newOpenIDProvider(t *testing.T) *openidProvider {
	t.Helper()
	o := &openidProvider{fromScript(t, "OIDC_URL")}
	o.live(t, time.Hour)
	o.events(t)
	return o
}

// live sets the life of the access tokens of all clients.
func (o *openidProvider) live(t *testing.T, life time.Duration) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, fmt.Sprintf("%s/life/%.0f", o.base, life.Seconds()), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
}

// events returns what has happened since it was last asked.
func (o *openidProvider) events(t *testing.T) []happened {
	t.Helper()
	response, err := http.Get(o.base + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var found []happened
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found
}

// wantEvents checks what has happened, as words in this order.
func (o *openidProvider) wantEvents(t *testing.T, want ...string) []happened {
	t.Helper()
	found := o.events(t)
	var words []string
	for _, e := range found {
		word := e.Event
		for _, more := range []string{e.Type, e.Error, e.Detail} {
			if more != "" {
				word += " " + more
			}
		}
		words = append(words, word)
	}
	if strings.Join(words, "\n") != strings.Join(want, "\n") {
		t.Errorf("events\n\t%s\nwant\n\t%s", strings.Join(words, "\n\t"), strings.Join(want, "\n\t"))
	}
	return found
}

const oidcFile = `### Who is it
# @auth login
# @assert status == 200
# @assert body.sub == "ada"
GET {{server}}/me
`

// project returns a project with one entry of Security.Auth, `login`, whose API
// is the userinfo endpoint of the server.
func (o *openidProvider) project(t *testing.T, grant, client string, more map[string]any) *project {
	entry := map[string]any{
		"Type": "OAuth2", "Grant Type": grant, "Client ID": client, "Scope": "openid offline_access",
		"Auth URL": o.base + "/auth", "Token URL": o.base + "/token", "Device Auth URL": o.base + "/device/auth",
		"Revoke URL": o.base + "/token/revocation",
		// Without it, the server gives no refresh token to a client that asks for
		// offline_access (OpenID Connect Core section 11).
		"Custom Request Parameters": map[string]any{"prompt": map[string]any{"Value": "consent", "Use": "In Auth Request"}},
	}
	maps.Copy(entry, more)
	p := newProject(t, map[string]string{
		"a.http": oidcFile,
		"http-client.env.json": environment(t, map[string]any{
			"server": o.base, "Security": map[string]any{"Auth": map[string]any{"login": entry}},
		}),
	})
	p.explain(t)
	return p
}

// TestOIDCAuthorizationCode protects the authorization code grant against a
// server that takes nothing without PKCE, and refresh tokens against one that
// revokes everything when one comes twice.
func TestOIDCAuthorizationCode(t *testing.T) {
	o := newOpenIDProvider(t)
	const code, refresh = "grant authorization_code", "grant refresh_token"

	t.Run("login, refresh and revocation", func(t *testing.T) {
		p := o.project(t, "Authorization Code", "desktop", nil)
		p.write(t, "id.http", "### The ID token\n# @assert body.aud == \"desktop\" and body.sub == \"ada\"\n"+
			"GET "+newAPI(t, o.base, o.base+"/jwks").URL+"/\nAuthorization: Bearer {{$auth.idToken(\"login\")}}\n")
		p.atTerminal(t, nil, "run", "a.http", "id.http", "--env", "dev", "-v").want(t, 0, "A browser opens this page", "2 passed", "!eyJ")
		found := o.wantEvents(t, "authorization", code)
		if len(found) == 2 {
			if e := found[0]; e.Challenge != "S256" || e.State < 22 || !strings.HasPrefix(e.Redirect, "http://127.0.0.1:") || !strings.HasSuffix(e.Redirect, "/callback") {
				t.Errorf("asked with %+v; want S256, a state of 128 bits or more, and a port at the redirect URL", e)
			}
		}
		p.run(t, "run", "a.http", "--env", "dev").want(t, 0, "1 passed")
		o.wantEvents(t)

		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")
		o.live(t, 2*time.Second)
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0)
		o.live(t, time.Hour)
		time.Sleep(2 * time.Second)
		p.together(t, 20, "run", "a.http", "--env", "dev")
		o.wantEvents(t, refresh, refresh, refresh)

		token := strings.TrimSpace(p.run(t, "auth", "token", "login", "--env", "dev").want(t, 0).out)
		p.run(t, "auth", "logout", "login", "--env", "dev").want(t, 0, "revoked and removed")
		o.wantEvents(t, "grant.revoked")
		p.write(t, "b.http", "# @auth bearer token={{token}}\n# @assert status == 401\nGET {{server}}/me\n")
		p.run(t, "run", "b.http", "--env", "dev", "--var", "token="+token).want(t, 0, "1 passed")
	})

	t.Run("a refresh token that was used elsewhere", func(t *testing.T) {
		p := o.project(t, "Authorization Code", "desktop", map[string]any{"Scope": "openid offline_access orders"})
		p.atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 0, "Logged in to login")
		if err := os.CopyFS(filepath.Join(p.dir, "backup"), os.DirFS(p.cache())); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(p.dir, "backup"), 0o700); err != nil {
			t.Fatal(err)
		}
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0)
		restored := p.with("POSTRIDER_AUTH_CACHE_DIR=" + filepath.Join(p.dir, "backup"))
		restored.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 3, "somebody must log in")
		o.wantEvents(t, "authorization", code, refresh, "grant.revoked", "grant.error invalid_grant refresh token already used")
		// The server has ended the other one, too: its tokens are refused from then
		// on, and a login helps. A token of two seconds would not be given up for a
		// 401, which might say that the API takes no token of this issuer.
		time.Sleep(2 * time.Second)
		p.run(t, "run", "a.http", "--env", "dev").want(t, 3, "somebody must log in")
		p.atTerminal(t, nil, "run", "a.http", "--env", "dev").want(t, 0, "1 passed")
	})

	for _, test := range []struct{ name, redirect, want string }{
		{"the name of this machine", "http://localhost/here", "http://localhost:"},
		{"IPv6", "http://[::1]/callback", "http://[::1]:"},
	} {
		t.Run(test.name, func(t *testing.T) {
			o.events(t)
			p := o.project(t, "Authorization Code", "desktop", map[string]any{"Redirect URL": test.redirect})
			p.atTerminal(t, nil, "run", "a.http", "--env", "dev").want(t, 0, "1 passed")
			if found := o.wantEvents(t, "authorization", code); len(found) > 0 && !strings.HasPrefix(found[0].Redirect, test.want) {
				t.Errorf("the redirect URL was %s", found[0].Redirect)
			}
		})
	}

	t.Run("the issuer", func(t *testing.T) {
		o.events(t)
		o.project(t, "Authorization Code", "desktop", map[string]any{"Issuer": o.base}).
			atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 0)
		o.wantEvents(t, "authorization", code)
		o.project(t, "Authorization Code", "desktop", map[string]any{"Issuer": "https://login.shop.example"}).
			atTerminal(t, nil, "auth", "login", "login", "--env", "dev").
			want(t, 3, "the answer comes from the issuer `"+o.base+"`, not from `https://login.shop.example`")
		o.wantEvents(t, "authorization") // the code is not exchanged
	})

	t.Run("without PKCE", func(t *testing.T) {
		p := o.project(t, "Authorization Code", "desktop", map[string]any{"PKCE": false})
		p.atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 3, "invalid_request", "PKCE")
	})
	t.Run("a scope that the server does not know for the client", func(t *testing.T) {
		p := o.project(t, "Authorization Code", "desktop", map[string]any{"Custom Request Parameters": map[string]any{"prompt": map[string]any{"Value": "none", "Use": "In Auth Request"}}})
		p.atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 3, "login_required")
	})
}

// TestOIDCDevice protects the device grant: the person confirms the code that
// the page knows already.
func TestOIDCDevice(t *testing.T) {
	o := newOpenIDProvider(t)
	p := o.project(t, "Device Authorization", "box", map[string]any{"Open Complete URI": true})
	p.atTerminal(t, nil, "run", "a.http", "--env", "dev").want(t, 0, "1 passed")
	p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")

	p = o.project(t, "Device Authorization", "box", map[string]any{"Open Complete URI": true, "Scope": "openid"})
	p = p.with("BROWSER=" + p.browserThat(t, "no"))
	p.atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 3, "access_denied")
}

// TestOIDCClientCredentials protects HTTP Basic authentication and the form
// against a server that reads both to the letter of RFC 6749.
func TestOIDCClientCredentials(t *testing.T) {
	o := newOpenIDProvider(t)
	for _, test := range []struct {
		name, client string
		more         map[string]any
		exit         int
		want         string
	}{
		{"form-encoded", "odd:id", map[string]any{"Basic Encoding": "form"}, 0, "Logged in to login"},
		{"in body", "posting", map[string]any{"Client Credentials": "in body"}, 0, "Logged in to login"},
		{"as it is", "odd:id", nil, 2, "set `Basic Encoding` to `form`"},
		{"in the header field instead of the body", "posting", map[string]any{"Client Credentials": "basic"}, 3, "invalid_client"},
	} {
		t.Run(test.name, func(t *testing.T) {
			more := map[string]any{"Client Secret": "a+b %2F:c&d=e", "Scope": "orders", "Custom Request Parameters": map[string]any{}}
			maps.Copy(more, test.more)
			o.project(t, "Client Credentials", test.client, more).
				run(t, "auth", "login", "login", "--env", "dev").want(t, test.exit, test.want, "!a+b %2F")
		})
	}
}
