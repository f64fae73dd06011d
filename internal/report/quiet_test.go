package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// quietly returns what a quiet console writes.
func quietly(t *testing.T, events []*runner.Event) string {
	t.Helper()
	var b strings.Builder
	q := NewQuiet(NewConsole(&b, ConsoleOptions{}))
	for _, e := range events {
		if err := q.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A quiet console says nothing of what is right, and of what is wrong everything
// that the usual one says, summary included.
func TestQuiet(t *testing.T) {
	out := quietly(t, usual())
	for _, want := range []string{"postrider 1.2.0", "! facts", "✗ Close the first one", "requests/coro.http:9:38:", "< HTTP/1.1 409", "What is wrong:", "BROKEN", "6: 2 passed"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	for _, unwanted := range []string{"✓", "○", "warning:"} {
		if strings.Contains(out, unwanted) {
			t.Errorf("%q is there:\n%s", unwanted, out)
		}
	}
	file := runner.ID{File: 1}
	passed := []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{Version: "1", Files: 1, Requests: 1}),
		ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Warning, Summary: "w"}}),
		ev(file, &runner.FileStarted{Path: "a.http"}),
		ev(runner.ID{File: 1, Request: 1}, &runner.RequestFinished{Name: "r", Outcome: runner.Passed}),
		ev(file, &runner.FileFinished{}),
		ev(runner.ID{}, &runner.RunFinished{}),
	}
	if out := quietly(t, passed); out != "" {
		t.Errorf("nothing is wrong, and it says\n%s", out)
	}
	passed[len(passed)-1] = ev(runner.ID{}, &runner.RunFinished{Exit: 130})
	if out := quietly(t, passed); !strings.Contains(out, "INTERRUPTED") {
		t.Errorf("an interruption is not told:\n%s", out)
	}
}

// Whoever reads what is wrong must see that vendors are simulated.
func TestQuietSandbox(t *testing.T) {
	events := usual()
	events[0].Data.(*runner.RunStarted).Sandbox = true
	if out := quietly(t, events); strings.Count(out, sandboxNotice) != 2 {
		t.Errorf("the sandbox is not told:\n%s", out)
	}
}

// eventTypes is a sink that keeps the types of events.
type eventTypes []string

func (r *eventTypes) Event(e *runner.Event) error { *r = append(*r, eventType(e.Data)); return nil }
func (*eventTypes) Close() error                  { return nil }

// The end of a file is told if its start is: whoever keeps what belongs to a file
// lets go of it then, and writes it.
func TestQuietFiles(t *testing.T) {
	var told eventTypes
	file, other := runner.ID{File: 1}, runner.ID{File: 2}
	tellAll(t, NewQuiet(&told), []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{}), ev(file, &runner.FileStarted{}), ev(other, &runner.FileStarted{}),
		ev(file, &runner.RequestFinished{Outcome: runner.Failed}), ev(other, &runner.RequestFinished{Outcome: runner.Passed}),
		ev(other, &runner.FileFinished{}), ev(file, &runner.FileFinished{}),
	})
	if want := []string{"runStarted", "fileStarted", "requestFinished", "fileFinished"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
