package runner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What other tools write in the place of `@auth oauth2` is that directive, with
// the variables that they read as templates.
func TestOtherToolsOAuth2(t *testing.T) {
	const azure = "https://login.microsoftonline.com/"
	for _, test := range []struct {
		name, environment, text, want string
	}{
		{"VS Code, client credentials", `"aadV2TenantId": "t", "aadV2ClientId": "c", "aadV2ClientSecret": "secret-of-ours", "aadV2AppUri": "api://a"`,
			"GET https://a.example\nAuthorization: Bearer {{$aadV2Token appOnly}}\n",
			"token_url=" + azure + "{{aadV2TenantId}}/oauth2/v2.0/token client_id={{aadV2ClientId}} grant=client_credentials client_auth=body client_secret={{aadV2ClientSecret}} scope={{aadV2AppUri}}/.default"},
		{"VS Code, options before variables", `"aadV2TenantId": "t", "aadV2Cloud": "ppe", "aadV2ClientSecret": "secret-of-ours", "aadV2AppUri": "api://a"`,
			"GET https://a.example\nAuthorization: Bearer {{$aadV2Token new AzureUSGovernment appOnly tenantId:x.example clientId:d}}\n",
			"token_url=https://login.microsoftonline.us/x.example/oauth2/v2.0/token client_id=d grant=client_credentials client_auth=body client_secret={{aadV2ClientSecret}} scope={{aadV2AppUri}}/.default"},
		{"VS Code, a device", "", "GET https://a.example?t={{$aadV2Token scopes:mail.read,openid clientId:c}}\n",
			"token_url=" + azure + "common/oauth2/v2.0/token client_id=c grant=device_code client_auth=none device_auth_url=" + azure + "common/oauth2/v2.0/devicecode scope=mail.read openid profile"},
		{"VS Code, a code", "", "GET https://a.example?t={{$oidcAccessToken clientId:c callbackPort:8080 authorizeEndpoint:https://l.example/a tokenEndpoint:https://l.example/t scopes:a,b audience:x}}\n",
			"grant=authorization_code auth_url=https://l.example/a token_url=https://l.example/t client_id=c audience=x scope=a b redirect_url=http://localhost:8080/callback"},
		{"VS Code, discovery", "", "GET https://a.example?t={{$oidcAccessToken clientId:c issuer:https://l.example}}\n", "error: `$oidcAccessToken` needs `authorizeEndpoint:`"},
		{"VS Code, its own client", "", "GET https://a.example?t={{$aadV2Token}}\n", "error: `$aadV2Token` needs a client"},
		{"VS Code, a cloud", `"aadV2Cloud": "moon", "aadV2ClientId": "c"`, "GET https://a.example?t={{$aadV2Token}}\n", "error: `aadV2Cloud` is \"moon\""},
		{"VS Code, without a secret", `"aadV2ClientId": "c", "aadV2AppUri": "a"`, "GET https://a.example?t={{$aadV2Token appOnly}}\n", "error: no variable `aadV2ClientSecret`"},
		{"httpYac", `"local_tokenEndpoint": "https://l.example/t", "local_clientId": "c", "LOCAL_CLIENTSECRET": "secret-of-ours", "oauth2_scope": "s", "local_useAuthorizationHeader": false`,
			"GET https://a.example\nAuthorization: openid client_credentials local\n",
			"grant=client_credentials token_url={{local_tokenEndpoint}} client_id={{local_clientId}} client_secret={{LOCAL_CLIENTSECRET}} scope={{oauth2_scope}} client_auth=body"},
		{"httpYac, an object and a code", `"oauth2": {"tokenEndpoint": "https://l.example/t", "authorizationEndpoint": "https://l.example/a", "clientId": "c", "usePkce": true, "serverPort": 4000}`,
			"GET https://a.example\nauthorization: OAuth2 code\n",
			"grant=authorization_code token_url={{oauth2.tokenEndpoint}} auth_url={{oauth2.authorizationEndpoint}} client_id={{oauth2.clientId}} pkce={{oauth2.usePkce}} redirect_url=http://localhost:{{oauth2.serverPort}}/callback"},
		{"httpYac, nothing defined", "", "GET https://a.example\nAuthorization: openid password local\n", "error: no variable `local_tokenEndpoint`, which `openid password` needs"},
		{"httpYac, an exchange", `"oauth2_tokenEndpoint": "https://l.example/t", "oauth2_clientId": "c"`, "GET https://a.example\nAuthorization: openid client_credentials token_exchange x\n", "error: `token_exchange` (RFC 8693) is not supported"},
		{"httpYac, a list", `"oauth2_tokenEndpoint": "https://l.example/t", "oauth2_clientId": "c", "oauth2_resource": ["a", "b"]`, "GET https://a.example\nAuthorization: openid client_credentials\n", "error: `oauth2_resource` is a list"},
		{"httpYac, a flow of the past", `"oauth2_tokenEndpoint": "https://l.example/t"`, "GET https://a.example\nAuthorization: openid implicit\n", "error: `oauth2`: the implicit grant is not supported"},
		{"no shorthand", "", "GET https://a.example\nAuthorization: openid connect\n", "nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range map[string]string{"a.http": test.text, "http-client.env.json": `{"dev": {` + test.environment + `}}`} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			plan := NewPlan(t.Context(), Options{Paths: []string{"a.http"}, Dir: dir, Environment: "dev", Environ: func(string) (string, bool) { return "", false }})
			defer plan.Close()
			f := plan.suites[0].file
			got := "nothing"
			c := f.steps[0].auth
			if len(f.steps[0].tokens) > 0 {
				c = f.steps[0].tokens[0]
			}
			if c != nil {
				var words []string
				for _, p := range c.directive.Params {
					words = append(words, p.Key.String()+"="+p.Value.String())
				}
				got = strings.Join(words, " ")
			}
			for _, m := range plan.Messages() {
				got = "error: " + m.Summary
			}
			if got != test.want && !(strings.HasPrefix(test.want, "error: ") && strings.HasPrefix(got, test.want)) {
				t.Errorf("%s\nwant %s", got, test.want)
			}
			if strings.Contains(got, "secret-of-ours") {
				t.Error("the secret is shown")
			}
		})
	}
}
