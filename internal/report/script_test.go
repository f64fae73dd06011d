package report

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// TestScriptComments protects whoever runs a script: whatever files and answers
// put into names and notes, only the commands are commands.
func TestScriptComments(t *testing.T) {
	var out, messages strings.Builder
	s := NewScript(&out, &messages, ConsoleOptions{})
	const evil = "x\nrm -rf /\r\x1b[A"
	for _, data := range []runner.EventData{
		&runner.RunStarted{Version: evil, DryRun: true, Sandbox: true},
		&runner.FileStarted{Path: evil},
		&runner.RequestPlanned{
			Name: evil, Path: evil, NeededBy: evil, Role: "setup", Repeated: evil, Unsure: []string{evil}, Notes: []string{evil},
			Values: []runner.PlannedValue{{Text: evil, From: evil}}, Sent: runner.Planned{Proxy: evil}, Command: "curl 'a\nb'",
		},
		&runner.RequestFinished{Name: evil, Outcome: runner.Skipped, Reason: evil},
		&runner.RequestFinished{Name: "bad", Outcome: runner.Invalid, Problems: []diag.Message{{Severity: diag.Error, Summary: "wrong"}}},
		&runner.MessageEvent{Message: diag.Message{Severity: diag.Warning, Summary: "beware"}},
		&runner.RunFinished{Exit: runner.ExitInvalid},
	} {
		if err := s.Event(&runner.Event{ID: runner.ID{File: 1}, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	script := strings.Replace(out.String(), "curl 'a\nb'\n", "", 1)
	for line := range strings.Lines(script) {
		if line != "\n" && !strings.HasPrefix(line, "# ") || strings.ContainsAny(line, "\r\x1b") {
			t.Errorf("a line that is no comment: %q", line)
		}
	}
	for _, part := range []string{sandboxNotice, "setup", "needed by", "bad"} {
		if !strings.Contains(script, part) {
			t.Errorf("no %q in\n%s", part, script)
		}
	}
	for _, part := range []string{"wrong", "beware", "INVALID"} {
		if !strings.Contains(messages.String(), part) || strings.Contains(script, part) {
			t.Errorf("%q is no message: %s", part, messages.String())
		}
	}
}

// TestScriptFails protects against a script that is cut short without a word.
func TestScriptFails(t *testing.T) {
	s := NewScript(new(full), &strings.Builder{}, ConsoleOptions{})
	if err := s.Event(&runner.Event{Data: &runner.RequestPlanned{Command: "curl x"}}); err == nil || s.Close() == nil {
		t.Errorf("no error of the writer: %v", err)
	}
}

// TestConsoleOfDryRun protects a request that must not be shown, and that no
// escape of a file reaches the terminal.
func TestConsoleOfDryRun(t *testing.T) {
	var out strings.Builder
	c := NewConsole(&out, ConsoleOptions{Width: 60})
	for _, data := range []runner.EventData{
		&runner.RunStarted{DryRun: true, Requests: 1, Files: 1},
		&runner.FileStarted{Path: "a.http"},
		&runner.RequestPlanned{
			Name: "x\x1b[2J", Line: 3, NoLog: true, Notes: []string{"\x1b[2J" + strings.Repeat("long ", 30)},
			Sent: runner.Planned{Method: "GET", URL: "http://h/"},
		},
		&runner.FileFinished{Path: "a.http"},
		&runner.RunFinished{Counts: runner.Counts{Requests: 1, Planned: 1, Files: 1}},
	} {
		if err := c.Event(&runner.Event{ID: runner.ID{File: 1}, Data: data}); err != nil {
			t.Fatal(err)
		}
	}
	if got := out.String(); strings.Contains(got, "\x1b") || !strings.Contains(got, "@no-log") ||
		!strings.Contains(got, "DRY RUN: nothing was sent") || strings.Contains(got, "checks") {
		t.Errorf("the console writes\n%s", got)
	}
}
