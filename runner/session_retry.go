package runner

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// defaultRetryDelay is between two tries of @retry without `every`.
const defaultRetryDelay = time.Second

// maxRetryDelay bounds what `backoff` makes of a delay.
const maxRetryDelay = 10 * time.Minute

// retry is @retry of a step.
type retry struct {
	tries   int
	every   parser.Text // zero means defaultRetryDelay
	backoff parser.Text // zero means 1
	until   *expression // nil means until the checks hold
}

// tries sends the request until its checks hold, or the condition of @retry, and
// as often as that allows. All tries send the same bytes. What a failed one has
// captured is forgotten.
func (r *running) tries(ctx context.Context, req *transport.Request, done *RequestFinished) {
	re := r.step.retry
	if re == nil {
		r.try(ctx, req, done)
		return
	}
	delay, factor, err := r.pace(ctx)
	if err != nil {
		r.fail(done, asDiagnostics(err)...)
		return
	}
	clean := *done
	r.before = r.watch()
	for {
		r.tried++
		answer := r.try(ctx, req, done)
		again := r.retriable(done)
		if re.until != nil && answer != nil {
			again = !r.holds(ctx, answer, done)
		}
		if !again || r.tried >= re.tries || ctx.Err() != nil || !r.hasMoreTries(done) {
			return
		}
		failed := &TryFailed{Name: done.Name, Line: done.Line, Tries: re.tries, Reason: reasonOf(done), Wait: delay}
		if r.session.plan.options.Record {
			failed.Duration, failed.Problems, failed.Hops, failed.NoLog, failed.Recorded = done.Duration, done.Problems, done.Hops, done.NoLog, done.Recorded
		}
		r.session.bus.emit(r.id(), failed)
		if r.replayed == nil && !sleep(ctx, delay) {
			done.Outcome = Interrupted
			return
		}
		delay = min(time.Duration(math.Min(float64(delay)*factor, float64(maxRetryDelay))), maxRetryDelay)
		r.takeBack()
		r.before = r.watch()
		*done = clean
	}
}

// pace returns how long to wait for the second try, and by which factor longer for
// each one behind it. A replay does not wait.
func (r *running) pace(ctx context.Context) (time.Duration, float64, error) {
	if r.replayed != nil {
		return 0, 1, nil
	}
	delay, problem := r.duration(ctx, r.step.retry.every, defaultRetryDelay)
	if problem != nil {
		return 0, 0, problem
	}
	factor, err := r.factor(ctx, r.step.retry.backoff)
	return delay, factor, err
}

// retriable reports whether a try has failed in a way that another one may
// mend: a check, a connection, the time, a script that could not read the answer.
func (r *running) retriable(done *RequestFinished) bool {
	switch done.Outcome {
	case Failed:
		return true
	case Broken:
		for _, m := range done.Problems {
			if m.Severity == diag.Error && m.Code != diag.CodeNetwork && m.Code != diag.CodeTimeout && m.Code != diag.CodeScript {
				return false
			}
		}
		return true
	}
	return false
}

// holds evaluates the condition of @retry. One that does not hold is a failed
// check, which the next try takes back.
func (r *running) holds(ctx context.Context, answer *eval.Answer, done *RequestFinished) bool {
	c := (&assertion{expression: *r.step.retry.until}).check(r.env(ctx, answer), r.step.noLog)
	if c.Passed {
		return true
	}
	c.Text = "until " + c.Text
	r.hideCuts(answer, c.Message)
	done.Checks = append(done.Checks, c)
	r.findUnknown(done)
	done.Outcome = r.scripted.outcome(done.Checks)
	return false
}

// reasonOf says why a try has failed, in a few words.
func reasonOf(done *RequestFinished) string {
	for _, c := range done.Checks {
		if c.Passed {
			continue
		}
		if c.Kind == CheckAssert || c.Message == nil {
			return fmt.Sprintf("`%s` is false", c.Text)
		}
		return c.Message.Summary
	}
	for _, m := range done.Problems {
		if m.Severity == diag.Error {
			return m.Summary
		}
	}
	return string(done.Outcome)
}

// factor reads the factor behind `backoff`.
func (r *running) factor(ctx context.Context, t parser.Text) (float64, error) {
	if t.IsZero() {
		return 1, nil
	}
	x, err := r.scope.Expand(ctx, t, r)
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(x.Text, 64)
	if err != nil || !(f >= 1) || math.IsInf(f, 0) {
		return 0, &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error, Summary: fmt.Sprintf("`backoff` needs a factor of at least 1, found `%s`", x.Text),
			Source: t.Source(), Subject: t.Span(), Suggestion: "write it like `# @retry 5 every 1s backoff 2`",
		}
	}
	return f, nil
}

// sleep waits, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
