package parser

import "bytes"

// directiveLines writes # @name args, with one blank behind the mark and one
// before the arguments, and keeps the lines that continue it as much further
// indented as they were. What is no directive that anybody knows is treated as
// the comment that it is. It returns the last line of the directive.
func (f *formatter) directiveLines(i, indent int, inPlace bool) int {
	last := i
	for last+1 < len(f.file.Lines) && f.file.Lines[last+1].Kind == DirectiveLine && !f.startsDirective(last+1) {
		last++
	}
	line := trimRight(f.line(i))
	after := commentMark(line)
	rest := line[after:]
	name, args, equals, ok := splitDirective(rest)
	if !ok || !knownDirective(string(rest[name.Start:name.End]), equals) {
		return f.commentLines(i, indent, inPlace)
	}
	lead := spaces(indent)
	marks := line[skipSpace(line):after]
	column := indent + len(marks) + 1 // of the @
	before := columnOf(line, after+name.Start-1)
	if f.meansToContinue(last+1, before, column, indent, inPlace) {
		return min(last+1, len(f.file.Lines)-1)
	}

	between := rest[name.End:args.Start]
	if !equals && args.Len() > 0 {
		between = []byte{' '}
	}
	f.set(i, lead, marks, []byte(" @"), rest[name.Start:name.End], between, rest[args.Start:args.End])
	for n := i + 1; n <= last; n++ {
		line := trimRight(f.line(n))
		after := commentMark(line)
		marks := line[skipSpace(line):after]
		start := after + skipSpace(line[after:])
		gap := column + columnOf(line, start) - before - indent - len(marks)
		f.set(n, lead, marks, spaces(max(gap, 1)), line[start:])
	}
	return last
}

// startsDirective reports whether a comment line starts with @.
func (f *formatter) startsDirective(i int) bool {
	line := f.line(i)
	return bytes.HasPrefix(trimBytes(line[commentMark(line):]), []byte{'@'})
}

// meansToContinue reports whether line i, below a directive, is a comment that
// would come to continue it, or would no longer be warned of as one that was
// meant to, if the @ moved from one column to another.
func (f *formatter) meansToContinue(i, from, to, indent int, inPlace bool) bool {
	if i >= len(f.file.Lines) || f.file.Lines[i].Kind != Comment {
		return false
	}
	text, was := f.indentedComment(i, from)
	if text.Len() == 0 {
		return false
	}
	line := f.line(i)
	if !inPlace {
		line = append(spaces(indent), trimBytes(line)...)
	}
	mark := commentMark(line)
	is := max(0, columnOf(line, mark+skipSpace(line[mark:]))-to)
	return is != was && (is >= 2 || is == 1 || was == 1)
}
