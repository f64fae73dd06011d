package scope

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// passesOn reports whether a variable of the file is written as itself, as in
// `@token = {{token}}`. That is no definition, in whichever dialect: it says that
// the value comes from elsewhere, so that whatever else has the name is meant.
func (v *Variable) passesOn() bool {
	if v.Tier != File || v.Text.IsZero() {
		return false
	}
	name, ok := strings.CutPrefix(v.Text.String(), "{{")
	if ok {
		name, ok = strings.CutSuffix(name, "}}")
	}
	return ok && strings.TrimSpace(name) == v.Name
}

// passedOn returns the variable of the process that a variable of the file passes
// on: where no other source has the name, `@TOKEN = {{TOKEN}}` is
// `@TOKEN = {{$env.TOKEN}}`. It is nil if there is none.
func (s *session) passedOn(name string) *Variable {
	if v := s.tiers[File][name]; v == nil || !v.passesOn() {
		return nil
	}
	text, ok := s.environ(name)
	if !ok {
		return nil
	}
	return &Variable{Name: name, Value: text, Tier: DotEnv, Secret: LooksSecret(name), Where: "the environment of the process"}
}

// passesNothing is the message for a template that reads a variable of the file, or
// a member of one, that is written as itself and that no other source has; nil for
// any other.
func (s *Scope) passesNothing(expr string) *diag.Diagnostic {
	s.mu.RLock()
	defer s.mu.RUnlock()
	name, _, ok := Split(expr, func(head string) bool {
		v := s.tiers[File][head]
		return v != nil && v.passesOn()
	})
	if !ok {
		return nil
	}
	written := s.tiers[File][name].Text
	return (&diag.Diagnostic{
		Code: diag.CodeVarCycle, Severity: diag.Error,
		Summary:    "`" + name + "` is defined by itself, and nothing else has a value for it",
		Suggestion: "define it in http-client.env.json, pass it with `--var " + name + "=…`, or write its value here",
	}).At(written.Source(), written.Span())
}
