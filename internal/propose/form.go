package propose

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/postrider/postrider/internal/diag"
)

// form is what of a text is the same the next time: a regular expression, or one
// of the two below.
type form string

const (
	exact  form = "exact"  // the text itself
	opaque form = "opaque" // nothing but that it is a text
)

// formOf tells the form of the value of a member.
func formOf(name, text string) form {
	for _, p := range patterns() {
		if p.MatchString(text) {
			return form(p.String())
		}
	}
	switch {
	case text == "":
		return opaque
	case strings.Contains(text, "://"):
		if strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
			return "^https?://"
		}
		return opaque
	case !plain(text) || strings.ContainsAny(text, "{}<>\"\\") || isVolatile(name) || isAddress(text) || random(text):
		return opaque
	}
	return exact
}

// patterns returns the forms of texts that machines make.
func patterns() []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, p := range [...]string{
		`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, // UUID
		`^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$`,
		`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, // RFC 3339
		`^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}`,
		`^[0-9]{2}:[0-9]{2}(:[0-9]{2})?`,
		`^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4}`, // RFC 9110
		`^[0-9a-f]{32}$`, `^[0-9a-f]{40}$`, `^[0-9a-f]{64}$`,
		`^[0-9]+$`,
	} {
		all = append(all, regexp.MustCompile(p))
	}
	return all
}

// maxDigits is how many digits a text has that people have made up.
const maxDigits = 2

// random reports whether a text looks like made by a machine: with many digits, or
// long and of one piece with capitals in no order.
func random(text string) bool {
	digits, capitals, small := 0, 0, 0
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsUpper(r):
			capitals++
		case unicode.IsLower(r):
			small++
		}
	}
	if digits > maxDigits {
		return true
	}
	return len(text) >= 20 && !strings.ContainsAny(text, " -/_.,:;@") && capitals > 2 && small > 2
}

// isAddress reports whether a text is that of a machine.
func isAddress(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	_, err := netip.ParseAddrPort(text)
	return err == nil
}

// isVolatile reports whether a name says that the value changes.
func isVolatile(name string) bool {
	all := diag.Words(name)
	return slices.ContainsFunc(all, func(w string) bool {
		switch w {
		case "id", "ids", "uuid", "guid", "oid",
			"time", "date", "datetime", "timestamp", "created", "updated", "modified", "expires", "expiry", "expiration", "now",
			"duration", "elapsed", "latency", "uptime", "age", "took",
			"count", "counter", "total", "remaining", "sequence", "seq", "revision", "rev",
			"cursor", "next", "previous", "prev", "nonce", "hash", "checksum", "digest", "etag", "trace", "random",
			"ip", "origin", "host", "hostname", "port", "agent":
			return true
		}
		return false
	}) || len(all) > 1 && all[len(all)-1] == "at"
}

// isID reports whether a name says that the value names something.
func isID(name string) bool {
	all := diag.Words(name)
	if len(all) == 0 {
		return false
	}
	switch all[len(all)-1] {
	case "id", "uuid", "guid":
		return true
	}
	return false
}

// stable reports whether a name is one of a member, and not a key that some
// machine has made.
func stable(name string) bool { return plain(name) && !random(name) }

// isWord reports whether a name may stand behind a point.
func isWord(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

func sortedNames(v map[string]any) []string { return slices.Sorted(maps.Keys(v)) }
