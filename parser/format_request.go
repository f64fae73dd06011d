package parser

import (
	"bytes"
	"slices"
)

// pieceIndent is the indentation of the further pieces of a request line, and of
// the pieces of such a piece.
const pieceIndent = 4

// requestLine writes METHOD target HTTP/1.1. Blanks inside the target are part
// of it.
func (b *blockFormatter) requestLine(i int) {
	line := b.line(i)
	b.behindMark = endsInMark(trimRight(line))
	r, ok := splitRequestLine(line)
	if !ok || r.transposed || r.target.Len() == 0 {
		return
	}
	b.setJoined(i, nil, line[r.method.Start:r.method.End], line[r.target.Start:r.target.End], trimBytes(line[r.target.End:]))
}

// pieceLine indents a further piece of the request line, which may end with the
// version: a list below its parameter twice. A parameter starts with ? or &, or
// behind a piece that ends so.
func (b *blockFormatter) pieceLine(i int) {
	line := b.line(i)
	text := trimBytes(line)
	var r requestLine
	r.target.End = len(text)
	if !isVersion(withoutKnowledge(text)) {
		r.cutTail(text)
	}
	lead := columnOf(line, skipSpace(line))
	indent := pieceIndent
	if b.behindMark || text[0] == '?' || text[0] == '&' {
		b.parameter = lead
	} else if b.parameter >= 0 && lead > b.parameter {
		indent += pieceIndent
	}
	b.behindMark = endsInMark(text)
	b.setJoined(i, spaces(indent), text[:r.target.End], trimBytes(text[r.target.End:]))
}

// endsInMark reports whether a piece of the request line ends with the ? or & in
// front of a parameter.
func endsInMark(text []byte) bool {
	return len(text) > 0 && (text[len(text)-1] == '?' || text[len(text)-1] == '&')
}

// setJoined sets a line to words with a blank between those that are not empty.
func (f *formatter) setJoined(i int, lead []byte, words ...[]byte) {
	words = slices.DeleteFunc(words, func(w []byte) bool { return len(w) == 0 })
	f.set(i, lead, bytes.Join(words, []byte{' '}))
}

// headerLine writes Name: value. A line that is indented further than the first
// header keeps that: JetBrains' client takes it for a further piece of the
// header above.
func (b *blockFormatter) headerLine(i int) {
	line := trimRight(b.line(i))
	start := skipSpace(line)
	column := columnOf(line, start)
	if b.firstHeader < 0 {
		b.firstHeader = column
	}
	lead := line[:0]
	if column > b.firstHeader {
		lead = line[:start]
	}
	nameEnd, valueStart, ok := isHeader(line)
	if !ok { // ...name
		b.set(i, lead, line[start:])
		return
	}
	name := slices.Concat(lead, line[start:nameEnd], []byte{':'})
	b.setJoined(i, nil, name, trimBytes(line[valueStart:]))
}
