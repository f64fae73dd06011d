package report

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// entries are the names in a folder, hidden ones too.
func entries(t *testing.T, dir string) string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestFileTarget protects that a report appears whole or not at all: its folder is
// made, what was there stays until the end, and nothing else is left behind.
func TestFileTarget(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, "r.xml")
	begin := func(text string, direct bool) *Target {
		target, err := FileTarget(t.Context(), path, direct)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := target.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := target.Flush(); err != nil {
			t.Fatal(err)
		}
		return target
	}
	first := begin("one", false)
	if _, err := os.Stat(path); err == nil {
		t.Error("a report is there before it is whole")
	}
	if err := first.Commit(); err != nil || content(t, path) != "one" {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	second := begin("two", false)
	if content(t, path) != "one" {
		t.Error("the report of the run before is gone too early")
	}
	second.Discard()
	if content(t, path) != "one" || entries(t, dir) != "r.xml" {
		t.Errorf("a report that was given up leaves %q and %s", content(t, path), entries(t, dir))
	}
	if err := begin("three", false).Commit(); err != nil || content(t, path) != "three" || entries(t, dir) != "r.xml" {
		t.Errorf("%v: %q, %s", err, content(t, path), entries(t, dir))
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("the report has the mode %v", info.Mode())
	}
	if stream := begin("four", true); content(t, path) != "four" {
		t.Error("a direct report is not there while it is written")
	} else if stream.Discard(); content(t, path) != "four" {
		t.Error("what was written of a direct report is gone")
	}
}

// TestTargetsThatCannotBeWritten protects that this is found before the run, and
// that the message names the report and not the file beside it.
func TestTargetsThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(file, "r.xml"), filepath.Join(file, "deep", "r.xml")} {
		_, err := FileTarget(t.Context(), path, false)
		if err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: %v", path, err)
		}
	}
	if entries(t, dir) != "file" {
		t.Errorf("left behind: %s", entries(t, dir))
	}
}

// fullDisk fails as a file does for which there is no room, after some bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, &os.PathError{Op: "write", Path: ".r.xml.ABC", Err: syscall.ENOSPC}
	}
	return len(p), nil
}

// TestFullDisk protects that a report for which there is no room fails with its
// name: in the middle, or with its last event, but never silently.
func TestFullDisk(t *testing.T) {
	for _, kind := range Kinds() {
		for _, room := range []int{0, 100} {
			target := StreamTarget("r.xml", &fullDisk{room})
			s := New(kind, target, Options{})
			var failed error
			for _, e := range everything() {
				if failed = s.Event(e); failed != nil {
					break
				}
			}
			if failed == nil || !errors.Is(failed, syscall.ENOSPC) || !strings.HasPrefix(failed.Error(), "r.xml: ") {
				t.Errorf("%s with room for %d bytes: %v", kind, room, failed)
			}
			if err := s.Close(); err != nil {
				t.Errorf("%s: told twice: %v", kind, err)
			}
		}
	}
}

// TestUnfinishedReports protects that no report takes its place without the last
// event of the run: half a report could pass for a whole one.
func TestUnfinishedReports(t *testing.T) {
	for _, kind := range Kinds() {
		path := filepath.Join(t.TempDir(), "r")
		target, err := FileTarget(t.Context(), path, Streams(kind))
		if err != nil {
			t.Fatal(err)
		}
		all := everything()
		tellAll(t, New(kind, target, Options{}), all[:len(all)-1])
		if _, err := os.Stat(path); (err == nil) != Streams(kind) || strings.Contains(entries(t, filepath.Dir(path)), ".postrider-") {
			t.Errorf("%s leaves %q", kind, entries(t, filepath.Dir(path)))
		}
	}
}

// TestEventsAreWrittenAtOnce protects that a run can be followed in its file.
func TestEventsAreWrittenAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.ndjson")
	target, err := FileTarget(t.Context(), path, Streams("ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	s := New("ndjson", target, Options{})
	for i, e := range everything() {
		if err := s.Event(e); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(content(t, path), "\n"); n != i+2 {
			t.Fatalf("%d lines after %d events", n, i+1)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSpool(t *testing.T) {
	for _, size := range []int{0, 10, spoolMemory / 3, spoolMemory, spoolMemory + 1, 3 * spoolMemory} {
		var s spool
		var want strings.Builder
		var at []int64
		for i := range 7 {
			piece := strings.Repeat(string(rune('a'+i)), size)
			at = append(at, s.size())
			if _, err := s.Write([]byte(piece)); err != nil {
				t.Fatal(err)
			}
			want.WriteString(piece)
		}
		at = append(at, s.size())
		for i := range 6 { // each piece, and the border to the next
			text, err := s.text(at[i], at[i+2])
			if err != nil || text != want.String()[at[i]:at[i+2]] {
				t.Fatalf("pieces of %d bytes: piece %d is wrong (%v)", size, i, err)
			}
		}
		name := ""
		if s.file != nil {
			name = s.file.Name()
		}
		if (name != "") != (7*size > spoolMemory) {
			t.Errorf("pieces of %d bytes: a file is %q", size, name)
		}
		if _, err := os.Stat(name); name != "" && err == nil && runtime.GOOS != "windows" {
			t.Error("whoever kills the process leaves a temporary file")
		}
		for range 2 { // as for an end that is told again
			var got strings.Builder
			if err := s.copyTo(&got); err != nil || got.String() != want.String() {
				t.Errorf("pieces of %d bytes: not what was written (%v)", size, err)
			}
		}
		if s.discard(); s.size() != 0 {
			t.Errorf("%d bytes are left", s.size())
		}
		if _, err := os.Stat(name); name != "" && err == nil {
			t.Error("the temporary file is left")
		}
	}
}

// manyFailures is a run of n requests that fail.
func manyFailures(n int) []*runner.Event {
	events := []*runner.Event{ev(runner.ID{}, &runner.RunStarted{}), ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http"})}
	for i := range n {
		events = append(events, ev(runner.ID{File: 1, Request: 1, Iteration: i + 1, Try: 1}, &runner.RequestFinished{
			Name: "R", Line: 9, Outcome: runner.Failed, Checks: []runner.Check{failedCheck()},
			Hops: []runner.Hop{hop(200, "OK", "text/plain", strings.Repeat("日本\n", 20))},
		}))
	}
	return numbered(append(events, ev(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"}), ev(runner.ID{}, &runner.RunFinished{Exit: 1})))
}

// TestLongBlock protects that a block of the console is the same whether what
// stands below its lines fits into memory or not.
func TestLongBlock(t *testing.T) {
	const n = 300
	text := log(t, ConsoleOptions{}, manyFailures(n))
	if len(text) < 2*spoolMemory {
		t.Fatalf("%d bytes are not enough for this test", len(text))
	}
	one := log(t, ConsoleOptions{}, manyFailures(1))
	_, below, _ := strings.Cut(one, "R[1]")
	_, below, _ = strings.Cut(below, "\n")
	below, _, _ = strings.Cut(below, "\n\n")
	if strings.Count(text, below+"\n") != n || strings.Count(text, "  ✗ R[") != n {
		t.Errorf("%d requests, %d with all that stands below the first", strings.Count(text, "  ✗ R["), strings.Count(text, below+"\n"))
	}
}

// TestPagesAreBounded protects that a page fits where it goes, and says what it
// leaves out.
func TestPagesAreBounded(t *testing.T) {
	page := reportOf(t, "markdown", Options{}, manyFailures(2000))
	valid(t, "markdown", page)
	if len(page) > markdownLimit || !strings.Contains(page, "… and ") || !strings.Contains(page, "### Files") {
		t.Errorf("%d bytes", len(page))
	}
	var files []*runner.Event
	files = append(files, ev(runner.ID{}, &runner.RunStarted{}))
	for i := range 5000 {
		files = append(files, ev(runner.ID{File: i + 1}, &runner.FileStarted{Path: "a.http"}), ev(runner.ID{File: i + 1}, &runner.FileFinished{Path: "a.http"}))
	}
	page = reportOf(t, "markdown", Options{}, append(files, ev(runner.ID{}, &runner.RunFinished{})))
	valid(t, "markdown", page)
	if len(page) > markdownLimit || !strings.Contains(page, "… and ") {
		t.Errorf("%d bytes", len(page))
	}
}

// TestStepSummary protects that the page is added to what a step has said, and that
// both together stay below what GitHub shows.
func TestStepSummary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	for _, before := range []int{0, 10, stepSummaryLimit - 2000, stepSummaryLimit} {
		said := strings.Repeat("x", before)
		if err := os.WriteFile(path, []byte(said), 0o600); err != nil {
			t.Fatal(err)
		}
		log := reportOf(t, "github", Options{Summary: path}, manyFailures(2000))
		valid(t, "github", log)
		if n := strings.Count(log, "\n"); n != maxAnnotations+1 || !strings.Contains(log, "1950 more") {
			t.Errorf("%d annotations", n)
		}
		page, kept := strings.CutPrefix(content(t, path), said)
		if !kept || before+len(page) > stepSummaryLimit {
			t.Errorf("behind %d bytes: %d", before, len(page))
		}
		if room := stepSummaryLimit - before; room > 1000 && !strings.Contains(page, "## ❌ postrider: FAILED") {
			t.Errorf("behind %d bytes: %.200q", before, page)
		}
	}
}

// TestAnnotatedFiles protects that annotations name files as GitHub does: from the
// root of the repository, wherever the command runs.
func TestAnnotatedFiles(t *testing.T) {
	root := t.TempDir()
	g := &github{options: Options{Root: root, Dir: filepath.Join(root, "sub")}}
	outside := filepath.Join(t.TempDir(), "x.http")
	for name, want := range map[string]string{
		"a.http": "sub/a.http", "../a.http": "a.http", filepath.Join(root, "b", "a.http"): "b/a.http", outside: outside, "": "",
		filepath.Join("..", "..", "a.http"): filepath.Join("..", "..", "a.http"),
	} {
		if got := g.fromRoot(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	m := diag.Message{Severity: diag.Error, File: "a.http", Line: 3, Column: 2, Width: 4, Summary: "wrong", Values: []diag.Value{{Name: "a", Text: "1"}, {Name: "b", Text: "2"}}}
	text := reportOf(t, "github", Options{Root: root, Dir: filepath.Join(root, "sub")}, []*runner.Event{
		ev(runner.ID{}, &runner.MessageEvent{Message: m}), ev(runner.ID{}, &runner.RunFinished{}),
	})
	if want := "::error file=sub/a.http,line=3,col=2,endColumn=6::wrong%0Aa = 1%0Ab = 2\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
}

// TestMemory protects that reports and the console keep next to nothing of a
// request until its file ends: there may be a great many.
func TestMemory(t *testing.T) {
	const n, limit = 1500, 5 << 20
	body := strings.Repeat("0123456789abcde\n", 1000)
	sinks := []runner.Sink{NewConsole(io.Discard, ConsoleOptions{})}
	for _, kind := range Kinds() {
		sinks = append(sinks, New(kind, StreamTarget(kind, io.Discard), Options{}))
	}
	tell := func(id runner.ID, data runner.EventData) {
		for _, s := range sinks {
			if err := s.Event(ev(id, data)); err != nil {
				t.Fatal(err)
			}
		}
	}
	held := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	tell(runner.ID{}, &runner.RunStarted{})
	tell(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http"})
	before := held()
	for i := range n {
		tell(runner.ID{File: 1, Request: 1, Iteration: i + 1, Try: 1}, &runner.RequestFinished{
			Name: "R", Line: 9, Outcome: runner.Failed, Checks: []runner.Check{failedCheck()},
			Hops: []runner.Hop{hop(200, "OK", "text/plain", body)}, Recorded: &runner.Recorded{Content: body, Size: int64(len(body))},
		})
	}
	if more := held() - before; more > limit {
		t.Errorf("%d requests with answers of %d bytes take %d bytes", n, len(body), more)
	}
	tell(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"})
	tell(runner.ID{}, &runner.RunFinished{Exit: 1})
	for _, s := range sinks {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRevise protects that a report whose end was taken back and told again is the
// one that would have been written at once.
func TestRevise(t *testing.T) {
	late := ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Error, Summary: "a report could not be written"}})
	interrupted := []*runner.Event{ev(runner.ID{}, &runner.RunStarted{}), ev(runner.ID{}, &runner.RunFinished{Exit: runner.ExitInterrupted})}
	for _, kind := range []string{"junit", "json", "ndjson", "tap", "markdown"} {
		for _, events := range [][]*runner.Event{everything(), numbered(interrupted)} {
			write := func(name string, events []*runner.Event, revise bool) string {
				path := filepath.Join(t.TempDir(), name)
				target, err := FileTarget(t.Context(), path, Streams(kind))
				if err != nil {
					t.Fatal(err)
				}
				sink := New(kind, target, Options{})
				for i, e := range events {
					if err := sink.Event(e); err != nil {
						t.Fatal(err)
					}
					if _, end := e.Data.(*runner.RunFinished); end && i+1 < len(events) && revise && !sink.(runner.Reviser).Revise() {
						t.Fatalf("%s cannot take its end back", kind)
					}
				}
				if err := sink.Close(); err != nil {
					t.Fatal(err)
				}
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				return string(text)
			}
			again := ev(runner.ID{}, &runner.RunFinished{Exit: 2})
			late.Seq, again.Seq = len(events), len(events)+1
			twice := write("twice", append(slices.Clone(events), late, again), true)
			once := write("once", append(slices.Clone(events[:len(events)-1]), late, again), false)
			valid(t, kind, twice)
			if kind == "junit" && len(events) == len(interrupted) { // the word of an interruption stays: it is as true as it was
				once = twice
			}
			if twice != once || !strings.Contains(twice, "could not be written") && kind != "markdown" {
				t.Errorf("%s says\n%s\nwant\n%s", kind, twice, once)
			}
		}
	}
}

// TestReviseToLess protects that nothing is left of a longer end, and that a report
// whose end was taken back is not whole.
func TestReviseToLess(t *testing.T) {
	long := ev(runner.ID{}, &runner.RunFinished{Exit: 3, Duration: ms(123_456), Counts: runner.Counts{Requests: 1_000_000, Passed: 1_000_000, Warnings: 1_000_000}})
	short := ev(runner.ID{}, &runner.RunFinished{Exit: 2})
	long.Seq, short.Seq = 2, 2
	start := ev(runner.ID{}, &runner.RunStarted{})
	start.Seq = 1
	for _, kind := range []string{"junit", "json", "ndjson", "tap", "markdown"} {
		write := func(events ...*runner.Event) string {
			path := filepath.Join(t.TempDir(), "r")
			target, err := FileTarget(t.Context(), path, Streams(kind))
			if err != nil {
				t.Fatal(err)
			}
			sink := New(kind, target, Options{})
			for _, e := range events {
				if e == nil {
					if !sink.(runner.Reviser).Revise() {
						t.Fatalf("%s cannot take its end back", kind)
					}
				} else if err := sink.Event(e); err != nil {
					t.Fatal(err)
				}
			}
			if err := sink.Close(); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return "none"
			}
			return string(text)
		}
		got, want := write(start, long, nil, short), write(start, short)
		if kind == "junit" || kind == "tap" { // the word of the first end may stay
			valid(t, kind, got)
		} else if got != want {
			t.Errorf("%s says\n%s\nwant\n%s", kind, got, want)
		}
		if got := write(start, long, nil); got != "none" && !Streams(kind) {
			t.Errorf("%s without an end is\n%s", kind, got)
		}
	}
}
