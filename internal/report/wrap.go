package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// wrapLines breaks the lines of a text that are wider than width at blanks, and
// indents what follows by two columns more than the line. Quoted source lines
// and what stands under them stay as they are. The text may hold SGR sequences.
func wrapLines(text string, width int) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		if visibleWidth(strings.TrimSuffix(l, "\n")) > width && !quoted(l) {
			l = wrapLine(l, width)
		}
		b.WriteString(l)
	}
	return b.String()
}

func wrapLine(line string, width int) string {
	hang := len(line) - len(strings.TrimLeft(line, " ")) + 2
	var b strings.Builder
	column := 0
	for i, word := range strings.Split(line, " ") {
		w := visibleWidth(strings.TrimSuffix(word, "\n"))
		switch {
		case i == 0:
		case column > hang && column+1+w > width && startsLine(word):
			b.WriteString("\n" + strings.Repeat(" ", hang))
			column = hang
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += w
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
