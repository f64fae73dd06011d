package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// assertion is an @assert, compiled.
type assertion struct {
	expression
	note string // the message behind --
}

// capture is a @capture, compiled.
type capture struct {
	expression
	set
}

// set is a variable that a request gives a value to, for those that come later: by
// a @capture, or in a script.
type set struct {
	name   string
	at     parser.Text // the name
	secret bool
	global bool     // for other files too
	by     *handler // the script that does; nil for a @capture
}

func (c *capture) line() int { return c.expression.line() }

// how says what sets the variable, as a verb.
func (s *set) how() string {
	if s.by != nil {
		return "sets"
	}
	return "captures"
}

// done is the participle of how.
func (s *set) done() string {
	if s.by != nil {
		return "set"
	}
	return "captured"
}

// line is where the name stands.
func (s *set) line() int { return s.at.Source().Position(s.at.Span().Start).Line }

// expression is a compiled expression with the place it was written at.
type expression struct {
	text    parser.Text
	program *eval.Program
}

func (e expression) line() int {
	return e.text.Source().Position(e.text.Span().Start).Line
}

// point makes a diagnostic at the bytes [start, end) of the expression.
func (e expression) point(d diag.Diagnostic, start, end int) *diag.Diagnostic {
	d.Severity = diag.Error
	d.Source = e.text.Source()
	d.Subject = e.text.Locate(start, end)
	return &d
}

// problem points an evaluation error at its place.
func (e expression) problem(code, prefix string, err error) *diag.Diagnostic {
	var ee *eval.Error
	if !errors.As(err, &ee) {
		return e.point(diag.Diagnostic{Code: code, Summary: prefix + err.Error()}, 0, len(e.text.String()))
	}
	return e.point(diag.Diagnostic{
		Code: cmp.Or(ee.Code, code), Summary: prefix + ee.Summary, Detail: ee.Detail, Suggestion: ee.Suggestion,
	}, ee.Start, ee.End)
}

// judge makes the captures and checks of an answer, in the order of
// language.md §3: scripts, status, captures, all other checks.
func (r *running) judge(ctx context.Context, x *transport.Exchange, answer *eval.Answer, done *RequestFinished) {
	r.scripted = scripted{}
	scripts, all := r.runScripts(ctx, script.AfterResponse, &exchanged{x, answer}, done)
	env := r.env(ctx, answer)
	statusHolds := r.checkStatus(x, done)
	if !statusHolds {
		loseAll(scripts)
	}
	for _, c := range r.step.captures {
		if statusHolds {
			r.capture(ctx, env, c, done)
			continue
		}
		r.lose(&c.set)
		if v, err := c.program.Eval(env); c.secret && err == nil {
			r.session.plan.keepSecretOf(c.name, v) // the answer is shown, because it failed
		}
		done.Checks = append(done.Checks, Check{
			Kind: CheckCapture, Text: c.name, Line: c.line(),
			Message: message(c.point(diag.Diagnostic{
				Code: diag.CodeCapture, Summary: fmt.Sprintf("`%s` is not captured, because the status check failed", c.name),
			}, 0, len(c.text.String()))),
		})
	}
	for _, a := range r.step.asserts {
		c := a.check(env, r.step.noLog)
		r.hideCuts(answer, c.Message)
		done.Checks = append(done.Checks, c)
	}
	for _, p := range r.step.predicates {
		c := p.check(ctx, r, answer)
		r.hideCuts(answer, c.Message)
		done.Checks = append(done.Checks, c)
	}
	for _, path := range answer.Duplicates() {
		done.Problems = append(done.Problems, *message(&diag.Diagnostic{
			Code: diag.CodeMemberTwice, Severity: diag.Warning,
			Summary: fmt.Sprintf("the answer has the member `%s` twice; checks read the last one", path),
			Source:  r.step.file.parsed.Source, Subject: r.step.request.Line,
		}))
	}
	if !all {
		r.loseScripts(ctx, r.step.scripts, script.AfterAll)
		return
	}
	if scripts, _ = r.runScripts(ctx, script.AfterAll, &exchanged{x, answer}, done); !statusHolds {
		loseAll(scripts)
	}
}

// checkStatus is the implicit check: below 400, unless a check of the
// request's own reads the status, or one of its scripts has checked the answer.
func (r *running) checkStatus(x *transport.Exchange, done *RequestFinished) bool {
	if r.step.readsStatus || r.scripted.asserted || r.session.plan.options.NoStatusCheck {
		return true
	}
	last := x.Final()
	c := Check{Kind: CheckStatus, Text: "status < 400", Line: r.step.line, Passed: last.Status < 400}
	if !c.Passed {
		d := &diag.Diagnostic{
			Code: diag.CodeStatus, Severity: diag.Error,
			Summary: fmt.Sprintf("the answer is %s", statusLine(last)),
			Detail:  "a request must answer below 400 unless one of its checks reads `status`",
			Source:  r.step.file.parsed.Source, Subject: r.step.request.Line,
			Suggestion: fmt.Sprintf("if that is what you expect, write `# @assert status == %d`", last.Status),
		}
		if slices.ContainsFunc(r.step.scripts, (*handler).answers) {
			d.Detail = "a request must answer below 400 unless one of its checks reads `status`, or one of its scripts evaluates an assertion, which none did"
		}
		if r.step.request.Target.HasTemplate() {
			d.Expanded = r.session.plan.expandedLine(x.Hops[0].Method, x.Hops[0].URL.String())
		}
		c.Message = message(d)
	}
	done.Checks = append(done.Checks, c)
	return c.Passed
}

// statusLine is a status with its reason phrase, the standard one if the
// server sent none.
func statusLine(h *transport.Hop) string {
	text := h.StatusText
	if text == "" {
		text = http.StatusText(h.Status)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", h.Status, text))
}

// maxTainted is how long a captured text may be to count as secret because a
// secret is in it: in a longer one, the secret itself is masked, and what is
// made of the rest of it is not hidden.
const maxTainted = 8 << 10

// capture keeps a value for later requests of the session.
func (r *running) capture(ctx context.Context, env *eval.Env, c *capture, done *RequestFinished) {
	v, err := c.program.Eval(env)
	if isNotRecorded(err) { // it had a value, which whoever reads it is told of
		r.keep(&c.set, &scope.Variable{
			Name: c.name, Value: secretMask, Tier: scope.Captured,
			Source: c.text.Source(), Span: c.at.Span(), Where: "captured by " + r.step.label(),
		})
	} else if err != nil {
		r.lose(&c.set)
	}
	if err != nil {
		done.Checks = append(done.Checks, Check{
			Kind: CheckCapture, Text: c.name, Line: c.line(),
			Message: message(c.problem(diag.CodeCapture, fmt.Sprintf("`%s` is not captured: ", c.name), err)),
		})
		return
	}
	r.keepValue(&c.set, v, r.readsSecret(ctx, c.program), env.Answer, done)
}

// keepValue keeps what a request sets, and tells of it. The answer is nil before
// there is one.
func (r *running) keepValue(c *set, v any, secret bool, answer *eval.Answer, done *RequestFinished) {
	text := value.Text(v)
	masked := r.session.plan.secrets.Mask(text)
	secret = secret || c.secret || scope.LooksSecret(c.name) || answer != nil && r.cutsSecret(answer, text)
	repeats := masked != text && len(text) <= maxTainted // as an answer may
	holds := repeats && !secret && isStructured(v)       // of which the other parts are none
	if secret = secret || repeats && !holds; holds {
		r.session.plan.keepTainted(v)
	}
	if secret {
		r.session.plan.keepSecretOf(c.name, v)
		r.session.plan.finder().Marked(v)
	}
	r.keep(c, &scope.Variable{
		Name: c.name, Value: v, Tier: scope.Captured, Secret: secret, HoldsSecret: holds,
		Source: c.at.Source(), Span: c.at.Span(), Where: c.done() + " by " + r.step.label(),
	})
	shown := secretMask
	if !secret && !holds || r.session.plan.options.ShowSecrets { // a part of a secret is masked only as long as it is whole
		shown = value.Shorten(masked, 200)
	}
	done.Captures = append(done.Captures, Captured{Name: c.name, Value: shown})
}

// readsSecret reports whether a value of the program is computed from a secret.
func (r *running) readsSecret(ctx context.Context, p *eval.Program) bool {
	for _, name := range p.Variables() {
		if r.isSecret(ctx, name) {
			return true
		}
	}
	return false
}

// isSecret reports whether the value of a variable is secret, or a part of it.
func (r *running) isSecret(ctx context.Context, name string) bool {
	if v, found, _ := r.scope.Lookup(name); found && v.HoldsSecret {
		return true
	}
	_, secret, err := r.scope.Value(ctx, name, r)
	return secret && err == nil
}

// check evaluates an assertion and explains it if it does not hold, without
// the values behind it if quiet.
func (a *assertion) check(env *eval.Env, quiet bool) Check {
	c := Check{Kind: CheckAssert, Text: a.text.String(), Note: a.note, Line: a.line()}
	v, err := a.program.Eval(env)
	if err == nil && v == true {
		c.Passed = true
		return c
	}
	x := a.program.Explain(env)
	d := diag.Diagnostic{
		Code: diag.CodeAssertion, Summary: "assertion failed", Marker: x.Marker, Values: x.Values,
		Detail: x.Detail, Suggestion: x.Suggestion,
	}
	if a.note != "" {
		d.Summary += ": " + a.note
	}
	if err != nil {
		var ee *eval.Error
		if errors.As(err, &ee) {
			d.Code, d.Summary = cmp.Or(ee.Code, diag.CodeCheck), "assertion failed: "+ee.Summary
			d.Detail, d.Suggestion = ee.Detail, ee.Suggestion
			x.Start, x.End = ee.Start, ee.End
		} else {
			d.Summary = "assertion failed: " + err.Error()
		}
	}
	if quiet { // @no-log
		d.Values, d.Detail = nil, ""
	}
	c.Message = message(a.point(d, x.Start, x.End))
	return c
}

// failure is the outcome of a request whose check does not hold: it has failed,
// unless the run was ended before the check was made.
func (c Check) failure() Outcome {
	if c.Message != nil && c.Message.Code == diag.CodeCancelled {
		return Interrupted
	}
	if c.Unknown || c.broken {
		return Broken
	}
	return Failed
}

func message(d *diag.Diagnostic) *diag.Message {
	m := d.Message()
	return &m
}
