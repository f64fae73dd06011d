package eval

import (
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"
)

// scan cuts an expression into tokens as expr's lexer does, in a fraction of the
// time: that one runs a second time below the parser, where most of compiling
// goes. It knows the plain majority of expressions, and reports false for any
// other: escapes, comments, exponents, characters beyond ASCII. Of the tokens,
// only the place, the kind of numbers and brackets and their text are right.
func scan(text string) ([]lexer.Token, bool) {
	tokens := make([]lexer.Token, 0, len(text)/3+4)
	for i := 0; i < len(text); {
		start, kind := i, lexer.Operator
		c := text[i]
		i++
		switch {
		case c == ' ' || c == '\t' || c == '\n':
			continue
		case isWord(c):
			if (c == 'b' || c == 'B') && (at(text, i) == '"' || at(text, i) == '\'') {
				return nil, false
			}
			for isWord(at(text, i)) || isDigit(at(text, i)) {
				i++
			}
			kind = lexer.Identifier
		case isDigit(c):
			for isDigit(at(text, i)) {
				i++
			}
			if at(text, i) == '.' && at(text, i+1) != '.' {
				for i++; isDigit(at(text, i)); {
					i++
				}
			}
			if isWord(at(text, i)) || at(text, i) >= 0x80 {
				return nil, false
			}
			kind = lexer.Number
		case c == '"' || c == '\'':
			end := strings.IndexByte(text[i:], c)
			if end < 0 || strings.ContainsAny(text[i:i+end], "\\\n") {
				return nil, false
			}
			i += end + 1
			kind = lexer.String
		case c == '(' || c == '[' || c == '{' || c == ')' || c == ']' || c == '}':
			kind = lexer.Bracket
		case c == ',' || c == ';' || c == '%' || c == '+' || c == '-' || c == '^':
		case c == '&' || c == '!' || c == '=' || c == '*' || c == '<' || c == '>':
			if next := at(text, i); next == '&' || next == '=' || next == '*' {
				i++
			}
		case c == '.':
			if isDigit(at(text, i)) {
				return nil, false
			}
			if at(text, i) == '.' {
				i++
			}
		case c == '?':
			if next := at(text, i); next == '.' || next == '?' {
				i++
			}
		case c == '|' || c == ':' || c == '#':
			if at(text, i) == c {
				i++
			}
			if c == '#' && isDigit(at(text, i)) {
				return nil, false
			}
		case c == '/' && at(text, i) != '/' && at(text, i) != '*':
		default:
			return nil, false
		}
		tokens = append(tokens, lexer.Token{Location: file.Location{From: start, To: i}, Kind: kind, Value: text[start:i]})
	}
	for i := 0; i < len(text); i++ {
		if text[i] >= 0x80 { // in a text
			return nil, false
		}
	}
	return tokens, true
}

func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == '$' }
