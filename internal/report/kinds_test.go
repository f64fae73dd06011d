package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/jsonschema"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/runner"
)

// reportOf is what a report of a kind says about events.
func reportOf(t testing.TB, kind string, o Options, events []*runner.Event) string {
	t.Helper()
	var b bytes.Buffer
	tellAll(t, New(kind, StreamTarget("a buffer", &b), o), events)
	return b.String()
}

func tellAll(t testing.TB, s runner.Sink, events []*runner.Event) {
	t.Helper()
	for _, e := range events {
		if err := s.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// numbered gives events what the bus gives them.
func numbered(events []*runner.Event) []*runner.Event {
	start := time.Date(2026, 2, 3, 4, 5, 6, 7_000_000, time.UTC)
	for i, e := range events {
		e.Seq, e.Time = i+1, start.Add(time.Duration(i)*time.Millisecond)
	}
	return events
}

// valid checks a report against the grammar of its kind.
func valid(t testing.TB, kind, text string) {
	t.Helper()
	var problems []string
	switch kind {
	case "junit":
		problems = checkJUnit(text)
	case "json":
		problems = checkSchema(t, "report", text)
	case "ndjson":
		for line := range strings.Lines(text) {
			problems = append(problems, checkSchema(t, "events", line)...)
		}
	case "tap":
		problems = checkTAP(text)
	case "markdown":
		problems = checkMarkdown(text)
	case "github":
		for line := range strings.Lines(text) {
			if !regexp.MustCompile(`^::(error|warning|notice)( [a-zA-Z]+=[^:,\r\n]*(,[a-zA-Z]+=[^:,\r\n]*)*)?::[^\r\n]*\n$`).MatchString(line) {
				problems = append(problems, fmt.Sprintf("%q is no workflow command", line))
			}
		}
	}
	for i, p := range problems {
		if i == 5 {
			break
		}
		t.Errorf("%s: %s", kind, p)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && diag.Printable(string(r)) != string(r) }) {
		t.Errorf("%s: it holds what a terminal would obey", kind)
	}
}

var compiled = make(map[string]*jsonschema.Schema)

func checkSchema(t testing.TB, name, text string) []string {
	t.Helper()
	if compiled[name] == nil {
		file := "../../docs/" + name + ".schema.json"
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		document, _, err := value.Decode(content)
		if err != nil {
			t.Fatal(err)
		}
		if compiled[name], err = jsonschema.Compile(jsonschema.Source{URI: "file:///" + name, Name: file, Value: document}, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	document, duplicates, err := value.Decode([]byte(text))
	if err != nil {
		return []string{err.Error()}
	}
	if len(duplicates) > 0 {
		return []string{fmt.Sprintf("duplicate members %q", duplicates)}
	}
	violations, err := compiled[name].Validate(t.Context(), document)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	for _, v := range violations {
		problems = append(problems, v.String()+" ("+v.Where+")")
	}
	return problems
}

// everything is usual() with the rest of what events can say.
func everything() []*runner.Event {
	all := usual()
	end := all[len(all)-1]
	file := runner.ID{File: 9, Repeat: 2}
	at := func(request int) runner.ID {
		return runner.ID{File: 9, Repeat: 2, Row: 3, Iteration: 2, Request: request, Try: 2}
	}
	m := failedCheck().Message
	secure := hop(200, "OK", "application/json", `{"a":1}`)
	secure.TLS = &runner.TLS{Version: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", Subject: "CN=a", Expiry: time.Unix(0, 0).UTC(), Names: []string{"a.example"}}
	binary := hop(0, "", "", "")
	binary.Body = &runner.Body{Size: 7, Type: "image/png", Binary: true}
	all = append(all[:len(all)-1],
		ev(file, &runner.FileStarted{Path: "dir/z.http", Requests: 9}),
		ev(at(1), &runner.RequestFinished{
			Name: "recorded", Path: "other.http", Line: 3, NeededBy: "b", Outcome: runner.Passed, Duration: ms(3), Saved: []string{"a.bin"},
			Captures: []runner.Captured{{Name: "c", Value: "v"}}, Log: []runner.Log{{Level: "info", Text: "hello\nyou", Line: 3}, {Level: "warn", Text: "mind", Path: "s.js", Line: 1}}, Problems: []diag.Message{{Severity: diag.Warning, Summary: "mind", File: "dir/z.http", Line: 2, Column: 1, Width: 1}},
			Hops: []runner.Hop{secure}, Recorded: &runner.Recorded{Content: `{"a":1}`, Size: 7},
		}),
		ev(at(2), &runner.RequestFinished{Name: "binary", Line: 4, Outcome: runner.Broken, Hops: []runner.Hop{binary}, Recorded: &runner.Recorded{Content: "\xff\x00", Binary: true, Size: 99, Cut: true}}),
		ev(at(3), &runner.RequestFinished{Name: "withheld", Line: 5, Outcome: runner.Interrupted, Hops: []runner.Hop{binary}, Recorded: &runner.Recorded{Size: 9, Withheld: "why"}}),
		ev(at(4), &runner.RequestFinished{Name: "silent", Line: 6, Outcome: runner.Failed, NoLog: true, Checks: []runner.Check{failedCheck(), {Kind: runner.CheckCapture, Text: "x = y", Line: 7}}, Hops: []runner.Hop{withheld(secure)}}),
		ev(at(5), &runner.RequestFinished{Line: 7, Outcome: runner.Skipped, Reason: "because", Blocked: true}),
		ev(runner.ID{}, &runner.MessageEvent{Message: *m}),
		ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Code: "PR999", Severity: diag.Note, Summary: "worth knowing"}}),
		ev(file, &runner.FileFinished{Path: "dir/z.http", Counts: runner.Counts{Requests: 5, Passed: 1, Failed: 1, Broken: 1, Interrupted: 1, Skipped: 1}, Duration: ms(9)}),
		end)
	return numbered(all)
}

// TestReports compares every report with its golden file, and checks it against
// the grammar of its kind: `go test ./internal/report -update` rewrites the files.
func TestReports(t *testing.T) {
	for _, kind := range Kinds() {
		t.Run(kind, func(t *testing.T) {
			got := reportOf(t, kind, Options{}, everything())
			valid(t, kind, got)
			path := filepath.Join("testdata", "report."+kind)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
				t.Errorf("the report differs from %s:\n%s", path, got)
			}
		})
	}
}

// hostileTexts are texts that mean something to each format, to a terminal, or to the CI
// system that reads a log.
var hostileTexts = []string{
	"\x1b[31m\x1b]0;title\x07\u202e\u2066\u200b\u009b31m\x00\x7f\ufffe\uffff\xff\xed\xa0\x80",
	"]]> --> <![CDATA[ <!-- &amp; <error/> \"'></testcase>",
	"::set-output name=a::b\n::error::c\r::stop-commands::x\n##[error]d\n##vso[task.complete]",
	"</pre></code></details>\n\n# h\n\n```\n<script>alert(1)</script>\n| a | b |\n@EVILuser #12 https://EVIL.example www.EVIL.example ![i](x) [l](y) `c` *b* <b>",
	"# SKIP # TODO \\# \\\\ \nok 1 - forged\nnot ok 2\n1..9\nBail out!\n  ---\n  ...\npragma +strict",
	"---\n\tkey: value\n- item\n...\n\"quoted\" : |\n'single' %tag !type &a *a",
	"{\"type\":\"runFinished\"}\n{\"exit\":0}\\u0000\\",
}

// hostileRun is a run whose every text is evil.
func hostileRun(evil string) []*runner.Event {
	m := func(s diag.Severity) diag.Message {
		return diag.Message{
			Code: "PR001", Severity: s, Summary: evil, Detail: evil, File: evil, Line: 2, Column: 1, Width: 1, EndLine: 2, EndColumn: 2,
			Text: evil, Marker: evil, Expanded: evil, Before: []diag.Quoted{{Line: 1, Text: evil}},
			Values: []diag.Value{{Name: evil, Text: evil}}, Suggestion: evil,
		}
	}
	wrong := m(diag.Error)
	h := runner.Hop{
		Method: evil, URL: evil, StatusText: evil, Proto: evil, Status: 200,
		Sent: []runner.Field{{Name: evil, Value: evil}}, Header: []runner.Field{{Name: evil, Value: evil}},
		SentBody: &runner.Body{Size: 3, Type: evil, Preview: evil}, Body: &runner.Body{Size: 3, Type: evil, Preview: evil},
	}
	file, other := runner.ID{File: 1}, runner.ID{File: 2, Repeat: 1}
	at := func(id runner.ID, n int) runner.ID { id.Request, id.Try = n, 1; return id }
	events := []*runner.Event{
		ev(runner.ID{}, &runner.RunStarted{Version: evil, Environment: evil, Shard: evil, Shuffle: evil, Sandbox: true, Insecure: true}),
		ev(runner.ID{}, &runner.MessageEvent{Message: wrong}),
		ev(runner.ID{}, &runner.MessageEvent{Message: m(diag.Warning)}),
		ev(runner.ID{}, &runner.MessageEvent{Message: m(diag.Note)}),
		ev(file, &runner.FileStarted{Path: evil}),
		ev(other, &runner.FileStarted{Path: evil}),
		ev(at(file, 1), &runner.RequestStarted{Name: evil, NeededBy: evil, Line: 1}),
		ev(at(file, 1), &runner.TryFailed{Name: evil, Reason: evil, Line: 1, Tries: 2}),
		ev(at(file, 1), &runner.TokenEvent{Kind: "fetched", Provider: evil, Account: evil}),
	}
	for i, o := range []runner.Outcome{runner.Passed, runner.Failed, runner.Skipped, runner.Invalid, runner.Broken, runner.Interrupted} {
		for _, id := range []runner.ID{file, other} {
			done := &runner.RequestFinished{
				Name: evil, Path: evil, Line: i + 1, NeededBy: evil, Outcome: o, Reason: evil, Saved: []string{evil},
				Log: []runner.Log{{Level: "info", Text: evil, Path: evil}}, Captures: []runner.Captured{{Name: evil, Value: evil}}, Hops: []runner.Hop{h}, Recorded: &runner.Recorded{Content: strings.ToValidUTF8(evil, ""), Size: 3},
			}
			if o.Bad() {
				done.Checks = []runner.Check{{Kind: runner.CheckAssert, Text: evil, Note: evil, Line: 1, Message: &wrong}, {Kind: runner.CheckAssert, Text: evil, Line: 2}}
				done.Problems = []diag.Message{wrong, m(diag.Warning)}
			}
			events = append(events, ev(at(id, i+1), done))
		}
	}
	return numbered(append(events,
		ev(file, &runner.FileFinished{Path: evil}), ev(other, &runner.FileFinished{Path: evil}),
		ev(runner.ID{}, &runner.RunFinished{Exit: 2, Counts: runner.Counts{Requests: 12}})))
}

// TestHostileReports protects that what files and servers say stays text in every
// report: no format, no terminal and no CI system takes it for its own.
func TestHostileReports(t *testing.T) {
	for _, evil := range append(hostileTexts, strings.Join(hostileTexts, "\n"), "\n"+strings.Join(hostileTexts, "")) {
		for _, kind := range Kinds() {
			valid(t, kind, reportOf(t, kind, Options{}, hostileRun(evil)))
		}
	}
}

func FuzzReports(f *testing.F) {
	for _, evil := range hostileTexts {
		f.Add(evil)
	}
	f.Fuzz(func(t *testing.T, evil string) {
		for _, kind := range Kinds() {
			valid(t, kind, reportOf(t, kind, Options{}, hostileRun(evil)))
		}
	})
}

// TestReportsAreNeverGreen protects that a run which does not end with 0 has
// something red in the reports that CI systems read, and one that does has not.
func TestReportsAreNeverGreen(t *testing.T) {
	file := runner.ID{File: 1}
	request := func(o runner.Outcome) []*runner.Event {
		return []*runner.Event{
			ev(file, &runner.FileStarted{Path: "a.http"}),
			ev(runner.ID{File: 1, Request: 1, Try: 1}, &runner.RequestFinished{Name: "r", Line: 1, Outcome: o}),
			ev(file, &runner.FileFinished{Path: "a.http"}),
		}
	}
	message := []*runner.Event{ev(runner.ID{}, &runner.MessageEvent{Message: diag.Message{Severity: diag.Error, Summary: "wrong"}})}
	tests := []struct {
		name string
		exit int
		run  []*runner.Event
	}{
		{"passed", 0, request(runner.Passed)},
		{"skipped", 0, request(runner.Skipped)},
		{"nothing", 0, nil},
		{"failed", 1, request(runner.Failed)},
		{"invalid", 2, request(runner.Invalid)},
		{"broken", 3, request(runner.Broken)},
		{"interrupted", 130, request(runner.Interrupted)},
		{"interrupted between requests", 130, request(runner.Passed)},
		{"a message", 2, message},
		{"a message beside what passed", 2, slices.Concat(request(runner.Passed), message)},
		{"no reason at all", 3, nil},
	}
	for _, test := range tests {
		all := slices.Concat([]*runner.Event{ev(runner.ID{}, &runner.RunStarted{})}, test.run, []*runner.Event{ev(runner.ID{}, &runner.RunFinished{Exit: test.exit})})
		xml := reportOf(t, "junit", Options{}, numbered(all))
		valid(t, "junit", xml)
		if red := strings.Contains(xml, "<failure") || strings.Contains(xml, "<error"); red != (test.exit != 0) {
			t.Errorf("%s: exit code %d, and the JUnit report says\n%s", test.name, test.exit, xml)
		}
		protocol := reportOf(t, "tap", Options{}, all)
		valid(t, "tap", protocol)
		if red := regexp.MustCompile(`(?m)^not ok`).MatchString(protocol); red != (test.exit != 0) {
			t.Errorf("%s: exit code %d, and TAP says\n%s", test.name, test.exit, protocol)
		}
	}
}

// TestUniqueNames protects that every run of a request is a test case of its own: a
// later one must not hide the failure of an earlier one.
func TestUniqueNames(t *testing.T) {
	var n names
	var got []string
	for _, name := range []string{"a", "a #2", "a", "b", "a", "a #2"} {
		got = append(got, n.unique(name))
	}
	if want := []string{"a", "a #2", "a #3", "b", "a #4", "a #2 #2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	seen := make(map[string]bool)
	for _, match := range regexp.MustCompile(`<testcase name="[^"]*" classname="[^"]*"`).FindAllString(reportOf(t, "junit", Options{}, hostileRun("x")), -1) {
		if seen[match] {
			t.Errorf("two test cases are %s", match)
		}
		seen[match] = true
	}
	if len(seen) != 13 {
		t.Errorf("%d test cases of 12 requests and a message", len(seen))
	}
}

// TestEventsReadBack protects that nothing of an event is lost on its way through a
// recorded run: another program can do with the lines what a sink does.
func TestEventsReadBack(t *testing.T) {
	types := map[string]func() runner.EventData{}
	for _, data := range []runner.EventData{
		&runner.RunStarted{}, &runner.MessageEvent{}, &runner.FileStarted{}, &runner.RequestStarted{}, &runner.TryFailed{},
		&runner.TokenEvent{}, &runner.RequestFinished{}, &runner.FileFinished{}, &runner.RunFinished{},
	} {
		types[eventType(data)] = func() runner.EventData {
			return reflect.New(reflect.TypeOf(data).Elem()).Interface().(runner.EventData)
		}
	}
	events := everything()
	lines := strings.SplitAfter(strings.TrimSuffix(reportOf(t, "ndjson", Options{}, events), "\n"), "\n")
	if len(lines) != len(events)+1 {
		t.Fatalf("%d lines for %d events", len(lines), len(events))
	}
	bodies := 0
	for i, line := range lines[1:] {
		var read struct {
			Type string
			Seq  int
			Time time.Time
			ID   runner.ID
			Data json.RawMessage
			Body *struct {
				Size     int64
				Text     string
				Base64   string
				Cut      bool
				Withheld string
			}
		}
		if err := json.Unmarshal([]byte(line), &read); err != nil {
			t.Fatal(err)
		}
		data := types[read.Type]()
		if err := json.Unmarshal(read.Data, data); err != nil {
			t.Fatal(err)
		}
		want := events[i]
		if done, ok := want.Data.(*runner.RequestFinished); ok {
			shown := *done
			shown.Recorded = nil
			if k := done.Recorded; k != nil {
				bodies++
				content, err := base64.StdEncoding.DecodeString(read.Body.Base64)
				if got := read.Body.Text + string(content); err != nil || got != k.Content || read.Body.Size != k.Size || read.Body.Cut != k.Cut || read.Body.Withheld != k.Withheld {
					t.Errorf("the body %+v is read back as %+v", k, read.Body)
				}
			}
			want = ev(want.ID, &shown)
		}
		if read.Seq != i+1 || !read.Time.Equal(events[i].Time) || read.ID != want.ID {
			t.Errorf("line %d: %d, %v, %+v", i+2, read.Seq, read.Time, read.ID)
		}
		before, _ := json.Marshal(want.Data)
		after, _ := json.Marshal(data)
		if !bytes.Equal(before, after) {
			t.Errorf("%s is read back as %s", before, after)
		}
	}
	if bodies == 0 {
		t.Error("no body was recorded")
	}
}

// TestLongTexts protects that a long body is written piece by piece and yet whole.
func TestLongTexts(t *testing.T) {
	for _, unit := range []string{"x", "é", "日", "😀", "\u202e\n\"", "a😀"} {
		text := strings.Repeat(unit, 3*encodePiece/len(unit))
		var b bytes.Buffer
		if err := writeString(&b, text); err != nil {
			t.Fatal(err)
		}
		var got string
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || got != text {
			t.Errorf("%d times %q is not what is read back (%v)", len(text)/len(unit), unit, err)
		}
		b.Reset()
		if err := writeBase64(&b, text+"\xff"); err != nil {
			t.Fatal(err)
		}
		if content, err := base64.StdEncoding.DecodeString(strings.Trim(b.String(), `"`)); err != nil || string(content) != text+"\xff" {
			t.Errorf("%q in Base64 is not what is read back (%v)", unit, err)
		}
	}
}
