package runner

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
)

// Exit codes (language.md §7).
const (
	ExitPassed      = 0
	ExitFailed      = 1
	ExitInvalid     = 2
	ExitBroken      = 3
	ExitInterrupted = 130
)

// Run runs the plan once and returns the exit code. Files run in parallel,
// the requests of a file in order. Sinks get every event and are closed before
// Run returns.
func (p *Plan) Run(ctx context.Context, sinks ...Sink) int {
	b := newBus(p.secrets, sinks)
	var mu sync.Mutex
	var total Counts
	count := func(c Counts) {
		mu.Lock()
		defer mu.Unlock()
		total.plus(c)
	}
	p.observe.set(func(e auth.Event) {
		count(tokenCounts(e))
		b.emit(ID{}, &TokenEvent{Kind: string(e.Kind), Provider: e.Provider, Account: e.Account, Life: e.Life, Took: e.Took})
	}, func(d *diag.Diagnostic) {
		if d.Severity == diag.Warning {
			count(Counts{Warnings: 1})
		}
		b.emit(ID{}, &MessageEvent{Message: d.Message()})
	})

	planned := 0
	var suites []*suite
	for _, s := range p.suites {
		if !s.runnable() || p.misselected {
			continue
		}
		if err := s.ask(ctx); err != nil {
			if ctx.Err() == nil {
				p.problems = append(p.problems, asDiagnostics(err)...)
			}
			continue
		}
		suites = append(suites, s)
		planned += s.planned()
	}
	start := time.Now() // a person took the time before
	b.emit(ID{}, &RunStarted{
		Version: p.options.Version, Files: len(suites), Requests: planned,
		Environment: p.options.Environment, Sandbox: p.options.Sandbox != nil, Insecure: p.options.Insecure,
		DryRun: p.options.DryRun,
		Seed:   p.seed.number,
	})
	count(p.report(b))

	jobs := p.options.Jobs
	if jobs <= 0 {
		jobs = DefaultJobs
	}
	var dry *dryRun
	if p.options.DryRun {
		dry, jobs = newDryRun(), 1 // there is nothing to wait for, and files are told in their order
	}
	slots := make(chan struct{}, jobs)
	stop := new(stopper)
	var wg sync.WaitGroup
	shared := newGlobals()
	finished := make(map[*suite]chan struct{}, len(suites))
	for _, s := range suites {
		finished[s] = make(chan struct{})
	}
	for _, s := range inOrder(suites) {
		run := &suiteRun{suite: s, bus: b, start: time.Now(), left: max(s.rows(), 1), done: finished[s]}
		for row := min(s.rows(), 1); row <= s.rows(); row++ {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				for _, g := range s.after { // which started before, and so cannot wait for this one
					if other := finished[g.setter.file.suite]; other != nil {
						<-other
					}
				}
				run.begin()
				session := newSession(s, b, stop, shared)
				session.row, session.dry = row, dry
				session.run(ctx)
				if total, last := run.end(session.counts); last {
					count(total)
				}
			})
		}
	}
	wg.Wait()
	p.observe.set(nil, nil)

	exit := ExitPassed
	failed := b.close(func(failed []error) []EventData {
		var last []EventData
		if n := p.secrets.Unmasked(); n > 0 {
			total.Warnings++
			last = append(last, &MessageEvent{Message: unmasked(n)})
		}
		if m, empty := p.nothingRun(total); empty {
			total.Errors++
			last = append(last, &MessageEvent{Message: m})
		}
		for _, err := range failed {
			total.Errors++
			last = append(last, &MessageEvent{Message: reportFailure(err)})
		}
		if ctx.Err() != nil {
			total.Interrupted = max(total.Interrupted, 1)
		}
		if d := p.printer.print(total.exit() == ExitPassed); d != nil {
			if d.Severity == diag.Error {
				total.Errors++
			} else {
				total.Warnings++
			}
			last = append(last, &MessageEvent{Message: d.Message()})
		}
		exit = total.exit()
		finished := &RunFinished{Counts: total, Duration: time.Since(start), Exit: exit}
		if p.seed.used.Load() {
			finished.Seed = p.seed.number
		}
		return append(last, finished)
	})
	if len(failed) > 0 && exit != ExitInterrupted {
		exit = ExitInvalid
	}
	return exit
}

// suiteRun is the sessions of a suite: one, or one for each row of its data.
type suiteRun struct {
	suite *suite
	bus   *bus
	start time.Time
	done  chan struct{} // closed when all have ended

	mu     sync.Mutex
	begun  bool
	left   int // sessions that have not ended
	counts Counts
}

// begin tells of the file before its first session.
func (r *suiteRun) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.begun {
		r.begun, r.start = true, time.Now()
		r.bus.emit(ID{File: r.suite.index}, &FileStarted{Path: r.suite.file.path, Requests: r.suite.planned()})
	}
}

// end counts a session, and tells of the file after the last one.
func (r *suiteRun) end(c Counts) (total Counts, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.plus(c)
	if r.left--; r.left > 0 {
		return Counts{}, false
	}
	r.bus.emit(ID{File: r.suite.index}, &FileFinished{Path: r.suite.file.path, Counts: r.counts, Duration: time.Since(r.start)})
	close(r.done)
	r.counts.Files = 1
	return r.counts, true
}

// report publishes what the plan found.
func (p *Plan) report(b *bus) Counts {
	var c Counts
	for _, m := range p.Messages() {
		switch m.Severity {
		case diag.Error:
			c.Errors++
		case diag.Warning:
			c.Warnings++
		}
		b.emit(ID{}, &MessageEvent{Message: m})
	}
	return c
}

// unmasked tells once that some secrets cannot be masked: in place of a short
// word, too much else would be.
func unmasked(n int) diag.Message {
	return diag.Message{
		Code: diag.CodeValue, Severity: diag.Warning,
		Summary:    fmt.Sprintf("%d secret value(s) are too short or too common to be masked in the output", n),
		Suggestion: "use secrets of at least four characters",
	}
}

// nothingRun is the message for a run that executed nothing and says nothing
// else that is wrong.
func (p *Plan) nothingRun(total Counts) (diag.Message, bool) {
	if p.options.AllowEmpty || total.Errors > 0 || total.Requests > total.Skipped || total.Interrupted > 0 {
		return diag.Message{}, false
	}
	m := diag.Message{
		Code: diag.CodeNoRequest, Severity: diag.Error,
		Summary: "nothing was run: no request is selected", Suggestion: "use `--allow-empty` if that is what you mean",
	}
	if !slices.ContainsFunc(p.suites, func(s *suite) bool { return len(s.file.steps) > 0 }) {
		m.Summary = "nothing was run: there is no request in the files"
	}
	if total.Skipped > 0 {
		m.Summary = "nothing was run: every request was skipped"
	}
	return m, true
}

// exit is the exit code: the first of 130, 2, 3, 1 that happened.
func (c Counts) exit() int {
	switch {
	case c.Interrupted > 0:
		return ExitInterrupted
	case c.Errors > 0 || c.Invalid > 0:
		return ExitInvalid
	case c.Broken > 0:
		return ExitBroken
	case c.Failed > 0:
		return ExitFailed
	default:
		return ExitPassed
	}
}

func (c *Counts) plus(o Counts) {
	c.Files += o.Files
	c.Requests += o.Requests
	c.Passed += o.Passed
	c.Failed += o.Failed
	c.Skipped += o.Skipped
	c.Invalid += o.Invalid
	c.Broken += o.Broken
	c.Interrupted += o.Interrupted
	c.Planned += o.Planned
	c.Checks += o.Checks
	c.FailedChecks += o.FailedChecks
	c.Fetched += o.Fetched
	c.Reused += o.Reused
	c.Errors += o.Errors
	c.Warnings += o.Warnings
}

func tokenCounts(e auth.Event) Counts {
	switch e.Kind {
	case auth.Fetched, auth.Refreshed:
		return Counts{Fetched: 1}
	case auth.Reused, auth.Loaded:
		return Counts{Reused: 1}
	default:
		return Counts{}
	}
}
