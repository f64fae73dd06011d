package report

import (
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postrider/postrider/runner"
)

// BenchmarkFailures is what each kind of report costs for a request that failed.
func BenchmarkFailures(b *testing.B) {
	body := `{"a":1,"b":["` + strings.Repeat(`x","y`, 500) + `"]}`
	failed := hop(500, "Internal Server Error", "application/json", body)
	done := &runner.RequestFinished{
		Name: "R", Line: 3, Outcome: runner.Failed, Checks: []runner.Check{failedCheck()}, Hops: []runner.Hop{failed},
	}
	b.Run("console", func(b *testing.B) { events(b, NewConsole(io.Discard, ConsoleOptions{}), done) })
	for _, kind := range Kinds() {
		b.Run(kind, func(b *testing.B) {
			target, err := FileTarget(b.Context(), filepath.Join(b.TempDir(), "report"), Streams(kind))
			if err != nil {
				b.Fatal(err)
			}
			events(b, New(kind, target, Options{}), done)
		})
	}
}

func events(b *testing.B, s runner.Sink, done *runner.RequestFinished) {
	b.Helper()
	tell := func(e *runner.Event) {
		if err := s.Event(e); err != nil {
			b.Fatal(err)
		}
	}
	tell(ev(runner.ID{}, &runner.RunStarted{}))
	tell(ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http"}))
	for n := 0; b.Loop(); n++ {
		tell(ev(runner.ID{File: 1, Request: 1, Iteration: n + 1}, done))
	}
	tell(ev(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"}))
	tell(ev(runner.ID{}, &runner.RunFinished{Exit: 1}))
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}
