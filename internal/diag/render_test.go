package diag

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// at returns the message of a diagnostic about the first subject in text.
func at(text, subject string, d Diagnostic) Message {
	start := strings.Index(text, subject)
	d.Source, d.Subject = NewSource("requests/coro.http", []byte(text)), Span{start, start + len(subject)}
	if d.Severity == 0 {
		d.Severity = Error
	}
	if d.Summary == "" {
		d.Summary = "something is wrong"
	}
	return d.Message()
}

// The golden files show what a user sees; every shape of a message has one.
func TestRenderGolden(t *testing.T) {
	assertion := strings.Repeat("\n", 8) + "# @assert body.items[0].id != \"\" and duration < 2000\n"
	failed := at(assertion, "duration < 2000", Diagnostic{
		Code: CodeAssertion, Summary: "assertion failed", Marker: "false",
		Values: []Value{{"body.items[0].id", `"t-1"`}, {"duration", "2310"}},
	})
	long := `{"a":"` + strings.Repeat("x", 500_000) + `","bad":1,"b":"` + strings.Repeat("y", 500_000) + `"}`
	full := at("### title\n\n# @name x\nGET {{bse}}/v1\n", "bse", Diagnostic{
		Code: CodeVariable, Summary: "unknown variable `bse`",
		Detail:   "looked in:\n  environment staging\n\n  the file",
		Expanded: "GET {{bse}}/v1", Suggestion: "did you mean `base`?",
	})
	full.Before = []Quoted{{2, ""}, {3, "# @name x"}}
	tests := []struct {
		name string
		r    Renderer
		m    Message
	}{
		{"assertion", Renderer{}, failed},
		{"assertion-color", Renderer{Color: true}, failed},
		{"assertion-narrow", Renderer{Width: 40}, failed},
		{"full", Renderer{}, full},
		{"full-color", Renderer{Color: true}, full},
		{"warning", Renderer{}, at("GET x", "x", Diagnostic{Severity: Warning})},
		{"note", Renderer{}, at("GET x", "x", Diagnostic{Severity: Note})},
		{"no-position", Renderer{}, Message{Severity: Error, Code: CodeUsage, Summary: "unknown flag `--vra`", Suggestion: "did you mean `--var`?"}},
		{"no-position-color", Renderer{Color: true}, Message{Severity: Warning, Summary: "certificates are not verified"}},
		{"file-only", Renderer{}, Message{Severity: Error, File: "a.http", Summary: "no such file"}},
		{"private", Renderer{}, Message{Severity: Error, File: "private.json", Line: 3, Column: 4, Summary: "not a string", Values: []Value{{"found", "a number"}}}},
		{"tabs", Renderer{}, at("\t{\t\"a\": bad }", "bad", Diagnostic{})},
		{"tab-as-subject", Renderer{}, at("ab\tc", "\t", Diagnostic{})},
		{"wide", Renderer{}, at(`# @assert body.名前 == "日本語" and 悪い == 1`, "悪い", Diagnostic{Marker: "false"})},
		{"combining", Renderer{}, at("# @assert cafe\u0301 == 1", "==", Diagnostic{})},
		{"emoji", Renderer{}, at("👩\u200d💻👍 bad", "bad", Diagnostic{})},
		{"escapes", Renderer{}, at("a\x1b[2J\x80 bad \x07", "bad \x07", Diagnostic{Marker: "\x1b[31m"})},
		{"end-of-line", Renderer{}, at("GET x\nA: b", "\nA", Diagnostic{})},
		{"empty-text", Renderer{}, at("", "", Diagnostic{Marker: "expected a request"})},
		{"several-lines", Renderer{}, at("GET x\nA: b", "x\nA: b", Diagnostic{})},
		{"long-line", Renderer{Width: 80}, at(long, `"bad":1`, Diagnostic{Marker: "not a string"})},
		{"long-line-start", Renderer{Width: 80}, at(long, `{`, Diagnostic{})},
		{"long-line-end", Renderer{Width: 80}, at(long, `y"}`, Diagnostic{})},
		{"long-subject", Renderer{Width: 80}, at(long, strings.Repeat("x", 400_000), Diagnostic{})},
		{"long-combining", Renderer{Width: 40}, at("a"+strings.Repeat("\u0301", 10_000)+" bad", "bad", Diagnostic{})},
		{"long-values", Renderer{Width: 40}, Message{Severity: Error, File: "a", Line: 10, Column: 2, Text: "# x", Width: 1, Summary: strings.Repeat("s", 200),
			Marker: strings.Repeat("m", 200), Values: []Value{{"body", strings.Repeat("日", 100)}, {strings.Repeat("n", 50), "1"}, {"diff", "- a\n\t+ b"}}}},
		{"many-lines", Renderer{}, Message{Severity: Error, Summary: "s", Detail: strings.Repeat("line\n", 100)}},
		{"masked", Renderer{}, func() Message {
			m := at(`# @assert x == "hunter2hunter2" and bad`, "bad", Diagnostic{})
			m.Strings(func(s string) string { return strings.ReplaceAll(s, "hunter2hunter2", "***") })
			return m
		}()},
		{"line-100000", Renderer{}, Message{Severity: Error, File: "a", Line: 100000, Column: 1, Width: 1, Text: "x", Summary: "s", Suggestion: "h"}},
	}
	var all bytes.Buffer
	for _, tt := range tests {
		all.WriteString("-- " + tt.name + " --\n")
		if err := tt.r.Render(&all, tt.m); err != nil {
			t.Fatal(err)
		}
	}
	golden := filepath.Join("testdata", "render.golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, all.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	wanted, got := bytes.Split(want, []byte("\n-- ")), bytes.Split(all.Bytes(), []byte("\n-- "))
	if len(wanted) != len(got) {
		t.Errorf("%d messages, the golden file has %d; run with -update", len(got), len(wanted))
	}
	for i := range min(len(got), len(wanted)) {
		if !bytes.Equal(got[i], wanted[i]) {
			t.Errorf("got:\n%s\nwant:\n%s", got[i], wanted[i])
		}
	}
}

// The page that specifies the language shows this message; it is what users
// learn to read.
func TestRenderAsSpecified(t *testing.T) {
	m := at(strings.Repeat("\n", 8)+"# @assert body.items[0].id != \"\" and duration < 2000\n", "duration < 2000", Diagnostic{
		Summary: "assertion failed", Marker: "false",
		Values: []Value{{"body.items[0].id", `"t-1"`}, {"duration", "2310"}},
	})
	want := `requests/coro.http:9:38: assertion failed
   9 | # @assert body.items[0].id != "" and duration < 2000
     |                                      ^^^^^^^^^^^^^^^ false
     |   body.items[0].id = "t-1"
     |   duration         = 2310
`
	var b strings.Builder
	if err := (Renderer{}).Render(&b, m); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// Of a document of megabytes only what can be seen is copied.
func TestRenderOfAHugeLineIsCheap(t *testing.T) {
	m := at(strings.Repeat("é", 1<<20)+"bad", "bad", Diagnostic{Expanded: strings.Repeat("x", 2<<20), Marker: strings.Repeat("y", 2<<20)})
	m.Summary, m.Values = m.Expanded, []Value{{Name: m.Expanded, Text: m.Expanded}}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := (Renderer{}).Render(io.Discard, m); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("the message allocates %d bytes", n)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestRenderReportsWriteErrors(t *testing.T) {
	if err := (Renderer{}).Render(failing{}, Message{Severity: Error, Summary: "s"}); err == nil {
		t.Error("a write error is lost")
	}
}

// Whatever a file or a server sends, a message never panics, never holds a
// control character, and keeps its quoted line within the width.
func FuzzRender(f *testing.F) {
	f.Add("GET \x1b[2J\t日本", 4, 9, 40, "\u202emarker", "value\nof\x07 lines")
	f.Add("\ufeff{\"a\":\x80}", 0, 99, 0, "", "")
	f.Fuzz(func(t *testing.T, text string, start, end, width int, marker, value string) {
		d := &Diagnostic{
			Severity: Error, Code: marker, Summary: value, Detail: value, Marker: marker, Expanded: value, Suggestion: marker,
			Values: []Value{{marker, value}, {value, marker}},
			Source: NewSource(marker, []byte(text)), Subject: Span{start, end}, Context: Span{0, end},
		}
		m := d.Message()
		if start%2 == 0 {
			m.Strings(func(s string) string { return strings.ReplaceAll(s, "a", "***") })
		}
		r := Renderer{Width: width % 300}
		out := r.render(m)
		if c := obeyed(out, "\n"); c != 0 {
			t.Fatalf("the message holds %U: %q", c, out)
		}
		for l := range strings.Lines(out) {
			l = strings.TrimSuffix(l, "\n")
			if len(l) > 7 && strings.TrimLeft(l[:6], " 0123456789") == "|" && !strings.Contains(l, "^") && !strings.HasPrefix(l, "     | ") {
				if w := DisplayWidth(l); w > r.width() {
					t.Fatalf("a source line takes %d columns of %d: %q", w, r.width(), l)
				}
			}
		}
	})
}
