package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/ratelimit"
	"github.com/postrider/postrider/parser"
)

// wait is a time to wait, and the unit of a number without one.
type wait struct {
	text parser.Text
	unit time.Duration
}

// pause waits as long as directives say.
func (r *running) pause(ctx context.Context, waits []wait) *diag.Diagnostic {
	for _, w := range waits {
		d, problem := r.durationIn(ctx, w.text, 0, w.unit)
		if problem != nil {
			return problem
		}
		if problem := r.wait(ctx, d, w.text); problem != nil {
			return problem
		}
	}
	return nil
}

// wait sleeps; at is what asks for it.
func (r *running) wait(ctx context.Context, d time.Duration, at parser.Text) *diag.Diagnostic {
	if sleep(ctx, d) {
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.CodeCancelled, Severity: diag.Error, Summary: "interrupted while sleeping",
		Source: at.Source(), Subject: at.Span(),
	}
}

// duration expands and reads the value of a directive; fallback stands for a
// directive that is not there.
func (r *running) duration(ctx context.Context, t parser.Text, fallback time.Duration) (time.Duration, *diag.Diagnostic) {
	return r.durationIn(ctx, t, fallback, r.step.file.durationUnit())
}

// durationIn is duration with the unit of a bare number.
func (r *running) durationIn(ctx context.Context, t parser.Text, fallback, unit time.Duration) (time.Duration, *diag.Diagnostic) {
	if t.IsZero() {
		return fallback, nil
	}
	x, err := r.scope.Expand(ctx, t, r)
	if err == nil && r.unsureOf(fmt.Sprintf("the time `%s`", t), x.Text) {
		return fallback, nil
	}
	if err == nil {
		var d time.Duration
		if d, err = parser.ParseDuration(x.Text, unit); err == nil {
			return d, nil
		}
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return 0, d.At(t.Source(), t.Span())
	}
	return 0, &diag.Diagnostic{
		Code: diag.CodeValue, Severity: diag.Error, Summary: err.Error(),
		Source: t.Source(), Subject: t.Span(), Suggestion: "write a duration such as `300ms`, `2s` or `1m`",
	}
}

// durationUnit is the unit of a bare number (language.md §2).
func (f *file) durationUnit() time.Duration {
	if f.parsed.Dialect == parser.HTTPYac {
		return time.Millisecond
	}
	return time.Second
}

// rateLimit is @ratelimit of a step.
type rateLimit struct {
	limit *ratelimit.Limit
	at    parser.Text
}

// throttle waits until the rate limit of the request lets it be sent.
func (r *running) throttle(ctx context.Context) *diag.Diagnostic {
	of := r.step.rateLimit
	if of == nil {
		return nil
	}
	until := time.Until(r.session.plan.limits.Reserve(of.limit, time.Now()))
	return r.wait(ctx, until, of.at)
}
