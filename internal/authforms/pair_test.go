package authforms

import (
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// The blank that ends a user name must not be one of a password.
func TestUserAndPassword(t *testing.T) {
	tests := []struct {
		text, user, password string
		ok                   bool
	}{
		{"Basic u p:w", "u", "p:w", true},
		{"Basic u  p w", "u", "p w", true},
		{"Basic user:pa ss", "user", "pa ss", true},
		{"Basic user:pa ss:w", "user", "pa ss:w", true},
		{"basic user:", "user", "", true},
		{"Basic\tu p", "u", "p", true},
		{"Basic u ", "u", "", true},
		{"Basic dTpw", "dTpw", "", false},
		{"Basicu:p", "", "", false},
		{"Basic", "", "", false},
	}
	for _, test := range tests {
		source := diag.NewSource("x.http", []byte(test.text))
		text := parser.NewText(source, diag.Span{End: len(test.text)})
		parts := []scope.Part{{Segment: text.Segments()[0], Text: test.text}}
		user, password, ok := UserAndPassword(parts, "basic")
		if user != test.user || password != test.password || ok != test.ok {
			t.Errorf("%q: %q, %q, %v", test.text, user, password, ok)
		}
	}
}
