package eval

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/value"
)

// document is a body as read: once, when it is first asked for.
type document struct {
	done       bool
	json       bool   // the body is a JSON document
	raw        []byte // of a JSON document, what gjson reads; the last of duplicate members is the only one
	duplicates []string
	err        error

	decoded bool // v is set; gjson does not need it, and a large document takes long to decode
	v       any
	found   int // members that were found without decoding the document
}

// maxFound is how many members are looked for in a document before it is
// decoded, which takes as long as about ten searches to its end.
const maxFound = 8

// Document returns the body: the decoded document if the content type is JSON,
// or if there is none and the body reads as a JSON object or list; else the
// text. A body that should be JSON and is not is an error with the offset.
func (a *Answer) Document() (any, error) {
	d := a.document()
	return d.value(), d.err
}

// Duplicates returns the paths of members whose name their object has twice,
// as far as an expression has read the document: nobody else can be misled, and
// a body that nothing reads is not decoded. The last of them counts.
func (a *Answer) Duplicates() []string { return a.read.duplicates }

// Body returns the decoded body. Where only its start was kept it is an error:
// no check may take that for the whole.
func (a *Answer) Body() ([]byte, error) {
	if a.Recorded != nil && a.Recorded.NoBody != "" {
		return nil, NotRecorded("the body of the answer is not in the recording: %s", a.Recorded.NoBody)
	}
	if a.Rest > 0 {
		return nil, errorf("the body of this answer was not kept")
	}
	return a.Content, nil
}

// size is the length of the body in bytes.
func (a *Answer) size() (int, error) {
	if a.Recorded == nil {
		return len(a.Content) + int(a.Rest), nil
	}
	return int(a.Recorded.Size), a.header() // what hides the one hides the other
}

// Text returns the body as text in UTF-8. It is an error where the body cannot be
// what its type says, or is encoded in a way that is not known.
func (a *Answer) Text() (string, error) {
	content, err := a.Decoded()
	if err != nil {
		return "", err
	}
	text, err := textOf(a.Header.Get("Content-Type"), content)
	return string(text), err
}

// Decoded is Body where the content matters, and not only its bytes. What is left
// in an unknown coding and is text nevertheless has never been encoded: servers
// name there what they like.
func (a *Answer) Decoded() ([]byte, error) {
	content, err := a.Body()
	if err == nil && a.Encoding != "" && !utf8.Valid(content) {
		return nil, errorf("the body cannot be read: nobody here knows its content coding `%s`", a.Encoding).
			suggest("ask for one such as `Accept-Encoding: gzip`, or check `bytes`, which are as received")
	}
	return content, err
}

func (a *Answer) document() *document {
	if a.read.done {
		return &a.read
	}
	if content, err := a.Decoded(); err != nil {
		a.read = document{done: true, decoded: true, err: err}
	} else {
		a.read = readDocument(a.Header, content)
	}
	return &a.read
}

func readDocument(header http.Header, content []byte) document {
	typed := header.Get("Content-Type")
	untyped := strings.TrimSpace(typed) == ""
	content, err := textOf(typed, content)
	if err != nil {
		return document{done: true, decoded: true, err: err}
	}
	if !IsJSON(typed) && !(untyped && looksLikeJSON(content)) {
		return document{done: true, decoded: true, v: string(content)}
	}
	duplicates, err := value.Check(content)
	switch {
	case err == nil:
		d := document{done: true, json: true, duplicates: duplicates, raw: content}
		if duplicates != nil { // gjson would take the first of them
			d.raw = []byte(value.Format(d.value()))
		}
		return d
	case untyped: // nobody said that it is JSON
		return document{done: true, decoded: true, v: string(content)}
	case len(bytes.TrimSpace(content)) == 0:
		err = errorf("the body is empty, but its type is `%s`", typed)
	default:
		err = invalidJSON(err, typed, content)
	}
	return document{done: true, decoded: true, err: err}
}

// value returns the decoded body.
func (d *document) value() any {
	if !d.decoded {
		d.v, _, _ = value.Decode(d.raw) // it has been checked
		d.decoded = true
	}
	return d.v
}

// find returns a member of the body without decoding the rest of it. It reports
// false where the decoded body is the better place to look, or the only one.
func (a *Answer) find(steps []any) (any, bool) {
	d := a.document()
	if !d.json || d.decoded || d.found == maxFound {
		return nil, false
	}
	raw, ok := value.Find(d.raw, steps...)
	if !ok {
		return nil, false
	}
	d.found++
	v, _, err := value.Decode(raw)
	return v, err == nil
}

func invalidJSON(err error, typed string, content []byte) error {
	e := errorf("the body is not the JSON that its type `%s` says", typed)
	e.cause = err
	var syntax *value.SyntaxError
	if errors.As(err, &syntax) {
		at := int(syntax.Offset)
		e.detail("at offset %d: %s", at, syntax.Msg)
		e.excerpt = &excerpt{text: string(content), offset: at}
	}
	return e
}

// IsJSON reports whether a content type is of JSON: its subtype is json or ends
// in +json (RFC 6839 section 3.1). Its parameters do not matter.
func IsJSON(contentType string) bool {
	return charset.MediaOf(contentType).IsJSON()
}

func looksLikeJSON(content []byte) bool {
	content = bytes.TrimSpace(content)
	return len(content) > 0 && (content[0] == '{' || content[0] == '[')
}

// textOf is charset.Text with an error that says what to do.
func textOf(contentType string, content []byte) ([]byte, error) {
	text, err := charset.Text(contentType, content)
	if err == nil {
		return text, nil
	}
	e := errorf("the body is not the text that its type `%s` says", contentType).
		suggest("mend the charset that the server sends, or check `bytes`, which are as received")
	e.cause = err
	return nil, e.detail("%v", err)
}

// jsonBody returns the document for json(), has() and jsonpath(), which are
// meant for JSON only.
func (a *Answer) jsonBody() (*document, error) {
	d := a.document()
	switch {
	case d.err != nil:
		return nil, d.err
	case !d.json:
		return nil, notJSON(a.Header.Get("Content-Type"))
	}
	return d, nil
}

func notJSON(contentType string) *Error {
	if contentType == "" {
		return errorf("the body is not JSON, and has no content type")
	}
	return errorf("the body is not JSON: its type is `%s`", contentType)
}

func (a *Answer) cookies() map[string]any {
	cookies := map[string]any{}
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		cookies[c.Name] = c.Value
	}
	return cookies
}

func (a *Answer) redirects() []any {
	hops := make([]any, len(a.Redirects))
	for i, r := range a.Redirects {
		hops[i] = map[string]any{"status": r.Status, "url": r.URL, "location": r.Location}
	}
	return hops
}

// tls describes the connection; it is nil without TLS.
func (a *Answer) tls() any {
	if a.Recorded != nil {
		return a.Recorded.TLS.view()
	}
	if a.TLS == nil {
		return nil
	}
	state := connection{
		"version": tls.VersionName(a.TLS.Version),
		"cipher":  tls.CipherSuiteName(a.TLS.CipherSuite),
	}
	if len(a.TLS.PeerCertificates) > 0 {
		c := a.TLS.PeerCertificates[0]
		state["subject"], state["issuer"] = c.Subject.String(), c.Issuer.String()
		state["expiry"] = c.NotAfter
		state["names"] = alternativeNames(c)
	}
	return state
}

func alternativeNames(c *x509.Certificate) []any {
	names := []any{}
	for _, n := range c.DNSNames {
		names = append(names, n)
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// connection is what `tls` is: an object whose expiry is a time.
type connection map[string]any

func (c connection) member(name string) (any, bool, error) { v, ok := c[name]; return v, ok, nil }
func (c connection) names() []string                       { return slices.Sorted(maps.Keys(c)) }
func (c connection) plain() (any, error) {
	out := make(map[string]any, len(c))
	for name, v := range c {
		out[name], _ = plain(v)
	}
	return out, nil
}

// fields is a header; the names of its members have no case.
type fields http.Header

func (f fields) member(name string) (any, bool, error) {
	lines, ok := f[textproto.CanonicalMIMEHeaderKey(name)]
	if !ok {
		for n, l := range f { // a field that was sent in the case it was written in
			if strings.EqualFold(n, name) {
				return strings.Join(l, ", "), true, nil
			}
		}
		return nil, false, nil
	}
	return strings.Join(lines, ", "), true, nil
}

func (f fields) names() []string { return slices.Sorted(maps.Keys(f)) }

func (f fields) plain() (any, error) {
	out := make(map[string]any, len(f))
	for name, lines := range f {
		out[name] = strings.Join(lines, ", ")
	}
	return out, nil
}

// sent is what `request` is.
type sent struct{ *Sent }

func (s sent) member(name string) (any, bool, error) {
	switch name {
	case "method":
		return s.Method, true, nil
	case "url":
		return s.URL, true, nil
	case "headers":
		if s.NoHeader != "" {
			return nil, false, NotRecorded("the header of the request is not in the recording: %s", s.NoHeader)
		}
		return fields(s.Header), true, nil
	case "body", "text", "size":
		content, err := s.content()
		if err != nil {
			return nil, false, unreadableSent(err)
		}
		v, err := s.bodyMember(name, content)
		return v, err == nil, err
	}
	return nil, false, nil
}

func unreadableSent(err error) error {
	if ours := (*Error)(nil); errors.As(err, &ours) {
		return ours
	}
	return errorf("the body of the request cannot be read: %v", err)
}

func (s sent) bodyMember(name string, content []byte) (any, error) {
	switch name {
	case "size":
		return len(content), nil
	case "text":
		text, err := textOf(s.Header.Get("Content-Type"), content)
		return string(text), err
	}
	d := readDocument(s.Header, content)
	if d.err != nil {
		e := errorf("the body of the request is not JSON")
		e.cause = d.err
		if inner := (*Error)(nil); errors.As(d.err, &inner) {
			e.Detail, e.excerpt = inner.Detail, inner.excerpt
		}
		return nil, e
	}
	return d.value(), nil
}

func (s sent) names() []string {
	return []string{"method", "url", "headers", "body", "text", "size"}
}

func (s sent) plain() (any, error) {
	header, _ := fields(s.Header).plain()
	content, err := s.content()
	if err != nil {
		return nil, unreadableSent(err)
	}
	text, err := textOf(s.Header.Get("Content-Type"), content)
	if err != nil {
		return nil, err
	}
	return map[string]any{"method": s.Method, "url": s.URL, "headers": header, "text": string(text)}, nil
}

// reply is the answer of another request: R.response, and R itself, which has
// the same members.
type reply struct{ a *Answer }

func (r reply) member(name string) (any, bool, error) {
	if name == "response" {
		return r, true, nil
	}
	n, ok := findAnswerName(name)
	if !ok {
		return nil, false, nil
	}
	v, err := n.read(r.a)
	return v, err == nil, err
}

func (r reply) names() []string {
	names := []string{"response"}
	for _, n := range &answerNames {
		names = append(names, n.name)
	}
	return names
}

func (r reply) plain() (any, error) {
	header, _ := fields(r.a.Header).plain()
	body, err := r.a.Document()
	return map[string]any{"status": r.a.Status, "headers": header, "body": body}, err
}
