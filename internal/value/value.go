// Package value is JSON values with exact numbers: decoding, equality, order,
// arithmetic, difference and rendering.
//
// A value is nil, bool, string, int (a JSON integer that fits), [Number] (every
// other number, as written), []any or map[string]any. Where numbers are
// accepted, Go's other integer and floating-point types are too; a float64
// stands for its shortest decimal.
package value

import "strings"

// Member returns the path of a member of the value at path, in the syntax of
// expressions: `.name`, or `["a name"]` if the name is no identifier. The path
// of a document itself is empty.
func Member(path, name string) string {
	if isIdentifier(name) {
		return path + "." + name
	}
	return path + "[" + quote(name) + "]"
}

func isIdentifier(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c == '$' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Kind names the JSON type of v for messages: "nil", "boolean", "number",
// "text", "list" or "object".
func Kind(v any) string {
	switch v.(type) {
	case nil:
		return "nil"
	case bool:
		return "boolean"
	case string:
		return "text"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	if _, ok := toDecimal(v); ok {
		return "number"
	}
	return "value"
}

// Shorten returns s in at most limit bytes, keeping its head and its tail and
// saying between them how much was left out. It never splits a character.
func Shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	gap := " … "
	room := max(limit-len(gap), 0)
	head := runeStart(s, room-room/4)
	tail := len(s) - room/4
	for tail < len(s) && !isRuneStart(s[tail]) {
		tail++
	}
	if head == 0 && limit < len(gap) {
		return strings.ToValidUTF8(s[:runeStart(s, limit)], "")
	}
	return s[:head] + gap + s[tail:]
}

func runeStart(s string, i int) int {
	i = min(max(i, 0), len(s))
	for i > 0 && i < len(s) && !isRuneStart(s[i]) {
		i--
	}
	return i
}

func isRuneStart(b byte) bool { return b&0xC0 != 0x80 }
