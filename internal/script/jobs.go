package script

import (
	"slices"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/diag"
)

// jobs are what a script has left to do when its text has been run: timers, and
// promises that were rejected and that nobody has asked about.
type jobs struct {
	timers     []*timer
	last       int64
	rejections []*goja.Promise
}

type timer struct {
	id    int64
	at    time.Time
	every time.Duration // 0 for once
	run   func() error
}

// rejection is the error of a promise that was rejected.
type rejection struct{ value goja.Value }

func (e *rejection) Error() string { return e.value.String() }

// rejected keeps the promises whose rejection nobody handles.
func (j *jobs) rejected(p *goja.Promise, operation goja.PromiseRejectionOperation) {
	if operation == goja.PromiseRejectionReject {
		j.rejections = append(j.rejections, p)
		return
	}
	if i := slices.Index(j.rejections, p); i >= 0 {
		j.rejections = slices.Delete(j.rejections, i, i+1)
	}
}

// maxTimers bounds what waits at the same time.
const maxTimers = 10_000

// after runs f once the time has passed, or again and again.
func (r *runtime) after(d time.Duration, every bool, f func() error) int64 {
	if len(r.jobs.timers) >= maxTimers {
		r.fault("", "more than %d timers wait at the same time", maxTimers)
	}
	d = max(d, 0)
	r.jobs.last++
	t := &timer{id: r.jobs.last, at: time.Now().Add(d), run: f}
	if every {
		t.every = max(d, time.Millisecond)
	}
	r.jobs.timers = append(r.jobs.timers, t)
	return t.id
}

// cancel takes a timer back, and reports whether there was one that had still to run.
func (r *runtime) cancel(id int64) bool {
	before := len(r.jobs.timers)
	r.jobs.timers = slices.DeleteFunc(r.jobs.timers, func(t *timer) bool { return t.id == id })
	return len(r.jobs.timers) < before
}

// settle waits for the timers, and for what a function returned if that is a
// promise.
func (r *runtime) settle(v goja.Value) error {
	for len(r.jobs.timers) > 0 && !r.exited {
		next := r.jobs.timers[0]
		for _, t := range r.jobs.timers[1:] {
			if t.at.Before(next.at) {
				next = t
			}
		}
		if err := r.wait(time.Until(next.at)); err != nil {
			return err
		}
		if next.every > 0 {
			next.at = time.Now().Add(next.every)
		} else {
			r.cancel(next.id)
		}
		if err := next.run(); err != nil {
			return err
		}
	}
	if p := promiseOf(v); p != nil {
		r.jobs.rejected(p, goja.PromiseRejectionHandle)
		switch p.State() {
		case goja.PromiseStateRejected:
			return &rejection{p.Result()}
		case goja.PromiseStatePending:
			if !r.exited {
				return &failed{r.neverSettles()}
			}
		}
	}
	if left := r.jobs.rejections; len(left) > 0 {
		r.jobs.rejections = nil
		return &rejection{left[0].Result()}
	}
	if r.current != nil && !r.exited {
		if d := r.waitsForEver(r.waits.part); d != nil {
			return &failed{d}
		}
	}
	return nil
}

// wait waits, unless the script shall end.
func (r *runtime) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	r.resting.Store(true)
	defer r.resting.Store(false)
	select {
	case <-t.C:
	case <-r.wake:
	}
	return nil // the engine itself notices that it shall end
}

// neverSettles is the message about a promise that nothing will ever settle.
func (r *runtime) neverSettles() *diag.Diagnostic {
	at := r.program.start()
	if r.current != nil {
		at = r.current.place
	}
	d := r.diagnostic(at, diag.CodeScript, "a promise never settles: nothing is left that could")
	d.Suggestion = "call `resolve` or `reject` on every way"
	return d
}
