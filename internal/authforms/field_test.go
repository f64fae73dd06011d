package authforms

import (
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// What an Authorization field stands for is known in one place: planning, sending,
// masking and lint follow it.
func TestReadField(t *testing.T) {
	for _, test := range []struct {
		text   string
		form   Form
		scheme string
		rest   string
	}{
		{"Basic dTpw", AsWritten, "basic", "dTpw"},
		{"Basic u p", Pair, "basic", "u p"},
		{"basic\tu:p", Pair, "basic", "u:p"},
		{" BASIC  u  p", Pair, "basic", "u  p"},
		{"Basic u ", Pair, "basic", "u "}, // an empty password
		{"Basic  ", AsWritten, "basic", ""},
		{"Basic {{user}} {{password}}", Pair, "basic", "{{user}} {{password}}"},
		{"Basic {{encoded}}", AsWritten, "basic", "{{encoded}}"},
		{"Basic", AsWritten, "basic", ""},
		{"Digest u p", Pair, "digest", "u p"},
		{`Digest username="u", realm="a:b"`, AsWritten, "digest", `username="u", realm="a:b"`},
		{"Digest x", AsWritten, "digest", "x"},
		{"AWS AKID secret region:eu-1", AWS, "aws", "AKID secret region:eu-1"},
		{"AWS AKID:signature", AsWritten, "aws", "AKID:signature"},
		{"AWS4-HMAC-SHA256 Credential=x, Signature=y", AsWritten, "aws4-hmac-sha256", "Credential=x, Signature=y"},
		{"openid client_credentials local", OpenID, "openid", "client_credentials local"},
		{"OAuth2 Code", OpenID, "oauth2", "Code"},
		{"OpenID\tpassword", OpenID, "openid", "password"},
		{"openid connect", AsWritten, "openid", "connect"},
		{"OAuth2 a-token-of-ours", AsWritten, "oauth2", "a-token-of-ours"},
		{"ClientCert cert: a.pem", Certificate, "clientcert", "cert: a.pem"},
		{"Cognito u p eu-1_x client", Unknown, "cognito", "u p eu-1_x client"},
		{"Cognito token", AsWritten, "cognito", "token"},
		{"NTLM u p", Unknown, "ntlm", "u p"},
		{"NTLM u:p", Unknown, "ntlm", "u:p"},
		{"NTLM TlRMTVNTUAAB", AsWritten, "ntlm", "TlRMTVNTUAAB"},
		{"Negotiate", Unknown, "negotiate", ""},
		{"Bearer a b", AsWritten, "bearer", "a b"},
		{"Bearer {{$auth.token(\"x\")}}", AsWritten, "bearer", "{{$auth.token(\"x\")}}"},
		{"word", AsWritten, "word", ""},
		{"", AsWritten, "", ""},
	} {
		v := ReadField(test.text)
		if v.Form != test.form || v.Scheme != test.scheme || v.Rest != test.rest {
			t.Errorf("%q: %+v", test.text, v)
		}
		source := diag.NewSource("x.http", []byte(test.text))
		text := parser.NewText(source, diag.Span{End: len(test.text)})
		if text.HasTemplate() || test.text == "" {
			continue
		}
		id, _, problem := Shorthand([]scope.Part{{Segment: text.Segments()[0], Text: test.text}})
		want := map[Form]string{Pair: test.scheme, AWS: "aws"}[test.form]
		if id != want || (problem != nil) != (test.form == OpenID || test.form == Unknown) {
			t.Errorf("%q: stands for %q, %v", test.text, id, problem)
		}
	}
}
