package diag

// Message is a diagnostic with its positions worked out and its source line
// copied: plain strings, so that it can be masked, sent to sinks, written as
// JSON and read back. It is what the renderer prints.
type Message struct {
	Code       string   `json:"code,omitempty"`
	Severity   Severity `json:"severity"`
	Summary    string   `json:"summary"`
	Detail     string   `json:"detail,omitempty"`
	File       string   `json:"file,omitempty"`
	Line       int      `json:"line,omitempty"`   // from 1; 0 if there is no position
	Column     int      `json:"column,omitempty"` // from 1, in characters
	Width      int      `json:"width,omitempty"`  // characters underlined on that line; at least 1
	Text       string   `json:"text,omitempty"`   // the source line; empty if it must not be quoted
	Before     []Quoted `json:"before,omitempty"` // lines of the context above
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
	line := d.Source.Line(at.Line)
	if end.Line == at.Line {
		m.Width = max(end.Column-at.Column, 1)
	} else { // underline to the end of the first line
		m.Width = max(len([]rune(line))-at.Column+1, 1)
	}
	if d.Source.Private {
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
// in place; it is how a message is masked.
func (m *Message) Strings(f func(string) string) {
	for _, s := range []*string{&m.Summary, &m.Detail, &m.File, &m.Text, &m.Marker, &m.Expanded, &m.Suggestion} {
		*s = f(*s)
	}
	before := make([]Quoted, len(m.Before))
	for i, q := range m.Before {
		before[i] = Quoted{Line: q.Line, Text: f(q.Text)}
	}
	m.Before = before
	values := make([]Value, len(m.Values))
	for i, v := range m.Values {
		values[i] = Value{Name: f(v.Name), Text: f(v.Text)}
	}
	m.Values = values
}
