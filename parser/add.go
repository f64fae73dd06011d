package parser

import (
	"errors"
	"slices"
	"strings"
)

// AddDirectives returns the text of a file with further directives, such as
// "@assert status == 200", directly above the request line of one of its blocks,
// each on a line of its own and written like those that stand there. No other byte
// changes. It is an error if the file would then not be read as the same with
// these directives.
func AddDirectives(f *File, b *Block, directives []string) ([]byte, error) {
	p := &parser{src: f.Source.Text(), file: f}
	at := slices.IndexFunc(f.Lines, func(l Line) bool {
		return l.Span().Start <= b.Request.Line.Start && b.Request.Line.Start < l.Span().End
	})
	line := f.Lines[at]
	start := line.Span().Start + int(line.before) // a byte order mark stays at the start
	end := p.lineEnd(at)
	indent := p.src[start : start+skipSpace(p.src[start:])]

	var added strings.Builder
	for _, d := range directives {
		added.Write(indent)
		added.WriteString(p.markOf(b) + " " + d + end)
	}
	text := slices.Concat(p.src[:start], []byte(added.String()), p.src[start:])
	if err := checkAdded(f, b, directives, text); err != nil {
		return nil, err
	}
	return text, nil
}

// markOf is how the last directive of a block starts its comment.
func (p *parser) markOf(b *Block) string {
	if n := len(b.Directives); n > 0 {
		span := b.Directives[n-1].Span
		if text := p.src[span.Start:span.End]; commentMark(text) > 0 {
			return strings.TrimSpace(string(text[:commentMark(text)]))
		}
	}
	return "#"
}

// lineEnd is how line i ends, or the one before it if it is the last and does not.
func (p *parser) lineEnd(i int) string {
	for ; i >= 0; i-- {
		if l := p.file.Lines[i]; l.after > 0 {
			return string(p.src[int(l.end)-int(l.after) : l.end])
		}
	}
	return "\n"
}

var errNotAdded = errors.New("directives above this request would be read as something else")

// checkAdded reads the text and compares it with the file.
func checkAdded(f *File, b *Block, directives []string, text []byte) error {
	if detect(f.Source.Name(), text) != detect(f.Source.Name(), f.Source.Text()) {
		return errNotAdded
	}
	after := ParseAs(f.Dialect, f.Source.Name(), text)
	if len(after.Blocks) != len(f.Blocks) {
		return errNotAdded
	}
	block := after.Blocks[slices.Index(f.Blocks, b)]
	kept := len(block.Directives) - len(directives)
	if kept < 0 {
		return errNotAdded
	}
	for i, d := range block.Directives[kept:] {
		if d.Node == nil || strings.TrimSpace("@"+d.Name.String()+" "+d.Args.String()) != directives[i] {
			return errNotAdded
		}
	}
	block.Directives = block.Directives[:kept]
	if kept == 0 {
		block.Directives = b.Directives // both are empty
	}
	after.Lines = withoutSpan(after.Lines, len(text)-len(f.Source.Text()), f, b)
	if _, same := compareFiles(f, after); !same {
		return errNotAdded
	}
	return nil
}

// withoutSpan returns the lines of a text without those that were put before the
// request line of a block, n bytes in all.
func withoutSpan(lines []Line, n int, f *File, b *Block) []Line {
	at := slices.IndexFunc(f.Lines, func(l Line) bool { return b.Request.Line.Start < l.Span().End })
	from := f.Lines[at].Span().Start + int(f.Lines[at].before)
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool {
		begins := l.Span().Start + int(l.before)
		return from <= begins && begins < from+n
	})
}

// RequestAt returns the block whose request line starts at a line of the file, from
// 1; nil if there is none.
func (f *File) RequestAt(line int) *Block {
	at := slices.IndexFunc(f.Blocks, func(b *Block) bool {
		return b.Request != nil && f.Source.Position(b.Request.Line.Start).Line == line
	})
	if at < 0 {
		return nil
	}
	return f.Blocks[at]
}
