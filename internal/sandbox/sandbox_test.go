package sandbox

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"net/http"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// clock is a clock that a test moves by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

// newClock starts at the present, so that certificates made by it are valid,
// at a fraction of a second that a truncated timestamp would show.
func newClock() *clock {
	return &clock{t: time.Now().Truncate(time.Second).Add(900 * time.Millisecond)}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a running sandbox with a client for it.
type world struct {
	*testing.T
	*Sandbox
	clock *clock
	env   map[string]string
	http  *http.Client // without a client certificate
	mtls  *http.Client // with the one that the sandbox registered
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	c := newClock()
	s, err := start(t.Context(), o, c.now)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Sandbox: s, clock: c, env: s.Environ()}
	w.http = w.client()
	w.mtls = w.client(w.env["C1_CLIENT_CERT"], w.env["C1_CLIENT_KEY"])
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return w
}

// client returns a client that trusts the sandbox, with a certificate and key
// in PEM if given.
func (w *world) client(pair ...string) *http.Client {
	w.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(w.CA()) {
		w.Fatal("CA is not PEM")
	}
	config := &tls.Config{RootCAs: roots}
	if len(pair) == 2 {
		certificate, err := tls.X509KeyPair([]byte(pair[0]), []byte(pair[1]))
		if err != nil {
			w.Fatal(err)
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	w.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// answer is a response with its body read.
type answer struct {
	status int
	header http.Header
	text   string
	body   map[string]any // nil if the body is no JSON object
}

// send sends one request. Header fields are written "Name: value".
func (w *world) send(client *http.Client, method, url, body string, fields ...string) answer {
	w.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, ": ")
		r.Header[name] = append(r.Header[name], value) // the case as written
	}
	response, err := client.Do(r)
	if err != nil {
		w.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, text: string(text)}
	_ = json.Unmarshal(text, &a.body)
	return a
}

// object is JSON text with some members replaced; a nil value removes one.
func object(base map[string]any, changes ...any) string {
	all := make(map[string]any)
	for name, value := range base {
		all[name] = value
	}
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == nil {
			delete(all, changes[i].(string))
		} else {
			all[changes[i].(string)] = changes[i+1]
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// baseURLs are the environment names of every host.
var baseURLs = []string{"CORO_BASE_URL", "C1_BASE_URL", "CORTI_AUTH_URL", "CORTI_BASE_URL", "COTALKER_BASE_URL", "COBUILDER_BASE_URL"}

const jsonType = "Content-Type: application/json"

// TestEnviron protects the list of names that clients rely on, and that
// credentials are made anew for every sandbox.
func TestEnviron(t *testing.T) {
	a, b := newWorld(t, Options{}).Environ(), newWorld(t, Options{}).Environ()
	want := []string{
		"C1_BASE_URL", "C1_CLIENT_CERT", "C1_CLIENT_ID", "C1_CLIENT_KEY", "C1_CLIENT_SECRET", "C1_PASSWORD", "C1_USERNAME",
		"COBUILDER_AUDIENCE_URL", "COBUILDER_BASE_URL", "COBUILDER_CLIENT_ID", "COBUILDER_CLIENT_SECRET",
		"CORO_BASE_URL", "CORO_CLIENT_ID", "CORO_CLIENT_SECRET", "CORO_WORKSPACE",
		"CORTI_AUTH_URL", "CORTI_BASE_URL", "CORTI_CLIENT_ID", "CORTI_CLIENT_SECRET", "CORTI_TENANT",
		"COTALKER_BASE_URL", "COTALKER_EMAIL", "COTALKER_PASSWORD",
	}
	// What is set for the real vendor must not reach the sandbox, least of all a
	// token that never ends.
	hidden := []string{
		"CORO_AUDIENCE", "CORO_REGION", "CORTI_ENVIRONMENT", "CORTI_SCOPE", "COTALKER_ADMIN", "COTALKER_API_TOKEN", "COTALKER_TRIAL",
	}
	var names, empty []string
	for name, value := range a {
		switch {
		case value == "":
			empty = append(empty, name)
			continue
		case value == b[name]:
			t.Errorf("%s is the same in two sandboxes", name)
		}
		names = append(names, name)
	}
	slices.Sort(names)
	slices.Sort(empty)
	if !slices.Equal(names, want) {
		t.Errorf("names\n got %q\nwant %q", names, want)
	}
	if !slices.Equal(empty, hidden) {
		t.Errorf("hidden names\n got %q\nwant %q", empty, hidden)
	}
}

// TestEnvironIsACopy protects the sandbox from its callers.
func TestEnvironIsACopy(t *testing.T) {
	w := newWorld(t, Options{})
	w.Environ()["CORO_CLIENT_ID"] = "changed"
	if w.Environ()["CORO_CLIENT_ID"] == "changed" {
		t.Error("a caller changed the environment of the sandbox")
	}
}

// TestCertificates protects the names that the servers may be called by and
// the limits of the authority.
func TestCertificates(t *testing.T) {
	w := newWorld(t, Options{})
	block, rest := pem.Decode(w.CA())
	if block == nil || len(rest) != 0 {
		t.Fatal("CA is not one PEM block")
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.CA())
	for _, name := range baseURLs {
		address := strings.TrimPrefix(w.env[name], "https://")
		connection, err := tls.Dial("tcp", address, &tls.Config{RootCAs: roots})
		if err != nil {
			t.Fatal(err)
		}
		served := connection.ConnectionState().PeerCertificates[0]
		connection.Close()
		for _, host := range []string{"127.0.0.1", "::1", "localhost"} {
			if _, err := served.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
				t.Errorf("%s: as %s: %v", name, host, err)
			}
		}
	}

	elsewhere, _, err := w.authority.issue("elsewhere", x509.ExtKeyUsageServerAuth, []string{"api.secure.coro.net"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := elsewhere.Verify(x509.VerifyOptions{Roots: roots}); err == nil {
		t.Error("the authority can vouch for a host on the internet")
	}
}

// TestPlainHTTP protects that the servers speak TLS alone.
func TestPlainHTTP(t *testing.T) {
	w := newWorld(t, Options{})
	a := w.send(w.http, "GET", strings.Replace(w.env["CORO_BASE_URL"], "https:", "http:", 1)+"/v1/tickets", "")
	if a.status != http.StatusBadRequest || a.body != nil {
		t.Errorf("plain HTTP answered %d %s", a.status, a.text)
	}
}

// TestStartRefuses protects against a life that the vendors could not state.
func TestStartRefuses(t *testing.T) {
	for _, ttl := range []time.Duration{-time.Second, time.Millisecond, 1500 * time.Millisecond} {
		if _, err := Start(t.Context(), Options{TTL: ttl}); err == nil || !strings.Contains(err.Error(), "whole seconds") {
			t.Errorf("TTL %v: error %v", ttl, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Options{}); err != context.Canceled {
		t.Errorf("cancelled context: error %v", err)
	}
}

// TestContextEnds protects that the servers stop with the context of Start.
func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, err := Start(ctx, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	stopped := make(chan struct{})
	go func() { s.running.Wait(); close(stopped) }()
	select {
	case <-stopped:
	case <-time.After(10 * time.Second):
		t.Fatal("the servers go on")
	}
	if _, err := tls.Dial("tcp", strings.TrimPrefix(s.Environ()["CORO_BASE_URL"], "https://"), nil); err == nil {
		t.Error("a server still accepts connections")
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close after the context has ended: %v", err)
	}
}

// TestCloseLeavesNothing protects that Close ends open connections of both
// HTTP versions and every goroutine, and may be repeated.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := Start(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Sandbox: s, env: s.Environ()}
	http2, http1 := w.client(), w.client()
	http1.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	for _, client := range []*http.Client{http2, http1} {
		for _, name := range baseURLs {
			if a := w.send(client, "GET", w.env[name]+"/nothing", ""); a.status != http.StatusNotFound {
				t.Fatalf("status %d", a.status)
			}
		}
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	http2.CloseIdleConnections()
	http1.CloseIdleConnections()
	// The last statements of a goroutine run after what Close waits for.
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestCloseWaits protects that Close returns after the connections have ended,
// with the handler that ran on one of them.
func TestCloseWaits(t *testing.T) {
	s, err := Start(context.Background(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, Sandbox: s, env: s.Environ()}
	client := w.client()
	client.Transport.(*http.Transport).ForceAttemptHTTP2 = false
	entered := make(chan struct{})
	var finished atomic.Bool
	s.vendors[0].handle("GET /slow", func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()              // the connection is closed
		time.Sleep(50 * time.Millisecond) // long enough for a Close that does not wait to return first
		finished.Store(true)
	})
	failed := make(chan error)
	go func() {
		_, err := client.Get(w.env[s.vendors[0].baseURL] + "/slow")
		failed <- err
	}()
	<-entered
	if err := s.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if !finished.Load() {
		t.Error("Close returned while a handler was running")
	}
	if <-failed == nil {
		t.Error("the request was answered")
	}
}

// TestHTTP2 protects that the vendors speak HTTP/2, as real ones do.
func TestHTTP2(t *testing.T) {
	w := newWorld(t, Options{})
	response, err := w.http.Get(w.env["CORO_BASE_URL"] + "/v1/users")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.ProtoMajor != 2 {
		t.Errorf("protocol %s", response.Proto)
	}
}

// TestUnknownRoutes protects that a vendor answers in its own words where
// there is nothing, and that the answer does not give away what there is.
func TestUnknownRoutes(t *testing.T) {
	w := newWorld(t, Options{})
	for _, test := range []struct {
		base, method, path string
		status             int
		member, allow      string
	}{
		{"CORO_BASE_URL", "POST", "/oath/token", 404, "error", ""}, // the misspelt path of the vendor's text
		{"CORO_BASE_URL", "GET", "/", 404, "error", ""},
		{"CORO_BASE_URL", "GET", "/oauth/token", 405, "error", "POST"},
		{"C1_BASE_URL", "POST", "/auth", 404, "message", ""},
		{"C1_BASE_URL", "DELETE", "/company/7001", 405, "message", "GET, HEAD, PUT"},
		{"CORTI_AUTH_URL", "GET", "/v2/interactions/", 404, "error", ""}, // each host has its own
		{"CORTI_BASE_URL", "POST", "/realms/base/protocol/openid-connect/token", 404, "detail", ""},
		{"CORTI_BASE_URL", "DELETE", "/v2/templates", 405, "detail", "GET, HEAD"},
		{"COTALKER_BASE_URL", "GET", "/auth/local", 405, "message", "POST"},
		{"COTALKER_BASE_URL", "GET", "/", 404, "message", ""},
		{"COBUILDER_BASE_URL", "POST", "/oauth2/token", 404, "statusCode", ""},
		{"COBUILDER_BASE_URL", "PUT", "/authentication/api/v1/oauth2/token", 405, "message", "POST"},
	} {
		a := w.send(w.http, test.method, w.env[test.base]+test.path, "{}", jsonType)
		if a.status != test.status || a.body[test.member] == nil || a.header.Get("Allow") != test.allow {
			t.Errorf("%s %s: %d Allow %q %s", test.method, test.path, a.status, a.header.Get("Allow"), a.text)
		}
		if strings.Contains(a.text, "oauth") || strings.Contains(a.text, "/") {
			t.Errorf("%s %s names a path: %s", test.method, test.path, a.text)
		}
	}
	// A path that is not written cleanly is redirected, as http.ServeMux does.
	w.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if a := w.send(w.http, "GET", w.env["CORO_BASE_URL"]+"/v1//nothing", ""); a.status/100 != 3 || a.header.Get("Location") != "/v1/nothing" {
		t.Errorf("unclean path: %d to %q", a.status, a.header.Get("Location"))
	}
}

// TestTokenRequests protects the count: logins and renewals, granted or not,
// and nothing else.
func TestTokenRequests(t *testing.T) {
	w := newWorld(t, Options{})
	start := map[string]int{"coro": 0, "comodo-one": 0, "corti": 0, "cotalker": 0, "cobuilder": 0}
	if got := w.TokenRequests(); !maps.Equal(got, start) {
		t.Errorf("at the start: %v", got)
	}
	w.coroToken()
	w.send(w.http, "POST", w.env["CORO_BASE_URL"]+"/oauth/token", "{}", jsonType)
	w.send(w.http, "POST", w.env["CORO_BASE_URL"]+"/oath/token", "{}", jsonType)
	w.send(w.http, "GET", w.env["CORO_BASE_URL"]+"/v1/users", "")
	pair := w.c1Login()
	w.c1("/auth/renew", object(map[string]any{"refreshToken": pair["refreshToken"]}))
	w.c1("/auth/renew", "{}")
	w.cortiToken()
	w.cotalkerToken()
	w.cobuilderToken()
	w.send(w.http, "POST", w.env["COBUILDER_BASE_URL"]+"/authentication/api/v1/oauth2/token", "{}", jsonType)
	end := map[string]int{"coro": 2, "comodo-one": 3, "corti": 1, "cotalker": 1, "cobuilder": 2}
	if got := w.TokenRequests(); !maps.Equal(got, end) {
		t.Errorf("at the end: %v", got)
	}
}

// TestExports protects that a shell reads back exactly what Environ and CA
// return, special characters and line ends included, in a stable order.
func TestExports(t *testing.T) {
	w := newWorld(t, Options{})
	w.vendors[0].environ["CORO_QUOTE"] = `it's "here" $HOME \n` // the generated values hold no single quote
	want := w.Environ()
	want["POSTRIDER_CACERT"] = string(w.CA())

	text := w.Exports()
	var outline []string
	for line := range strings.Lines(text) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(line, "export "), "="); ok && strings.HasPrefix(line, "export ") {
			outline = append(outline, name)
		} else if strings.HasPrefix(line, "#") {
			outline = append(outline, strings.TrimSpace(line))
		}
	}
	wantOutline := []string{
		"# cobuilder", "COBUILDER_AUDIENCE_URL", "COBUILDER_BASE_URL", "COBUILDER_CLIENT_ID", "COBUILDER_CLIENT_SECRET",
		"# comodo-one", "C1_BASE_URL", "C1_CLIENT_CERT", "C1_CLIENT_ID", "C1_CLIENT_KEY", "C1_CLIENT_SECRET", "C1_PASSWORD", "C1_USERNAME",
		"# coro", "CORO_AUDIENCE", "CORO_BASE_URL", "CORO_CLIENT_ID", "CORO_CLIENT_SECRET", "CORO_QUOTE", "CORO_REGION", "CORO_WORKSPACE",
		"# corti", "CORTI_AUTH_URL", "CORTI_BASE_URL", "CORTI_CLIENT_ID", "CORTI_CLIENT_SECRET", "CORTI_ENVIRONMENT", "CORTI_SCOPE", "CORTI_TENANT",
		"# cotalker", "COTALKER_ADMIN", "COTALKER_API_TOKEN", "COTALKER_BASE_URL", "COTALKER_EMAIL", "COTALKER_PASSWORD", "COTALKER_TRIAL",
		"# certificate authority of the sandbox", "POSTRIDER_CACERT",
	}
	if !slices.Equal(outline, wantOutline) {
		t.Errorf("outline\n got %q\nwant %q", outline, wantOutline)
	}

	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell on this machine")
	}
	script := text
	var names []string
	for name := range want {
		names = append(names, name)
		script += "printf '%s\\0' \"$" + name + "\"\n"
	}
	var stderr bytes.Buffer
	command := exec.Command(shell)
	command.Stdin, command.Stderr = strings.NewReader(script), &stderr
	out, err := command.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("shell: %v %s", err, stderr.String())
	}
	for i, value := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if value != want[names[i]] {
			t.Errorf("%s differs after the shell", names[i])
		}
	}
}

// TestConcurrentUse protects the state of both vendors: many clients at once
// log in, close tickets and create companies, and none disturbs another.
func TestConcurrentUse(t *testing.T) {
	w := newWorld(t, Options{})
	var all sync.WaitGroup
	ids := make(chan any, 8)
	for range 8 {
		all.Go(func() {
			token := w.coroToken()
			open := w.coro(token, "GET", "/v1/tickets?processed=false&pageSize=1", "")
			id := open.body["items"].([]any)[0].(map[string]any)["id"].(string)
			if a := w.coro(token, "POST", "/v1/tickets/"+id+"/actions", `{"action":"close"}`); a.status != 200 {
				t.Errorf("close: %d %s", a.status, a.text)
			}
			if a := w.coro(token, "GET", "/v1/tickets/"+id, ""); a.body["processed"] != true {
				t.Errorf("a closed ticket is open: %s", a.text)
			}
			access := "Authorization: Bearer " + w.c1Login()["accessToken"].(string)
			created := w.send(w.http, "POST", w.env["C1_BASE_URL"]+"/company", object(companyFields), jsonType, access)
			ids <- created.body["data"].(map[string]any)["entry"].(map[string]any)["id"]
			w.TokenRequests()
			w.Environ()
		})
	}
	all.Wait()
	close(ids)
	seen := make(map[any]bool)
	for id := range ids {
		if seen[id] {
			t.Errorf("two companies of id %v", id)
		}
		seen[id] = true
	}
	if got := w.TokenRequests(); got["coro"] != 8 || got["comodo-one"] != 8 {
		t.Errorf("token requests %v", got)
	}
}
