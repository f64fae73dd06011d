package parser

import (
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// shellWord is a word of a shell command with its quotes removed.
type shellWord struct {
	text Text
	span diag.Span // with quotes
}

// shellReader splits a command into words as a POSIX shell does (POSIX.1-2024,
// Shell & Utilities §2.2), without expanding anything: what the shell would put
// in is an error. It knows $'…' too, and
// the carets of Windows' command line at line ends.
type shellReader struct {
	p     *parser
	at    int
	end   int
	words []shellWord
	open  byte   // the quote that is never closed; 0 for none
	text  string // of the file
	q     quotes // of its templates
	ours  int    // where the template that was looked at last ends
}

// commandWords returns the words of the command that covers span. Open is the
// quote that is never closed, or 0.
func (p *parser) commandWords(span diag.Span) (words []shellWord, open byte) {
	r := &shellReader{p: p, at: span.Start, end: span.End, text: p.file.Source.Slice(diag.Span{End: span.End})}
	for r.skipBlanks(); r.at < r.end; r.skipBlanks() {
		r.word()
	}
	return r.words, r.open
}

// skipBlanks goes to the next word. Line ends are blanks: several tools allow
// to leave the backslash out.
func (r *shellReader) skipBlanks() {
	for r.at < r.end {
		if c := r.p.src[r.at]; isSpace(c) || c == '\n' || c == '\r' {
			r.at++
		} else if n := r.lineJoin(); n > 0 {
			r.at += n
		} else {
			return
		}
	}
}

// lineJoin returns the length of a backslash, caret or backtick and the line
// end behind it, or 0.
func (r *shellReader) lineJoin() int {
	src := r.p.src[r.at:r.end]
	if len(src) == 0 || strings.IndexByte("\\^`", src[0]) < 0 {
		return 0
	}
	n := 1 + skipSpace(src[1:])
	switch {
	case n == len(src):
		return n
	case src[n] == '\n':
		return n + 1
	case src[n] == '\r' && n+1 < len(src) && src[n+1] == '\n':
		return n + 2
	case src[n] == '\r':
		return n + 1
	}
	return 0
}

func (r *shellReader) word() {
	start := r.at
	var text Text
	for r.at < r.end {
		c := r.p.src[r.at]
		switch {
		case isSpace(c), c == '\n', c == '\r', r.lineJoin() > 0:
			r.finish(start, text)
			return
		case c == '\'':
			r.quoted(&text)
		case c == '"':
			r.doubleQuoted(&text)
		case c == '$' && r.at+1 < r.end && r.p.src[r.at+1] == '\'':
			r.ansiQuoted(&text)
		case c == '{' && r.template(&text):
		case c == '\\' && r.at+1 < r.end:
			r.escaped(&text)
		case r.expansion() > 0:
			r.foreign(&text)
		default:
			text.extend(r.p.file.Source, diag.Span{Start: r.at, End: r.at + 1})
			r.at++
		}
	}
	r.finish(start, text)
}

func (r *shellReader) finish(start int, text Text) {
	if text.IsZero() { // ''
		text = Literal(r.p.file.Source, diag.Span{Start: start, End: start}, "")
	}
	r.words = append(r.words, shellWord{text: text, span: diag.Span{Start: start, End: r.at}})
}

// template reads a placeholder, blanks and quotes in it included: it is ours,
// not the shell's.
func (r *shellReader) template(text *Text) bool {
	if !strings.HasPrefix(r.text[r.at:], "{{") {
		return false
	}
	end, closed := templateEnd(r.text, r.at+2, &r.q)
	if !closed {
		return false
	}
	text.extend(r.p.file.Source, diag.Span{Start: r.at, End: end + 2})
	r.at = end + 2
	return true
}

// foreign reads what the shell would replace by a value.
func (r *shellReader) foreign(text *Text) {
	n := r.expansion()
	if n == 1 { // in brackets that are not closed; what follows may be anything
		r.ours = r.end
	}
	span := diag.Span{Start: r.at, End: r.at + n}
	written := r.text[span.Start:span.End]
	suggestion := "define a variable with the value and write `{{name}}`, or use single quotes to send the text itself"
	if name := strings.TrimSuffix(strings.Trim(written, "${}"), ":?"); isName(name) { // ${name:?} is what a dry run writes
		suggestion = "write `{{$env." + name + "}}`, or use single quotes to send the text itself"
	}
	r.p.error(diag.CodeCurl, span, "`"+written+"` is a value of the shell, which is not asked here", suggestion)
	text.extend(r.p.file.Source, span)
	r.at = span.End
}

// expansion returns the length of what stands next, if the shell would replace
// it: $name, ${…}, $(…) or `…`. It returns 0 in and in front of a template.
func (r *shellReader) expansion() int {
	rest := r.text[r.at:r.end]
	if strings.HasPrefix(rest, "{{") && r.at >= r.ours {
		if end, closed := templateEnd(r.text, r.at+2, &r.q); closed {
			r.ours = end + 2
		}
	}
	if r.at < r.ours || len(rest) < 2 {
		return 0
	}
	if rest[0] == '`' {
		if n := strings.IndexByte(rest[1:], '`'); n >= 0 {
			return n + 2
		}
		return 0
	}
	if rest[0] != '$' {
		return 0
	}
	switch c := rest[1]; {
	case isLetter(c), c == '_':
		n := 2
		for n < len(rest) && (isLetter(rest[n]) || isDigit(rest[n]) || rest[n] == '_') {
			n++
		}
		return n
	case isDigit(c):
		return 2
	case c == '{' && !strings.HasPrefix(rest[1:], "{{"):
		return closingLength(rest, '{', '}')
	case c == '(':
		return closingLength(rest, '(', ')')
	}
	return 0
}

// closingLength returns the length of what rest starts with: a byte and what
// stands in brackets behind it. It returns 1 if they are not closed.
func closingLength(rest string, open, closing byte) int {
	depth := 0
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case open:
			depth++
		case closing:
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 1
}

// escaped reads a backslash and what follows it.
func (r *shellReader) escaped(text *Text) {
	_, size := utf8.DecodeRune(r.p.src[r.at+1 : r.end])
	text.extend(r.p.file.Source, diag.Span{Start: r.at + 1, End: r.at + 1 + size})
	r.at += 1 + size
}

// unclosed takes the rest of the command for a quoted text.
func (r *shellReader) unclosed(quote byte, text *Text) {
	r.open = quote
	text.extend(r.p.file.Source, diag.Span{Start: r.at, End: r.end})
	r.at = r.end
}

func (r *shellReader) quoted(text *Text) {
	r.at++
	n := strings.IndexByte(r.text[r.at:], '\'')
	if n < 0 {
		r.unclosed('\'', text)
		return
	}
	text.extend(r.p.file.Source, diag.Span{Start: r.at, End: r.at + n})
	r.at += n + 1
}

// doubleQuoted reads "…", in which a backslash protects only $ ` " \ and line
// ends.
func (r *shellReader) doubleQuoted(text *Text) {
	r.at++
	for start := r.at; r.at < r.end; {
		switch c := r.p.src[r.at]; {
		case c == '"':
			text.extend(r.p.file.Source, diag.Span{Start: start, End: r.at})
			r.at++
			return
		case c == '\\' && r.at+1 < r.end && strings.IndexByte("$`\"\\\n", r.p.src[r.at+1]) >= 0:
			text.extend(r.p.file.Source, diag.Span{Start: start, End: r.at})
			r.at++
			start = r.at
			if r.p.src[r.at] == '\n' {
				start++
			}
			r.at++
		case r.expansion() > 0:
			text.extend(r.p.file.Source, diag.Span{Start: start, End: r.at})
			r.foreign(text)
			start = r.at
		default:
			r.at++
		}
		if r.at == r.end {
			r.at = start
			r.unclosed('"', text)
			return
		}
	}
	r.unclosed('"', text)
}

// ansiQuoted reads $'…', in which a backslash starts an escape as in C.
func (r *shellReader) ansiQuoted(text *Text) {
	r.at += 2
	for start := r.at; ; {
		if r.at >= r.end {
			r.at = min(start, r.end)
			r.unclosed('\'', text)
			return
		}
		switch r.p.src[r.at] {
		case '\'':
			text.extend(r.p.file.Source, diag.Span{Start: start, End: r.at})
			r.at++
			return
		case '\\':
			text.extend(r.p.file.Source, diag.Span{Start: start, End: r.at})
			literal, size := ansiEscape(r.p.src[r.at:r.end])
			text.add(r.p.file.Source, piece{span: diag.Span{Start: r.at, End: r.at + size}, literal: literal, isLit: true})
			r.at += size
			start = r.at
		default:
			r.at++
		}
	}
}

// ansiEscape reads the escape that a text starts with and returns what it
// stands for and its length.
func ansiEscape(b []byte) (string, int) {
	if len(b) < 2 {
		return `\`, len(b)
	}
	digits, base := 0, 16
	switch b[1] {
	case 'n':
		return "\n", 2
	case 't':
		return "\t", 2
	case 'r':
		return "\r", 2
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case '0', '1', '2', '3', '4', '5', '6', '7':
		digits, base = 3, 8
	case '\\', '\'', '"', '?':
		return string(b[1:2]), 2
	default: // such as \d, which stays as it is
		_, size := utf8.DecodeRune(b[1:])
		return string(b[:1+size]), 1 + size
	}
	start := 2
	if base == 8 {
		start = 1
	}
	n, value := start, 0
	for n < len(b) && n < start+digits {
		d := strings.IndexByte("0123456789abcdef", b[n]|0x20)
		if '0' <= b[n] && b[n] <= '9' {
			d = int(b[n] - '0')
		}
		if d < 0 || d >= base {
			break
		}
		value = value*base + d
		n++
	}
	if n == start {
		return string(b[:2]), 2
	}
	return string(rune(value)), n
}
