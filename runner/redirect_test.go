package runner

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// world is a proxy behind which every host answers, over TLS too: it redirects
// /from, and keeps what arrives at /arrived.
type world struct {
	*httptest.Server
	roots *x509.CertPool

	mu      sync.Mutex
	arrived []arrival
}

// arrival is a request as it came to a host.
type arrival struct {
	*http.Request
	body string
	text string // all of it, as it came over the wire
}

func newWorld(t *testing.T) *world {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"api.test", "*.api.test", "other.test"}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{roots: x509.NewCertPool()}
	w.roots.AddCert(certificate)
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	w.Server = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			w.serve(out, r)
			return
		}
		conn, _, err := http.NewResponseController(out).Hijack() // before the client has an answer, and sends more
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		w.tunnel(tls.Server(conn, config))
	}))
	t.Cleanup(w.Close)
	return w
}

// tunnel serves the requests on a connection.
func (w *world) tunnel(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		out := httptest.NewRecorder()
		w.serve(out, r)
		answer := out.Result()
		answer.ContentLength = int64(out.Body.Len())
		if answer.Write(conn) != nil {
			return
		}
	}
}

func (w *world) serve(out http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/from" {
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		http.SetCookie(out, &http.Cookie{Name: "jar", Value: "j-secret", Path: "/"})
		out.Header().Set("Location", r.URL.Query().Get("to"))
		out.WriteHeader(status)
		return
	}
	var text bytes.Buffer
	r.Body = io.NopCloser(bytes.NewReader(body))
	_ = r.WriteProxy(&text) // to memory
	w.mu.Lock()
	defer w.mu.Unlock()
	w.arrived = append(w.arrived, arrival{r, string(body), text.String()})
}

func (w *world) take() []arrival {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.arrived
	w.arrived = nil
	return taken
}

// TestRedirectMatrix protects what a redirect carries along, whoever has put it
// on the request, by every kind of redirect to everywhere: all of it to the same
// origin, and to another none. Cookies of the jar have rules of their own (RFC
// 6265), which know hosts and no ports.
func TestRedirectMatrix(t *testing.T) {
	type carrier struct {
		name    string
		request string // its directives, the request line being %s, and its fields
		has     func(r *http.Request) bool
	}
	field := func(name string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.Header.Get(name) != "" }
	}
	cookie := func(name string) func(*http.Request) bool {
		return func(r *http.Request) bool { _, err := r.Cookie(name); return err == nil }
	}
	carriers := []carrier{
		{"Authorization by hand", "%s\nAuthorization: Custom h-secret", field("Authorization")},
		{"Authorization by shorthand", "%s\nAuthorization: Basic me h-secret", field("Authorization")},
		{"Authorization by a signature", "%s\nAuthorization: AWS AKID h-secret token:t-secret region:r service:s", field("X-Amz-Security-Token")},
		{"user information", "%s", field("Authorization")},
		{"Cookie by hand", "%s\nCookie: mine=h-secret", cookie("mine")},
		{"a field by hand", "%s\nX-Api-Key: h-secret", field("X-Api-Key")},
		{"Workspace by hand", "%s\nWorkspace: h-secret", field("Workspace")},
		{"Proxy-Authorization by hand", "%s\nX-Dummy: 1\nProxy-Authorization: Basic h-secret", field("Proxy-Authorization")},
		{"basic", "# @auth basic username=me password=h-secret\n%s", field("Authorization")},
		{"bearer", "# @auth bearer token=h-secret\n%s", field("Authorization")},
		{"API key in a field", "# @auth apikey name=X-Key value=h-secret\n%s", field("X-Key")},
		{"API key in the query", "# @auth apikey in=query name=key value=h-secret\n%s", func(r *http.Request) bool { return r.URL.Query().Has("key") }},
		{"API key in a cookie", "# @auth apikey in=cookie name=key value=h-secret\n%s", cookie("key")},
		{"aws", "# @auth aws access_key_id=AKID secret_access_key=h-secret session_token=t-secret region=r service=s\n%s", field("X-Amz-Security-Token")},
		{"provider", "# @auth own\n%s", field("Authorization")},
		{"field of a provider", "# @auth own\n%s", field("Workspace")},
	}
	changes := []struct {
		name, from, to string
		same, refused  bool
		sameHost       bool
	}{
		{"nothing", "https://api.test", "https://api.test", true, false, true},
		{"nothing, without TLS", "http://api.test", "http://api.test", true, false, true},
		{"nothing, relative", "https://api.test", "", true, false, true},
		{"only its spelling", "https://api.test", "HTTPS://API.test:443", true, false, true},
		{"port", "https://api.test", "https://api.test:8443", false, false, true},
		{"host", "https://api.test", "https://other.test", false, false, false},
		{"subdomain", "https://api.test", "https://sub.api.test", false, false, false},
		{"parent domain", "https://sub.api.test", "https://api.test", false, false, false},
		{"to TLS", "http://api.test", "https://api.test", false, false, true},
		{"from TLS", "https://api.test", "http://api.test", false, true, true},
	}
	w := newWorld(t)
	for _, c := range carriers {
		for _, change := range changes {
			t.Run(c.name+"/"+change.name, func(t *testing.T) {
				w.take()
				dir := t.TempDir()
				definition := `{"dev": {"Security": {"Auth": {"own": {"Type": "Provider", "Params": {"token": "h-secret"}, "Definition": {
					"params": {"token": {"env": "OWN_TOKEN", "secret": true}}, "static": "token",
					"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}, {"header": "Workspace", "value": "w-secret"}],
					"origins": ["https://api.test"]}}}}}}`
				definition = strings.Replace(definition, "https://api.test", strings.Replace(change.from, "http:", "https:", 1), 1)
				write(t, filepath.Join(dir, "http-client.env.json"), definition)
				if strings.Contains(c.request, "own") && strings.HasPrefix(change.from, "http:") {
					return // a provider's credentials never go out in clear text
				}
				var file strings.Builder
				for _, method := range []string{"GET", "POST"} {
					for _, status := range []int{301, 302, 303, 307, 308} {
						from := change.from
						if c.name == "user information" {
							from = strings.Replace(from, "://", "://me:h-secret@", 1)
						}
						query := url.Values{"to": {change.to + "/arrived?way=" + fmt.Sprint(method, status)}, "status": {fmt.Sprint(status)}}
						line := method + " " + from + "/from?" + query.Encode()
						fmt.Fprintf(&file, "### %s %d\n# @assert status < 1000\n%s\n", method, status, fmt.Sprintf(c.request, line))
						if method == "POST" {
							file.WriteString("Content-Type: text/plain\n\nb-secret\n")
						}
						file.WriteString("\n")
					}
				}
				path := filepath.Join(dir, "a.http")
				write(t, path, file.String())
				plan := NewPlan(t.Context(), Options{
					Paths: []string{path}, Environment: "dev", Proxy: w.URL, RootCAs: w.roots,
					Environ: func(string) (string, bool) { return "", false },
				})
				defer plan.Close()
				told := new(story)
				plan.Run(t.Context(), told)
				if len(told.lines) != 10 {
					t.Fatalf("%q, %q", told.lines, told.errors)
				}

				arrived := make(map[string]arrival)
				for _, a := range w.take() {
					arrived[a.URL.Query().Get("way")] = a
				}
				for _, method := range []string{"GET", "POST"} {
					for _, status := range []int{301, 302, 303, 307, 308} {
						way := fmt.Sprint(method, status)
						a, came := arrived[way]
						keepsBody := method == "POST" && status >= 307
						outcome := "passed"
						if change.refused || keepsBody && !change.same {
							outcome = "broken"
						}
						if !slices.Contains(told.lines, fmt.Sprintf("%s %d %s", method, status, outcome)) {
							t.Errorf("%s: %q, want %s: %q", way, told.lines, outcome, told.errors)
						}
						if came != (outcome == "passed") {
							t.Errorf("%s: arrived: %v, %s", way, came, outcome)
						}
						if !came {
							continue
						}
						if got := c.has(a.Request); got != change.same {
							t.Errorf("%s: carried along: %v, want %v\n%s", way, got, change.same, a.text)
						}
						if cookie("jar")(a.Request) != change.sameHost {
							t.Errorf("%s: the cookie of the jar: %v, want %v", way, !change.sameHost, change.sameHost)
						}
						if rest := strings.ReplaceAll(a.text, "j-secret", ""); !change.same && strings.Contains(rest, "secret") {
							t.Errorf("%s: a secret came along:\n%s", way, a.text)
						}
						wantMethod, wantBody := method, ""
						if method == "POST" && !keepsBody {
							wantMethod = "GET"
						}
						if keepsBody {
							wantBody = "b-secret"
						}
						if a.Method != wantMethod || strings.TrimSpace(a.body) != wantBody || (a.Header.Get("Content-Type") != "") != keepsBody || a.Header.Get("Referer") != "" {
							t.Errorf("%s: arrived as %s with %q, want %s with %q\n%s", way, a.Method, a.body, wantMethod, wantBody, a.text)
						}
					}
				}
			})
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
