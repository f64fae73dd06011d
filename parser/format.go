package parser

import (
	"bytes"
	"strings"
)

// Format returns the text of a file in its canonical form: blanks between
// tokens and blank lines between constructs are moved, and nothing else is. The
// result is read as the same requests, and formatting it again changes nothing.
// Bodies, scripts, documented responses, what comments say and the line ends of
// a file stay as they are. docs/formatting.md describes the form.
//
// A file with an error is returned as it is, for what its author means is not
// known.
func Format(f *File) []byte {
	text, _ := format(f)
	return text
}

// maxAttempts bounds how often format starts anew with more blocks left alone.
const maxAttempts = 3

// format is Format. It reads its own result, and leaves alone every block that
// would be read otherwise than before, at last the whole file; alone is how many
// blocks that are. It is a safety net: only texts with zero bytes, which look like
// another encoding once blanks are gone, are known to fall into it.
func format(f *File) (text []byte, alone int) {
	src := f.Source.Text()
	if f.Diagnostics.HasErrors() {
		return src, 0
	}
	keep := make([]bool, len(f.Blocks))
	for range maxAttempts {
		text := newFormatter(f, keep).format()
		if bytes.Equal(text, src) {
			return src, alone
		}
		differing, same := compareFiles(f, ParseAs(f.Dialect, f.Source.Name(), text))
		if same && detect(f.Source.Name(), text) == detect(f.Source.Name(), src) {
			return text, alone
		}
		progress := false
		for _, i := range differing {
			if !keep[i] {
				keep[i], progress = true, true
				alone++
			}
		}
		if !progress {
			break
		}
	}
	return src, len(f.Blocks)
}

// detect returns the dialect that a text gives away.
func detect(name string, text []byte) Dialect {
	return newParser(name, text, maxSource).detectDialect()
}

// formatter brings a file into its canonical form in two steps: first each line
// by itself, as its kind demands, then the blank lines between them.
type formatter struct {
	*parser
	texts [][]byte // by line: what it says in canonical form; nil if that stays as it is
	fixed []bool   // by line: not to be touched, even if it is blank
	apart []bool   // by line: wants a blank line before it
	fence []byte   // white space before the fence round the line being written, in a Markdown file
}

// newFormatter returns the formatter of a file, which leaves the blocks that
// keep names as they are.
func newFormatter(file *File, keep []bool) *formatter {
	n := len(file.Lines)
	f := &formatter{
		parser: &parser{src: file.Source.Text(), file: file, end: n},
		texts:  make([][]byte, n), fixed: make([]bool, n), apart: make([]bool, n),
	}
	from := 0
	for i, b := range file.Blocks {
		to := from
		for to < n && file.Lines[to].Span().Start < b.Span.End {
			to++
		}
		if keep[i] {
			f.fix(from, to)
		} else {
			f.block(from, to)
		}
		if i > 0 && isMarkdownWithoutBody(file.Blocks[i-1].Request) && from < n {
			f.apart[from] = false // a blank line would start the body, and this would be a heading in it
		}
		from = to
	}
	return f
}

func isMarkdownWithoutBody(req *Request) bool {
	return req != nil && req.Body == nil && strings.Contains(req.contentType(), "markdown")
}

// fix leaves the lines [from, to) as they are.
func (f *formatter) fix(from, to int) {
	for i := from; i < to; i++ {
		f.fixed[i] = true
	}
}

// format returns the text: no blank lines at its ends, one instead of several
// between, and a line end behind the last line.
func (f *formatter) format() []byte {
	out := make([]byte, 0, len(f.src)+len(f.src)/8)
	if bytes.HasPrefix(f.src, []byte(byteOrderMark)) {
		out = append(out, byteOrderMark...)
	}
	last, blank := -1, -1 // the line written last, and a blank one behind it
	for i, l := range f.file.Lines {
		if l.Kind == Blank && !f.fixed[i] {
			blank = i
			continue
		}
		switch {
		case last < 0 || l.Kind == Fence || f.file.Lines[last].Kind == Fence: // the ends of a text
		case blank > last:
			out = f.appendLineEnd(out, blank)
		case f.apart[i]:
			out = f.appendLineEnd(out, last)
		}
		if l.Kind == Fence {
			f.fence = f.line(i)[:skipSpace(f.line(i))]
		}
		out = f.appendLine(out, i)
		if l.Kind == Prose {
			out = append(out, f.src[f.content(i).End:l.Span().End]...)
		} else {
			out = f.appendLineEnd(out, i)
		}
		last = i
	}
	return out
}

// appendLine appends line i without its line end. What is indented along with its
// fence gets the indent of the fence.
func (f *formatter) appendLine(out []byte, i int) []byte {
	content := f.content(i)
	if f.texts[i] != nil {
		return append(append(out, f.fence...), f.texts[i]...)
	}
	return append(out, f.src[content.Start-int(f.file.Lines[i].indent):content.End]...)
}

// appendLineEnd appends the line end of line i. A last line without one gets that
// of the line before. Where blanks stood between a CR and a LF, they must not
// come to be one line end.
func (f *formatter) appendLineEnd(out []byte, i int) []byte {
	end := []byte{'\n'}
	for ; i >= 0; i-- {
		if span := f.file.Lines[i].Span(); f.content(i).End < span.End {
			end = f.src[f.content(i).End:span.End]
			break
		}
	}
	if n := len(out); n > 0 && out[n-1] == '\r' && end[0] == '\n' {
		end = []byte{'\r'}
	}
	return append(out, end...)
}
