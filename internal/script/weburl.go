package script

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// webURL is a URL as the Web reads it (WHATWG URL section 4.1), which is more
// lenient than RFC 3986: scripts write URLs for browsers.
type webURL struct {
	scheme             string
	username, password string // percent-encoded
	host               string
	hasHost            bool
	port               string // "" for none, and for that of the scheme
	opaque             bool   // the path is no list of segments, as in mailto:a@b
	path               string // begins with a slash, or is empty, unless it is opaque
	query, fragment    string // with "?" and "#"; "" for none
}

var errNoScheme = errors.New("it has no scheme, such as `https://`, and no base")

// maxURL bounds a URL, in bytes.
const maxURL = 1 << 20

// parseWebURL reads a URL, which may be relative to a base; nil for none.
func parseWebURL(s string, base *webURL) (*webURL, error) {
	if len(s) > maxURL {
		return nil, errors.New("it is longer than 1 MiB")
	}
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	s = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(s)
	s, fragment, hasFragment := strings.Cut(s, "#")
	u := &webURL{}
	if hasFragment && fragment != "" {
		u.fragment = "#" + percentEncoded(fragment, fragmentSet)
	}
	scheme, rest, ok := cutScheme(s)
	if !ok {
		if base == nil {
			return nil, errNoScheme
		}
		return u, u.relative(s, base)
	}
	u.scheme = scheme
	slashes := u.slashes()
	switch {
	case base != nil && base.scheme == scheme && u.isSpecial() && !strings.HasPrefix(replaceSlashes(rest, slashes), "/"):
		return u, u.relative(rest, base)
	case scheme == "file":
		return u, u.file(rest, nil)
	case u.isSpecial():
		return u, u.authority(strings.TrimLeft(rest, slashes))
	case strings.HasPrefix(rest, "//"):
		return u, u.authority(rest[2:])
	}
	rest = u.cutQuery(rest)
	if strings.HasPrefix(rest, "/") {
		u.setPath(rest)
		return u, nil
	}
	u.opaque, u.path = true, percentEncoded(rest, controlSet)
	return u, nil
}

func replaceSlashes(s, slashes string) string {
	if strings.Contains(slashes, `\`) {
		return strings.ReplaceAll(s, `\`, "/")
	}
	return s
}

// cutScheme reads the scheme that an absolute URL begins with.
func cutScheme(s string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(s, ":")
	if !ok || scheme == "" {
		return "", s, false
	}
	for i := range len(scheme) {
		c := scheme[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !isAlphanumeric(c) && strings.IndexByte("+-.", c) < 0) {
			return "", s, false
		}
	}
	return strings.ToLower(scheme), rest, true
}

// defaultPort returns the port of a special scheme (WHATWG URL section 4.2).
func defaultPort(scheme string) (port string, special bool) {
	switch scheme {
	case "http", "ws":
		return "80", true
	case "https", "wss":
		return "443", true
	case "ftp":
		return "21", true
	case "file":
		return "", true
	}
	return "", false
}

func (u *webURL) isSpecial() bool {
	_, special := defaultPort(u.scheme)
	return special
}

// slashes are the characters that separate the parts of a path.
func (u *webURL) slashes() string {
	if u.isSpecial() {
		return `/\`
	}
	return "/"
}

// relative resolves a reference without a scheme.
func (u *webURL) relative(s string, base *webURL) error {
	fragment := u.fragment
	*u = *base
	u.fragment = fragment
	slashes := u.slashes()
	if base.opaque {
		if s != "" {
			return errors.New("it is relative to a base that has no path")
		}
		return nil
	}
	if u.scheme == "file" {
		return u.file(s, base)
	}
	normal := replaceSlashes(s[:min(len(s), 2)], slashes)
	switch {
	case s == "":
		return nil
	case normal == "//":
		u.username, u.password, u.port, u.query = "", "", "", ""
		rest := s[2:]
		if u.isSpecial() {
			rest = strings.TrimLeft(rest, slashes)
		}
		return u.authority(rest)
	case s[0] == '?':
		u.query = ""
		u.cutQuery(s)
		return nil
	}
	u.query = ""
	u.merge(u.cutQuery(s))
	return nil
}

// merge resolves a path that may be relative to the one that is there.
func (u *webURL) merge(path string) {
	if !strings.HasPrefix(replaceSlashes(path, u.slashes()), "/") {
		path = u.path[:strings.LastIndexByte(u.path, '/')+1] + path
		if !strings.HasPrefix(path, "/") {
			path = "/" + path
		}
	}
	u.setPath(path)
}

// file reads what is behind "file:". Drive letters are not special.
func (u *webURL) file(s string, base *webURL) error {
	normal := replaceSlashes(s[:min(len(s), 2)], `\`)
	u.hasHost = true
	switch {
	case normal == "//":
		u.query = ""
		rest := u.cutQuery(s[2:])
		end := strings.IndexAny(rest, `/\`)
		if end < 0 {
			end = len(rest)
		}
		host, err := parseHost(rest[:end], true)
		if err != nil {
			return err
		}
		if host == "localhost" {
			host = ""
		}
		u.host = host
		u.setPath(rest[end:])
		return nil
	case base != nil && s == "":
		return nil
	case base != nil && s[0] == '?':
		u.query = ""
		u.cutQuery(s)
		return nil
	}
	u.query = ""
	u.merge(u.cutQuery(s))
	return nil
}

// cutQuery cuts a query off.
func (u *webURL) cutQuery(s string) string {
	rest, query, _ := strings.Cut(s, "?")
	u.setQuery(query)
	return rest
}

func (u *webURL) setQuery(query string) {
	u.query = ""
	if query == "" {
		return
	}
	set := querySet
	if u.isSpecial() {
		set += "'"
	}
	u.query = "?" + percentEncoded(query, set)
}

// authority reads a host with what may stand around it, and all behind it.
func (u *webURL) authority(s string) error {
	rest := u.cutQuery(s)
	end := strings.IndexAny(rest, u.slashes())
	if end < 0 {
		end = len(rest)
	}
	authority, path := rest[:end], rest[end:]
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		username, password, _ := strings.Cut(authority[:at], ":")
		u.username, u.password = percentEncoded(username, userSet), percentEncoded(password, userSet)
		if authority = authority[at+1:]; authority == "" {
			return errors.New("there is no host behind `@`")
		}
	}
	if err := u.setHost(authority); err != nil {
		return err
	}
	u.setPath(path)
	return nil
}

// setHost reads a host that may have a port.
func (u *webURL) setHost(s string) error {
	host, port := s, ""
	if colon := strings.LastIndexByte(s, ':'); colon > strings.LastIndexByte(s, ']') {
		host, port = s[:colon], s[colon+1:]
	}
	if host == "" && (u.isSpecial() || port != "") {
		return errors.New("it has no host")
	}
	parsed, err := parseHost(host, u.isSpecial())
	if err != nil {
		return err
	}
	u.host, u.hasHost = parsed, true
	return u.setPort(port)
}

func (u *webURL) setPort(s string) error {
	u.port = ""
	if s == "" {
		return nil
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || strings.HasPrefix(s, "+") {
		return errors.New("the port " + excerpt(s) + " is no number from 0 to 65535")
	}
	if port := strconv.FormatUint(n, 10); port != first(defaultPort(u.scheme)) {
		u.port = port
	}
	return nil
}

func first(s string, _ bool) string { return s }

// forbiddenHost are the characters that no host can have.
const forbiddenHost = "\x00\t\n\r #/:<>?@[\\]^|"

// parseHost reads a host (WHATWG URL section 3.5).
func parseHost(s string, special bool) (string, error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		addr, err := netip.ParseAddr(inner)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", errors.New("the host " + excerpt(s) + " is no IPv6 address")
		}
		return "[" + writeIPv6(addr) + "]", nil
	}
	if !special {
		if strings.ContainsAny(s, forbiddenHost) {
			return "", errors.New("the host " + excerpt(s) + " has a character that no host can have")
		}
		return percentEncoded(s, controlSet), nil
	}
	if s == "" {
		return "", nil
	}
	host, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false), idna.CheckHyphens(false), idna.BidiRule(), idna.VerifyDNSLength(false)).ToASCII(validUTF8(percentDecode(s)))
	if err != nil || host == "" || strings.ContainsAny(host, forbiddenHost+"%\x7f") || strings.ContainsFunc(host, func(r rune) bool { return r < ' ' }) {
		return "", errors.New("the host " + excerpt(s) + " is none")
	}
	if addr, isNumber := parseIPv4(host); isNumber {
		if !addr.IsValid() {
			return "", errors.New("the host " + excerpt(s) + " is no IPv4 address")
		}
		return addr.String(), nil
	}
	return host, nil
}

// writeIPv6 writes an address without the dotted form of its end.
func writeIPv6(a netip.Addr) string {
	if !a.Is4In6() {
		return a.String()
	}
	b := a.As16()
	group := func(i int) string { return strconv.FormatUint(uint64(b[i])<<8|uint64(b[i+1]), 16) }
	return "::ffff:" + group(12) + ":" + group(14)
}

// parseIPv4 reads an address in any of the forms of inet_aton. It reports whether
// the host ends in a number, so that it is an address or nothing.
func parseIPv4(host string) (addr netip.Addr, isNumber bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := parts[len(parts)-1]
	if _, ok := parseIPv4Number(last); !ok && (last == "" || strings.Trim(last, "0123456789") != "") {
		return addr, false
	}
	if len(parts) > 4 {
		return addr, true
	}
	var n uint64
	for i, part := range parts {
		v, ok := parseIPv4Number(part)
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		if !ok || v >= 1<<bits {
			return addr, true
		}
		n = n<<bits | v
	}
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}), true
}

func parseIPv4Number(s string) (uint64, bool) {
	lower, radix := strings.ToLower(s), 10
	switch {
	case strings.HasPrefix(lower, "0x"):
		if lower, radix = lower[2:], 16; lower == "" {
			return 0, true
		}
	case len(lower) > 1 && lower[0] == '0':
		lower, radix = lower[1:], 8
	}
	if strings.HasPrefix(lower, "+") || strings.HasPrefix(lower, "-") {
		return 0, false
	}
	n, err := strconv.ParseUint(lower, radix, 63)
	return n, err == nil
}

// setPath reads a path, without its dot segments.
func (u *webURL) setPath(path string) {
	path = replaceSlashes(path, u.slashes())
	if path == "" && !u.isSpecial() {
		u.path = ""
		return
	}
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	kept := segments[:0]
	for i, s := range segments {
		last := i == len(segments)-1
		switch dots(s) {
		case 2:
			kept = kept[:max(len(kept)-1, 0)]
		case 1:
		default:
			kept = append(kept, s)
			continue
		}
		if last {
			kept = append(kept, "")
		}
	}
	u.path = "/" + percentEncoded(strings.Join(kept, "/"), pathSet)
}

// dots returns how many dots a segment is, if it is one or two.
func dots(s string) int {
	if len(s) > len("%2e%2e") {
		return 0
	}
	switch strings.ReplaceAll(strings.ToLower(s), "%2e", ".") {
	case ".":
		return 1
	case "..":
		return 2
	}
	return 0
}

// Percent-encode sets (WHATWG URL section 1.3), besides what is outside of ASCII
// or a control character.
const (
	controlSet  = ""
	fragmentSet = " \"<>`"
	querySet    = " \"#<>"
	pathSet     = querySet + "?^`{}"
	userSet     = pathSet + "/:;=@[\\]|"
)

func percentEncoded(s, set string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(set, c) >= 0 {
			percentEncode(&b, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hostPort is the host with its port.
func (u *webURL) hostPort() string {
	if u.port == "" {
		return u.host
	}
	return u.host + ":" + u.port
}

// origin is the scheme with the host and the port, or "null" (WHATWG URL section
// 4.7).
func (u *webURL) origin() string {
	if !u.isSpecial() || u.scheme == "file" {
		return "null"
	}
	return u.scheme + "://" + u.hostPort()
}

// String returns the URL.
func (u *webURL) String() string {
	s := u.scheme + ":"
	switch {
	case u.hasHost:
		s += "//"
		if u.username != "" || u.password != "" {
			s += u.username
			if u.password != "" {
				s += ":" + u.password
			}
			s += "@"
		}
		s += u.hostPort()
	case !u.opaque && strings.HasPrefix(u.path, "//"):
		s += "/."
	}
	return s + u.path + u.query + u.fragment
}
