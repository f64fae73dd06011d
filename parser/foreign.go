package parser

import (
	"bytes"

	"github.com/postrider/postrider/internal/diag"
)

// phase is the part of a block that a line stands in.
type phase uint8

const (
	inHead phase = iota
	inHeaders
	inBody
	inMarkdown // a body in which > and >> quote
)

// unsupported notes a construct that is recognised and cannot be run.
func (p *parser) unsupported(span diag.Span, what string) {
	p.block.Other = append(p.block.Other, &Unsupported{Span: span, What: what})
}

// foreign reads a construct that may stand in every part of a block: scripts,
// redirections, assertions of other tools. It tells them by the first
// characters of the line.
func (p *parser) foreign(where phase) bool {
	span := p.trimmed(p.at)
	text := p.src[span.Start:span.End]
	switch text[0] {
	case '<', '>':
		return p.angle(where, span, text)
	case '{':
		return isScriptOpening(text) && p.blockScript()
	case '?':
		if isAssertion(text) {
			p.unsupported(span, "httpYac assertion")
			p.mark(Assertion)
			return true
		}
	case 'E':
		return p.expectedResponse(span, text)
	}
	return false
}

// isAssertion reports whether a line is httpYac's ?? status == 200, which needs
// no blank behind the marks.
func isAssertion(text []byte) bool {
	return len(text) > 2 && text[0] == '?' && text[1] == '?' && text[2] != '?'
}

// angle reads what starts with < or >: scripts and redirections. Body files
// are left to the body.
func (p *parser) angle(where phase, span diag.Span, text []byte) bool {
	rest := trimBytes(text[1:])
	opening := text[0] == '<'
	switch {
	case bytes.HasPrefix(rest, []byte("{%")):
		p.inlineScript(opening)
	case bytes.HasPrefix(text, []byte("<>")) && len(text) > 2 && isSpace(text[2]):
		p.mark(Output) // an answer stored by an IDE; nothing to send
	case where == inMarkdown:
		return false
	case opening && where == inHead && len(rest) > 0 && isSpace(text[1]):
		p.unsupported(span, "pre-request script")
		p.mark(ScriptLine)
	case !opening && len(rest) > 0 && isSpace(text[1]) && isScriptFile(rest):
		p.unsupported(span, "response script")
		p.mark(ScriptLine)
	case !opening && isOutput(text):
		p.unsupported(span, "output redirection")
		p.mark(Output)
	case !opening && p.expectedResponse(span, rest):
	default:
		return false
	}
	return true
}

// inlineScript reads a script from {% to the first %}. Separators inside do not
// count; another opening before the end means that it was never closed.
func (p *parser) inlineScript(preRequest bool) {
	first, last := p.at, p.at
	start := p.trimmed(first)
	what := "response script"
	if preRequest {
		what = "pre-request script"
	}
	closed := bytes.Contains(p.src[start.Start:start.End], []byte("%}"))
	for i := first + 1; !closed && i < len(p.file.Lines); i++ {
		line := p.line(i)
		if isInlineScriptOpening(line) {
			break
		}
		if bytes.Contains(line, []byte("%}")) {
			closed, last = true, i
		}
	}
	if !closed {
		p.error(diag.CodeUnclosedScript, start, "a "+what+" that is never closed", "end it with `%}`")
		for last+1 < len(p.file.Lines) && !isSeparator(p.line(last+1)) && !isInlineScriptOpening(p.line(last+1)) {
			last++
		}
	}
	p.script(last, what)
}

// isInlineScriptOpening reports whether a line starts a script with < {% or
// > {%.
func isInlineScriptOpening(line []byte) bool {
	text := line[skipSpace(line):]
	if len(text) == 0 || (text[0] != '<' && text[0] != '>') {
		return false
	}
	return bytes.HasPrefix(text[1+skipSpace(text[1:]):], []byte("{%"))
}

// isScriptOpening reports whether a line opens a script of httpYac: two braces
// alone, or with the event that the script is for.
func isScriptOpening(line []byte) bool {
	text := trimBytes(line)
	if !bytes.HasPrefix(text, []byte("{{")) {
		return false
	}
	event := bytes.TrimPrefix(text[2:], []byte("@js"))
	event = bytes.TrimLeft(trimBytes(event), "+@")
	switch string(event) {
	case "", "request", "streaming", "response", "after", "responseLogging":
		return true
	}
	return false
}

// blockScript reads a script of httpYac, from {{ to }}, each on a line of its
// own. Without its end before the next opening it is none.
func (p *parser) blockScript() bool {
	for i := p.at + 1; i < len(p.file.Lines); i++ {
		line := p.line(i)
		if isScriptOpening(line) {
			return false
		}
		if bytes.Equal(trimBytes(line), []byte("}}")) {
			p.script(i, "httpYac script")
			return true
		}
	}
	return false
}

// script marks the lines up to last as a script.
func (p *parser) script(last int, what string) {
	span := diag.Span{Start: p.trimmed(p.at).Start, End: max(p.trimmed(p.at).End, p.trimmed(last).End)}
	p.unsupported(span, what)
	for p.at <= last {
		p.mark(ScriptLine)
	}
}

// isScriptFile reports whether a path names a script. What else follows a >
// may be text.
func isScriptFile(path []byte) bool {
	for _, ext := range [...]string{".js", ".mjs", ".ts", ".lua"} {
		if bytes.HasSuffix(path, []byte(ext)) {
			return true
		}
	}
	return false
}

// isOutput reports whether a line is >> path or >>! path.
func isOutput(text []byte) bool {
	if !bytes.HasPrefix(text, []byte(">>")) {
		return false
	}
	path := bytes.TrimPrefix(text[2:], []byte("!"))
	return len(path) > 0 && isSpace(path[0])
}

// expectedResponse reads an assertion of httprunner.
func (p *parser) expectedResponse(span diag.Span, text []byte) bool {
	word, rest := cutWord(text)
	switch string(word) {
	case "EXPECTED_RESPONSE_STATUS", "EXPECTED_RESPONSE_BODY", "EXPECTED_RESPONSE_HEADERS":
		if len(rest) == 0 {
			return false
		}
		p.unsupported(span, "httprunner assertion")
		p.mark(Assertion)
		return true
	}
	return false
}

// foreignHead reads a construct that stands before or instead of a request:
// imports, calls of other requests, a pasted curl command.
func (p *parser) foreignHead() bool {
	span := p.trimmed(p.at)
	text := p.src[span.Start:span.End]
	if keyword := importKeyword(p.line(p.at)); keyword != "" {
		p.unsupported(span, keyword)
		p.mark(Import)
		return true
	}
	if bytes.HasPrefix(text, []byte("curl ")) {
		p.curl()
		return true
	}
	return false
}

// importKeyword returns "import" or "run" if a line is one of
//
//	import other.http
//	run other.http (@a=1)
//	run #Name (@a=1)
//
// and "" otherwise.
func importKeyword(line []byte) string {
	word, rest := cutWord(line)
	keyword := string(word)
	if (keyword != "import" && keyword != "run") || len(rest) == 0 {
		return ""
	}
	if keyword == "run" && rest[0] == '#' && len(rest) > 1 {
		return keyword
	}
	if open := bytes.IndexByte(rest, '('); keyword == "run" && open > 0 && rest[len(rest)-1] == ')' {
		rest = trimRight(rest[:open])
	}
	if bytes.HasSuffix(rest, []byte(".http")) || bytes.HasSuffix(rest, []byte(".rest")) {
		return keyword
	}
	return ""
}

// curl marks a command pasted into a block, up to the end of the block.
func (p *parser) curl() {
	span := p.trimmed(p.at)
	p.mark(RequestLine)
	for p.at < len(p.file.Lines) && !isSeparator(p.line(p.at)) {
		if isBlank(p.line(p.at)) {
			p.mark(Blank)
			continue
		}
		span.End = p.trimmed(p.at).End
		p.mark(Continuation)
	}
	p.unsupported(span, "curl command")
}
