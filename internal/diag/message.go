package diag

import (
	"slices"
	"unicode/utf8"
)

// Message is a diagnostic with its positions worked out and its source line
// copied: plain strings, so that it can be masked, sent to sinks, written as
// JSON and read back. It is what the renderer prints.
type Message struct {
	Code       string   `json:"code,omitempty"`
	Severity   Severity `json:"severity"`
	Summary    string   `json:"summary"`
	Detail     string   `json:"detail,omitempty"`
	File       string   `json:"file,omitempty"`
	Line       int      `json:"line,omitempty"`      // from 1; 0 if there is no position
	Column     int      `json:"column,omitempty"`    // from 1, in characters
	Width      int      `json:"width,omitempty"`     // characters underlined on that line; at least 1
	EndLine    int      `json:"endLine,omitempty"`   // where the subject ends: the last line of it
	EndColumn  int      `json:"endColumn,omitempty"` // and the column behind its last character there
	Text       string   `json:"text,omitempty"`      // the source line; empty if it must not be quoted
	Shift      int      `json:"shift,omitempty"`     // what to add to Column to find the subject in Text, if masking has moved it
	Before     []Quoted `json:"before,omitempty"`    // lines of the context above
	Marker     string   `json:"marker,omitempty"`
	Expanded   string   `json:"expanded,omitempty"`
	Values     []Value  `json:"values,omitempty"`
	Suggestion string   `json:"suggestion,omitempty"`
}

// Quoted is a line of the source shown for context.
type Quoted struct {
	Line int    `json:"line"`
	Text string `json:"text"`
}

// maxContextLines bounds the lines shown above the subject.
const maxContextLines = 3

// Message works out the positions of d.
func (d *Diagnostic) Message() Message {
	m := Message{
		Code: d.Code, Severity: d.Severity, Summary: d.Summary, Detail: d.Detail,
		Marker: d.Marker, Expanded: d.Expanded, Values: d.Values, Suggestion: d.Suggestion,
	}
	if d.Source == nil {
		return m
	}
	subject := d.Source.clip(d.Subject)
	at := d.Source.Position(subject.Start)
	m.File, m.Line, m.Column = d.Source.Name(), at.Line, at.Column
	end := d.Source.Position(subject.End)
	m.EndLine, m.EndColumn = end.Line, end.Column
	line := d.Source.Line(at.Line)
	if end.Line == at.Line {
		m.Width = max(end.Column-at.Column, 1)
	} else { // underline to the end of the first line
		m.Width = max(utf8.RuneCountInString(line)-at.Column+1, 1)
	}
	if d.Source.Private {
		m.Expanded = ""
		return m
	}
	m.Text = line
	if d.Context != (Span{}) {
		first := d.Source.Position(d.Context.Start).Line
		for l := max(first, at.Line-maxContextLines); l < at.Line; l++ {
			m.Before = append(m.Before, Quoted{Line: l, Text: d.Source.Line(l)})
		}
	}
	return m
}

// Strings calls f on every text of the message that may hold foreign content,
// in place; it is how a message is masked. The name of the file is none of them:
// whoever reads the message must be able to open it. If that changes the source line, the
// place of the subject in it follows.
func (m *Message) Strings(f func(string) string) {
	text := m.Text
	for _, s := range []*string{&m.Summary, &m.Detail, &m.Text, &m.Marker, &m.Expanded, &m.Suggestion} {
		*s = f(*s)
	}
	if m.Text != text {
		m.follow(text)
	}
	m.Before = slices.Clone(m.Before)
	for i := range m.Before {
		m.Before[i].Text = f(m.Before[i].Text)
	}
	m.Values = slices.Clone(m.Values)
	for i, v := range m.Values {
		m.Values[i] = Value{Name: f(v.Name), Text: f(v.Text)}
	}
}

// follow finds the subject in a source line that was text until now. An end of
// the subject in front of the first difference stays where it is, one behind
// the last difference keeps its distance from the end of the line, and one
// between them moves to the nearer of the two.
func (m *Message) follow(text string) {
	before, after := []rune(text), []rune(m.Text)
	shorter := min(len(before), len(after))
	same := 0 // characters at the start
	for same < shorter && before[same] == after[same] {
		same++
	}
	tail := 0 // characters at the end
	for tail < shorter-same && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	start := m.Column + m.Shift - 1
	end := start + m.Width
	place := func(at, between int) int {
		switch {
		case at <= same:
			return at
		case at >= len(before)-tail:
			return at + len(after) - len(before)
		default:
			return between
		}
	}
	moved := place(start, same)
	m.Shift += moved - start
	m.Width = max(place(end, len(after)-tail)-moved, 1)
}
