package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Proxies chooses the proxy for a URL; nil for none.
type Proxies func(*url.URL) (*url.URL, error)

// ParseProxy reads the address of a proxy: http, https, socks5 or socks5h, with
// a host and perhaps a port, user name and password. Without a scheme it is
// http. Its errors do not show the text, which may hold a password.
func ParseProxy(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("expected the address of a proxy, such as `http://proxy.example:3128`")
	case !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme):
		return nil, fmt.Errorf("expected a proxy of the scheme http, https, socks5 or socks5h, found %q", u.Scheme)
	}
	return u, nil
}

// EnvironmentProxies are the proxies that the environment names in HTTP_PROXY
// and HTTPS_PROXY, in upper or lower case, for hosts that NO_PROXY does not
// except. This machine is never reached through one. An address that cannot be
// read is an error for what it was to serve.
func EnvironmentProxies(lookup func(string) (string, bool)) Proxies {
	named := map[string]string{
		"http":  fromEnvironment(lookup, "HTTP_PROXY"),
		"https": fromEnvironment(lookup, "HTTPS_PROXY"),
	}
	if _, cgi := lookup("REQUEST_METHOD"); cgi {
		named["http"] = "" // HTTP_PROXY is then what a stranger sends as a field Proxy
	}
	except := readExceptions(fromEnvironment(lookup, "NO_PROXY"))
	return func(u *url.URL) (*url.URL, error) {
		text := named[u.Scheme]
		if text == "" || IsLoopback(u.Hostname()) || except.match(u) {
			return nil, nil
		}
		proxy, err := ParseProxy(text)
		if err != nil {
			name := strings.ToUpper(u.Scheme) + "_PROXY"
			return nil, problem(diag.CodeNetwork, "mend "+name+", or unset it", "%s: %s", name, err)
		}
		return proxy, nil
	}
}

// OneProxy is a proxy for every host that NO_PROXY does not except. Unlike those
// of the environment it serves this machine too: whoever names a proxy to see
// what a local service is sent means it.
func OneProxy(proxy *url.URL, lookup func(string) (string, bool)) Proxies {
	except := readExceptions(fromEnvironment(lookup, "NO_PROXY"))
	return func(u *url.URL) (*url.URL, error) {
		if except.match(u) {
			return nil, nil
		}
		return proxy, nil
	}
}

// exceptions is the list of NO_PROXY.
type exceptions []exception

// exception is one entry: a network, or a host with its subdomains.
type exception struct {
	all        bool // `*`
	network    netip.Prefix
	host       string
	subdomains bool   // only those, not the host itself
	port       string // empty for every port
}

// readExceptions reads hosts, `.domains`, IP addresses, networks such as
// 10.0.0.0/8, and `*`, separated by commas. Hosts and addresses may have a port.
func readExceptions(list string) exceptions {
	var all exceptions
	for text := range strings.SplitSeq(list, ",") {
		text = asciiLower(strings.TrimSpace(text))
		if text == "" {
			continue
		}
		e := exception{all: text == "*"}
		if network, err := netip.ParsePrefix(text); err == nil {
			e.network = network.Masked()
			all = append(all, e)
			continue
		}
		e.host = strings.Trim(text, "[]")
		if host, port, err := net.SplitHostPort(text); err == nil {
			e.host, e.port = host, port
		}
		e.host = strings.TrimPrefix(e.host, "*") // *.example.com
		e.host, e.subdomains = strings.CutPrefix(e.host, ".")
		all = append(all, e)
	}
	return all
}

func (all exceptions) match(u *url.URL) bool {
	host, port := asciiLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()
	if port == "" {
		port = defaultPort(u.Scheme)
	}
	address, notAddress := netip.ParseAddr(host)
	address = address.Unmap()
	return slices.ContainsFunc(all, func(e exception) bool {
		switch {
		case e.all:
			return true
		case e.network.IsValid():
			return notAddress == nil && e.network.Contains(address)
		case e.port != "" && e.port != port:
			return false
		case notAddress == nil:
			other, err := netip.ParseAddr(e.host)
			return err == nil && other.Unmap() == address
		}
		return host == e.host && !e.subdomains || strings.HasSuffix(host, "."+e.host)
	})
}

// fromEnvironment returns a variable by its name in upper or lower case.
func fromEnvironment(lookup func(string) (string, bool), name string) string {
	if v, _ := lookup(name); v != "" {
		return v
	}
	v, _ := lookup(strings.ToLower(name))
	return v
}

// proxyFor returns the proxy for a hop to u; nil for none.
func (e *exchange) proxyFor(u *url.URL) (*url.URL, error) {
	switch {
	case e.reach == loopbackOnly || e.request.NoProxy:
		return nil, nil
	case e.request.Proxy != nil:
		return e.request.Proxy, nil
	case e.client.proxy == nil:
		return nil, nil
	}
	return e.client.proxy(u)
}

// proxyAnswered turns the refusal of a proxy into an error of its own.
func proxyAnswered(_ context.Context, proxy *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	d := &diag.Diagnostic{
		Code: diag.CodeNetwork, Severity: diag.Error,
		Summary: fmt.Sprintf("the proxy %s answers %d to CONNECT", proxy.Host, answer.StatusCode),
	}
	if answer.StatusCode == http.StatusProxyAuthRequired {
		d.Suggestion = "put the user and password of the proxy into its address, as in `http://USER:PASSWORD@" + proxy.Host + "`"
	}
	return d
}
