package parser

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// requestLine is a request line taken apart. Spans are relative to the line;
// an empty one means that the part is not there.
type requestLine struct {
	method, target, version, output diag.Span

	transposed bool // the version stands before the URL
	badVersion bool // what stands where a version belongs is none
}

// splitRequestLine takes a request line apart: a method, which may be left out,
// a target, in which blanks are allowed, a version, and an output redirection.
// It reports false for a line that is no request line.
func splitRequestLine(line []byte) (requestLine, bool) {
	var r requestLine
	start, text := skipSpace(line), trimBytes(line)
	if len(text) == 0 {
		return r, false
	}
	word, rest := cutWord(text)
	if !isMethodOf(word, rest) {
		if !looksLikeURL(text) {
			return r, false
		}
		word, rest = nil, text
	}
	if len(word) > 0 {
		r.method = diag.Span{Start: start, End: start + len(word)}
	}
	r.target.End = start + len(text)
	r.target.Start = r.target.End - len(rest)
	if first, url := cutWord(rest); isVersion(first) && len(url) > 0 {
		r.transposed = true
		r.version = diag.Span{Start: r.target.Start, End: r.target.Start + len(first)}
		r.target.Start = r.target.End - len(url)
		return r, true
	}
	r.cutTail(line)
	return r, true
}

// cutTail takes output redirection and version off the end of the target.
func (r *requestLine) cutTail(line []byte) {
	target := line[r.target.Start:r.target.End]
	if at := outputStart(target); at >= 0 {
		r.output = diag.Span{Start: r.target.Start + at, End: r.target.End}
		target = trimRight(target[:at])
		r.target.End = r.target.Start + len(target)
	}
	word := len(withoutKnowledge(target))
	end := word
	for word > 0 && !isSpace(target[word-1]) {
		word--
	}
	candidate := target[word:end]
	if start := slashlessVersion(target[:end], word); start >= 0 {
		r.badVersion = true
		r.version = diag.Span{Start: r.target.Start + start, End: r.target.Start + end}
		r.target.End = r.target.Start + len(trimRight(target[:start]))
		return
	}
	if len(candidate) < len("HTTP/") || !bytes.EqualFold(candidate[:len("HTTP/")], []byte("HTTP/")) {
		return
	}
	r.badVersion = !isVersion(candidate)
	r.version = diag.Span{Start: r.target.Start + word + len("HTTP/"), End: r.target.Start + end}
	r.target.End = r.target.Start + len(trimRight(target[:word]))
}

// withoutKnowledge returns a text without the "(Prior Knowledge)" that may
// follow a version, and without blanks at its end.
func withoutKnowledge(b []byte) []byte {
	return trimRight(bytes.TrimSuffix(trimRight(b), []byte("(Prior Knowledge)")))
}

// slashlessVersion returns where a version of HTTP starts that a target ends with
// and that lacks its slash, as in HTTP 1.1 and HTTP1.1; -1 for none. The last word
// of the target starts at word.
func slashlessVersion(target []byte, word int) int {
	last, found := bytes.CutPrefix(target[word:], []byte("HTTP"))
	start := word
	if !found {
		before := trimRight(target[:word])
		if start = len(before) - len("HTTP"); start < 0 || start > 0 && !isSpace(before[start-1]) || string(before[start:]) != "HTTP" {
			return -1
		}
	}
	if !isVersion(append([]byte("HTTP/"), last...)) {
		return -1
	}
	return start
}

// isVersion reports whether a word is HTTP/1.1, HTTP/2 and the like.
func isVersion(word []byte) bool {
	if len(word) < len("HTTP/1") || !bytes.EqualFold(word[:len("HTTP/")], []byte("HTTP/")) {
		return false
	}
	number := word[len("HTTP/"):]
	return isDigit(number[0]) && (len(number) == 1 || (len(number) == 3 && number[1] == '.' && isDigit(number[2])))
}

// outputStart returns where an output redirection starts in a target, or -1.
func outputStart(target []byte) int {
	at := bytes.LastIndex(target, []byte(">>"))
	if at < 1 || !isSpace(target[at-1]) {
		return -1
	}
	path := bytes.TrimPrefix(target[at+2:], []byte("!"))
	if len(path) == 0 || !isSpace(path[0]) || isBlank(path) {
		return -1
	}
	return at
}

// Methods of RFC 9110 §9.3 and RFC 5789, which are known in any case and before
// any target, and those of WebDAV and its kin, which are also English words and
// count only before what looks like a target.
var (
	coreMethods = []string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE"}
	moreMethods = []string{
		"PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "CHECKOUT", "CHECKIN", "REPORT", "MERGE",
		"MKACTIVITY", "MKWORKSPACE", "VERSION-CONTROL", "BASELINE-CONTROL", "MKCALENDAR", "ACL", "SEARCH",
	}
)

// protocolOf returns the protocol that a method stands for; HTTP if it stands
// for none.
func protocolOf(method []byte) Protocol {
	switch string(method) {
	case "GRAPHQL":
		return GraphQL
	case "GRPC":
		return GRPC
	case "WEBSOCKET", "WS", "WSS":
		return WebSocket
	case "SSE", "EVENTSOURCE":
		return ServerSentEvents
	case "MQTT", "MQTTS":
		return MQTT
	case "AMQP", "AMQPS", "RABBITMQ":
		return AMQP
	}
	return HTTP
}

// String names the protocol for people.
func (p Protocol) String() string {
	switch p {
	case HTTP:
		return "HTTP"
	case GraphQL:
		return "GraphQL"
	case GRPC:
		return "gRPC"
	case WebSocket:
		return "WebSocket"
	case ServerSentEvents:
		return "server-sent events"
	case MQTT:
		return "MQTT"
	case AMQP:
		return "AMQP"
	}
	return fmt.Sprintf("Protocol(%d)", uint8(p))
}

// isMethodOf reports whether word is a method when rest follows it.
func isMethodOf(word, rest []byte) bool {
	if !isMethodShaped(word) {
		return false
	}
	capitals := isCapitals(word)
	if isCoreMethod(word) {
		return capitals || looksLikeTarget(rest)
	}
	if capitals && protocolOf(word) != HTTP {
		return len(rest) > 0
	}
	if !looksLikeTarget(rest) {
		return false
	}
	if capitals {
		return true
	}
	return containsFold(moreMethods, word)
}

// isCoreMethod reports whether a word is a method of RFC 9110 or RFC 5789, in
// any case.
func isCoreMethod(word []byte) bool { return containsFold(coreMethods, word) }

func containsFold(methods []string, word []byte) bool {
	for _, m := range methods {
		if len(word) == len(m) && bytes.EqualFold(word, []byte(m)) {
			return true
		}
	}
	return false
}

// isMethodShaped reports whether a word has only letters, digits, hyphens and
// underscores, a letter first.
func isMethodShaped(word []byte) bool {
	if len(word) == 0 || !isLetter(word[0]) {
		return false
	}
	for _, c := range word {
		if !isLetter(c) && !isDigit(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func isCapitals(word []byte) bool {
	for _, c := range word {
		if 'a' <= c && c <= 'z' {
			return false
		}
	}
	return true
}

// looksLikeTarget reports whether a text starts like a URL, a path, a template
// or a host.
func looksLikeTarget(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch {
	case b[0] == '/', bytes.HasPrefix(b, []byte("{{")), b[0] == '[':
		return true
	case b[0] == '*':
		return len(b) == 1 || isSpace(b[1])
	}
	if word, rest := cutWord(b); isVersion(word) {
		return looksLikeTarget(rest)
	}
	return schemeLen(b) > 0 || looksLikeHost(b)
}

// looksLikeURL reports whether a line without a method is a request line. It
// is stricter than looksLikeTarget, for the line may be prose.
func looksLikeURL(b []byte) bool {
	if schemeLen(b) > 0 {
		return true
	}
	if !bytes.HasPrefix(b, []byte("{{")) && b[0] != '/' && !looksLikeHost(b) {
		return false
	}
	end := targetEnd(b)
	rest := trimBytes(b[end:])
	return len(rest) == 0 || bytes.HasPrefix(rest, []byte("HTTP/")) || outputStart(b[end:]) >= 0
}

// schemeLen returns the length of the scheme and its "://", or 0.
func schemeLen(b []byte) int {
	i := 0
	for i < len(b) && (isLetter(b[i]) || isDigit(b[i]) || b[i] == '+' || b[i] == '.' || b[i] == '-') {
		i++
	}
	if i == 0 || !isLetter(b[0]) || !bytes.HasPrefix(b[i:], []byte("://")) {
		return 0
	}
	return i + len("://")
}

// looksLikeHost reports whether a text starts with localhost, a dotted name, a
// name with a port, or a name completed by a template.
func looksLikeHost(b []byte) bool {
	i, dots := 0, 0
	for i < len(b) && (isLetter(b[i]) || isDigit(b[i]) || b[i] == '-' || b[i] == '_' || b[i] == '.') {
		if b[i] == '.' {
			if i == 0 || b[i-1] == '.' || i+1 == len(b) || isSpace(b[i+1]) {
				return false
			}
			dots++
		}
		i++
	}
	if i == 0 {
		return false
	}
	if i == len(b) || isSpace(b[i]) || b[i] == '/' || b[i] == '?' || b[i] == '#' {
		return dots > 0 || string(b[:i]) == "localhost"
	}
	if bytes.HasPrefix(b[i:], []byte("{{")) {
		return true
	}
	port := b[i+1:]
	return b[i] == ':' && len(port) > 0 && (isDigit(port[0]) || bytes.HasPrefix(port, []byte("{{")))
}

// isPlainRequestLine reports whether a text is beyond doubt a request line: a
// known method in capitals, a target that cannot be a word, and nothing else but
// a version.
func isPlainRequestLine(b []byte) bool {
	word, rest := cutWord(b)
	return isKnownMethod(word) && isPlainTarget(rest)
}

// isPlainTarget reports whether a text looks like a target and holds nothing
// else but a version.
func isPlainTarget(b []byte) bool {
	if !looksLikeTarget(b) {
		return false
	}
	tail := trimBytes(b[targetEnd(b):])
	return len(tail) == 0 || isVersion(tail)
}

// isKnownMethod reports whether a word is a method of HTTP or stands for
// another protocol, in capitals.
func isKnownMethod(word []byte) bool {
	is := func(method string) bool { return method == string(word) }
	return slices.ContainsFunc(coreMethods, is) || slices.ContainsFunc(moreMethods, is) || protocolOf(word) != HTTP
}

// targetEnd returns the offset of the first blank outside a template.
func targetEnd(b []byte) int {
	for i := 0; i < len(b); i++ {
		if isSpace(b[i]) {
			return i
		}
		if bytes.HasPrefix(b[i:], []byte("{{")) {
			closing := bytes.Index(b[i:], []byte("}}"))
			if closing < 0 {
				return len(b)
			}
			i += closing + 1
		}
	}
	return len(b)
}

// request reads a request line and all that belongs to the request.
func (p *parser) request(r requestLine) {
	span := p.content(p.at)
	line := p.src[span.Start:span.End]
	whole := p.trim(span)
	req := p.newRequest()
	req.Span, req.Line = whole, whole
	p.block.Request = req
	p.mark(RequestLine)
	if r.method.Len() > 0 {
		req.Method = p.text(shift(r.method, span.Start))
		req.Protocol = protocolOf(line[r.method.Start:r.method.End])
		p.checkMethod(shift(r.method, span.Start))
	}
	switch {
	case r.transposed:
		p.error(diag.CodeRequestLine, shift(r.version, span.Start), "the version must follow the URL",
			fmt.Sprintf("write `%s %s %s`", line[r.method.Start:r.method.End],
				line[r.target.Start:r.target.End], line[r.version.Start:r.version.End]))
		r.version.Start += len("HTTP/")
	case r.method.Len() == whole.Len() && p.targetFollows():
		line = p.line(p.at)
		r.target = diag.Span{Start: skipSpace(line), End: len(trimRight(line))}
		r.cutTail(line)
		span = p.content(p.at)
		req.Line.End = p.trim(span).End
		req.Span.End = req.Line.End
		p.mark(Continuation)
	case r.target.Len() == 0:
		p.complained = true
		p.error(diag.CodeNoURL, whole, "a request line without a URL",
			"write the URL behind the method, as in `GET https://example.com`")
	}
	if r.target.Len() > 0 {
		req.Target = p.text(shift(r.target, span.Start))
	}
	p.tail(req, r, span.Start)
	p.section(req)
}

// targetFollows reports whether the line to read next is beyond doubt a URL: what
// a method alone on its line is meant for.
func (p *parser) targetFollows() bool {
	if p.at == p.end {
		return false
	}
	text := trimBytes(p.line(p.at))
	return (schemeLen(text) > 0 || bytes.HasPrefix(text, []byte("{{")) && !isScriptOpening(text) ||
		len(text) > 0 && text[0] == '/' && commentMark(text) == 0 && !bytes.HasPrefix(text, []byte("/*"))) && looksLikeURL(text)
}

// tail notes the version and the output redirection that a piece of the request
// line ends with.
func (p *parser) tail(req *Request, r requestLine, offset int) {
	if r.version.Len() > 0 {
		req.Version = p.text(shift(r.version, offset))
	}
	if r.badVersion {
		p.error(diag.CodeRequestLine, shift(r.version, offset), "not a version of HTTP",
			"write `HTTP/1.1`, `HTTP/2` or `HTTP/3`, or leave it out")
	}
	if r.output.Len() > 0 {
		p.output(shift(r.output, offset))
	}
}

// continuation reads a further piece of the request line: an indented piece of
// the URL, a piece that starts with ? or & at any column, whatever follows a
// piece that ends with ? or &, and a version on a line of its own.
func (p *parser) continuation(req *Request) bool {
	span := p.content(p.at)
	line := p.src[span.Start:span.End]
	text := trimBytes(line)
	if !req.Version.IsZero() || !isContinuation(line, text, endsInQuery(req.Target)) {
		return false
	}
	start := skipSpace(line)
	r := requestLine{target: diag.Span{Start: start, End: start + len(text)}}
	if isVersion(withoutKnowledge(text)) {
		r.version = diag.Span{Start: start + len("HTTP/"), End: start + len("HTTP/")}
		for r.version.End < len(line) && !isSpace(line[r.version.End]) {
			r.version.End++
		}
		r.target.End = start
	} else {
		r.cutTail(line)
	}
	if isHalfAssertion(text) {
		p.warn(diag.CodeNotScript, p.trim(span), "this looks like a check, but is sent as part of the query", "write `??` for a check of httpYac, or `# @assert` above the request line")
	}
	p.tail(req, r, span.Start)
	req.Line.End = p.trim(span).End
	req.Span.End = req.Line.End
	p.mark(Continuation)
	if r.target.Len() > 0 {
		req.Target.append(p.text(shift(r.target, span.Start)))
	}
	return true
}

func isContinuation(line, text []byte, afterQuery bool) bool {
	if isVersion(withoutKnowledge(text)) {
		return true
	}
	indented := isSpace(line[0])
	switch text[0] {
	case '?', '&':
		return true
	case '/':
		return indented
	}
	if _, _, ok := isHeader(text); ok || !(indented || afterQuery) {
		return false
	}
	return isLetter(text[0]) || isDigit(text[0]) || text[0] >= 0x80 || bytes.HasPrefix(text, []byte("{{")) ||
		bytes.IndexByte([]byte("%.-_~="), text[0]) >= 0
}

// endsInQuery reports whether the target so far ends where only another
// parameter can follow.
func endsInQuery(target Text) bool {
	if target.IsZero() {
		return false
	}
	c := target.source.Text()[target.Span().End-1]
	return c == '?' || c == '&'
}
