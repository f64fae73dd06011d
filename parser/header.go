package parser

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// section reads what stands between the request line and the body: further
// pieces of the request line, headers, and comments between them. Then it reads
// the body.
func (p *parser) section(req *Request) {
	for p.at < p.end {
		switch {
		case p.isSeparator(p.at):
			return
		case p.isBlank(p.at):
			p.mark(Blank)
			p.body(req)
			return
		case p.splits() && p.nextRequest(p.at) >= 0:
			return
		case p.foreign(inHeaders):
		case p.blockComment():
		case p.isComment(p.at):
			p.comment()
		case p.variable():
		case len(req.Headers) == 0 && p.continuation(req):
		case p.header(req):
		case p.fold(req):
		default:
			p.bodyWithoutBlank(req)
			return
		}
	}
}

// header reads a header field.
func (p *parser) header(req *Request) bool {
	span := p.content(p.at)
	line := p.src[span.Start:span.End]
	if isSpread(line) {
		whole := p.trim(span)
		h := p.addHeader(req, whole)
		h.Value, h.Spread = p.text(diag.Span{Start: whole.Start + len("..."), End: whole.End}), true
		return true
	}
	nameEnd, valueStart, ok := isHeader(line)
	if !ok {
		return false
	}
	whole := p.trim(span)
	value := p.trim(diag.Span{Start: span.Start + valueStart, End: span.End})
	if p.file.Dialect == HTTPYac && value.Len() > 0 && p.src[value.End-1] == ',' { // so does it
		value.End--
	}
	h := p.addHeader(req, whole)
	h.Name = p.text(diag.Span{Start: whole.Start, End: span.Start + nameEnd})
	h.Value = p.text(value)
	return true
}

// addHeader adds the header field that the line to read next holds at span.
func (p *parser) addHeader(req *Request, span diag.Span) *Header {
	h := p.headers.new()
	h.Span = span
	req.Headers = append(req.Headers, h)
	req.Span.End = span.End
	p.mark(HeaderLine)
	return h
}

// fold reads an indented line as a further piece of the last header, unless it
// looks like the start of a body. httpYac knows no folding.
func (p *parser) fold(req *Request) bool {
	span := p.content(p.at)
	if len(req.Headers) == 0 || p.file.Dialect == HTTPYac || !isSpace(p.src[span.Start]) {
		return false
	}
	piece := p.trim(span)
	text := p.src[piece.Start:piece.End]
	if bytes.IndexByte([]byte("{[<"), text[0]) >= 0 && !bytes.HasPrefix(text, []byte("{{")) {
		return false
	}
	last := req.Headers[len(req.Headers)-1]
	if last.Value.Span().Len() == 0 {
		last.Value = p.text(piece)
	} else {
		last.Value.add(p.file.Source, joiner(" ", piece.Start))
		last.Value.append(p.text(piece))
	}
	last.Span.End = piece.End
	req.Span.End = piece.End
	p.mark(Folded)
	return true
}

// bodyWithoutBlank reads a body that starts where a header should stand. If it
// starts with what looks like a request, body says so.
func (p *parser) bodyWithoutBlank(req *Request) {
	if line := trimBytes(p.line(p.at)); isHurl(line) && !p.complained {
		p.error(diag.CodeForeignAssertion, p.trimmed(p.at), fmt.Sprintf("`%s` is how Hurl says what it expects", line),
			"write checks above the request line, such as `# @assert status == 200`, or put a blank line before the body")
	} else if !p.complained && !looksLikeRequest(trimBytes(p.line(p.at))) { // behind a method alone, this may be the URL
		p.warn(diag.CodeHeader, p.trimmed(p.at), "not a header: the body starts here",
			"put a blank line before the body, or write the header as `Name: value`")
	}
	p.body(req)
}

// isHurl reports whether a line in the place of a header field expects an answer
// in Hurl's grammar: `HTTP 200`, `[Asserts]`, `[Captures]`.
func isHurl(line []byte) bool {
	switch string(line) {
	case "[Asserts]", "[Captures]", "HTTP *":
		return true
	}
	status, found := bytes.CutPrefix(line, []byte("HTTP "))
	return found && len(status) == 3 && len(bytes.Trim(status, "0123456789")) == 0
}

// contentType returns the media type of the request, in lower case and without
// parameters; "" if the request names none.
func (req *Request) contentType() string {
	for _, h := range req.Headers {
		if strings.EqualFold(h.Name.String(), "Content-Type") {
			return mediaType(h.Value.String())
		}
	}
	return ""
}

// isSpread reports whether a line is httpYac's ...name, which stands for the
// headers that a variable holds.
func isSpread(line []byte) bool {
	text := line[skipSpace(line):]
	if !bytes.HasPrefix(text, []byte("...")) {
		return false
	}
	if text = trimRight(text); len(text) == len("...") {
		return false
	}
	for _, c := range text[len("..."):] {
		if !isWord(c) {
			return false
		}
	}
	return true
}
