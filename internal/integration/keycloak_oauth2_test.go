//go:build integration

package integration

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// entry returns an entry of Security.Auth for Keycloak.
func (k *keycloak) entry(grant, client string, more map[string]any) map[string]any {
	e := map[string]any{
		"Type": "OAuth2", "Grant Type": grant, "Client ID": client,
		"Token URL": k.realm + "/protocol/openid-connect/token", "Scope": "openid",
	}
	maps.Copy(e, more)
	return e
}

const shopFile = `### By the entry of the environment
# @auth {{entry}}
# @assert status == 200
# @assert body.azp == client
GET {{api}}/orders

### The same token in a text
# @assert status == 200
# @assert body.typ == "Bearer"
GET {{api}}/orders
Authorization: Bearer {{$auth.token("login")}}
`

// newShop returns a project with one entry of Security.Auth, `login`.
func newShop(t *testing.T, a *api, client string, entry map[string]any) *project {
	return newProject(t, map[string]string{
		"a.http": strings.ReplaceAll(shopFile, "{{entry}}", "login"),
		"id.http": "### The ID token\n# @assert status == 200 and body.typ == \"ID\" and body.aud == client\n" +
			"GET {{api}}/me\nAuthorization: Bearer {{$auth.idToken(\"login\")}}\n",
		"http-client.env.json": environment(t, map[string]any{
			"api": a.URL, "client": client, "Security": map[string]any{"Auth": map[string]any{"login": entry}},
		}),
	})
}

// TestKeycloakClientCredentials protects how a client authenticates, whatever
// its id and its secret are made of.
func TestKeycloakClientCredentials(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)
	for _, test := range []struct {
		name, client, secret string
		more                 map[string]any
	}{
		{"basic", "shop", "shop-secret", map[string]any{"Client Credentials": "basic"}},
		{"in body", "shop", "shop-secret", map[string]any{"Client Credentials": "in body"}},
		{"left out", "shop", "shop-secret", nil},
		{"odd characters in body", "shop odd id", "a+b %2F:c&d=e", map[string]any{"Client Credentials": "in body"}},
		{"odd characters, form-encoded", "shop odd id", "a+b %2F:c&d=e", map[string]any{"Basic Encoding": "form"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			more := map[string]any{"Client Secret": test.secret}
			maps.Copy(more, test.more)
			newShop(t, a, test.client, k.entry("Client Credentials", test.client, more)).
				run(t, "run", "a.http", "--env", "dev", "-v").want(t, 0, "2 passed", "1 fetched, 1 reused", "!"+test.secret)
		})
	}
	t.Run("odd characters as they are", func(t *testing.T) {
		newShop(t, a, "shop odd id", k.entry("Client Credentials", "shop odd id", map[string]any{"Client Secret": "a+b %2F:c&d=e"})).
			run(t, "run", "a.http", "--env", "dev").want(t, 3, "Invalid client credentials", "`Basic Encoding` `form`", "!a+b %2F")
	})
}

// TestKeycloakPassword protects the password grant and what follows from it:
// rotating refresh tokens, ID tokens, logging out.
func TestKeycloakPassword(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)
	password := func(client string, more map[string]any) map[string]any {
		e := k.entry("Password", client, map[string]any{"Username": "ada", "Password": adasPassword})
		maps.Copy(e, more)
		return e
	}

	t.Run("rotation", func(t *testing.T) {
		p := newShop(t, a, "till", password("till", map[string]any{"Revoke URL": k.realm + "/protocol/openid-connect/revoke"}))
		p.run(t, "run", "a.http", "id.http", "--env", "dev", "-v").want(t, 0, "3 passed", "1 fetched", "!"+adasPassword)
		for range 3 {
			p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")
		}
		k.wantEvents(t, "till", map[string]int{"LOGIN": 1, "REFRESH_TOKEN": 3})

		k.live(t, "till", 2*time.Second)
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0)
		k.live(t, "till", 5*time.Minute)
		time.Sleep(2 * time.Second)
		p.together(t, 20, "run", "a.http", "--env", "dev")
		k.wantEvents(t, "till", map[string]int{"LOGIN": 1, "REFRESH_TOKEN": 5})

		p.run(t, "auth", "logout", "login", "--env", "dev").want(t, 0, "revoked and removed")
		k.wantEvents(t, "till", map[string]int{"LOGIN": 1, "REFRESH_TOKEN": 5, "REVOKE_GRANT": 1})
	})

	t.Run("a refresh token that was used elsewhere", func(t *testing.T) {
		entry := password("shop", map[string]any{"Client Secret": "shop-secret"})
		p := newShop(t, a, "shop", entry)
		p.run(t, "auth", "login", "login", "--env", "dev").want(t, 0)
		// As after restoring a backup.
		if err := os.CopyFS(filepath.Join(p.dir, "backup"), os.DirFS(p.cache())); err != nil {
			t.Fatal(err)
		}
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0)
		if err := os.RemoveAll(p.cache()); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(p.dir, "backup"), p.cache()); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p.cache(), 0o700); err != nil {
			t.Fatal(err)
		}
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")
		p.run(t, "run", "a.http", "--env", "dev").want(t, 0, "2 passed")
		k.wantEvents(t, "shop", map[string]int{"LOGIN": 2, "REFRESH_TOKEN": 1, "REFRESH_TOKEN_ERROR": 1})
	})

	t.Run("a session that was ended by the administrator", func(t *testing.T) {
		p := newShop(t, a, "till", password("till", map[string]any{"Scope": "openid email"}))
		p.run(t, "auth", "login", "login", "--env", "dev").want(t, 0)
		before := k.events(t, "till")
		if status := k.call(t, "POST", "/admin/realms/base/logout-all", nil, nil); status != 200 && status != 204 {
			t.Fatalf("ending all sessions: status %d", status)
		}
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")
		before["REFRESH_TOKEN_ERROR"]++
		before["LOGIN"]++
		k.wantEvents(t, "till", before)
	})

	t.Run("a wrong password is sent once", func(t *testing.T) {
		before := k.events(t, "till")["LOGIN_ERROR"]
		newShop(t, a, "till", password("till", map[string]any{"Password": "guess-of-somebody"})).
			run(t, "run", "a.http", "--env", "dev").want(t, 3, "Invalid user credentials", "!guess-of-somebody")
		if tried := k.events(t, "till")["LOGIN_ERROR"] - before; tried != 1 {
			t.Errorf("it was sent %d times for two requests", tried)
		}
	})
}

// TestKeycloakDevice protects the device grant with a person who opens the page
// that the terminal shows, and agrees or not.
func TestKeycloakDevice(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)
	device := func(more map[string]any) *project {
		entry := k.entry("Device Authorization", "device", map[string]any{"Device Auth URL": k.realm + "/protocol/openid-connect/auth/device"})
		maps.Copy(entry, more)
		p := newShop(t, a, "device", entry)
		p.explain(t)
		return p
	}

	t.Run("the browser has the code already", func(t *testing.T) {
		p := device(map[string]any{"Open Complete URI": true})
		p.atTerminal(t, nil, "run", "a.http", "id.http", "--env", "dev").want(t, 0, "Log in for login", "3 passed")
		p.run(t, "run", "a.http", "--env", "dev").want(t, 0, "2 passed") // nobody is asked again
		p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0, "can be refreshed")
		got := k.events(t, "device")
		if got["OAUTH2_DEVICE_CODE_TO_TOKEN"] != 1 || got["REFRESH_TOKEN"] != 1 {
			t.Errorf("events %v, want one token of a device and one refresh", got)
		}
	})

	t.Run("the person types the code that the terminal shows", func(t *testing.T) {
		p := device(map[string]any{"Scope": "openid email"}).with("BROWSER=true")
		reader := &terminalReader{visit: func(page, code string) error {
			log, err := os.Create(p.browser)
			if err != nil {
				return err
			}
			defer log.Close()
			person := ada(true, log)
			person.fields["device_user_code"] = code
			_, err = person.visit(page)
			return err
		}}
		p.atTerminal(t, reader, "auth", "login", "login", "--env", "dev").want(t, 0, "Logged in to login")
		reader.done.Wait()
		if reader.err != nil {
			t.Error(reader.err)
		}
	})

	t.Run("the person refuses", func(t *testing.T) {
		p := device(map[string]any{"Open Complete URI": true, "Scope": "openid profile"})
		p = p.with("BROWSER=" + p.browserThat(t, "no"))
		p.atTerminal(t, nil, "auth", "login", "login", "--env", "dev").want(t, 3, "no token for `login`", "access_denied")
	})

	t.Run("nobody is at a terminal", func(t *testing.T) {
		p := device(map[string]any{"Scope": "openid offline_access"})
		before := k.events(t, "device")
		p.run(t, "run", "a.http", "--env", "dev").want(t, 3, "somebody must log in", "postrider auth login login")
		k.wantEvents(t, "device", before)
	})
}

// A terminalReader reads what the terminal shows until there is a page and a
// code, and then visits the page.
type terminalReader struct {
	visit func(page, code string) error
	seen  bytes.Buffer
	once  sync.Once
	done  sync.WaitGroup
	err   error
}

var shownPrompt = regexp.MustCompile(`(?s)\s(http://\S+)\s.*The code to enter there, or to compare:\s+(\S+)\s`)

func (r *terminalReader) Write(p []byte) (int, error) {
	r.seen.Write(p)
	if shown := shownPrompt.FindSubmatch(r.seen.Bytes()); shown != nil {
		page, code := string(shown[1]), string(shown[2])
		r.once.Do(func() { r.done.Go(func() { r.err = r.visit(page, code) }) })
	}
	return len(p), nil
}

// TestKeycloakAuthorizationCode protects the authorization code grant: Keycloak
// asks for PKCE with S256 here, takes any port of the registered redirect URL,
// and names itself as the issuer.
func TestKeycloakAuthorizationCode(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)
	code := func(more map[string]any) *project {
		entry := k.entry("Authorization Code", "desktop", map[string]any{"Auth URL": k.realm + "/protocol/openid-connect/auth"})
		maps.Copy(entry, more)
		p := newShop(t, a, "desktop", entry)
		p.explain(t)
		return p
	}

	p := code(map[string]any{"Issuer": k.realm})
	p.atTerminal(t, nil, "run", "a.http", "id.http", "--env", "dev").want(t, 0, "3 passed")
	p.run(t, "auth", "refresh", "login", "--env", "dev").want(t, 0)
	k.wantEvents(t, "desktop", map[string]int{"LOGIN": 1, "CODE_TO_TOKEN": 1, "REFRESH_TOKEN": 1})

	t.Run("without the challenge that the server asks for", func(t *testing.T) {
		code(map[string]any{"PKCE": false}).atTerminal(t, nil, "auth", "login", "login", "--env", "dev").
			want(t, 3, "Missing parameter: code_challenge_method")
	})
	t.Run("of another issuer", func(t *testing.T) {
		code(map[string]any{"Issuer": k.base + "/realms/other"}).atTerminal(t, nil, "auth", "login", "login", "--env", "dev").
			want(t, 3, "comes from the issuer", k.realm)
	})
}
