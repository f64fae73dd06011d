package runner

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// What an Authorization field stands for is known in one place: planning, sending,
// masking and lint follow it.
func TestReadAuthorization(t *testing.T) {
	for _, test := range []struct {
		text   string
		form   authorizationForm
		scheme string
		rest   string
	}{
		{"Basic dTpw", asWritten, "basic", "dTpw"},
		{"Basic u p", pairForm, "basic", "u p"},
		{"basic\tu:p", pairForm, "basic", "u:p"},
		{" BASIC  u  p", pairForm, "basic", "u  p"},
		{"Basic u ", pairForm, "basic", "u "}, // an empty password
		{"Basic  ", asWritten, "basic", ""},
		{"Basic {{user}} {{password}}", pairForm, "basic", "{{user}} {{password}}"},
		{"Basic {{encoded}}", asWritten, "basic", "{{encoded}}"},
		{"Basic", asWritten, "basic", ""},
		{"Digest u p", pairForm, "digest", "u p"},
		{`Digest username="u", realm="a:b"`, asWritten, "digest", `username="u", realm="a:b"`},
		{"Digest x", asWritten, "digest", "x"},
		{"AWS AKID secret region:eu-1", awsForm, "aws", "AKID secret region:eu-1"},
		{"AWS AKID:signature", asWritten, "aws", "AKID:signature"},
		{"AWS4-HMAC-SHA256 Credential=x, Signature=y", asWritten, "aws4-hmac-sha256", "Credential=x, Signature=y"},
		{"openid client_credentials local", openIDForm, "openid", "client_credentials local"},
		{"OAuth2 Code", openIDForm, "oauth2", "Code"},
		{"OpenID\tpassword", openIDForm, "openid", "password"},
		{"openid connect", asWritten, "openid", "connect"},
		{"OAuth2 a-token-of-ours", asWritten, "oauth2", "a-token-of-ours"},
		{"ClientCert cert: a.pem", certificateForm, "clientcert", "cert: a.pem"},
		{"Cognito u p eu-1_x client", foreignForm, "cognito", "u p eu-1_x client"},
		{"Cognito token", asWritten, "cognito", "token"},
		{"NTLM u p", foreignForm, "ntlm", "u p"},
		{"NTLM u:p", foreignForm, "ntlm", "u:p"},
		{"NTLM TlRMTVNTUAAB", asWritten, "ntlm", "TlRMTVNTUAAB"},
		{"Negotiate", foreignForm, "negotiate", ""},
		{"Bearer a b", asWritten, "bearer", "a b"},
		{"Bearer {{$auth.token(\"x\")}}", asWritten, "bearer", "{{$auth.token(\"x\")}}"},
		{"word", asWritten, "word", ""},
		{"", asWritten, "", ""},
	} {
		v := readAuthorization(test.text)
		if v.form != test.form || v.scheme != test.scheme || v.rest != test.rest {
			t.Errorf("%q: %+v", test.text, v)
		}
		source := diag.NewSource("x.http", []byte(test.text))
		text := parser.NewText(source, diag.Span{End: len(test.text)})
		if text.HasTemplate() || test.text == "" {
			continue
		}
		id, _, problem := shorthand([]scope.Part{{Segment: text.Segments()[0], Text: test.text}})
		want := map[authorizationForm]string{pairForm: test.scheme, awsForm: "aws"}[test.form]
		if id != want || (problem != nil) != (test.form == openIDForm || test.form == foreignForm) {
			t.Errorf("%q: stands for %q, %v", test.text, id, problem)
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
		plan := NewPlan(t.Context(), Options{Paths: []string{"none.http"}, Dir: t.TempDir()})
		plan.keepHeader("Authorization", text)
		got := plan.secrets.Mask(text)
		plan.Close()
		want := text
		if kept != "" {
			want = strings.Replace(text, kept, "***", 1)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
