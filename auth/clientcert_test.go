package auth

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// A token request presents the certificate of the command line where the
// definition has none, and the advice about a missing one names what works.
func TestCertificateOfTheCommandLine(t *testing.T) {
	mine := &tls.Certificate{Certificate: [][]byte{{1}}}
	var presented *tls.Certificate
	m, err := NewManager(Config{Certificate: mine, Send: func(_ context.Context, r *transport.Request) (*transport.Exchange, error) {
		presented, _ = r.Auth.Certificate(r.URL)
		return nil, &diag.Diagnostic{Code: diag.CodeTLS, Summary: "the server asks for a certificate", Suggestion: "name one with `# @cert`"}
	}})
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.Bind(directive("# @auth oauth2 token_url=https://login.example/token client_id=a client_secret=b"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.Outright(t.Context(), false)
	if presented != mine {
		t.Error("another certificate is presented")
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); !ok || d.Suggestion != "name one with `--cert FILE` and `--key FILE`: directives count for requests of the file alone" {
		t.Errorf("%s", explain(err))
	}
}
