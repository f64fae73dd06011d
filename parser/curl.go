package parser

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// isCurl reports whether a line starts a curl command, as people paste it from
// a manual or the tools of a browser.
func isCurl(text []byte) bool {
	word, rest := cutWord(text)
	return (string(word) == "curl" || string(word) == "curl.exe") && len(rest) > 0
}

// curl reads a command pasted in place of a request line. It ends at a blank
// line, a separator or a comment that is not inside quotes.
func (p *parser) curl() {
	span := p.trimmed(p.at)
	first := span
	quote := openQuote(p.line(p.at), 0)
	p.mark(RequestLine)
	for p.at < p.end && !p.isSeparator(p.at) && (quote != 0 || p.continuesCommand()) {
		line := p.trimmed(p.at)
		if line.Len() > 0 {
			span.End = line.End
		}
		quote = openQuote(p.line(p.at), quote)
		p.mark(Continuation)
	}
	p.block.Request = &Request{Span: span, Line: span}
	words, open := p.commandWords(span)
	if open != 0 {
		p.error(diag.CodeCurl, first, fmt.Sprintf("a curl command with a %c that is never closed", open), "close it")
	} else {
		c := &curlReader{parser: p, req: p.block.Request}
		c.read(words[1:])
	}
	p.afterCommand()
}

// continuesCommand reports whether the line to read next, in front of which no
// quote is open, belongs to a command: the line before ends with a backslash, or
// it starts with an option.
func (p *parser) continuesCommand() bool {
	line := p.line(p.at)
	if isBlank(line) {
		return false
	}
	before := trimRight(p.line(p.at - 1))
	if n := len(before); n > 0 && strings.IndexByte("\\^`", before[n-1]) >= 0 {
		return true
	}
	return trimBytes(line)[0] == '-'
}

// ansiQuote stands for the quote of $'…', in which a backslash protects.
const ansiQuote = '$'

// openQuote returns the quote that is open behind a line of a command, given
// the one that is open in front of it; 0 for none. It goes by the rules of
// shellReader.
func openQuote(line []byte, quote byte) byte {
	text := string(line)
	var q quotes
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote == ansiQuote:
			if c == '\'' {
				quote = 0
			}
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '$' && i+1 < len(line) && line[i+1] == '\'':
			quote = ansiQuote
			i++
		case c == '"' || c == '\'':
			quote = c
		case strings.HasPrefix(text[i:], "{{"): // what is in a placeholder is no quote of the shell
			if end, closed := templateEnd(text, i+2, &q); closed {
				i = end + 1
			}
		}
	}
	return quote
}

// afterCommand reads what may follow a command in its block: handlers,
// assertions, comments.
func (p *parser) afterCommand() {
	for p.at < p.end {
		switch {
		case p.isSeparator(p.at), p.splits() && p.startsHere():
			return
		case p.isBlank(p.at):
			p.mark(Blank)
		case p.foreign(inBody):
		case p.blockComment():
		case p.isComment(p.at):
			p.comment()
		case p.variable():
		default:
			p.error(diag.CodeCurl, p.trimmed(p.at), "text behind a curl command", "put a line `###` before the next request, or `#` before a comment")
			for p.at < p.end && !p.isSeparator(p.at) {
				p.mark(Unknown)
			}
		}
	}
}

// startsHere reports whether another request of a file without separators
// starts at the line to read next.
func (p *parser) startsHere() bool {
	return isCurl(p.line(p.at)) || p.nextRequest(p.at) >= 0
}

// curlReader makes a request of the words of a command.
type curlReader struct {
	*parser
	req     *Request
	data    []BodyPart
	form    []BodyPart // of -F
	inQuery bool       // -G
	sends   bool       // -d and the like were given
	head    bool
	digest  bool
	user    Text
	json    bool
	without []string // headers that curl is not to send by itself
}

// curlOptions are the options that mean something here, by their long names.
// Takes says that a value follows.
var curlOptions = []struct {
	long, short string
	takes       bool
	apply       func(c *curlReader, at diag.Span, value Text)
}{
	{"request", "X", true, func(c *curlReader, _ diag.Span, v Text) { c.req.Method = v }},
	{"url", "", true, func(c *curlReader, at diag.Span, v Text) { c.target(at, v) }},
	{"header", "H", true, (*curlReader).header},
	{"data", "d", true, func(c *curlReader, _ diag.Span, v Text) { c.addData(v, strippedFile) }},
	{"data-ascii", "", true, func(c *curlReader, _ diag.Span, v Text) { c.addData(v, strippedFile) }},
	{"data-binary", "", true, func(c *curlReader, _ diag.Span, v Text) { c.addData(v, wholeFile) }},
	{"data-raw", "", true, func(c *curlReader, _ diag.Span, v Text) { c.addData(v, noFile) }},
	{"data-urlencode", "", true, func(c *curlReader, at diag.Span, v Text) { c.addEncoded(at, v) }},
	{"json", "", true, func(c *curlReader, _ diag.Span, v Text) { c.addJSON(v) }},
	{"form", "F", true, func(c *curlReader, at diag.Span, v Text) { c.addForm(at, v) }},
	{"get", "G", false, func(c *curlReader, _ diag.Span, _ Text) { c.inQuery = true }},
	{"head", "I", false, func(c *curlReader, _ diag.Span, _ Text) { c.head = true }},
	{"user", "u", true, func(c *curlReader, _ diag.Span, v Text) { c.user = v }},
	{"digest", "", false, func(c *curlReader, _ diag.Span, _ Text) { c.digest = true }},
	{"basic", "", false, nil},
	{"oauth2-bearer", "", true, func(c *curlReader, at diag.Span, v Text) { c.addHeader(at, "Authorization", "Bearer ", v) }},
	{"cookie", "b", true, (*curlReader).cookie},
	{"user-agent", "A", true, func(c *curlReader, at diag.Span, v Text) { c.addHeader(at, "User-Agent", "", v) }},
	{"referer", "e", true, func(c *curlReader, at diag.Span, v Text) { c.addHeader(at, "Referer", "", v) }},
	{"range", "r", true, func(c *curlReader, at diag.Span, v Text) { c.addHeader(at, "Range", "bytes=", v) }},
	{"insecure", "k", false, func(c *curlReader, at diag.Span, _ Text) { c.directive(at, "insecure", Text{}) }},
	{"proxy", "x", true, func(c *curlReader, at diag.Span, v Text) { c.directive(at, "proxy", v) }},
	{"max-time", "m", true, func(c *curlReader, at diag.Span, v Text) { c.directive(at, "timeout", seconds(v)) }},
	{"connect-timeout", "", true, func(c *curlReader, at diag.Span, v Text) { c.directive(at, "connection-timeout", seconds(v)) }},
	{"cert", "E", true, func(c *curlReader, at diag.Span, v Text) { c.directive(at, "cert", v) }},
	{"key", "", true, func(c *curlReader, at diag.Span, v Text) { c.directive(at, "key", v) }},
	{"output", "o", true, (*curlReader).output},
	{"http1.0", "0", false, func(c *curlReader, at diag.Span, _ Text) { c.req.Version = Literal(c.file.Source, at, "1.0") }},
	{"http1.1", "", false, func(c *curlReader, at diag.Span, _ Text) { c.req.Version = Literal(c.file.Source, at, "1.1") }},
	{"http2", "", false, func(c *curlReader, at diag.Span, _ Text) { c.req.Version = Literal(c.file.Source, at, "2") }},
	{"http2-prior-knowledge", "", false, func(c *curlReader, at diag.Span, _ Text) { c.req.Version = Literal(c.file.Source, at, "2") }},

	// What changes only how curl prints, or is done here anyway.
	{"location", "L", false, nil}, {"location-trusted", "", false, nil}, {"compressed", "", false, nil},
	{"silent", "s", false, nil}, {"show-error", "S", false, nil}, {"verbose", "v", false, nil}, {"include", "i", false, nil},
	{"fail", "f", false, nil}, {"fail-with-body", "", false, nil}, {"globoff", "g", false, nil}, {"no-buffer", "N", false, nil},
	{"progress-bar", "#", false, nil}, {"no-progress-meter", "", false, nil}, {"path-as-is", "", false, nil},
	{"write-out", "w", true, nil}, {"dump-header", "D", true, nil}, {"cookie-jar", "c", true, nil}, {"max-redirs", "", true, nil},
	{"proto-redir", "", true, nil}, {"cert-type", "", true, nil}, {"key-type", "", true, nil},
	{"ipv4", "4", false, nil}, {"ipv6", "6", false, nil}, {"tlsv1.2", "", false, nil}, {"tlsv1.3", "", false, nil}, {"styled-output", "", false, nil},
}

// read reads the words behind the name of the program.
func (c *curlReader) read(words []shellWord) {
	for i := 0; i < len(words); i++ {
		word := words[i].text.String()
		switch {
		case word == "|" || word == ">" || word == "&&" || word == ";":
			c.error(diag.CodeCurl, words[i].span, fmt.Sprintf("`%s` belongs to the shell, not to curl", word), "leave out this and what follows")
			i = len(words)
		case len(word) < 2 || word[0] != '-':
			c.target(words[i].span, words[i].text)
		case strings.HasPrefix(word, "--"):
			i += c.long(words[i], words[i+1:])
		default:
			i += c.short(words[i], words[i+1:])
		}
	}
	c.finish()
}

// long reads an option such as --data and returns how many more words it took.
func (c *curlReader) long(word shellWord, more []shellWord) int {
	name := word.text.String()[2:]
	for _, o := range curlOptions {
		if o.long != name {
			continue
		}
		if !o.takes {
			if o.apply != nil {
				o.apply(c, word.span, Text{})
			}
			return 0
		}
		if len(more) == 0 {
			c.error(diag.CodeCurl, word.span, fmt.Sprintf("`--%s` needs a value", name), "write it behind the option")
			return 0
		}
		if o.apply != nil {
			o.apply(c, diag.Span{Start: word.span.Start, End: more[0].span.End}, more[0].text)
		}
		return 1
	}
	c.unknown(word, "--"+name)
	if foreignOption(name) && len(more) > 0 {
		return 1
	}
	return 0
}

// short reads options such as -sXPOST and returns how many more words they
// took.
func (c *curlReader) short(word shellWord, more []shellWord) int {
	letters := word.text.String()
	for i := 1; i < len(letters); i++ {
		found := false
		for _, o := range curlOptions {
			if o.short != letters[i:i+1] {
				continue
			}
			found = true
			if !o.takes {
				if o.apply != nil {
					o.apply(c, word.span, Text{})
				}
				break
			}
			value, span, took := word.text.Slice(i+1, len(letters)), word.span, 0
			if i+1 == len(letters) {
				if len(more) == 0 {
					c.error(diag.CodeCurl, word.span, fmt.Sprintf("`-%s` needs a value", o.short), "write it behind the option")
					return 0
				}
				value, span.End, took = more[0].text, more[0].span.End, 1
			}
			if o.apply != nil {
				o.apply(c, span, value)
			}
			return took
		}
		if !found {
			c.unknown(word, "-"+letters[i:i+1])
			if strings.Contains(foreignLetters, letters[i:i+1]) && i+1 == len(letters) && len(more) > 0 {
				return 1
			}
			return 0
		}
	}
	return 0
}

func (c *curlReader) unknown(word shellWord, option string) {
	c.error(diag.CodeCurl, word.span, fmt.Sprintf("the option `%s` of curl means nothing here", option),
		"leave it out, or write the request as a request line with headers and a body")
}

func (c *curlReader) target(at diag.Span, url Text) {
	if !c.req.Target.IsZero() {
		c.error(diag.CodeCurl, at, "a curl command with two URLs", "make two requests of it, with a line `###` between them")
		return
	}
	c.req.Target = url
}

func (c *curlReader) header(at diag.Span, field Text) {
	s := field.String()
	colon := strings.IndexByte(s, ':')
	if colon < 0 && strings.HasSuffix(s, ";") { // a header without a value
		c.req.Headers = append(c.req.Headers, &Header{Span: at, Name: field.Slice(0, len(s)-1), Value: Literal(c.file.Source, at, "")})
		return
	}
	if colon <= 0 {
		c.error(diag.CodeCurl, at, "not a header", "write it like `-H 'Accept: application/json'`")
		return
	}
	value := field.Slice(colon+1, len(s)).TrimSpace()
	if value.String() == "" { // -H 'Accept:' takes away what curl sends by itself
		c.without = append(c.without, strings.TrimSpace(s[:colon]))
		return
	}
	c.req.Headers = append(c.req.Headers, &Header{Span: at, Name: field.Slice(0, colon).TrimSpace(), Value: value})
}

// addHeader adds a header that an option stands for. The value points at what
// was written.
func (c *curlReader) addHeader(at diag.Span, name, prefix string, value Text) {
	if prefix != "" {
		value = Join([]Text{Literal(c.file.Source, at, prefix), value}, "")
	}
	c.req.Headers = append(c.req.Headers, &Header{Span: at, Name: Literal(c.file.Source, at, name), Value: value})
}

func (c *curlReader) cookie(at diag.Span, value Text) {
	if !strings.Contains(value.String(), "=") && !value.HasTemplate() {
		c.error(diag.CodeCurl, at, "a file of cookies cannot be read", "write the cookies themselves, as in `-b 'name=value'`")
		return
	}
	c.addHeader(at, "Cookie", "", value)
}

// directive notes an option that means the same as a directive.
func (c *curlReader) directive(at diag.Span, key string, value Text) {
	spec, _ := findDirective(key)
	d := &Directive{Span: at, Name: Literal(c.file.Source, at, spec.name), Key: key, Args: value}
	c.block.Directives = append(c.block.Directives, d)
	c.file.own = c.file.own || spec.own
	c.readDirective(d, spec)
}

// seconds returns a number of seconds with its unit: what it means without one
// is a matter of the dialect.
func seconds(value Text) Text {
	if strings.Trim(value.String(), "0123456789.") != "" && !value.HasTemplate() {
		return value // which is no number
	}
	end := value.Span().End
	return Join([]Text{value, Literal(value.Source(), diag.Span{Start: end, End: end}, "s")}, "")
}

// output notes the file of -o. What is not to be kept needs none.
func (c *curlReader) output(at diag.Span, path Text) {
	switch path.String() {
	case "-", "/dev/null", "/dev/stdout", "NUL", "nul":
		return
	}
	c.block.Outputs = append(c.block.Outputs, &Output{Span: at, Path: path, Overwrite: true})
}

// dataFile is what @path means in the value of an option.
type dataFile uint8

const (
	noFile       dataFile = iota // nothing
	wholeFile                    // the content of a file
	strippedFile                 // that without line ends
)

// addData adds a piece of the body; those before and behind it are separated by
// an ampersand.
func (c *curlReader) addData(value Text, file dataFile) {
	at := value.Span()
	if len(c.data) > 0 {
		c.data = append(c.data, BodyPart{Text: Literal(c.file.Source, diag.Span{Start: at.Start, End: at.Start}, "&")})
	}
	c.addPart(value, file)
}

// addJSON adds a piece of the body of --json, which nothing separates from the
// one before.
func (c *curlReader) addJSON(value Text) {
	c.json = true
	c.addPart(value, wholeFile)
}

func (c *curlReader) addPart(value Text, file dataFile) {
	c.sends = true
	if s := value.String(); file != noFile && strings.HasPrefix(s, "@") && len(s) > 1 {
		c.data = append(c.data, BodyPart{Path: value.Slice(1, len(s)), Line: value, Stripped: file == strippedFile})
		return
	}
	c.data = append(c.data, BodyPart{Text: value})
}

// addEncoded adds name=content or content, of which the content is
// percent-encoded.
func (c *curlReader) addEncoded(at diag.Span, value Text) {
	s := value.String()
	equals := strings.IndexByte(s, '=')
	if before, _, found := strings.Cut(s, "@"); found && (equals < 0 || len(before) < equals) {
		c.error(diag.CodeCurl, at, "a file cannot be percent-encoded here", "write its content behind the option")
		return
	}
	name := value.Slice(0, 0)
	if equals >= 0 {
		name, value = value.Slice(0, equals+1), value.Slice(equals+1, len(s))
		if equals == 0 {
			name = Text{}
		}
	}
	texts := []Text{name}
	for _, segment := range value.Segments() {
		if segment.Template {
			texts = append(texts, Literal(c.file.Source, segment.Text.Span(), "{{%"+segment.Expr.String()+"}}"))
		} else {
			texts = append(texts, Literal(c.file.Source, segment.Text.Span(), strings.ReplaceAll(url.QueryEscape(segment.Literal), "+", "%20")))
		}
	}
	c.addData(Join(texts, ""), noFile)
}

// finish puts the request together.
func (c *curlReader) finish() {
	at := c.req.Line
	if c.req.Target.IsZero() {
		c.error(diag.CodeCurl, at, "a curl command without a URL", "write the URL behind `curl`")
	}
	if !c.user.IsZero() {
		scheme := "Basic "
		if c.digest {
			scheme = "Digest "
		}
		c.addHeader(c.user.Span(), "Authorization", scheme, c.user)
	}
	method := ""
	switch {
	case c.inQuery && c.sends:
		c.query()
	case c.sends:
		method = "POST"
		c.req.Body = &Body{Span: at, Parts: c.data, Verbatim: true}
		if c.json {
			c.defaultHeader(at, "Content-Type", "application/json")
			c.defaultHeader(at, "Accept", "application/json")
		}
		c.defaultHeader(at, "Content-Type", "application/x-www-form-urlencoded")
	case c.form != nil:
		method = "POST"
		end := Literal(c.file.Source, at, "--"+curlBoundary+"--\r\n")
		c.req.Body = &Body{Span: at, Parts: append(c.form, BodyPart{Text: end}), Verbatim: true}
		c.defaultHeader(at, "Content-Type", "multipart/form-data; boundary="+curlBoundary)
	}
	if c.head {
		method = "HEAD"
	}
	if c.req.Method.IsZero() && method != "" {
		c.req.Method = Literal(c.file.Source, at, method)
	}
}

// query puts the data behind the URL, as -G asks.
func (c *curlReader) query() {
	separator := "?"
	if strings.Contains(c.req.Target.String(), "?") {
		separator = "&"
	}
	texts := []Text{c.req.Target, Literal(c.file.Source, c.req.Line, separator)}
	for _, part := range c.data {
		if part.Text.IsZero() {
			c.error(diag.CodeCurl, part.Line.Span(), "a file cannot become part of a URL here", "write its content behind the option")
			continue
		}
		texts = append(texts, part.Text)
	}
	c.req.Target = Join(texts, "")
}

// defaultHeader adds a header that curl sends unless another one of its name is
// given, or it is taken away.
func (c *curlReader) defaultHeader(at diag.Span, name, value string) {
	for _, without := range c.without {
		if strings.EqualFold(without, name) {
			return
		}
	}
	for _, h := range c.req.Headers {
		if bytes.EqualFold([]byte(h.Name.String()), []byte(name)) {
			return
		}
	}
	at.End = at.Start + len("curl")
	c.addHeader(at, name, "", Literal(c.file.Source, at, value))
}
