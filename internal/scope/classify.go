package scope

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Class is what the text between the braces of a template is.
type Class uint8

// Classes (language.md §4).
const (
	Name       Class = iota // letters, digits, _ . and -: a variable, a path into one, or a reference to a request
	Dynamic                 // $uuid, $timestamp -1 d …
	Reference               // a path with brackets or JSONPath, such as user.address[0].city, $.users..name or login.response.body.$.token
	Expression              // anything else
)

// String returns the class in lower case.
func (c Class) String() string {
	switch c {
	case Name:
		return "name"
	case Dynamic:
		return "dynamic variable"
	case Reference:
		return "reference"
	default:
		return "expression"
	}
}

// Classify says what the text of a template is, by its form alone. Text of
// letters, digits, "_", "." and "-" is always a name, "a-b" too.
func Classify(expr string) Class {
	expr = strings.TrimSpace(expr)
	switch {
	case expr == "":
		return Expression
	case isXPathOf(expr), strings.HasPrefix(expr, queryRoot), strings.HasPrefix(expr, globalRoot):
		return Reference
	case expr[0] == '$':
		return Dynamic
	case nameLength(expr) == len(expr):
		return Name
	case isReference(expr):
		return Reference
	default:
		return Expression
	}
}

// nameLength returns the length of the name that s starts with.
func nameLength(s string) int {
	for i, r := range s {
		if r == utf8.RuneError || !isNameRune(r) {
			return i
		}
	}
	return len(s)
}

func isNameRune(r rune) bool {
	return r == '_' || r == '-' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// isReference reports whether expr is a path: a name, followed by members and
// brackets, and by nothing else. An XPath behind R.response.body. and
// R.request.body. is a path to its end.
func isReference(expr string) bool {
	n := nameLength(expr)
	if n == 0 || strings.HasPrefix(expr, "vars[") {
		return false
	}
	name, rest := expr[:n], expr[n:]
	if leadsToXPath(name, rest[0]) {
		return true
	}
	open := strings.HasSuffix(name, ".") // a member must follow
	for rest != "" {
		n := 0
		switch {
		case rest[0] == '[':
			n = bracketEnd(rest)
		case rest[0] == '.':
			n = nameLength(rest)
		case open && (rest[0] == '$' || rest[0] == '*'):
			n = 1
		}
		if n <= 0 {
			return false
		}
		open = rest[n-1] == '.'
		rest = rest[n:]
	}
	return !open
}

// leadsToXPath reports whether an XPath of VS Code's request variables stands
// behind a name: one that starts with a slash or a bracket, or any behind asXml.
func leadsToXPath(name string, next byte) bool {
	for _, body := range []string{".response.body.", ".request.body."} {
		_, path, ok := strings.Cut(name, body)
		if ok && (path == "" && (next == '/' || next == '(') || strings.HasPrefix(path, "asXml.")) {
			return true
		}
	}
	return false
}

// xpathOf starts httpYac's $xpath:NAME EXPR.
const xpathOf = "$xpath:"

func isXPathOf(expr string) bool { return strings.HasPrefix(expr, xpathOf) }

// SplitXPath splits httpYac's $xpath:NAME EXPR into the name of a variable or a
// request and the XPath into it. It reports false for any other text.
func SplitXPath(expr string) (name, path string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(expr), xpathOf)
	if !ok {
		return "", "", false
	}
	name, path, _ = strings.Cut(rest, " ")
	return name, strings.TrimSpace(path), true
}

// bracketEnd returns the offset behind the bracket that s starts with, or -1.
// Brackets nest, and quotes protect.
func bracketEnd(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '[', '(':
			depth++
		case ']', ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'':
			n := quotedLength(s[i:])
			if n == 0 {
				return -1
			}
			i += n - 1
		}
	}
	return -1
}

// quotedLength returns the length of the quoted string that s starts with, its
// quotes included, or 0 if it is not closed.
func quotedLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return 0
}

// Split splits a path such as login.response.body.$.token behind its head: the
// longest start of it that ends before a "." or a "[" and that known accepts.
// The rest starts with that character. It reports false if there is none.
func Split(expr string, known func(head string) bool) (head, rest string, ok bool) {
	for i := nameLength(expr); i > 0; i = strings.LastIndexByte(expr[:i], '.') {
		if i < len(expr) && expr[i] != '.' && expr[i] != '[' {
			continue
		}
		if known(expr[:i]) {
			return expr[:i], expr[i:], true
		}
	}
	return "", "", false
}

// isExchange reports whether a path asks for the response or the request of
// something, which comes before a path into a variable of that name.
func isExchange(rest string) bool {
	for _, part := range []string{".response", ".request"} {
		if after, ok := strings.CutPrefix(rest, part); ok && (after == "" || after[0] == '.' || after[0] == '[') {
			return true
		}
	}
	return false
}

// Slug returns how a request name is written in a template if it holds
// characters that a template cannot hold: each run of them is one "_".
func Slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.TrimSpace(name) {
		if r == utf8.RuneError || !isNameRune(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}
