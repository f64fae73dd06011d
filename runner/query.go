package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// findQueries makes a step with a template such as {{users[*].name}} run once for
// each of its values (JetBrains, kulala).
func (t *tracer) findQueries() {
	s := t.step
	var queries []parser.Text
	for _, text := range s.texts() {
		for seg := range text.Templates() {
			s.ownList(seg.Expr)
			if !t.file.isQuery(seg.Expr.String(), s) {
				continue
			}
			if !slices.ContainsFunc(queries, func(q parser.Text) bool { return q.String() == seg.Expr.String() }) {
				queries = append(queries, seg.Expr)
			}
		}
	}
	switch {
	case len(queries) == 0:
		return
	case s.table != nil:
		s.unreadable(queries[0], "a template of many values and `@data` on one request", "name one element, such as [0], or leave `@data` out")
		return
	case s.loop != nil:
		s.unreadable(queries[0], "a template of many values and `@loop` on one request", "name one element, such as [0], or leave `@loop` out")
		return
	}
	t.phase = inLoop
	for _, q := range queries {
		t.name(q.String(), q)
	}
	t.phase = inRequest
	s.own().loop = &loop{queries: queries}
}

// ownList refuses a template of many values of what a script of the same request
// sets: how often the request is sent is known before.
func (s *step) ownList(expr parser.Text) {
	path, _ := scope.VariablePath(expr.String())
	head, _, _ := strings.Cut(strings.ReplaceAll(path, "[", "."), ".")
	if _, found, _ := s.file.static.Lookup(head); !found && scope.IsQuery(expr.String()) && slices.Contains(s.ownVars, head) {
		s.unreadable(expr, fmt.Sprintf("a script of this request sets `%s`: too late to send the request once for each value", head),
			"set the list in a script of an earlier request, with `client.global.set`, or write `@loop`")
	}
}

// isQuery reports whether a template stands for many values of a variable. A path
// into an answer takes the first one, as in VS Code.
func (f *file) isQuery(expr string, s *step) bool {
	if !scope.IsQuery(expr) {
		return false
	}
	path, rooted := scope.VariablePath(expr)
	if _, _, ofRequest := f.splitReference(path); ofRequest && !rooted {
		return false
	}
	return f.pathHead(path, s) != path
}

// queried returns what gives the values of the queries of the step in an iteration,
// counted from 0. All of them have as many.
func (r *running) queried(ctx context.Context) func(i int) ([]*scope.Variable, bool, error) {
	type column struct {
		text   parser.Text
		values []any
		secret bool
	}
	read := func() ([]column, error) {
		var columns []column
		for _, q := range r.step.loop.queries {
			v, secret, err := r.scope.Value(ctx, q.String(), r)
			if err != nil {
				return nil, r.step.file.pointAt(err, q)
			}
			if r.awaits(v) {
				from, _ := r.awaitedSince(0)
				return nil, &awaitedError{from}
			}
			list, _ := v.([]any)
			if len(list) == 0 {
				return nil, emptyList(q, "`%s` matches nothing, so that there is nothing to send", q)
			}
			if first := append(columns, column{text: q, values: list})[0]; len(first.values) != len(list) {
				return nil, &diag.Diagnostic{
					Code: diag.CodeLoop, Severity: diag.Error,
					Summary: fmt.Sprintf("`%s` has %d values, and `%s` has %d", q, len(list), first.text, len(first.values)),
					Source:  q.Source(), Subject: q.Span(),
					Suggestion: "take all values of one request from the same list",
				}
			}
			columns = append(columns, column{q, list, secret})
		}
		return columns, nil
	}
	var columns []column
	return func(i int) ([]*scope.Variable, bool, error) {
		if columns == nil {
			var err error
			if columns, err = read(); err != nil {
				return nil, false, err
			}
		}
		if i >= len(columns[0].values) {
			return nil, false, nil
		}
		vars := []*scope.Variable{indexVariable(i)}
		for _, c := range columns {
			v := &scope.Variable{
				Name: c.text.String(), Value: c.values[i], Tier: scope.Row, Secret: c.secret,
				Where: fmt.Sprintf("value %d of `%s`", i+1, c.text),
			}
			if c.secret {
				r.session.plan.secrets.AddOf(v.Name, value.Text(v.Value))
			}
			vars = append(vars, v)
		}
		return vars, true, nil
	}
}
