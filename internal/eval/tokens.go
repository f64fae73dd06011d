package eval

import (
	"errors"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"

	"github.com/postrider/postrider/internal/value"
)

// source is an expression with its tokens. It knows where in the text each
// token stands, which expr counts in characters, and which brackets match.
type source struct {
	text    string
	tokens  []lexer.Token // without the end-of-input token
	match   []int         // for a bracket, the index of the token that matches it; else -1
	offsets []int         // the byte offset of each character; nil if all are one byte
	numbers map[int]any   // by character offset: literals that expr would round or refuse
}

func newSource(text string) (*source, *Error) {
	s := &source{text: text}
	if !ascii(text) {
		for i := range text {
			s.offsets = append(s.offsets, i)
		}
		s.offsets = append(s.offsets, len(text))
	}
	var plain bool
	if s.tokens, plain = scan(text); !plain {
		tokens, err := lexer.Lex(file.NewSource(text))
		if err != nil {
			return nil, s.syntaxError(err)
		}
		s.tokens = tokens
		if n := len(tokens); n > 0 && tokens[n-1].Kind == lexer.EOF {
			s.tokens = tokens[:n-1]
		}
	}
	s.match = make([]int, len(s.tokens))
	var open []int
	for i, t := range s.tokens {
		s.match[i] = -1
		if t.Kind != lexer.Bracket {
			continue
		}
		if c := t.Value[0]; c == '(' || c == '[' || c == '{' {
			open = append(open, i)
		} else if len(open) > 0 {
			s.match[i] = open[len(open)-1]
			s.match[s.match[i]] = i
			open = open[:len(open)-1]
		}
	}
	return s, s.readNumbers()
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// readNumbers keeps the literals that are no plain integers as they are
// written: 0.1 is exact here, and so is 9223372036854775808.
func (s *source) readNumbers() *Error {
	for _, t := range s.tokens {
		if t.Kind != lexer.Number {
			continue
		}
		written := strings.ReplaceAll(t.Value, "_", "")
		if len(written) > 1 && written[0] == '0' && strings.ContainsAny(written[1:2], "xXoObB") {
			continue
		}
		if _, err := strconv.Atoi(written); err == nil {
			continue
		}
		n, ok := value.ParseNumber(jsonNumber(written))
		if !ok {
			start, end := s.bytes(t.From), s.bytes(t.To)
			return place(errorf("the number `%s` cannot be read", value.Shorten(t.Value, 40)), start, end)
		}
		if s.numbers == nil {
			s.numbers = map[int]any{}
		}
		s.numbers[t.From] = n
	}
	return nil
}

// jsonNumber turns a literal of expr into JSON's grammar: .5 is 0.5, 1. is 1.0.
func jsonNumber(s string) string {
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	whole, fraction, dotted := strings.Cut(mantissa, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if dotted && fraction != "" {
		whole += "." + fraction
	}
	return whole + exponent
}

// parsed returns the text for expr's parser: in the place of each number that
// it would round stands a name of the same length.
func (s *source) parsed() string {
	if len(s.numbers) == 0 {
		return s.text
	}
	b := []byte(s.text)
	for _, t := range s.tokens {
		if _, ok := s.numbers[t.From]; ok && t.Kind == lexer.Number {
			for i := s.bytes(t.From); i < s.bytes(t.To); i++ {
				b[i] = '_'
			}
		}
	}
	return string(b)
}

// bytes returns the byte offset of a character.
func (s *source) bytes(character int) int {
	if s.offsets == nil {
		return min(max(character, 0), len(s.text))
	}
	return s.offsets[min(max(character, 0), len(s.offsets)-1)]
}

// tokenAt returns the index of the token that starts at a character.
func (s *source) tokenAt(character int) int {
	i := sort.Search(len(s.tokens), func(i int) bool { return s.tokens[i].From >= character })
	return min(i, len(s.tokens)-1)
}

// extent is a range of tokens, both ends included.
type extent struct{ first, last int }

func (e extent) with(f extent) extent {
	return extent{min(e.first, f.first), max(e.last, f.last)}
}

// balanced widens an extent until each bracket in it has its match in it.
func (s *source) balanced(e extent) extent {
	for i := e.first; i <= e.last; i++ {
		m := s.match[i]
		switch {
		case m < 0:
		case m > e.last:
			e.last = m
		case m < e.first:
			first := e.first
			e.first = m
			for j := m; j < first; j++ { // brackets in what was added
				e.last = max(e.last, s.match[j])
			}
		}
	}
	return e
}

// span returns the bytes of an extent.
func (s *source) span(e extent) (start, end int) {
	return s.bytes(s.tokens[e.first].From), s.bytes(s.tokens[e.last].To)
}

// syntaxError turns an error of expr's lexer or parser into ours.
func (s *source) syntaxError(err error) *Error {
	var fe *file.Error
	if !errors.As(err, &fe) {
		return place(err, 0, len(s.text))
	}
	start, end := s.bytes(fe.From), s.bytes(fe.To)
	e := errorf("%s", strings.TrimPrefix(fe.Message, "compilation failed: "))
	e.cause = err
	if fe.Message == "unexpected token EOF" {
		start = len(strings.TrimRight(s.text, " \t\r\n"))
		return place(errorf("the expression ends too early"), start, len(s.text))
	}
	if strings.Contains(fe.Message, "coalesce expressions (??) cannot be mixed") {
		return place(errorf("`%s` beside `??` needs brackets", s.text[start:end]).
			suggest("write `(a ?? b) %s c`", s.text[start:end]), start, end)
	}
	// the message is: unexpected token Operator("=")
	if kind, quoted, ok := strings.Cut(strings.TrimSuffix(fe.Message, ")"), "("); ok && strings.HasPrefix(kind, "unexpected token ") {
		token, _ := strconv.Unquote(quoted)
		e.Summary = "unexpected `" + token + "`"
		before := strings.TrimRight(s.text[:start], " ")
		switch {
		case token == "=" && (strings.HasSuffix(before, "==") || strings.HasSuffix(before, "!=")):
			e.suggest("write `%s`", before[len(before)-2:])
		case token == "=":
			e.suggest("write `==`")
		case token == "~":
			e.suggest("write `matches`")
		}
	}
	return place(e, start, max(end, start))
}
