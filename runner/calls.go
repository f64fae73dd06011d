package runner

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// call is a line that runs other requests.
type call struct {
	line  *parser.Import
	steps []*step
}

// label says what is called, for people.
func (c *call) label() string {
	if c.line.Path.IsZero() {
		return "run #" + c.line.Name.String()
	}
	return "run " + c.line.Path.String()
}

// resolve finds the requests that a call runs.
func (c *call) resolve(s *step) {
	f := s.file
	if c.line.Path.IsZero() {
		on := f.named(c.line.Name.String())
		if on == nil {
			f.unknownRequest(c.line.Name)
			return
		}
		c.steps = []*step{on}
		return
	}
	called := f.runs[c.line]
	if called == nil {
		return // which has been said
	}
	for _, on := range called.steps {
		if !on.excluded {
			c.steps = append(c.steps, on)
		}
	}
	if len(c.steps) == 0 {
		f.problem(&diag.Diagnostic{
			Code: diag.CodeNoRequest, Severity: diag.Error, Summary: fmt.Sprintf("there is no request in `%s`", c.line.Path),
			Source: c.line.Path.Source(), Subject: c.line.Path.Span(), Suggestion: "name a file that holds requests, or remove the line",
		})
	}
}

// checkArguments warns of arguments of calls that nothing of the session reads,
// because their names are misspelt.
func (f *file) checkArguments() {
	var texts []string
	known := false
	for _, s := range f.steps {
		for _, c := range s.calls {
			for _, v := range c.line.Vars {
				if texts == nil {
					if texts, known = f.suite.readingTexts(); !known {
						return
					}
				}
				name := v.Name.String()
				if isRead(texts, name) {
					continue
				}
				f.problem(&diag.Diagnostic{
					Code: diag.CodeRunArguments, Severity: diag.Warning,
					Summary: fmt.Sprintf("nothing that `%s` runs reads `%s`", c.label(), name),
					Source:  v.Name.Source(), Subject: v.Name.Span(),
					Suggestion: cmp.Or(diag.DidYouMean(name, c.variables()), "leave it out, or check how it is spelt where it is read"),
				})
			}
		}
	}
}

// variables returns the names that the templates of the called requests read, and
// those that their files define.
func (c *call) variables() []string {
	var names []string
	for _, s := range c.steps {
		for _, t := range s.texts() {
			for seg := range t.Templates() {
				if scope.Classify(seg.Expr.String()) == scope.Name {
					names = append(names, seg.Expr.String())
				}
			}
		}
		names = slices.AppendSeq(names, maps.Keys(s.file.defined.variables))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// readingTexts returns the texts of all files of a suite, and of their variables,
// that can read a variable. It reports false if one of them is not known now.
func (s *suite) readingTexts() (texts []string, known bool) {
	for _, f := range s.files {
		more, known := f.readingTexts()
		if !known {
			return nil, false
		}
		texts = append(texts, more...)
		for _, v := range f.vars {
			if v.Text.HasTemplate() {
				texts = append(texts, v.Text.String())
			}
		}
	}
	return texts, true
}

// at is where the call names what it runs.
func (c *call) at() parser.Text {
	if c.line.Path.IsZero() {
		return c.line.Name
	}
	return c.line.Path
}

// calls runs what the lines above a request call, each time anew and whatever has
// become of the ones before, and returns why the request cannot run then.
func (r *running) calls(ctx context.Context) (failed string, err error) {
	n := len(r.step.needs)
	for _, c := range r.step.calls {
		arguments, err := r.arguments(ctx, c)
		if err != nil {
			return "", err
		}
		for _, on := range c.steps {
			n++
			if outcome := r.session.perform(ctx, on, r.anew(n), arguments); outcome != Passed && failed == "" {
				r.blockedBy(on, outcome)
				failed = fmt.Sprintf("calls `%s`, which %s", on.label(), outcome.verb())
			}
		}
	}
	return failed, nil
}

// arguments returns the variables of a call, with the values that they have
// where they are written.
func (r *running) arguments(ctx context.Context, c *call) ([]*scope.Variable, error) {
	var all []*scope.Variable
	for _, v := range c.line.Vars {
		x, err := r.scope.Expand(ctx, v.Value, r)
		if err != nil && r.session.recorded != nil {
			all = append(all, unknownArgument(v.Name.String(), err))
			continue
		}
		if err != nil {
			return nil, err
		}
		if x.Secret {
			r.session.plan.secrets.AddOf(v.Name.String(), x.Text)
		}
		all = append(all, &scope.Variable{
			Name: v.Name.String(), Value: x.Text, Tier: scope.Argument, Secret: x.Secret,
			Source: v.Value.Source(), Span: v.Value.Span(), Where: c.label(),
		})
	}
	return all, nil
}
