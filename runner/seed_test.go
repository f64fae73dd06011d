package runner

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// TestSeedMakesNoCredentials protects credentials from whoever reads the seed in a
// log: what their texts draw is not made from it, in an entry of an environment as
// in a request. Only a check, which makes none, says the same each time.
func TestSeedMakesNoCredentials(t *testing.T) {
	text := parser.Literal(nil, diag.Span{}, "{{$uuid}}")
	draw := func(o Options, of func(f *file) *scope.Scope) string {
		o.Seed, o.Paths, o.Stdin = 42, []string{"-"}, strings.NewReader("GET http://h/\n")
		p := NewPlan(t.Context(), o)
		defer p.Close()
		f := p.suites[0].file
		x, err := of(f).Expand(t.Context(), text, unsent{f})
		if err != nil {
			t.Fatal(err)
		}
		return x.Text
	}
	for _, test := range []struct {
		name  string
		check bool
		of    func(f *file) *scope.Scope
		again bool // the seed makes it again
	}{
		{"a request", false, func(f *file) *scope.Scope { return f.static }, true},
		{"credentials of a request", false, func(f *file) *scope.Scope { return f.secure(f.static) }, false},
		{"credentials of an environment", false, func(f *file) *scope.Scope { return f.entries }, false},
		{"credentials of a request in a check", true, func(f *file) *scope.Scope { return f.secure(f.static) }, true},
		{"credentials of an environment in a check", true, func(f *file) *scope.Scope { return f.entries }, true},
	} {
		o := Options{Check: test.check}
		if first, second := draw(o, test.of), draw(o, test.of); (first == second) != test.again {
			t.Errorf("%s: a seed makes %s and %s", test.name, first, second)
		}
	}
}
