package xpath

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is the kind of a token (XPath 1.0 section 3.7).
type tokenKind uint8

const (
	eof      tokenKind = iota
	symbol             // ( ) [ ] . .. @ , :: / // | + - = != < <= > >= *
	nameText           // a, p:a, p:*
	literal            // 'a', "a"
	digits             // 1, 1.5, .5
)

// token is a word of an expression.
type token struct {
	kind       tokenKind
	text       string // of a literal, without its quotes
	start, end int    // bytes of the source
}

// symbols are those of more than one character first.
var symbols = [...]string{"..", "//", "::", "!=", "<=", ">=", "(", ")", "[", "]", ".", "@", ",", "/", "|", "+", "-", "=", "<", ">", "*"}

// foreignSymbols are those of other languages, with what XPath writes.
var foreignSymbols = [...]struct{ found, write string }{
	{"==", "="}, {"&&", "and"}, {"||", "or"}, {"!", "not(…)"},
}

// exactDigits is how many digits of a number survive in the float64 that XPath
// compares.
const exactDigits = 15

// split cuts an expression into tokens; the last one is the end.
func split(src string) ([]token, *Error) {
	var tokens []token
	for at := 0; at < len(src); {
		if strings.IndexByte(" \t\r\n", src[at]) >= 0 {
			at++
			continue
		}
		t, err := next(src, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at = t.end
	}
	return append(tokens, token{kind: eof, start: len(src), end: len(src)}), nil
}

func next(src string, at int) (token, *Error) {
	c := src[at]
	switch {
	case c == '"' || c == '\'':
		n := strings.IndexByte(src[at+1:], c)
		if n < 0 {
			return token{}, &Error{Start: at, End: len(src), Summary: "the text is not closed", Suggestion: fmt.Sprintf("add a `%c` behind it", c)}
		}
		return token{literal, src[at+1 : at+1+n], at, at + n + 2}, nil
	case isDigit(c), c == '.' && at+1 < len(src) && isDigit(src[at+1]):
		return number(src, at)
	case c == '$':
		e := &Error{Start: at, End: len(src), Summary: "XPath has no variables here", Suggestion: "join the expression from texts"}
		if strings.HasPrefix(src[at:], "$.") || strings.HasPrefix(src[at:], "$[") {
			e.Summary, e.Suggestion = "this is JSONPath, not XPath", "write the steps with slashes, such as `//token`"
		}
		return token{}, e
	}
	for _, f := range foreignSymbols {
		if strings.HasPrefix(src[at:], f.found) && !strings.HasPrefix(src[at:], "!=") {
			return token{}, &Error{
				Start: at, End: at + len(f.found), Summary: fmt.Sprintf("XPath has no `%s`", f.found), Suggestion: fmt.Sprintf("write `%s`", f.write),
			}
		}
	}
	for _, s := range symbols {
		if strings.HasPrefix(src[at:], s) {
			return token{symbol, s, at, at + len(s)}, nil
		}
	}
	n := nameLength(src[at:])
	if n == 0 {
		_, size := utf8.DecodeRuneInString(src[at:])
		return token{}, &Error{Start: at, End: at + size, Summary: fmt.Sprintf("the character %q means nothing here", src[at:at+size])}
	}
	stop := at + n
	if stop+1 < len(src) && src[stop] == ':' {
		if src[stop+1] == '*' {
			stop += 2
		} else if n := nameLength(src[stop+1:]); n > 0 {
			stop += 1 + n
		}
	}
	return token{nameText, src[at:stop], at, stop}, nil
}

func number(src string, at int) (token, *Error) {
	stop := at
	for stop < len(src) && isDigit(src[stop]) {
		stop++
	}
	if stop < len(src) && src[stop] == '.' {
		stop++
		for stop < len(src) && isDigit(src[stop]) {
			stop++
		}
	}
	t := token{digits, src[at:stop], at, stop}
	significant := strings.Trim(strings.Replace(t.text, ".", "", 1), "0")
	if len(significant) > exactDigits {
		return token{}, &Error{
			Start: at, End: stop, Summary: fmt.Sprintf("XPath compares only %d digits of a number, and `%s` has more", exactDigits, t.text),
			Suggestion: fmt.Sprintf("compare it as text: '%s'", t.text),
		}
	}
	return t, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// nameLength returns the length of the name without a colon that s starts with.
func nameLength(s string) int {
	for i, r := range s {
		switch {
		case r == utf8.RuneError:
			return i
		case r == '_' || unicode.IsLetter(r):
		case i > 0 && (r == '-' || r == '.' || r == '·' || unicode.IsDigit(r) || unicode.Is(unicode.M, r)):
		default:
			return i
		}
	}
	return len(s)
}
