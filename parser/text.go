package parser

import (
	"iter"
	"math"
	"slices"
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
//
// A large file has hundreds of thousands of texts, so that they are kept small. Who
// adds to a text must be the only one who has it.
type Text struct {
	source     *diag.Source
	start, end uint32   // what the text is, if it stands in one place, as most do
	pieces     *[]piece // what it is put together from, if it does not
}

// piece is a run of source bytes, or, if literal is set, a text that stands
// for them: a joiner, or the decoded value of a JSON string.
type piece struct {
	span    diag.Span
	literal string
	isLit   bool
}

// NewText returns the text of a span of source, which must not be nil.
func NewText(source *diag.Source, span diag.Span) Text {
	if uint64(span.End) > math.MaxUint32 {
		return Text{source: source, pieces: &[]piece{{span: span}}}
	}
	return Text{source: source, start: uint32(span.Start), end: uint32(span.End)}
}

// list returns what the text is put together from; nil if it stands in one place.
func (t Text) list() []piece {
	if t.pieces == nil {
		return nil
	}
	return *t.pieces
}

// place returns where the text stands, if that is one place.
func (t Text) place() diag.Span { return diag.Span{Start: int(t.start), End: int(t.end)} }

// Literal returns a text whose string is given while messages point at span,
// such as the decoded value of a JSON string. Source may be nil for a value
// that no file holds, such as one from the command line.
func Literal(source *diag.Source, span diag.Span, text string) Text {
	return Text{source: source, pieces: &[]piece{{span: span, literal: text, isLit: true}}}
}

// Join returns the concatenation of texts of one source with sep between them.
func Join(texts []Text, sep string) Text {
	var joined Text
	for i, t := range texts {
		if i > 0 && sep != "" {
			joined.add(t.source, joiner(sep, t.Span().Start))
		}
		joined.append(t)
	}
	return joined
}

// joiner returns a text that stands between two pieces, in front of offset at of
// the source.
func joiner(text string, at int) piece {
	return piece{span: diag.Span{Start: at, End: at}, literal: text, isLit: true}
}

// count returns the number of pieces.
func (t Text) count() int {
	switch {
	case t.pieces != nil:
		return len(*t.pieces)
	case t.source != nil:
		return 1
	}
	return 0
}

// piece returns piece i.
func (t Text) piece(i int) piece {
	if t.pieces == nil {
		return piece{span: t.place()}
	}
	return (*t.pieces)[i]
}

// add adds a piece at the end.
func (t *Text) add(source *diag.Source, p piece) {
	if t.IsZero() && !p.isLit {
		*t = NewText(source, p.span)
		return
	}
	t.spread()
	if t.source == nil {
		t.source = source
	}
	*t.pieces = append(*t.pieces, p)
}

// spread makes a list of what the text is.
func (t *Text) spread() {
	switch {
	case t.pieces != nil:
	case t.source != nil:
		t.pieces = &[]piece{{span: t.place()}}
	default:
		t.pieces = new([]piece)
	}
}

// grow makes room for n more pieces.
func (t *Text) grow(n int) {
	t.spread()
	*t.pieces = slices.Grow(*t.pieces, n)
}

// append adds the pieces of another text of the same source.
func (t *Text) append(more Text) {
	for i := range more.count() {
		t.add(more.source, more.piece(i))
	}
}

// extend adds bytes of the source; to the last piece if they follow it.
func (t *Text) extend(source *diag.Source, span diag.Span) {
	n := t.count()
	if n == 0 || t.piece(n-1).isLit || t.piece(n-1).span.End != span.Start {
		t.add(source, piece{span: span})
		return
	}
	if t.pieces == nil {
		*t = NewText(t.source, diag.Span{Start: int(t.start), End: span.End})
		return
	}
	(*t.pieces)[n-1].span.End = span.End
}

// IsZero reports whether there is no text at all.
func (t Text) IsZero() bool { return t.count() == 0 }

// Source returns the source that the text points into; nil for none.
func (t Text) Source() *diag.Source { return t.source }

// String returns the text.
func (t Text) String() string {
	switch t.count() {
	case 0:
		return ""
	case 1:
		return t.pieceText(t.piece(0))
	}
	var b strings.Builder
	for _, p := range t.list() {
		b.WriteString(t.pieceText(p))
	}
	return b.String()
}

// bytes returns the text, of which src is the source, and avoids a copy of it.
func (t Text) bytes(src []byte) []byte {
	if t.pieces == nil {
		return src[t.start:t.end]
	}
	return []byte(t.String())
}

func (t Text) pieceText(p piece) string {
	if p.isLit {
		return p.literal
	}
	return t.source.Slice(p.span)
}

func (p piece) length() int {
	if p.isLit {
		return len(p.literal)
	}
	return p.span.Len()
}

// cut returns the part of a piece at the bytes [lo, hi) of its string.
func (p piece) cut(lo, hi int) piece {
	if p.isLit {
		p.literal = p.literal[lo:hi]
	} else {
		p.span = diag.Span{Start: p.span.Start + lo, End: p.span.Start + hi}
	}
	return p
}

// Span returns the range of the source from the first piece to the last.
func (t Text) Span() diag.Span {
	n := t.count()
	if n == 0 {
		return diag.Span{}
	}
	return diag.Span{Start: t.piece(0).span.Start, End: t.piece(n - 1).span.End}
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
	for i := range t.count() {
		p := t.piece(i)
		n := p.length()
		inside := offset < n || (offset == n && (!isStart || i == t.count()-1))
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
	if t.count() == 1 && start <= 0 && end >= t.piece(0).length() {
		return t
	}
	var sliced Text
	at := 0
	for i := range t.count() {
		p := t.piece(i)
		n := p.length()
		lo, hi := max(start-at, 0), min(end-at, n)
		at += n
		if lo > hi || (lo == hi && n > 0 && !(start == end)) {
			continue
		}
		sliced.add(t.source, p.cut(lo, hi))
		if start == end {
			break
		}
	}
	return sliced
}

const blanks = " \t\r\n"

// TrimSpace returns the text without white space at its ends.
func (t Text) TrimSpace() Text {
	s := t.String()
	start := len(s) - len(strings.TrimLeft(s, blanks))
	end := len(strings.TrimRight(s, blanks))
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
// not closed on its line, or before another {{, is literal.
func (t Text) Segments() []Segment {
	s := t.String()
	if s == "" {
		return nil
	}
	open := strings.Count(s, "{{")
	if open == 0 {
		return []Segment{{Text: t, Literal: readBraces(s)}}
	}
	segments := make([]Segment, 0, 2*open+1)
	cut := slicer{text: t}
	literalFrom := 0
	flush := func(to int) {
		if to > literalFrom {
			segments = append(segments, Segment{
				Text:    cut.next(literalFrom, to),
				Literal: readBraces(s[literalFrom:to]),
			})
		}
	}
	for open, end := range templates(s) {
		flush(open)
		literalFrom = end + 2
		segments = append(segments, cut.template(s, open, end))
	}
	flush(len(s))
	return segments
}

// Templates returns the segments of the text that are templates.
func (t Text) Templates() iter.Seq[Segment] {
	return func(yield func(Segment) bool) {
		s := t.String()
		cut := slicer{text: t}
		for open, end := range templates(s) {
			if !yield(cut.template(s, open, end)) {
				return
			}
		}
	}
}

// templates returns the offsets of the {{ and the }} of each template in a text.
func templates(s string) iter.Seq2[int, int] {
	return func(yield func(open, end int) bool) {
		var q quotes
		for at := 0; ; {
			open, end, ok := nextTemplate(s, at, &q)
			if !ok || !yield(open, end) {
				return
			}
			at = end + len("}}")
		}
	}
}

// HasTemplate reports whether the text holds a template.
func (t Text) HasTemplate() bool {
	_, _, ok := nextTemplate(t.String(), 0, new(quotes))
	return ok
}

// readBraces reads \{\{ and \}\}.
func readBraces(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	return literalBraces.Replace(s)
}

var literalBraces = strings.NewReplacer(`\{\{`, `{{`, `\}\}`, `}}`)

// slicer takes slices from a text in ascending order, so that cutting a text of
// many pieces into many parts takes time in proportion to their sum.
type slicer struct {
	text  Text
	piece int // the piece that at is in
	at    int // offset of that piece
}

// next returns the part of the text at [start, end), which must not overlap the
// one before.
func (c *slicer) next(start, end int) Text {
	if c.text.pieces == nil {
		return c.text.Slice(start, end)
	}
	pieces := *c.text.pieces
	for c.piece < len(pieces) && c.at+pieces[c.piece].length() <= start {
		c.at += pieces[c.piece].length()
		c.piece++
	}
	last, to := c.piece, c.at
	for last < len(pieces) && to < end {
		to += pieces[last].length()
		last++
	}
	pieces = pieces[c.piece:last]
	return Text{source: c.text.source, pieces: &pieces}.Slice(start-c.at, end-c.at)
}

// template returns the template of the text s whose {{ and }} are at open and end.
func (c *slicer) template(s string, open, end int) Segment {
	whole := c.next(open, end+2)
	inner, escape := strings.CutPrefix(strings.TrimLeft(s[open+2:end], " \t"), "%")
	from := end - len(strings.TrimLeft(inner, blanks))
	to := max(end-len(inner)+len(strings.TrimRight(inner, blanks)), from)
	return Segment{
		Text:     whole,
		Template: true,
		Expr:     whole.Slice(from-open, to-open),
		Escape:   escape,
	}
}

// nextTemplate returns the offsets of the {{ and the }} of the first template at
// or behind from.
func nextTemplate(s string, from int, q *quotes) (open, end int, ok bool) {
	for {
		n := strings.Index(s[from:], "{{")
		if n < 0 {
			return 0, 0, false
		}
		open = from + n
		end, ok = templateEnd(s, open+2, q)
		if ok {
			return open, end, true
		}
		from = end
	}
}

// templateEnd returns the offset of the }} that ends the template whose inside
// starts at from, and true; or false and where the search ended: at another {{,
// at the end of the line or of the text. Quotes protect braces only if they are
// closed before the line ends; a lone apostrophe is just a character, and so is
// what follows a backslash.
func templateEnd(s string, from int, q *quotes) (end int, closed bool) {
	for i := from; i < len(s); i++ {
		switch s[i] {
		case '}':
			if strings.HasPrefix(s[i:], "}}") {
				return i, true
			}
		case '{':
			if strings.HasPrefix(s[i:], "{{") {
				return i, false
			}
		case '"', '\'', '`':
			i += max(q.length(s, i)-1, 0)
		case '\\': // as in a JSON string: "{{$datetime \"iso8601\"}}"
			if i+1 < len(s) && s[i+1] != '\n' {
				i++
			}
		case '\n':
			return i, false
		}
	}
	return len(s), false
}

// quotes finds quoted strings. It remembers on which lines a quote is known not
// to be closed, so that searching a line of lone quotes takes linear time.
type quotes struct {
	lone [3]int // for each kind of quote: no closed string starts before this offset
}

const quoteMarks = "\"'`"

// length returns the length of the quoted string that starts at offset i of s,
// quotes included, or 0 if there is none or it is not closed on its line.
func (q *quotes) length(s string, i int) int {
	kind := strings.IndexByte(quoteMarks, s[i])
	if kind < 0 || i < q.lone[kind] {
		return 0
	}
	for end := i + 1; end < len(s); end++ {
		switch {
		case s[end] == '\n':
			q.lone[kind] = end
			return 0
		case s[end] == '\\' && s[i] != '`':
			end++
		case s[end] == s[i]:
			return end + 1 - i
		}
	}
	q.lone[kind] = len(s)
	return 0
}
