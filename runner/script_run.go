package runner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// exchanged is an answer as scripts see it.
type exchanged struct {
	exchange *transport.Exchange
	answer   *eval.Answer
}

// prepareByScripts runs the scripts that come before the request, and reports
// whether it is to be sent.
func (r *running) prepareByScripts(ctx context.Context, done *RequestFinished) bool {
	r.scripted = scripted{}
	r.runScripts(ctx, script.BeforeRequest, nil, done)
	outcome := r.scripted.outcome(slices.DeleteFunc(slices.Clone(done.Checks), Check.unseen))
	if outcome == Passed {
		return true
	}
	if done.Outcome = outcome; outcome != Skipped {
		done.Reason = ""
	}
	return false
}

// runScripts runs the scripts of an event in order. What one of them sets, the next
// one sees; none runs behind one that could not be carried out, or has ended the
// request, nor behind an assertion outside of tests that has failed. It returns the
// hosts of those whose values count so far, and whether all have run.
func (r *running) runScripts(ctx context.Context, event script.Event, x *exchanged, done *RequestFinished) (hosts []*scriptHost, all bool) {
	for i, h := range r.step.scripts {
		if script.Event(h.node.Event) != event || h.once && r.session.carried[h] {
			continue
		}
		host := newScriptHost(ctx, r, h, x)
		if !host.run(done) {
			r.loseScripts(ctx, r.step.scripts[i+1:], event)
			return hosts, false
		}
		if h.once {
			if r.session.carried == nil {
				r.session.carried = make(map[*handler]bool)
			}
			r.session.carried[h] = true
		}
		hosts = append(hosts, host)
	}
	return hosts, true
}

// loseScripts notes that scripts of an event do not run.
func (r *running) loseScripts(ctx context.Context, scripts []*handler, event script.Event) {
	for _, h := range scripts {
		if script.Event(h.node.Event) == event {
			newScriptHost(ctx, r, h, nil).lose()
		}
	}
}

// run runs the script and takes over what came of it. It reports whether the next
// one may run.
func (h *scriptHost) run(done *RequestFinished) bool {
	r := h.running
	result := h.engine().Run(h.ctx, h.handler.program, h)
	h.doubt(result)
	h.print(result, done)
	if h.handler.answers() && result.Ended != script.Goes {
		result = tooLate(result)
	}
	for _, c := range result.Checks {
		done.Checks = append(done.Checks, h.check(c))
	}
	facts := h.handler.program.Facts()
	r.scripted.asserted = r.scripted.asserted || result.Asserted ||
		result.Unseen != nil && (facts.Tests || facts.Asserts) // a replay cannot tell what it has asserted in the run
	for _, d := range result.Notes {
		done.Problems = append(done.Problems, r.session.plan.message(d))
	}
	switch {
	case result.Stop == script.Interrupted:
		r.scripted.interrupted = true
	case result.Err != nil:
		r.scripted.broken = true
	case result.Ended == script.Skipped:
		r.scripted.ended, done.Reason = script.Skipped, cmp.Or(result.Reason, "a script skips it")
	case result.Ended == script.Aborted:
		r.scripted.ended = script.Aborted
		d := &diag.Diagnostic{Code: diag.CodeScriptCheck, Severity: diag.Error, Summary: "the script has aborted the request", Source: result.At.Source, Subject: result.At.Span}
		if result.Reason != "" {
			d.Summary += ": " + result.Reason
		}
		done.Problems = append(done.Problems, r.session.plan.message(d))
	}
	if result.Err != nil {
		done.Problems = append(done.Problems, r.session.plan.message(h.cut(result.Err)))
	}
	if !counts(result) {
		h.lose()
		return false
	}
	h.commit(done)
	if result.Request != nil && !h.handler.answers() {
		r.changed = result.Request
	}
	return true
}

// tooLate makes an error of a script that ends a request which has been answered: what
// the answer was must not be passed over.
func tooLate(result *script.Result) *script.Result {
	late := *result
	if late.Ended = script.Goes; late.Err == nil {
		late.Err = &diag.Diagnostic{
			Code: diag.CodeScript, Severity: diag.Error, Summary: "the request cannot be ended any more: it has been answered",
			Source: result.At.Source, Subject: result.At.Span, Suggestion: "do so in a script before the request, or write `# @if`",
		}
	}
	return &late
}

// cut drops what a message says of values, if the request shows none: all of its
// words may be of the script's own making, and hold some.
func (h *scriptHost) cut(d *diag.Diagnostic) *diag.Diagnostic {
	if !h.running.step.noLog {
		return d
	}
	quiet := *d
	quiet.Values, quiet.Detail = nil, ""
	switch d.Code {
	case diag.CodeScriptLimit, diag.CodeCancelled, diag.CodeTimeout: // in words of ours
	case diag.CodeScriptCheck:
		quiet.Summary, quiet.Suggestion = "the check does not hold; `@no-log` hides what it says", ""
	default:
		quiet.Summary, quiet.Suggestion = "the script could not be carried out; `@no-log` hides why", ""
	}
	return &quiet
}

// nameOf is the name of a check, unless the request shows no values and the name may
// hold some: it is not written in the script as it stands.
func (h *scriptHost) nameOf(c script.Check) string {
	if !h.running.step.noLog || !c.Test || c.Place.Source != nil && strings.Contains(string(c.Place.Source.Text()), c.Name) {
		return c.Name
	}
	return "test"
}

// check makes a check of one of a script.
func (h *scriptHost) check(c script.Check) Check {
	check := Check{Kind: CheckTest, Text: h.nameOf(c), Line: h.handler.line(), Passed: c.Passed, Duration: c.Duration, broken: c.Broken}
	if c.Place.Source == h.handler.file.parsed.Source {
		check.Line = c.Place.Source.Position(c.Place.Span.Start).Line
	}
	if c.Unseen != nil {
		return h.unseen(check, c)
	}
	if c.Diagnostic != nil {
		check.Message = message(h.cut(c.Diagnostic))
		if c.Test {
			check.Message.Summary = fmt.Sprintf("test `%s`: %s", check.Text, check.Message.Summary)
		}
		if h.x != nil {
			h.running.hideCuts(h.x.answer, check.Message)
		}
	}
	return check
}

// print takes over what a script has printed.
func (h *scriptHost) print(result *script.Result, done *RequestFinished) {
	if h.running.step.noLog { // it may be the answer
		return
	}
	for _, e := range result.Log {
		entry := Log{Level: e.Level.String(), Text: e.Text}
		if s := e.Place.Source; s != nil {
			entry.Line = s.Position(e.Place.Span.Start).Line
			if s != h.running.step.file.parsed.Source {
				entry.Path = s.Name()
			}
		}
		done.Log = append(done.Log, entry)
	}
	if result.LogLost > 0 {
		done.Log = append(done.Log, Log{Level: script.Warn.String(), Text: fmt.Sprintf("… %d more lines", result.LogLost)})
	}
}

// sessionHeader is a header field of all later requests, set by a script.
type sessionHeader struct{ name, value string }

// setHeader sets a header field for all later requests, or removes it.
func (s *session) setHeader(name string, value *string) {
	headers := slices.DeleteFunc(slices.Clone(s.headers), func(h sessionHeader) bool { return strings.EqualFold(h.name, name) })
	if value != nil {
		headers = append(headers, sessionHeader{name, *value})
	}
	s.headers = headers
}

// foreseeScripts says in a dry run, which runs no script, what scripts may change,
// and puts stand-ins for what they set.
func (r *running) foreseeScripts(note func(string, ...any)) {
	told := false
	for _, h := range r.step.scripts {
		if h.answers() {
			continue
		}
		if !told {
			note("a run first carries out the %s at line %d, which may change what is sent", h.node, h.line())
			told = true
		}
		for _, n := range h.program.Facts().Sets {
			switch {
			case n.Clear:
			case n.Tier == script.OfRequest:
				r.setOwn(r.pending(n.Name, nameAt(n), h))
			default:
				for c := range r.step.setting {
					if c.by == h && c.name == n.Name {
						r.keep(c, r.pending(c.name, c.at, h))
					}
				}
			}
		}
	}
}

// change applies to a built request what a script has changed of it. Its texts may
// hold templates.
func (r *running) change(ctx context.Context, req *transport.Request) error {
	now := r.changed
	if now == nil {
		return nil
	}
	was := r.writtenRequest()
	expand := func(what, text string) (string, error) {
		source := diag.NewSource("the "+what+" that a script has set", []byte(text))
		t := parser.NewText(source, diag.Span{End: len(text)})
		if what == "body" {
			parts, err := r.expand(ctx, t)
			return scope.Join(parts), err
		}
		if what == "URL" {
			return r.target(ctx, t)
		}
		return r.line(ctx, t)
	}
	if now.Method != was.Method {
		req.Method = strings.ToUpper(now.Method)
	}
	if now.URL.Raw != was.URL.Raw {
		target, err := expand("URL", now.URL.Raw)
		if err != nil {
			return err
		}
		if req.URL, err = r.step.parseTarget(target, fieldValue(req.Header, "Host")); err != nil {
			return r.step.targetError(err, req.Method+" "+target)
		}
		r.userinfo(req)
	}
	for _, h := range was.Headers { // what was removed, or has another value
		if !slices.ContainsFunc(now.Headers, func(n script.RequestHeader) bool {
			return strings.EqualFold(n.Name, h.Name) && n.Value.Raw == h.Value.Raw
		}) {
			req.Header = slices.DeleteFunc(req.Header, func(f transport.Field) bool { return strings.EqualFold(f.Name, h.Name) })
		}
	}
	for _, h := range now.Headers {
		if slices.ContainsFunc(was.Headers, func(w script.RequestHeader) bool {
			return strings.EqualFold(w.Name, h.Name) && w.Value.Raw == h.Value.Raw
		}) {
			continue
		}
		text, err := expand("header field "+h.Name, h.Value.Raw)
		if err != nil {
			return err
		}
		if h.Secret {
			r.session.plan.secrets.Add(text)
		}
		req.Header = slices.DeleteFunc(req.Header, func(f transport.Field) bool { return strings.EqualFold(f.Name, h.Name) })
		req.Header = append(req.Header, transport.Field{Name: h.Name, Value: text})
	}
	if now.Body.Raw != was.Body.Raw {
		text, err := expand("body", now.Body.Raw)
		if err != nil {
			return err
		}
		req.Body = body{{bytes: []byte(text)}}
	}
	r.session.plan.keepPlaces(req)
	return nil
}
