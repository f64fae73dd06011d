package transport

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

var quiet = log.New(io.Discard, "", 0)

// seen is a request as a server got it.
type seen struct {
	method, query, body string
	header              http.Header
}

// recorder is a server that keeps the requests it gets and answers 200, or
// redirects /from?to=URL.
type recorder struct {
	mu   sync.Mutex
	seen []seen
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	if request.URL.Path == "/from" {
		w.Header().Set("Location", request.URL.Query().Get("to"))
		var status int
		fmt.Sscan(request.URL.Query().Get("status"), &status)
		w.WriteHeader(status)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, seen{request.Method, request.URL.RawQuery, string(body), request.Header.Clone()})
}

func (r *recorder) take() []seen {
	r.mu.Lock()
	defer r.mu.Unlock()
	taken := r.seen
	r.seen = nil
	return taken
}

// What net/http sends to another place, and we must not: header fields with
// user-named secrets, Authorization to another port or over plain HTTP, bodies
// with a client_secret, a Referer with the query.
func TestRedirectMatrix(t *testing.T) {
	secretFields := []string{"Authorization", "Cookie", "Workspace", "Admin", "Tenant-Name", "c1_access_token", "X-Api-Key"}

	target := new(recorder)
	plain := httptest.NewServer(target)
	t.Cleanup(plain.Close)
	otherPlain := httptest.NewServer(target)
	t.Cleanup(otherPlain.Close)
	secure := newTLSServer(t, false, nil, target.ServeHTTP)
	otherSecure := newTLSServer(t, true, nil, target.ServeHTTP)
	client := newTLSClient(t, Options{UserAgent: "postrider/test"})

	changes := []struct {
		name, from, to string
		same, refused  bool
	}{
		{"none", plain.URL, plain.URL, true, false},
		{"none, relative", plain.URL, "", true, false},
		{"none with TLS", secure.URL, secure.URL, true, false},
		{"port", plain.URL, otherPlain.URL, false, false},
		{"port with TLS", secure.URL, otherSecure.URL, false, false},
		{"host", plain.URL, strings.Replace(plain.URL, "127.0.0.1", "localhost", 1), false, false},
		{"scheme http to https", plain.URL, secure.URL, false, false},
		{"scheme https to http", secure.URL, plain.URL, false, true},
	}
	for _, change := range changes {
		for _, status := range []int{301, 302, 303, 307, 308} {
			for _, method := range []string{"GET", "POST"} {
				t.Run(fmt.Sprintf("%s/%d/%s", change.name, status, method), func(t *testing.T) {
					from := parseURL(t, change.from+"/from")
					from.RawQuery = url.Values{
						"to": {change.to + "/arrived"}, "status": {fmt.Sprint(status)}, "access_token": {"query-secret"},
					}.Encode()
					request := &Request{Method: method, URL: from, Redirects: 5, Header: []Field{
						{"Accept", "application/json"}, {"Content-Type", "text/plain"}, {"If-None-Match", `"1"`},
					}}
					if method == "POST" {
						request.Body = Bytes("client_secret=body-secret")
					}
					for _, name := range secretFields {
						request.Header = append(request.Header, Field{name, "header-secret"})
					}

					keepsBody := method == "POST" && status >= 307
					if change.refused || keepsBody && !change.same {
						x, _ := fails(t, client, request, diag.CodeRedirect, "")
						if len(x.Hops) != 1 || x.Final().Status != status {
							t.Errorf("the redirect itself is not in the exchange: %d hops", len(x.Hops))
						}
						if got := target.take(); len(got) != 0 {
							t.Fatalf("sent %d requests to where none may go", len(got))
						}
						return
					}

					x := do(t, client, request)
					got := target.take()
					if len(got) != 1 {
						t.Fatalf("the target got %d requests, want 1", len(got))
					}
					arrived := got[0]
					for _, name := range secretFields {
						value := http.Header(arrived.header).Get(name)
						if change.same && value != "header-secret" {
							t.Errorf("%s did not arrive at the same origin", name)
						}
						if !change.same && value != "" {
							t.Errorf("%s was sent to another origin", name)
						}
						_, recorded := x.Final().Sent[name]
						if recorded != change.same {
							t.Errorf("Hop.Sent has %s: %v, want %v", name, recorded, change.same)
						}
					}
					if !change.same && strings.Contains(fmt.Sprint(arrived), "secret") {
						t.Error("a secret was sent to another origin")
					}
					for name, want := range map[string]string{
						"Referer": "", "Accept": "application/json", "If-None-Match": `"1"`, "User-Agent": "postrider/test",
					} {
						if got := arrived.header.Get(name); got != want {
							t.Errorf("%s: %q, want %q", name, got, want)
						}
					}

					wantMethod, wantBody, wantType := method, "", "text/plain"
					if method == "POST" && !keepsBody {
						wantMethod, wantType = "GET", ""
					}
					if status == 303 {
						wantType = ""
					}
					if keepsBody {
						wantBody = "client_secret=body-secret"
					}
					if arrived.method != wantMethod || arrived.body != wantBody || arrived.header.Get("Content-Type") != wantType {
						t.Errorf("arrived as %s with body %q of type %q, want %s, %q, %q", arrived.method, arrived.body,
							arrived.header.Get("Content-Type"), wantMethod, wantBody, wantType)
					}
					if len(x.Hops) != 2 || x.Hops[0].Status != status || x.Hops[0].Cause != CauseFirst ||
						x.Hops[1].Cause != CauseRedirect || x.Hops[1].Method != wantMethod {
						t.Errorf("hops are not what happened: %+v", x.Hops)
					}
				})
			}
		}
	}
}

// A field that was dropped on the way does not come back when a later hop
// returns to the first origin: its path and query were chosen by another.
func TestRedirectDropsForGood(t *testing.T) {
	target := new(recorder)
	a := httptest.NewServer(target)
	defer a.Close()
	b := httptest.NewServer(target)
	defer b.Close()
	back := b.URL + "/from?" + url.Values{"to": {a.URL + "/arrived"}, "status": {"302"}}.Encode()
	first := parseURL(t, a.URL+"/from?"+url.Values{"to": {back}, "status": {"302"}}.Encode())
	x := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: first, Redirects: 5, Header: []Field{{"Workspace", "w"}}})
	if len(x.Hops) != 3 {
		t.Fatalf("%d hops, want 3", len(x.Hops))
	}
	if got := target.take()[0].header.Get("Workspace"); got != "" {
		t.Errorf("Workspace came back as %q", got)
	}
}

// The method of a redirected request, RFC 9110 section 15.4.
func TestRedirectMethod(t *testing.T) {
	target := new(recorder)
	server := httptest.NewServer(target)
	defer server.Close()
	client := newClient(t, Options{})
	tests := []struct {
		method string
		status int
		want   string
		body   bool
	}{
		{"HEAD", 303, "HEAD", false}, {"HEAD", 302, "HEAD", true},
		{"PUT", 301, "PUT", true}, {"PUT", 302, "PUT", true}, {"PUT", 303, "GET", false}, {"PUT", 308, "PUT", true},
		{"DELETE", 302, "DELETE", true}, {"DELETE", 303, "GET", false},
		{"GET", 303, "GET", false}, {"GET", 302, "GET", true}, {"QUERY", 307, "QUERY", true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %d", test.method, test.status), func(t *testing.T) {
			u := parseURL(t, fmt.Sprintf("%s/from?to=/x&status=%d", server.URL, test.status))
			do(t, client, &Request{Method: test.method, URL: u, Body: Bytes("body"), Redirects: 1})
			got := target.take()[0]
			if got.method != test.want || (got.body == "body") != test.body {
				t.Errorf("arrived as %s with body %q, want %s with body: %v", got.method, got.body, test.want, test.body)
			}
		})
	}
}

func TestRedirectRefused(t *testing.T) {
	var location string
	server := newTLSServer(t, false, nil, func(w http.ResponseWriter, r *http.Request) {
		if location != "" {
			w.Header().Set("Location", location)
		}
		w.WriteHeader(302)
	})
	client := newTLSClient(t, Options{})
	host := strings.TrimPrefix(server.URL, "https://")
	tests := []struct{ name, location, summary string }{
		{"no Location", "", "no Location"},
		{"no URL", "https://%zz/?token=s3cret", "to something that is no http or https URL"},
		{"user information and no URL", "https://u:s3cret@%zz/", "to something that is no http or https URL"},
		{"control character", "/a\tb", "to something that is no http or https URL"},
		{"other scheme", "ftp://example.com/", "to something that is no http or https URL"},
		{"no scheme at all", "javascript:alert(1)", "to something that is no http or https URL"},
		{"file", "file:///etc/passwd", "to something that is no http or https URL"},
		{"secret for a scheme", "S3cret:x", "to something that is no http or https URL"},
		{"secret for a path and no URL", "https://%zz/s3cret", "to something that is no http or https URL"},
		{"user information", "https://u:s3cret@" + host + "/", "user information"},
		{"user trick", "https://api.example.com@" + host + "/", "user information"},
		{"no host", "https:///x", "without a host"},
		{"downgrade", "http://" + host + "/?token=s3cret", "away from TLS"},
		{"circle", "/?token=s3cret", "more than 3 redirects"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			location = test.location
			x, d := fails(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL+"/?token=s3cret"), Redirects: 3},
				diag.CodeRedirect, test.summary)
			if len(x.Hops) == 0 || x.Final().Status != 302 {
				t.Error("the answer that redirects is not in the exchange")
			}
			if text := d.Summary + d.Detail + d.Suggestion; strings.Contains(text, "s3cret") {
				t.Errorf("the message shows a secret: %q", text)
			}
			if d.Suggestion == "" {
				t.Error("no suggestion")
			}
		})
	}
}

// A host is shown as it was received: folded to lower case, a secret in it
// would not be found by who masks the message.
func TestRedirectShowsHostAsReceived(t *testing.T) {
	var location string
	server := newTLSServer(t, false, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(307)
	})
	client := newTLSClient(t, Options{})
	for _, location = range []string{"https://S3CRET.example/", "http://S3CRET.example/"} {
		_, d := fails(t, client, &Request{Method: "POST", URL: parseURL(t, server.URL), Body: Bytes("x"), Redirects: 1}, diag.CodeRedirect, "S3CRET.example")
		if text := d.Summary + d.Detail + d.Suggestion; strings.Contains(text, "s3cret") {
			t.Errorf("the message changes the host: %q", text)
		}
	}
}

// Without redirects to follow, a 3xx is the answer, whatever its Location.
func TestRedirectNotFollowed(t *testing.T) {
	target := new(recorder)
	server := httptest.NewServer(target)
	defer server.Close()
	x := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL+"/from?to=file:///x&status=302")})
	if len(x.Hops) != 1 || x.Final().Status != 302 || x.Final().Header.Get("Location") != "file:///x" {
		t.Errorf("got %+v", x.Final())
	}
	for _, status := range []string{"300", "304", "305", "306"} {
		x := do(t, newClient(t, Options{}), &Request{Method: "GET", Redirects: 5, URL: parseURL(t, server.URL+"/from?to=/x&status="+status)})
		if len(x.Hops) != 1 {
			t.Errorf("%s was followed", status)
		}
	}
}

// A relative target starts from the URL of the request, not from that with the
// credentials in its query.
func TestRedirectLeavesQueryCredentials(t *testing.T) {
	target := new(recorder)
	server := httptest.NewServer(target)
	defer server.Close()
	calls := 0
	auth := &authorizer{apply: func(hop *http.Request, _ func(string) bool) (bool, error) {
		if calls++; calls == 1 {
			hop.URL.RawQuery += "&key=s3cret"
		}
		return true, nil
	}}
	x := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, server.URL+"/from?to=x%23frag&status=302"), Redirects: 1, Auth: auth})
	if got := target.take()[0].query; got != "" {
		t.Errorf("query %q", got)
	}
	if !strings.Contains(x.Hops[0].URL.RawQuery, "s3cret") || x.Hops[1].URL.Fragment != "" {
		t.Error("hops do not show what was sent")
	}
}

func FuzzRedirectTarget(f *testing.F) {
	for _, location := range []string{
		"/x", "//other.example/x", "https://api.example.com@evil.example/", "http://api.example.com", "HTTPS://API.example.com:0443/",
		"\\\\evil.example", "https:evil.example", "?a=b", "#f", "javascript:x", "https://api.example.com.evil.example", "\x00", "https://[::1]/",
	} {
		f.Add(location, "Workspace", 307)
	}
	f.Fuzz(func(t *testing.T, location, name string, status int) {
		m := &message{method: "GET", url: &url.URL{Scheme: "https", Host: "api.example.com", Path: "/v1/"},
			header: http.Header{name: {"value"}, "Accept": {"x"}}}
		next, err := m.redirected(status, http.Header{"Location": {location}})
		if err != nil {
			diagnostic(t, err)
			return
		}
		switch {
		case next.url.Scheme != "https", next.url.User != nil, next.url.Hostname() == "":
			t.Fatalf("%q leads to %v", location, next.url)
		case checkURL(next.url) != nil:
			t.Fatalf("%q leads to a URL that cannot be sent: %v", location, checkURL(next.url))
		}
		_, kept := next.header[name]
		if kept && !crossesOrigins(name) && !strings.EqualFold(strings.TrimSuffix(next.url.Hostname(), "."), "api.example.com") {
			t.Fatalf("%q went to %v", name, next.url)
		}
	})
}
