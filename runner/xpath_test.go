package runner

import (
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// TestReadNamespace protects what @xpath_ns binds to what, in httpYac's
// spellings.
func TestReadNamespace(t *testing.T) {
	for _, test := range []struct{ args, prefix, uri string }{
		{"p=urn:a", "p", "urn:a"},
		{"p = urn:a", "p", "urn:a"},
		{`p="http://h/?a=b"`, "p", "http://h/?a=b"},
		{`p = "urn:a"`, "p", "urn:a"},
		{"p={{base}}/a", "p", "{{base}}/a"},
		{"p", "", ""}, {"p=", "", ""}, {`p=""`, "", ""}, {"=urn:a", "", ""}, {"urn:a=b", "", ""}, {"a b=c", "", ""},
	} {
		n, ok := readNamespace(parser.Literal(diag.NewSource("a.http", []byte(test.args)), diag.Span{End: len(test.args)}, test.args))
		if ok != (test.prefix != "") || ok && (n.prefix != test.prefix || n.uri.String() != test.uri) {
			t.Errorf("%q is %q, %q (%v)", test.args, n.prefix, n.uri, ok)
		}
	}
}
