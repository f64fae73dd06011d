package script

import (
	"slices"
	"strings"
)

// guarded are the words with which a script reaches what can take memory or stack
// without end in one call, which nothing interrupts.
var guarded = []string{
	"repeat", "padStart", "padEnd", "fill", "join", "from", "stringify", "parse", "flat", "toString", "toLocaleString",
	"replaceAll", "replace", "match", "matchAll", "search", "compile", "constructor", "eval", "Function", "RegExp", "Reflect",
	"getOwnPropertyDescriptor", "getOwnPropertyDescriptors",
}

// guardedIn reports whether a text has a word of guarded or localeNames, or a backslash, with
// which every word can be written otherwise. What the word is there does not
// matter: a comment costs a little time, a spelling that nobody thought of would
// cost the process.
func guardedIn(code string) bool {
	if strings.IndexByte(code, '\\') >= 0 {
		return true
	}
	start := -1
	for i := 0; i <= len(code); i++ {
		if i < len(code) && isWordByte(code[i]) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && (slices.Contains(guarded, code[start:i]) || slices.Contains(localeNames, code[start:i])) {
			return true
		}
		start = -1
	}
	return false
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '$' || c >= 0x80
}
