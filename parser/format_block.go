package parser

import (
	"bytes"
	"slices"
)

// blockFormatter brings the lines of a block into their form, each by itself. It
// remembers what the lines before the one at hand were.
type blockFormatter struct {
	*formatter
	bodyStart int // the first line of the body; -1 if there is none
	lastPiece int // the last further piece of the request line; -1 if there is none

	inHeaders     bool // behind the request line
	behindHeaders bool
	behindMark    bool // the piece before ends with the ? or & in front of a parameter
	parameter     int  // how far the parameter before is indented; -1 if there is none
	firstHeader   int  // how far the first header is indented; -1 if there is none
}

// block formats the lines [from, to), which are a block.
func (f *formatter) block(from, to int) {
	b := &blockFormatter{
		formatter: f,
		bodyStart: f.fixRange(from, to, BodyText, BodyFile),
		lastPiece: f.lastOf(from, to, Continuation),
		parameter: -1, firstHeader: -1,
	}
	f.fixRange(from, to, Response)
	for i := from; i < to; i++ {
		b.endOfHeaders(i)
		if !f.fixed[i] {
			i = b.construct(i)
		}
	}
}

// endOfHeaders notes that the headers end before line i: at a blank line, at a
// body without one, at the end of a fence.
func (b *blockFormatter) endOfHeaders(i int) {
	if !b.inHeaders {
		return
	}
	switch kind := b.file.Lines[i].Kind; {
	case kind == Blank:
		b.keepBlankBeforeBody(i)
	case i == b.bodyStart:
		b.apart[i] = isPlainBodyStart(b.line(i))
	case kind != Fence:
		return
	}
	b.inHeaders, b.behindHeaders = false, true
}

// construct formats the construct that starts at line i and returns its last line.
// Lines of kinds that are not named here stay as they are.
func (b *blockFormatter) construct(i int) int {
	switch b.file.Lines[i].Kind {
	case Separator:
		b.separatorLine(i)
	case Comment:
		return b.commentLines(i, b.indent(i), b.behindHeaders)
	case DirectiveLine:
		return b.directiveLines(i, b.indent(i), b.behindHeaders)
	case VariableLine:
		b.variableLine(i)
	case RequestLine:
		if isCurl(trimBytes(b.line(i))) { // a matter of the shell
			b.behindHeaders = true
			return max(i, b.lastPiece)
		}
		b.inHeaders = true
		b.requestLine(i)
	case Continuation:
		b.pieceLine(i)
	case HeaderLine:
		b.headerLine(i)
	case Folded, OutputLine, AssertionLine, ImportLine, ProtoLine, ResponseRef:
		b.set(i, trimRight(b.line(i)))
	}
	return i
}

// indent returns how far a comment at line i is indented: as the pieces of the
// request line between which it stands.
func (b *blockFormatter) indent(i int) int {
	if b.inHeaders && i < b.lastPiece {
		return pieceIndent
	}
	return 0
}

// keepBlankBeforeBody leaves the blank lines from line i to the body as they
// are in a file for REST Client, which sends all of them but the first.
func (b *blockFormatter) keepBlankBeforeBody(i int) {
	if b.file.Dialect != VSCode {
		return
	}
	for ; i < b.bodyStart; i++ {
		b.fixed[i] = b.fixed[i] || b.file.Lines[i].Kind == Blank
	}
}

// isPlainBodyStart reports whether a line that follows the headers without a
// blank line is beyond doubt the start of a body, rather than a header that
// lacks its colon.
func isPlainBodyStart(line []byte) bool {
	return bytes.IndexByte([]byte(`{[<"`), line[0]) >= 0 && !bytes.HasPrefix(line, []byte("{{"))
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
