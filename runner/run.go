package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	record := p.newKeeper()
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
		if !s.runnable() || p.misselected || !p.concerns(s) {
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
	started := &RunStarted{
		Version: p.options.Version, Files: len(suites), Requests: planned,
		Environment: p.options.Environment, Sandbox: p.options.simulated(), Insecure: p.options.Insecure,
		DryRun: p.options.DryRun, Replay: p.options.replayName(),
		Seed: p.seed.number,
	}
	p.describe(started)
	b.emit(ID{}, started)
	count(p.report(b))

	stop := new(stopper)
	running, endTime := p.limitTime(ctx, stop)
	halted := p.begin(running, b, stop, len(suites) > 0)
	runs := &rounds{plan: p, suites: suites, bus: b, stop: stop, keeper: record, count: count}
	runs.run(running)
	endTime()
	p.observe.set(nil, nil)

	b.drain()
	var last []EventData
	if stop.timeOut.Load() {
		halted = append(halted, tookTooLong(p.options.MaxTime).Message())
	}
	for _, m := range halted {
		total.Halted++
		last = append(last, &MessageEvent{Message: m})
	}
	if n := p.secrets.Unmasked(); n > 0 {
		total.Warnings++
		last = append(last, &MessageEvent{Message: unmasked(n, p.secrets.Unmaskable())})
	}
	if record != nil {
		for _, d := range record.save() {
			total.Warnings++
			last = append(last, &MessageEvent{Message: d.Message()})
		}
	}
	interrupted := ctx.Err() != nil
	if m, open := p.leftOpen(record); open && !interrupted && total.exit() == ExitPassed {
		total.Errors++
		last = append(last, &MessageEvent{Message: m})
	}
	m, empty := p.nothingRun(total)
	said := p.Messages()
	for _, data := range last {
		said = append(said, data.(*MessageEvent).Message)
	}
	if empty {
		said = append(said, m)
	}
	for _, m := range p.unreplayed(said) {
		total.Unreplayed++
		last = append(last, &MessageEvent{Message: m})
	}
	if empty && total.Unreplayed == 0 && !interrupted {
		if m.Severity == diag.Error {
			total.Errors++
		}
		last = append(last, &MessageEvent{Message: m})
	}
	if d := p.printer.print(!interrupted && total.exit() == ExitPassed); d != nil {
		if d.Severity == diag.Error {
			total.Errors++
		} else {
			total.Warnings++
		}
		last = append(last, &MessageEvent{Message: d.Message()})
	}
	finished := RunFinished{Counts: total, Duration: time.Since(start)}
	if p.seed.used.Load() {
		finished.Seed = p.seed.number
	}
	exit := func(c Counts) int {
		if interrupted {
			return ExitInterrupted
		}
		return c.exit()
	}
	failed := b.end(last, func(failed int) *RunFinished {
		end := finished
		end.Counts.Errors += failed
		end.Exit = exit(end.Counts)
		return &end
	})
	finished.Counts.Errors += len(failed)
	return exit(finished.Counts)
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
func unmasked(n int, names []string) diag.Message {
	m := diag.Message{
		Code: diag.CodeValue, Severity: diag.Warning,
		Summary:    fmt.Sprintf("%d secret value(s) are too short or too common to be masked in the output", n),
		Suggestion: "use secrets of at least four characters",
	}
	switch more := len(names) - maxUnmaskable; {
	case more > 0:
		m.Detail = fmt.Sprintf("`%s` and %d more variables have such values", strings.Join(names[:maxUnmaskable], "`, `"), more)
	case len(names) > 1:
		m.Detail = fmt.Sprintf("`%s` have such values", strings.Join(names, "`, `"))
	case len(names) == 1:
		m.Detail = fmt.Sprintf("`%s` has such a value", names[0])
	}
	return m
}

// maxUnmaskable is how many variables that message names.
const maxUnmaskable = 8

// nothingRun is the message for a run that executed nothing and says nothing
// else that is wrong. It is an error, unless there is nothing to do in this part
// of a run, or in one that repeats what failed.
func (p *Plan) nothingRun(total Counts) (diag.Message, bool) {
	if p.options.AllowEmpty || total.Errors > 0 || total.Requests > total.Skipped || total.Interrupted+total.Halted+total.Unanswered > 0 {
		return diag.Message{}, false
	}
	if m, nothing := p.NothingFailed(); nothing {
		return m, true
	}
	if m, nothing := p.EmptyShard(); nothing {
		return m, true
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
	case c.Broken > 0 || c.Halted > 0 || c.Unanswered > 0 || c.Unreplayed > 0:
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
	c.Unanswered += o.Unanswered
	c.Invalid += o.Invalid
	c.Broken += o.Broken
	c.Interrupted += o.Interrupted
	c.Planned += o.Planned
	c.Checks += o.Checks
	c.FailedChecks += o.FailedChecks
	c.Unjudged += o.Unjudged
	c.Unreplayed += o.Unreplayed
	c.Fetched += o.Fetched
	c.Reused += o.Reused
	c.Halted += o.Halted
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
