package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
)

// endpoint answers token requests in the process.
type endpoint func(ctx context.Context, request *transport.Request) (*transport.Hop, error)

// answer is a hop with a body.
func answer(status int, body string, header ...string) *transport.Hop {
	h := make(http.Header)
	for i := 0; i+1 < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &transport.Hop{Status: status, Header: h, Content: []byte(body)}
}

// body returns what a request would send.
func body(t testing.TB, request *transport.Request) string {
	t.Helper()
	r, err := request.Body.Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// field returns a header field of a request.
func field(request *transport.Request, name string) string {
	for _, f := range request.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// events records what a manager observes.
type events struct {
	mu  sync.Mutex
	all []Event
}

func (e *events) observe(event Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
}

func (e *events) count(kind EventKind) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, event := range e.all {
		if event.Kind == kind {
			n++
		}
	}
	return n
}

// testLibrary is the definitions under test: those that are shipped, and those
// of the shapes that are not.
func testLibrary(t testing.TB) fs.FS {
	t.Helper()
	files := make(fstest.MapFS)
	for _, from := range []fs.FS{builtin, os.DirFS("testdata")} {
		for _, folder := range []string{"providers", "schemes"} {
			names, err := fs.Glob(from, folder+"/*.json")
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				text, err := fs.ReadFile(from, name)
				if err != nil {
					t.Fatal(err)
				}
				files[name] = &fstest.MapFile{Data: text}
			}
		}
	}
	return files
}

// testManager returns a manager whose token requests go to send.
func testManager(t testing.TB, send endpoint, change ...func(*Config)) (*Manager, *events) {
	t.Helper()
	seen := new(events)
	config := Config{
		Secrets: new(secret.Set), Observe: seen.observe,
		Send: func(ctx context.Context, request *transport.Request) (*transport.Exchange, error) {
			if send == nil {
				return nil, errors.New("nothing may be sent")
			}
			hop, err := send(ctx, request)
			if err != nil {
				return nil, err
			}
			return &transport.Exchange{Hops: []*transport.Hop{hop}}, nil
		},
	}
	for _, f := range change {
		f(&config)
	}
	m, err := newManager(config, testLibrary(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m, seen
}

// environment is a Lookup in the process environment.
func environment(pairs ...string) Lookup {
	return func(name string) (Found, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return Found{Value: pairs[i+1], From: "environment"}, true
			}
		}
		return Found{}, false
	}
}

func bind(t testing.TB, m *Manager, ref Reference) *Binding {
	t.Helper()
	b, err := m.Bind(ref)
	if err != nil {
		t.Fatalf("Bind: %v", explain(err))
	}
	return b
}

// explain writes an error with everything a reader would see of it.
func explain(err error) string {
	if err == nil {
		return "<nil>"
	}
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) {
		var all []string
		for _, e := range several.Unwrap() {
			all = append(all, explain(e))
		}
		return strings.Join(all, "\n")
	}
	d := new(diag.Diagnostic)
	if !errors.As(err, &d) {
		return err.Error()
	}
	return fmt.Sprintf("%s %s\n%s\n%s", d.Code, d.Error(), d.Detail, d.Suggestion)
}

// hopTo returns a hop to a URL that is about to be sent.
func hopTo(t testing.TB, target string, header ...string) *http.Request {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	hop := &http.Request{Method: "GET", URL: u, Header: make(http.Header)}
	for i := 0; i+1 < len(header); i += 2 {
		hop.Header.Set(header[i], header[i+1])
	}
	return hop
}

// owns returns the own function of a request that sets the header fields.
func owns(names ...string) func(string) bool {
	return func(name string) bool {
		for _, n := range names {
			if http.CanonicalHeaderKey(n) == name {
				return true
			}
		}
		return false
	}
}

// apply applies a binding to a hop and returns the hop.
func apply(t testing.TB, b *Binding, target string) *http.Request {
	t.Helper()
	hop := hopTo(t, target)
	if _, err := b.Apply(t.Context(), hop, owns()); err != nil {
		t.Fatalf("Apply: %s", explain(err))
	}
	return hop
}

// unauthorized is the answer 401 to a hop.
func unauthorized(hop *http.Request) *http.Response {
	return &http.Response{StatusCode: 401, Header: make(http.Header), Request: hop}
}

// serve starts a vendor on loopback over TLS, which asks for a client
// certificate, and returns a Send that trusts it.
func serve(t testing.TB, handler http.HandlerFunc) (base string, send func(*Config)) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	client := transport.New(transport.Options{RootCAs: pool})
	t.Cleanup(client.Close)
	return server.URL, func(c *Config) { c.Send = client.Do }
}

// exact returns the values of a header field whose name is written so.
func exact(header http.Header, name string) []string { return header[name] }

// fromJSON returns the value of a JSON text, toJSON the text of a value.
func fromJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func toJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
