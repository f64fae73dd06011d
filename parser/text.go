package parser

import (
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Text is a piece of meaning that may be spread over several places of a
// source: a URL over continuation lines, an expression over comment lines, a
// body whose comment lines are left out. It remembers where each byte of its
// string came from, so that a mistake anywhere in it can be pointed at.
//
// The zero Text is the absence of text; an empty value that was written down
// is not zero.
type Text struct {
	source *diag.Source
	pieces []piece
}

// piece is a run of source bytes, or, if literal is set, a text that stands
// for them: a joiner, or the decoded value of a JSON string.
type piece struct {
	span    diag.Span
	literal string
	isLit   bool
}

// NewText returns the text of a span of source.
func NewText(source *diag.Source, span diag.Span) Text {
	return Text{source: source, pieces: []piece{{span: span}}}
}

// Literal returns a text whose string is given while messages point at span,
// such as the decoded value of a JSON string. Source may be nil for a value
// that no file holds, such as one from the command line.
func Literal(source *diag.Source, span diag.Span, text string) Text {
	return Text{source: source, pieces: []piece{{span: span, literal: text, isLit: true}}}
}

// Join returns the concatenation of texts of one source with sep between them.
func Join(texts []Text, sep string) Text {
	var joined Text
	for i, t := range texts {
		if joined.source == nil {
			joined.source = t.source
		}
		if i > 0 && sep != "" {
			at := t.Span().Start
			joined.pieces = append(joined.pieces, piece{span: diag.Span{Start: at, End: at}, literal: sep, isLit: true})
		}
		joined.pieces = append(joined.pieces, t.pieces...)
	}
	return joined
}

// IsZero reports whether there is no text at all.
func (t Text) IsZero() bool { return len(t.pieces) == 0 }

// Source returns the source that the text points into; nil for none.
func (t Text) Source() *diag.Source { return t.source }

// String returns the text.
func (t Text) String() string {
	if len(t.pieces) == 1 {
		return t.pieceText(t.pieces[0])
	}
	var b strings.Builder
	for _, p := range t.pieces {
		b.WriteString(t.pieceText(p))
	}
	return b.String()
}

func (t Text) pieceText(p piece) string {
	if p.isLit {
		return p.literal
	}
	return string(t.source.Text()[p.span.Start:p.span.End])
}

func (p piece) length() int {
	if p.isLit {
		return len(p.literal)
	}
	return p.span.Len()
}

// Span returns the range of the source from the first piece to the last.
func (t Text) Span() diag.Span {
	if t.IsZero() {
		return diag.Span{}
	}
	return diag.Span{Start: t.pieces[0].span.Start, End: t.pieces[len(t.pieces)-1].span.End}
}

// Locate returns the range of the source that the bytes [start, end) of the
// text's string came from. Offsets outside the text are clipped.
func (t Text) Locate(start, end int) diag.Span {
	if t.IsZero() {
		return diag.Span{}
	}
	from := t.locate(start, true)
	to := t.locate(end, false)
	if to < from {
		to = from
	}
	return diag.Span{Start: from, End: to}
}

func (t Text) locate(offset int, isStart bool) int {
	for i, p := range t.pieces {
		n := p.length()
		inside := offset < n || (offset == n && (!isStart || i == len(t.pieces)-1))
		if !inside {
			offset -= n
			continue
		}
		switch {
		case offset < 0:
			return p.span.Start
		case !p.isLit:
			return p.span.Start + offset
		case isStart:
			return p.span.Start
		default:
			return p.span.End
		}
	}
	return t.Span().End
}

// Slice returns the part of the text at the bytes [start, end) of its string.
func (t Text) Slice(start, end int) Text {
	sliced := Text{source: t.source}
	at := 0
	for _, p := range t.pieces {
		n := p.length()
		lo, hi := max(start-at, 0), min(end-at, n)
		at += n
		if lo > hi || (lo == hi && n > 0 && !(start == end)) {
			continue
		}
		if p.isLit {
			sliced.pieces = append(sliced.pieces, piece{span: p.span, literal: p.literal[lo:hi], isLit: true})
		} else {
			sliced.pieces = append(sliced.pieces, piece{span: diag.Span{Start: p.span.Start + lo, End: p.span.Start + hi}})
		}
		if start == end {
			break
		}
	}
	return sliced
}

// TrimSpace returns the text without white space at its ends.
func (t Text) TrimSpace() Text {
	s := t.String()
	start := len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	end := len(strings.TrimRight(s, " \t\r\n"))
	if end < start {
		end = start
	}
	return t.Slice(start, end)
}

// Segment is a literal run of a text, or one template in it.
type Segment struct {
	Text     Text   // as written, with the braces of a template
	Literal  string // of a literal run, with \{\{ and \}\} read; empty for a template
	Template bool
	Expr     Text // between the braces, trimmed, without the % of {{%x}}
	Escape   bool // {{%x}}: the value is percent-encoded
}

// Segments splits the text into literal runs and templates. A template ends at
// the first }} outside a string; \{\{ and \}\} are literal braces. A {{ that is
// never closed is literal.
func (t Text) Segments() []Segment {
	s := t.String()
	var segments []Segment
	literalFrom := 0
	flush := func(to int) {
		if to > literalFrom {
			segments = append(segments, Segment{
				Text:    t.Slice(literalFrom, to),
				Literal: literalBraces.Replace(s[literalFrom:to]),
			})
		}
	}
	for i := 0; i < len(s); {
		open := strings.Index(s[i:], "{{")
		if open < 0 {
			break
		}
		open += i
		end := templateEnd(s, open+2)
		if end < 0 {
			i = open + 2
			continue
		}
		flush(open)
		inner, at := s[open+2:end], open+2
		escape := strings.HasPrefix(strings.TrimLeft(inner, " \t"), "%")
		if escape {
			skip := strings.IndexByte(inner, '%') + 1
			inner, at = inner[skip:], at+skip
		}
		segments = append(segments, Segment{
			Text:     t.Slice(open, end+2),
			Template: true,
			Expr:     t.Slice(at, at+len(inner)).TrimSpace(),
			Escape:   escape,
		})
		i, literalFrom = end+2, end+2
	}
	flush(len(s))
	return segments
}

// HasTemplate reports whether the text holds a template.
func (t Text) HasTemplate() bool {
	s := t.String()
	for from := 0; ; {
		open := strings.Index(s[from:], "{{")
		if open < 0 {
			return false
		}
		if templateEnd(s, from+open+2) >= 0 {
			return true
		}
		from += open + 2
	}
}

var literalBraces = strings.NewReplacer(`\{\{`, `{{`, `\}\}`, `}}`)

// templateEnd returns the offset of the }} that ends the template whose inside
// starts at from, or -1. Quotes protect a }} only if they are closed before the
// line ends; a lone apostrophe is just a character.
func templateEnd(s string, from int) int {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '}':
			if strings.HasPrefix(s[i:], "}}") {
				return i
			}
		case '"', '\'', '`':
			if n := quoted(s[i:]); n > 0 {
				i += n - 1
			}
		case '\n':
			return -1
		}
	}
	return -1
}

// quoted returns the length of the quoted string that s starts with, quotes
// included, or 0 if it is not closed on its line.
func quoted(s string) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\n':
			return 0
		case s[i] == '\\' && s[0] != '`':
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return 0
}
