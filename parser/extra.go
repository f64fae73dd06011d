package parser

import (
	"bytes"

	"github.com/postrider/postrider/internal/diag"
)

// extra reads, in front of a request, text that means something to one tool
// only: metadata of tepi, fragments of httpYac.
func (p *parser) extra() bool {
	line := p.line(p.at)
	switch {
	case isRule(line):
		if last := p.metadataEnd(); last >= 0 {
			p.foreignText("tepi", "metadata", last)
			return true
		}
	case isFragment(trimBytes(line)):
		if last := p.fragmentEnd(); last >= 0 {
			p.foreignText("httpYac", "GraphQL fragment", last)
			return true
		}
	}
	return false
}

// foreignText notes the lines up to last.
func (p *parser) foreignText(tool, what string, last int) {
	span := diag.Span{Start: p.trimmed(p.at).Start, End: p.trimmed(last).End}
	p.block.Foreign = append(p.block.Foreign, &Foreign{Span: span, Tool: tool, What: what, Text: p.text(span)})
	for p.at <= last {
		p.mark(ForeignLine)
	}
}

// isRule reports whether a line is --- and nothing else.
func isRule(line []byte) bool { return bytes.Equal(trimBytes(line), []byte("---")) }

// metadataEnd returns the line --- that closes the one to read next, or -1.
func (p *parser) metadataEnd() int {
	for i := p.at + 1; i < p.end && !isSeparator(p.line(i)); i++ {
		if isRule(p.line(i)) {
			return i
		}
	}
	return -1
}

// isFragment reports whether a text starts like fragment Name on Type {.
func isFragment(text []byte) bool {
	word, rest := cutWord(text)
	if string(word) != "fragment" {
		return false
	}
	_, rest = cutWord(rest)
	word, rest = cutWord(rest)
	return string(word) == "on" && len(rest) > 0
}

// fragmentEnd returns the line with the brace that closes the fragment that
// starts at the line to read next, or -1.
func (p *parser) fragmentEnd() int {
	depth := 0
	for i := p.at; i < p.end && !isSeparator(p.line(i)) && (i == p.at || !isFragment(trimBytes(p.line(i)))); i++ {
		line := p.line(i)
		depth += bracketDepth(line)
		if depth <= 0 && bytes.IndexByte(line, '}') >= 0 {
			return i
		}
	}
	return -1
}
