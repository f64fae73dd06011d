package report

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// log sends events to a console and returns what it wrote.
func log(t *testing.T, o ConsoleOptions, events []*runner.Event) string {
	t.Helper()
	var b bytes.Buffer
	c := NewConsole(&b, o)
	for _, e := range events {
		if err := c.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func ev(id runner.ID, data runner.EventData) *runner.Event { return &runner.Event{ID: id, Data: data} }

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func passedChecks(n int) []runner.Check {
	checks := make([]runner.Check, n)
	for i := range checks {
		checks[i] = runner.Check{Kind: runner.CheckAssert, Text: fmt.Sprintf("status == %d", 200+i), Passed: true}
	}
	return checks
}

// failedCheck is an assertion as the runner explains it.
func failedCheck() runner.Check {
	text := strings.Repeat("\n", 8) + "# @assert body.items[0].id != \"\" and duration < 2000\n"
	start := strings.Index(text, "duration")
	m := (&diag.Diagnostic{
		Code: diag.CodeAssertion, Severity: diag.Error, Summary: "assertion failed: too slow", Marker: "false",
		Source: diag.NewSource("requests/coro.http", []byte(text)), Subject: diag.Span{Start: start, End: start + 15},
		Values: []diag.Value{{Name: "body.items[0].id", Text: `"t-1"`}, {Name: "duration", Text: "2310"}},
	}).Message()
	return runner.Check{Kind: runner.CheckAssert, Text: "duration < 2000", Note: "too slow", Line: 9, Message: &m}
}

func hop(status int, statusText, contentType, body string) runner.Hop {
	return runner.Hop{
		Method: "GET", URL: "https://api.example.com/v1/tickets?page=0", Status: status, StatusText: statusText, Proto: "HTTP/1.1",
		Sent:   []runner.Field{{Name: "Authorization", Value: "Bearer ***"}, {Name: "Accept", Value: "*/*"}},
		Header: []runner.Field{{Name: "Content-Type", Value: contentType}, {Name: "Set-Cookie", Value: "a=1"}},
		Body:   &runner.Body{Size: int64(len(body)), Type: contentType, Preview: body},
		TTFB:   ms(100), Total: ms(123),
	}
}

// usual is a run with one of everything that people see in practice, its two
// files interleaved as they run in parallel.
func usual() []*runner.Event {
	coro, corti := runner.ID{File: 1}, runner.ID{File: 2}
	at := func(id runner.ID, request int) runner.ID { id.Request, id.Try = request, 1; return id }
	posted := hop(409, "Conflict", "application/json", `{"error":{"code":17,"text":"closed"},"ids":[1,2]}`)
	posted.Method, posted.SentBody = "POST", &runner.Body{Size: 18, Type: "application/json", Preview: `{"action":"close"}`}
	moved := hop(302, "Found", "text/plain", "moved")
	landed := hop(200, "OK", "application/json", `{"items":[]}`)
	landed.Cause, landed.URL = "redirect", "https://eu.example.com/v1/tickets"
	retried := at(coro, 5)
	retried.Try = 3
	return []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 2, Requests: 7, Environment: "staging"}),
		ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{
			Code: diag.CodeUnknownDirective, Severity: diag.Warning, Summary: "unknown directive `@asert`", File: "requests/x.http",
			Line: 3, Column: 3, Width: 6, Text: "# @asert status == 200", Suggestion: "did you mean `@assert`?"}}),
		ev(coro, &runner.FileStarted{Path: "requests/coro.http", Requests: 5}),
		ev(corti, &runner.FileStarted{Path: "requests/corti.http", Requests: 2}),
		ev(at(corti, 1), &runner.RequestStarted{Name: "facts", Line: 4}),
		ev(at(coro, 1), &runner.RequestStarted{Name: "tickets", Line: 10}),
		ev(at(coro, 1), &runner.TokenEvent{Kind: "fetched", Provider: "coro", Account: "client-7", Life: 24 * time.Hour, Took: ms(80)}),
		ev(at(coro, 1), &runner.RequestFinished{Name: "tickets", Line: 10, NeededBy: "Close the first one", Outcome: runner.Passed,
			Duration: ms(246), Checks: passedChecks(3), Log: []runner.Log{{Level: "info", Text: "hello\nyou"}, {Level: "error", Text: "mind"}}, Captures: []runner.Captured{{Name: "ticket", Value: `"t-1"`}}, Hops: []runner.Hop{moved, landed}}),
		ev(at(coro, 2), &runner.RequestFinished{Name: "Close the first one", Line: 17, Outcome: runner.Failed, Duration: ms(2310),
			Checks: append(passedChecks(1), failedCheck()), Hops: []runner.Hop{posted}}),
		ev(at(coro, 3), &runner.RequestFinished{Name: "reopen", Line: 25, Outcome: runner.Skipped, Reason: "it needs `Close the first one`, which failed"}),
		ev(at(corti, 1), &runner.RequestFinished{Name: "facts", Line: 4, Outcome: runner.Broken, Duration: 30 * time.Second,
			Problems: []diag.Message{{Code: diag.CodeTimeout, Severity: diag.Error, Summary: "no answer within 30s", File: "requests/corti.http",
				Line: 4, Column: 1, Width: 16, Text: "GET {{base}}/facts", Expanded: "GET https://api.corti.app/facts", Suggestion: "raise it with `# @timeout`"}},
			Hops: []runner.Hop{{Method: "GET", URL: "https://api.corti.app/facts"}}}),
		ev(corti, &runner.FileFinished{Path: "requests/corti.http"}),
		ev(at(coro, 4), &runner.RequestFinished{Name: "", Line: 30, Outcome: runner.Passed, Duration: ms(5), Checks: passedChecks(1),
			Hops: []runner.Hop{hop(204, "No Content", "", "")}}),
		ev(retried, &runner.RequestFinished{Name: "secretive", Line: 36, Outcome: runner.Failed, Duration: ms(45), NoLog: true,
			Checks: []runner.Check{{Kind: runner.CheckStatus, Text: "status < 400", Line: 36}},
			Hops:   []runner.Hop{withheld(hop(500, "Internal Server Error", "", ""))}}),
		ev(coro, &runner.FileFinished{Path: "requests/coro.http"}),
		ev(runner.ID{}, &runner.RunFinished{Duration: ms(32_345), Exit: 3, Counts: runner.Counts{
			Files: 2, Requests: 6, Passed: 2, Failed: 2, Skipped: 1, Broken: 1, Checks: 7, FailedChecks: 2, Fetched: 1, Reused: 3, Warnings: 1}}),
	}
}

// hostile is a run against a server, and of a file, that want to be obeyed by
// the terminal or by the CI system.
func hostile() []*runner.Event {
	const bad = "\x1b[2J\x1b]0;owned\x07\u202etxt.exe\r\n::add-mask::x\x9b31m ::add-mask::y ✓ z"
	file, request := runner.ID{File: 1}, runner.ID{File: 1, Request: 1, Try: 1}
	body := &runner.Body{Size: 90_000, Type: bad, Preview: bad + "\n" + bad + strings.Repeat("日本", 300)}
	m := diag.Message{Severity: diag.Error, Summary: bad, Detail: bad, File: bad, Line: 1, Column: 1, Width: 3, Text: bad,
		Marker: bad, Expanded: bad, Values: []diag.Value{{Name: bad, Text: bad}}, Suggestion: bad, Code: bad}
	return []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{Version: bad, Environment: bad, Sandbox: true, Insecure: true}),
		ev(runner.ID{}, &runner.MessageEvent{Message: m}),
		ev(file, &runner.FileStarted{Path: bad}),
		ev(file, &runner.MessageEvent{Message: m}),
		ev(request, &runner.TokenEvent{Kind: bad, Provider: bad, Account: bad}),
		ev(request, &runner.RequestFinished{Name: bad + strings.Repeat("名", 200), NeededBy: bad, Outcome: runner.Failed,
			Log: []runner.Log{{Level: "info", Text: bad}}, Captures: []runner.Captured{{Name: bad, Value: bad}},
			Checks: []runner.Check{{Text: bad, Note: bad, Message: &m}, {Text: bad, Note: bad}, {Text: bad, Passed: true}},
			Hops: []runner.Hop{{Cause: bad, Method: bad, URL: bad, Proto: bad, Status: 200, StatusText: bad,
				Sent: []runner.Field{{Name: bad, Value: bad}}, Header: []runner.Field{{Name: bad, Value: bad}}, SentBody: body, Body: body}}}),
		ev(request, &runner.RequestFinished{Name: "skipped", Outcome: runner.Skipped, Reason: bad}),
		ev(file, &runner.FileFinished{Path: bad}),
		ev(runner.ID{}, &runner.RunFinished{Exit: 1, Counts: runner.Counts{Requests: 2, Failed: 1, Skipped: 1}}),
	}
}

func TestConsoleGolden(t *testing.T) {
	tests := []struct {
		name   string
		o      ConsoleOptions
		events []*runner.Event
	}{
		{"usual", ConsoleOptions{}, usual()},
		{"usual-40", ConsoleOptions{Width: 40}, usual()},
		{"usual-80-color", ConsoleOptions{Width: 80, Color: true}, usual()},
		{"usual-200-verbose", ConsoleOptions{Width: 200, Verbose: true}, usual()},
		{"usual-200-bodies", ConsoleOptions{Width: 200, Verbose: true, Bodies: true}, usual()},
		{"usual-no-response", ConsoleOptions{NoResponse: true}, usual()},
		{"hostile-80", ConsoleOptions{Width: 80}, hostile()},
		{"hostile-80-verbose", ConsoleOptions{Width: 80, Verbose: true}, hostile()},
		{"hostile-80-bodies", ConsoleOptions{Width: 80, Verbose: true, Bodies: true}, hostile()},
		{"nothing", ConsoleOptions{}, []*runner.Event{
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0"}),
			ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Code: diag.CodeNoInput, Severity: diag.Error, Summary: "`x.http` does not exist"}}),
			ev(runner.ID{}, &runner.RunFinished{Exit: 2, Counts: runner.Counts{Errors: 1}}),
		}},
		{"nothing-80", ConsoleOptions{Width: 80}, []*runner.Event{ // --allow-empty
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Environment: "staging"}),
			ev(runner.ID{}, &runner.RunFinished{}),
		}},
		{"all-skipped", ConsoleOptions{}, []*runner.Event{ // --allow-empty
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 1, Requests: 2}),
			ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http", Requests: 2}),
			ev(runner.ID{File: 1, Request: 1}, &runner.RequestFinished{Name: "a longer name", Outcome: runner.Skipped, Reason: "not today"}),
			ev(runner.ID{File: 1, Request: 2}, &runner.RequestFinished{Name: "short", Outcome: runner.Skipped, Reason: "@skip"}),
			ev(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"}),
			ev(runner.ID{}, &runner.RunFinished{Counts: runner.Counts{Files: 1, Requests: 2, Skipped: 2}, Duration: ms(3)}),
		}},
		{"reused-verbose", ConsoleOptions{Verbose: true}, []*runner.Event{ // the requests of tokens are not known
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 1, Requests: 3}),
			ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http", Requests: 3}),
			ev(runner.ID{}, &runner.TokenEvent{Kind: "fetched", Provider: "coro", Took: ms(12)}),
			ev(runner.ID{}, &runner.TokenEvent{Kind: "reused", Provider: "coro"}),
			ev(runner.ID{}, &runner.TokenEvent{Kind: "reused", Provider: "corti"}),
			ev(runner.ID{}, &runner.TokenEvent{Kind: "reused", Provider: "coro"}),
			ev(runner.ID{File: 1, Request: 1}, &runner.RequestFinished{Name: "r", Outcome: runner.Passed, Duration: 1}),
			ev(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"}),
			ev(runner.ID{}, &runner.RunFinished{Counts: runner.Counts{Files: 1, Requests: 1, Passed: 1, Fetched: 1, Reused: 3}, Duration: ms(3)}),
		}},
		{"sandbox", ConsoleOptions{}, []*runner.Event{
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 1, Requests: 1, Sandbox: true, Environment: "sandbox"}),
			ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http", Requests: 1}),
			ev(runner.ID{File: 1, Request: 1, Row: 2}, &runner.RequestFinished{Name: "r", Outcome: runner.Passed, Duration: 1}),
			ev(runner.ID{File: 1, Request: 1, Row: 1}, &runner.RequestFinished{Name: "r", Outcome: runner.Passed, Duration: 1}),
			ev(runner.ID{File: 1}, &runner.FileFinished{Path: "a.http"}),
			ev(runner.ID{}, &runner.RunFinished{Counts: runner.Counts{Files: 1, Requests: 2, Passed: 2}, Duration: ms(3)}),
		}},
		{"interrupted", ConsoleOptions{}, []*runner.Event{ // the file never ends
			ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0", Files: 1, Requests: 1}),
			ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a.http", Requests: 1}),
			ev(runner.ID{File: 1, Request: 1}, &runner.RequestFinished{Name: "r", Line: 2, Outcome: runner.Interrupted, Duration: ms(7),
				Problems: []diag.Message{{Severity: diag.Error, Summary: "interrupted"}}}),
			ev(runner.ID{}, &runner.RunFinished{Exit: 130, Counts: runner.Counts{Files: 1, Requests: 1, Interrupted: 1}, Duration: ms(7)}),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := log(t, tt.o, tt.events)
			compareGolden(t, filepath.Join("testdata", tt.name+".golden"), got)
		})
	}
}

// Whatever names, servers and files hold, a log never holds a control
// character of theirs, and no line of theirs stands at the start of a line.
func TestConsoleIsNotObeyed(t *testing.T) {
	for i := range 6 {
		verbose := i%3 > 0
		for _, width := range []int{40, 80, 200} {
			events := hostile()
			if i >= 3 { // a page, and a document of which a part is shown
				hops := events[5].Data.(*runner.RequestFinished).Hops
				const bad = "\x1b[2J\u202e\n::add-mask::x\r\n::y"
				hops[0].SentBody = &runner.Body{Size: 900, Preview: "<html><title>" + bad + "</title><p>::warning::z<p>" + bad}
				hops[0].Body = &runner.Body{Size: 900, Preview: `{"a": {"` + bad + `": "` + bad + strings.Repeat(`", "x": "::y`, 40) + `"}}`}
				events[5].Data.(*runner.RequestFinished).Checks[0].Text = "body.a.b"
				hops[0].Header = []runner.Field{{Name: "Retry-After", Value: bad}}
			}
			out := log(t, ConsoleOptions{Width: width, Verbose: verbose, Bodies: i%3 == 2}, events)
			for _, r := range out {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
					t.Fatalf("verbose %v, width %d: the log holds %U", verbose, width, r)
				}
			}
			for l := range strings.Lines(out) {
				if strings.HasPrefix(strings.TrimSpace(l), "::") {
					t.Errorf("verbose %v, width %d: a workflow command: %q", verbose, width, l)
				}
			}
		}
	}
}

// Where @no-log withholds an exchange, the log says so.
func TestNoLog(t *testing.T) {
	for _, verbose := range []bool{false, true} {
		if out := log(t, ConsoleOptions{Verbose: verbose}, usual()); strings.Count(out, "not shown: @no-log") != 1 {
			t.Errorf("verbose %v: it is not said that something is not shown:\n%s", verbose, out)
		}
	}
}

// withheld is a hop as an event has it of a request with @no-log.
func withheld(h runner.Hop) runner.Hop {
	h.Sent, h.Header, h.SentBody, h.Body = []runner.Field{}, []runner.Field{}, nil, nil
	return h
}

// Everyone who reads any part of the log must see that vendors are simulated.
func TestSandboxIsSaidTwice(t *testing.T) {
	events := usual()
	events[0].Data.(*runner.RunStarted).Sandbox = true
	out := log(t, ConsoleOptions{}, events)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if lines[1] != sandboxNotice || lines[len(lines)-1] != sandboxNotice {
		t.Errorf("the log does not start and end with %q:\n%s", sandboxNotice, out)
	}
}

// Blocks of parallel files are whole, in the order in which files end.
func TestBlocksDoNotInterleave(t *testing.T) {
	const files, requests = 5, 4
	events := []*runner.Event{ev(runner.ID{}, &runner.RunStarted{})}
	for f := 1; f <= files; f++ {
		events = append(events, ev(runner.ID{File: f}, &runner.FileStarted{Path: fmt.Sprintf("file%d", f)}))
	}
	for r := 1; r <= requests; r++ {
		for f := 1; f <= files; f++ {
			events = append(events, ev(runner.ID{File: f, Request: r}, &runner.RequestFinished{Name: fmt.Sprintf("file%d-%d", f, r), Outcome: runner.Passed}))
		}
	}
	for f := files; f >= 1; f-- {
		events = append(events, ev(runner.ID{File: f}, &runner.FileFinished{}))
	}
	var names []string
	for l := range strings.Lines(log(t, ConsoleOptions{}, events)) {
		for w := range strings.FieldsSeq(l) {
			if strings.HasPrefix(w, "file") && !strings.HasPrefix(w, "files") {
				names = append(names, w)
			}
		}
	}
	var want []string
	for f := files; f >= 1; f-- {
		want = append(want, fmt.Sprintf("file%d", f))
		for r := 1; r <= requests; r++ {
			want = append(want, fmt.Sprintf("file%d-%d", f, r))
		}
	}
	if got, want := strings.Join(names, " "), strings.Join(want, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A message of the run must not wait for a file that takes minutes.
func TestMessagesOfTheRunAreWrittenAtOnce(t *testing.T) {
	var b bytes.Buffer
	c := NewConsole(&b, ConsoleOptions{})
	for _, e := range []*runner.Event{
		ev(runner.ID{File: 1}, &runner.FileStarted{Path: "slow"}),
		ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Note, Summary: "now"}}),
		ev(runner.ID{File: 1}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Note, Summary: "later"}}),
	} {
		if err := c.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.String(); got != "note: now\n" {
		t.Errorf("written so far: %q", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "    note: later\n") {
		t.Errorf("the message of the file is lost: %q", b.String())
	}
}

// The list of failures must not grow with the run.
func TestFailuresAreBounded(t *testing.T) {
	events := []*runner.Event{ev(runner.ID{File: 1}, &runner.FileStarted{Path: "a"})}
	for i := range 1000 {
		events = append(events, ev(runner.ID{File: 1, Request: i + 1}, &runner.RequestFinished{Name: "r", Outcome: runner.Failed, Line: i}))
	}
	events = append(events, ev(runner.ID{}, &runner.RunFinished{Exit: 1}))
	if out := log(t, ConsoleOptions{}, events); !strings.Contains(out, fmt.Sprintf("  … and %d more\n", 1000-maxFailures)) {
		t.Errorf("the list does not say how many are left out:\n%s", out[len(out)-500:])
	}
}

type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(p), nil
}

// A log that cannot be written is an error of the run.
func TestWriteErrorsAreReturned(t *testing.T) {
	c := NewConsole(&full{room: 100}, ConsoleOptions{})
	var err error
	for _, e := range usual() {
		if err = c.Event(e); err != nil {
			break
		}
	}
	if err == nil || c.Close() == nil {
		t.Error("the error of the writer is lost")
	}
}

func TestBody(t *testing.T) {
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	tests := []struct {
		name string
		body runner.Body
		want string
	}{
		{"JSON", runner.Body{Size: 20, Preview: `{"a":[1.10,2e1],"b":"\u0041"}`}, "< {\n<   \"a\": [\n<     1.10,\n<     2e1\n<   ],\n<   \"b\": \"\\u0041\"\n< }\n"},
		{"text with CRLF and tabs", runner.Body{Size: 9, Preview: "a\r\n\tb\r\n"}, "< a\n<     b\n"},
		{"a long line is folded", runner.Body{Size: 50, Preview: strings.Repeat("x", 50)}, "< " + strings.Repeat("x", 33) + "\n< " + strings.Repeat("x", 17) + "\n"},
		{"wide characters are folded", runner.Body{Size: 60, Preview: strings.Repeat("日", 20)}, "< " + strings.Repeat("日", 16) + "\n< " + strings.Repeat("日", 4) + "\n"},
		{"blank lines stay", runner.Body{Size: 4, Preview: "a\n\nb"}, "< a\n< \n< b\n"},
		{"binary", runner.Body{Size: 2048, Type: "image/png", Binary: true}, "< (image/png, 2.0 KiB of binary\n< data)\n"},
		{"cut JSON", runner.Body{Size: runner.PreviewSize + 1, Preview: `{"a":`}, "< {\"a\":\n< … 64.0 KiB in all\n"},
		{"deep JSON is not indented", runner.Body{Size: 1, Preview: deep}, strings.Repeat("< "+strings.Repeat("[", 33)+"\n", fewLines) + "< … 1 B in all\n"},
		{"many lines", runner.Body{Size: 3000, Preview: strings.Repeat("x\n", 1500)}, strings.Repeat("< x\n", fewLines) + "< … 2.9 KiB in all\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			NewConsole(nil, ConsoleOptions{Width: 40}).body(&b, received, &tt.body, fewLines)
			if b.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), tt.want)
			}
		})
	}
}

func TestFormat(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 ms", 1: "<1 ms", ms(1): "1 ms", ms(999) + 999_999: "999 ms", ms(1234): "1.23 s", ms(59_999): "59.99 s",
		time.Minute: "1m", 125 * time.Second: "2m05s", 24 * time.Hour: "24h", 90 * time.Minute: "1h30m",
	} {
		if got := formatDuration(d); got != want {
			t.Errorf("formatDuration(%d) = %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1 << 20: "1.0 MiB", 5 << 40: "5.0 TiB"} {
		if got := formatSize(n); got != want {
			t.Errorf("formatSize(%d) = %q, want %q", n, got, want)
		}
	}
}

// Of many files that the end of the run came before their number is told, not each of
// their requests; of a few, each. What was begun is always shown.
func TestLateFiles(t *testing.T) {
	run := func(files int) string {
		events := []*runner.Event{ev(runner.ID{}, &runner.RunStarted{Version: "1.2.0"})}
		for i := 1; i <= files+1; i++ {
			id := runner.ID{File: i, Request: 1}
			path := fmt.Sprintf("%d.http", i)
			events = append(events, ev(runner.ID{File: i}, &runner.FileStarted{Path: path}))
			if i == 1 {
				events = append(events, ev(id, &runner.RequestFinished{Name: "begun", Outcome: runner.Passed}))
				id.Request++
			}
			events = append(events, ev(id, &runner.RequestFinished{Name: "a", Outcome: runner.Skipped, Late: true, Blocked: true, Reason: "the run was interrupted"}))
			id.Request++
			events = append(events, ev(id, &runner.RequestFinished{Name: "b", Outcome: runner.Skipped, Reason: "nothing was begun"}))
			events = append(events, ev(runner.ID{File: i}, &runner.FileFinished{Path: path}))
		}
		return log(t, ConsoleOptions{}, append(events, ev(runner.ID{}, &runner.RunFinished{Exit: 130})))
	}
	many := run(324)
	if want := "\n1.http\n"; !strings.Contains(many, want) || strings.Contains(many, "2.http") {
		t.Errorf("the output is\n%s", many)
	}
	if want := "\n\n○ 324 files with 648 requests were not begun: the run was interrupted\n\nINTERRUPTED"; !strings.Contains(many, want) {
		t.Errorf("the output is\n%s", many)
	}
	few := run(maxLate)
	if strings.Contains(few, "not begun:") || strings.Count(few, "skipped: the run was interrupted") != maxLate+1 {
		t.Errorf("the output is\n%s", few)
	}
}

// What is wrong in many places for one reason is helped once, and summed up once.
func TestSameMistakes(t *testing.T) {
	missing := func(line int) *runner.MessageEvent {
		return &runner.MessageEvent{Message: diag.Message{
			Code: diag.CodeVariable, Severity: diag.Error, File: "a.http", Line: line, Column: 2, Summary: "no variable `nope`", Suggestion: "define it",
		}}
	}
	out := log(t, ConsoleOptions{}, []*runner.Event{
		ev(runner.ID{}, missing(3)), ev(runner.ID{}, missing(6)),
		ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Error, Summary: "another", Suggestion: "define it"}}),
		ev(runner.ID{}, missing(9)),
		ev(runner.ID{}, &runner.RunFinished{Exit: 2, Counts: runner.Counts{Errors: 4}}),
	})
	if strings.Count(out, "help: define it") != 2 || strings.Count(out, "no variable `nope` [") != 3 {
		t.Errorf("the output is\n%s", out)
	}
	if want := "What is wrong:\n  a.http:3:2 no variable `nope` (and in 2 more places)\n  another\n\n"; !strings.Contains(out, want) {
		t.Errorf("the output is\n%s\nand lacks\n%s", out, want)
	}
	var all helped
	for i := range 3 * maxHelped { // which has its bounds
		if m := all.once(diag.Message{Summary: itoa(i), Suggestion: "x"}); m.Suggestion == "" {
			t.Fatalf("%d is not helped", i)
		}
	}
	if len(all) != maxHelped {
		t.Errorf("%d are kept", len(all))
	}
}
