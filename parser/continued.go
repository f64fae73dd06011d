package parser

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// A comment line continues the directive above it if it is indented by two or
// more further blanks. This file tells such lines, and those that were meant to
// be.

// tabWidth is how far apart tab stops are. A tab behind the comment mark is
// thus always enough to continue a directive that has a blank there.
const tabWidth = 8

// columnOf returns the column of byte i of a line as it is seen, counted from 0.
func columnOf(line []byte, i int) int {
	column := 0
	for _, c := range line[:i] {
		if c == '\t' {
			column += tabWidth - column%tabWidth
		} else {
			column++
		}
	}
	return column
}

// indentedComment returns the text of line i if it is a comment and no directive
// itself, and by how many columns it is indented further than a directive whose
// @ stands at column; 0 for any other line.
func (p *parser) indentedComment(i, column int) (text diag.Span, indent int) {
	span := p.content(i)
	line := p.src[span.Start:span.End]
	mark := commentMark(line)
	if mark == 0 || isSeparator(line) {
		return diag.Span{}, 0
	}
	start := mark + skipSpace(line[mark:])
	if start == len(line) || line[start] == '@' {
		return diag.Span{}, 0
	}
	return p.trim(diag.Span{Start: span.Start + start, End: span.End}), max(0, columnOf(line, start)-column)
}

// checkIndent warns of a comment line below a directive that misses continuing
// it by one blank and reads as if it were meant to. Other comments may stand
// there as they please.
func (p *parser) checkIndent(name string, text diag.Span, indent int) {
	if indent != 1 || !looksContinued(p.src[text.Start:text.End]) {
		return
	}
	p.warn(diag.CodeNotContinued, text, fmt.Sprintf("this line is a comment and does not continue `@%s`", name),
		"indent it by one more blank if it belongs to the directive")
}

var (
	// continuingWords stand between two parts of a directive.
	continuingWords = []string{"and", "or", "contains", "matches", "startsWith", "endsWith", "every", "backoff", "until", "--"}
	// continuingSigns are operators that no sentence and no item of a list
	// starts with.
	continuingSigns = []string{"&&", "||", "==", "!=", "<=", ">=", "??", "?.", "| ", "? ", "+ ", "/ ", "% ", ","}
)

// looksContinued reports whether a text starts like the second half of the
// arguments of a directive: with an operator, a keyword or a parameter key=value.
func looksContinued(text []byte) bool {
	word, rest := cutWord(text)
	if slices.Contains(continuingWords, string(word)) {
		return len(rest) > 0
	}
	if slices.ContainsFunc(continuingSigns, func(sign string) bool { return strings.HasPrefix(string(text), sign) }) {
		return true
	}
	key, _, ok := bytes.Cut(word, []byte("="))
	return ok && isName(string(key))
}
