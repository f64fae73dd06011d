//go:build integration

package integration

import (
	"slices"
	"testing"
	"time"
)

const cortiFile = `# @auth corti
@base = {{$env.CORTI_BASE_URL}}

### Interactions
# @assert status == 200
# @assert body.azp == client
GET {{base}}/v2/interactions/

### Templates
# @assert status == 200
GET {{base}}/v2/templates/
`

// newCorti returns a project for the provider corti, whose vendor's login is a
// Keycloak, and whose API is ours.
func newCorti(t *testing.T, k *keycloak, a *api, client string) *project {
	return newProject(t, map[string]string{"a.http": cortiFile},
		"CORTI_AUTH_URL="+k.base, "CORTI_BASE_URL="+a.URL, "CORTI_CLIENT_ID="+client, "CORTI_CLIENT_SECRET=corti-secret")
}

// TestKeycloakCorti protects the provider `corti` against what its vendor runs:
// Keycloak, at the real paths, with the answers that Keycloak gives.
func TestKeycloakCorti(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)

	t.Run("one token for requests and runs", func(t *testing.T) {
		p := newCorti(t, k, a, "corti-client")
		for range 2 {
			p.run(t, "run", "a.http", "--var", "client=corti-client").want(t, 0, "2 passed")
		}
		p.run(t, "auth", "status", "corti", "--json").want(t, 0,
			`"account": "corti-client"`, `"state": "valid"`, `"expirySource": "expires_in"`, `"refreshable": false`)
		k.wantEvents(t, "corti-client", map[string]int{"CLIENT_LOGIN": 1})
		tenants, denied := a.served()
		if !slices.Equal(tenants, []string{"base", "base", "base", "base"}) || denied != 0 {
			t.Errorf("the API saw the tenants %q and denied %d requests, want base four times and none", tenants, denied)
		}
	})

	t.Run("what is wrong is told, and tried once", func(t *testing.T) {
		before := k.events(t, "corti-client")["CLIENT_LOGIN_ERROR"]
		p := newCorti(t, k, a, "corti-client")
		p.with("CORTI_CLIENT_SECRET=of-somebody-else").run(t, "run", "a.http", "--var", "client=").
			want(t, 3, "401", "Invalid client or Invalid client credentials", "check CORTI_CLIENT_SECRET", "!of-somebody-else")
		if tried := k.events(t, "corti-client")["CLIENT_LOGIN_ERROR"] - before; tried != 1 {
			t.Errorf("a wrong secret was sent %d times for two requests", tried)
		}
		p.with("CORTI_CLIENT_ID=nobody").run(t, "run", "a.http", "--var", "client=").want(t, 3, "401", "CORTI_CLIENT_ID")
		p.with("CORTI_TENANT=nowhere").run(t, "run", "a.http", "--var", "client=").
			want(t, 3, "404", "Realm does not exist", "check CORTI_TENANT and CORTI_ENVIRONMENT")
		p.with("CORTI_SCOPE=openid nothing-like-it").run(t, "run", "a.http", "--var", "client=").want(t, 3, "400", "check CORTI_SCOPE")
	})

	t.Run("a file of the project leads the credentials nowhere else", func(t *testing.T) {
		p := newCorti(t, k, a, "corti-client")
		p.environ = slices.DeleteFunc(p.environ, func(pair string) bool { return pair == "CORTI_AUTH_URL="+k.base })
		p.write(t, "http-client.env.json", environment(t, map[string]any{"CORTI_AUTH_URL": k.base, "client": "corti-client"}))
		p.run(t, "run", "a.http", "--env", "dev").want(t, 2, "--allow-origin "+k.base)
		p.run(t, "run", "a.http", "--env", "dev", "--allow-origin", k.base).want(t, 0, "2 passed")
	})
}

// TestKeycloakProcesses protects the token cache: processes that start together
// ask for one token, and when it has ended for one more.
func TestKeycloakProcesses(t *testing.T) {
	k := newKeycloak(t)
	a := k.api(t)
	for _, test := range []struct {
		client string
		more   string // the event of another token
	}{
		{"corti-client", "CLIENT_LOGIN"},
		{"corti-renewing", "REFRESH_TOKEN"},
	} {
		t.Run(test.client, func(t *testing.T) {
			args := []string{"run", "a.http", "--var", "client=" + test.client}
			p := newCorti(t, k, a, test.client)
			p.together(t, 20, args...)
			want := map[string]int{"CLIENT_LOGIN": 1}
			k.wantEvents(t, test.client, want)

			// A token that is as good as ended when it comes.
			k.live(t, test.client, 2*time.Second)
			p.run(t, "auth", "login", "corti").want(t, 0)
			k.live(t, test.client, 5*time.Minute)
			time.Sleep(2 * time.Second)
			p.together(t, 20, args...)
			want["CLIENT_LOGIN"]++
			want[test.more]++
			k.wantEvents(t, test.client, want)
			if _, denied := a.served(); denied != 0 {
				t.Errorf("%d requests were denied", denied)
			}
		})
	}
}
