package transport

import (
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/postrider/postrider/internal/diag"
)

// wireOf sends a request and returns the lines of its header as the server got
// them, and the record of the hop.
func wireOf(t *testing.T, o Options, request *Request) ([]string, *Hop) {
	t.Helper()
	var got string
	address := rawServer(t, func(_ int, header string, conn net.Conn) {
		got = header
		io.WriteString(conn, "HTTP/1.1 204 Nothing Here\r\nConnection: close\r\n\r\n")
		io.Copy(io.Discard, conn)
	})
	request.URL.Host = address
	x := do(t, newClient(t, o), request)
	lines := strings.Split(strings.TrimSuffix(got, "\r\n\r\n"), "\r\n")
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(line, address, "ADDRESS")
	}
	slices.Sort(lines[1:])
	return lines, x.Final()
}

func TestWire(t *testing.T) {
	tests := []struct {
		name    string
		agent   string
		request Request
		want    []string
	}{
		{"defaults", "postrider/1", Request{Method: "GET", URL: &url.URL{Scheme: "http", Path: "/a b", RawQuery: "x=1", User: url.UserPassword("u", "p"), Fragment: "f"}},
			[]string{"GET /a%20b?x=1 HTTP/1.1", "Accept: */*", "Host: ADDRESS", "User-Agent: postrider/1"}},
		{"names in the case they are written in", "postrider/1", Request{Method: "GET", Header: []Field{
			{"c1_access_token", "t"}, {"accept", "text/plain"}, {"user-agent", "me"}, {"X-a", "1"}, {"X-A", "2"}}},
			[]string{"GET / HTTP/1.1", "Host: ADDRESS", "X-A: 2", "X-a: 1", "accept: text/plain", "c1_access_token: t", "user-agent: me"}},
		{"repeats", "", Request{Method: "GET", Header: []Field{{"X-A", "1"}, {"X-A", "2"}, {"X-A", "1"}}},
			[]string{"GET / HTTP/1.1", "Accept: */*", "Host: ADDRESS", "X-A: 1", "X-A: 1", "X-A: 2"}},
		{"no user agent at all", "postrider/1", Request{Method: "GET", Header: []Field{{"User-Agent", ""}}},
			[]string{"GET / HTTP/1.1", "Accept: */*", "Host: ADDRESS"}},
		{"own Host", "", Request{Method: "GET", Header: []Field{{"host", "virtual.example:81"}}},
			[]string{"GET / HTTP/1.1", "Accept: */*", "Host: virtual.example:81"}},
		{"length is ours", "", Request{Method: "POST", Body: Bytes("12345"), Header: []Field{{"content-length", "3"}, {"Content-Type", "text/plain"}}},
			[]string{"POST / HTTP/1.1", "Accept: */*", "Content-Length: 5", "Content-Type: text/plain", "Host: ADDRESS"}},
		{"chunked if asked", "", Request{Method: "POST", Body: Bytes("12345"), Header: []Field{{"transfer-encoding", "Chunked"}}},
			[]string{"POST / HTTP/1.1", "Accept: */*", "Host: ADDRESS", "Transfer-Encoding: chunked"}},
		{"empty body", "", Request{Method: "POST", Body: Bytes("")},
			[]string{"POST / HTTP/1.1", "Accept: */*", "Content-Length: 0", "Host: ADDRESS"}},
		{"no body", "", Request{Method: "PUT"},
			[]string{"PUT / HTTP/1.1", "Accept: */*", "Content-Length: 0", "Host: ADDRESS"}},
		{"GET with a body", "", Request{Method: "GET", Body: Bytes("12345")},
			[]string{"GET / HTTP/1.1", "Accept: */*", "Content-Length: 5", "Host: ADDRESS"}},
		{"encodings only if asked", "", Request{Method: "GET", Header: []Field{{"Accept-Encoding", "br, gzip"}}},
			[]string{"GET / HTTP/1.1", "Accept-Encoding: br, gzip", "Accept: */*", "Host: ADDRESS"}},
		{"own method", "", Request{Method: "PURGE"}, []string{"PURGE / HTTP/1.1", "Accept: */*", "Host: ADDRESS"}},
		{"key of an idempotent request", "", Request{Method: "POST", Header: []Field{{"idempotency-key", "k"}}},
			[]string{"POST / HTTP/1.1", "Accept: */*", "Content-Length: 0", "Host: ADDRESS", "idempotency-key: k"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.request.URL == nil {
				test.request.URL = &url.URL{Scheme: "http", Path: "/"}
			}
			address := &test.request.URL.Host
			got, hop := wireOf(t, Options{UserAgent: test.agent}, &test.request)
			if !slices.Equal(got, test.want) {
				t.Errorf("sent %q\nwant %q", got, test.want)
			}
			recorded := []string{}
			for name, values := range hop.Sent {
				for _, value := range values {
					recorded = append(recorded, name+": "+strings.ReplaceAll(value, *address, "ADDRESS"))
				}
			}
			slices.Sort(recorded)
			if !slices.Equal(recorded, test.want[1:]) {
				t.Errorf("recorded %q\nwant     %q", recorded, test.want[1:])
			}
			if hop.URL.User != nil || hop.StatusText != "Nothing Here" || hop.Proto != "HTTP/1.1" || hop.Content != nil {
				t.Errorf("hop is not what happened: %+v", hop)
			}
			if hop.TTFB <= 0 || hop.Total < hop.TTFB || hop.Start.IsZero() {
				t.Errorf("times: start %s, first byte %s, total %s", hop.Start, hop.TTFB, hop.Total)
			}
		})
	}
}

// Nothing that cannot be one message is sent, and no error shows a value.
func TestRefusedBeforeSending(t *testing.T) {
	address := rawServer(t, func(_ int, _ string, conn net.Conn) { t.Error("connected") })
	base := "http://" + address
	with := func(name, value string) Request { return Request{Header: []Field{{name, value}}} }
	tests := []struct {
		name          string
		request       Request
		code, summary string
	}{
		{"CR in a value", with("X-A", "s3cret\rEvil: 1"), diag.CodeValue, `header "X-A" has a line break`},
		{"LF in a value", with("X-A", "s3cret\nEvil: 1"), diag.CodeValue, `header "X-A" has a line break`},
		{"NUL in a value", with("X-A", "s3cret\x00"), diag.CodeValue, `header "X-A" has a control character`},
		{"DEL in a value", with("X-A", "s3cret\x7f"), diag.CodeValue, "control character"},
		{"CRLF in a name", with("X-A: 1\r\nEvil", "1"), diag.CodeValue, `header name "X-A: 1\r\nEvil"`},
		{"blank in a name", with("X A", "1"), diag.CodeValue, "header name"},
		{"no name", with("", "1"), diag.CodeValue, "header name"},
		{"letters outside ASCII in a name", with("Größe", "1"), diag.CodeValue, "header name"},
		{"CRLF in Host", with("Host", "a\r\nEvil: 1"), diag.CodeValue, "line break"},
		{"path in Host", with("Host", "a/b"), diag.CodeValue, "no host"},
		{"other transfer coding", with("Transfer-Encoding", "gzip, chunked"), diag.CodeValue, "Transfer-Encoding"},
		{"CRLF in the method", Request{Method: "GET / HTTP/1.1\r\nEvil: 1\r\n"}, diag.CodeValue, "method"},
		{"no method", Request{Method: "\x00"}, diag.CodeValue, "method"},
		{"CRLF in the query", Request{URL: &url.URL{Scheme: "http", Host: address, RawQuery: "s3cret\r\nEvil: 1"}}, diag.CodeValue, "line break"},
		{"NUL in the query", Request{URL: &url.URL{Scheme: "http", Host: address, RawQuery: "s3cret\x00"}}, diag.CodeValue, "control character"},
		{"CRLF in the host", Request{URL: &url.URL{Scheme: "http", Host: "a\r\nb"}}, diag.CodeValue, "host"},
		{"blank in the host", Request{URL: &url.URL{Scheme: "http", Host: "a b"}}, diag.CodeValue, "host"},
		{"no scheme", Request{URL: &url.URL{Host: address}}, diag.CodeValue, "no scheme"},
		{"no URL", Request{URL: &url.URL{}}, diag.CodeValue, "no scheme"},
		{"other scheme", Request{URL: &url.URL{Scheme: "ftp", Host: address}}, diag.CodeValue, "neither http nor https"},
		{"secret for a scheme", Request{URL: parseURL(t, "S3cret://"+address)}, diag.CodeValue, "neither http nor https"},
		{"no host", Request{URL: &url.URL{Scheme: "http", Path: "/x"}}, diag.CodeValue, "no host"},
		{"old protocol", Request{Proto: "HTTP/1.0"}, diag.CodeUnsupported, `"HTTP/1.0" cannot be spoken`},
		{"new protocol", Request{Proto: "HTTP/3"}, diag.CodeUnsupported, `"HTTP/3" cannot be spoken`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := test.request
			if r.URL == nil {
				r.URL = parseURL(t, base)
			}
			if r.Method == "" {
				r.Method = "GET"
			}
			x, d := fails(t, newClient(t, Options{}), &r, test.code, test.summary)
			if len(x.Hops) != 0 {
				t.Error("a hop was sent")
			}
			if strings.Contains(d.Summary+d.Detail, "s3cret") || d.Suggestion == "" {
				t.Errorf("message %q, %q with suggestion %q", d.Summary, d.Detail, d.Suggestion)
			}
		})
	}
}

type brokenBody struct{ err error }

func (b brokenBody) Open() (io.ReadCloser, error) { return nil, b.err }
func (b brokenBody) Size() int64                  { return 5 }

// readerBody claims five bytes.
type readerBody struct{ io.Reader }

func (b readerBody) Open() (io.ReadCloser, error) { return io.NopCloser(b.Reader), nil }
func (b readerBody) Size() int64                  { return 5 }

func TestBodyThatCannotBeRead(t *testing.T) {
	address := rawServer(t, func(_ int, _ string, conn net.Conn) { io.Copy(io.Discard, conn) })
	u := parseURL(t, "http://"+address)
	ours := &diag.Diagnostic{Code: diag.CodeBodyFile, Severity: diag.Error, Summary: "file is gone"}
	client := newClient(t, Options{})
	fails(t, client, &Request{Method: "POST", URL: u, Body: brokenBody{ours}}, diag.CodeBodyFile, "file is gone")
	fails(t, client, &Request{Method: "POST", URL: u, Body: brokenBody{errors.New("boom")}}, diag.CodeBodyFile, "cannot be read")
	fails(t, client, &Request{Method: "POST", URL: u, Body: readerBody{strings.NewReader("123")}}, diag.CodeBodyFile, "changed its size")
	fails(t, client, &Request{Method: "POST", URL: u, Body: readerBody{strings.NewReader("1234567")}}, diag.CodeBodyFile, "changed its size")
	fails(t, client, &Request{Method: "POST", URL: u, Body: readerBody{iotest.ErrReader(errors.New("boom"))}}, diag.CodeBodyFile, "cannot be read")
}
