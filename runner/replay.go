package runner

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
)

// Replay makes a run judge the answers of a recording: captures and checks are made
// as the files have them now, and nothing is sent.
type Replay struct {
	Recording Recording
	Name      string // of the recording, for people

	Lost   *diag.Diagnostic // what is missing in the recording; nil for nothing
	Errors []diag.Message   // of the recorded run, that belong to no request
	Exit   int              // code of the recorded run; 0 if it is not known
	Part   bool             // Options.Paths name some of its files

	Sandbox  bool                    // the vendors of the recorded run were simulated
	Files    map[string]RecordedFile // by the paths of Options, cleaned and without addresses
	Narrowed bool                    // a part of the requests was selected in the recorded run

	// Environment says that Options.Environment is that of the recorded run: it need not
	// be defined here.
	Environment bool
}

// Recording gives the answers of a run that was recorded with Options.Record. It is
// safe for concurrent use.
type Recording interface {
	// Requests are those of a file that the recording tells of, in the order of their
	// indexes.
	Requests(file string) []RecordedRequest
	// Runs are those of a request in the session of a repetition and a row, and in one
	// iteration, in the order in which they ended: several if others call it.
	Runs(file string, id ID) []RecordedRun
	// Try reads a try of a run, counted from 0.
	Try(run RecordedRun, n int) (*RecordedTry, error)
}

// RecordedFile is a file of a recording.
type RecordedFile struct {
	Key  string // for Recording
	Rows int    // of its data
}

// RecordedRequest is a request that a recording tells of.
type RecordedRequest struct {
	Index  int    // ID.Request
	Name   string // as RequestFinished has it
	Path   string // of the file that an imported request stands in, from the folder of the file that was run, with slashes; "" for that file
	Line   int
	Needed bool // it ran for others only
}

// RecordedRun is how a request was run once.
type RecordedRun struct {
	Time    time.Time // of its end
	Outcome Outcome
	Reason  string // of a skipped one
	Tries   int    // that the recording holds
	Key     int    // for the recording
}

// RecordedTry is what came of sending a request once.
type RecordedTry struct {
	ID   ID
	Done *RequestFinished // of a try that was repeated: what is known of it
}

// answered reports whether there is an answer to judge.
func (t *RecordedTry) answered() bool {
	done := t.Done
	return len(done.Hops) > 0 && (done.Recorded != nil || done.Outcome == Passed || done.Outcome == Failed)
}

// replayed is a request on its way through a replay.
type replayed struct {
	run  *RecordedRun // nil if the recording has none
	next int          // try of it
	try  *RecordedTry // that is being judged
}

// recordedRuns is what a session takes from a recording.
type recordedRuns struct {
	replay *Replay
	file   string
	steps  map[*step]RecordedRequest // those of the suite that the recording tells of
	taken  map[runKey]int            // how many runs were taken
}

type runKey struct {
	step      *step
	iteration int
}

// pathOf is the path of a file of the suite from the folder of the one that is run,
// with slashes; "" for that one.
func (s *suite) pathOf(f *file) string {
	if !f.imported() {
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(s.file.path), f.path)
	if err != nil {
		rel = f.path
	}
	return filepath.ToSlash(rel)
}

// planReplay finds the requests of the files in the recording, and takes those out of
// a run that the recorded one left out.
func (p *Plan) planReplay() {
	if p.options.Replay == nil {
		return
	}
	if lost := p.options.Replay.Lost; lost != nil && p.replaysPart() { // which may be all there
		told := *lost
		told.Severity = diag.Warning
		p.problems = append(p.problems, &told)
	}
	for _, s := range p.suites {
		recorded := p.options.Replay.Files[filepath.Clean(s.file.path)]
		s.recorded = recorded.Key
		s.matchRecorded()
		s.compareRows(recorded.Rows)
		for _, gone := range s.gone {
			where := s.file.path
			if gone.Path != "" {
				where = filepath.Join(filepath.Dir(where), filepath.FromSlash(gone.Path))
			}
			d := &diag.Diagnostic{
				Code: diag.CodeRecording, Severity: diag.Warning,
				Summary:    fmt.Sprintf("the recording has an answer of `%s` (line %d at the time), which %s no longer has", gone.Name, gone.Line, where),
				Suggestion: "if the request has another name now, give it the old one to replay it",
			}
			if isRequestLine(gone.Name) {
				d.Suggestion = "if the request has another request line now, bring back the old one to replay it"
			}
			if p.options.Replay.Narrowed && !gone.Needed { // it may be one that is left out below
				d.Severity = diag.Error
			}
			p.problems = append(p.problems, d)
		}
		if !p.options.Replay.Narrowed || s.recorded == "" { // the recorded run did not come to select anything of it
			continue
		}
		for _, st := range s.file.steps {
			if r, ok := s.inRecording[st]; st.request != nil && (!ok || r.Needed) {
				st.picks, st.selected = nil, false
			}
		}
	}
}

// compareRows tells of rows of data that cannot be those of the recorded run.
func (s *suite) compareRows(recorded int) {
	switch now := s.rows(); {
	case now == recorded:
	case now == 0:
		s.file.problem(&diag.Diagnostic{
			Code: diag.CodeRecording, Severity: diag.Error,
			Summary: fmt.Sprintf("the recorded run had data with %d rows, and this one has none", recorded),
			Source:  s.file.parsed.Source, Suggestion: "give the same `--data FILE` again",
		})
	default:
		s.file.problem(&diag.Diagnostic{
			Code: diag.CodeRecording, Severity: diag.Warning,
			Summary: fmt.Sprintf("the recorded run had data with %d rows, and this one has %d", recorded, now),
			Detail:  "an answer is taken for the row of the same number",
			Source:  s.file.parsed.Source, Suggestion: "bring the data back that was recorded if rows have moved",
		})
	}
}

// recordedRuns returns what a session takes from the recording; nil for one that
// sends.
func (s *suite) recordedRuns() *recordedRuns {
	if s.plan.options.Replay == nil {
		return nil
	}
	return &recordedRuns{replay: s.plan.options.Replay, file: s.recorded, steps: s.inRecording, taken: make(map[runKey]int)}
}

// take takes the next run of a request from the recording.
func (s *session) take(st *step, iteration int) *replayed {
	if s.recorded == nil || st.request == nil {
		return nil
	}
	x := new(replayed)
	r, ok := s.recorded.steps[st]
	if !ok {
		return x
	}
	runs := s.recorded.replay.Recording.Runs(s.recorded.file, ID{Repeat: s.repeat, Row: s.row, Request: r.Index, Iteration: iteration})
	key := runKey{st, iteration}
	n := s.recorded.taken[key]
	s.recorded.taken[key]++
	if n < len(runs) {
		x.run = &runs[n]
	}
	return x
}

// unanswered returns why the recording has no answer of a request that is to be
// judged; "" if it has one, or an error in its place.
func (x *replayed) unanswered() string {
	const reason = "not in the recording"
	switch {
	case x.run == nil:
		return reason
	case x.run.Outcome == Skipped && x.run.Reason != "":
		return reason + ", where it was skipped: " + x.run.Reason
	case x.run.Outcome == Skipped:
		return reason + ", where it was skipped"
	case x.run.Tries == 0:
		return reason + ", which was interrupted here"
	}
	return ""
}

// leaveOut ends a request that the recording has no answer of: it is skipped, and the
// run is no success.
func (r *running) leaveOut(done *RequestFinished, reason string) Outcome {
	done.Outcome, done.Reason, done.Blocked = Skipped, reason, true
	d := &diag.Diagnostic{
		Code: diag.CodeNotRecorded, Severity: diag.Error,
		Summary: fmt.Sprintf("`%s` is not judged: the recording has no answer of it", r.step.label()),
		Source:  r.step.file.parsed.Source, Subject: r.step.request.Line,
		Suggestion: "record a run of it, or leave it out with `--name` or `--exclude-tag`",
	}
	if len(r.session.suite.gone) > 0 && r.replayed.run == nil {
		var names []string
		for _, gone := range r.session.suite.gone {
			names = append(names, gone.Name)
		}
		if near := diag.Nearest(r.step.label(), names); near != "" || len(names) == 1 {
			near = cmp.Or(near, names[0])
			d.Suggestion = fmt.Sprintf("if this is what was called `%s`, give it that name again to replay it, or record a new run", near)
			if isRequestLine(near) {
				d.Suggestion = fmt.Sprintf("if this is what was `%s`, bring back that request line to replay it, or record a new run", near)
			}
		}
	}
	done.Problems = append(done.Problems, r.session.plan.message(d))
	r.session.counts.Unanswered++
	return r.finish(done)
}

// replay judges what the recording has of a request.
func (r *running) replay(ctx context.Context, done *RequestFinished) {
	done.NoLog = r.step.noLog
	if !r.prepareByScripts(ctx, done) { // which may set what checks and later requests read
		return
	}
	// What other files read of this one may depend on values that only a run has.
	_ = r.session.publish(ctx, r.step.file, r.step.block, r.scope, r)
	r.tries(ctx, nil, done)
	r.repeatErrors(done)
}

// tryRecorded judges the next try that the recording has.
func (r *running) tryRecorded(done *RequestFinished) (*transport.Exchange, bool) {
	x := r.replayed
	try, err := r.session.recorded.replay.Recording.Try(*x.run, x.next)
	x.next++
	if err != nil {
		r.fail(done, asDiagnostics(err)...)
		return nil, false
	}
	x.try, r.tried = try, try.ID.Try
	if r.step.retry == nil {
		r.tried = 0
	}
	if !try.answered() {
		was := try.Done
		done.Hops, done.Duration = was.Hops, was.Duration
		done.Problems = append(done.Problems, was.Problems...)
		done.Outcome = was.Outcome
		if done.Outcome == "" || done.Outcome == Passed || done.Outcome == Failed || done.Outcome == Skipped {
			done.Outcome = Broken
		}
		return nil, false
	}
	for _, m := range try.Done.Problems { // what was said of the request and of its credentials
		if m.Severity == diag.Warning && m.Code != diag.CodeMemberTwice {
			done.Problems = append(done.Problems, m)
		}
	}
	r.tellChange(try, done)
	return exchangeOf(try), true
}

// hasMoreTries reports whether the recording has another try. If it does not, although
// a run would try again, that is said.
func (r *running) hasMoreTries(done *RequestFinished) bool {
	x := r.replayed
	if x == nil || x.next < x.run.Tries {
		return true
	}
	d := &diag.Diagnostic{
		Code: diag.CodeNotRecorded, Severity: diag.Warning,
		Summary: fmt.Sprintf("a run would try again here: `@retry` allows %d tries, and the recording ends with try %d", r.step.retry.tries, r.tried),
		Source:  r.step.file.parsed.Source, Subject: r.step.request.Line,
	}
	done.Problems = append(done.Problems, r.session.plan.message(d))
	return false
}

// rejection repeats what the recorded run knew about a refusal of credentials.
func (r *running) rejection(done *RequestFinished) {
	for _, m := range r.replayed.try.Done.Problems {
		if m.Code == diag.CodeAuthRejected && m.Severity != diag.Warning {
			done.Problems = append(done.Problems, m)
		}
	}
}

// clock is the time that expressions of the request see.
func (x *replayed) clock() time.Time {
	if x == nil || x.run == nil {
		return time.Now()
	}
	return x.run.Time
}

// unknownArgument stands for an argument of a call whose value only a run has: whoever
// reads it is told why.
func unknownArgument(name string, err error) *scope.Variable {
	why := asDiagnostics(err)[0]
	v := scope.Missing(name, why)
	v.Tier = scope.Argument
	return v
}
