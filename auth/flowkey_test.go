package auth

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/postrider/postrider/internal/transport"
)

// flowKey is a definition of the flow oauth2 with parameters that are only applied
// to requests, and one that decides where tokens come from.
const flowKey = `{
	"title": "Shop", "flow": "oauth2",
	"params": {
		"grant": {"env": "SHOP_GRANT", "default": "client_credentials"}, "region": {"env": "SHOP_REGION", "default": "eu", "enum": ["eu", "us"]},
		"token_url": {"env": "SHOP_TOKEN_URL", "default": "https://login.{{region}}.shop.example/token"},
		"auth_url": {"env": "SHOP_AUTH_URL", "default": "https://login.shop.example/auth"}, "redirect_url": {"env": "SHOP_REDIRECT_URL"},
		"client_id": {"env": "SHOP_CLIENT_ID", "default": "id"}, "client_secret": {"env": "SHOP_CLIENT_SECRET", "secret": true, "default": "c-secret"},
		"client_auth": {"env": "SHOP_CLIENT_AUTH"}, "username": {"env": "SHOP_USER"}, "password": {"env": "SHOP_PASSWORD", "secret": true},
		"scope": {"env": "SHOP_SCOPE"}, "audience": {"env": "SHOP_AUDIENCE"}, "pkce": {"env": "SHOP_PKCE"}, "expires_in": {"env": "SHOP_LIFE"},
		"revoke_url": {"env": "SHOP_REVOKE_URL"},
		"workspace": {"env": "SHOP_WORKSPACE", "default": "w"}, "api_key": {"env": "SHOP_API_KEY", "secret": true}, "debug": {"env": "SHOP_DEBUG"}
	},
	"apply": [
		{"header": "Authorization", "value": "Bearer {{token}}"}, {"header": "Workspace", "value": "{{workspace}}"},
		{"header": "X-Api-Key", "value": "{{api_key}}"}, {"header": "X-Debug", "value": "1", "when": {"debug": "true"}}
	],
	"origins": ["https://api.shop.example"]
}`

// A token is shared across the values of parameters that its requests do not
// depend on, and across no others.
func TestFlowTokenIsForWhatItsRequestsDependOn(t *testing.T) {
	for _, test := range []struct {
		args string // key=value
		own  bool   // a token of its own
	}{
		{"workspace=other", false}, {"api_key=k-secret", false}, {"debug=true", false}, {"revoke_url=https://login.shop.example/revoke", false},
		{"auth_url=https://other.shop.example/auth", false}, {"redirect_url=http://localhost/x", false}, {"pkce=none", false},
		{"username=ada", false}, {"password=p-secret", false}, {"grant=Client Credentials", false},

		{"region=us", true}, {"token_url=https://other.shop.example/token", true}, {"client_id=other", true}, {"client_secret=other-secret", true},
		{"client_auth=body", true}, {"scope=s", true}, {"audience=a", true}, {"expires_in=60", true},
	} {
		var requests atomic.Int32
		send := func(context.Context, *transport.Request) (*transport.Hop, error) {
			return answer(200, fmt.Sprintf(`{"access_token":"T%d","expires_in":3600}`, requests.Add(1))), nil
		}
		m, _ := testManager(t, send, userFolder(t, map[string]string{"shop.json": flowKey}))
		apply(t, bind(t, m, Reference{ID: "shop"}), "https://api.shop.example/")
		key, value, _ := strings.Cut(test.args, "=")
		got := apply(t, bind(t, m, Reference{ID: "shop", Args: []Arg{{Key: key, Value: value}}}), "https://api.shop.example/").Header.Get("Authorization")
		if want := map[bool]string{false: "Bearer T1", true: "Bearer T2"}[test.own]; got != want {
			t.Errorf("%s: got %s, want %s", test.args, got, want)
		}
	}
}

// A login in a browser depends on what the browser asks for.
func TestFlowTokenOfALogin(t *testing.T) {
	m, _ := testManager(t, nil, userFolder(t, map[string]string{"shop.json": flowKey}))
	key := func(args ...string) cacheKey {
		ref := Reference{ID: "shop", Args: []Arg{{Key: "grant", Value: "authorization_code"}}}
		for _, text := range args {
			key, value, _ := strings.Cut(text, "=")
			ref.Args = append(ref.Args, Arg{Key: key, Value: value})
		}
		return bind(t, m, ref).entry.key
	}
	for args, own := range map[string]bool{
		"auth_url=https://other.shop.example/auth": true, "redirect_url=http://localhost/x": true, "pkce=none": true, "scope=s": true, "audience=a": true,
		"workspace=other": false, "username=ada": false, "revoke_url=https://login.shop.example/revoke": false,
	} {
		if got := key(args) != key(); got != own {
			t.Errorf("%s: a token of its own is %v", args, got)
		}
	}
}

// A secret that no token request holds does not make a token the user's own: who
// writes down the rest gets the same one.
func TestFlowSecretThatIsNotSent(t *testing.T) {
	for args, holds := range map[string]bool{"": true, "client_auth=none": false} {
		m, _ := testManager(t, nil)
		pairs := []string{"token_url", tokenURL, "client_id", "id", "client_secret", "secret", "password", "p-secret"}
		if key, value, ok := strings.Cut(args, "="); ok {
			pairs = append(pairs, key, value)
		}
		if got := bind(t, m, ofEntry(pairs...)).holdsSecret(); got != holds {
			t.Errorf("%s: holds a secret is %v", args, got)
		}
	}
}
