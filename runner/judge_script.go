package runner

import (
	"context"
	"errors"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/script"
	"github.com/postrider/postrider/parser"
)

// compileExpression compiles the JavaScript of an assertion, `?? js EXPR == 5`. It is
// nil, and its mistakes are reported, if it cannot be read.
func (f *file) compileExpression(a *parser.Assertion) *handler {
	h := &handler{file: f, node: &parser.Script{
		Span: a.Argument.Span(), Code: a.Argument, API: parser.HTTPYac, Event: parser.AfterResponse,
	}}
	var problems diag.List
	h.program, problems = script.Compile(script.Unit{
		Source: f.parsed.Source, Span: a.Argument.Span(), API: script.HTTPYac, Event: script.AfterResponse,
		Expression: true, Load: f.loadModule,
	})
	f.problem(problems...)
	if h.program == nil {
		return nil
	}
	return h
}

// newPredicate makes a check of an assertion of another tool.
func (f *file) newPredicate(a *parser.Assertion) predicate {
	p := predicate{node: a}
	if a.Subject == parser.SubjectScript {
		p.script = f.compileExpression(a)
	}
	return p
}

// readsStatus reports whether the check is about the status, so that it is the
// check's own affair which one is right.
func (p predicate) readsStatus() bool {
	return p.node.Subject == parser.SubjectStatus || p.script != nil && p.script.program.Facts().Status
}

// scriptError is why the JavaScript of an assertion has no value. It says by itself
// where the mistake is.
type scriptError struct {
	*diag.Diagnostic
	broken bool // it reached a limit, which says nothing of the answer
}

// computed is what the JavaScript of an assertion has come to.
type computed struct {
	script.Value
	undefined bool
}

// evaluate runs the JavaScript of the assertion. What it prints goes to done, which
// may be nil.
func (p predicate) evaluate(ctx context.Context, r *running, x *exchanged, done *RequestFinished) (computed, error) {
	host := newScriptHost(ctx, r, p.script, x)
	result := host.engine().Run(ctx, p.script.program, expressionHost{host})
	if done != nil {
		host.print(result, done)
		for _, d := range result.Notes {
			done.Problems = append(done.Problems, r.session.plan.message(d))
		}
	}
	switch {
	case result.Stop == script.Interrupted:
		r.scripted.interrupted = true
		return computed{}, &scriptError{Diagnostic: result.Err}
	case result.Unseen != nil:
		return computed{}, &scriptError{Diagnostic: result.Unseen}
	case result.Err != nil:
		return computed{}, &scriptError{Diagnostic: host.cut(result.Err), broken: result.Stop != script.Ran}
	}
	return computed{Value: result.Value, undefined: result.Undefined}, nil
}

// ofUndefined says whether an assertion holds for what JavaScript calls undefined.
// It is compared with that word, and asked whether it exists; to any other question
// it is no answer, or a misspelt name would pass for ever.
func (p predicate) ofUndefined(expected string) (holds, known bool) {
	switch p.node.Predicate {
	case parser.Equal, parser.NotEqual:
		return p.node.Predicate == parser.Equal, expected == "undefined"
	case parser.Exists:
		return false, true
	}
	return false, false
}

// notUndefined says whether an assertion that compares a value with undefined
// holds, which no value is. It reports false for other assertions. A text is
// compared with the word, as typeof gives it.
func (p predicate) notUndefined(actual any, expected string) (holds, known bool) {
	if _, isText := actual.(string); isText || actual == nil || expected != "undefined" {
		return false, false
	}
	switch p.node.Predicate {
	case parser.Equal, parser.NotEqual:
		return p.node.Predicate == parser.NotEqual, true
	}
	return false, false
}

// expressionHost is what an expression sees: it changes nothing.
type expressionHost struct{ *scriptHost }

// setsNothing is why an assertion cannot change anything.
func setsNothing() error {
	return &diag.Diagnostic{
		Code: diag.CodeScript, Severity: diag.Error, Summary: "an assertion sets nothing",
		Suggestion: "set it in a script, between `{{` and `}}` behind the request",
	}
}

// Set implements script.Host.
func (expressionHost) Set(script.Tier, string, script.Value, script.Place) error {
	return setsNothing()
}

// Clear implements script.Host.
func (expressionHost) Clear(script.Tier, string, script.Place) error { return setsNothing() }

// SetHeader implements script.Host.
func (expressionHost) SetHeader(string, script.Value, script.Place) error { return setsNothing() }

// ClearHeader implements script.Host.
func (expressionHost) ClearHeader(string, script.Place) error { return setsNothing() }

// asScriptError returns the error of the JavaScript of an assertion; nil for another.
func asScriptError(err error) *scriptError {
	e, _ := errors.AsType[*scriptError](err)
	return e
}
