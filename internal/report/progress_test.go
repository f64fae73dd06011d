package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// terminal is what a terminal shows of what is written to it: rows above, and
// the row of the cursor, which is at its start. It fails at sequences that only
// some terminals know.
type terminal struct {
	t       *testing.T
	start   time.Time
	columns atomic.Int64
	writes  int
	log     strings.Builder // rows that are complete
	row     string          // the row of the cursor
	drawn   bool            // there is a progress line in it
	frames  strings.Builder // the progress line at each write
}

func (s *terminal) Write(p []byte) (int, error) {
	s.writes++
	text, erased := strings.CutPrefix(string(p), eraseProgress)
	if erased != s.drawn {
		s.t.Errorf("the row is %q, and the write is %q", s.row, p)
	}
	text, row, drawn := strings.Cut(text, startProgress)
	if drawn {
		var ended bool
		if row, ended = strings.CutSuffix(row, endProgress); !ended {
			s.t.Errorf("the progress line does not end: %q", p)
		}
		if w := visibleWidth(row); w > max(s.width()-1, 0) {
			s.t.Errorf("a line of %d columns in a terminal of %d: %q", w, s.width(), row)
		}
	}
	if !strings.HasSuffix("\n"+text, "\n") || strings.ContainsAny(plain(text+row), "\r\x1b") {
		s.t.Errorf("a terminal would show something else of %q", p)
	}
	s.row, s.drawn = row, drawn
	s.log.WriteString(text)
	lines := strings.Count(text, "\n")
	fmt.Fprintf(&s.frames, "%5d ms %2d lines |%s\n", time.Since(s.start).Milliseconds(), lines, row)
	return len(p), nil
}

func (s *terminal) width() int { return int(s.columns.Load()) }

// slow is a run with pauses between its events.
func slow(event func(*runner.Event)) {
	coro, corti, bad := runner.ID{File: 1}, runner.ID{File: 2}, runner.ID{File: 3}
	at := func(id runner.ID, request int) runner.ID { id.Request, id.Try = request, 1; return id }
	row := func(id runner.ID, row int) runner.ID { id.Row = row; return id }
	for _, e := range []struct {
		after int // ms
		event *runner.Event
	}{
		{0, ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 3, Requests: 40})},
		{12, ev(coro, &runner.FileStarted{Path: "requests/coro.http", Requests: 5})},
		{10, ev(at(coro, 1), &runner.RequestStarted{Name: "tickets", Line: 10})},
		{200, ev(corti, &runner.FileStarted{Path: "requests/corti.http", Requests: 2})},
		{0, ev(at(corti, 1), &runner.RequestStarted{Name: "日本語の名前がついた要求", Line: 4})},
		{90, ev(at(coro, 1), &runner.RequestFinished{Name: "tickets", Line: 10, Outcome: runner.Passed, Duration: ms(290)})},
		{0, ev(at(coro, 2), &runner.RequestStarted{Name: "Close it", Line: 17})},
		{80, ev(row(at(corti, 2), 3), &runner.RequestStarted{Line: 30})},
		{100, ev(at(coro, 2), &runner.RequestFinished{Name: "Close it", Line: 17, Outcome: runner.Failed, Duration: ms(180)})},
		{0, ev(at(coro, 3), &runner.RequestFinished{Name: "reopen", Line: 21, Outcome: runner.Skipped})},
		{10, ev(coro, &runner.FileFinished{})},
		{0, ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Note, Summary: "by the way"}})},
		{100, ev(row(at(corti, 2), 3), &runner.RequestFinished{Line: 30, Outcome: runner.Broken})},
		{0, ev(bad, &runner.FileStarted{Path: "requests/\x1b[2J.http", Requests: 1})},
		{0, ev(at(bad, 1), &runner.RequestStarted{Name: "\r\n::add-mask::x " + strings.Repeat("名", 300), Line: 31})},
		{150, ev(at(bad, 1), &runner.RequestFinished{Name: "bad", Line: 31, Outcome: runner.Passed})},
		{0, ev(at(corti, 1), &runner.RequestFinished{Name: "日本語の名前がついた要求", Line: 4, Outcome: runner.Passed})},
		{100, ev(corti, &runner.FileFinished{})},
		{1, ev(runner.ID{}, &runner.RunFinished{Exit: 3, Duration: ms(851), Counts: runner.Counts{Requests: 5, Passed: 3, Failed: 1, Broken: 1}})},
	} {
		time.Sleep(ms(e.after))
		event(e.event)
	}
}

// watch hands the events of a run to a console on a terminal that shows a
// progress line.
func watch(t *testing.T, o ConsoleOptions, s *terminal, run func(event func(*runner.Event))) {
	t.Helper()
	s.t, s.start = t, time.Now()
	s.columns.Store(int64(o.Width))
	o.Columns = s.width
	c := NewConsole(s, o)
	run(func(e *runner.Event) {
		if err := c.Event(e); err != nil {
			t.Error(err)
		}
	})
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	writes := s.writes
	time.Sleep(time.Minute)
	synctest.Wait()
	if s.writes != writes || s.drawn {
		t.Errorf("the progress line stays: %q, %d writes after Close", s.row, s.writes-writes)
	}
}

// What the line shows, when it is redrawn, and that every redraw is one write.
func TestProgressGolden(t *testing.T) {
	for _, o := range []ConsoleOptions{{Width: 40}, {Width: 80}, {Width: 200}, {Width: 80, Color: true}} {
		name := fmt.Sprintf("progress-%d", o.Width)
		if o.Color {
			name += "-color"
		}
		t.Run(name, func(t *testing.T) {
			var s terminal
			synctest.Test(t, func(t *testing.T) { watch(t, o, &s, slow) })
			compareGolden(t, filepath.Join("testdata", name+".golden"), s.frames.String())

			var events []*runner.Event
			synctest.Test(t, func(*testing.T) { slow(func(e *runner.Event) { events = append(events, e) }) })
			if want := log(t, o, events); s.log.String() != want {
				t.Errorf("with a progress line the log is\n%s\nwithout it is\n%s", s.log.String(), want)
			}
		})
	}
}

// Nobody wants to see a line that flashes up.
func TestShortRunShowsNoProgress(t *testing.T) {
	for _, test := range []struct {
		duration time.Duration
		want     bool
	}{{progressDelay - 1, false}, {progressDelay + 1, true}} {
		synctest.Test(t, func(t *testing.T) {
			var s terminal
			watch(t, ConsoleOptions{Width: 80}, &s, func(event func(*runner.Event)) {
				event(ev(runner.ID{}, &runner.RunStarted{Requests: 1, Files: 1}))
				time.Sleep(test.duration)
				event(ev(runner.ID{}, &runner.RunFinished{}))
			})
			if got := strings.Contains(s.frames.String(), "0/1 requests"); got != test.want {
				t.Errorf("a run of %v: shown %v, want %v", test.duration, got, test.want)
			}
		})
	}
}

// The line fits into a terminal that is resized, and into one that is too small
// for anything.
func TestProgressFitsEveryWidth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s terminal
		watch(t, ConsoleOptions{Width: 80}, &s, func(event func(*runner.Event)) {
			slow(func(e *runner.Event) {
				if _, ended := e.Data.(*runner.RunFinished); ended {
					for width := range int64(250) {
						s.columns.Store(width)
						time.Sleep(progressEvery)
					}
					synctest.Wait()
				}
				event(e)
			})
		})
		if s.writes < 250 {
			t.Errorf("%d writes", s.writes)
		}
	})
}

// From the first Ctrl-C on the line is away, because the second ends the process
// without a word.
func TestStopProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := terminal{t: t, start: time.Now()}
		s.columns.Store(80)
		c := NewConsole(&s, ConsoleOptions{Width: 80, Columns: s.width})
		slow(func(e *runner.Event) {
			if time.Since(s.start) > ms(400) {
				c.StopProgress()
				if s.drawn {
					t.Errorf("the line is still there: %q", s.row)
				}
			}
			if err := c.Event(e); err != nil {
				t.Error(err)
			}
		})
		if !strings.Contains(s.frames.String(), "|⠹") || !strings.Contains(s.log.String(), "BROKEN") {
			t.Errorf("frames:\n%s\nlog:\n%s", s.frames.String(), s.log.String())
		}
	})
}

// A terminal that goes away while nothing happens is noticed at the next event,
// and not written to again.
func TestProgressErrorsAreReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := &closing{room: 1}
		measured := 0
		c := NewConsole(gone, ConsoleOptions{Columns: func() int { measured++; return 80 }})
		if err := c.Event(ev(runner.ID{}, &runner.RunStarted{})); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if measured != 1 {
			t.Errorf("the line was drawn %d times, and the terminal was gone at the first", measured)
		}
		if err := c.Event(ev(runner.ID{}, &runner.MessageEvent{})); err == nil {
			t.Error("the error of the writer is lost")
		}
		if err := c.Close(); err == nil {
			t.Error("Close does not return the error of the writer")
		}
		if gone.writes != 2 {
			t.Errorf("%d writes, the second of which failed", gone.writes)
		}
	})
}

// closing is a terminal that takes some writes.
type closing struct{ room, writes int }

func (c *closing) Write(p []byte) (int, error) {
	if c.writes++; c.writes > c.room {
		return 0, errors.New("input/output error")
	}
	return len(p), nil
}

func TestFormatElapsed(t *testing.T) {
	for d, want := range map[time.Duration]string{ms(199): "0.1 s", ms(4149): "4.1 s", ms(59_999): "59.9 s", 65 * time.Second: "1m05s"} {
		if got := formatElapsed(d); got != want {
			t.Errorf("formatElapsed(%v) = %q, want %q", d, got, want)
		}
	}
}

// compareGolden compares a text with a golden file, or rewrites the file.
func compareGolden(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// How many requests end in a second is told once that means something, and where
// there is room.
func TestProgressRate(t *testing.T) {
	p := newProgress(nil, nil, diag.Renderer{})
	p.counts = progressCounts{requests: 40, finished: 12, files: 5, filesFinished: 3}
	for _, tt := range []struct {
		elapsed time.Duration
		width   int
		want    bool
	}{{4 * time.Second, 80, true}, {4 * time.Second, narrow - 1, false}, {rateDelay / 2, 80, false}} {
		p.start = time.Now().Add(-tt.elapsed)
		if line := p.line(tt.width); strings.Contains(line, "/s") != tt.want {
			t.Errorf("after %v, in %d columns: %s", tt.elapsed, tt.width, line)
		}
	}
	for rate, want := range map[float64]string{0.04: "0.0", 2.94: "2.9", 9.99: "10.0", 340.4: "340"} {
		if got := formatRate(rate); got != want {
			t.Errorf("formatRate(%v) = %s, want %s", rate, got, want)
		}
	}
}
