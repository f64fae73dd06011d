package diag

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns s on one line and without anything that a terminal or the
// runner of a CI system would obey instead of show. Control characters (C0, DEL and
// C1, line ends and tabs among them), bidirectional controls, invisible characters
// and bytes that are not UTF-8 become escapes such as \x1b, \n and \u202e, and so
// does a character of what a runner takes for a command: ##vso[ anywhere, and :: at
// the start, where a line may start with s. Everything that comes from a file or
// from the network goes through it on its way to a terminal or a log.
func Printable(s string) string { return printable(s, false) }

// PrintableLines is Printable for texts of several lines that stand behind a
// prefix: it keeps line feeds and tabs, and reads a CRLF as a line feed.
func PrintableLines(s string) string { return printable(s, true) }

func printable(s string, lines bool) string {
	leading := -1
	if lines {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	} else {
		leading = leadingCommand(s)
	}
	clean := func(i int, r rune, size int) bool {
		return lines && (r == '\n' || r == '\t') || i != leading && escape(r, size, 0) == "" && !commandAt(s, i)
	}
	i := 0
	for i < len(s) { // most texts need no escape and are returned as they are
		r, size := utf8.DecodeRuneInString(s[i:])
		if !clean(i, r, size) {
			break
		}
		i += size
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.WriteString(s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if clean(i, r, size) {
			b.WriteString(s[i : i+size])
		} else {
			b.WriteString(cmp.Or(escape(r, size, s[i]), fmt.Sprintf(`\x%02x`, r)))
		}
		i += size
	}
	return b.String()
}

// Obeyed reports whether the character at an offset of a text is one that a
// terminal or the runner of a CI system would obey, wherever in a line it stands.
// It is for those who have escapes of their own.
func Obeyed(s string, at int) bool {
	r, size := utf8.DecodeRuneInString(s[at:])
	return escape(r, size, 0) != "" || commandAt(s, at)
}

// escape returns what stands for a character that must not reach a terminal,
// or "" if the character may. Size is its length in bytes and first its first
// byte, which is what is shown of a byte that is not UTF-8.
func escape(r rune, size int, first byte) string {
	switch {
	case r >= ' ' && r < 0x7f:
		return ""
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r == utf8.RuneError && size <= 1:
		return fmt.Sprintf(`\x%02x`, first)
	case unicode.IsControl(r): // C0, DEL, C1
		return fmt.Sprintf(`\x%02x`, r)
	case unicode.Is(deceptive, r):
		if r > 0xffff {
			return fmt.Sprintf(`\U%08x`, r)
		}
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return ""
	}
}

// deceptive is the characters that are not controls to Unicode's categories
// but change the order of a line (UAX #9), end it, or hide in it. The joiners
// U+200C and U+200D are left out: scripts and emoji need them.
var deceptive = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x061c, Hi: 0x061c, Stride: 1}, // Arabic letter mark
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x180e, Hi: 0x180e, Stride: 1}, // Mongolian vowel separator
		{Lo: 0x200b, Hi: 0x200b, Stride: 1}, // zero width space
		{Lo: 0x200e, Hi: 0x200f, Stride: 1}, // direction marks
		{Lo: 0x2028, Hi: 0x202e, Stride: 1}, // line and paragraph separators, embeddings, overrides
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner, invisible operators, isolates
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte order mark
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
		{Lo: 0xfff9, Hi: 0xfffb, Stride: 1}, // interlinear annotations
	},
	R32: []unicode.Range32{
		{Lo: 0xe0000, Hi: 0xe007f, Stride: 1}, // tags
	},
	LatinOffset: 1,
}
