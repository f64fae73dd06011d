package parser

import (
	"bytes"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// set says what line i is to say.
func (f *formatter) set(i int, parts ...[]byte) {
	f.texts[i] = append(make([]byte, 0, f.content(i).Len()+8), slices.Concat(parts...)...)
}

// separatorLine sets the title off by one blank. A banner stays as it was drawn,
// and so does the indentation: REST Client knows separators at the first column
// only.
func (f *formatter) separatorLine(i int) {
	f.apart[i] = f.separates(i)
	line := trimRight(f.line(i))
	title := titleOf(line)
	span := diag.Span{Start: len(line) - len(title), End: len(line)}
	if stripBanner(line, span) != span || len(title) == 0 || f.hasTitle(i-1) || f.hasTitle(i+1) {
		f.set(i, line)
		return
	}
	f.set(i, line[:commentMark(line)], []byte{' '}, title)
}

func titleOf(separator []byte) []byte { return trimBytes(separator[commentMark(separator):]) }

// hasTitle reports whether line i is a separator with a title, which makes one
// banner with a separator beside it.
func (f *formatter) hasTitle(i int) bool {
	return i >= 0 && i < len(f.file.Lines) && f.file.Lines[i].Kind == Separator && len(titleOf(f.line(i))) > 0
}

// separates reports whether a separator may be parted from the line above. A
// comment there belongs to it, and another separator is one with it, as in a
// box drawn of number signs.
func (f *formatter) separates(i int) bool {
	if i == 0 {
		return false
	}
	switch f.file.Lines[i-1].Kind {
	case Separator, Comment, DirectiveLine:
		return false
	}
	return true
}

// commentLines indents a comment and takes the blanks off its end. Block
// comments, and comments behind the headers, where a body may have been
// commented out, keep their place. It returns the last line of the comment.
func (f *formatter) commentLines(i, indent int, inPlace bool) int {
	line := f.line(i)
	text := trimBytes(line)
	if !bytes.HasPrefix(text, []byte("/*")) {
		if inPlace {
			f.set(i, trimRight(line))
		} else {
			f.set(i, spaces(indent), text)
		}
		return i
	}
	last, ok := f.blockCommentEnd(i)
	if !ok {
		return i
	}
	for ; i <= last; i++ {
		f.set(i, trimRight(f.line(i)))
	}
	return last
}

// variableLine writes @name = value. A value that starts with = stays where it
// is, for httpYac takes any number of them for one, and in its files so do
// blanks at the end, which belong to the value there.
func (f *formatter) variableLine(i int) {
	line := f.line(i)
	name, value, lazy, ok := isVariable(line)
	if !ok {
		return
	}
	sign := []byte(" =")
	if lazy {
		sign = []byte(" :=")
	}
	text := line[value.Start:value.End]
	if len(text) == 0 {
		f.set(i, []byte{'@'}, line[name.Start:name.End], sign)
		return
	}
	if text[0] == '=' {
		f.set(i, trimRight(line))
		return
	}
	if f.file.Dialect == HTTPYac {
		text = line[value.Start:]
	}
	f.set(i, []byte{'@'}, line[name.Start:name.End], sign, []byte{' '}, text)
}

func spaces(n int) []byte { return bytes.Repeat([]byte{' '}, n) }
