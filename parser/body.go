package parser

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// bodyReader is the state of reading one body. The lines that are sent are those
// that it has marked as BodyText or BodyFile.
type bodyReader struct {
	*parser
	req   *Request
	start int    // the first line of the body
	kind  string // media type of the body
	kept  bool   // a line is sent, if only a blank one

	// from and to are the lines that are sent without blank ones round them: the
	// first and the one behind the last. They are the same if there are none.
	from, to int

	multipart bool
	part      string // of a multipart body: media type of the part
	partHead  bool   // the header of a part is being read

	// What bodyType means for the line to read next; setType keeps it up to date.
	markdown     bool
	commentsData bool

	documented bool // a documented response has begun
	warned     bool // about a second request in the body
	stripped   diag.Span
	depth      int // of brackets, if the body is JSON
	counted    int // the line behind those that depth accounts for
}

// body reads the body of a request, which ends at a separator, at the next
// request of a file that does without separators, or at the end of the file.
func (p *parser) body(req *Request) {
	b := &bodyReader{parser: p, req: req, start: p.at, from: p.at, to: p.at, counted: p.at, kind: req.contentType()}
	b.multipart = strings.HasPrefix(b.kind, "multipart/")
	b.setType()
	for p.at < p.end {
		if isPlain(p.first(p.at)) {
			b.keep(BodyText)
			continue
		}
		if b.ends() {
			break
		}
		b.line()
	}
	b.finish()
}

// isPlain reports whether a line that starts with c is text of the body it stands
// in whatever surrounds it: no construct starts like it, and no request.
func isPlain(c byte) bool {
	switch c {
	case blankLine, '#', '/', '<', '>', '?', '@', '{':
		return false
	}
	return !isLetter(c) && c < utf8.RuneSelf // which may be a blank of another kind
}

// ends reports whether the body ends before the line to read next.
func (b *bodyReader) ends() bool {
	line := b.parser.line(b.at)
	if b.isSeparator(b.at) {
		return !b.markdown || b.separatesMarkdown(line)
	}
	next := -1
	if b.followsGap() {
		next = b.nextRequest(b.at)
	}
	switch {
	case next >= 0 && b.splits() && !b.inDoubt():
		return true
	case next >= 0:
		b.warnOfRequest(next)
	case looksLikeRequest(trimBytes(line)) && !b.inDoubt():
		b.warnOfRequest(b.at)
	}
	return false
}

// warnOfRequest warns, once a body, of a line that looks like a request and is
// not read as one.
func (b *bodyReader) warnOfRequest(line int) {
	if b.warned {
		return
	}
	b.warned = true
	fate := "is sent as part of the body above"
	if b.documented {
		fate = "is taken for part of the response above"
	}
	b.warn(diag.CodeNotSeparated, b.trimmed(line), "looks like another request, but "+fate, "put a line `###` before it")
}

// followsGap reports whether the line to read next is a comment or stands
// behind something that is no text: a blank line, a variable.
func (b *bodyReader) followsGap() bool {
	return b.isComment(b.at) || b.isGap(b.at-1)
}

// definesVariable reads a definition behind a body, which several tools accept:
// behind a blank line, where nothing of the body can be meant.
func (b *bodyReader) definesVariable(line []byte) bool {
	if line[0] != '@' || !b.isGap(b.at-1) || commentsAreData(b.kind) || b.inDoubt() {
		return false
	}
	name, _, _, ok := isVariable(line)
	return ok && isName(string(line[name.Start:name.End])) && b.variable()
}

func (b *bodyReader) line() {
	line := b.parser.line(b.at)
	where := inBody
	switch {
	case b.markdown:
		where = inMarkdown
	case !b.stripsComments():
		where = inText
	}
	switch {
	case b.isBlank(b.at):
		b.keep(BodyText)
	case b.foreign(where):
	case b.isComment(b.at) && b.stripsComments():
		b.bodyComment()
	case b.isComment(b.at) && !b.documented:
		b.dataComment()
		b.keep(BodyText)
	case b.stripsComments() && b.first(b.at) == '/' && b.opensBlockComment(line) && b.blockCommentCloses() && b.blockComment():
	case b.definesVariable(line):
	case b.documented || b.startsResponse(line):
		b.warnOfResponse()
		b.documented = true
		b.mark(Response)
	case isBodyFile(line), isGraphQLFile(line):
		b.keep(BodyFile)
	default:
		if b.first(b.at) == '<' && resemblesBodyFile(line) {
			b.warn(diag.CodeNotBodyFile, b.trimmed(b.at), "looks like the file of a body, but is sent as it stands",
				"write it at the start of the line, with a blank behind the `<`, such as `< ./body.json`")
		}
		switch c := b.first(b.at); {
		case c == '{', c == '?':
			b.warnOfScript(line)
		case c == '@':
			b.bareDirective(line)
		case c >= utf8.RuneSelf:
			if rest, odd := cutOddBlanks(line); odd != 0 && commentMark(rest) > 0 && b.stripsComments() {
				b.oddlySetOff(append([]byte(string(odd)), rest[commentMark(rest):]...))
			}
		}
		b.keep(BodyText)
	}
}

// bareDirective complains about a line such as @assert status == 200, which lacks
// its comment mark and so would be sent, and checked by nobody.
func (b *bodyReader) bareDirective(line []byte) {
	name, ok := vitalDirective(line)
	if !ok {
		return
	}
	severity := diag.Error
	if !b.stripsComments() {
		severity = diag.Warning // text may well hold such a line
	}
	b.report(severity, diag.CodeBodyDirective, b.trimmed(b.at), "`@"+name+"` without a comment mark is sent as text",
		"write it in a comment above the request line, as `# @"+name+" …`")
}

// vitalDirective reports whether a line starts with the name of a directive that
// must not be lost, and something behind it that is no definition.
func vitalDirective(line []byte) (string, bool) {
	name, _, equals, ok := splitDirective(line)
	if !ok || equals || isSpace(line[0]) {
		return "", false
	}
	spec, known := findDirective(string(line[name.Start:name.End]))
	return spec.name, known && spec.vital && name.End < len(trimRight(line))
}

// keep marks a line as part of what is sent.
func (b *bodyReader) keep(kind LineKind) {
	blank := b.isBlank(b.at)
	if b.documented {
		kind = Response
		if blank {
			kind = Blank
		}
		b.mark(kind)
		return
	}
	b.kept = true
	if !blank {
		if b.isLeading() {
			b.from = b.at
		}
		b.to = b.at + 1
	}
	b.trackPart()
	b.mark(kind)
}

// isKept reports whether line i, which has been read, is sent.
func (b *bodyReader) isKept(i int) bool {
	kind := b.file.Lines[i].Kind
	return kind == BodyText || kind == BodyFile
}

// bodyComment reads a comment that is left out of the body, or a directive.
func (b *bodyReader) bodyComment() {
	first := b.at
	b.comment()
	if b.file.Lines[first].Kind == Comment && b.kept && b.stripped == (diag.Span{}) && !b.documented {
		b.stripped = b.trimmed(first)
	}
}

// dataComment complains about a directive in a body whose comments are data, so
// that it would be sent.
func (b *bodyReader) dataComment() {
	line := b.parser.line(b.at)
	rest := line[commentMark(line):]
	report := func(severity diag.Severity, name diag.Span) {
		b.report(severity, diag.CodeBodyDirective, b.trimmed(b.at),
			"`@"+string(rest[name.Start:name.End])+"` in a body of type "+b.bodyType()+" is sent as text", "put it above the request line")
	}
	if name, spec, ok := splitGlued(rest); ok {
		if spec.vital { // less sure: text may well hold @auth(user)
			report(diag.Warning, name)
		}
		return
	}
	name, _, equals, ok := splitDirective(rest)
	if !ok || !knownDirective(string(rest[name.Start:name.End]), equals) {
		return
	}
	if spec, ok := findDirective(string(rest[name.Start:name.End])); ok && spec.vital {
		report(diag.Error, name)
	} else {
		report(diag.Warning, name)
	}
}

// finish builds the parts of the body. Blank lines round it are none of it.
func (b *bodyReader) finish() {
	b.leaveOut(b.start, b.from)
	b.leaveOut(b.to, b.at)
	if b.isLeading() {
		return
	}
	body := b.newBody()
	body.Span = diag.Span{Start: b.content(b.from).Start, End: b.content(b.to - 1).End}
	b.req.Body = body
	b.req.Span.End = body.Span.End
	if s := b.stripped; s != (diag.Span{}) && body.Span.Start < s.Start && s.Start < body.Span.End {
		b.report(diag.Note, diag.CodeStripped, s, "a comment inside the body is not sent",
			"if it is to be sent, use a type in which such lines are data, such as `text/plain`, or a file, as in `< ./body.txt`")
	}
	var operation Text
	for i := b.from; i < b.to; {
		switch b.file.Lines[i].Kind {
		case BodyFile:
			part, name := b.filePart(i)
			i++
			part.Newline = i < b.to
			body.Parts = append(body.Parts, part)
			if operation.IsZero() {
				operation = name
			}
		case BodyText:
			end := i + 1
			for end < b.to && b.file.Lines[end].Kind != BodyFile {
				end++
			}
			text := b.textOf(i, end)
			if b.kind == "application/x-www-form-urlencoded" {
				text = text.formFields()
			}
			i = end
			body.Parts = append(body.Parts, BodyPart{Text: text, Newline: i < b.to})
		default: // left out, such as a comment
			i++
		}
	}
	b.graphQL(operation)
	b.checkForm()
	b.checkBehindScripts()
}

// leaveOut makes the blank lines from line i to line end, which would be sent,
// mere blank lines.
func (b *bodyReader) leaveOut(i, end int) {
	for ; i < end; i++ {
		if b.isKept(i) {
			b.file.Lines[i].Kind = Blank
		}
	}
}

// textOf joins the lines of text from line i to line end by LF, in as few pieces
// as their line ends allow.
func (b *bodyReader) textOf(i, end int) Text {
	var text Text
	run := b.content(i) // what is not in the text yet
	last := i
	for i++; i < end; i++ {
		if b.file.Lines[i].Kind != BodyText {
			continue
		}
		span := b.content(i)
		newline := diag.Span{Start: run.End, End: b.file.Lines[last].Span().End}
		switch isLF := newline.Len() == 1 && b.src[newline.Start] == '\n'; {
		case isLF && newline.End == span.Start:
			run.End = span.End
		case isLF:
			run.End = newline.End
			text.extend(b.file.Source, run)
			run = span
		default:
			text.extend(b.file.Source, run)
			text.grow(2 * (end - i)) // the other lines probably end alike
			text.add(b.file.Source, piece{span: newline, literal: "\n", isLit: true})
			run = span
		}
		last = i
	}
	text.extend(b.file.Source, run)
	return text
}

// filePart reads a line such as < ./order.json or <@latin1 ./order.json.
func (b *bodyReader) filePart(i int) (part BodyPart, operation Text) {
	whole := b.trimmed(i)
	if b.src[whole.Start] != '<' {
		return b.graphQLPart(i)
	}
	part = BodyPart{Line: b.text(whole)}
	at := whole.Start + 1
	if b.src[at] == '@' {
		part.Substitute = true
		at++
		end := at
		for !isSpace(b.src[end]) {
			end++
		}
		if end > at {
			part.Encoding = b.text(diag.Span{Start: at, End: end})
		}
		at = end
	}
	part.Path = b.text(b.trim(diag.Span{Start: at, End: whole.End}))
	return part, Text{}
}

// isBodyFile reports whether a line stands for the content of a file: at the
// first column a <, at once a blank or @ with an encoding, and a path. A tag
// such as "< a>" is none.
func isBodyFile(line []byte) bool {
	if len(line) < 2 || line[0] != '<' {
		return false
	}
	i := 1
	if line[i] == '@' {
		for i++; i < len(line) && (isWord(line[i]) || line[i] == ':'); {
			i++
		}
	}
	return i < len(line) && isSpace(line[i]) && !isBlank(line[i:]) && bytes.IndexByte(line[i:], '>') < 0
}

// resemblesBodyFile reports whether a line is probably meant as one that
// isBodyFile accepts: a relative path behind a <, but indented or glued to it.
func resemblesBodyFile(line []byte) bool {
	rest, found := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("<"))
	rest = bytes.TrimLeft(bytes.TrimPrefix(rest, []byte("@")), " \t")
	return found && (bytes.HasPrefix(rest, []byte("./")) || bytes.HasPrefix(rest, []byte("../"))) && bytes.IndexByte(rest, '>') < 0
}

// trackPart follows the parts of a multipart body, whose types decide what is a
// comment in them.
func (b *bodyReader) trackPart() {
	if !b.multipart {
		return
	}
	line := trimRight(b.parser.line(b.at))
	switch {
	case bytes.HasPrefix(line, []byte("--")):
		b.part, b.partHead = "", true
	case len(line) == 0:
		b.partHead = false
	case b.partHead:
		if nameEnd, valueStart, ok := isHeader(line); ok && bytes.EqualFold(line[:nameEnd], []byte("Content-Type")) {
			b.part = mediaType(string(line[valueStart:]))
		}
	}
	b.setType()
}

// bodyType returns the type that decides what is a comment at the line to read
// next.
func (b *bodyReader) bodyType() string {
	if b.part != "" && !b.partHead {
		return b.part
	}
	return b.kind
}

func (b *bodyReader) setType() {
	kind := b.bodyType()
	b.markdown = strings.Contains(kind, "markdown")
	b.commentsData = commentsAreData(kind)
}

func (b *bodyReader) stripsComments() bool { return b.documented || !b.commentsData }

// commentsAreData reports whether lines that start with # or // are content in
// a body of a type: text, and formats in which they mean something else.
func commentsAreData(mediaType string) bool {
	if strings.HasPrefix(mediaType, "text/") {
		return true
	}
	for _, format := range [...]string{"yaml", "x-sh", "ndjson", "toml", "markdown", "csv", "javascript", "octet-stream"} {
		if strings.Contains(mediaType, format) {
			return true
		}
	}
	return false
}

func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// opensBlockComment reports whether a line can open a block comment: /* and
// nothing else, for more than that may be text of the body; but in front of the
// body /* and anything.
func (b *bodyReader) opensBlockComment(line []byte) bool {
	rest, found := bytes.CutPrefix(trimBytes(line), []byte("/*"))
	return found && (len(rest) == 0 || b.isLeading())
}

// isLeading reports whether the body has no text yet but blank lines.
func (b *bodyReader) isLeading() bool { return b.from == b.to }

func (b *bodyReader) blockCommentCloses() bool {
	_, ok := b.blockCommentEnd(b.at)
	return ok
}

// startsResponse reports whether a line is the status line of a documented
// response: behind a blank line and perhaps comments, and before a header, a blank line or the end.
func (b *bodyReader) startsResponse(line []byte) bool {
	if !isStatusLine(line) || b.isMessage() {
		return false
	}
	before := b.at - 1
	for b.file.Lines[before].Kind == Comment {
		before--
	}
	if !b.isBlank(before) {
		return false
	}
	if b.at+1 == b.end {
		return true
	}
	next := b.parser.line(b.at + 1)
	_, _, header := isHeader(next)
	return header || isBlank(next) || isSeparator(next)
}

// isStatusLine reports whether a line is HTTP/1.1 200 OK and the like.
func isStatusLine(line []byte) bool {
	word, rest := cutWord(line)
	return isVersion(word) && len(rest) >= 3 && isDigit(rest[0]) && isDigit(rest[1]) && isDigit(rest[2]) &&
		(len(rest) == 3 || isSpace(rest[3]))
}

// isMessage reports whether a status line in the body is content: of a message of
// HTTP (RFC 9112 §10).
func (b *bodyReader) isMessage() bool {
	switch b.bodyType() {
	case "message/http", "application/http":
		return true
	}
	return false
}

// warnOfResponse warns of a documented response where the body of a request
// should be, which says by its type that it has one.
func (b *bodyReader) warnOfResponse() {
	if b.documented || b.kind == "" || !b.isLeading() {
		return
	}
	b.warn(diag.CodeDocumented, b.trimmed(b.at), "this is taken for the documented response, so that the request has no body",
		"write the body above it; or leave out the `Content-Type` of the request, or write `message/http` if this is to be sent")
}

// separatesMarkdown reports whether ### in a body of Markdown is a separator
// rather than a heading: it stands at the first column, and alone or before a
// request.
func (b *bodyReader) separatesMarkdown(line []byte) bool {
	if isSpace(line[0]) {
		return false
	}
	if isBlank(line[commentMark(line):]) {
		return true
	}
	for i := b.at + 1; i < b.end; i++ {
		next := b.parser.line(i)
		if isSeparator(next) {
			return false
		}
		if _, _, _, isVar := isVariable(next); isVar || isBlank(next) || commentMark(next) > 0 {
			continue
		}
		return isPlainRequestLine(trimBytes(next))
	}
	return false
}

// splits reports whether the file may have requests that follow each other
// without a separator.
func (p *parser) splits() bool { return !p.file.Dialect.separatesAlways() && !p.undivided }

// isGap reports whether line i is blank or defines a variable.
func (p *parser) isGap(i int) bool {
	return p.isBlank(i) || p.file.Lines[i].Kind == VariableLine
}

// nextRequest returns the line of the request that starts at line i or below
// the comments that start there, in a file without separators; -1 if there is
// none. The caller has seen that line i follows a gap.
func (p *parser) nextRequest(i int) int {
	if i < p.leadEnd {
		return p.leadNext
	}
	end := i
	for end < p.end && p.isComment(end) && !p.isSeparator(end) {
		end++
	}
	p.leadEnd, p.leadNext = end, -1
	if end < p.end && startsRequest(p.line(end)) && (end > i || p.isGap(i-1)) {
		p.leadNext = end
	}
	return p.leadNext
}

// startsRequest reports whether a line can start a request without a separator
// before it: at the first column a known method in capitals, and a target that
// is no word.
func startsRequest(line []byte) bool {
	word, rest := cutWord(line)
	return len(rest) > 0 &&
		(rest[0] == '/' || bytes.HasPrefix(rest, []byte("{{")) ||
			bytes.HasPrefix(rest, []byte("http://")) || bytes.HasPrefix(rest, []byte("https://"))) &&
		isKnownMethod(word)
}

// looksLikeRequest reports whether a line that no separator precedes was
// probably meant as a request. It is used to warn only, so it is less strict
// than startsRequest: a core method may be in any case, and a host may do for a
// target. Where a sentence could stand, nothing but a version may follow. A call
// of another request counts too.
func looksLikeRequest(text []byte) bool {
	if len(text) == 0 || !isLetter(text[0]) {
		return false
	}
	if startsRequest(text) || isPlainRequestLine(text) || importKeyword(text) != "" {
		return true
	}
	word, rest := cutWord(text)
	if !isCoreMethod(word) || !isPlainTarget(rest) {
		return false
	}
	return rest[0] == '/' || bytes.HasPrefix(rest, []byte("{{")) || schemeLen(rest) > 0 ||
		bytes.IndexAny(rest[:targetEnd(rest)], ":/") > 0 // a dotted word alone may be a file
}

// inDoubt reports whether what looks like a request may well be text: in JSON
// that is not complete, in multipart bodies, in text.
func (b *bodyReader) inDoubt() bool {
	if b.isLeading() {
		return false
	}
	if b.multipart || commentsAreData(b.kind) {
		return true
	}
	if c := b.first(b.from); c != '{' && c != '[' {
		return false
	}
	for ; b.counted < b.at; b.counted++ {
		if b.isKept(b.counted) {
			b.depth += bracketDepth(b.parser.line(b.counted))
		}
	}
	return b.depth > 0
}

// bracketDepth returns how many more brackets a line of JSON opens than it
// closes, those in strings left out.
func bracketDepth(line []byte) int {
	depth, inString := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		}
	}
	return depth
}
