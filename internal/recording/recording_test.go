package recording

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

const header = `{"type":"header","format":"postrider events","version":1}` + "\n"

// sample is a run of a file that imports another one: a request with a try that
// failed, one that others call twice, one that was skipped and one that was broken off.
const sample = header +
	`{"type":"runStarted","seq":1,"time":"2026-02-03T04:05:06Z","id":{},"data":{"version":"1","files":1,"requests":4,"environment":"dev","seed":7,"narrowed":true}}
{"type":"fileStarted","seq":2,"time":"2026-02-03T04:05:06Z","id":{"file":1},"data":{"path":"api/requests/a.http","projectPath":"requests/a.http","rows":2,"requests":4}}
{"type":"tryFailed","seq":3,"time":"2026-02-03T04:05:06Z","id":{"file":1,"row":1,"request":1,"try":1},"data":{"name":"one","line":3,"tries":2,"reason":"x","wait":1,"duration":5,"hops":[{"method":"GET","url":"http://x/","sent":null,"status":503,"proto":"HTTP/1.1","header":null,"ttfb":1,"total":5}]},"body":{"size":4,"text":"busy"}}
{"type":"requestFinished","seq":4,"time":"2026-02-03T04:05:07Z","id":{"file":1,"row":1,"request":1,"try":2},"data":{"name":"one","line":3,"outcome":"passed","duration":9,"hops":[{"method":"GET","url":"http://x/","sent":null,"status":200,"proto":"HTTP/1.1","header":null,"ttfb":1,"total":9}]},"sentBody":{"size":2,"type":"text/plain","preview":"hi"},"body":{"size":3,"base64":"AP8B"}}
{"type":"requestFinished","seq":5,"time":"2026-02-03T04:05:08Z","id":{"file":1,"row":1,"request":3,"try":1},"data":{"name":"login","path":"api/shared/l.http","line":9,"neededBy":"one","outcome":"broken","problems":[{"code":"PR501","severity":"error","summary":"refused"}]}}
{"type":"requestFinished","seq":6,"time":"2026-02-03T04:05:09Z","id":{"file":1,"row":1,"request":3,"try":1},"data":{"name":"login","path":"api/shared/l.http","line":9,"neededBy":"two","outcome":"skipped","reason":"later"}}
{"type":"requestFinished","seq":7,"time":"2026-02-03T04:05:09Z","id":{"file":1,"row":1,"request":2,"try":1},"data":{"name":"two","line":6,"outcome":"interrupted","hops":[{"method":"GET","url":"http://x/","sent":null,"status":0,"proto":"","header":null,"ttfb":0,"total":0}]}}
{"type":"somethingNew","seq":8,"time":"2026-02-03T04:05:10Z","id":{},"data":[1]}
{"type":"runFinished","seq":9,"time":"2026-02-03T04:05:10Z","id":{},"data":{"counts":{},"duration":1,"exit":3}}
`

func index(t testing.TB, text string) (*Recording, error) {
	t.Helper()
	return Read("run.ndjson", strings.NewReader(text), strings.NewReader(text))
}

// TestRead protects what is found in a recording, and that it can be read again.
func TestRead(t *testing.T) {
	r, err := index(t, sample)
	if err != nil {
		t.Fatal(err)
	}
	if r.Started.Environment != "dev" || !r.Started.Narrowed || len(r.Files) != 1 || r.Lost != nil || r.Exit != 3 || len(r.Errors) != 0 {
		t.Errorf("found %+v, files %v, lost %v, exit %d, errors %v", r.Started, r.Files, r.Lost, r.Exit, r.Errors)
	}
	f := r.Files[0]
	if f.Path != "api/requests/a.http" || f.ProjectPath != "requests/a.http" || f.Rows != 2 {
		t.Errorf("found the file %+v", f)
	}
	want := "[{1 one  3 false} {2 two  6 false} {3 login ../shared/l.http 9 true}]"
	if got := fmt.Sprint(r.Requests(f.Key)); got != want {
		t.Errorf("found the requests %s, want %s", got, want)
	}
	var got strings.Builder
	for request := 1; request <= 4; request++ {
		for _, run := range r.Runs(f.Key, runner.ID{Row: 1, Request: request}) {
			fmt.Fprintf(&got, "%d %s %q:", request, run.Outcome, run.Reason)
			for n := range run.Tries {
				try, err := r.Try(run, n)
				if err != nil {
					t.Fatal(err)
				}
				done := try.Done
				fmt.Fprintf(&got, " try %d %s %d hops %d problems", try.ID.Try, done.Outcome, len(done.Hops), len(done.Problems))
				if k := done.Recorded; k != nil {
					fmt.Fprintf(&got, " %q of %d, binary %t, sent %t", k.Content, k.Size, k.Binary, k.Sent != nil)
				}
			}
			got.WriteString("\n")
		}
	}
	wantRuns := `1 passed "": try 1 failed 1 hops 0 problems "busy" of 4, binary false, sent false try 2 passed 1 hops 0 problems "\x00\xff\x01" of 3, binary true, sent true
2 interrupted "":
3 broken "": try 1 broken 0 hops 1 problems
3 skipped "later":
`
	if got.String() != wantRuns {
		t.Errorf("found the runs\n%s\nwant\n%s", got.String(), wantRuns)
	}
	for _, id := range []runner.ID{{Request: 1}, {Row: 1, Request: 1, Iteration: 1}, {Row: 1, Repeat: 1, Request: 1}} {
		if runs := r.Runs(f.Key, id); len(runs) != 0 {
			t.Errorf("%+v has the runs %v", id, runs)
		}
	}
	if _, err := r.Try(runner.RecordedRun{Key: 99}, 0); err == nil {
		t.Error("a run that is not there has a try")
	}
}

// TestRepeats protects that a recording cannot keep a replay busy with what it does not
// hold.
func TestRepeats(t *testing.T) {
	for said, want := range map[string]int{`"seed":7`: 0, `"repeat":2`: 2, `"repeat":200000000`: 4} {
		r, err := index(t, strings.Replace(sample, `"seed":7`, said, 1))
		if err != nil || r.Repeats() != want {
			t.Errorf("%s: %d repetitions, %v", said, r.Repeats(), err)
		}
	}
}

// TestFind protects that files are found by their paths and never by their names
// alone.
func TestFind(t *testing.T) {
	r, err := index(t, sample)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		project, path string
		found         bool
	}{
		{"requests/a.http", "a.http", true},
		{"x/a.http", "api/requests/a.http", true},
		{"", `api\requests\a.http`, true},
		{"a.http", "a.http", false},
		{"other/requests/a.http", "../a.http", false},
	} {
		if got := r.Find(test.project, test.path) != nil; got != test.found {
			t.Errorf("%q %q: found %t", test.project, test.path, got)
		}
	}
}

// TestReadProblems protects that what cannot be read is told with its line and with
// what to do.
func TestReadProblems(t *testing.T) {
	lines := strings.SplitAfter(sample, "\n")
	for name, test := range map[string]struct{ text, want, lost string }{
		"nothing":        {"", "is empty", ""},
		"blank":          {"\n", "`run.ndjson:1`: this is no recording", ""},
		"something else": {"{}\n", "`run.ndjson:1`: this is no recording", ""},
		"no JSON":        {"### a\nGET /\n", "`run.ndjson:1`: this is no recording", ""},
		"version 0":      {strings.Replace(sample, `"version":1}`, `"version":0}`, 1), "of a version before 1", ""},
		"version 2":      {strings.Replace(sample, `"version":1}`, `"version":2}`, 1), "of version 2", ""},
		"a damaged line": {strings.Replace(sample, `"seq":4`, `"seq" 4`, 1), "`run.ndjson:5`: this is no line of a recording", ""},
		"a wrong member": {strings.Replace(sample, `"line":9`, `"line":"9"`, 1), "`run.ndjson:6`: the event `requestFinished` cannot be read", ""},
		"two of them":    {sample + sample, "`run.ndjson:11`: a second recording begins here", ""},
		"no file":        {header + lines[1], "nothing was run in the recording", ""},
		"a lost file":    {header + lines[4], "the file of the request `one` is not in the recording", ""},
		"a lost line":    {strings.Join(append(lines[:4:4], lines[5:]...), ""), "", "`run.ndjson:5`: event 5 stands behind event 3"},
		"the first lost": {header + strings.Join(lines[2:], ""), "", "`run.ndjson:2`: event 2 stands behind event 0"},
		"some are lost":  {strings.Replace(sample, `"counts":{}`, `"counts":{"files":2,"requests":9}`, 1), "", "4 of 9 requests, 1 of 2 files\n`run.ndjson`: events are missing"},
		"a file of none": {strings.Replace(sample, `"counts":{}`, `"counts":{"files":2}`, 1), "", "`run.ndjson`: events are missing"},
		"no end":         {strings.Join(lines[:5], ""), "", "1 of 4 requests, 1 of 1 files\n`run.ndjson:5`: the recording ends before its run did"},
		"cut in a line":  {sample[:len(sample)-20], "", "`run.ndjson:10`: the recording is cut off in this line"},
		"cut behind one": {strings.Join(lines[:5], ""), "", "`run.ndjson:5`: the recording ends before its run did"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := index(t, test.text)
			if test.want == "" {
				if err != nil || r.Lost == nil || !strings.Contains(r.Lost.Summary+"\n"+r.Lost.Detail, test.lost) {
					t.Errorf("got %v, %v; want the loss %q", r, err, test.lost)
				}
				return
			}
			d, ok := err.(*diag.Diagnostic)
			if !ok || !strings.Contains(d.Summary, test.want) || d.Suggestion == "" || d.Code != diag.CodeRecording {
				t.Errorf("got %v, want %q with a suggestion", err, test.want)
			}
		})
	}
}

// TestReadErrors protects that the errors of a run are found, and its exit code.
func TestReadErrors(t *testing.T) {
	const message = `{"type":"message","seq":9,"time":"2026-02-03T04:05:10Z","id":{},"data":{"message":{"code":"PR201","severity":"error","summary":"no variable ` + "`x`" + `","file":"b.http","line":2,"column":27}}}` + "\n"
	text := strings.Replace(sample, `{"type":"runFinished","seq":9`, message+strings.Replace(message, `"seq":9`, `"seq":10`, 1)+`{"type":"runFinished","seq":11`, 1)
	text = strings.Replace(text, `"seq":10,"time":"2026-02-03T04:05:10Z","id":{},"data":{"message":{"code":"PR201","severity":"error"`, `"seq":10,"time":"2026-02-03T04:05:10Z","id":{},"data":{"message":{"code":"PR201","severity":"warning"`, 1)
	r, err := index(t, strings.Replace(text, `"exit":3`, `"exit":2`, 1))
	if err != nil || r.Lost != nil || len(r.Errors) != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
	const want = "the recorded run ended with 2: b.http:2:27: no variable `x` [PR201]"
	if got := runner.ErrorOfRecorded(r.Exit, r.Errors[0]); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, err := index(t, header+message); err == nil || !strings.Contains(err.(*diag.Diagnostic).Detail, "b.http:2:27: no variable `x` [PR201]") {
		t.Errorf("nothing was run: got %v", err)
	}
}

// TestReadMany protects that a recording of any size takes little memory: many
// requests, and a line that is longer than any buffer.
func TestReadMany(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.ndjson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := strings.SplitAfter(sample, "\n")
	f.WriteString(strings.Join(lines[:3], ""))
	const requests, bodies = 20_000, 300
	body := strings.Repeat("b", bodies)
	line := func(request int, body string) {
		fmt.Fprintf(f, `{"type":"requestFinished","seq":4,"time":"2026-02-03T04:05:07Z","id":{"file":1,"request":%d,"try":1},"data":{"name":"request %[1]d","line":3,"outcome":"passed","hops":[{"status":200}]},"body":{"size":%d,"text":"%s"}}`+"\n", request, len(body), body)
	}
	for i := range requests {
		line(i+1, body)
	}
	line(requests+1, strings.Repeat(`\u0001`, runner.RecordSize/32))
	f.WriteString(lines[len(lines)-2])

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r, err := Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("the index of %d requests takes %d MiB", requests, grown>>20)
	}
	for request, size := range map[int]int{1: bodies, requests: bodies, requests + 1: runner.RecordSize / 32} {
		runs := r.Runs("1", runner.ID{Request: request})
		if len(runs) != 1 {
			t.Fatalf("request %d has the runs %v", request, runs)
		}
		try, err := r.Try(runs[0], 0)
		if err != nil || len(try.Done.Recorded.Content) != size {
			t.Errorf("request %d: %v, %d bytes", request, err, len(try.Done.Recorded.Content))
		}
	}
}

// TestOpenPipe protects that a pipe is kept for reading again, and leaves nothing.
func TestOpenPipe(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r, err := Open("-", strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Try(r.Runs("1", runner.ID{Row: 1, Request: 1})[0], 1); err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Open("-", strings.NewReader("x")); err == nil {
		t.Error("a recording that is none was read")
	}
	if _, err := Open("-", iotest.ErrReader(errors.New("broken"))); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Errorf("a pipe that breaks: %v", err)
	}
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// FuzzRead protects that no file breaks the reader, and that what it finds can be
// read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(header))
	f.Add([]byte(sample[:len(sample)-30]))
	f.Add([]byte(strings.ReplaceAll(sample, "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Read("run.ndjson", bytes.NewReader(text), bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, file := range r.Files {
			r.Requests(file.Key)
		}
		for i, run := range r.runs {
			for n := range run.tries {
				try, err := r.Try(runner.RecordedRun{Key: i}, n)
				if err == nil && try.Done == nil {
					t.Fatal("a try without what was done")
				}
			}
		}
	})
}
