package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// tap writes a run in the Test Anything Protocol, version 14: a subtest a file, a
// test point a request, with what is wrong as a YAML block below it. Messages that
// belong to no request are test points beside the files.
type tap struct {
	writer
	files  map[runner.ID]*tapFile // that are running
	points int
	failed int
}

// tapFile is a subtest whose plan is not known yet.
type tapFile struct {
	name, path string
	points     int
	failed     int
	names      names
	text       spool
}

const tapIndent = "    "

// Event implements runner.Sink.
func (t *tap) Event(e *runner.Event) error {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		t.print("TAP version 14\n")
		for _, p := range properties(data) {
			t.print("# ", p.Name, ": ", diag.Printable(p.Text), "\n")
		}
	case *runner.MessageEvent:
		t.message(data.Message)
	case *runner.FileStarted:
		t.files[fileKey(e.ID)] = &tapFile{name: suiteName(e.ID, data.Path), path: data.Path}
	case *runner.RequestFinished:
		if f := t.files[fileKey(e.ID)]; f != nil {
			t.request(f, e.ID, data)
		}
	case *runner.FileFinished:
		if f := t.files[fileKey(e.ID)]; f != nil {
			delete(t.files, fileKey(e.ID))
			t.file(f)
		}
	case *runner.RunFinished:
		t.begin()
		word, _ := verdict(data)
		points := t.points
		if data.Exit != 0 && t.failed == 0 {
			points++
			t.point(points, diag.Message{Severity: diag.Error, Summary: word})
		}
		t.print("1..", itoa(points), "\n# ", word, "\n")
		return t.finish()
	}
	return t.err
}

// Close implements runner.Sink.
func (t *tap) Close() error {
	for _, f := range t.files {
		f.text.discard()
	}
	return t.writer.Close()
}

// message is a test point for an error, and a comment for anything else.
func (t *tap) message(m diag.Message) {
	if m.Severity != diag.Error {
		t.print("# ", m.Severity.String(), ": ", messageName(m), "\n")
		return
	}
	t.points++
	t.failed++
	t.point(t.points, m)
}

// point writes the test point of an error.
func (t *tap) point(number int, m diag.Message) {
	var b strings.Builder
	fmt.Fprintf(&b, "not ok %d - %s\n", number, messageName(m))
	writeYAML(&b, "  ", "error", 0, []diag.Message{m}, nil)
	t.print(b.String())
}

func messageName(m diag.Message) string {
	if at := place(m, "", 0); at != "" {
		return tapName(at + ": " + m.Summary)
	}
	return tapName(m.Summary)
}

func (t *tap) request(f *tapFile, id runner.ID, e *runner.RequestFinished) {
	f.points++
	name := tapName(f.names.unique(requestName(id, e.Name, e.Line)))
	word, directive := "ok", ""
	switch {
	case e.Outcome.Bad():
		word = "not ok"
		f.failed++
	case e.Outcome == runner.Skipped:
		directive = " # SKIP " + tapName(e.Reason)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s %d - %s%s\n", tapIndent, word, f.points, name, directive)
	if e.Outcome.Bad() {
		messages := append([]diag.Message{}, e.Problems...)
		for _, c := range e.Checks {
			if !c.Passed {
				messages = append(messages, messageOf(placed(f.path, e), c))
			}
		}
		if len(messages) == 0 {
			messages = append(messages, diag.Message{Severity: diag.Error, Summary: string(e.Outcome), File: placed(f.path, e), Line: e.Line})
		}
		var last *runner.Hop
		if len(e.Hops) > 0 {
			last = &e.Hops[len(e.Hops)-1]
		}
		writeYAML(&b, tapIndent+"  ", string(e.Outcome), e.Duration, messages, last)
	}
	for line := range strings.Lines(printedText(e)) {
		b.WriteString(tapIndent + "# | " + tapName(strings.TrimRight(line, "\n")) + "\n")
	}
	_, err := io.WriteString(&f.text, b.String())
	t.take(err)
}

// file writes the subtest of a file that has ended.
func (t *tap) file(f *tapFile) {
	t.points++
	word := "ok"
	if f.failed > 0 {
		word = "not ok"
		t.failed++
	}
	name := tapName(f.name)
	t.print("# Subtest: ", name, "\n")
	t.take(f.text.copyTo(t.out))
	f.text.discard()
	t.print(tapIndent, "1..", itoa(f.points), "\n", fmt.Sprintf("%s %d - %s\n", word, t.points, name))
}

// tapName is a description of a test point: a # would start a directive.
func tapName(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(diag.Shorten(diag.Printable(s), 400))
}

// writeYAML writes what is wrong as a YAML block. Its texts are double-quoted, as
// in JSON.
func writeYAML(b *strings.Builder, indent, severity string, took time.Duration, messages []diag.Message, answer *runner.Hop) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	line("---")
	line("severity: %s", yamlText(severity))
	if took > 0 {
		line("duration_ms: %s", strconv.FormatFloat(milliseconds(took), 'f', -1, 64))
	}
	line("messages:")
	for _, m := range messages {
		line("  - message: %s", yamlText(m.Summary))
		line("    severity: %s", yamlText(m.Severity.String()))
		if m.Code != "" {
			line("    code: %s", yamlText(m.Code))
		}
		if m.File != "" {
			line("    file: %s", yamlText(m.File))
		}
		if m.Line > 0 {
			line("    line: %d", m.Line)
		}
		if m.Column > 0 {
			line("    column: %d", m.Column)
		}
		for _, p := range []diag.Value{{Name: "source", Text: m.Text}, {Name: "detail", Text: m.Detail}, {Name: "suggestion", Text: m.Suggestion}} {
			if p.Text != "" {
				line("    %s: %s", p.Name, yamlText(p.Text))
			}
		}
		if len(m.Values) > 0 {
			line("    values:")
			for _, v := range m.Values {
				line("      - name: %s", yamlText(v.Name)) // TAP::Harness reads no key in quotes with a blank
				line("        text: %s", yamlText(v.Text))
			}
		}
	}
	if answer != nil {
		line("request: %s", yamlText(answer.Method+" "+answer.URL))
		if answer.Status > 0 {
			line("answer: %s", yamlText(statusLine(answer)))
		}
	}
	line("...")
}

// yamlText is a text as a double-quoted scalar of YAML.
func yamlText(s string) string {
	text, err := encode(diag.PrintableLines(s))
	if err != nil { // a string has a form in JSON
		return `""`
	}
	return string(text)
}
