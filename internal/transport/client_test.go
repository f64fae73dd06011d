package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mccutchen/go-httpbin/v2/httpbin"

	"github.com/postrider/postrider/internal/diag"
)

func TestProtocols(t *testing.T) {
	echo := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %s", r.Proto, r.Host, body)
	}
	client := newTLSClient(t, Options{})
	both := newTLSServer(t, true, nil, echo)
	old := newTLSServer(t, false, nil, echo)
	unaware := newTLSServer(t, false, func(c *tls.Config) {
		c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
			return &tls.Config{Certificates: both.TLS.Certificates}, nil // without ALPN
		}
	}, echo)
	plain := newServer(t, echo)
	h2c := httptest.NewUnstartedServer(http.HandlerFunc(echo))
	h2c.Config.Protocols = new(http.Protocols)
	h2c.Config.Protocols.SetUnencryptedHTTP2(true)
	h2c.Start()
	t.Cleanup(h2c.Close)

	tests := []struct {
		name, proto, url string
		want             string // protocol, or the summary of an error
		code             string
	}{
		{"TLS", "", both.URL, "HTTP/2.0", ""},
		{"TLS, old server", "", old.URL, "HTTP/1.1", ""},
		{"TLS, 1.1", "HTTP/1.1", both.URL, "HTTP/1.1", ""},
		{"TLS, 2", "HTTP/2", both.URL, "HTTP/2.0", ""},
		{"TLS, 2, old server", "HTTP/2", old.URL, "does not offer HTTP/2", diag.CodeTLS},
		{"TLS, 2, server without ALPN", "HTTP/2", unaware.URL, "not in HTTP/2", diag.CodeNetwork},
		{"plain", "", plain.URL, "HTTP/1.1", ""},
		{"plain, 1.1", "HTTP/1.1", plain.URL, "HTTP/1.1", ""},
		{"plain, 2", "HTTP/2", h2c.URL, "HTTP/2.0", ""},
		{"plain, 2, old server", "HTTP/2", plain.URL, "", diag.CodeNetwork},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &Request{Method: "POST", URL: parseURL(t, test.url), Proto: test.proto, Body: Bytes("body"),
				Header:  []Field{{"Host", "virtual.example"}, {"user-agent", "me"}, {"c1_access_token", "t"}},
				Connect: 5 * time.Second, Timeout: 5 * time.Second}
			if test.code != "" {
				fails(t, client, r, test.code, test.want)
				return
			}
			hop := do(t, client, r).Final()
			if hop.Proto != test.want || string(hop.Content) != test.want+" virtual.example body" {
				t.Errorf("%s with %q, want %s", hop.Proto, hop.Content, test.want)
			}
			if (hop.StatusText == "OK") != (test.want == "HTTP/1.1") {
				t.Errorf("reason phrase %q in %s", hop.StatusText, hop.Proto)
			}
		})
	}
}

// Many requests at once share connections and nothing else.
func TestConcurrency(t *testing.T) {
	var connections sync.Map // by the client's address
	for _, secure := range []bool{false, true} {
		handler := func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			connections.Store(r.RemoteAddr, true)
			w.Header().Set("X-Echo", r.Header.Get("X-Number"))
			w.Write(body)
		}
		server := newServer(t, handler)
		if secure {
			server = newTLSServer(t, true, nil, handler)
		}
		client := newTLSClient(t, Options{})
		u := parseURL(t, server.URL)
		var wait sync.WaitGroup
		for worker := range 8 {
			wait.Go(func() {
				for i := range 50 {
					number := fmt.Sprint(worker, "-", i)
					x, err := client.Do(context.Background(), &Request{Method: "POST", URL: u, Body: Bytes(number),
						Header: []Field{{"X-Number", number}}, Timeout: 30 * time.Second, Connect: 10 * time.Second})
					if err != nil {
						t.Errorf("%s: %v", number, err)
						return
					}
					if hop := x.Final(); string(hop.Content) != number || hop.Header.Get("X-Echo") != number {
						t.Errorf("%s got the answer to %s", number, hop.Content)
					}
				}
			})
		}
		wait.Wait()
	}
	count := 0
	connections.Range(func(any, any) bool { count++; return true })
	if count > 20 {
		t.Errorf("800 requests of 16 workers took %d connections", count)
	}
}

func TestAgainstHTTPBin(t *testing.T) {
	server := httptest.NewServer(httpbin.New())
	defer server.Close()
	client := newClient(t, Options{UserAgent: "postrider/1"})
	get := func(path string, redirects int) *Exchange {
		return do(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL+path), Redirects: redirects})
	}
	if x := get("/redirect/4", 10); len(x.Hops) != 5 || x.Final().Status != 200 {
		t.Errorf("/redirect/4: %d hops, status %d", len(x.Hops), x.Final().Status)
	}
	fails(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL+"/redirect/4"), Redirects: 3}, diag.CodeRedirect, "more than 3 redirects")
	for _, coding := range []string{"gzip", "deflate"} {
		var answer map[string]any
		if err := json.Unmarshal(get("/"+coding, 0).Final().Content, &answer); err != nil {
			t.Errorf("/%s is not decoded: %v", coding, err)
		}
	}
	if got := get("/stream-bytes/100000?seed=1&chunk_size=100", 0).Final().Content; len(got) != 100000 {
		t.Errorf("/stream-bytes: %d bytes", len(got))
	}
	if status := get("/basic-auth/u/p", 0).Final().Status; status != 401 {
		t.Errorf("/basic-auth: %d", status)
	}
	body := bytes.Repeat([]byte("x"), 1<<20)
	x := do(t, client, &Request{Method: "PUT", URL: parseURL(t, server.URL+"/redirect-to?status_code=307&url=/put"), Body: Bytes(body), Redirects: 1})
	if x.Final().Status != 200 || len(x.Final().Content) < len(body) {
		t.Errorf("PUT through 307: status %d with %d bytes", x.Final().Status, len(x.Final().Content))
	}
}

func TestLoopbackOnly(t *testing.T) {
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
		}
	})
	client := New(Options{LoopbackOnly: true, Proxy: func(*url.URL) (*url.URL, error) { return parseURL(t, "http://192.0.2.1"), nil }})
	defer client.Close()
	do(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL)})
	do(t, client, &Request{Method: "GET", URL: parseURL(t, strings.Replace(server.URL, "127.0.0.1", "localhost", 1))})
	fails(t, client, &Request{Method: "GET", URL: parseURL(t, "http://192.0.2.1/"), Timeout: time.Minute}, diag.CodeNetwork, "only this machine may be reached")
	fails(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL+"/?to=http://192.0.2.1/"), Redirects: 1, Timeout: time.Minute},
		diag.CodeNetwork, "only this machine may be reached")
}

// Names are not looked up: that alone would leave this machine. The dialler
// here stands for the one that would do so.
func TestLoopbackOnlyAsksNoNameServer(t *testing.T) {
	tests := []struct {
		host  string
		dials []string // with the first address refused
	}{
		{"127.0.0.1", []string{"127.0.0.1:80"}},
		{"127.8.9.1", []string{"127.8.9.1:80"}},
		{"[::1]", []string{"[::1]:80"}},
		{"[::ffff:127.0.0.1]", []string{"[::ffff:127.0.0.1]:80"}},
		{"localhost", []string{"127.0.0.1:80", "[::1]:80"}},
		{"LOCALHOST.", []string{"127.0.0.1:80", "[::1]:80"}},
		{"api.localhost", []string{"127.0.0.1:80", "[::1]:80"}},
		{"api.example.com", nil},
		{"localhost.example.com", nil},
		{"notlocalhost", nil},
		{"127.1", nil},
		{"0x7f.0.0.1", nil},
		{"192.0.2.1", nil},
		{"0.0.0.0", nil},
		{"[2001:db8::1]", nil},
	}
	for _, test := range tests {
		t.Run(test.host, func(t *testing.T) {
			var dials []string
			client := newClient(t, Options{LoopbackOnly: true})
			client.dial = func(_ context.Context, network, address string) (net.Conn, error) {
				dials = append(dials, address)
				return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
			}
			want := "only this machine may be reached"
			if test.dials != nil {
				want = "connection to " + test.host + " refused"
			}
			_, d := fails(t, client, &Request{Method: "GET", URL: parseURL(t, "http://"+test.host+"/")}, diag.CodeNetwork, want)
			if !slices.Equal(dials, test.dials) {
				t.Errorf("dialled %q, want %q: %s", dials, test.dials, d.Summary)
			}
			if strings.Contains(d.Summary, "only this machine") != (test.dials == nil) {
				t.Errorf("got %q", d.Summary)
			}
		})
	}
}

// A server on the internet must not lead us into the private network, be it by
// a name; a server inside it may.
func TestRedirectIntoPrivateNetwork(t *testing.T) {
	inside := newServer(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "metadata") })
	outside := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
	})
	// Every address of a test is private; here the port decides.
	isInside := func(address netip.AddrPort) bool {
		return fmt.Sprint(address.Port()) == parseURL(t, inside.URL).Port()
	}
	named := strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)
	twice := func(to string) string { return outside.URL + "/?to=" + url.QueryEscape(to) }
	tests := []struct {
		name, url string
		refused   bool
	}{
		{"from outside", twice(inside.URL), true},
		{"from outside by name", twice(named), true},
		{"in two steps", twice(twice(inside.URL)), true},
		{"asked for directly", inside.URL, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, Options{})
			client.private = isInside
			do(t, client, &Request{Method: "GET", URL: parseURL(t, inside.URL)}) // leaves a connection that could be used
			r := &Request{Method: "GET", URL: parseURL(t, test.url), Redirects: 5}
			if test.refused {
				fails(t, client, r, diag.CodeRedirect, "to the private address")
			} else {
				do(t, client, r)
			}
		})
	}
	client := newClient(t, Options{})
	do(t, client, &Request{Method: "GET", URL: parseURL(t, twice(inside.URL)), Redirects: 1}) // both are private
	client = newClient(t, Options{})
	client.private = func(netip.AddrPort) bool { return false }
	do(t, client, &Request{Method: "GET", URL: parseURL(t, twice(inside.URL)), Redirects: 1}) // both are public
}

func TestIsPrivate(t *testing.T) {
	for _, address := range []string{
		"127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "0.1.2.3",
		"224.0.0.1", "::1", "::", "fd00:ec2::254", "fe80::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
	} {
		if !isPrivate(netip.AddrPortFrom(netip.MustParseAddr(address), 80)) {
			t.Errorf("%s counts as public", address)
		}
	}
	for _, address := range []string{"8.8.8.8", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"} {
		if isPrivate(netip.AddrPortFrom(netip.MustParseAddr(address), 80)) {
			t.Errorf("%s counts as private", address)
		}
	}
}

func TestProxy(t *testing.T) {
	var asked []string
	proxy := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.RequestURI+" "+r.Header.Get("Proxy-Authorization"))
		switch {
		case r.Method == "CONNECT":
			w.WriteHeader(http.StatusProxyAuthRequired)
		case r.URL.Path == "/away":
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
		}
	})
	proxyURL := parseURL(t, strings.Replace(proxy.URL, "http://", "http://user:s3cret@", 1))
	client := newClient(t, Options{})
	client.proxy = func(*url.URL) (*url.URL, error) { return proxyURL, nil }

	x := do(t, client, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/a?b")})
	if want := []string{"GET http://api.example.com/a?b Basic dXNlcjpzM2NyZXQ="}; asked[0] != want[0] {
		t.Errorf("the proxy was asked %q, want %q", asked, want)
	}
	if strings.Contains(fmt.Sprint(x.Final().Sent), "Proxy") {
		t.Error("the hop records the credentials of the proxy")
	}
	_, d := fails(t, client, &Request{Method: "GET", URL: parseURL(t, "https://api.example.com/")}, diag.CodeNetwork, "answers 407 to CONNECT")
	if strings.Contains(d.Summary+d.Detail+d.Suggestion, "s3cret") {
		t.Error("the message shows the password of the proxy")
	}
	// The proxy resolves names; what a URL says itself is checked all the same.
	for _, target := range []string{"http://169.254.169.254/latest/", "http://localhost/", "http://x.localhost./", "http://[::1]/"} {
		fails(t, client, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/away?to="+target), Redirects: 1}, diag.CodeRedirect, "private address")
	}
	do(t, client, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/away?to=http://other.example/"), Redirects: 1})

	proxyURL = parseURL(t, "http://user:s3cret@"+nobody)
	for _, u := range []string{"http://fresh.example/", "https://fresh.example/"} {
		_, d = fails(t, client, &Request{Method: "GET", URL: parseURL(t, u)}, diag.CodeNetwork, "connection to the proxy for fresh.example refused")
		if strings.Contains(d.Summary+d.Detail+d.Suggestion, "s3cret") {
			t.Error("the message shows the password of the proxy")
		}
	}
}

func TestWebSocketUpgradeIsNotRead(t *testing.T) {
	address := rawServer(t, func(_ int, _ string, conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		until(conn)
	})
	hop := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, "http://"+address), Timeout: 20 * time.Second,
		Header: []Field{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}}}).Final()
	if hop.Status != 101 || len(hop.Content) != 0 {
		t.Errorf("status %d, content %q", hop.Status, hop.Content)
	}
}
