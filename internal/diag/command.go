package diag

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What the runners of CI systems take for a command in a log: the runner of GitHub
// Actions "##[" anywhere in a line and "::" behind the white space at its start,
// that of Azure Pipelines "##vso[" anywhere, that of TeamCity "##teamcity[". They
// are programs of .NET and Java, which may compare texts by the rules of Unicode: a
// character without a weight makes no difference then.

// commandAt reports whether the character at i is the second # of the start of a
// command, which may stand anywhere in a line.
func commandAt(s string, i int) bool {
	if s[i] != '#' || !strings.HasSuffix(strings.TrimRightFunc(s[:i], weightless), "#") {
		return false
	}
	word := strings.TrimLeftFunc(s[i+1:], func(r rune) bool {
		return weightless(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	})
	return strings.HasPrefix(word, "[")
}

// leadingCommand returns the offset of the first colon of the command that a text
// starts with, or -1.
func leadingCommand(s string) int {
	command := strings.TrimLeftFunc(s, func(r rune) bool {
		return weightless(r) || unicode.IsSpace(r) && escape(r, utf8.RuneLen(r), 0) == "" // else it does not stay white space
	})
	rest, found := strings.CutPrefix(command, ":")
	if !found || !strings.HasPrefix(strings.TrimLeftFunc(rest, weightless), ":") {
		return -1
	}
	if _, err := netip.ParseAddr(command); err == nil && !strings.Contains(command, "%") { // such as ::1, and no zone, which may be any text
		return -1
	}
	return len(s) - len(command)
}

// weightless reports whether a character may stay in a printable text although the
// comparison of texts leaves it out.
func weightless(r rune) bool {
	return r >= 0x300 && unicode.In(r, unicode.Join_Control, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
