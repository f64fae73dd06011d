package runner

import (
	"context"
	"fmt"

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

// at is where the call names what it runs.
func (c *call) at() parser.Text {
	if c.line.Path.IsZero() {
		return c.line.Name
	}
	return c.line.Path
}

// calls runs what the lines above a request call, each time anew, and returns
// why the request cannot run then.
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
				failed = fmt.Sprintf("calls `%s`, which %s", on.label(), outcome.verb())
			}
		}
		if failed != "" {
			break
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
		if err != nil {
			return nil, err
		}
		if x.Secret {
			r.session.plan.secrets.Add(x.Text)
		}
		all = append(all, &scope.Variable{
			Name: v.Name.String(), Value: x.Text, Tier: scope.Argument, Secret: x.Secret,
			Source: v.Value.Source(), Span: v.Value.Span(), Where: c.label(),
		})
	}
	return all, nil
}
