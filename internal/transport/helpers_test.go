package transport

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

func parseURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func newClient(t testing.TB, o Options) *Client {
	t.Helper()
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

// newTLSClient returns a client that trusts the certificate of httptest.
func newTLSClient(t testing.TB, o Options) *Client {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	o.RootCAs = x509.NewCertPool()
	o.RootCAs.AddCert(server.Certificate())
	return newClient(t, o)
}

func newServer(t testing.TB, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

// newTLSServer serves TLS, with HTTP/2 if asked. It logs no handshake errors:
// many tests mean them.
func newTLSServer(t testing.TB, http2 bool, change func(*tls.Config), handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(handler)
	s.EnableHTTP2 = http2
	s.Config.ErrorLog = quiet
	s.TLS = &tls.Config{}
	if change != nil {
		change(s.TLS)
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// nobody is an address that refuses connections: a port that the system gives to
// no server that asks for any, as it may with one that was just closed.
const nobody = "127.0.0.1:1"

// rawServer speaks whatever talk writes. It is called for each connection,
// counted from 1, with the header of the first request already read.
func rawServer(t testing.TB, talk func(count int, request string, conn net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for count := 1; ; count++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer conn.Close()
				talk(count, readHeader(conn), conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wait.Wait()
	})
	return listener.Addr().String()
}

// readHeader reads a message up to the empty line, byte by byte so that the
// rest stays on the connection.
func readHeader(conn io.Reader) string {
	var b strings.Builder
	r := bufio.NewReaderSize(oneByte{conn}, 16)
	for !strings.HasSuffix(b.String(), "\r\n\r\n") {
		c, err := r.ReadByte()
		if err != nil {
			break
		}
		b.WriteByte(c)
	}
	return b.String()
}

type oneByte struct{ from io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.from.Read(p[:1]) }

// patience ends a test that hangs.
func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// do sends a request that must succeed.
func do(t testing.TB, c *Client, r *Request) *Exchange {
	t.Helper()
	ctx, cancel := patience()
	defer cancel()
	x, err := c.Do(ctx, r)
	if err != nil {
		t.Fatalf("%s %s: %v (%s)", r.Method, Origin(r.URL), err, diagnostic(t, err).Detail)
	}
	if len(x.Hops) == 0 {
		t.Fatal("no error and no hops")
	}
	return x
}

// diagnostic checks what every error of Do must be.
func diagnostic(t testing.TB, err error) *diag.Diagnostic {
	t.Helper()
	var d *diag.Diagnostic
	if !errors.As(err, &d) {
		t.Fatalf("error is a %T, want a *diag.Diagnostic: %v", err, err)
	}
	switch {
	case d.Code == "" || d.Severity != diag.Error || d.Summary == "":
		t.Errorf("incomplete diagnostic %+v", d)
	case d.Source != nil:
		t.Errorf("diagnostic points at %v, which is for the runner to do", d.Source)
	case strings.HasSuffix(d.Summary, "."):
		t.Errorf("summary %q ends with a full stop", d.Summary)
	}
	return d
}

// fails sends a request that must fail with a code and a summary.
func fails(t testing.TB, c *Client, r *Request, code, summary string) (*Exchange, *diag.Diagnostic) {
	t.Helper()
	ctx, cancel := patience()
	defer cancel()
	x, err := c.Do(ctx, r)
	if err == nil {
		t.Fatalf("no error, want %s %q; status %d, body %.60q", code, summary, x.Final().Status, x.Final().Content)
	}
	if x == nil {
		t.Fatal("no exchange with the error")
	}
	d := diagnostic(t, err)
	if d.Code != code || !strings.Contains(d.Summary, summary) {
		t.Fatalf("error %s %q (%s), want %s with %q", d.Code, d.Summary, d.Detail, code, summary)
	}
	return x, d
}

// authorizer is an Authorizer made of functions; nil ones do nothing.
type authorizer struct {
	certificate func(*url.URL) *tls.Certificate
	apply       func(hop *http.Request, own func(string) bool) (bool, error)
	challenge   func(*http.Response) (bool, error)
}

func (a *authorizer) Certificate(u *url.URL) (*tls.Certificate, error) {
	if a.certificate == nil {
		return nil, nil
	}
	return a.certificate(u), nil
}

func (a *authorizer) Apply(_ context.Context, hop *http.Request, own func(string) bool) (bool, error) {
	if a.apply == nil {
		return false, nil
	}
	return a.apply(hop, own)
}

func (a *authorizer) Challenge(_ context.Context, answer *http.Response) (bool, error) {
	if a.challenge == nil {
		return false, nil
	}
	return a.challenge(answer)
}
