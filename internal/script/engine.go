package script

import (
	"context"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Limits are what a script may take. A zero field stands for its default.
type Limits struct {
	Time   time.Duration // on the clock, waiting included; 10 s, and 50 s at most
	Memory uint64        // by which the heap of the process may grow while it runs, in bytes; 256 MiB
	Depth  int           // of calls; 1,000
	Log    int           // of printed text, in bytes; 64 KiB

	// Grace is how long a script that was told to end may take to do so. After that
	// the run goes on without it; 1 s.
	Grace time.Duration
}

func (l Limits) filled() Limits {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&l.Time, 10*time.Second)
	set(&l.Grace, time.Second)
	l.Time = min(l.Time, maxTime)
	if l.Memory == 0 {
		l.Memory = 256 << 20
	}
	if l.Depth == 0 {
		l.Depth = 1000
	}
	if l.Log == 0 {
		l.Log = 64 << 10
	}
	return l
}

// Engine runs programs. The zero Engine has the default limits. It has no state,
// and is safe for concurrent use.
type Engine struct {
	Limits Limits

	// Mask stands, in what the host gives, for what a recording hides; empty for a
	// run that sends.
	Mask string
}

// unwatched is how long a script runs before somebody looks at what it takes:
// most have ended by then.
const unwatched = 5 * time.Millisecond

// Run runs a program against a host, in a runtime of its own. It always returns
// a result, and never later than the limits allow.
func (e *Engine) Run(ctx context.Context, p *Program, host Host) *Result {
	if ctx.Err() != nil {
		return &Result{Stop: Interrupted, Err: p.stopped(Interrupted, e.Limits.filled(), p.start())}
	}
	r := newRuntime(p, host, e.Limits.filled(), e.Mask)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.run()
	}()
	quick := time.NewTimer(unwatched)
	defer quick.Stop()
	select {
	case <-done:
		return r.result
	case <-ctx.Done():
	case <-quick.C:
	}
	return r.watch(ctx, done)
}

// start is where a program begins, for a message that has no better place.
func (p *Program) start() Place {
	u := p.main
	return Place{Source: u.source, Span: firstLine(u.source, diag.Span{Start: u.start, End: u.start + u.code})}
}

// gate lets the goroutine of a script use its host until the run has gone on
// without it.
type gate struct {
	mu     sync.Mutex
	closed bool
}

// pass calls f unless the gate is closed, and reports whether it did.
func (g *gate) pass(f func()) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closed {
		f()
	}
	return !g.closed
}

func (g *gate) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
}
