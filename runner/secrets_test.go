package runner

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// TestKeepVariable protects which values are hidden from the start: every
// secret, except the origin of a service in a private environment file.
func TestKeepVariable(t *testing.T) {
	text := func(s string) parser.Text { return parser.Literal(nil, diag.Span{}, s) }
	tests := []struct {
		v      scope.Variable
		hidden string // what must not be shown; "" if everything may be
	}{
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("hunter2-hunter2")}, "hunter2-hunter2"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://api.example.com/")}, ""},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://hooks.example.com/T0/B1/xyz")}, "https://hooks.example.com/T0/B1/xyz"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://u:p4ssw0rd@api.example.com")}, "p4ssw0rd"},
		{scope.Variable{Tier: scope.CommandLine, Secret: true, Value: "https://api.example.com"}, "https://api.example.com"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Value: map[string]any{"a": []any{"inner-secret", 88112233}}}, "inner-secret"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Value: 99887766}, "99887766"},
		{scope.Variable{Tier: scope.File, Text: text("shown-value")}, ""},
	}
	for _, test := range tests {
		p := &Plan{secrets: new(secret.Set)}
		p.keepVariable(&test.v)
		shown := "value " + test.v.Text.String()
		if test.v.Text.IsZero() {
			shown = "value " + value.Text(test.v.Value)
		}
		masked := p.secrets.Mask(shown)
		if test.hidden == "" && masked != shown {
			t.Errorf("%q is shown as %q", shown, masked)
		}
		if test.hidden != "" && (!strings.Contains(shown, test.hidden) || strings.Contains(masked, test.hidden)) {
			t.Errorf("%q is shown as %q", shown, masked)
		}
	}
}
