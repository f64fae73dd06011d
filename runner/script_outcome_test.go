package runner

import (
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/script"
)

// TestScriptedOutcome protects that no way in which a script ends covers a check that
// fails, or could not be made.
func TestScriptedOutcome(t *testing.T) {
	passed, failed, broken := Check{Passed: true}, Check{}, Check{broken: true}
	cancelled := Check{Message: &diag.Message{Code: diag.CodeCancelled}}
	for _, c := range []struct {
		name     string
		scripted scripted
		checks   []Check
		want     Outcome
	}{
		{"nothing", scripted{}, nil, Passed},
		{"a check", scripted{}, []Check{passed}, Passed},
		{"a failed check", scripted{}, []Check{passed, failed, passed}, Failed},
		{"a broken check", scripted{}, []Check{passed, broken}, Broken},
		{"a failed check tells more than a broken one", scripted{}, []Check{broken, failed, broken}, Failed},
		{"a check that was interrupted", scripted{}, []Check{failed, cancelled}, Interrupted},
		{"a broken script", scripted{broken: true}, []Check{passed}, Broken},
		{"a broken script and a failed check", scripted{broken: true}, []Check{failed}, Broken},
		{"an interrupted script", scripted{interrupted: true, broken: true}, []Check{failed}, Interrupted},
		{"left out", scripted{ended: script.Skipped}, []Check{passed}, Skipped},
		{"left out behind a failed check", scripted{ended: script.Skipped}, []Check{failed}, Failed},
		{"left out behind a broken check", scripted{ended: script.Skipped}, []Check{broken}, Broken},
		{"left out by a broken script", scripted{ended: script.Skipped, broken: true}, nil, Broken},
		{"aborted", scripted{ended: script.Aborted}, nil, Failed},
		{"aborted behind a broken check", scripted{ended: script.Aborted}, []Check{broken}, Broken},
		{"aborted by an interruption", scripted{ended: script.Aborted, interrupted: true}, nil, Interrupted},
	} {
		if got := c.scripted.outcome(c.checks); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestScriptCounts protects the one rule for when what a script sets counts.
func TestScriptCounts(t *testing.T) {
	for _, c := range []struct {
		name   string
		result script.Result
		want   bool
	}{
		{"nothing", script.Result{}, true},
		{"an assertion", script.Result{Checks: []script.Check{{Passed: true}}}, true},
		{"a failed assertion", script.Result{Checks: []script.Check{{}}}, false},
		{"a failed test", script.Result{Checks: []script.Check{{Test: true}}}, true},
		{"a broken test", script.Result{Checks: []script.Check{{Test: true, Broken: true}}}, false},
		{"an exception", script.Result{Err: &diag.Diagnostic{}}, false},
		{"the end of the request", script.Result{Ended: script.Skipped}, false},
	} {
		if got := counts(&c.result); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
