package parser

import (
	"bytes"

	"github.com/postrider/postrider/internal/diag"
)

// byteOrderMark is U+FEFF in UTF-8. It belongs to the first line, but not to
// what that line says.
const byteOrderMark = "\xef\xbb\xbf"

// splitLines returns the lines of text, all of kind Blank. LF, CRLF and a lone
// CR end a line.
func splitLines(text []byte) []Line {
	lines := make([]Line, 0, bytes.Count(text, []byte{'\n'})+1)
	lf, cr := -1, -1 // the next of each
	for at := 0; at < len(text); {
		if lf < at {
			lf = indexFrom(text, at, '\n')
		}
		if cr < at {
			cr = indexFrom(text, at, '\r')
		}
		end := min(lf+1, len(text))
		if cr+1 < end && text[cr+1] != '\n' {
			end = cr + 1
		}
		lines = append(lines, Line{start: uint32(at), end: uint32(end)})
		lines[len(lines)-1].measure(text)
		at = end
	}
	return lines
}

// indexFrom returns the offset of the first c at or behind from, or the length of
// text if there is none.
func indexFrom(text []byte, from int, c byte) int {
	if n := bytes.IndexByte(text[from:], c); n >= 0 {
		return from + n
	}
	return len(text)
}

// measure notes how the line begins and ends.
func (l *Line) measure(text []byte) {
	start, end := int(l.start), int(l.end)
	if text[end-1] == '\n' {
		end--
	}
	if end > start && text[end-1] == '\r' {
		end--
	}
	l.after = uint8(int(l.end) - end)
	if start == 0 && bytes.HasPrefix(text, []byte(byteOrderMark)) {
		l.before = uint8(len(byteOrderMark))
		start += len(byteOrderMark)
	}
	for start < end && isSpace(text[start]) {
		start++
	}
	l.first = blankLine
	if start < end {
		l.first = text[start]
	}
}

// blankLine is the first byte of lines that have none but white space.
const blankLine = '\n'

// first returns the first byte of line i that is no white space, or blankLine. It
// tells most lines apart without a look at their text.
func (p *parser) first(i int) byte { return p.file.Lines[i].first }

func (p *parser) isBlank(i int) bool { return p.first(i) == blankLine }

func (p *parser) isSeparator(i int) bool { return p.first(i) == '#' && isSeparator(p.line(i)) }

// isComment reports whether line i is a comment or a separator.
func (p *parser) isComment(i int) bool { return p.commentMark(i) > 0 }

// commentMark returns the length of the comment mark of line i, as commentMark
// does for a text.
func (p *parser) commentMark(i int) int {
	if c := p.first(i); c != '#' && c != '/' {
		return 0
	}
	return commentMark(p.line(i))
}

// content returns what line i says: its span without terminator, byte order mark
// and the indent of Markdown.
func (p *parser) content(i int) diag.Span {
	line := &p.file.Lines[i]
	return diag.Span{
		Start: int(line.start) + int(line.before) + int(line.indent),
		End:   int(line.end) - int(line.after),
	}
}

// line returns the text of line i as content delimits it.
func (p *parser) line(i int) []byte {
	span := p.content(i)
	return p.src[span.Start:span.End]
}

// trimmed returns the content of line i without white space at its ends.
func (p *parser) trimmed(i int) diag.Span { return p.trim(p.content(i)) }

// trim leaves out white space at the ends of a span. What is all white space
// becomes empty at its start.
func (p *parser) trim(span diag.Span) diag.Span {
	for span.Start < span.End && isSpace(p.src[span.End-1]) {
		span.End--
	}
	for span.Start < span.End && isSpace(p.src[span.Start]) {
		span.Start++
	}
	return span
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\v' || c == '\f' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isToken reports whether c may stand in a token (RFC 9110 §5.6.2).
func isToken(c byte) bool {
	switch c {
	case '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~':
		return true
	}
	return isLetter(c) || isDigit(c)
}

// isWord reports whether c may stand in the name of a directive.
func isWord(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.'
}

func skipSpace(b []byte) int {
	n := 0
	for n < len(b) && isSpace(b[n]) {
		n++
	}
	return n
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

func trimBytes(b []byte) []byte { return trimRight(b[skipSpace(b):]) }

func isBlank(b []byte) bool { return skipSpace(b) == len(b) }

// isSeparator reports whether a line is a separator: three or more number
// signs and anything.
func isSeparator(b []byte) bool {
	return bytes.HasPrefix(b[skipSpace(b):], []byte("###"))
}

// commentMark returns the length of the comment mark of a line, which is one
// or more number signs or two or more slashes, with the white space before it;
// 0 if the line is no comment.
func commentMark(b []byte) int {
	start := skipSpace(b)
	end := start
	switch {
	case start == len(b):
		return 0
	case b[start] == '#':
		for end < len(b) && b[end] == '#' {
			end++
		}
	case bytes.HasPrefix(b[start:], []byte("//")):
		for end < len(b) && b[end] == '/' {
			end++
		}
	}
	if end == start {
		return 0
	}
	return end
}

// isHeader reports whether a line has the shape of a header field: a name,
// which may hold templates, and a colon. It returns the ends of the name and of
// the colon.
func isHeader(b []byte) (nameEnd, valueStart int, ok bool) {
	i := skipSpace(b)
	start := i
	for i < len(b) {
		switch {
		case isToken(b[i]):
			i++
		case bytes.HasPrefix(b[i:], []byte("{{")):
			end := bytes.Index(b[i:], []byte("}}"))
			if end < 0 {
				return 0, 0, false
			}
			i += end + 2
		default:
			goto name
		}
	}
name:
	colon := i + skipSpace(b[i:])
	if i == start || colon == len(b) || b[colon] != ':' || bytes.HasPrefix(b[colon:], []byte("://")) {
		return 0, 0, false
	}
	return i, colon + 1, true
}

// isBareVariable reports whether a line defines a variable as only httpYac reads
// it, without an equals sign: @name value.
func isBareVariable(b []byte) (name, value diag.Span, ok bool) {
	start := skipSpace(b)
	word, rest := cutWord(b[start:])
	if len(word) < 2 || word[0] != '@' || !isName(string(word[1:])) || len(rest) == 0 || rest[0] == ':' {
		return name, value, false
	}
	end := len(trimRight(b))
	return diag.Span{Start: start + 1, End: start + len(word)}, diag.Span{Start: end - len(rest), End: end}, true
}

// isVariable reports whether a line defines a variable: @name = value or
// @name := value, the latter lazily. Offsets are into the line.
func isVariable(b []byte) (name, value diag.Span, lazy, ok bool) {
	i := skipSpace(b)
	if i == len(b) || b[i] != '@' {
		return name, value, false, false
	}
	name.Start = i + 1
	i = name.Start
	for i < len(b) && !isSpace(b[i]) && b[i] != '=' && b[i] != ':' {
		i++
	}
	name.End = i
	i += skipSpace(b[i:])
	if i < len(b) && b[i] == ':' {
		lazy = true
		i++
	}
	if name.Len() == 0 || i == len(b) || b[i] != '=' {
		return diag.Span{}, diag.Span{}, false, false
	}
	i++
	value.End = len(trimRight(b))
	value.Start = min(i+skipSpace(b[i:]), value.End)
	return name, value, lazy, true
}
