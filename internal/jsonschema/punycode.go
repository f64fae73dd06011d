package jsonschema

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Parameters of Punycode (RFC 3492 §5).
const (
	pcBase, pcMin, pcMax, pcSkew, pcDamp = 36, 1, 26, 38, 700
	pcBias, pcStart                      = 72, 128
	pcLimit                              = unicode.MaxRune * (maxLabel + 1) // of what a number in a label can stand for
)

func pcAdapt(delta, points int, first bool) int {
	if first {
		delta /= pcDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (pcBase-pcMin)*pcMax/2; k += pcBase {
		delta /= pcBase - pcMin
	}
	return k + (pcBase-pcMin+1)*delta/(delta+pcSkew)
}

func pcThreshold(k, bias int) int { return min(max(k-bias, pcMin), pcMax) }

// fromPunycode decodes a label behind its xn-- (RFC 3492 §6.2). One that is ASCII
// alone has no business there.
func fromPunycode(s string) (string, bool) {
	var out []rune
	if i := strings.LastIndexByte(s, '-'); i >= 0 {
		out, s = []rune(s[:i]), s[i+1:]
	}
	if s == "" {
		return "", false
	}
	n, i, bias := pcStart, 0, pcBias
	for pos := 0; pos < len(s); {
		before, weight := i, 1
		for k := pcBase; ; k += pcBase {
			if pos >= len(s) {
				return "", false
			}
			c := s[pos]
			digit := 0
			switch {
			case 'a' <= c && c <= 'z':
				digit = int(c - 'a')
			case '0' <= c && c <= '9':
				digit = int(c-'0') + 26
			default:
				return "", false
			}
			pos++
			if digit > (pcLimit-i)/weight {
				return "", false
			}
			i += digit * weight
			t := pcThreshold(k, bias)
			if digit < t {
				break
			}
			if weight > pcLimit/(pcBase-t) {
				return "", false
			}
			weight *= pcBase - t
		}
		bias = pcAdapt(i-before, len(out)+1, before == 0)
		n += i / (len(out) + 1)
		i %= len(out) + 1
		if n > unicode.MaxRune {
			return "", false
		}
		out = append(out[:i], append([]rune{rune(n)}, out[i:]...)...)
		i++
	}
	return string(out), true
}

// toPunycode encodes a label, without xn-- (RFC 3492 §6.3).
func toPunycode(s string) string {
	runes := []rune(s)
	var out []byte
	for _, r := range runes {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
		}
	}
	basic, handled := len(out), len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := pcStart, 0, pcBias
	for handled < len(runes) {
		next := int(unicode.MaxRune)
		for _, r := range runes {
			if int(r) >= n {
				next = min(next, int(r))
			}
		}
		delta += (next - n) * (handled + 1)
		n = next
		for _, r := range runes {
			if int(r) < n {
				delta++
			}
			if int(r) != n {
				continue
			}
			q := delta
			for k := pcBase; ; k += pcBase {
				t := pcThreshold(k, bias)
				if q < t {
					break
				}
				out = append(out, pcDigit(t+(q-t)%(pcBase-t)))
				q = (q - t) / (pcBase - t)
			}
			out = append(out, pcDigit(q))
			bias = pcAdapt(delta, handled+1, handled == basic)
			delta = 0
			handled++
		}
		delta++
		n++
	}
	return string(out)
}

func pcDigit(d int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[d] }
