package parser

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// isMarkdownFile reports whether the name of a file says that it is Markdown.
func isMarkdownFile(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".md", ".markdown":
		return true
	}
	return false
}

// fence is the line that opens or closes a fenced code block (CommonMark 0.31
// §4.5).
type fence struct {
	mark   byte // ` or ~
	length int  // of the run of marks
	indent int  // bytes of white space before it
	info   string
}

func readFence(line []byte) (f fence, ok bool) {
	f.indent = skipSpace(line)
	text := trimRight(line[f.indent:])
	if len(text) < 3 || (text[0] != '`' && text[0] != '~') {
		return f, false
	}
	f.mark = text[0]
	for f.length < len(text) && text[f.length] == f.mark {
		f.length++
	}
	f.info = string(trimBytes(text[f.length:]))
	return f, f.length >= 3 && (f.mark == '~' || !strings.Contains(f.info, "`"))
}

// closes reports whether a line ends the block that f opened.
func (f fence) closes(line []byte) bool {
	other, ok := readFence(line)
	return ok && other.mark == f.mark && other.length >= f.length && other.info == ""
}

// holdsRequests reports whether the block that f opens is one of requests.
func (f fence) holdsRequests() bool {
	word, _ := cutWord([]byte(f.info))
	return bytes.EqualFold(word, []byte("http")) || bytes.EqualFold(word, []byte("rest"))
}

// markdown reads a Markdown file. What stands in the first block of requests
// before a separator is the preamble of the file if it holds no request; each
// further block of requests starts anew, as if behind a separator.
func (p *parser) markdown() {
	lines := len(p.file.Lines)
	for p.at < lines {
		open, ok := readFence(p.line(p.at))
		if !ok {
			p.warnOfProse()
			p.mark(Prose)
			continue
		}
		closing := p.at + 1
		for closing < lines && !open.closes(p.line(closing)) {
			closing++
		}
		if !open.holdsRequests() {
			for p.at < min(closing+1, lines) {
				p.mark(Prose)
			}
			continue
		}
		p.mark(Fence)
		for i := p.at; i < closing; i++ {
			p.file.Lines[i].indent = uint32(min(open.indent, skipSpace(p.line(i))))
		}
		p.end = closing
		documented := p.documentsResponse()
		if documented {
			p.response()
		}
		if !documented || p.at < p.end {
			p.blocks()
		}
		p.end = lines
		if p.at < lines {
			p.mark(Fence)
		}
	}
	if len(p.file.Blocks) == 0 {
		p.file.Blocks = []*Block{{}}
	}
	// Prose belongs to the block before it, and at the start to the first one.
	for i, b := range p.file.Blocks {
		if i == 0 {
			b.Span.Start = 0
		}
		b.Span.End = len(p.src)
		if i+1 < len(p.file.Blocks) {
			b.Span.End = p.file.Blocks[i+1].Span.Start
		}
	}
}

// documentsResponse reports whether the block to read next, which ends at p.end,
// starts with a status line: it shows what a server answers.
func (p *parser) documentsResponse() bool {
	for i := p.at; i < p.end; i++ {
		if !p.isBlank(i) {
			return isStatusLine(trimBytes(p.line(i)))
		}
	}
	return false
}

// response marks the lines that document a response: up to a separator, or a
// request in a file that does without them.
func (p *parser) response() {
	warned := false
	for p.at < p.end && !p.isSeparator(p.at) {
		follows := p.isComment(p.at) || p.isGap(p.at-1)
		if follows && p.splits() && p.nextRequest(p.at) >= 0 {
			return
		}
		if !warned && looksLikeRequest(trimBytes(p.line(p.at))) {
			warned = true
			p.warn(diag.CodeNotSeparated, p.trimmed(p.at), "looks like another request, but is taken for part of the response above", "put a line `###` before it")
		}
		p.warnOfProse()
		if p.isBlank(p.at) {
			p.mark(Blank)
		} else {
			p.mark(Response)
		}
	}
}

// warnOfProse warns of a check where there are no requests. In Markdown, a line
// that starts with # is a heading.
func (p *parser) warnOfProse() {
	if p.first(p.at) != '#' {
		return
	}
	line := p.line(p.at)
	name, args, equals, ok := splitDirective(line[commentMark(line):])
	if !ok || equals {
		return
	}
	rest := line[commentMark(line):]
	spec, _ := findDirective(string(rest[name.Start:name.End]))
	words := strings.Fields(string(rest[args.Start:args.End]))
	if spec.name != "assert" && spec.name != "capture" || !slices.ContainsFunc(words, func(w string) bool { return w == "=" || isComparison(w) }) {
		return
	}
	p.warn(diag.CodeMisplaced, p.trimmed(p.at), "`@"+spec.name+"` has no effect outside of a block of requests",
		"put it above the request it is for, in the block that starts with ```http")
}
