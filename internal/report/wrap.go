package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// wrapLines breaks the lines of a text that are wider than width at blanks, and
// indents what follows by two columns more than the line. What stands under quoted
// source lines is broken anywhere, and goes on behind a bar of its own. The text may
// hold SGR sequences.
func wrapLines(text string, width int) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		if visibleWidth(strings.TrimSuffix(l, "\n")) > width {
			if quoted(l) {
				l = foldQuoted(l, width)
			} else {
				l = wrapLine(l, width)
			}
		}
		b.WriteString(l)
	}
	return b.String()
}

// foldQuoted breaks a line behind a bar: a value, or a line of a detail.
func foldQuoted(line string, width int) string {
	const bar, hang, reset = "| ", "    ", "\x1b[0m"
	head, rest, found := strings.Cut(strings.TrimSuffix(line, "\n"), bar)
	if !found {
		return line
	}
	head += bar
	if after, painted := strings.CutPrefix(rest, reset); painted {
		head, rest = head+reset, after
	}
	room := width - visibleWidth(head)
	var b strings.Builder
	for before := ""; ; before, room = hang, width-visibleWidth(head)-len(hang) {
		var row string
		row, rest = foldWords(rest, room)
		b.WriteString(head + before + row + "\n")
		if rest == "" {
			return b.String()
		}
	}
}

// foldWords is fold at a blank, if there is one not far from the end of the row.
func foldWords(s string, width int) (row, rest string) {
	row, rest = fold(s, width)
	if after, ended := strings.CutPrefix(rest, " "); ended {
		return row, after
	}
	if blank := strings.LastIndexByte(row, ' '); rest != "" && blank >= len(row)/2 {
		return row[:blank], s[blank+1:]
	}
	return row, rest
}

// wrapLine breaks a line of words. A word that may not start a line stays with the one
// before it.
func wrapLine(line string, width int) string {
	text := strings.TrimLeft(line, " ")
	start := len(line) - len(text)
	hang := start + 2
	var b strings.Builder
	b.WriteString(line[:start])
	column := start
	words := strings.Split(text, " ")
	for i := 0; i < len(words); {
		n := 1
		for i+n < len(words) && !startsLine(words[i+n]) {
			n++
		}
		piece := strings.Join(words[i:i+n], " ")
		w := visibleWidth(strings.TrimSuffix(piece, "\n"))
		switch {
		case i == 0:
		case column > hang && column+1+w > width:
			b.WriteString("\n" + strings.Repeat(" ", hang))
			column = hang
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(piece)
		column += w
		i += n
	}
	return b.String()
}

// startsLine reports whether a word may stand at the start of a line that goes
// on: a letter, a digit, a quotation or a bracket. Anything else could be
// foreign text that passes for a mark of ours, or for a command to the CI system
// that reads the log (`::set-output`), which only the start of a text is kept from.
func startsLine(word string) bool {
	r, _ := utf8.DecodeRuneInString(plain(word))
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("`\"'([{/", r)
}

// quoted reports whether a line of a message quotes the source, or stands under
// such a line: "   9 | GET /" or "     | ^^^".
func quoted(line string) bool {
	rest := strings.TrimLeft(strings.TrimLeft(plain(line), " "), "0123456789")
	return strings.HasPrefix(strings.TrimLeft(rest, " "), "|")
}

// visibleWidth is diag.DisplayWidth for a text with SGR sequences.
func visibleWidth(s string) int { return diag.DisplayWidth(plain(s)) }

// plain returns a text of ours without its SGR sequences. Foreign text has none.
func plain(s string) string {
	if !strings.Contains(s, "\x1b") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, s, _ = strings.Cut(rest, "m")
	}
}
