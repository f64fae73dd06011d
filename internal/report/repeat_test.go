package report

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/runner"
)

// TestRepetitions protects that repetitions are told apart though they run at the same
// time: each has a block of its own, and the summary names them, in their order. It
// says how a failure by chance comes again.
func TestRepetitions(t *testing.T) {
	first, second := runner.ID{File: 1, Repeat: 1}, runner.ID{File: 1, Repeat: 2}
	at := func(id runner.ID) runner.ID { id.Request, id.Try = 1, 1; return id }
	events := []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{Version: "1", Files: 1, Requests: 1, Repeat: 2, Shard: "2/5", Shuffle: "42"}),
		ev(first, &runner.FileStarted{Path: "a.http", Requests: 1}),
		ev(second, &runner.FileStarted{Path: "a.http", Requests: 1}),
		ev(at(second), &runner.RequestFinished{Name: "later", Line: 1, Outcome: runner.Broken}),
		ev(at(first), &runner.RequestFinished{Name: "sooner", Line: 1, Outcome: runner.Failed}),
		ev(second, &runner.FileFinished{Path: "a.http"}),
		ev(first, &runner.FileFinished{Path: "a.http"}),
		ev(runner.ID{}, &runner.RunFinished{Counts: runner.Counts{Files: 1, Requests: 2, Failed: 1, Broken: 1, Halted: 1}, Exit: 3}),
	}
	got := log(t, ConsoleOptions{}, events)
	last := 0
	for _, want := range []string{
		"postrider 1: 1 request in 1 file, 2 times, shard 2/5, shuffled with seed 42\n",
		"\na.http  repetition 2\n  ! later ", "\na.http  repetition 1\n  ✗ sooner ",
		"What is wrong:\n  a.http:1 sooner: failed (repetition 1)\n  a.http:1 later: broken (repetition 2)\n",
		"BROKEN: the run could not go on (exit 3)\n", "  order     --shuffle 42\n",
	} {
		i := strings.Index(got[last:], want)
		if i < 0 {
			t.Fatalf("%q is missing or stands elsewhere in\n%s", want, got)
		}
		last += i
	}
}
