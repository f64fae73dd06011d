package jsonschema

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isEmail is Mailbox of RFC 5321 §4.1.2, or of RFC 6531 §3.3 with characters
// beyond ASCII.
func isEmail(s string, international bool) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return false
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > 64 || !isLocalPart(local, international) {
		return false
	}
	if literal, ok := strings.CutPrefix(domain, "["); ok {
		literal, closed := strings.CutSuffix(literal, "]")
		if !closed {
			return false
		}
		if v6, ok := strings.CutPrefix(literal, "IPv6:"); ok {
			return isIPv6(v6)
		}
		a, err := netip.ParseAddr(literal)
		return err == nil && a.Is4()
	}
	return isHostname(domain, hostGrammar{labels: true, international: international})
}

func isLocalPart(s string, international bool) bool {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		inner := s[1 : len(s)-1]
		for i := 0; i < len(inner); i++ {
			switch c := inner[i]; {
			case c == '\\':
				if i++; i >= len(inner) || inner[i] < ' ' || inner[i] > '~' {
					return false
				}
			case c == '"', c < ' ', c == 0x7f, c > 0x7f && !international:
				return false
			}
		}
		return true
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := 0; i < len(atom); i++ {
			c := atom[i]
			if c >= utf8.RuneSelf {
				if !international {
					return false
				}
			} else if !isLetter(c) && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) < 0 {
				return false
			}
		}
	}
	return true
}

// hostGrammar says which host names there are.
type hostGrammar struct {
	labels        bool // a label that starts with xn-- stands for one beyond ASCII (RFC 5890), else it is any (RFC 1123 §2.1)
	international bool // labels beyond ASCII may stand as they are
}

// isHostname reads the name of a host.
func isHostname(s string, g hostGrammar) bool {
	if g.international {
		s = strings.NewReplacer("\u3002", ".", "\uff0e", ".", "\uff61", ".").Replace(s) // RFC 3490 §3.1
	}
	if s == "" || len(s) > 253 {
		return false
	}
	var labels []string // as they are meant
	bidi := false
	for label := range strings.SplitSeq(s, ".") {
		meant, ok := g.label(label)
		if !ok {
			return false
		}
		labels = append(labels, meant)
		bidi = bidi || strings.ContainsFunc(meant, isRightToLeft)
	}
	for _, label := range labels {
		first, _ := utf8.DecodeRuneInString(label)
		if bidi && !unicode.IsLetter(first) { // RFC 5893 §2, rule 1
			return false
		}
	}
	return true
}

// maxLabel is how long a label may be, in ASCII.
const maxLabel = 63

// label returns what a label stands for.
func (g hostGrammar) label(s string) (string, bool) {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return "", false
	}
	beyond := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			beyond = true
		case !isLetter(c) && (c < '0' || c > '9') && c != '-':
			return "", false
		}
	}
	if beyond {
		return s, g.international && isUnicodeLabel(s) && len("xn--")+len(toPunycode(s)) <= maxLabel
	}
	if len(s) > maxLabel {
		return "", false
	}
	if g.labels && len(s) >= 4 && s[2:4] == "--" {
		if !strings.EqualFold(s[:2], "xn") {
			return "", false
		}
		encoded := strings.ToLower(s[4:])
		decoded, ok := fromPunycode(encoded)
		return decoded, ok && isUnicodeLabel(decoded) && toPunycode(decoded) == encoded
	}
	return s, true
}

// isUnicodeLabel reports whether a label is allowed by IDNA 2008 (RFC 5891 §4.2,
// RFC 5892, RFC 5893).
func isUnicodeLabel(s string) bool {
	runes := []rune(s)
	if len(runes) == 0 || strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") || len(runes) >= 4 && runes[2] == '-' && runes[3] == '-' {
		return false
	}
	if unicode.Is(unicode.M, runes[0]) {
		return false
	}
	for i, r := range runes {
		if !isAllowedIn(runes, i, r) {
			return false
		}
	}
	return isBidi(runes)
}

// isAllowedIn is RFC 5892 §3 and appendix A for the character at i.
func isAllowedIn(s []rune, i int, r rune) bool {
	before, after := rune(-1), rune(-1)
	if i > 0 {
		before = s[i-1]
	}
	if i+1 < len(s) {
		after = s[i+1]
	}
	switch r {
	case '-', 0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007:
		return true
	case 0xb7: // middle dot
		return before == 'l' && after == 'l'
	case 0x375: // Greek keraia
		return unicode.Is(unicode.Greek, after)
	case 0x5f3, 0x5f4: // Hebrew geresh, gershayim
		return unicode.Is(unicode.Hebrew, before)
	case 0x30fb: // Katakana middle dot
		for _, other := range s {
			if unicode.In(other, unicode.Hiragana, unicode.Katakana, unicode.Han) {
				return true
			}
		}
		return false
	case 0x200d: // zero width joiner
		return isVirama(before)
	case 0x200c: // zero width non-joiner
		return isVirama(before) || joins(s, i)
	case 0x640, 0x7fa, 0x302e, 0x302f, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303b: // disallowed exceptions
		return false
	}
	switch {
	case 0x660 <= r && r <= 0x669: // Arabic-Indic digits
		return !containsIn(s, 0x6f0, 0x6f9)
	case 0x6f0 <= r && r <= 0x6f9:
		return !containsIn(s, 0x660, 0x669)
	case 0x1100 <= r && r <= 0x11ff, 0xa960 <= r && r <= 0xa97f, 0xd7b0 <= r && r <= 0xd7ff: // old Hangul
		return false
	case r < utf8.RuneSelf:
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	// Uppercase is unstable: it is written as something else in a label.
	return unicode.In(r, unicode.Ll, unicode.Lo, unicode.Lm, unicode.Mn, unicode.Mc, unicode.Nd) && !isCompatibility(r)
}

func containsIn(s []rune, low, high rune) bool {
	for _, r := range s {
		if low <= r && r <= high {
			return true
		}
	}
	return false
}

// isCompatibility reports whether a character stands for others: full-width and
// half-width forms, ligatures, presentation forms and mathematical letters.
func isCompatibility(r rune) bool {
	return 0xff00 <= r && r <= 0xffef || 0xfb00 <= r && r <= 0xfdff || 0xfe70 <= r && r <= 0xfefc || 0x1d400 <= r && r <= 0x1d7ff ||
		0x2100 <= r && r <= 0x214f || 0xf900 <= r && r <= 0xfaff
}

// isVirama reports whether a character is one of combining class 9, which joins
// the letters of Brahmic scripts.
func isVirama(r rune) bool {
	switch r {
	case 0x94d, 0x9cd, 0xa4d, 0xacd, 0xb4d, 0xbcd, 0xc4d, 0xccd, 0xd3b, 0xd3c, 0xd4d, 0xdca, 0xe3a, 0xeba, 0xf84, 0x1039, 0x103a, 0x1714, 0x1734,
		0x17d2, 0x1a60, 0x1b44, 0x1baa, 0x1bab, 0x1bf2, 0x1bf3, 0x2d7f, 0xa806, 0xa8c4, 0xa953, 0xa9c0, 0xaaf6, 0xabed:
		return true
	}
	return false
}

// joins reports whether the letters around a zero width non-joiner would be
// joined without it, as those of Arabic are.
func joins(s []rune, i int) bool {
	joining := func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko) && unicode.IsLetter(r)
	}
	before, after := false, false
	for j := i - 1; j >= 0; j-- {
		if !unicode.Is(unicode.Mn, s[j]) {
			before = joining(s[j]) && !strings.ContainsRune("اأإآدذرزوؤ", s[j]) // which join to the right only
			break
		}
	}
	for j := i + 1; j < len(s); j++ {
		if !unicode.Is(unicode.Mn, s[j]) {
			after = joining(s[j])
			break
		}
	}
	return before && after
}

func isRightToLeft(r rune) bool {
	return unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) && unicode.IsLetter(r)
}

// isBidi is the rule for labels that are written from right to left (RFC 5893
// §2), as far as the scripts of letters decide.
func isBidi(s []rune) bool {
	if !slices.ContainsFunc(s, isRightToLeft) {
		return true
	}
	if !isRightToLeft(s[0]) || containsIn(s, 0x660, 0x669) && (containsIn(s, '0', '9') || containsIn(s, 0x6f0, 0x6f9)) {
		return false
	}
	return !slices.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) && !isRightToLeft(r) })
}
