package auth

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// A token that a person logs in for is the user's, though no parameter is
// secret: a file of the project does not lead it elsewhere.
func TestRoutingOfPublicClients(t *testing.T) {
	const shop = `{
		"title": "Shop", "flow": "oauth2",
		"params": {
			"base_url": {"env": "SHOP_BASE_URL", "default": "https://api.shop.example"}, "grant": {"env": "SHOP_GRANT", "default": "GRANT"},
			"auth_url": {"env": "SHOP_AUTH_URL", "default": "https://login.shop.example/auth"}, "device_auth_url": {"env": "SHOP_DEVICE_AUTH_URL", "default": "https://login.shop.example/device"},
			"token_url": {"env": "SHOP_TOKEN_URL", "default": "https://login.shop.example/token"}, "client_id": {"env": "SHOP_CLIENT_ID", "default": "public"}, "client_secret": {"env": "SHOP_CLIENT_SECRET", "secret": true}
		},
		"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}], "origins": ["{{base_url}}"]
	}`
	const evil = "https://evil.example"
	tests := []struct {
		name, grant string
		args        []Arg
		allowed     []string
		refused     bool
	}{
		{"nothing is led", "device_code", nil, nil, false},
		{"device code", "device_code", []Arg{{Key: "base_url", Value: evil, Project: true}}, nil, true},
		{"authorization code", "authorization_code", []Arg{{Key: "base_url", Value: evil, Project: true}}, nil, true},
		{"its token endpoint", "authorization_code", []Arg{{Key: "token_url", Value: evil, Project: true}}, nil, true},
		{"without any secret", "client_credentials", []Arg{{Key: "base_url", Value: evil, Project: true}}, nil, true},
		{
			"a secret of the project, and a login of the user", "device_code",
			[]Arg{{Key: "base_url", Value: evil, Project: true}, {Key: "client_secret", Value: "own", Project: true}}, nil, true,
		},
		{
			"a secret of the project", "client_credentials",
			[]Arg{{Key: "base_url", Value: evil, Project: true}, {Key: "client_secret", Value: "own", Project: true}}, nil, false,
		},
		{"what the definition names", "device_code", []Arg{{Key: "base_url", Value: "https://api.shop.example/v2", Project: true}}, nil, false},
		{"what the user allows", "device_code", []Arg{{Key: "base_url", Value: evil, Project: true}}, []string{evil}, false},
		{"what the user says", "device_code", []Arg{{Key: "base_url", Value: evil}}, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := userFolder(t, map[string]string{"shop.json": strings.Replace(shop, "GRANT\"}", test.grant+"\"}", 1)})
			m, _ := testManager(t, nil, folder, func(c *Config) { c.AllowedOrigins = test.allowed })
			source := diag.NewSource("a.http", []byte("# @auth shop"))
			_, err := m.Bind(Reference{ID: "shop", Args: test.args, Source: source})
			if got := strings.Contains(explain(err), "PR403 a.http:1:1: a file of the project sends the token of `shop` to "+evil); got != test.refused || err != nil && !got {
				t.Errorf("refused: %v, want %v: %s", got, test.refused, explain(err))
			}
		})
	}
}
