// Package querytext mends JSONPath as request files and scripts write it, so that
// it is that of RFC 9535.
package querytext

import (
	"strconv"
	"strings"
)

// Bracketed writes the members whose names RFC 9535 allows in brackets only,
// such as .x-user, in brackets: request variables of VS Code write them bare.
func Bracketed(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); {
		switch {
		case path[i] == '[':
			end := ClosingBracket(path, i)
			if end < 0 {
				return path
			}
			b.WriteString(path[i : end+1])
			i = end + 1
		case path[i] == '.' && i+1 < len(path) && path[i+1] != '.' && path[i+1] != '[':
			end := i + 1
			for end < len(path) && path[end] != '.' && path[end] != '[' {
				end++
			}
			if name := path[i+1 : end]; strings.Contains(name, "-") {
				if i > 0 && path[i-1] == '.' { // of the two dots, the other is written
					b.WriteByte('.')
				}
				b.WriteString("[" + strconv.Quote(name) + "]")
			} else {
				b.WriteString(path[i:end])
			}
			i = end
		default:
			b.WriteByte(path[i])
			i++
		}
	}
	return b.String()
}

// Rooted writes the root of a query that begins with its first segment.
func Rooted(path string) string {
	switch {
	case path == "":
		return "$"
	case strings.HasPrefix(path, "$"):
		return path
	case strings.HasPrefix(path, "[") || strings.HasPrefix(path, "."):
		return "$" + path
	}
	return "$." + path
}

// ClosingBracket returns the index of the bracket that closes the one at i, or -1.
func ClosingBracket(path string, i int) int {
	depth := 0
	var quote byte
	for ; i < len(path); i++ {
		switch c := path[i]; {
		case c == '\\' && quote != 0:
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
