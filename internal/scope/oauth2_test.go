package scope

import (
	"strings"
	"testing"
)

// Every key of JetBrains is a parameter of the scheme oauth2, wherever it stands,
// and is put together with the private file key by key.
func TestOAuth2Entries(t *testing.T) {
	tree(t, map[string]string{
		"http-client.env.json": `{
			"dev": {"Security": {"Auth": {
				"all": {
					"Type": "OAuth2", "Grant Type": "Authorization Code", "Auth URL": "https://a.example/auth", "Token URL": "{{host}}/token",
					"Device Auth URL": "https://a.example/device", "Redirect URL": "http://localhost:8080/x", "Client ID": "id",
					"Client Credentials": "in body", "Username": "ada", "Scope": "a b", "State": "s", "Use ID Token": true,
					"Acquire Automatically": false, "Open Complete URI": true, "Start Polling After Browser": false,
					"PKCE": {"Code Challenge Method": "SHA-256", "Code Verifier": "v"}, "Issuer": "https://a.example", "Basic Encoding": "form",
					"Revoke URL": "https://a.example/revoke", "Expires In": 60, "Response Type": "code", "Browser CMD": "rm",
					"Custom Headers": {"X-Tenant": "t"},
					"Custom Request Parameters": {
						"audience": "https://api.example",
						"resource": ["r1", "r2"],
						"access_type": {"Value": "offline", "Use": "In Auth Request"},
						"mixed": ["x", {"Value": ["y", 7], "Use": "In Token Request"}, {"Value": true, "Use": "Everywhere"}]
					}
				},
				"pkce": {"Type": "OAuth2", "Grant Type": "Implicit", "PKCE": true},
				"merged": {"Type": "OAuth2", "Grant Type": "Password", "Client Secret": "public", "Custom Request Parameters": {"a": "1", "b": "2"}, "PKCE": {"Code Verifier": "v"}},
				"mock": {"Type": "Mock", "Token": "t", "ID Token": "i", "Grant Type": "Password", "PKCE": true},
				"switched": {"Type": "OAuth2", "Grant Type": "Password", "Token": "t", "ID Token": "i"}
			}}}
		}`,
		"http-client.private.env.json": `{"dev": {"Security": {"Auth": {"merged": {
			"Client Secret": "{{s}}", "Token URL": "https://a.example", "Custom Request Parameters": {"b": ["3", "4"]}, "PKCE": false
		}}}}}`,
	})
	e, err := loader().Load(".", "dev")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"all": "OAuth2 oauth2 grant=Authorization Code auth_url=https://a.example/auth token_url={{host}}/token device_auth_url=https://a.example/device" +
			" redirect_url=http://localhost:8080/x client_id=id client_auth=in body username=ada scope=a b state=s use_id_token=true" +
			" acquire_automatically=false open_complete_uri=true start_polling_after_browser=false pkce=SHA-256 code_verifier=v" +
			" issuer=https://a.example basic_encoding=form revoke_url=https://a.example/revoke expires_in=60 response_type=code" +
			" header:X-Tenant=t :audience=https://api.example :resource=r1 :resource=r2 auth:access_type=offline" +
			" :mixed=x token:mixed=y token:mixed=7 :mixed=true",
		"pkce":     "OAuth2 oauth2 grant=Implicit pkce=true",
		"merged":   "OAuth2 oauth2 client_secret={{s}} token_url=https://a.example pkce=false grant=Password :b!=3 :b!=4 :a=1",
		"mock":     "Mock oauth2 token=t id_token=i grant=mock",
		"switched": "OAuth2 oauth2 grant=Password",
	} {
		entry, err := e.Auth(id)
		if err != nil || entry.String() != want {
			t.Errorf("%s: %s, %v\nwant %s", id, entry, err, want)
		}
	}
}

// A mistake in an entry of JetBrains is told at its place.
func TestOAuth2EntryErrors(t *testing.T) {
	for entry, want := range map[string]string{
		`{"Type": "OAuth2"}`: "there is no `Grant Type`",
		`{"Type": "OAuth2", "Grant Type": "Password", "Token Url": "x"}`:                                                        ":82: `Security.Auth.x`: unknown key `Token Url`|did you mean `Token URL`?",
		`{"Type": "OAuth2", "Grant Type": "Password", "Scope": ["a"]}`:                                                          "the value of `Scope` must be a text",
		`{"Type": "OAuth2", "Grant Type": "Password", "PKCE": {"Verifier": "x"}}`:                                               "unknown key `Verifier` of `PKCE`",
		`{"Type": "OAuth2", "Grant Type": "Password", "JWT": {}}`:                                                               "`JWT` is not supported by this version|use a `Client Secret`",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": "x"}`:                                        "`Custom Request Parameters` must be an object",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": {"a": {"Use": "Everywhere"}}}`:               "`a` has no `Value`",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": {"a": {"Value": "x", "Use": "In Auth"}}}`:    "`Use` cannot be \"In Auth\"|In Auth Request",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": {"a": {"Value": {"Value": "x"}}}}`:           "`Value` must be a text or a list of texts",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": {"a": {"Value": "x", "Usage": "x"}}}`:        "unknown key `Usage`",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Request Parameters": {"a": null}}`:                                "the value of `a` must be a text, an object",
		`{"Type": "OAuth2", "Grant Type": "Password", "Custom Headers": {"a": {"Value": "x", "Use": "Everywhere", "use": ""}}}`: "unknown key `use`",
		`{"Type": "Mock", "Tokens": "x"}`: "unknown key `Tokens`|did you mean `Token`?",
	} {
		tree(t, map[string]string{"http-client.env.json": `{"dev": {"Security": {"Auth": {"x": ` + entry + `}}}}`})
		e, err := loader().Load(".", "dev")
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Auth("x")
		got := ""
		if err != nil {
			got = err.Error() + "\n"
			if d := asDiagnostic(err); d != nil {
				got += d.Suggestion
			}
		}
		for part := range strings.SplitSeq(want, "|") {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %s\nlacks %s", entry, got, part)
			}
		}
	}
}
