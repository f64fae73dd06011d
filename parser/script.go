package parser

import (
	"bytes"

	"github.com/postrider/postrider/internal/diag"
)

// inlineScript reads a script from {% to the first %}. Separators inside do not
// count; another opening before the end means that it was never closed.
func (p *parser) inlineScript(preRequest bool) {
	first, last := p.at, p.at
	start := p.trimmed(first)
	script := &Script{Event: AfterResponse, API: JetBrains}
	if preRequest {
		script.Event = BeforeRequest
	}
	code := start.Start + bytes.Index(p.src[start.Start:start.End], []byte("{%")) + len("{%")
	end := -1
	if n := bytes.Index(p.src[code:start.End], []byte("%}")); n >= 0 {
		end = code + n
	}
	for i := first + 1; end < 0 && i < p.end; i++ {
		line := p.line(i)
		if isInlineScriptOpening(line) {
			break
		}
		if n := bytes.Index(line, []byte("%}")); n >= 0 {
			end, last = p.content(i).Start+n, i
		}
	}
	if end < 0 {
		p.error(diag.CodeUnclosedScript, start, "a "+script.String()+" that is never closed", "end it with `%}`")
		for last+1 < p.end && !p.isSeparator(last+1) && !isInlineScriptOpening(p.line(last+1)) {
			last++
		}
		end = max(code, p.trimmed(last).End)
	} else {
		p.checkEnd(script, diag.Span{Start: end, End: end + len("%}")}, last)
	}
	script.Code = p.text(diag.Span{Start: code, End: end})
	if p.file.Dialect == Kulala {
		script.API = Kulala
	}
	p.script(script, last)
}

// isInlineScriptOpening reports whether a line starts a script with < {% or
// > {%. Blanks of other kinds than the ordinary one, which pages in the web have,
// cannot be told from it by who writes them, and count for nothing.
func isInlineScriptOpening(line []byte) bool {
	text, _ := cutOddBlanks(line)
	if len(text) == 0 || (text[0] != '<' && text[0] != '>') {
		return false
	}
	rest, _ := cutOddBlanks(text[1:])
	return bytes.HasPrefix(rest, []byte("{%"))
}

// scriptEvent reads what may stand behind the braces that open a script of
// httpYac.
func scriptEvent(name []byte) (ScriptEvent, bool) {
	switch string(name) {
	case "request":
		return BeforeRequest, true
	case "response":
		return AfterResponse, true
	case "streaming":
		return WhileStreaming, true
	case "after":
		return AfterAll, true
	case "responseLogging":
		return BeforeLogging, true
	}
	return 0, false
}

// scriptOpening reads a line that opens a script of httpYac: two braces alone,
// or with the event that the script is for.
func scriptOpening(line []byte) (event []byte, global, ok bool) {
	text, found := bytes.CutPrefix(trimBytes(line), []byte("{{"))
	if !found {
		return nil, false, false
	}
	event = trimBytes(bytes.TrimPrefix(text, []byte("@js")))
	if len(event) > 0 && (event[0] == '+' || event[0] == '@') {
		global = event[0] == '+'
		event = event[1:]
	}
	_, known := scriptEvent(event)
	return event, global, known || len(event) == 0
}

func isScriptOpening(line []byte) bool {
	_, _, ok := scriptOpening(line)
	return ok
}

// blockScript reads a script of httpYac, from {{ to }}, each on a line of its
// own. Without its end before the next opening it is none. One without an event
// runs before the request if it stands above the request line; httpYac takes all
// that is behind the line for scripts of the answer, with a blank line between or not.
func (p *parser) blockScript(where phase) bool {
	event, global, _ := scriptOpening(p.line(p.at))
	script := &Script{API: HTTPYac, Global: global, Event: AfterResponse}
	if named, ok := scriptEvent(event); ok {
		script.Event = named
	} else if where == inHead { // httpYac goes by whether it has read a request line
		script.Event = BeforeRequest
	}
	for i := p.at + 1; i < p.end; i++ {
		line := p.line(i)
		if isScriptOpening(line) {
			return false
		}
		if bytes.Equal(trimBytes(line), []byte("}}")) {
			script.Code = p.text(diag.Span{Start: p.offset(p.at + 1), End: p.offset(i)})
			p.script(script, i)
			return true
		}
	}
	return false
}

// script notes a script and marks its lines up to last.
func (p *parser) script(script *Script, last int) {
	script.Span = diag.Span{Start: p.trimmed(p.at).Start, End: max(p.trimmed(p.at).End, p.trimmed(last).End)}
	p.block.Scripts = append(p.block.Scripts, script)
	for p.at <= last {
		p.mark(ScriptLine)
	}
}

// scriptFile notes a script that stands in a file.
func (p *parser) scriptFile(span, path diag.Span, event ScriptEvent) {
	p.block.Scripts = append(p.block.Scripts, &Script{Span: span, Event: event, API: JetBrains, Path: p.text(path)})
	p.mark(ScriptLine)
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
