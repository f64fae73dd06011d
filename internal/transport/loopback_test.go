package transport

import (
	"context"
	"errors"
	"net"
	"net/url"
	"slices"
	"testing"
)

// TestIsLoopback protects the one rule of what is this machine: nothing that only
// looks so, or that a name server would have a say in.
func TestIsLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "localhost.": true, "api.localhost": true, "A.B.LOCALHOST.": true,
		"localhost..": false, "localhost.example.com": false, "notlocalhost": false, "localhost6": false, "localhost.localdomain": false,
		"ｌocalhost": false, "localhoſt": false, " localhost": false, "localhost:80": false,

		"127.0.0.1": true, "127.9.9.9": true, "127.255.255.255": true, "128.0.0.1": false, "126.255.255.255": false,
		"127.0.0.1.": false, "127.1": false, "127.0.0.01": false, "0x7f.0.0.1": false, "2130706433": false, "127.0.0.1.example.com": false,
		"0.0.0.0": false, "10.0.0.1": false, "169.254.169.254": false,

		"::1": true, "0:0:0:0:0:0:0:1": true, "::1%lo0": true, "[::1]": false, "::": false, "::2": false, "fe80::1": false,
		"::ffff:127.0.0.1": true, "::ffff:7f00:1": true, "::FFFF:127.8.8.8": true, "::ffff:10.0.0.1": false,
		"::127.0.0.1": false, "64:ff9b::7f00:1": false, "::ffff:0:127.0.0.1": false,

		"example.com": false, "": false, ".": false,
	} {
		if got := IsLoopback(host); got != want {
			t.Errorf("%q: %t", host, got)
		}
	}
}

// TestIsLoopbackOfURL protects credentials from hosts that a URL only seems to
// have.
func TestIsLoopbackOfURL(t *testing.T) {
	for text, want := range map[string]bool{
		"http://localhost:8080/x": true, "http://[::1]:8080": true, "http://[::ffff:127.0.0.1]": true, "http://127.0.0.1:1": true,
		"http://localhost@evil.example/": false, "http://evil.example/localhost": false, "http://evil.example#@localhost": false, "http://127.0.0.1.evil.example": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := IsLoopback(u.Hostname()); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

// TestLocalhostIsNotLookedUp protects what goes to this machine in clear text: no
// name server says where localhost is (RFC 6761 section 6.3). In a sandbox, no
// other name is even asked for.
func TestLocalhostIsNotLookedUp(t *testing.T) {
	for _, test := range []struct {
		only    bool
		address string
		want    []string
	}{
		{false, "localhost:80", []string{"127.0.0.1:80", "[::1]:80"}},
		{false, "api.LOCALHOST.:80", []string{"127.0.0.1:80", "[::1]:80"}},
		{false, "example.com:80", []string{"example.com:80"}},
		{false, "127.0.0.1:80", []string{"127.0.0.1:80"}},
		{true, "api.localhost:80", []string{"127.0.0.1:80", "[::1]:80"}},
		{true, "[::1]:80", []string{"[::1]:80"}},
		{true, "127.0.0.1.:80", nil},
		{true, "example.com:80", nil},
		{true, "10.0.0.1:80", nil},
	} {
		var dialled []string
		c := New(Options{LoopbackOnly: test.only})
		c.dial = func(_ context.Context, _, address string) (net.Conn, error) {
			dialled = append(dialled, address)
			return nil, errors.New("refused")
		}
		if err := c.Reach(t.Context(), test.address); err == nil {
			t.Errorf("%s is reached", test.address)
		}
		if !slices.Equal(dialled, test.want) {
			t.Errorf("%s, only this machine %t: dialled %q, want %q", test.address, test.only, dialled, test.want)
		}
	}
}
