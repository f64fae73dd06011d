// Package urltext reads URLs and forms as people write them into a request: what is left
// out is added, and what may not stand there is percent-encoded, once.
package urltext

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Parse makes an absolute URL of a request target as written (dialects:
// absolute, without a scheme, origin-form with a Host header, or origin-form
// with a variable named host). Characters that may not stand in a URL are
// percent-encoded; what is encoded already stays as it is. The error is a clause that
// quotes the target.
func Parse(target, hostHeader string) (*url.URL, error) {
	raw := strings.TrimSpace(target)
	switch {
	case raw == "":
		return nil, fmt.Errorf("the URL is empty")
	case strings.HasPrefix(raw, "/") || raw == "*":
		if hostHeader == "" {
			return nil, fmt.Errorf("`%s` has no host", raw)
		}
		base := hostHeader
		if !strings.Contains(base, "://") {
			base = schemeOfHost(base) + "://" + base
		}
		if raw == "*" { // of the server as a whole (RFC 9110 §9.3.7)
			u, err := Parse(base, "")
			if err == nil {
				u.Path, u.RawQuery = "*", ""
			}
			return u, err
		}
		raw = strings.TrimSuffix(base, "/") + raw
	case !HasScheme(raw):
		raw = "http://" + raw
	}
	u, err := url.Parse(encodeTarget(raw))
	if err != nil {
		if !strings.Contains(target, "://") { // what was put before it is no mistake of its author
			raw = strings.TrimSpace(target)
		}
		return nil, fmt.Errorf("`%s` is not a URL: %w", raw, unwrapURLError(err))
	}
	if u.Scheme = strings.ToLower(u.Scheme); u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("`%s` is no http or https URL", raw)
	}
	if u.Hostname() == "" {
		return nil, fmt.Errorf("`%s` has no host", raw)
	}
	if n, err := strconv.Atoi(u.Port()); err == nil && n > 65535 {
		return nil, fmt.Errorf("`%s` is not a URL: there is no port %d, the last one is 65535", raw, n)
	}
	if port := u.Port(); port == "" || port == defaultPort[u.Scheme] { // the same origin without it (RFC 9110 §4.2.3)
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Fragment, u.RawFragment = "", "" // never sent (RFC 9110 §7.1)
	return u, nil
}

// defaultPort is the port of a scheme that Host does not name.
var defaultPort = map[string]string{"http": "80", "https": "443"}

// ParseVerbatim is Parse without percent-encoding: what cannot be sent like that is an
// error.
func ParseVerbatim(target, hostHeader string) (*url.URL, error) {
	u, err := Parse(target, hostHeader)
	if err != nil {
		return nil, err
	}
	raw := strings.TrimSpace(target)
	if HasScheme(raw) {
		raw = raw[strings.Index(raw, "://")+len("://"):]
	}
	raw, _, _ = strings.Cut(raw, "#")
	before, query, _ := strings.Cut(raw, "?")
	path := ""
	if slash := strings.IndexByte(before, '/'); slash >= 0 {
		path = before[slash:]
	}
	if i := strings.IndexFunc(path+query, func(c rune) bool { return c <= ' ' || c == 0x7f }); i >= 0 {
		return nil, fmt.Errorf("`%s` holds a blank, which `@no-auto-encoding` leaves unencoded", target)
	}
	if u.RawQuery = query; u.EscapedPath() != path {
		return nil, fmt.Errorf("the path `%s` cannot be sent without percent-encoding", path)
	}
	return u, nil
}

// HasScheme reports whether raw starts with a scheme, not merely holds a URL
// somewhere in its path or query.
func HasScheme(raw string) bool {
	i := strings.Index(raw, "://")
	return i > 0 && !strings.ContainsAny(raw[:i], "/?#")
}

// schemeOfHost is VS Code's rule for a path-only target.
func schemeOfHost(host string) string {
	if strings.HasSuffix(host, ":443") || strings.HasSuffix(host, ":8443") {
		return "https"
	}
	return "http"
}

// unwrapURLError drops the URL that url.Error repeats.
func unwrapURLError(err error) error {
	if e, ok := err.(*url.Error); ok {
		return e.Err
	}
	return err
}

// encodeTarget percent-encodes a URL behind its authority, which may be a
// non-ASCII name that only the resolver can encode.
func encodeTarget(raw string) string {
	start := 0
	if HasScheme(raw) {
		start = strings.Index(raw, "://") + len("://")
	}
	path := strings.IndexAny(raw[start:], "/?#")
	if path < 0 {
		return raw
	}
	return raw[:start+path] + EncodeUnsafe(raw[start+path:])
}

// EncodeUnsafe encodes blanks, control characters, non-ASCII bytes and the
// characters that RFC 3986 excludes, and nothing that is encoded already.
func EncodeUnsafe(raw string) string {
	var b strings.Builder
	b.Grow(len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '%' && !(i+2 < len(raw) && isHex(raw[i+1]) && isHex(raw[i+2])):
			b.WriteString("%25")
		case c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
