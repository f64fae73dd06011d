package scope

import (
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// A variable that is written as itself is no definition: whatever else has the
// name is meant, in whichever order files and environments stand; and what is
// only half of it is one, which needs itself.
func TestPassingOn(t *testing.T) {
	environ := func(name string) (string, bool) {
		return "process", name == "x" || name == "token"
	}
	for _, tt := range []struct {
		name string
		vars []*Variable
		text string
		want string // the text, or the code of the error
	}{
		{"the environment", []*Variable{file("x", "{{x}}"), given(Environment, "x", "env"), given(DotEnv, "x", "dot")}, "{{x}}", "env"},
		{".env", []*Variable{file("x", "{{ x }}"), given(DotEnv, "x", "dot")}, "{{x}}", "dot"},
		{"the command line", []*Variable{file("x", "{{x}}"), given(CommandLine, "x", "var")}, "{{x}}", "var"},
		{"a capture", []*Variable{file("x", "{{x}}"), given(Captured, "x", "seen")}, "{{x}}", "seen"},
		{"the process, last", []*Variable{file("x", "{{x}}")}, "{{x}}", "process"},
		{"through another variable", []*Variable{file("x", "{{x}}"), file("y", "{{x}}/y")}, "{{y}}", "process/y"},
		{"a member of it", []*Variable{file("o", "{{o}}"), given(Environment, "o", map[string]any{"a": "b"})}, "{{o.a}}", "b"},
		{"nothing", []*Variable{file("n", "{{n}}")}, "{{n}}", diag.CodeVarCycle},
		{"a member of nothing", []*Variable{file("n", "{{n}}")}, "{{n.a}}", diag.CodeVarCycle},
		{"a name of the process that no variable passes on", nil, "{{x}}", diag.CodeVariable},
		{"a part of itself", []*Variable{file("x", "{{x}}/a")}, "{{x}}", diag.CodeVarCycle},
	} {
		for _, p := range []Precedence{EnvironmentFirst, FileFirst, Undecided} {
			d := dynamics()
			d.Environ = environ
			s := New(tt.vars, p, d)
			got := ""
			x, err := s.Expand(t.Context(), text("t.http", tt.text), nil)
			if got = x.Text; err != nil {
				got = asDiagnostic(err).Code
			}
			if got != tt.want {
				t.Errorf("%s, precedence %d: %q (%v), want %q", tt.name, p, got, err, tt.want)
			}
			found := s.Check(text("t.http", tt.text), &plan{})
			if (err == nil) != (len(found) == 0) {
				t.Errorf("%s, precedence %d: checking finds %v, and expanding %v", tt.name, p, found, err)
			}
		}
	}
}

// A variable of the process that looks like a secret is one, however a file asks
// for it.
func TestSecretsOfTheProcess(t *testing.T) {
	d := dynamics()
	d.Environ = func(name string) (string, bool) { return "s3cret", name == "API_TOKEN" }
	s := New([]*Variable{file("API_TOKEN", "{{API_TOKEN}}")}, FileFirst, d)
	for _, template := range []string{"{{API_TOKEN}}", "{{$env.API_TOKEN}}", "{{process.env.API_TOKEN}}", `{{process.env["API_TOKEN"]}}`} {
		if x, err := s.Expand(t.Context(), text("t.http", template), nil); err != nil || x.Text != "s3cret" || !x.Secret {
			t.Errorf("%s: %+v, %v", template, x, err)
		}
	}
}

// What a file calls process wins over httpYac's.
func TestOwnProcess(t *testing.T) {
	d := dynamics()
	d.Environ = func(string) (string, bool) { return "process", true }
	own := map[string]any{"env": map[string]any{"X": "own"}}
	for name, vars := range map[string][]*Variable{
		"own":     {given(Environment, "process", own)},
		"exact":   {given(File, "process.env.X", "exact")},
		"process": nil,
	} {
		x, err := New(vars, FileFirst, d).Expand(t.Context(), text("t.http", "{{process.env.X}}"), nil)
		if err != nil || x.Text != name {
			t.Errorf("%q, %v, want %q", x.Text, err, name)
		}
	}
}
