package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Findings are what a check of request files found.
type Findings struct {
	Messages []diag.Message // masked, in the order to show them in
	Files    int            // that were read
	Requests int            // in them
	Version  string         // of the program
	Dir      string         // the working directory; paths below it are made relative to it where a format needs that
}

// Count returns how many messages there are of a severity.
func (f *Findings) Count(s diag.Severity) int {
	n := 0
	for i := range f.Messages {
		if f.Messages[i].Severity == s {
			n++
		}
	}
	return n
}

// Summary is the findings in one line: "3 errors, 2 warnings in 5 files", or
// "12 files, 40 requests: no mistakes".
func (f *Findings) Summary() string {
	errors, warnings, notes := f.Count(diag.Error), f.Count(diag.Warning), f.Count(diag.Note)
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{errors, "error"}, {warnings, "warning"}, {notes, "note"}} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.what))
		}
	}
	if errors+warnings == 0 {
		parts = append([]string{"no mistakes"}, parts...)
		return count(f.Files, "file") + ", " + count(f.Requests, "request") + ": " + strings.Join(parts, ", ")
	}
	return strings.Join(parts, ", ") + " in " + count(f.Files, "file")
}

// CheckFormats are the formats that WriteFindings knows, the default first.
func CheckFormats() []string { return []string{"text", "json", "github", "sarif"} }

// WriteFindings writes findings in one of CheckFormats. The renderer is for
// text.
func WriteFindings(w io.Writer, format string, f *Findings, r diag.Renderer) error {
	var b strings.Builder
	var err error
	switch format {
	case "json":
		err = f.json(&b)
	case "github":
		f.github(&b)
	case "sarif":
		err = f.sarif(&b)
	default:
		f.text(&b, r)
	}
	if err == nil {
		_, err = io.WriteString(w, b.String())
	}
	return err
}

func (f *Findings) text(b *strings.Builder, r diag.Renderer) {
	for i, m := range f.Messages {
		if i > 0 {
			b.WriteByte('\n')
		}
		_ = r.Render(b, m) // a strings.Builder takes everything
	}
	if len(f.Messages) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(f.Summary() + "\n")
}

// finding is a message as JSON. It is documented in docs/checking.md: members
// are added, and never change.
type finding struct {
	File       string        `json:"file,omitempty"`
	Line       int           `json:"line,omitempty"` // from 1
	Column     int           `json:"column,omitempty"`
	EndLine    int           `json:"endLine,omitempty"`
	EndColumn  int           `json:"endColumn,omitempty"` // behind the last character
	Severity   diag.Severity `json:"severity"`
	Code       string        `json:"code,omitempty"`
	Name       string        `json:"name,omitempty"`
	Summary    string        `json:"summary"`
	Detail     string        `json:"detail,omitempty"`
	Suggestion string        `json:"suggestion,omitempty"`
}

func findingOf(m diag.Message) finding {
	return finding{
		File: m.File, Line: m.Line, Column: m.Column, EndLine: m.EndLine, EndColumn: m.EndColumn,
		Severity: m.Severity, Code: m.Code, Summary: m.Summary, Detail: m.Detail, Suggestion: m.Suggestion,
	}
}

func (f *Findings) json(b *strings.Builder) error {
	names := make(map[string]string)
	for _, e := range diag.Explanations() {
		names[e.Code] = e.Name
	}
	document := struct {
		Version     string    `json:"version"`
		Files       int       `json:"files"`
		Requests    int       `json:"requests"`
		Errors      int       `json:"errors"`
		Warnings    int       `json:"warnings"`
		Notes       int       `json:"notes"`
		Diagnostics []finding `json:"diagnostics"`
	}{
		Version: f.Version, Files: f.Files, Requests: f.Requests,
		Errors: f.Count(diag.Error), Warnings: f.Count(diag.Warning), Notes: f.Count(diag.Note),
		Diagnostics: []finding{},
	}
	for _, m := range f.Messages {
		found := findingOf(m)
		found.Name = names[m.Code]
		document.Diagnostics = append(document.Diagnostics, found)
	}
	text, err := encodeIndented(document)
	b.Write(text)
	return err
}

// github writes a workflow command of GitHub Actions for each message, which
// becomes an annotation of the line.
func (f *Findings) github(b *strings.Builder) {
	for _, m := range f.Messages {
		b.WriteString(annotation(m, m.Code))
	}
	b.WriteString(f.Summary() + "\n")
}

// annotation is a message as a workflow command, on a line.
func annotation(m diag.Message, title string) string {
	command := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Note: "notice"}[m.Severity]
	var properties []string
	if m.File != "" {
		properties = append(properties, "file="+escapeProperty(diag.Printable(m.File)))
	}
	if m.Line > 0 {
		properties = append(properties, fmt.Sprintf("line=%d", m.Line))
		switch {
		case m.Column == 0: // the whole line
		case m.EndLine == m.Line || m.EndLine == 0:
			properties = append(properties, fmt.Sprintf("col=%d,endColumn=%d", m.Column, m.Column+m.Width))
		default:
			properties = append(properties, fmt.Sprintf("endLine=%d", m.EndLine)) // columns are allowed on one line only
		}
	}
	if title != "" {
		properties = append(properties, "title="+escapeProperty(diag.Printable(title)))
	}
	at := ""
	if len(properties) > 0 {
		at = " " + strings.Join(properties, ",")
	}
	return fmt.Sprintf("::%s%s::%s\n", command, at, escapeData(plainMessage(m)))
}

// plainMessage is a message as printable text of one or more lines, without its
// place.
func plainMessage(m diag.Message) string {
	parts := []string{m.Summary}
	for _, p := range []string{m.Detail, m.Suggestion} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return diag.PrintableLines(strings.Join(parts, "\n"))
}

// escapeData escapes the text of a workflow command.
func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// escapeProperty escapes the value of a property of a workflow command.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
