package parser

import (
	"bytes"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// Parse reads a request file. Name is the path as the user wrote it; messages
// show it. Parse never fails: File.Diagnostics says what could not be read, and
// a file with an error among them must not be run. The file keeps src, which
// must not change afterwards.
//
// The dialect is the one that the file declares with @dialect, else the one that
// its constructs give away. In a Markdown file, told by its name, requests stand
// in blocks fenced by ```http.
func Parse(name string, src []byte) *File {
	p := newParser(name, src, maxSource)
	return p.parse(p.detectDialect)
}

// ParseAs is Parse for a file whose dialect is known, whatever it says itself.
func ParseAs(dialect Dialect, name string, src []byte) *File {
	return newParser(name, src, maxSource).parse(func() Dialect { return dialect })
}

// maxSource is how many bytes a file may have: more than the places of its lines
// have room for.
const maxSource = math.MaxUint32

// newParser returns the parser of a file that may have limit bytes. A larger one is
// read as if it were empty, and has an error.
func newParser(name string, src []byte, limit uint64) *parser {
	size := uint64(len(src))
	if size > limit {
		src = nil
	}
	lines := splitLines(src)
	p := &parser{src: src, file: &File{Source: diag.NewSource(name, src), Lines: lines}, end: len(lines)}
	if size > limit {
		p.error(diag.CodeNoInput, diag.Span{}, fmt.Sprintf("the file has %d bytes, and %d are the most that can be read", size, limit),
			"divide it into several files")
	}
	return p
}

func (p *parser) parse(dialect func() Dialect) *File {
	if p.checkEncoding() {
		p.file.Dialect = dialect()
		if isMarkdownFile(p.file.Source.Name()) {
			p.markdown()
		} else {
			p.blocks()
		}
		p.check()
	}
	p.file.Diagnostics.Sort()
	return p.file
}

// parser is the state of one Parse.
type parser struct {
	nodes
	src   []byte
	file  *File
	block *Block // the block being read
	at    int    // the line to read next
	end   int    // the line behind the last one to read

	// disabled is set once a block has a commented-out request line.
	disabled bool
	// complained is set once the head of a block has text that fits no
	// construct, so that one mistake makes one message.
	complained bool
	// broken are the blocks with such text, in the order of the file.
	broken []*Block
	// given holds the directives of the block that may stand there only once.
	given map[string]bool
	// undivided is set by @forceRegionDelimiter: only ### separates requests.
	undivided bool
	// leadNext is what nextRequest answers for the lines before leadEnd; it
	// keeps that look-ahead linear.
	leadEnd, leadNext int
}

// checkEncoding reports whether the file can be read line by line at all, and
// complains if it is not UTF-8.
func (p *parser) checkEncoding() bool {
	if encoding := wideEncoding(p.src); encoding != "" {
		for i := range p.file.Lines {
			p.file.Lines[i].Kind = Unknown
		}
		p.file.Blocks = []*Block{{Span: diag.Span{End: len(p.src)}}}
		p.error(diag.CodeEncoding, diag.Span{}, "the file is "+encoding+", not UTF-8", "save it as UTF-8")
		return false
	}
	if utf8.Valid(p.src) {
		return true
	}
	for at := 0; at < len(p.src); {
		r, size := utf8.DecodeRune(p.src[at:])
		if r == utf8.RuneError && size == 1 {
			p.error(diag.CodeEncoding, diag.Span{Start: at, End: at + 1},
				fmt.Sprintf("the file is not UTF-8: byte 0x%02X", p.src[at]),
				"save it as UTF-8 (it is probably Latin-1 or Windows-1252)")
			break
		}
		at += size
	}
	return true
}

// wideEncoding names the encoding of a text whose characters are of two or four
// bytes, told by its byte order mark or by its zero bytes; "" for other texts.
func wideEncoding(text []byte) string {
	switch {
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE, 0, 0}):
		return "UTF-32 (little endian)"
	case bytes.HasPrefix(text, []byte{0, 0, 0xFE, 0xFF}):
		return "UTF-32 (big endian)"
	case bytes.HasPrefix(text, []byte{0xFF, 0xFE}):
		return "UTF-16 (little endian)"
	case bytes.HasPrefix(text, []byte{0xFE, 0xFF}):
		return "UTF-16 (big endian)"
	}
	if len(text) >= 4 {
		switch [4]bool{text[0] == 0, text[1] == 0, text[2] == 0, text[3] == 0} {
		case [4]bool{false, true, false, true}:
			return "UTF-16 (little endian, without a byte order mark)"
		case [4]bool{true, false, true, false}:
			return "UTF-16 (big endian, without a byte order mark)"
		}
	}
	return ""
}

// blocks reads the lines up to end.
func (p *parser) blocks() {
	p.parseBlock()
	for p.at < p.end {
		p.parseBlock()
	}
}

// parseBlock reads a block: its separator, its head, and its request with all
// that follows. The first block of a file has no separator and may be empty.
func (p *parser) parseBlock() {
	p.block = p.newBlock()
	p.disabled, p.complained, p.given = false, false, nil
	start := p.at
	if len(p.file.Blocks) > 0 && p.at < p.end && p.isSeparator(p.at) {
		p.separator()
	}
	for p.at < p.end && p.block.Request == nil && !p.isSeparator(p.at) {
		p.headLine()
	}
	p.block.Span = diag.Span{Start: p.offset(start), End: p.offset(p.at)}
	p.block.Disabled = p.disabled && p.block.Request == nil
	p.file.Blocks = append(p.file.Blocks, p.block)
}

// offset returns where line i starts, or the end of the file.
func (p *parser) offset(i int) int {
	if i < len(p.file.Lines) {
		return p.file.Lines[i].Span().Start
	}
	return len(p.src)
}

// separator reads a separator line. Its title may be a directive, which
// several tools accept: ### @name login.
func (p *parser) separator() {
	line, span := p.line(p.at), p.content(p.at)
	span.Start += commentMark(line)
	title := p.trim(stripBanner(p.src, p.trim(span)))
	p.mark(Separator)
	if rest := p.src[title.Start:title.End]; len(rest) > 0 && rest[0] == '@' {
		if name, args, equals, ok := splitDirective(rest); ok && knownDirective(string(rest[name.Start:name.End]), equals) {
			p.addDirective(title, shift(name, title.Start), p.text(shift(args, title.Start)), equals)
			return
		}
		if _, spec, ok := splitGlued(rest); ok { // no error: titles like @Auth('admin') name what is tested
			p.warn(diag.CodeNotDirective, title, "this is a title, not the directive `@"+spec.name+"`",
				"if it is meant as a directive, write it like `"+spec.form+"`")
		}
	}
	if title.Len() > 0 {
		p.block.Title = p.text(title)
		if p.block.Name.IsZero() {
			p.block.Name = p.block.Title
		}
	}
}

// headLine reads a line, or a construct of several lines, of a block that has
// no request line yet.
func (p *parser) headLine() {
	line := p.line(p.at)
	switch {
	case p.isBlank(p.at):
		p.mark(Blank)
	case p.foreign(inHead):
	case p.blockComment():
	case p.isComment(p.at):
		p.comment()
	case p.variable():
	case p.foreignHead():
	case p.extra():
	default:
		if r, ok := splitRequestLine(line); ok {
			p.request(r)
			return
		}
		p.stray()
	}
}

// stray marks a line that fits no construct.
func (p *parser) stray() {
	span := p.trimmed(p.at)
	text := p.src[span.Start:span.End]
	p.mark(Unknown)
	if p.complained {
		return
	}
	p.complained = true
	p.broken = append(p.broken, p.block)
	word, rest := cutWord(text)
	switch {
	case text[0] == '@':
		p.error(diag.CodeSyntax, span, "neither a variable nor a directive",
			"define a variable as `@name = value`, or write a directive in a comment, as in `# @name login`")
	case looksLikeTarget(rest) && isMethodShaped(word):
		p.error(diag.CodeMethod, diag.Span{Start: span.Start, End: span.Start + len(word)},
			fmt.Sprintf("unknown method `%s`", word), "write a method in capitals, or put `#` before the line if it is a comment")
	case len(rest) > 0 && isMethodShaped(word) && isCapitals(word) && p.headerFollows():
		p.error(diag.CodeMethod, span, fmt.Sprintf("neither is `%s` a method of HTTP, nor `%s` a URL", word, rest),
			"write a URL, such as `https://example.com`, or put `#` before the line if it is a comment")
	default:
		p.error(diag.CodeSyntax, span, "text before the request line",
			"put `#` before the line if it is a comment; a request starts with a line such as `GET https://example.com`")
	}
}

// headerFollows reports whether the line to read next has the shape of a header.
func (p *parser) headerFollows() bool {
	if p.at == p.end {
		return false
	}
	_, _, ok := isHeader(p.line(p.at))
	return ok
}

// variable reads a definition, @name = value.
func (p *parser) variable() bool {
	if p.first(p.at) != '@' {
		return false
	}
	span := p.content(p.at)
	if p.namespace(span) {
		return true
	}
	name, value, lazy, ok := isVariable(p.src[span.Start:span.End])
	if _, vital := vitalDirective(p.src[span.Start:span.End]); !ok && !vital && p.file.Dialect == HTTPYac {
		name, value, ok = isBareVariable(p.src[span.Start:span.End])
	}
	if !ok {
		return false
	}
	value = shift(value, span.Start)
	if p.file.Dialect == HTTPYac { // its quotes are not part of the value
		if v := p.src[value.Start:value.End]; len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			value.Start++
			value.End--
		}
	}
	p.block.Variables = append(p.block.Variables, &Variable{
		Span:  p.trim(span),
		Name:  p.text(shift(name, span.Start)),
		Value: p.text(value),
		Lazy:  lazy,
	})
	p.mark(VariableLine)
	return true
}

// comment reads a comment line, and if it is a directive, the lines that
// continue it.
func (p *parser) comment() {
	span := p.content(p.at)
	line := p.src[span.Start:span.End]
	after := commentMark(line)
	rest := line[after:]
	name, args, equals, ok := splitDirective(rest)
	if !ok && p.glued(line, after) {
		return
	}
	if !ok || !isDirective(string(rest[name.Start:name.End]), equals) {
		if ok {
			p.warnOfVariable(shift(name, span.Start+after))
		} else if !p.oddlySetOff(rest) {
			p.warnOfCheck(rest)
		}
		p.mark(Comment)
		p.disabled = p.disabled || isPlainRequestLine(trimBytes(rest))
		return
	}
	at := span.Start + after
	first := p.at
	p.mark(DirectiveLine)
	texts := []Text{p.text(shift(args, at))}
	if continues(string(rest[name.Start:name.End])) {
		column := columnOf(line, after+name.Start-1) // of the @
		for p.at < p.end {
			more, indent := p.indentedComment(p.at, column)
			if indent < 2 {
				p.checkIndent(string(rest[name.Start:name.End]), texts, more, indent)
				break
			}
			texts = append(texts, p.text(more))
			p.mark(DirectiveLine)
		}
	}
	whole := diag.Span{Start: p.trimmed(first).Start, End: p.trimmed(p.at - 1).End}
	joined := texts[0]
	if len(texts) > 1 {
		if texts[0].Span().Len() == 0 {
			texts = texts[1:]
		}
		joined = Join(texts, " ")
	}
	p.addDirective(whole, shift(name, at), joined, equals)
}

// blockComment reads a comment from a line that starts with /* to one that
// ends with */.
func (p *parser) blockComment() bool {
	first := p.at
	if p.first(first) != '/' {
		return false
	}
	if span := p.trimmed(first); !bytes.HasPrefix(p.src[span.Start:span.End], []byte("/*")) {
		return false
	}
	last, ok := p.blockCommentEnd(first)
	if !ok {
		last = first
		if !p.complained {
			p.complained = true
			p.error(diag.CodeUnclosedComment, p.trimmed(first), "a comment that is never closed", "end it with a line `*/`")
		}
	}
	for p.at <= last {
		p.mark(Comment)
	}
	return true
}

// blockCommentEnd returns the line that ends the block comment of line first.
// Another opening before it means that the first one was never closed.
func (p *parser) blockCommentEnd(first int) (int, bool) {
	for i := first; i < p.end; i++ {
		span := p.trimmed(i)
		text := p.src[span.Start:span.End]
		if i > first && bytes.HasPrefix(text, []byte("/*")) {
			return 0, false
		}
		if bytes.HasSuffix(text, []byte("*/")) && (i > first || len(text) >= len("/**/")) {
			return i, true
		}
	}
	return 0, false
}

// mark gives the line to read next its kind and goes to the line after it.
func (p *parser) mark(kind LineKind) {
	p.file.Lines[p.at].Kind = kind
	p.at++
}

func (p *parser) text(span diag.Span) Text { return NewText(p.file.Source, span) }

func (p *parser) report(severity diag.Severity, code string, span diag.Span, summary, suggestion string) {
	p.file.Diagnostics = append(p.file.Diagnostics, &diag.Diagnostic{
		Code: code, Severity: severity, Summary: summary, Suggestion: suggestion,
		Source: p.file.Source, Subject: span,
	})
}

func (p *parser) error(code string, span diag.Span, summary, suggestion string) {
	p.report(diag.Error, code, span, summary, suggestion)
}

func (p *parser) warn(code string, span diag.Span, summary, suggestion string) {
	p.report(diag.Warning, code, span, summary, suggestion)
}

// shift moves a span that is relative to offset to the start of the source.
func shift(span diag.Span, offset int) diag.Span {
	return diag.Span{Start: span.Start + offset, End: span.End + offset}
}

// cutWord splits a text without leading white space after its first word.
func cutWord(b []byte) (word, rest []byte) {
	n := 0
	for n < len(b) && !isSpace(b[n]) {
		n++
	}
	return b[:n], trimBytes(b[n:])
}

// stripBanner leaves out runs of ornament at the ends of a title, as in
// "### ---- Login ----". A run of one or two counts only if it stands alone, so
// that "C#" keeps its sign.
func stripBanner(src []byte, span diag.Span) diag.Span {
	n, end := 0, span.Start
	for end < span.End {
		r, size := utf8.DecodeRune(src[end:span.End])
		if !isOrnament(r) {
			break
		}
		n++
		end += size
	}
	if n > 2 || (n > 0 && (end == span.End || isSpace(src[end]))) {
		span.Start = end
	}
	n = 0
	start := span.End
	for start > span.Start {
		r, size := utf8.DecodeLastRune(src[span.Start:start])
		if !isOrnament(r) {
			break
		}
		n++
		start -= size
	}
	if n > 2 || (n > 0 && (start == span.Start || isSpace(src[start-1]))) {
		span.End = start
	}
	return span
}

func isOrnament(r rune) bool {
	switch r {
	case '#', '=', '-', '*', '_', '~':
		return true
	}
	return 0x2500 <= r && r <= 0x257F // box drawing
}
