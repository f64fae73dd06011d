package parser

import (
	"bytes"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// phase is the part of a block that a line stands in.
type phase uint8

const (
	inHead phase = iota
	inHeaders
	inBody
	inText     // a body in which lines such as # and ?? are content
	inMarkdown // and > and >> quote
)

// foreign reads a construct that may stand in every part of a block: scripts,
// redirections, assertions of other tools. It tells them by the first
// characters of the line.
func (p *parser) foreign(where phase) bool {
	switch c := p.first(p.at); {
	case c == '<', c == '>', c == '{', c == '?', c == 'E':
	case c >= utf8.RuneSelf && isInlineScriptOpening(p.line(p.at)): // behind a blank of another kind
		text, _ := cutOddBlanks(p.line(p.at))
		p.inlineScript(text[0] == '<')
		return true
	default:
		return false
	}
	span := p.trimmed(p.at)
	text := p.src[span.Start:span.End]
	switch text[0] {
	case '<', '>':
		return p.angle(where, span, text)
	case '{':
		return isScriptOpening(text) && p.blockScript(where) || p.notScript(span, text)
	case '?':
		return (isAssertion(text) || where < inText && bytes.HasPrefix(text, []byte("??"))) && p.assertion(where, span)
	default:
		return p.expectedResponse(span)
	}
}

// angle reads what starts with < or >: scripts and redirections. Body files
// are left to the body.
func (p *parser) angle(where phase, span diag.Span, text []byte) bool {
	rest := trimBytes(text[1:])
	opening := text[0] == '<'
	path := diag.Span{Start: span.End - len(rest), End: span.End}
	switch {
	case isInlineScriptOpening(text):
		p.inlineScript(opening)
	case bytes.HasPrefix(text, []byte("<>")) && len(text) > 2 && isSpace(text[2]):
		p.mark(ResponseRef)
	case where == inMarkdown:
		return false
	case isOddOpening(text):
		p.error(diag.CodeNotScript, span, "this opens no script", "write `"+string(text[0])+" {%`, with nothing between the two")
		p.inlineScript(opening)
	case opening && where == inHead && len(rest) > 0 && isSpace(text[1]):
		p.scriptFile(span, path, BeforeRequest)
	case !opening && len(rest) > 0 && isSpace(text[1]) && isScriptFile(rest):
		p.scriptFile(span, path, AfterResponse)
	case !opening && isOutput(text):
		p.output(span)
		p.mark(OutputLine)
	case !opening && p.expectedResponse(path):
	default:
		return false
	}
	return true
}

// output notes a redirection, which span covers.
func (p *parser) output(span diag.Span) {
	path := span.Start + len(">>")
	overwrite := p.src[path] == '!'
	if overwrite {
		path++
	}
	p.block.Outputs = append(p.block.Outputs, &Output{
		Span:      span,
		Path:      p.text(p.trim(diag.Span{Start: path, End: span.End})),
		Overwrite: overwrite,
	})
}

// isOutput reports whether a line is >> path or >>! path.
func isOutput(text []byte) bool {
	if !bytes.HasPrefix(text, []byte(">>")) {
		return false
	}
	path := bytes.TrimPrefix(text[2:], []byte("!"))
	return len(path) > 0 && isSpace(path[0])
}

// foreignHead reads a construct that stands before or instead of a request:
// imports, calls of other requests, a pasted curl command.
func (p *parser) foreignHead() bool {
	switch p.first(p.at) {
	case 'i', 'r', 'c', 'p':
	default:
		return false
	}
	span := p.trimmed(p.at)
	text := p.src[span.Start:span.End]
	switch {
	case importKeyword(p.line(p.at)) != "":
		p.importLine(span)
	case isCurl(text):
		p.curl()
	case isProto(text):
		p.proto(span)
	default:
		return false
	}
	return true
}

// importLine reads an import or a call of other requests.
func (p *parser) importLine(span diag.Span) {
	text := p.src[span.Start:span.End]
	word, rest := cutWord(text)
	node := &Import{Span: span, Run: string(word) == "run"}
	target := diag.Span{Start: span.End - len(rest), End: span.End}
	if open := bytes.IndexByte(rest, '('); node.Run && open > 0 && rest[len(rest)-1] == ')' {
		inside := diag.Span{Start: target.Start + open + 1, End: span.End - 1}
		target = p.trim(diag.Span{Start: target.Start, End: target.Start + open})
		node.Vars = p.assignments(inside)
	}
	if p.src[target.Start] == '#' {
		node.Name = p.text(p.trim(diag.Span{Start: target.Start + 1, End: target.End}))
	} else {
		node.Path = p.text(target)
	}
	p.block.Imports = append(p.block.Imports, node)
	p.mark(ImportLine)
}

// assignments reads @a=1, @b=2. A comma inside quotes or a template belongs to
// its value.
func (p *parser) assignments(span diag.Span) []Assignment {
	var list []Assignment
	text := string(p.src[span.Start:span.End])
	var q quotes
	for from := 0; from <= len(text); {
		end := from
		for end < len(text) && text[end] != ',' {
			switch n := q.length(text, end); {
			case n > 0:
				end += n
			case bytes.HasPrefix([]byte(text[end:]), []byte("{{")):
				closing, closed := templateEnd(text, end+2, &q)
				end = closing
				if closed {
					end += len("}}")
				}
			default:
				end++
			}
		}
		end = min(end, len(text))
		piece := p.trim(diag.Span{Start: span.Start + from, End: span.Start + end})
		from = end + 1
		if piece.Len() == 0 {
			continue
		}
		name, value, _, ok := isVariable(p.src[piece.Start:piece.End])
		if !ok {
			p.error(diag.CodeRunArguments, piece, "not a variable and its value", "write `@name=value`, several separated by commas")
			continue
		}
		list = append(list, Assignment{Name: p.text(shift(name, piece.Start)), Value: p.text(shift(value, piece.Start))})
	}
	return list
}

// isProto reports whether a line is httpYac's proto < path.
func isProto(text []byte) bool {
	rest, found := bytes.CutPrefix(text, []byte("proto"))
	rest = rest[skipSpace(rest):]
	return found && len(rest) > 2 && rest[0] == '<' && isSpace(rest[1])
}

// proto reads the name of a file of Protocol Buffers, and the lines behind it
// that set options of its loader, which look like headers.
func (p *parser) proto(span diag.Span) {
	at := span.Start + bytes.IndexByte(p.src[span.Start:span.End], '<') + 1
	node := &Proto{Span: span, Path: p.text(p.trim(diag.Span{Start: at, End: span.End}))}
	p.block.Protos = append(p.block.Protos, node)
	p.mark(ProtoLine)
	for p.at < p.end {
		line := p.content(p.at)
		nameEnd, valueStart, ok := isHeader(p.src[line.Start:line.End])
		if !ok || commentMark(p.src[line.Start:line.End]) > 0 {
			return
		}
		whole := p.trim(line)
		node.Options = append(node.Options, &Header{
			Span:  whole,
			Name:  p.text(diag.Span{Start: whole.Start, End: line.Start + nameEnd}),
			Value: p.text(p.trim(diag.Span{Start: line.Start + valueStart, End: line.End})),
		})
		node.Span.End = whole.End
		p.mark(ProtoLine)
	}
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
