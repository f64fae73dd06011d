package jsonschema

import (
	"net/netip"
	"strings"
	"unicode/utf8"
)

// uriGrammar says which of the four formats a text is to have.
type uriGrammar struct {
	absolute      bool // with a scheme
	international bool // IRI (RFC 3987): most characters beyond ASCII may stand as they are
}

// isURI reads a URI or a reference (RFC 3986, RFC 3987).
func isURI(s string, g uriGrammar) bool {
	rest, fragment, _ := strings.Cut(s, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !g.chars(fragment, ":@/?") || !g.chars(query, ":@/?") {
		return false
	}
	hasScheme := false
	if i := strings.IndexAny(rest, ":/"); i >= 0 && rest[i] == ':' {
		if !isScheme(rest[:i]) {
			return false
		}
		hasScheme, rest = true, rest[i+1:]
	}
	if g.absolute && !hasScheme {
		return false
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		authority, path, hasPath := strings.Cut(after, "/")
		return g.authority(authority) && (!hasPath || g.chars(path, ":@/"))
	}
	return g.chars(rest, ":@/")
}

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isLetter(s[i]) && (i == 0 || (s[i] < '0' || s[i] > '9') && strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

func (g uriGrammar) authority(s string) bool {
	host := s
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		if !g.chars(s[:i], ":") {
			return false
		}
		host = s[i+1:]
	}
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return false
		}
		literal, port := host[1:end], host[end+1:]
		return (port == "" || port[0] == ':' && (len(port) == 1 || digits(port[1:]))) && isIPLiteral(literal)
	}
	host, port, hasPort := strings.Cut(host, ":")
	return g.chars(host, "") && (!hasPort || port == "" || digits(port))
}

func isIPLiteral(s string) bool {
	if len(s) > 0 && (s[0] == 'v' || s[0] == 'V') { // IPvFuture
		version, address, _ := strings.Cut(s[1:], ".")
		return isHex(version) && address != "" && uriGrammar{}.chars(address, ":") && !strings.Contains(address, "%")
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

// chars reports whether s is made of unreserved characters, sub-delimiters,
// percent-encoded bytes and some others.
func (g uriGrammar) chars(s, others string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '%':
			if len(s) < i+3 || !isHex(s[i+1:i+3]) {
				return false
			}
			i += 3
			continue
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			if !g.international || !isUCS(r) {
				return false
			}
			i += size
			continue
		case isLetter(c), '0' <= c && c <= '9', strings.IndexByte("-._~!$&'()*+,;=", c) >= 0, strings.IndexByte(others, c) >= 0:
		default:
			return false
		}
		i++
	}
	return true
}

// isUCS reports whether a character may stand in an IRI (RFC 3987 §2.2, with the
// private ones of queries).
func isUCS(r rune) bool {
	switch {
	case r < 0xa0, r == utf8.RuneError, 0xfdd0 <= r && r <= 0xfdef, 0xfff0 <= r && r <= 0xffff:
		return false
	}
	return r&0xfffe != 0xfffe
}

// isURITemplate reads a template (RFC 6570).
func isURITemplate(s string) bool {
	for s != "" {
		open := strings.IndexByte(s, '{')
		literal := s
		if open >= 0 {
			literal = s[:open]
		}
		if !isTemplateLiteral(literal) {
			return false
		}
		if open < 0 {
			return true
		}
		end := strings.IndexByte(s, '}')
		if end < open || !isTemplateExpression(s[open+1:end]) {
			return false
		}
		s = s[end+1:]
	}
	return true
}

func isTemplateLiteral(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c == 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 || c == '%' && (len(s) < i+3 || !isHex(s[i+1:i+3])) {
			return false
		}
	}
	return true
}

func isTemplateExpression(s string) bool {
	if s != "" && strings.IndexByte("+#./;?&", s[0]) >= 0 {
		s = s[1:]
	}
	for variable := range strings.SplitSeq(s, ",") {
		name, prefix, hasPrefix := strings.Cut(strings.TrimSuffix(variable, "*"), ":")
		if hasPrefix && (!digits(prefix) || len(prefix) > 4 || prefix[0] == '0' || strings.HasSuffix(variable, "*")) {
			return false
		}
		for part := range strings.SplitSeq(name, ".") {
			if part == "" {
				return false
			}
			for i := 0; i < len(part); i++ {
				c := part[i]
				if c == '%' && len(part) >= i+3 && isHex(part[i+1:i+3]) {
					i += 2
				} else if !isLetter(c) && (c < '0' || c > '9') && c != '_' {
					return false
				}
			}
		}
	}
	return true
}
