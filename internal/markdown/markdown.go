// Package markdown shows Markdown on a terminal: as much of it as a manual
// needs. Headings stand at the margin, tables are kept within the width, code
// stays as it is, and links are their texts.
package markdown

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// DefaultWidth is the width, in columns, where there is no terminal.
const DefaultWidth = 80

const (
	textIndent = 2 // of all but headings
	codeIndent = 4 // of code, beyond what it stands in
)

// Renderer shows Markdown. The zero value shows it without colours in
// DefaultWidth columns.
type Renderer struct {
	Color bool // use SGR sequences
	Width int  // in columns; 0 means DefaultWidth
}

// Render returns a text of headings, paragraphs, lists, tables and code as lines
// for a terminal. Lines are no wider than the width, except for code and for
// words that are wider themselves.
func (r Renderer) Render(text string) string {
	if r.Width <= 0 {
		r.Width = DefaultWidth
	}
	p := &page{Renderer: r, lines: strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")}
	for p.next() {
	}
	return strings.TrimRight(p.b.String(), "\n") + "\n"
}

// page is a text that is being shown.
type page struct {
	Renderer
	lines []string // that are still to be shown
	b     strings.Builder
	tight bool // the item of a list was shown last
}

// next shows the next block, and reports whether there was one.
func (p *page) next() bool {
	for len(p.lines) > 0 && strings.TrimSpace(p.lines[0]) == "" {
		p.lines = p.lines[1:]
	}
	if len(p.lines) == 0 {
		return false
	}
	line := p.lines[0]
	title, isHeading := headingOf(line)
	_, _, isItem := itemOf(line)
	switch {
	case strings.HasPrefix(line, "```"):
		p.fenced()
	case strings.HasPrefix(line, "    "):
		code := p.take(func(l string) bool { return strings.HasPrefix(l, "    ") })
		for i, l := range code {
			code[i] = l[4:]
		}
		p.code(code)
	case isHeading:
		p.lines = p.lines[1:]
		p.separate(false)
		for _, l := range p.fill(p.words(title), p.Width, "", "") {
			p.b.WriteString(p.paint(diag.Bold, l.text) + "\n")
		}
	case p.startsTable():
		p.separate(false)
		p.table(p.take(func(l string) bool { return strings.HasPrefix(l, "|") }))
	case isItem:
		p.item()
	default:
		p.separate(false)
		p.paragraph(strings.Join(p.take(func(l string) bool { return !startsBlock(l) }), " "), "", "")
	}
	return true
}

// take takes the first line, whatever it is, and those behind it that belong to
// it.
func (p *page) take(belongs func(string) bool) []string {
	n := 1
	for n < len(p.lines) && strings.TrimSpace(p.lines[n]) != "" && belongs(p.lines[n]) {
		n++
	}
	taken := p.lines[:n:n]
	p.lines = p.lines[n:]
	return taken
}

// headingOf returns the text of a heading, and whether the line is one.
func headingOf(line string) (text string, ok bool) {
	text = strings.TrimLeft(line, "#")
	if level := len(line) - len(text); level < 1 || level > 6 || !strings.HasPrefix(text, " ") {
		return "", false
	}
	return strings.Trim(text, " #"), true
}

// itemOf returns what an item of a list starts with, up to its text, as in "* "
// and "  1. ", its text, and whether the line is one.
func itemOf(line string) (mark, text string, ok bool) {
	margin := len(line) - len(strings.TrimLeft(line, " "))
	rest := line[margin:]
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	n := 1 // of * or -
	switch {
	case digits > 0 && digits < 10 && strings.HasPrefix(rest[digits:], "."):
		n = digits + 1
	case !strings.HasPrefix(rest, "*") && !strings.HasPrefix(rest, "-"):
		return "", "", false
	}
	if !strings.HasPrefix(rest[n:], " ") {
		return "", "", false
	}
	return line[:margin+n+1], strings.TrimLeft(rest[n:], " "), true
}

// startsBlock reports whether a line ends the paragraph above it. A number at
// its start does not: a list starts with 1.
func startsBlock(line string) bool {
	_, isHeading := headingOf(line)
	mark, _, isItem := itemOf(line)
	mark = strings.TrimSpace(mark)
	return isHeading || isItem && (len(mark) == 1 || mark == "1.") || strings.HasPrefix(line, "```") || strings.HasPrefix(line, "|")
}

func (p *page) startsTable() bool {
	return len(p.lines) > 1 && strings.HasPrefix(p.lines[0], "|") && len(cells(p.lines[0])) > 0 &&
		strings.HasPrefix(p.lines[1], "|") && strings.Contains(p.lines[1], "-") && strings.Trim(p.lines[1], " :|-") == ""
}

// separate writes the blank line between two blocks. There is none between the
// items of a list.
func (p *page) separate(item bool) {
	if p.b.Len() > 0 && !(item && p.tight) {
		p.b.WriteByte('\n')
	}
	p.tight = item
}

// fenced shows a block between two lines of backquotes, or up to the end.
func (p *page) fenced() {
	n := 1
	for n < len(p.lines) && p.lines[n] != "```" {
		n++
	}
	code := p.lines[1:n]
	p.lines = p.lines[min(n+1, len(p.lines)):]
	p.code(code)
}

func (p *page) code(lines []string) {
	p.separate(false)
	for _, l := range lines {
		p.b.WriteString(strings.TrimRight(strings.Repeat(" ", codeIndent)+l, " ") + "\n")
	}
}

// item shows an item of a list, of which further lines are indented.
func (p *page) item() {
	mark, text, _ := itemOf(p.lines[0])
	lines := p.take(func(l string) bool {
		_, _, another := itemOf(l)
		return !another && !startsBlock(l)
	})
	p.separate(true)
	p.paragraph(strings.Join(append([]string{text}, lines[1:]...), " "), mark, strings.Repeat(" ", len(mark)))
}

// paragraph shows text whose first line starts with first, and the others with
// rest.
func (p *page) paragraph(text, first, rest string) {
	margin := strings.Repeat(" ", textIndent)
	for _, l := range p.fill(p.words(text), p.Width, margin+first, margin+rest) {
		p.b.WriteString(l.text + "\n")
	}
}

func (r Renderer) paint(style diag.Style, text string) string {
	return diag.Renderer{Color: r.Color}.Paint(style, text)
}
