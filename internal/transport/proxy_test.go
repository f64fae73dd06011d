package transport

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

func TestParseProxy(t *testing.T) {
	for text, want := range map[string]string{
		"http://proxy.example:3128":          "http://proxy.example:3128",
		"proxy.example:3128":                 "http://proxy.example:3128",
		"https://u:s3cret@proxy.example/":    "https://u:s3cret@proxy.example/",
		"socks5://127.0.0.1:1080":            "socks5://127.0.0.1:1080",
		"socks5h://localhost:1080":           "socks5h://localhost:1080",
		"ftp://s3cret@proxy.example":         "",
		"http://":                            "",
		"http://u:s3cret@%zz":                "",
		"http://proxy.example/s3cret":        "",
		"http://proxy.example:3128?a=s3cret": "",
		"":                                   "",
	} {
		u, err := ParseProxy(text)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q is read as %s", text, u)
		case want == "" && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("%q: the error shows the password: %v", text, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q is read as %v, %v, want %s", text, u, err, want)
		}
	}
}

// Which requests go through a proxy decides who sees them.
func TestProxiesOfTheEnvironment(t *testing.T) {
	tests := []struct {
		name, url, want string
		environ         map[string]string
		one             string // --proxy
	}{
		{"none", "https://api.example.com/", "", nil, ""},
		{"https", "https://api.example.com/", "http://p.example:1", map[string]string{"HTTPS_PROXY": "http://p.example:1"}, ""},
		{"lower case, no scheme", "https://api.example.com/", "http://p.example:1", map[string]string{"https_proxy": "p.example:1"}, ""},
		{"socks", "http://api.example.com/", "socks5://p.example:1", map[string]string{"HTTP_PROXY": "socks5://p.example:1"}, ""},
		{"other scheme", "http://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1"}, ""},
		{"CGI", "http://api.example.com/", "", map[string]string{"HTTP_PROXY": "http://p.example:1", "REQUEST_METHOD": "GET"}, ""},
		{"this machine", "http://localhost:8080/", "", map[string]string{"HTTP_PROXY": "http://p.example:1"}, ""},
		{"this machine by address", "http://[::1]:8080/", "", map[string]string{"HTTP_PROXY": "http://p.example:1"}, ""},
		{"excepted", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "other, api.example.com"}, ""},
		{"subdomain of an excepted host", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "no_proxy": "example.com"}, ""},
		{"domain", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": ".example.com"}, ""},
		{"domain does not except its name", "https://example.com/", "http://p.example:1", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": ".example.com"}, ""},
		{"star before a domain", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "*.example.com"}, ""},
		{"no suffix of a name", "https://myexample.com/", "http://p.example:1", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "example.com"}, ""},
		{"port", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "api.example.com:443"}, ""},
		{"other port", "https://api.example.com/", "http://p.example:1", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "api.example.com:8443"}, ""},
		{"network", "https://10.1.2.3/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "10.0.0.0/8"}, ""},
		{"address", "https://[2001:db8::1]/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "2001:db8:0::1"}, ""},
		{"all", "https://api.example.com/", "", map[string]string{"HTTPS_PROXY": "http://p.example:1", "NO_PROXY": "*"}, ""},
		{"one proxy", "http://api.example.com/", "http://q.example:2", map[string]string{"HTTP_PROXY": "http://p.example:1"}, "http://q.example:2"},
		{"one proxy for this machine", "http://127.0.0.1/", "http://q.example:2", nil, "http://q.example:2"},
		{"one proxy and an exception", "http://localhost/", "", map[string]string{"NO_PROXY": "localhost"}, "http://q.example:2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lookup := func(name string) (string, bool) { v, ok := test.environ[name]; return v, ok }
			proxies := EnvironmentProxies(lookup)
			if test.one != "" {
				proxies = OneProxy(parseURL(t, test.one), lookup)
			}
			proxy, err := proxies(parseURL(t, test.url))
			if got := text(proxy); err != nil || got != test.want {
				t.Errorf("%s goes through %q, %v, want %q", test.url, got, err, test.want)
			}
		})
	}

	lookup := func(name string) (string, bool) {
		return map[string]string{"HTTPS_PROXY": "ftp://u:s3cret@x"}[name], name == "HTTPS_PROXY"
	}
	if proxy, err := EnvironmentProxies(lookup)(parseURL(t, "http://api.example.com/")); proxy != nil || err != nil {
		t.Errorf("what HTTPS_PROXY says matters to plain HTTP: %v, %v", proxy, err)
	}
	_, err := EnvironmentProxies(lookup)(parseURL(t, "https://api.example.com/"))
	if err == nil || strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "HTTPS_PROXY") {
		t.Errorf("a proxy that cannot be read: %v", err)
	}
}

func text(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// A request says itself through which proxy it goes; what it says stays its own.
func TestProxyOfARequest(t *testing.T) {
	var asked []string
	named := func(name string) *url.URL {
		server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, name+" "+r.RequestURI)
			if to := r.URL.Query().Get("to"); to != "" {
				http.Redirect(w, r, to, http.StatusFound)
			}
		})
		return parseURL(t, server.URL)
	}
	direct, one, other := named("direct"), named("one"), named("other")
	client := newClient(t, Options{Proxy: func(*url.URL) (*url.URL, error) { return one, nil }})
	u := func() *url.URL { u := *direct; u.Path = "/x"; return &u }
	do(t, client, &Request{Method: "GET", URL: u()})
	do(t, client, &Request{Method: "GET", URL: u(), Proxy: other})
	do(t, client, &Request{Method: "GET", URL: u(), NoProxy: true})
	do(t, client, &Request{Method: "GET", URL: u()})
	away := parseURL(t, "http://api.example.com/?to=/y")
	do(t, client, &Request{Method: "GET", URL: away, Proxy: other, Redirects: 1})
	want := []string{"one " + u().String(), "other " + u().String(), "direct /x", "one " + u().String(),
		"other http://api.example.com/?to=/y", "other http://api.example.com/y"}
	if strings.Join(asked, "|") != strings.Join(want, "|") {
		t.Errorf("asked %q, want %q", asked, want)
	}
}

// An @insecure request must not leave a connection behind that another request,
// which verifies, would use.
func TestInsecureRequestHasConnectionsOfItsOwn(t *testing.T) {
	server := newTLSServer(t, true, nil, func(http.ResponseWriter, *http.Request) {})
	client := newClient(t, Options{})
	do(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL), Insecure: true})
	fails(t, client, &Request{Method: "GET", URL: parseURL(t, server.URL)}, diag.CodeTLS, "signed by an unknown authority")
}

// A SOCKS5 proxy (RFC 1928) is told the name, which it resolves itself, and
// the password that its address has (RFC 1929).
func TestSOCKS5(t *testing.T) {
	var user, password, target string
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		r := bufio.NewReader(conn)
		read := func(n int) []byte { b := make([]byte, n); io.ReadFull(r, b); return b }
		short := func() string { return string(read(int(read(1)[0]))) }
		read(1) // version
		short() // methods
		conn.Write([]byte{5, 2})
		read(1)
		user, password = short(), short()
		conn.Write([]byte{1, 0})
		read(4) // version, CONNECT, reserved, a name
		target = short()
		read(2)
		conn.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 80})
		http.ReadRequest(r)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
		until(conn)
	}()
	proxy := parseURL(t, "socks5://me:s3cret@"+listener.Addr().String())
	hop := do(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Proxy: proxy}).Final()
	if string(hop.Content) != "hi" || user != "me" || password != "s3cret" || target != "api.example.com" {
		t.Errorf("%q as %s:%s to %s", hop.Content, user, password, target)
	}
}
