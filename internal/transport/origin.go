package transport

import (
	"net/netip"
	"net/url"
	"strings"
)

// Origin returns the origin of an absolute URL in one canonical form (RFC 6454
// section 6.2): "https://host" or "https://host:port", in lower case, without
// the scheme's default port and without the dot at the end of a host name. It
// is empty for a URL without a scheme or host.
//
// Letters outside ASCII are compared as they are written: folding them could
// make one name of two hosts. A name is therefore never the origin of its own
// "xn--" form, which only withholds credentials.
func Origin(u *url.URL) string {
	if u == nil || u.Scheme == "" {
		return ""
	}
	host := asciiLower(u.Hostname())
	if address, err := netip.ParseAddr(host); err == nil {
		if address.Is6() { // one of IPv4 has but one form
			host = "[" + address.String() + "]"
		}
	} else {
		host = strings.TrimSuffix(host, ".")
	}
	if host == "" {
		return ""
	}
	scheme, port := asciiLower(u.Scheme), u.Port()
	if port == "" || port == defaultPort(scheme) {
		return scheme + "://" + host
	}
	return scheme + "://" + host + ":" + port
}

// SameOrigin reports whether two URLs have the same scheme, host and port. A
// URL without an origin has none in common with another.
func SameOrigin(a, b *url.URL) bool {
	if a != nil && b != nil && a.Scheme == b.Scheme && a.Host == b.Host { // as in most requests
		host := a.Hostname()
		return a.Scheme != "" && host != "" && host != "."
	}
	origin := Origin(a)
	return origin != "" && origin == Origin(b)
}

// IsOrigin reports whether a text is an http or https URL that says where a
// service is, and nothing more: user information and queries can be secret, and
// so can a path, as those of webhooks are.
func IsOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && defaultPort(u.Scheme) != "" && Origin(u) != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && strings.Trim(u.Path, "/") == ""
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	default:
		return ""
	}
}

// asciiLower folds the case of ASCII letters alone.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
