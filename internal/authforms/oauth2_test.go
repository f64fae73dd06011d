package authforms

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// names returns the names of variables with their texts.
func names(texts map[string]string) Names {
	n := Names{Defined: make(map[string]bool)}
	var vars []*scope.Variable
	for name, text := range texts {
		n.Defined[name] = true
		vars = append(vars, &scope.Variable{Name: name, Tier: scope.Environment, Text: parser.Literal(nil, diag.Span{}, text)})
	}
	n.Values = scope.New(vars, scope.EnvironmentFirst, scope.Dynamics{})
	return n
}

// TestOAuth2 protects that what other tools write becomes parameters of `@auth oauth2`
// in which their variables are templates, so that no secret is read in planning, and
// that a mistake is told beside them.
func TestOAuth2(t *testing.T) {
	defined := names(map[string]string{
		"aadV2ClientId": "c", "local_tokenEndpoint": "https://l.example/t", "LOCAL_CLIENTSECRET": "secret-of-ours", "oauth2_scope": "s",
	})
	text := func(s string) parser.Text { return parser.Literal(nil, diag.Span{}, s) }
	for _, test := range []struct {
		name          string
		read          func() (*parser.Auth, *diag.Diagnostic)
		want, problem string
	}{
		{"Azure", func() (*parser.Auth, *diag.Diagnostic) {
			return Azure(text("x"), map[string]string{"apponly": "", "tenantid": "t"}, defined)
		}, "token_url=https://login.microsoftonline.com/t/oauth2/v2.0/token client_id={{aadV2ClientId}} grant=client_credentials client_auth=body client_secret={{aadV2ClientSecret}} scope={{aadV2AppUri}}/.default", ""},
		{"Azure without a client", func() (*parser.Auth, *diag.Diagnostic) {
			return Azure(text("x"), map[string]string{}, names(nil))
		}, "token_url=", "`$aadV2Token` needs a client"},
		{"OpenID Connect without endpoints", func() (*parser.Auth, *diag.Diagnostic) {
			return OpenIDConnect(text("x"), map[string]string{"clientid": "c"}, defined)
		}, "grant=authorization_code client_id=c", "`$oidcAccessToken` needs `authorizeEndpoint:`"},
		{"httpYac", func() (*parser.Auth, *diag.Diagnostic) {
			return OpenIDByVariables(text("openid client_credentials local"), defined)
		}, "grant=client_credentials token_url={{local_tokenEndpoint}} client_secret={{LOCAL_CLIENTSECRET}} scope={{oauth2_scope}}", ""},
		{"httpYac with nothing defined", func() (*parser.Auth, *diag.Diagnostic) {
			return OpenIDByVariables(text("openid password other"), names(nil))
		}, "grant=password", "no variable `other_tokenEndpoint`"},
		{"another scheme", func() (*parser.Auth, *diag.Diagnostic) { return OpenIDByVariables(text("Bearer x"), defined) }, "", ""},
	} {
		directive, problem := test.read()
		var words []string
		if directive != nil {
			for _, p := range directive.Params {
				words = append(words, p.Key.String()+"="+p.Value.String())
			}
		}
		if got := strings.Join(words, " "); !strings.HasPrefix(got, test.want) || (directive == nil) != (test.want == "") {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
		if (problem != nil) != (test.problem != "") || problem != nil && !strings.HasPrefix(problem.Summary, test.problem) {
			t.Errorf("%s: %v, want %q", test.name, problem, test.problem)
		}
	}
}
