package runner

import (
	"errors"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/script"
)

// replays reports whether the script is one of a replay.
func (h *scriptHost) replays() bool { return h.running.replayed != nil }

// engine is what runs the script.
func (h *scriptHost) engine() *script.Engine {
	if h.replays() {
		return &script.Engine{Mask: secretMask}
	}
	return new(script.Engine)
}

// missing is the error, for scripts, for what a recording lacks.
func missing(err error) error {
	if e, ok := errors.AsType[*eval.Error](err); ok && e.Code == diag.CodeNotRecorded {
		return &diag.Diagnostic{Code: e.Code, Severity: diag.Error, Summary: e.Summary, Suggestion: e.Suggestion}
	}
	return err
}

// doubt takes from the result of a script what cannot be believed in a replay. Of a
// script that has read what the recording does not tell, that is what it did then:
// its checks are not made, and what it sets is not known. One that comes before the
// request may fail in a replay, which has no answer if it failed in the run.
func (h *scriptHost) doubt(result *script.Result) {
	if !h.replays() || result.Stop == script.Interrupted {
		return
	}
	why := result.Unseen
	if why == nil && (h.handler.answers() || result.Err == nil) {
		return
	}
	facts := h.handler.program.Facts()
	if h.handler.answers() || why != nil && (facts.Tests || facts.Asserts || len(facts.Modules) > 0) {
		if !slices.ContainsFunc(result.Checks, func(c script.Check) bool { return c.Unseen != nil }) || result.Err != nil {
			at := script.Place{Source: h.handler.file.parsed.Source, Span: h.handler.node.Span}
			result.Checks = append(result.Checks, script.Check{Name: h.handler.node.String(), Place: at, Unseen: why})
		}
	} else if why == nil {
		d := *result.Err
		d.Severity = diag.Warning
		d.Summary = "not carried out in the replay: " + d.Summary
		result.Notes = append(result.Notes, &d)
	}
	result.Err, result.Stop, result.Ended = nil, script.Ran, script.Goes
	for _, n := range facts.Sets {
		if !n.Clear && !slices.ContainsFunc(h.changes, func(c scriptChange) bool { return !c.header && c.tier == n.Tier && c.name == n.Name }) {
			h.changes = append(h.changes, scriptChange{tier: n.Tier, name: n.Name, value: &script.Value{Data: secretMask}, at: n.Place})
		}
	}
}

// unseen makes a check of a script one that cannot be made.
func (h *scriptHost) unseen(check Check, c script.Check) Check {
	check.Passed, check.broken = false, false
	d := *c.Unseen
	d.Summary = "not checked: " + d.Summary
	if c.Test {
		d.Summary = "not checked: test `" + check.Text + "`: " + c.Unseen.Summary
	}
	check.Message = message(&d)
	return check
}

// unseen reports whether the check could not be made, since a recording lacks what
// it reads.
func (c Check) unseen() bool { return c.Message != nil && c.Message.Code == diag.CodeNotRecorded }
