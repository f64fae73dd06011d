package jsonschema

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// pattern is a regular expression of ECMA-262, in which schemas are written, as
// RE2 matches it. RE2 takes linear time and so has neither lookaround nor
// references back. Lookahead at the start of a text, which asks for several
// things at once, is done by matching several times.
type pattern struct {
	match []*regexp.Regexp // all of which must match
	never []*regexp.Regexp // none of which may
}

func (p *pattern) matches(s string) bool {
	for _, re := range p.match {
		if !re.MatchString(s) {
			return false
		}
	}
	for _, re := range p.never {
		if re.MatchString(s) {
			return false
		}
	}
	return true
}

// beyondError is a pattern that is right, and more than RE2 can match.
type beyondError struct{ pattern, what string }

func (e *beyondError) Error() string {
	return fmt.Sprintf("the pattern `%s` cannot be matched here, because RE2 has no %s", e.pattern, e.what)
}

// compilePattern compiles a regular expression of ECMA-262 with the flag u. The
// error is a [*beyondError] if it is one and RE2 cannot match it.
func compilePattern(source string) (*pattern, error) {
	p := &pattern{}
	rest := source
	for strings.HasPrefix(rest, "^(?=") || strings.HasPrefix(rest, "^(?!") {
		end := closingParenthesis(rest, 1)
		if end < 0 || hasAlternative(rest) {
			break
		}
		re, err := compileRE2(source, "^(?:"+rest[len("^(?="):end]+")")
		if err != nil {
			return nil, err
		}
		if rest[len("^(?")] == '=' {
			p.match = append(p.match, re)
		} else {
			p.never = append(p.never, re)
		}
		if end+1 < len(rest) && strings.IndexByte("*+?{", rest[end+1]) >= 0 {
			return nil, &beyondError{source, "repeated lookahead"}
		}
		rest = "^" + rest[end+1:]
	}
	re, err := compileRE2(source, rest)
	if err != nil {
		return nil, err
	}
	p.match = append(p.match, re)
	return p, nil
}

// isPattern reports whether a text is a regular expression of ECMA-262.
func isPattern(source string) bool {
	t := translator{source: source, text: source, lenient: true}
	translated, err := t.translate()
	if err != nil {
		return false
	}
	_, err = regexp.Compile(translated)
	return err == nil || strings.Contains(err.Error(), "invalid repeat count")
}

func compileRE2(source, text string) (*regexp.Regexp, error) {
	t := translator{source: source, text: text}
	translated, err := t.translate()
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		reason := strings.TrimPrefix(err.Error(), "error parsing regexp: ")
		if strings.HasPrefix(reason, "invalid repeat count") {
			return nil, &beyondError{source, "repetition of more than 1000 times"}
		}
		return nil, fmt.Errorf("the pattern `%s` cannot be read: %s", source, reason)
	}
	return re, nil
}

// closingParenthesis returns the index of the parenthesis that closes the one at
// open, or -1.
func closingParenthesis(s string, open int) int {
	depth, end := 0, -1
	eachOutsideClass(s, func(i int) bool {
		switch {
		case i < open:
		case s[i] == '(':
			depth++
		case s[i] == ')':
			if depth--; depth == 0 {
				end = i
			}
		}
		return end < 0
	})
	return end
}

// hasAlternative reports whether a `|` stands outside of all parentheses.
func hasAlternative(s string) bool {
	depth, found := 0, false
	eachOutsideClass(s, func(i int) bool {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			found = found || depth == 0
		}
		return !found
	})
	return found
}

// eachOutsideClass calls f with the index of each byte that is neither escaped
// nor in a class, until it returns false.
func eachOutsideClass(s string, f func(i int) bool) {
	inClass := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case inClass:
			inClass = c != ']'
		case c == '[':
			inClass = true
		default:
			if !f(i) {
				return
			}
		}
	}
}

// Classes of ECMA-262 that mean more than those of RE2, as they stand in a
// class.
const (
	lineEnds  = `\n\r\x{2028}\x{2029}`
	blanks    = `\t\n\x0b\f\r\x{a0}\x{feff}\x{2028}\x{2029}\p{Zs}`
	notBlanks = `\x00-\x08\x0e-\x1f\x21-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}` +
		`\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
	anything = `[\x00-\x{10ffff}]`
	nothing  = `[^\x00-\x{10ffff}]`
)

// translator writes a regular expression of ECMA-262 as one of RE2.
type translator struct {
	source  string // the whole, for messages
	text    string
	pos     int
	lenient bool // what RE2 cannot do is left out: only the grammar counts
	out     strings.Builder
}

func (t *translator) translate() (string, error) {
	for t.pos < len(t.text) {
		if err := t.atom(); err != nil {
			return "", err
		}
	}
	return t.out.String(), nil
}

func (t *translator) unreadable(format string, args ...any) error {
	return fmt.Errorf("the pattern `%s` cannot be read: %s", t.source, fmt.Sprintf(format, args...))
}

func (t *translator) beyond(what string) error {
	if t.lenient {
		return nil
	}
	return &beyondError{t.source, what}
}

func (t *translator) atom() error {
	switch c := t.text[t.pos]; c {
	case '\\':
		written, err := t.escape(false)
		t.out.WriteString(written)
		return err
	case '[':
		return t.class()
	case '.':
		t.pos++
		t.out.WriteString("[^" + lineEnds + "]")
	case '(':
		return t.group()
	default:
		t.pos++
		t.out.WriteByte(c)
	}
	return nil
}

// group copies the start of a group.
func (t *translator) group() error {
	rest := t.text[t.pos:]
	for _, g := range [...]struct{ prefix, what string }{
		{"(?=", "lookahead"}, {"(?!", "lookahead"}, {"(?<=", "lookbehind"}, {"(?<!", "lookbehind"},
	} {
		if strings.HasPrefix(rest, g.prefix) {
			t.pos += len(g.prefix)
			t.out.WriteString("(?:")
			return t.beyond(g.what)
		}
	}
	for _, prefix := range [...]string{"(?:", "(?<"} {
		if strings.HasPrefix(rest, prefix) {
			t.pos += len(prefix)
			t.out.WriteString(prefix)
			return nil
		}
	}
	if strings.HasPrefix(rest, "(?") {
		return t.unreadable("`%s` starts no group", rest[:min(len(rest), 3)])
	}
	t.pos++
	t.out.WriteByte('(')
	return nil
}

// escape reads what stands behind a backslash. In a class it is written as a part
// of one.
func (t *translator) escape(inClass bool) (string, error) {
	rest := t.text[t.pos+1:]
	if rest == "" {
		return "", t.unreadable("it ends with a backslash")
	}
	t.pos += 2
	switch c := rest[0]; {
	case c == 's' || c == 'S':
		return blank(c == 's', inClass), nil
	case strings.IndexByte("dDwWfnrtv", c) >= 0:
		return `\` + string(c), nil
	case c == 'b' && inClass:
		return `\x08`, nil
	case c == 'b' || c == 'B':
		if inClass {
			return "", t.unreadable("`\\B` stands in a class")
		}
		return `\` + string(c), nil
	case c == 'c' && len(rest) > 1 && isLetter(rest[1]):
		t.pos++
		return fmt.Sprintf(`\x%02x`, rest[1]%32), nil
	case c == '0' && (len(rest) < 2 || rest[1] < '0' || rest[1] > '9'):
		return `\x00`, nil
	case '1' <= c && c <= '9' || c == 'k' && strings.HasPrefix(rest, "k<"):
		if c == 'k' {
			t.pos += max(strings.IndexByte(rest, '>'), 0)
		}
		return "", t.beyond("references back")
	case c == 'x' && len(rest) > 2 && isHex(rest[1:3]):
		t.pos += 2
		return `\x` + rest[1:3], nil
	case c == 'u':
		return t.unicode(rest)
	case c == 'p' || c == 'P':
		return t.property(rest)
	case c < utf8.RuneSelf && !isLetter(c) && (c < '0' || c > '9') && c != '_':
		if c == ' ' {
			return " ", nil
		}
		return `\` + string(c), nil // what stands for itself
	}
	return "", t.unreadable("`\\%s` means nothing", rest[:1])
}

func blank(positive, inClass bool) string {
	switch {
	case positive && inClass:
		return blanks
	case inClass:
		return notBlanks
	case positive:
		return "[" + blanks + "]"
	default:
		return "[^" + blanks + "]"
	}
}

// unicode reads \u0041, \ud83d\ude00 and \u{1f600}.
func (t *translator) unicode(rest string) (string, error) {
	if strings.HasPrefix(rest, "u{") {
		end := strings.IndexByte(rest, '}')
		if end > 2 && isHex(rest[2:end]) {
			t.pos += end
			return `\x{` + rest[2:end] + "}", nil
		}
	} else if len(rest) >= 5 && isHex(rest[1:5]) {
		t.pos += 4
		high, _ := strconv.ParseUint(rest[1:5], 16, 32)
		if 0xd800 <= high && high < 0xdc00 && len(rest) >= 11 && rest[5:7] == `\u` && isHex(rest[7:11]) {
			if low, _ := strconv.ParseUint(rest[7:11], 16, 32); 0xdc00 <= low && low < 0xe000 {
				t.pos += 6
				return fmt.Sprintf(`\x{%x}`, (high-0xd800)<<10+low-0xdc00+0x10000), nil
			}
		}
		if 0xd800 <= high && high < 0xe000 {
			return "", t.beyond("half of a surrogate pair")
		}
		return `\x{` + rest[1:5] + "}", nil
	}
	return "", t.unreadable("`\\u` has no character")
}

// property reads \p{L}, \p{Letter}, \p{Script=Greek} and \p{gc=Lu}.
func (t *translator) property(rest string) (string, error) {
	end := strings.IndexByte(rest, '}')
	if !strings.HasPrefix(rest[1:], "{") || end < 0 {
		return "", t.unreadable("`\\%c` has no property in braces", rest[0])
	}
	t.pos += end
	name := rest[2:end]
	if kind, of, ok := strings.Cut(name, "="); ok {
		switch kind {
		case "Script", "sc", "Script_Extensions", "scx", "General_Category", "gc":
			name = of
		}
	}
	written := `\` + rest[:1] + "{" + name + "}"
	if _, err := regexp.Compile(written); err != nil {
		return "", t.beyond("property `" + name + "`")
	}
	return written, nil
}

// class translates [a-z].
func (t *translator) class() error {
	t.pos++
	negated := strings.HasPrefix(t.text[t.pos:], "^")
	if negated {
		t.pos++
	}
	var b strings.Builder
	for {
		if t.pos >= len(t.text) {
			return t.unreadable("`[` is never closed")
		}
		switch c := t.text[t.pos]; c {
		case ']':
			t.pos++
			switch {
			case b.Len() > 0 && negated:
				t.out.WriteString("[^" + b.String() + "]")
			case b.Len() > 0:
				t.out.WriteString("[" + b.String() + "]")
			case negated:
				t.out.WriteString(anything)
			default:
				t.out.WriteString(nothing)
			}
			return nil
		case '\\':
			written, err := t.escape(true)
			if err != nil {
				return err
			}
			b.WriteString(written)
		case '[', '^':
			t.pos++
			b.WriteString(`\` + string(c))
		default:
			t.pos++
			b.WriteByte(c)
		}
	}
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}
