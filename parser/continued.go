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

// checkIndent tells of a comment line below a directive that does not continue it and
// reads as if it were meant to: because it misses that by one blank, or because of
// the "and" that it begins with. Other comments may stand there as they please.
func (p *parser) checkIndent(name string, texts []Text, text diag.Span, indent int) {
	line := p.src[text.Start:text.End]
	summary := fmt.Sprintf("this line is a comment and does not continue `@%s`", name)
	near := indent == 1 && looksContinued(line)
	suggestion := "indent it by one more blank if it belongs to the directive"
	if indent == 0 {
		suggestion = "indent it by two further blanks if it belongs to the directive, or put an empty line between them"
	}
	switch rest, joined := cutJoiner(line); {
	case joined:
		p.doubt(string(rest), near, diag.CodeNotContinued, text, summary, suggestion)
	case near:
		p.doubt(Join(append(slices.Clip(texts), p.text(text)), " ").String(), true, diag.CodeNotContinued, text, summary, suggestion)
	}
}

// cutJoiner cuts off what joins two conditions.
func cutJoiner(text []byte) (rest []byte, ok bool) {
	for _, sign := range []string{"&&", "||"} {
		if rest, ok := bytes.CutPrefix(text, []byte(sign)); ok {
			return rest, len(trimBytes(rest)) > 0
		}
	}
	word, rest := cutWord(text)
	return rest, len(rest) > 0 && (bytes.EqualFold(word, []byte("and")) || bytes.EqualFold(word, []byte("or")))
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
