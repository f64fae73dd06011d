package diag

import "strings"

// Style is a way to show a text on a terminal: an SGR sequence of ECMA-48.
type Style string

// Styles. They use the terminal's own sixteen colours, which its user has
// chosen to be readable.
const (
	Plain  Style = ""
	Bold   Style = "\x1b[1m"
	Dim    Style = "\x1b[2m"
	Red    Style = "\x1b[31m"
	Green  Style = "\x1b[32m"
	Yellow Style = "\x1b[33m"
	Cyan   Style = "\x1b[36m"

	reset = "\x1b[0m"
)

// Paint returns text in a style if the renderer uses colour. The text must be
// printable already, because the sequences that Paint adds would not survive.
func (r Renderer) Paint(style Style, text string) string {
	if !r.Color || style == Plain || text == "" {
		return text
	}
	return string(style) + text + reset
}

// style returns the colour of messages of a severity.
func (s Severity) style() Style {
	switch s {
	case Error:
		return Red
	case Warning:
		return Yellow
	default:
		return Cyan
	}
}

// indent returns n blanks.
func indent(n int) string { return strings.Repeat(" ", max(n, 0)) }
