package transport

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The route tells what a connection can be trusted for, and no password.
func TestRoute(t *testing.T) {
	u := &url.URL{Scheme: "https", Host: "api.example.com"}
	proxy := func(text string) func(*url.URL) (*url.URL, error) {
		return func(asked *url.URL) (*url.URL, error) {
			if asked != u {
				t.Errorf("asked for %s", asked)
			}
			return url.Parse(text)
		}
	}
	seen := make(map[string]string)
	for name, c := range map[string]*Client{
		"plain":         {},
		"insecure":      {options: Options{Insecure: true}},
		"other roots":   {options: Options{Roots: "a1"}},
		"proxy":         {proxy: proxy("http://user:pass-word@proxy.example:3128")},
		"another proxy": {proxy: proxy("http://proxy2.example:3128")},
		"broken proxy":  {proxy: func(*url.URL) (*url.URL, error) { return nil, http.ErrNotSupported }},
	} {
		route := c.Route(u)
		if other, taken := seen[route]; taken {
			t.Errorf("%s and %s have the route %q", name, other, route)
		}
		seen[route] = name
		if strings.Contains(route, "pass-word") {
			t.Errorf("shown %q", route)
		}
	}
	other := &Client{proxy: proxy("http://else@proxy.example:3128")}
	if seen[other.Route(u)] != "proxy" {
		t.Error("the user of a proxy makes another route")
	}
}
