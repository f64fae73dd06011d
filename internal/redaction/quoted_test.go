package redaction

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
)

// newFinder returns a finder that knows the providers that are built in.
func newFinder(t *testing.T) Finder {
	t.Helper()
	manager, err := auth.NewManager(auth.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return Finder{Secrets: new(secret.Set), Public: manager.Public}
}

// A message that quotes a line shows no credential of it, whatever the mistake
// is, and still shows the rest.
func TestQuotedLines(t *testing.T) {
	for _, test := range []struct {
		file, line string
		hidden     string // "" for none
		shown      string
	}{
		{"a.http", `Authorization: Bearer plain-tok-3 {{nope}}`, "plain-tok-3", "Authorization: Bearer *** {{nope}}"},
		{"a.http", `Authorization: Basic ada plain-pw-1 {{nope}}`, "plain-pw-1", "Basic ada ***"},
		{"a.http", `Proxy-Authorization: Basic ada:plain-pw-1{{nope}}`, "plain-pw-1", "Basic ada:***"},
		{"a.http", `Authorization: AWS id-1 plain-aws-1 token:plain-aws-2 region:eu-central-1 {{nope}}`, "plain-aws-1", "region:"},
		{"a.http", `Cookie: lang=en; session=plain-cookie-1; x={{nope}}`, "plain-cookie-1", "lang=en; session=***; x={{nope}}"},
		{"a.http", `X-Vault-Token: plain-tok-4{{nope}}`, "plain-tok-4", "***{{nope}}"},
		{"a.http", `# @auth oauth2 grant=client_credentials token_url={{t}}/token client_id=id-1 client_secret=plain-sec-4 clientsecret=plain-sec-5`, "plain-sec-5", "grant=client_credentials token_url={{t}}/token client_id=id-1 client_secret=*** clientsecret=***"},
		{"a.http", `// @auth bearer tokn="plain tok 6"`, "plain tok 6", "bearer tokn="},
		{"a.http", `#   client_secret=plain-sec-7 scope=orders`, "plain-sec-7", "scope=orders"},
		{"a.http", `@api_key = plain-key-8{{nope}}`, "plain-key-8", "{{nope}}"},
		{"a.http", `@tokenUrl = {{host}}/oauth/token`, "", "{{host}}/oauth/token"},
		{"a.http", `GET https://ada:plain-pw-9@host.example/{{nope}}?sig=plain-sig-9`, "plain-pw-9", "ada:***@host.example/{{nope}}"},
		{"a.http", `GET https://host.example/{{nope}}?a=b&sig=plain-sig-9#f`, "plain-sig-9", "?a=b&sig=***"},
		{"a.http", `  "password": "plain-pw-10", "name": "{{nope}}"`, "plain-pw-10", `"name": "{{nope}}"`},
		{"a.http", `password=plain-pw-11&name={{nope}}`, "plain-pw-11", "&name={{nope}}"},
		{"a.http", `curl -H 'Authorization: Bearer plain-tok-12' {{nope}}`, "plain-tok-12", "Authorization: Bearer ***"},
		{"a.http", `# @capture token = body.access_token`, "", "body.access_token"},
		{"a.http", `# @assert body.token == "plain-text"`, "", "plain-text"},
		{"http-client.env.json", `{"Client Secret": "TOP-SECRET-1", "Client Credentials": "basic", "Token URL": "{{login}}/token", "x": 1}`, "TOP-SECRET-1", `"Client Credentials": "basic", "Token URL": "{{login}}/token"`},
		{"http-client.env.json", `{"Client Secret": "say \"TOP\" 1", "url": "https://ada:plain-pw-13@h/", broken`, "plain-pw-13", `"https://ada:***@h/", broken`},
		{"http-client.env.json", `{"Definition": {"token": {"response": {"token": "data.jwt.text"}}}}`, "", "data.jwt.text"},
		{"acme.json", `{"token": {"response": {"token": "data.jwt.text"}}}`, "", "data.jwt.text"},
	} {
		f := newFinder(t)
		source := diag.NewSource(test.file, []byte(test.line+"\n"))
		m := (&diag.Diagnostic{Severity: diag.Error, Summary: "wrong", Source: source, Subject: diag.Span{Start: 1, End: 2}}).Message()
		f.Quoted(source, m)
		m.Strings(f.Secrets.Mask)
		if test.hidden != "" && (!strings.Contains(test.line, test.hidden) || strings.Contains(m.Text, test.hidden)) {
			t.Errorf("%s\nis shown as %s", test.line, m.Text)
		}
		if !strings.Contains(m.Text, test.shown) {
			t.Errorf("%s\nis shown as %s\nwithout %s", test.line, m.Text, test.shown)
		}
	}
}

// What is a secret of a field that stands in a file is one in every text, and what
// is none does not hide the rest.
func TestKeptOfAuthorization(t *testing.T) {
	for text, kept := range map[string]string{
		"Basic u-name p-secret": "p-secret", "Basic u-name:p-secret": "p-secret", "Digest u-name p-secret": "p-secret",
		"Bearer p-secret": "p-secret", "AWS a-key-id p-secret region:eu-central": "p-secret", "AWS a-key-id:p-secret": "a-key-id:p-secret",
		"OAuth2 p-secret": "p-secret", "openid client_credentials local": "", "ClientCert cert: p-secret.pem": "", "p-secret": "p-secret",
	} {
		f := newFinder(t)
		f.header("Authorization", text)
		got := f.Secrets.Mask(text)
		want := text
		if kept != "" {
			want = strings.Replace(text, kept, "***", 1)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
