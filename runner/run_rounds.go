package runner

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/standin"
)

// describe tells what of all files is run, how often and in which order.
func (p *Plan) describe(e *RunStarted) {
	o := &p.options
	e.Narrowed = p.narrowed()
	if o.Repeat > 1 {
		e.Repeat = o.Repeat
	}
	if o.Shard.Count > 0 {
		e.Shard = o.Shard.String()
	}
	if o.Shuffle != nil {
		e.Shuffle = strconv.FormatUint(*o.Shuffle, 10)
	}
}

// rounds are the repetitions of a run, each with global variables of its own.
type rounds struct {
	plan   *Plan
	suites []*suite
	bus    *bus
	stop   *stopper
	keeper *keeper
	count  func(Counts)
	dry    *standin.Set // nil for a run that sends
}

// run runs all of them, as many sessions at a time as the options say.
func (r *rounds) run(ctx context.Context) {
	o := &r.plan.options
	jobs, times := o.Jobs, max(o.Repeat, 1)
	if jobs <= 0 {
		jobs = DefaultJobs
	}
	if o.DryRun {
		r.dry, jobs = standin.New(), 1 // there is nothing to wait for, and files are told in their order
	}
	w := newWorkers(jobs)
	for n := 1; n <= times; n++ {
		w.slots <- struct{}{} // what runs now may end the run
		<-w.slots
		if n > 1 && (ctx.Err() != nil || r.stop.reason() != "") {
			r.bus.emit(ID{}, &MessageEvent{Message: diag.Message{
				Code: diag.CodeNoRequest, Severity: diag.Note,
				Summary: fmt.Sprintf("%d of %d repetitions were begun", n-1, times),
			}})
			break
		}
		number := n
		if times == 1 {
			number = 0 // there is nothing to tell apart
		}
		r.round(ctx, number, w)
	}
	w.wait()
}

// workers run tasks, as many at a time as there are slots, each on a goroutine that
// has run others: their stacks have grown to what a session needs.
type workers struct {
	slots   chan struct{}
	tasks   chan func()
	started int
	wg      sync.WaitGroup // for tasks
}

func newWorkers(n int) *workers {
	return &workers{slots: make(chan struct{}, n), tasks: make(chan func())}
}

// do runs a task once there is a slot. It is called by one goroutine.
func (w *workers) do(task func()) {
	w.slots <- struct{}{}
	w.wg.Add(1)
	if w.started < cap(w.slots) {
		w.started++
		go func() {
			for task := range w.tasks {
				task()
				<-w.slots
				w.wg.Done()
			}
		}()
	}
	w.tasks <- task
}

// wait waits for the tasks, after which there are no others.
func (w *workers) wait() {
	w.wg.Wait()
	close(w.tasks)
}

// round starts the sessions of a repetition: its number is 0 if there is but one.
func (r *rounds) round(ctx context.Context, number int, w *workers) {
	shared := newGlobals()
	suites := r.suites
	if seed := r.plan.options.Shuffle; seed != nil {
		suites = shuffled(suites, *seed, number)
	}
	finished := make(map[*suite]chan struct{}, len(suites))
	for _, s := range suites {
		finished[s] = make(chan struct{})
	}
	for _, s := range inOrder(suites) {
		rows := s.sessionRows()
		if len(rows) == 0 {
			close(finished[s])
			continue
		}
		sequence := s.sequence()
		if seed := r.plan.options.Shuffle; seed != nil {
			sequence = s.shuffled(*seed, number)
		}
		record := r.keeper.of(s)
		record.begin(len(rows))
		run := &suiteRun{suite: s, repeat: number, bus: r.bus, start: time.Now(), left: len(rows), done: finished[s]}
		for _, row := range rows {
			w.do(func() {
				for _, g := range s.after { // which started before, and so cannot wait for this one
					if other := finished[g.setter.file.suite]; other != nil {
						<-other
					}
				}
				run.begin()
				session := newSession(s, r.bus, r.stop, shared)
				session.row, session.repeat, session.sequence, session.dry = row, number, sequence, r.dry
				session.record = record
				session.run(ctx)
				record.end()
				if total, last := run.end(session.counts); last {
					r.count(total)
				}
			})
		}
	}
}

// suiteRun is the sessions of a suite in a repetition: one, or one for each row of
// its data.
type suiteRun struct {
	suite  *suite
	repeat int
	bus    *bus
	start  time.Time
	done   chan struct{} // closed when all have ended

	mu     sync.Mutex
	begun  bool
	left   int // sessions that have not ended
	counts Counts
}

func (r *suiteRun) id() ID { return ID{File: r.suite.index, Repeat: r.repeat} }

// begin tells of the file before its first session.
func (r *suiteRun) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.begun {
		r.begun, r.start = true, time.Now()
		r.bus.emit(r.id(), &FileStarted{
			Path: r.suite.file.path, ProjectPath: r.suite.recordedPath(), Rows: r.suite.rows(), Requests: r.suite.planned(),
		})
	}
}

// end counts a session, and tells of the file after the last one. The total counts
// the file in its first repetition.
func (r *suiteRun) end(c Counts) (total Counts, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts.plus(c)
	if r.left--; r.left > 0 {
		return Counts{}, false
	}
	r.bus.emit(r.id(), &FileFinished{Path: r.suite.file.path, Counts: r.counts, Duration: time.Since(r.start)})
	close(r.done)
	if r.repeat <= 1 {
		r.counts.Files = 1
	}
	return r.counts, true
}
