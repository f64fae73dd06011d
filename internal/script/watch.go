package script

import (
	"context"
	"fmt"
	goruntime "runtime"
	"runtime/metrics"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// between looks at what a script takes.
const between = 5 * time.Millisecond

// watch waits for a script that takes longer than most, and ends it when it has
// taken what it may, or the context ends.
func (r *runtime) watch(ctx context.Context, done <-chan struct{}) *Result {
	ticker := time.NewTicker(between)
	defer ticker.Stop()
	why := Ran
	for why == Ran {
		select {
		case <-done:
			return r.result
		case <-ctx.Done():
			why = Interrupted
		case <-ticker.C:
			if time.Since(r.began) >= r.limits.Time {
				why = TooLong
			} else if r.resting.Load() {
				r.memory.rest()
			} else if r.memory.exceeded(r.limits.Memory) {
				why = TooMuch
			}
		}
	}
	r.why.Store(&why)
	r.vm.Interrupt(why)
	close(r.wake)
	grace := time.NewTimer(r.limits.Grace)
	defer grace.Stop()
	select {
	case <-done:
		return r.result
	case <-grace.C:
	}
	// It is inside a function of the engine that nothing interrupts. What it does
	// from here on reaches nobody.
	r.gate.close()
	d := r.program.stopped(why, r.limits, r.program.start())
	d.Detail = "It is inside a function that cannot be interrupted. The run goes on without it, but it may still take time and memory until the run ends."
	return &Result{Stop: why, Err: d}
}

// stopped is the message about a program that was ended.
func (p *Program) stopped(why Stop, l Limits, at Place) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: diag.CodeScriptLimit, Severity: diag.Error, Source: at.Source, Subject: at.Span}
	switch why {
	case Interrupted:
		d.Code, d.Summary = diag.CodeCancelled, "the script was interrupted"
	case TooLong:
		d.Summary = fmt.Sprintf("the script ran for longer than %v", l.Time)
		d.Suggestion = "look for a loop that does not end"
	case TooMuch:
		d.Summary = fmt.Sprintf("the script took more than %d MiB of memory", l.Memory>>20)
		d.Detail = "what other files of the run take while it computes counts, too: with `--jobs 1` there is none"
	case TooDeep:
		d.Summary = fmt.Sprintf("too much recursion: %d calls inside each other", l.Depth)
	}
	return d
}

// heap tells how much the heap of the process has grown while a script computed. The
// runtime of Go does not tell whose it is: other files of a run may have a part in it.
type heap struct {
	base   uint64
	grown  uint64 // when it was last looked at while the script computed
	sample []metrics.Sample
}

func (h *heap) begin() {
	// Stacks count too: an endless recursion inside the engine grows one.
	h.sample = []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	h.base = h.size()
}

// rest says that the script waits: how the heap grows meanwhile is not its doing.
func (h *heap) rest() {
	if h.sample == nil {
		h.begin()
	}
	h.base = h.size() - min(h.grown, h.size())
}

// exceeded reports whether the heap is larger by more than limit than it was at
// the first call. What is garbage does not count: it is collected before the
// verdict.
func (h *heap) exceeded(limit uint64) bool {
	if h.sample == nil {
		h.begin()
		return false
	}
	if !h.over(limit) {
		return false
	}
	goruntime.GC()
	return h.over(limit)
}

func (h *heap) over(limit uint64) bool {
	now := h.size()
	h.base = min(h.base, now)
	h.grown = now - h.base
	return h.grown > limit
}

func (h *heap) size() uint64 {
	metrics.Read(h.sample)
	return h.sample[0].Value.Uint64() + h.sample[1].Value.Uint64()
}
