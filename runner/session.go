package runner

import (
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/standin"
	"github.com/postrider/postrider/internal/transport"
)

// secretMask stands for a value that is not shown.
const secretMask = secret.Mask

// session is one run of a suite: its variables, captures and kept answers. It
// belongs to one goroutine.
type session struct {
	plan      *Plan
	suite     *suite
	bus       *bus
	stop      *stopper
	globals   *globals               // that the sessions of a run share
	row       int                    // of the data of the file, from 1; 0 for none
	repeat    int                    // which repetition of the run it belongs to, from 1; 0 if there is but one
	sequence  []*step                // the steps to run, in this order
	scopes    map[*file]*scope.Scope // of its files
	outcomes  map[*step]Outcome
	answers   map[*step]*eval.Answer // of the steps that something is yet to refer to
	released  map[*step]int          // how many steps that read an answer have run
	lost      map[keptName]*step     // captures that failed; nothing older stands for them
	cookies   http.CookieJar
	files     *project.Files // that bodies may be read from; nil until one is
	counts    Counts
	record    *suiteRecord     // nil if nothing is kept of it
	recorded  *recordedRuns    // where the answers are taken from; nil for a run that sends
	dry       *standin.Set     // nil for a run that sends
	repeated  map[*step]string // in a dry run: how often a step is sent that its loop repeats
	headersBy *step            // in a dry run: whose script sets header fields of all later requests
	headers   []sessionHeader  // that scripts have set for all later requests; never changed in place

	headersKept map[*step]bool    // whose scripts have set what they were to set of them
	carried     map[*handler]bool // scripts that are run once and have been

	body   *printedBody // that may be printed; nil for none
	noBody string       // why its request has none

	blocked     map[*step]bool  // that were skipped because something failed or the run ended
	began       bool            // a request was about to be sent
	teardown    context.Context // of @teardown; nil until one has begun
	endTeardown context.CancelFunc
}

func newSession(of *suite, b *bus, stop *stopper, g *globals) *session {
	cookies, _ := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never fails
	return &session{
		cookies: cookies,
		plan:    of.plan, recorded: of.recordedRuns(), suite: of, bus: b, stop: stop, globals: g, scopes: make(map[*file]*scope.Scope),
		outcomes: make(map[*step]Outcome), answers: make(map[*step]*eval.Answer), released: make(map[*step]int),
		lost: make(map[keptName]*step), blocked: make(map[*step]bool),
	}
}

// running is a step on its way: what its templates and expressions see.
type running struct {
	session   *session
	step      *step
	scope     *scope.Scope // with the clock and the random numbers of this request
	place     string       // of its random numbers
	tried     int          // how often it was sent
	blocked   bool         // it is skipped because something failed, or the run ended
	told      bool         // a request that it calls has told why it did not pass
	iteration int          // of its own data or its @loop, from 1; 0 for none
	output    *output      // where the answer is saved; nil for nowhere
	replayed  *replayed    // what a recording has of it; nil in a run that sends
	auth      *credentials
	tokens    []usedToken                // that its texts named
	doubts    diag.List                  // about what is sent
	before    *keptState                 // what the tries of the request have changed; nil if that need not be known
	clock     time.Time                  // when it began
	scripted  scripted                   // what scripts have come to: those before it, then those behind the last answer
	own       map[string]*scope.Variable // that scripts have set for this request alone; never changed in place
	changed   *script.Request            // as a script has left it; nil if none has changed it

	// In a dry run:
	awaited  []string                // what values wait for that expressions have read
	unsure   []string                // what about the request only answers decide
	known    map[string]PlannedValue // by the values of secrets: the variables of the shell that stand for them
	noOrigin bool                    // the URL starts with a value that is not known
	previews []auth.Preview          // of its credentials
	keyFiles [2]string               // of its client certificate

	hasUserinfo bool          // the URL had a user name
	shorthand   *auth.Binding // of the header field Authorization; nil for none
}

// bodyFiles returns the access to the files that bodies may be read from.
func (s *session) bodyFiles() (*project.Files, error) {
	if s.files != nil {
		return s.files, nil
	}
	files, err := s.suite.file.files()
	s.files = files
	return files, err
}

// run runs the selected steps in order.
func (s *session) run(ctx context.Context) {
	defer func() {
		if s.files != nil {
			_ = s.files.Close() // only read from
		}
	}()
	s.readGlobals()
	for _, f := range s.suite.files {
		_ = s.publish(ctx, f, nil, s.scopeOf(f), unsent{f}) // what is wrong with the value is told where it is read
	}
	broken := "" // why only teardown is left to do
	for _, st := range s.sequence {
		switch {
		case !st.picks.in(s.row):
		case st.idle != "":
			s.skipped(st, st.idle, false)
		case st.teardown && !s.began:
			s.skipped(st, "nothing was begun", false)
		case st.teardown:
			s.tearDown(ctx, st)
		case broken != "" && !st.setup:
			s.skipped(st, broken, true)
		default:
			if outcome := s.runStep(ctx, st, caller{name: st.pulledBy}); st.setup && outcome.Bad() && broken == "" {
				broken = fmt.Sprintf("@setup `%s` %s", st.label(), outcome.verb())
			}
		}
	}
	if s.endTeardown != nil {
		s.endTeardown()
	}
	s.handOver()
}

// TeardownLimit is how long all @teardown of a file may take.
const TeardownLimit = 30 * time.Second

// tearDown runs a step even after an interruption, which ends what has begun but
// must not leave things behind.
func (s *session) tearDown(ctx context.Context, st *step) {
	if s.teardown == nil {
		s.teardown, s.endTeardown = context.WithTimeout(context.WithoutCancel(ctx), TeardownLimit)
	}
	if tell := s.plan.options.OnTeardown; tell != nil {
		defer tell()()
	}
	s.runStep(s.teardown, st, caller{})
}

// skipped tells of a step that is not run.
func (s *session) skipped(st *step, reason string, blocked bool) {
	if _, done := s.outcomes[st]; done {
		return
	}
	if st.request == nil { // what it calls tells of itself
		s.record.ended(st, s.row, 0, Skipped, blocked)
		return
	}
	r := &running{session: s, step: st, replayed: s.take(st, 0)}
	done := r.report("")
	done.Outcome, done.Reason, done.Blocked = Skipped, reason, blocked
	r.finish(done)
}

// report begins the event that tells how the request ended.
func (r *running) report(neededBy string) *RequestFinished {
	done := &RequestFinished{Name: r.step.label(), Line: r.step.line, NeededBy: neededBy}
	if r.step.file.imported() {
		done.Path = r.step.file.path
	}
	return done
}

// finish counts and tells how the request ended, and ends the run if --bail asks
// for that.
func (r *running) finish(done *RequestFinished) Outcome {
	s := r.session
	r.endedByTime(done)
	if s.dry != nil && (done.Outcome == Failed || done.Outcome == Broken) {
		done.Outcome = Invalid // nothing was tried that the world could refuse
	}
	if done.Outcome == Skipped && slices.ContainsFunc(done.Checks, func(c Check) bool { return !c.Passed && !c.Unknown }) {
		done.Outcome, done.Reason = outcomeOfChecks(done.Checks), "" // no failed check is passed over, whatever left the request out
	}
	outcome := done.Outcome
	if r.replayed != nil && done.onlyUnknown() {
		outcome = Passed // for those who need it: whether it has passed, nobody can tell, and its answer is there
	}
	s.outcomes[r.step] = outcome
	if done.Blocked {
		s.blocked[r.step] = true
	}
	s.counts.add(done)
	r.keepBody(done)
	if outcome.Bad() && s.plan.options.Bail {
		s.stop.bailed.Store(true)
	}
	s.record.ended(r.step, s.row, r.iteration, done.Outcome, done.Blocked)
	s.bus.emit(r.id(), done)
	return outcome
}

// runStep runs a step, and first what it needs, unless it has run already.
func (s *session) runStep(ctx context.Context, st *step, by caller) Outcome {
	if outcome, done := s.outcomes[st]; done {
		return outcome
	}
	defer s.release(st)
	return s.perform(ctx, st, by, nil)
}

// perform runs a step, whether it has run already or not: once, or as often as
// its data or its loop says.
func (s *session) perform(ctx context.Context, st *step, by caller, arguments []*scope.Variable) Outcome {
	switch {
	case st.skip != nil, st.excluded, len(st.unsupported) > 0: // it does not run at all
	case st.table != nil:
		return s.performRows(ctx, st, by, arguments)
	case st.loop != nil:
		return s.performLoop(ctx, st, by, arguments)
	}
	return s.performOnce(ctx, st, by, arguments, 0)
}

// performOnce runs a step, as the iteration that is counted from 1; 0 for a step
// that runs once.
func (s *session) performOnce(ctx context.Context, st *step, by caller, arguments []*scope.Variable, iteration int) Outcome {
	r := &running{session: s, step: st, place: streamOf(by, st, iteration), iteration: iteration, replayed: s.take(st, iteration)}
	r.clock = r.replayed.clock()
	r.scope = s.scopeOf(st.file).At(r.clock).Random(r.place)
	if len(arguments) > 0 {
		r.scope = r.scope.With(arguments)
	}
	done := r.report(by.name)
	send := r.prepare(ctx, done)
	if st.request == nil && (send || r.told) {
		if send {
			done.Outcome = Passed
		}
		s.record.ended(st, s.row, iteration, done.Outcome, done.Blocked)
		if s.outcomes[st] = Passed; !send {
			s.outcomes[st] = Failed
		}
		return s.outcomes[st]
	}
	if send && s.dry != nil {
		return r.plan(ctx, done)
	}
	if send && r.replayed != nil {
		if reason := r.replayed.unanswered(); reason != "" {
			return r.leaveOut(done, reason)
		}
	}
	if send {
		s.began = true
		s.bus.emit(r.id(), &RequestStarted{Name: done.Name, NeededBy: by.name, Line: st.line})
		started := time.Now()
		r.execute(ctx, done)
		if done.Duration == 0 {
			done.Duration = time.Since(started)
		}
	}
	return r.finish(done)
}

// id says what the events of the request are about.
func (r *running) id() ID {
	return ID{File: r.session.suite.index, Repeat: r.session.repeat, Row: r.session.row, Iteration: r.iteration, Request: r.step.index, Try: max(r.tried, 1)}
}

// prepare decides whether the request is to be sent; if not, it says so in
// done.
func (r *running) prepare(ctx context.Context, done *RequestFinished) bool {
	s, st := r.session, r.step
	skip := func(format string, args ...any) bool {
		done.Outcome, done.Reason, done.Blocked = Skipped, fmt.Sprintf(format, args...), r.blocked
		return false
	}
	if reason := s.stopped(ctx); reason != "" {
		r.blocked, done.Late = true, true
		return skip("%s", reason)
	}
	if st.excluded {
		return skip("excluded by its tag")
	}
	if st.skip != nil {
		if st.skip.Text.IsZero() || st.skip.Text.String() == "" {
			return skip("@skip")
		}
		return skip("%s", st.skip.Text)
	}
	if len(st.unsupported) > 0 {
		done.Outcome = Invalid
		for _, d := range st.unsupported {
			done.Problems = append(done.Problems, s.plan.message(d))
		}
		return false
	}
	if failed := r.runNeeds(ctx, inCondition); failed != "" {
		return skip("%s", failed)
	}
	if unmet, err := r.unmet(ctx); err != nil {
		r.fail(done, asDiagnostics(err)...)
		return false
	} else if unmet != "" {
		return skip("%s", unmet)
	}
	if failed := r.runNeeds(ctx, inRequest); failed != "" {
		return skip("%s", failed)
	}
	failed, err := r.calls(ctx)
	if err != nil {
		r.fail(done, asDiagnostics(err)...)
		return false
	}
	if failed != "" {
		r.told = true
		return skip("%s", failed)
	}
	if missing := r.uncaptured(inRequest); missing != "" {
		return skip("%s", missing)
	}
	if d := r.unset(); d != nil {
		r.fail(done, d)
		return false
	}
	if st.request == nil {
		return true // nothing is left to do
	}
	if reason := s.stopped(ctx); reason != "" { // while what it needs was running
		r.blocked, done.Late = true, true
		return skip("%s", reason)
	}
	return true
}

// unmet returns which condition of the step does not hold; "" if they all do.
func (r *running) unmet(ctx context.Context) (string, error) {
	for _, c := range r.step.conditions {
		holds, err := c.program.Eval(r.env(ctx, nil))
		if from, awaits := r.awaitedSince(0); awaits {
			r.unsure = append(r.unsure, fmt.Sprintf("sent only if `%s`, which depends on %s", c.text, from))
			continue
		}
		if err != nil {
			return "", c.problem(diag.CodeCheck, c.directive()+": ", err)
		}
		if holds != c.holds {
			return fmt.Sprintf("`%s` is %v", c.text, !c.holds), nil
		}
	}
	return "", nil
}

// uncaptured returns why the step cannot go through a phase: it reads what was
// to be captured, and was not.
func (r *running) uncaptured(upTo phase) string {
	s, st := r.session, r.step
	for _, read := range st.reads {
		if read.phase > upTo {
			continue
		}
		if read.name == headersName {
			if reason := r.withoutHeaders(); reason != "" {
				return reason
			}
			continue
		}
		by := s.lost[keptName{st.file, read.name}]
		if read.afterOwn && (by == nil || st.captureOf(read.name)) {
			continue // its own capture may give it a value
		}
		if by != nil {
			r.blocked = true
			_, done := by.how(read.name)
			return fmt.Sprintf("`%s` was not %s: `%s` failed", read.name, done, by.label())
		}
		if _, found, _ := r.scope.Lookup(read.name); found {
			continue
		}
		if read.global {
			if read.optional {
				continue
			}
			r.blocked = true
			return fmt.Sprintf("`%s` was not captured: the request that does so was not run", read.name)
		}
		for _, by := range st.file.capturers(read.set()) {
			outcome, ran := s.outcomes[by]
			if !ran || outcome == Passed || read.optional && outcome == Skipped && !s.blocked[by] {
				continue // a script that sets it has decided not to; the template says so
			}
			r.blockedBy(by, outcome)
			_, done := by.how(read.name)
			return fmt.Sprintf("`%s` was not %s: `%s` %s", read.name, done, by.label(), outcome.verb())
		}
	}
	return ""
}

// withoutHeaders returns which header fields of all later requests are not there
// because the request that sets them did not come so far.
func (r *running) withoutHeaders() string {
	for _, by := range r.step.file.capturers(headersName) {
		outcome, ran := r.session.outcomes[by]
		if by == r.step || !ran || outcome == Passed || outcome == Skipped && !r.session.blocked[by] || r.session.headersKept[by] {
			continue
		}
		r.blockedBy(by, outcome)
		return fmt.Sprintf("`%s` was not set: `%s` %s", headersName, by.label(), outcome.verb())
	}
	return ""
}

// unset reports a variable that a script was expected to set, and has decided not to.
func (r *running) unset() *diag.Diagnostic {
	for _, read := range r.step.reads {
		if read.optional || read.afterOwn || read.global {
			continue
		}
		if _, found, _ := r.scope.Lookup(read.name); found {
			continue
		}
		for _, by := range r.step.file.capturers(read.set()) {
			if r.session.outcomes[by] == Passed {
				return &diag.Diagnostic{
					Code: diag.CodeVariable, Severity: diag.Error,
					Summary: fmt.Sprintf("`%s` has no value: the script of `%s` has not set it", read.name, by.label()),
					Source:  read.at.Source(), Subject: read.at.Span(), Suggestion: "set it in any case, or give it a default with `@" + read.name + " = …`",
				}
			}
		}
	}
	return nil
}

// runNeeds runs what the step needs in a phase, and returns why the step cannot
// run.
func (r *running) runNeeds(ctx context.Context, in phase) string {
	for i, n := range r.step.needs {
		if n.phase != in {
			continue
		}
		var outcome Outcome
		if n.anew {
			outcome = r.session.perform(ctx, n.on, r.anew(i), nil)
		} else {
			outcome = r.session.runStep(ctx, n.on, caller{name: r.step.label()})
		}
		if outcome != Passed {
			r.blockedBy(n.on, outcome)
			return fmt.Sprintf("needs `%s`, which %s", n.on.label(), outcome.verb())
		}
	}
	return ""
}

// blockedBy notes whether a step without which this one cannot run has failed, or
// was kept from running itself, rather than being skipped on purpose.
func (r *running) blockedBy(by *step, outcome Outcome) {
	r.blocked = r.blocked || outcome != Skipped || r.session.blocked[by]
}

// verb is the outcome as a predicate.
func (o Outcome) verb() string {
	switch o {
	case Skipped:
		return "was skipped"
	case Invalid:
		return "cannot be run"
	case Broken:
		return "could not be carried out"
	case Interrupted:
		return "was interrupted"
	default:
		return string(o)
	}
}

func (s *session) stopped(ctx context.Context) string {
	switch {
	case ctx.Err() != nil && s.stop.timeOut.Load():
		return "the run has taken all the time of --max-time"
	case ctx.Err() != nil:
		return "the run was interrupted"
	case s.teardown == nil:
		return s.stop.reason()
	}
	return ""
}

// execute builds, sends and judges the request.
func (r *running) execute(ctx context.Context, done *RequestFinished) {
	if r.replayed != nil {
		r.replay(ctx, done)
		return
	}
	st := r.step
	done.NoLog = st.noLog
	if d := r.pause(ctx, st.before); d != nil {
		r.fail(done, d)
		return
	}
	if d := r.throttle(ctx); d != nil {
		r.fail(done, d)
		return
	}
	if !r.prepareByScripts(ctx, done) {
		return
	}
	req, err := r.build(ctx)
	if err == nil {
		err = r.session.publish(ctx, st.file, st.block, r.scope, r)
	}
	if err != nil {
		r.fail(done, asDiagnostics(err)...)
		return
	}
	if keeps := r.session.keepsBody(st); keeps || len(st.block.Outputs) > 0 {
		if r.output, err = r.openOutput(ctx); err != nil {
			r.fail(done, asDiagnostics(err)...)
			return
		}
		if !keeps {
			defer r.output.discard()
		}
		req.Save = r.output.begin
	}
	r.tries(ctx, req, done)
	for _, d := range r.doubts {
		done.Problems = append(done.Problems, r.session.plan.message(d))
	}
	r.saveOutput(done)
	if d := r.pause(ctx, st.after); d != nil {
		r.fail(done, d)
	}
}

// try sends the request once and judges the answer. It returns nil if there is
// none.
func (r *running) try(ctx context.Context, req *transport.Request, done *RequestFinished) *eval.Answer {
	if r.replayed != nil {
		if x, ok := r.tryRecorded(done); ok {
			return r.judged(ctx, x, done)
		}
		return nil
	}
	st := r.step
	x, err := r.session.plan.client.Do(ctx, req)
	r.session.plan.keepAnswered(x)
	if err != nil {
		if x != nil && len(x.Hops) > 0 {
			done.Hops = r.hops(x, true, true)
		}
		for _, d := range asDiagnostics(err) {
			placed := d.Source != nil
			d = d.At(st.file.parsed.Source, st.request.Line)
			if st.request.Target.HasTemplate() && !placed {
				d.Expanded = r.session.plan.expandedLine(req.Method, req.URL.String())
			}
			r.fail(done, d)
		}
		if ctx.Err() != nil {
			done.Outcome = Interrupted
		}
		return nil
	}
	r.rejectTokens(x)
	return r.judged(ctx, x, done)
}

// judged makes the captures and checks of an exchange, and tells of it.
func (r *running) judged(ctx context.Context, x *transport.Exchange, done *RequestFinished) *eval.Answer {
	st := r.step
	done.Duration = x.Duration()
	answer := newAnswer(x)
	if r.replayed != nil {
		recordedAnswer(answer, r.replayed.try)
	}
	r.session.keepAnswer(st, answer)
	r.keepSecretReads(ctx, answer) // before anything of it is told
	r.judge(ctx, x, answer, done)
	r.keepSecretReads(ctx, answer) // and of what was captured
	r.findUnknown(done)
	done.Outcome = r.scripted.outcome(done.Checks)
	if r.replayed != nil {
		r.tellReplayed(done)
		return answer
	}
	if done.Outcome == Failed {
		r.explainRejection(x, done)
	}
	if st.proposes {
		done.Proposal = r.propose(ctx, x, answer, done)
	}
	o := &r.session.plan.options
	done.Hops = r.hops(x, done.Outcome != Passed || o.Headers, done.Outcome != Passed || o.Bodies)
	r.record(x, done)
	return answer
}

// outcomeOfChecks is the outcome of a request that was answered. That a check fails
// says more than that another one could not be made.
func outcomeOfChecks(checks []Check) Outcome {
	outcome := Passed
	for _, c := range checks {
		if failure := c.failure(); !c.Passed && outcome != Interrupted && (outcome != Failed || failure != Broken) {
			outcome = failure
		}
	}
	return outcome
}

// explainRejection adds what the provider's definition knows about a refusal of
// credentials of ours.
func (r *running) explainRejection(x *transport.Exchange, done *RequestFinished) {
	last := x.Final()
	if last.Applied && r.shorthand != nil {
		if d := r.shorthand.Rejected(last); d != nil {
			done.Problems = append(done.Problems, r.session.plan.message(d))
		}
		return
	}
	if r.auth == nil || r.auth.binding == nil || !last.Applied {
		return
	}
	if d := r.auth.binding.Rejected(last); d != nil {
		done.Problems = append(done.Problems, r.session.plan.message(d.At(r.step.file.parsed.Source, r.auth.directive.ID.Span())))
	}
}

// fail ends the request with messages; their codes say in which class.
func (r *running) fail(done *RequestFinished, problems ...*diag.Diagnostic) {
	for _, d := range problems {
		done.Problems = append(done.Problems, r.session.plan.message(d))
		outcome := outcomeOf(d.Code)
		if done.Outcome == "" || outcome == Invalid {
			done.Outcome = outcome
		}
	}
}

// outcomeOf says whether a mistake is in the input or in the world.
func outcomeOf(code string) Outcome {
	switch {
	case code == diag.CodeCancelled:
		return Interrupted
	case strings.HasPrefix(code, "PR5"), code == diag.CodeAuthToken, code == diag.CodeAuthRejected:
		return Broken
	case code == diag.CodeCheck, code == diag.CodeCapture:
		return Failed
	default:
		return Invalid
	}
}

// add counts a finished request.
func (c *Counts) add(done *RequestFinished) {
	c.Requests++
	switch done.Outcome {
	case Passed:
		c.Passed++
	case Failed:
		c.Failed++
	case Skipped:
		c.Skipped++
	case Invalid:
		c.Invalid++
	case Broken:
		c.Broken++
	case Interrupted:
		c.Interrupted++
	}
	c.Checks += len(done.Checks)
	for _, check := range done.Checks {
		switch {
		case check.Unknown:
			c.Unjudged++
		case !check.Passed:
			c.FailedChecks++
		}
	}
	for _, m := range done.Problems {
		if m.Severity == diag.Warning {
			c.Warnings++
		}
	}
}
