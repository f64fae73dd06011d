package parser

import (
	"bytes"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// pieceIndent is the indentation of the further pieces of a request line, and of
// the pieces of such a piece.
const pieceIndent = 4

// block brings the lines [from, to), which are a block, into their form, each by
// itself. Lines of kinds that are not named here stay as they are.
func (f *formatter) block(from, to int) {
	bodyStart := f.fixRange(from, to, BodyText, BodyFile)
	f.fixRange(from, to, Response)
	lastPiece := f.lastOf(from, to, Continuation)
	inHeaders, behindHeaders := false, false
	firstHeader := -1 // how far the first header is indented
	parameter := -1   // and the last piece that starts a parameter
	for i := from; i < to; i++ {
		kind := f.file.Lines[i].Kind
		if kind == Blank && inHeaders {
			inHeaders, behindHeaders = false, true
			f.keepBlankBeforeBody(i, bodyStart)
		}
		if i == bodyStart && inHeaders {
			f.apart[i] = isPlainBodyStart(f.line(i))
			inHeaders, behindHeaders = false, true
		}
		if kind == Fence {
			inHeaders = false
		}
		if f.fixed[i] {
			continue
		}
		indent := 0
		if i < lastPiece && inHeaders {
			indent = pieceIndent
		}
		switch kind {
		case Separator:
			f.separatorLine(i)
		case Comment:
			i = f.commentLines(i, indent, behindHeaders)
		case DirectiveLine:
			i = f.directiveLines(i, indent, behindHeaders)
		case VariableLine:
			f.variableLine(i)
		case RequestLine:
			if isCurl(trimBytes(f.line(i))) { // a matter of the shell
				f.fix(i, max(i, lastPiece)+1)
				behindHeaders = true
				continue
			}
			inHeaders = true
			f.requestLine(i)
		case Continuation:
			parameter = f.pieceLine(i, parameter)
		case HeaderLine:
			line := f.line(i)
			lead := columnOf(line, skipSpace(line))
			if firstHeader < 0 {
				firstHeader = lead
			}
			f.headerLine(i, lead > firstHeader)
		case Folded, OutputLine, AssertionLine, ImportLine, ProtoLine, ResponseRef:
			f.set(i, trimRight(f.line(i)))
		}
	}
}

// set says what line i is to say.
func (f *formatter) set(i int, parts ...[]byte) {
	f.texts[i] = append(make([]byte, 0, f.content(i).Len()+8), slices.Concat(parts...)...)
}

// fixRange leaves the lines from the first to the last of some kinds as they
// are, whatever stands between them. It returns the first, or -1.
func (f *formatter) fixRange(from, to int, kinds ...LineKind) int {
	first := -1
	for i := from; i < to && first < 0; i++ {
		if slices.Contains(kinds, f.file.Lines[i].Kind) {
			first = i
		}
	}
	if first >= 0 {
		f.fix(first, f.lastOf(first, to, kinds...)+1)
	}
	return first
}

// lastOf returns the last of the lines [from, to) that is of one of the kinds,
// or -1.
func (f *formatter) lastOf(from, to int, kinds ...LineKind) int {
	for i := to - 1; i >= from; i-- {
		if slices.Contains(kinds, f.file.Lines[i].Kind) {
			return i
		}
	}
	return -1
}

// keepBlankBeforeBody leaves the blank lines from line i to the body as they
// are in a file for REST Client, which sends all of them but the first.
func (f *formatter) keepBlankBeforeBody(i, bodyStart int) {
	if f.file.Dialect != VSCode {
		return
	}
	for ; i < bodyStart; i++ {
		f.fixed[i] = f.fixed[i] || f.file.Lines[i].Kind == Blank
	}
}

// isPlainBodyStart reports whether a line that follows the headers without a
// blank line is beyond doubt the start of a body, rather than a header that
// lacks its colon.
func isPlainBodyStart(line []byte) bool {
	return bytes.IndexByte([]byte(`{[<"`), line[0]) >= 0 && !bytes.HasPrefix(line, []byte("{{"))
}

// separatorLine sets the title off by one blank. A banner stays as it was drawn,
// and so does the indentation: REST Client knows separators at the first column
// only.
func (f *formatter) separatorLine(i int) {
	f.apart[i] = f.separates(i)
	line := trimRight(f.line(i))
	title := titleOf(line)
	span := diag.Span{Start: len(line) - len(title), End: len(line)}
	if stripBanner(line, span) != span || len(title) == 0 || f.hasTitle(i-1) || f.hasTitle(i+1) {
		f.set(i, line)
		return
	}
	f.set(i, line[:commentMark(line)], []byte{' '}, title)
}

func titleOf(separator []byte) []byte { return trimBytes(separator[commentMark(separator):]) }

// hasTitle reports whether line i is a separator with a title, which makes one
// banner with a separator beside it.
func (f *formatter) hasTitle(i int) bool {
	return i >= 0 && i < len(f.file.Lines) && f.file.Lines[i].Kind == Separator && len(titleOf(f.line(i))) > 0
}

// separates reports whether a separator may be parted from the line above. A
// comment there belongs to it, and another separator is one with it, as in a
// box drawn of number signs.
func (f *formatter) separates(i int) bool {
	if i == 0 {
		return false
	}
	switch f.file.Lines[i-1].Kind {
	case Separator, Comment, DirectiveLine:
		return false
	}
	return true
}

// commentLines indents a comment and takes the blanks off its end. Block
// comments, and comments behind the headers, where a body may have been
// commented out, keep their place. It returns the last line of the comment.
func (f *formatter) commentLines(i, indent int, inPlace bool) int {
	line := f.line(i)
	text := trimBytes(line)
	if !bytes.HasPrefix(text, []byte("/*")) {
		if inPlace {
			f.set(i, trimRight(line))
		} else {
			f.set(i, spaces(indent), text)
		}
		return i
	}
	last, ok := f.blockCommentEnd(i)
	if !ok {
		return i
	}
	for ; i <= last; i++ {
		f.set(i, trimRight(f.line(i)))
	}
	return last
}

// variableLine writes @name = value. A value that starts with = stays where it
// is, for httpYac takes any number of them for one, and in its files so do
// blanks at the end, which belong to the value there.
func (f *formatter) variableLine(i int) {
	line := f.line(i)
	name, value, lazy, ok := isVariable(line)
	if !ok {
		return
	}
	sign := []byte(" =")
	if lazy {
		sign = []byte(" :=")
	}
	text := line[value.Start:value.End]
	if len(text) == 0 {
		f.set(i, []byte{'@'}, line[name.Start:name.End], sign)
		return
	}
	if text[0] == '=' {
		f.set(i, trimRight(line))
		return
	}
	if f.file.Dialect == HTTPYac {
		text = line[value.Start:]
	}
	f.set(i, []byte{'@'}, line[name.Start:name.End], sign, []byte{' '}, text)
}

// requestLine writes METHOD target HTTP/1.1. Blanks inside the target are part
// of it.
func (f *formatter) requestLine(i int) {
	line := f.line(i)
	r, ok := splitRequestLine(line)
	if !ok || r.transposed || r.target.Len() == 0 {
		return
	}
	f.setJoined(i, nil, line[r.method.Start:r.method.End], line[r.target.Start:r.target.End], trimBytes(line[r.target.End:]))
}

// pieceLine indents a further piece of the request line, which may end with the
// version: a list below its parameter twice. Parameter is how far the parameter
// before it was indented, -1 if there is none; pieceLine returns that for the
// next piece.
func (f *formatter) pieceLine(i, parameter int) int {
	line := f.line(i)
	text := trimBytes(line)
	var r requestLine
	r.target.End = len(text)
	if !isVersion(withoutKnowledge(text)) {
		r.cutTail(text)
	}
	lead := columnOf(line, skipSpace(line))
	indent := pieceIndent
	if text[0] == '?' || text[0] == '&' {
		parameter = lead
	} else if parameter >= 0 && lead > parameter {
		indent += pieceIndent
	}
	f.setJoined(i, spaces(indent), text[:r.target.End], trimBytes(text[r.target.End:]))
	return parameter
}

// setJoined sets a line to words with a blank between those that are not empty.
func (f *formatter) setJoined(i int, lead []byte, words ...[]byte) {
	words = slices.DeleteFunc(words, func(w []byte) bool { return len(w) == 0 })
	f.set(i, lead, bytes.Join(words, []byte{' '}))
}

// headerLine writes Name: value. A line that is indented further than the first
// header keeps that: JetBrains' client takes it for a further piece of the
// header above.
func (f *formatter) headerLine(i int, inPlace bool) {
	line := trimRight(f.line(i))
	start := skipSpace(line)
	lead := line[:0]
	if inPlace {
		lead = line[:start]
	}
	nameEnd, valueStart, ok := isHeader(line)
	if !ok { // ...name
		f.set(i, lead, line[start:])
		return
	}
	f.setJoined(i, append(bytes.Clone(lead), line[start:nameEnd]...), []byte{':'}, trimBytes(line[valueStart:]))
}

func spaces(n int) []byte { return bytes.Repeat([]byte{' '}, n) }
