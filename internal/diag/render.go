package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// DefaultWidth is the width that a Renderer without one writes for, in columns.
const DefaultWidth = 120

// Renderer prints messages for people. It is the only thing that does, so that
// every mistake looks alike:
//
//	tickets.http:9:38: assertion failed [PR302]
//	   9 | # @assert body.items[0].id != "" and duration < 2000
//	     |                                      ^^^^^^^^^^^^^^^ false
//	     |   body.items[0].id = "t-1"
//	     |   duration         = 2310
//	     = a line of the detail
//	     = expanded: the line with its variables substituted
//	     = help: what to do
//
// A position stands for "error:"; warnings and notes, and messages without a
// position, are named. The zero Renderer is ready to use. All text of a message
// is made printable.
type Renderer struct {
	Color bool // use SGR sequences
	Width int  // of the terminal, in columns; 0 means DefaultWidth. Source lines are cut to it, other text to four lines of it
}

// Render prints m in one Write.
func (r Renderer) Render(w io.Writer, m Message) error {
	_, err := io.WriteString(w, r.render(m))
	return err
}

func (r Renderer) width() int {
	if r.Width <= 0 {
		return DefaultWidth
	}
	return max(r.Width, 20)
}

func (r Renderer) render(m Message) string {
	var b strings.Builder
	r.header(&b, m)
	gutter := 1
	if m.Line > 0 {
		gutter = max(4, digits(m.Line))
	}
	for _, q := range m.Before {
		r.line(&b, gutter, q.Line, cellsText(clipCells(cells(clipRunes(q.Text, 0, r.width())), r.width()-gutter-3)))
	}
	if m.Line > 0 && (m.Text != "" || m.Marker != "") {
		r.subject(&b, gutter, m)
	}
	r.values(&b, gutter, m.Values)
	r.footer(&b, gutter, "", m.Detail)
	r.footer(&b, gutter, "expanded: ", m.Expanded)
	r.footer(&b, gutter, "help: ", m.Suggestion)
	return b.String()
}

// header writes "file:line:col: severity: summary [code]".
func (r Renderer) header(b *strings.Builder, m Message) {
	if m.File != "" {
		at := r.free(m.File)
		if m.Line > 0 {
			at = fmt.Sprintf("%s:%d:%d", at, m.Line, m.Column)
		}
		b.WriteString(r.Paint(Bold, at+":") + " ")
	}
	text := r.free(m.Summary)
	if m.Severity != Error || m.Line == 0 {
		text = m.Severity.String() + ": " + text
	}
	b.WriteString(r.Paint(m.Severity.style(), text))
	if m.Code != "" {
		b.WriteString(r.Paint(Dim, " ["+Printable(m.Code)+"]"))
	}
	b.WriteByte('\n')
}

// line writes a quoted line of the source.
func (r Renderer) line(b *strings.Builder, gutter, number int, text string) {
	b.WriteString(strings.TrimRight(r.Paint(Dim, fmt.Sprintf("%*d | ", gutter, number))+text, " ") + "\n")
}

// bar writes a line under a quoted line.
func (r Renderer) bar(b *strings.Builder, gutter int, text string) {
	b.WriteString(strings.TrimRight(r.Paint(Dim, indent(gutter)+" | ")+text, " ") + "\n")
}

// subject writes the source line of the message with carets under its subject.
func (r Renderer) subject(b *strings.Builder, gutter int, m Message) {
	available := r.width() - gutter - 3
	start := max(m.Column+m.Shift-1, 0)
	width := max(m.Width, 1)

	// A minified document may be one line of megabytes: only what can be seen
	// is looked at. A character takes a column or more, but for combining ones.
	const combining = 4
	from := max(start-combining*available, 0)
	text := clipRunes(m.Text, from, start+combining*available)
	whole := from == 0 && len(text) == len(m.Text)
	start -= from

	line := cells(text)
	start = min(start, len(line))
	end := min(start+width, len(line))
	lo, hi := 0, len(line)
	if !whole || cellsWidth(line) > available {
		lo, hi = window(line, start, end, available)
	}
	var shown strings.Builder
	offset := 0 // columns before the first cell shown
	if from+lo > 0 {
		shown.WriteString("…")
		offset = 1
	}
	shown.WriteString(cellsText(line[lo:hi]))
	if hi < len(line) || !whole && from+len(line) < utf8.RuneCountInString(m.Text) {
		shown.WriteString("…")
	}
	r.line(b, gutter, m.Line, shown.String())

	before := offset + cellsWidth(line[lo:start])
	carets := max(cellsWidth(line[start:min(end, hi)]), 1)
	underline := r.Paint(m.Severity.style(), strings.Repeat("^", carets))
	if m.Marker == "" {
		r.bar(b, gutter, indent(before)+underline)
		return
	}
	marker := Shorten(Printable(m.Marker), available)
	painted := r.Paint(m.Severity.style(), marker)
	if room := available - DisplayWidth(marker); before+carets+1 <= room {
		r.bar(b, gutter, indent(before)+underline+" "+painted)
	} else {
		r.bar(b, gutter, indent(before)+underline)
		r.bar(b, gutter, indent(min(before, room))+painted)
	}
}

// window returns the cells to show of a line that is too long: those of the
// subject, as far as they fit, and as much round them as there is room for.
func window(line []cell, start, end, available int) (lo, hi int) {
	room := available - 2 // for the ellipses
	lo, hi = start, start
	used := 0
	for hi < end && used+line[hi].width <= room {
		used += line[hi].width
		hi++
	}
	before := (room - used) / 2
	for lo > 0 && line[lo-1].width <= before {
		before -= line[lo-1].width
		used += line[lo-1].width
		lo--
	}
	if hi == end {
		for hi < len(line) && used+line[hi].width <= room {
			used += line[hi].width
			hi++
		}
	}
	for lo > 0 && used+line[lo-1].width <= room { // near the end of the line there is room left
		used += line[lo-1].width
		lo--
	}
	return lo, hi
}

// values writes the values behind a message, their names aligned.
func (r Renderer) values(b *strings.Builder, gutter int, values []Value) {
	const longestAligned = 40
	aligned := 0
	for _, v := range values {
		if w := DisplayWidth(r.free(v.Name)); w <= longestAligned {
			aligned = max(aligned, w)
		}
	}
	for _, v := range values {
		name := r.free(v.Name)
		name += indent(aligned - DisplayWidth(name))
		lines := r.lines(v.Text)
		r.bar(b, gutter, "  "+name+" = "+lines[0])
		for _, l := range lines[1:] {
			r.bar(b, gutter, "    "+l)
		}
	}
}

// footer writes a text of one or more lines below the source.
func (r Renderer) footer(b *strings.Builder, gutter int, label, text string) {
	if text == "" {
		return
	}
	lines := r.lines(text)
	b.WriteString(indent(gutter) + r.Paint(Dim, " = ") + r.Paint(Bold, label) + lines[0] + "\n")
	for _, l := range lines[1:] { // behind a bar, so that no foreign line can pass for a line of ours
		r.bar(b, gutter, l)
	}
}

// free returns a text that has no caret under it and may wrap on the terminal,
// printable and not endless.
func (r Renderer) free(s string) string {
	limit := 4 * r.width()
	return Shorten(Printable(clipRunes(s, 0, 4*limit)), limit)
}

// maxLines bounds the lines shown of one text of a message.
const maxLines = 60

// lines returns the lines of a text as free text; there is always one.
func (r Renderer) lines(s string) []string {
	var shown []string
	rest := 0
	for l := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), "\n") {
		if len(shown) == maxLines {
			rest++
			continue
		}
		shown = append(shown, r.free(strings.ReplaceAll(l, "\t", indent(tabWidth))))
	}
	if rest > 0 {
		shown = append(shown, fmt.Sprintf("… %d more lines", rest))
	}
	return shown
}

// clipCells returns the cells that fit into width columns, the last one an
// ellipsis if some do not.
func clipCells(cs []cell, width int) []cell {
	if cellsWidth(cs) <= width {
		return cs
	}
	used := 0
	for i, c := range cs {
		if used+c.width > width-1 {
			return append(cs[:i:i], cell{text: "…", width: 1})
		}
		used += c.width
	}
	return cs
}

// clipRunes returns the characters [from, to) of s, as far as it has them.
func clipRunes(s string, from, to int) string {
	start := skipRunes(s, from)
	return s[start : start+skipRunes(s[start:], to-from)]
}

// skipRunes returns the offset of the nth character of s, or its length.
func skipRunes(s string, n int) int {
	for i := range s {
		if n <= 0 {
			return i
		}
		n--
	}
	return len(s)
}

func digits(n int) int { return len(fmt.Sprint(n)) }
