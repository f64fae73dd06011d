package runner

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// Question is a value that a file asks a person for: @prompt, @secret (VS Code,
// kulala), {{$input …}} and its kin (httpYac).
type Question struct {
	Label   string // what is asked for
	Where   string // the file and line that ask
	Default string // what an empty answer means; "" for nothing
	Choices []string
	Secret  bool // what is typed is not shown

	key string      // the variable, or the text of the template, that stands for the answer
	at  parser.Text // what asks
}

// prompts returns a variable for each @prompt and @secret of the file, which
// says that it has no value if there is nobody to ask. Any other source of a
// value comes before it.
func (f *file) prompts() []*scope.Variable {
	var vars []*scope.Variable
	for d, p := range f.promptDirectives() {
		flag := fmt.Sprintf("`--var %s=…`", p.Name)
		if p.Secret || scope.LooksSecret(p.Name.String()) {
			flag = fmt.Sprintf("`--secret %s=env:NAME`", p.Name)
		}
		vars = append(vars, scope.Missing(p.Name.String(), &diag.Diagnostic{
			Code: diag.CodeUnset, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` has no value: `@%s` would ask for it, and there is nobody to ask", p.Name, d.Name),
			Source:  f.parsed.Source, Subject: d.Span,
			Suggestion: "pass it with " + flag,
		}))
	}
	return vars
}

// promptDirectives yields the @prompt and @secret of the file.
func (f *file) promptDirectives() iter.Seq2[*parser.Directive, *parser.Prompt] {
	return func(yield func(*parser.Directive, *parser.Prompt) bool) {
		for _, b := range f.parsed.Blocks {
			for _, d := range b.Directives {
				if p, ok := d.Node.(*parser.Prompt); ok && !yield(d, p) {
					return
				}
			}
		}
	}
}

// isSecretPrompt reports whether @secret asks for a variable.
func (f *file) isSecretPrompt(name string) bool {
	for _, p := range f.promptDirectives() {
		if p.Secret && p.Name.String() == name {
			return true
		}
	}
	return false
}

// openPrompts makes the variables that @prompt asks for ones whose value comes
// later, unless something else gives them one.
func (f *file) openPrompts() {
	for _, p := range f.promptDirectives() {
		name := p.Name.String()
		if slices.ContainsFunc(f.vars, func(v *scope.Variable) bool { return v.Name == name }) {
			continue
		}
		if f.open == nil {
			f.open = make(map[string]bool)
		}
		f.open[name] = true
	}
}

// asks reports whether a variable, or a template, that a step reads has to be
// asked for, and notes the question.
func (f *file) asks(name string, at parser.Text, s *step) bool {
	if f.plan.options.Ask == nil {
		return false
	}
	q, ok := f.question(name, at)
	if !ok {
		return false
	}
	if f.open == nil {
		f.open = make(map[string]bool)
	}
	f.open[name] = true
	if s != nil && !slices.ContainsFunc(f.questions, func(known *Question) bool { return known.key == name }) {
		f.questions = append(f.questions, q)
	}
	return true
}

func (f *file) question(name string, at parser.Text) (*Question, bool) {
	if p, ok := scope.ParsePrompt(name); ok {
		return &Question{
			Label: cmp.Or(p.Label, strings.TrimPrefix(strings.Fields(name)[0], "$")), Where: f.lineOf(at),
			Default: p.Default, Choices: p.Choices, Secret: p.Secret, key: name, at: at,
		}, true
	}
	for _, p := range f.promptDirectives() {
		if p.Name.String() != name {
			continue
		}
		q := &Question{Label: name, Where: f.lineOf(p.Name), key: name, at: p.Name}
		if !p.Label.IsZero() {
			q.Label = fmt.Sprintf("%s (%s)", name, p.Label)
		}
		q.Secret = p.Secret || scope.LooksSecret(name)
		return q, true
	}
	return nil, false
}

// lineOf says where a text stands.
func (f *file) lineOf(t parser.Text) string {
	if t.Source() == nil {
		return f.path
	}
	return fmt.Sprintf("%s:%d", t.Source().Name(), t.Source().Position(t.Span().Start).Line)
}

// ask asks what the files of a suite ask for. What was answered for a name or a
// template holds for all requests of the file.
func (s *suite) ask(ctx context.Context) error {
	for _, f := range s.files {
		slices.SortStableFunc(f.questions, func(a, b *Question) int { return cmp.Compare(a.at.Span().Start, b.at.Span().Start) })
		for _, q := range f.questions {
			answer, err := s.plan.options.Ask(ctx, *q)
			if err != nil {
				return &diag.Diagnostic{
					Code: diag.CodeUnset, Severity: diag.Error,
					Summary:    fmt.Sprintf("`%s` has no value: %v", q.key, err),
					Detail:     "asked for by " + q.Where,
					Suggestion: "answer the question, or pass the value of a variable with `--var NAME=…`",
				}
			}
			v := &scope.Variable{Name: q.key, Value: answer, Tier: scope.DotEnv, Secret: q.Secret, Where: "your answer"}
			f.plan.keepVariable(v)
			f.answers = append(f.answers, v)
		}
		f.questions = nil
	}
	return nil
}
