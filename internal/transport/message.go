package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/postrider/postrider/internal/diag"
)

// Open returns a reader of the bytes.
func (b Bytes) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }

// Size returns the number of bytes.
func (b Bytes) Size() int64 { return int64(len(b)) }

// message is what a hop sends, before credentials and cookies: every hop gets
// those anew.
type message struct {
	method  string
	url     *url.URL    // without user information and fragment
	host    string      // what Host says; empty for the URL's
	header  http.Header // what the request itself sets; keys in the case they are written in
	body    Body        // nil for none
	chunked bool        // the body is sent without its length

	// unread is why the body could not be read to the end that its size says; nil if
	// it could. The connection ends with it, and either may be noticed first.
	unread atomic.Pointer[diag.Diagnostic]
}

// newMessage checks a request and returns its first message. Checked is what
// net/http would refuse with less help, or quietly drop.
func newMessage(r *Request) (*message, error) {
	if !IsToken(r.Method) {
		return nil, problem(diag.CodeValue, "write a method such as GET", "method %s is no word", quote(r.Method))
	}
	if err := checkURL(r.URL); err != nil {
		return nil, err
	}
	m := &message{method: r.Method, url: bare(r.URL), header: make(http.Header, len(r.Header)+3), body: r.Body}
	for _, field := range r.Header {
		if err := checkField(field.Name, field.Value); err != nil {
			return nil, err
		}
		switch http.CanonicalHeaderKey(field.Name) {
		case "Host":
			if strings.ContainsAny(field.Value, " \t/?#@") {
				return nil, problem(diag.CodeValue, "write a host name, with its port if need be",
					"header `Host` is no host")
			}
			m.host = field.Value
		case "Content-Length": // follows from the body
		case "Transfer-Encoding":
			if !strings.EqualFold(strings.TrimSpace(field.Value), "chunked") {
				return nil, problem(diag.CodeValue, "leave it out, or write `chunked`",
					"header `Transfer-Encoding` can only be `chunked`")
			}
			m.chunked = true
		default:
			m.header[field.Name] = append(m.header[field.Name], field.Value)
		}
	}
	return m, nil
}

// bare returns a copy of u without what is not sent.
func bare(u *url.URL) *url.URL {
	copied := *u
	copied.User, copied.Fragment, copied.RawFragment = nil, "", ""
	return &copied
}

// checkURL refuses what cannot be asked for. Its errors show no query.
func checkURL(u *url.URL) error {
	switch {
	case u == nil || u.Scheme == "":
		return problem(diag.CodeValue, "write an absolute URL, such as https://example.com/", "URL has no scheme")
	case u.Scheme != "http" && u.Scheme != "https":
		return problem(diag.CodeValue, "write http:// or https://", "URL has a scheme that is neither http nor https")
	case u.Hostname() == "":
		return problem(diag.CodeValue, "check the variables in the URL", "URL has no host")
	case hasControl(u.Host) || strings.Contains(u.Host, " "):
		return problem(diag.CodeValue, "check the variables in the URL", "host of the URL has a blank or a control character")
	case hasControl(u.RequestURI()):
		return problem(diag.CodeValue, "percent-encode it, such as with {{%name}}", "URL has a line break or another control character")
	}
	return nil
}

// checkField refuses what would not arrive as one header field (RFC 9110
// section 5). Its errors do not show the value, which may be secret.
func checkField(name, value string) error {
	if !IsToken(name) {
		return problem(diag.CodeValue, "use letters, digits and `-`", "header name %s is no word", quote(name))
	}
	for i := range len(value) {
		switch c := value[i]; {
		case c == '\r' || c == '\n':
			return problem(diag.CodeValue, "check the variables in it", "header %q has a line break in its value", name)
		case c < ' ' && c != '\t' || c == 0x7f:
			return problem(diag.CodeValue, "check the variables in it", "header %q has a control character in its value", name)
		}
	}
	return nil
}

// IsToken reports whether s is a token, as a method and the name of a header
// field are (RFC 9110 section 5.6.2).
func IsToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9') &&
			strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// sets reports whether the request itself sets a header field.
func (m *message) sets(name string) bool {
	if strings.EqualFold(name, "Host") {
		return m.host != ""
	}
	if _, ok := m.header[name]; ok {
		return true
	}
	for key := range m.header {
		if strings.EqualFold(key, name) {
			return true
		}
	}
	return false
}

// request returns the message as a request to which credentials and cookies
// can be added. Its body is not open yet.
func (m *message) request(ctx context.Context, userAgent string) *http.Request {
	header := make(http.Header, len(m.header)+4)
	for key, values := range m.header {
		header[key] = slices.Clip(values) // shared with m until something is added
	}
	if !m.sets("Accept") {
		header["Accept"] = []string{"*/*"}
	}
	if userAgent != "" && !m.sets("User-Agent") {
		header["User-Agent"] = []string{userAgent}
	}
	u := *m.url
	request := (&http.Request{
		Method: m.method, URL: &u, Host: m.host, Header: header,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if m.body == nil {
		return request
	}
	size := m.body.Size()
	if size == 0 && !m.chunked {
		return request // net/http would look for bytes, and send none of a length it does not know
	}
	request.GetBody, request.ContentLength = m.open, size
	if m.chunked {
		request.ContentLength = -1
	}
	return request
}

// instruct adds the header fields that net/http understands and does not send.
func (m *message) instruct(request *http.Request) {
	if _, ok := request.Header["User-Agent"]; !ok {
		request.Header["User-Agent"] = []string{""} // none, instead of its own
	}
	if _, ok := request.Header["Idempotency-Key"]; !ok && m.idempotent() {
		request.Header["Idempotency-Key"] = nil
	}
}

// idempotent reports whether the message may be sent again when the server
// closes a connection that it had kept, without anybody knowing how much it has
// done (RFC 9110 section 9.2.2). net/http does so for the safe methods, and for
// these if told; any other request it sends again only if nothing of it had
// been written.
func (m *message) idempotent() bool {
	return m.method == http.MethodPut || m.method == http.MethodDelete || m.sets("Idempotency-Key")
}

// open opens the body.
func (m *message) open() (io.ReadCloser, error) {
	body, err := m.body.Open()
	if err != nil {
		return nil, bodyError(err)
	}
	if _, ok := m.body.(Bytes); ok {
		return body, nil // as net/http knows it: one write with the header, which it can tell to have failed
	}
	return &source{ReadCloser: body, message: m, left: m.body.Size()}, nil
}

// source marks the errors of a request body, so that they are not taken for
// those of the connection.
type source struct {
	io.ReadCloser
	message *message
	left    int64 // bytes that are to come; negative for an unknown number
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if s.left > 0 {
		s.left = max(s.left-int64(n), 0)
	}
	switch {
	case err == io.EOF && s.left > 0:
		s.message.unread.Store(changedSize())
	case err != nil && err != io.EOF:
		d := bodyError(err)
		s.message.unread.Store(d)
		err = d
	}
	return n, err
}

func changedSize() *diag.Diagnostic {
	return problem(diag.CodeBodyFile, "", "body of the request changed its size while it was sent")
}

func bodyError(err error) *diag.Diagnostic {
	var ours *diag.Diagnostic
	if errors.As(err, &ours) {
		return ours
	}
	d := problem(diag.CodeBodyFile, "", "body of the request cannot be read")
	d.Detail = err.Error()
	return d
}

// addCookies adds the cookies of a session that the request does not name
// itself (RFC 6265 section 5.4).
func addCookies(request *http.Request, jar http.CookieJar) {
	own := request.Cookies()
	for _, cookie := range jar.Cookies(request.URL) {
		if !slices.ContainsFunc(own, func(o *http.Cookie) bool { return o.Name == cookie.Name }) {
			request.AddCookie(cookie)
		}
	}
}

// sentHeader returns the header of a request as it goes over the wire, as far
// as that is decided here: HTTP/2 writes names in lower case and Host as
// :authority, a proxy's credentials are never in it.
func sentHeader(request *http.Request) http.Header {
	sent := make(http.Header, len(request.Header)+2)
	for key, values := range request.Header {
		if key == "User-Agent" && values[0] == "" {
			continue // how a request asks for none
		}
		sent[key] = slices.Clone(values)
	}
	sent["Host"] = []string{request.Host}
	if request.Host == "" {
		sent["Host"] = []string{request.URL.Host}
	}
	switch {
	case request.ContentLength > 0,
		request.ContentLength == 0 && slices.Contains([]string{"POST", "PUT", "PATCH"}, request.Method):
		sent["Content-Length"] = []string{strconv.FormatInt(request.ContentLength, 10)}
	case request.ContentLength < 0:
		sent["Transfer-Encoding"] = []string{"chunked"}
	}
	return sent
}
