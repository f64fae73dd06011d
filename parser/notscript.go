package parser

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// checkEnd complains about what stands behind the %} that ends a script: on its
// line, for no tool runs or sends that, and below it another %}, which the script
// was to reach. It is given the span of the %}, and the line that this stands in.
func (p *parser) checkEnd(script *Script, end diag.Span, line int) {
	const apart = "in a comment or a text of the script, write `%` and `}` apart"
	behind := p.trim(diag.Span{Start: end.End, End: p.content(line).End})
	text := p.src[behind.Start:behind.End]
	switch {
	case isInlineScriptOpening(text):
		p.error(diag.CodeNotScript, behind, "a second script on the line that ends the first does not run", "start it on a line of its own")
		return
	case len(text) > 0 && (commentMark(text) == 0 || bytes.Contains(text, []byte("%}"))): // nothing is lost with a comment
		p.error(diag.CodeNotScript, behind, "text behind the `%}` that ends a script", "put it on a line of its own; "+apart)
		return
	case script.Event == BeforeRequest: // a body follows
		return
	}
	for i := line + 1; i < p.end && !p.isSeparator(i); i++ {
		text := p.line(i)
		open, next := bytes.Index(text, []byte("{%")), bytes.Index(text, []byte("%}"))
		if open >= 0 && (next < 0 || open < next) {
			return
		}
		if next >= 0 {
			start := p.content(i).Start + next
			first := p.file.Source.Position(end.Start)
			p.error(diag.CodeNotScript, diag.Span{Start: start, End: start + len("%}")},
				fmt.Sprintf("this ends no script: the one above ends at its first `%%}`, on line %d", first.Line), apart)
			return
		}
	}
}

// isOddOpening reports whether a line is probably meant to open a script: of
// marks and a {% it has further marks, or a word such as the name of a language,
// between the two.
func isOddOpening(text []byte) bool {
	rest := bytes.TrimLeft(text[1:], "<>!")
	word, behind := cutWord(trimBytes(rest))
	switch {
	case bytes.HasPrefix(word, []byte("{%")):
		return true
	case len(rest) == 0 || !bytes.HasPrefix(behind, []byte("{%")):
		return false
	}
	for _, c := range word {
		if !isLetter(c) && !isDigit(c) {
			return false
		}
	}
	return true
}

// scriptEvents are what scriptEvent reads.
var scriptEvents = []string{"@request", "@response", "@streaming", "@after", "@responseLogging"}

// notScript complains about a line that only a script of httpYac can be meant to
// start with, and that starts none: its event is misspelt, or its end is missing.
// httpYac sends all of it.
func (p *parser) notScript(span diag.Span, text []byte) bool {
	inside, found := bytes.CutPrefix(text, []byte("{{"))
	inside = trimBytes(bytes.TrimPrefix(trimBytes(inside), []byte("@js")))
	if !found || len(inside) == 0 || inside[0] != '@' && inside[0] != '+' || bytes.Contains(inside, []byte("}}")) {
		return false
	}
	last := -1
	for i := p.at + 1; i < p.end && last < 0 && !p.isSeparator(i) && !bytes.HasPrefix(trimBytes(p.line(i)), []byte("{{")); i++ {
		if bytes.Equal(trimBytes(p.line(i)), []byte("}}")) {
			last = i
		}
	}
	word, behind := cutWord(inside[1:])
	_, known := scriptEvent(word)
	near := diag.DidYouMean("@"+string(word), scriptEvents)
	switch {
	case known && len(behind) > 0:
		p.error(diag.CodeNotScript, span, fmt.Sprintf("text behind `{{%c%s`, which opens a script", inside[0], word), "write the code on the lines below, and `}}` below it")
	case known || len(word) == 0:
		p.error(diag.CodeUnclosedScript, span, "a script that is never closed", "end it with a line `}}`")
	case last < 0 && near == "":
		return false
	default:
		if near == "" {
			near = "write one of `" + strings.Join(scriptEvents, "`, `") + "`"
		}
		p.error(diag.CodeNotScript, span, fmt.Sprintf("a script has no event `%c%s`", inside[0], word), near)
	}
	for last = max(last, p.at); p.at <= last; {
		p.mark(ScriptLine)
	}
	return true
}

// warnOfScript warns of lines of a body that were probably meant as a script, or
// as a check, and are sent.
func (b *bodyReader) warnOfScript(line []byte) {
	span, text := b.trimmed(b.at), trimBytes(line)
	switch {
	case isHalfAssertion(text):
		b.warn(diag.CodeNotScript, span, "this looks like a check, but is sent as part of the body", "write `??` for a check of httpYac, or `# @assert` above the request line")
	case bytes.HasPrefix(text, []byte("{%")) && (b.isLeading() || b.isGap(b.at-1)) && b.readsLikeScript():
		b.warn(diag.CodeNotScript, span, "this looks like a script, but is sent as part of the body", "write `> {%` for a script that runs when the answer is there")
	}
}

// readsLikeScript reports whether what starts with {% at the line to read next
// ends with a line, and says what only a script does.
func (b *bodyReader) readsLikeScript() bool {
	told := false
	for i := b.at; i < b.end && !b.isSeparator(i); i++ {
		line := b.parser.line(i)
		for _, call := range [...]string{"client.", "test(", "assert("} {
			told = told || bytes.Contains(line, []byte(call))
		}
		if n := bytes.Index(line, []byte("%}")); n >= 0 {
			return told && isBlank(line[n+len("%}"):])
		}
		if i > b.at && bytes.HasPrefix(trimBytes(line), []byte("{%")) {
			return false // which is to be looked at by itself
		}
	}
	return false
}

// isHalfAssertion reports whether a line is a check of httpYac but for one of its
// two marks: ? status == 200.
func isHalfAssertion(text []byte) bool {
	if len(text) < 2 || text[0] != '?' || !isSpace(text[1]) {
		return false
	}
	subject, rest := cutWord(trimBytes(text[1:]))
	if !isSubject(string(subject)) {
		return false
	}
	for len(rest) > 0 {
		if _, length, _ := predicateAt(rest); length > 0 {
			return true
		}
		_, rest = cutWord(rest)
	}
	return false
}

// checkBehindScripts warns of text of the body that stands behind a script for
// the answer, where JetBrains IDEs read none.
func (b *bodyReader) checkBehindScripts() {
	for _, s := range b.block.Scripts {
		if s.Event == BeforeRequest || s.API == HTTPYac || s.Span.Start < b.req.Line.End {
			continue
		}
		for i := b.from; i < b.to; i++ {
			if b.content(i).Start > s.Span.End && b.isKept(i) && !b.isBlank(i) {
				b.warn(diag.CodeNotScript, b.trimmed(i), "this stands behind a script for the answer, and is sent as part of the body",
					"write the body above the script, or put `#` before the line if it is a comment")
				return
			}
		}
		return
	}
}
