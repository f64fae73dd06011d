package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says what a diagnostic means for the run. The zero value is
// invalid, so that a forgotten severity is noticed.
type Severity uint8

// Severities, the worst first.
const (
	_       Severity = iota
	Error            // the input is wrong; what it stands in is not run
	Warning          // it runs, but probably not as its author thinks
	Note             // worth knowing
)

// String returns the word that messages print.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Note:
		return "note"
	default:
		return fmt.Sprintf("severity(%d)", uint8(s))
	}
}

// MarshalText makes a severity its word in JSON.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *Severity) UnmarshalText(text []byte) error {
	for _, known := range []Severity{Error, Warning, Note} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q", text)
}

// Value is one named value behind a message, such as a part of a failed
// assertion: Name is the expression, Text its value as the reader should see it.
type Value struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Diagnostic is one message about one mistake. It implements error.
type Diagnostic struct {
	Code     string // stable, such as "PR012"; see codes.go
	Severity Severity
	Summary  string // what is wrong, in a terse lower-case clause without a full stop
	Detail   string // what was expected and found, if the summary cannot say it; may have several lines

	Source  *Source // nil if there is no text to point at, as for a flag
	Subject Span    // what the caret underlines
	Context Span    // a wider range worth showing; zero for the subject's line alone

	Marker     string  // what stands behind the caret, such as "false"
	Expanded   string  // the source line after substitution, if variables were substituted
	Values     []Value // the values behind a failed expression
	Suggestion string  // what to do, as an imperative clause
}

// Error returns the message on one line: "file:line:col: summary".
func (d *Diagnostic) Error() string {
	var b strings.Builder
	if d.Source != nil {
		p := d.Source.Position(d.Subject.Start)
		fmt.Fprintf(&b, "%s:%d:%d: ", d.Source.Name(), p.Line, p.Column)
	}
	b.WriteString(d.Summary)
	return b.String()
}

// At returns a copy of d that points at span of source, unless d points
// somewhere already.
func (d *Diagnostic) At(source *Source, span Span) *Diagnostic {
	copied := *d
	if copied.Source == nil {
		copied.Source, copied.Subject, copied.Context = source, span, Span{}
	}
	return &copied
}

// List is a list of diagnostics.
type List []*Diagnostic

// Error returns the messages, one a line. A function that returns a List as an
// error returns nil, not an empty list, when there is nothing to say.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the diagnostics, for package errors.
func (l List) Unwrap() []error {
	all := make([]error, len(l))
	for i, d := range l {
		all[i] = d
	}
	return all
}

// HasErrors reports whether one of the diagnostics is an error.
func (l List) HasErrors() bool {
	return slices.ContainsFunc(l, func(d *Diagnostic) bool { return d.Severity == Error })
}

// Sort orders the list by file, position, severity and text, so that output
// does not depend on the order of discovery.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Diagnostic) int {
		return cmp.Or(
			cmp.Compare(sourceName(a), sourceName(b)),
			cmp.Compare(a.Subject.Start, b.Subject.Start),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Summary, b.Summary),
		)
	})
}

func sourceName(d *Diagnostic) string {
	if d.Source == nil {
		return ""
	}
	return d.Source.Name()
}
