// Package diag is how postrider talks about a mistake: a named source text,
// a span in it, and one diagnostic type with one renderer for parse errors,
// lint findings, unresolved variables, provider and environment files, failed
// assertions and everything else that can be pointed at.
//
// It depends on the standard library only.
package diag

import (
	"bytes"
	"sort"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// Span is a half-open range of byte offsets into a [Source]. The zero Span is
// the empty range at the start.
type Span struct {
	Start, End int
}

// Len returns the number of bytes the span covers.
func (s Span) Len() int { return s.End - s.Start }

// Union returns the smallest span that covers s and t.
func (s Span) Union(t Span) Span {
	return Span{Start: min(s.Start, t.Start), End: max(s.End, t.End)}
}

// Position is a place in a text as people count: line and column from 1, the
// column in characters (a tab is one character). The zero Position is invalid.
type Position struct {
	Line, Column int
}

// IsValid reports whether the position names a place.
func (p Position) IsValid() bool { return p.Line > 0 }

// Source is a text that spans point into. It is immutable and safe for
// concurrent use; where lines start is found the first time a position is asked
// for, so that a run without messages never pays for them.
type Source struct {
	name  string
	text  []byte
	whole string // text again, so that its slices need no memory of their own

	// Private marks a text that must not be quoted in messages, such as a
	// private environment file: its lines may hold secrets that nobody has
	// registered yet.
	Private bool

	once  sync.Once
	marks []int // the number of lines that start before or at each multiple of stride
}

// NewSource returns a source called name, which should be the path as the user
// wrote it. The text is not copied and must not change afterwards.
func NewSource(name string, text []byte) *Source {
	return &Source{name: name, text: text, whole: unsafe.String(unsafe.SliceData(text), len(text))}
}

// Name returns the name the source was made with.
func (s *Source) Name() string { return s.name }

// Text returns the whole text. It must not be modified.
func (s *Source) Text() []byte { return s.text }

// Slice returns the text of a span, clipped to the source.
func (s *Source) Slice(span Span) string {
	span = s.clip(span)
	return s.whole[span.Start:span.End]
}

// Position returns the line and column of a byte offset, clipped to the text.
func (s *Source) Position(offset int) Position {
	offset = min(max(offset, 0), len(s.text))
	s.once.Do(s.index)
	block := offset / stride
	line, start := s.marks[block]+s.lineEnds(block*stride+1, offset), s.lineStart(offset)
	if line == 1 && bytes.HasPrefix(s.text, byteOrderMark) {
		start = len(byteOrderMark) // no character to the reader
	}
	end := s.runeStart(offset)
	return Position{Line: line, Column: utf8.RuneCount(s.text[min(start, end):end]) + 1}
}

// runeStart returns the offset of the character that the byte at offset is
// part of.
func (s *Source) runeStart(offset int) int {
	for back := 1; back < utf8.UTFMax && back <= offset; back++ {
		at := offset - back
		if utf8.RuneStart(s.text[at]) {
			if _, size := utf8.DecodeRune(s.text[at:]); size > back {
				return at
			}
			break
		}
	}
	return offset
}

var byteOrderMark = []byte("\ufeff")

// Line returns the text of a line, counted from 1, without its terminator and
// without the byte order mark of the text. It is empty for a line that does not
// exist.
func (s *Source) Line(line int) string {
	span, ok := s.lineSpan(line)
	if !ok {
		return ""
	}
	text := s.text[span.Start:span.End]
	if line == 1 {
		text = bytes.TrimPrefix(text, byteOrderMark)
	}
	return string(bytes.TrimRight(text, "\r\n"))
}

// Offset returns the byte offset of a line and a column, both counted from 1,
// the column in bytes. It is clipped to the text.
func (s *Source) Offset(line, column int) int {
	span, ok := s.lineSpan(line)
	if !ok {
		return len(s.text)
	}
	return min(span.Start+column-1, span.End)
}

// lineSpan returns the bytes of a line, counted from 1, with its terminator.
func (s *Source) lineSpan(line int) (Span, bool) {
	s.once.Do(s.index)
	if line < 1 {
		return Span{}, false
	}
	block := max(sort.SearchInts(s.marks, line)-1, 0) // in which it starts, or at the end of which
	start, n := s.lineStart(block*stride), s.marks[block]
	for ; n < line; n++ {
		if start = s.lineAfter(start + 1); start < 0 {
			return Span{}, false
		}
	}
	end := s.lineAfter(start + 1)
	if end < 0 {
		end = len(s.text)
	}
	return Span{Start: start, End: end}, true
}

func (s *Source) clip(span Span) Span {
	span.Start = min(max(span.Start, 0), len(s.text))
	span.End = min(max(span.End, span.Start), len(s.text))
	return span
}

// stride is the number of bytes between marks. To know the start of each line of a
// large file would take half as much memory as its text.
const stride = 4096

// index sets the marks. LF, CRLF and a lone CR end a line.
func (s *Source) index() {
	s.marks = make([]int, 1, len(s.text)/stride+1)
	s.marks[0] = 1
	for n, at := 1, stride; at <= len(s.text); at += stride {
		n += s.lineEnds(at-stride+1, at)
		s.marks = append(s.marks, n)
	}
}

// lineEnds returns the number of lines that start in [from, to].
func (s *Source) lineEnds(from, to int) int {
	ends := s.text[from-1 : max(to, from-1)]
	n := bytes.Count(ends, newline)
	for at := bytes.IndexByte(ends, '\r'); at >= 0; {
		if s.endsLine(from - 1 + at) {
			n++
		}
		next := bytes.IndexByte(ends[at+1:], '\r')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return n
}

var newline = []byte{'\n'}

// endsLine reports whether the byte at an offset is the last one of a line.
func (s *Source) endsLine(at int) bool {
	switch s.text[at] {
	case '\n':
		return true
	case '\r':
		return at+1 == len(s.text) || s.text[at+1] != '\n'
	}
	return false
}

// lineStart returns the start of the line that an offset is in.
func (s *Source) lineStart(offset int) int {
	for offset > 0 && !s.endsLine(offset-1) {
		offset--
	}
	return offset
}

// lineAfter returns the first offset at or behind from where a line starts, or -1.
func (s *Source) lineAfter(from int) int {
	for at := from - 1; at < len(s.text); {
		n := bytes.IndexAny(s.text[at:], "\r\n")
		if n < 0 {
			return -1
		}
		at += n + 1
		if s.endsLine(at - 1) {
			return at
		}
	}
	return -1
}
