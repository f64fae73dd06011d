package runner

import (
	"fmt"
	"path/filepath"

	"github.com/postrider/postrider/internal/diag"
)

// A replay must not be green where the recorded run was red for a reason that no
// answer shows. This file tells such reasons.

// replaysPart reports whether a part of the recording is replayed that the options
// select: what is wrong elsewhere does not matter then.
func (p *Plan) replaysPart() bool { return p.options.Replay.Part || p.narrowed() }

// ErrorOfRecorded says in a line how a recorded run ended, and why.
func ErrorOfRecorded(exit int, m diag.Message) string {
	text := m.Summary
	switch {
	case m.File != "" && m.Line > 0:
		text = fmt.Sprintf("%s:%d:%d: %s", m.File, m.Line, m.Column, text)
	case m.File != "":
		text = m.File + ": " + text
	}
	if m.Code != "" {
		text += " [" + m.Code + "]"
	}
	if exit == ExitPassed {
		return "the recorded run was told: " + text
	}
	return fmt.Sprintf("the recorded run ended with %d: %s", exit, text)
}

// unreplayed returns what a replay cannot judge although it is about it: what the
// recording has lost, and the errors of the recorded run that are not among those
// of this one.
func (p *Plan) unreplayed(said []diag.Message) []diag.Message {
	replay := p.options.Replay
	if replay == nil {
		return nil
	}
	var all []diag.Message
	part := p.replaysPart()
	if replay.Lost != nil && !part {
		all = append(all, replay.Lost.Message())
	}
	known := make(map[[3]string]bool)
	for _, m := range said {
		if m.Severity == diag.Error {
			known[errorKey(m)] = true
		}
	}
	for _, m := range replay.Errors {
		if known[errorKey(m)] || part && !p.hasSource(m.File) {
			continue
		}
		all = append(all, diag.Message{
			Code: diag.CodeRecording, Severity: diag.Error, Summary: ErrorOfRecorded(replay.Exit, m), Detail: m.Detail,
			Suggestion: "this cannot be judged again: mend it, and record a new run",
		})
	}
	return all
}

// errorKey is what an error has in two runs, wherever the folder of the project is.
func errorKey(m diag.Message) [3]string {
	return [3]string{m.Code, m.Summary, filepath.Base(filepath.FromSlash(m.File))}
}

// hasSource reports whether a message is about one of the files that are replayed.
func (p *Plan) hasSource(name string) bool {
	for _, s := range p.suites {
		for _, f := range s.files {
			if name != "" && filepath.Clean(f.path) == filepath.Clean(filepath.FromSlash(name)) {
				return true
			}
		}
	}
	return false
}

// repeatErrors repeats what went wrong behind the answer, such as that it could not be
// saved: nothing of that happens in a replay.
func (r *running) repeatErrors(done *RequestFinished) {
	x := r.replayed
	if x.try == nil || x.next < x.run.Tries || !x.try.answered() {
		return
	}
	for _, m := range x.try.Done.Problems {
		if m.Severity != diag.Error || judgedAgain(m.Code) {
			continue
		}
		done.Problems = append(done.Problems, m)
		if outcome := outcomeOf(m.Code); done.Outcome == Passed || outcome == Invalid {
			done.Outcome = outcome
		}
	}
}

// judgedAgain reports whether a replay finds an error by itself, if it is still there:
// a refusal of credentials, and what scripts do with the answer.
func judgedAgain(code string) bool {
	switch code {
	case diag.CodeAuthRejected, // see rejection
		diag.CodeScript, diag.CodeScriptLimit:
		return true
	}
	return false
}
