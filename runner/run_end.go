package runner

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// stopper ends a run early: nothing more is started.
type stopper struct {
	bailed  atomic.Bool
	timeOut atomic.Bool // the whole run has taken too long
	why     string      // nothing was started at all; set before any session begins
}

// reason says why nothing more is started; "" if more is.
func (s *stopper) reason() string {
	switch {
	case s.why != "":
		return s.why
	case s.bailed.Load():
		return "--bail: another request did not pass"
	}
	return ""
}

// limitTime ends what runs under the context that it returns when the run has
// taken as long as it may. Stop must be called.
func (p *Plan) limitTime(ctx context.Context, stop *stopper) (context.Context, func()) {
	limit := p.options.MaxTime
	if limit <= 0 {
		return ctx, func() {}
	}
	limited, cancel := context.WithCancelCause(ctx)
	timer := time.AfterFunc(limit, func() {
		if ctx.Err() == nil {
			stop.timeOut.Store(true)
			cancel(tookTooLong(limit))
		}
	})
	return limited, func() {
		timer.Stop()
		cancel(nil)
	}
}

// tookTooLong says that the run has taken as long as it may.
func tookTooLong(limit time.Duration) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeTimeout, Severity: diag.Error, Summary: fmt.Sprintf("the run has taken %s, which is all that --max-time allows", limit),
		Suggestion: "give it more time, or run less",
	}
}

// endedByTime says of a request that was interrupted because the run has taken too
// long that time ended it, not the user.
func (r *running) endedByTime(done *RequestFinished) {
	s := r.session
	if done.Outcome != Interrupted || !s.stop.timeOut.Load() {
		return
	}
	done.Outcome = Broken
	said := false
	for i, m := range done.Problems {
		if m.Code == diag.CodeCancelled {
			done.Problems[i].Code = diag.CodeTimeout
			done.Problems[i].Summary = tookTooLong(s.plan.options.MaxTime).Summary
		}
		said = said || done.Problems[i].Code == diag.CodeTimeout
	}
	if !said {
		done.Problems = append(done.Problems, s.plan.message(tookTooLong(s.plan.options.MaxTime).At(r.step.file.parsed.Source, r.step.span())))
	}
}
