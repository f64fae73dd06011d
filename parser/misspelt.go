package parser

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/diag"
)

// misspelt returns the directive that the name of an unknown one was meant for,
// if a check or more would be lost with it. Short names forgive one slip of the
// fingers, for @author is not @auth.
func misspelt(name string) (meant string, ok bool) {
	for _, spec := range directives {
		if !spec.vital && spec.name != "teardown" {
			continue
		}
		if len(spec.name) < len("assert") {
			if folded := foldName(name); isSlip(folded, spec.name) || isOneOff(folded, spec.name) {
				return spec.name, true
			}
			continue
		}
		if diag.Nearest(name, []string{spec.name}) != "" || spec.name == "assert" && strings.HasPrefix(foldName(name), spec.name) {
			return spec.name, true
		}
	}
	return "", false
}

// checkMethod warns of a method that is probably one of HTTP's, misspelt. It is
// sent as it is, for a method of one's own is legal.
func (p *parser) checkMethod(span diag.Span) {
	method := string(p.src[span.Start:span.End])
	if isCoreMethod([]byte(method)) || isKnownMethod([]byte(method)) {
		return
	}
	for _, meant := range coreMethods {
		if isSlip(method, meant) || len(meant) > len("POST") && isOneOff(method, meant) {
			p.warn(diag.CodeMethod, span, fmt.Sprintf("`%s` is sent as a method of your own", method), "did you mean `"+meant+"`?")
			return
		}
	}
}

// isSlip reports whether a text becomes another one by a letter more or less, or
// by two neighbours changing places.
func isSlip(text, meant string) bool {
	if len(text) > len(meant) {
		text, meant = meant, text
	}
	i := 0
	for i < len(text) && text[i] == meant[i] {
		i++
	}
	switch {
	case len(meant) == len(text)+1:
		return text[i:] == meant[i+1:]
	case len(meant) == len(text) && i+1 < len(text):
		return text[i] == meant[i+1] && text[i+1] == meant[i] && text[i+2:] == meant[i+2:]
	}
	return false
}

// isOneOff reports whether two texts differ in one letter.
func isOneOff(text, meant string) bool {
	if len(text) != len(meant) {
		return false
	}
	differ := 0
	for i := range len(text) {
		if text[i] != meant[i] {
			differ++
		}
	}
	return differ == 1
}

// meansCheck reports whether a name is what other tools, and people, call a check.
func meansCheck(name string) bool {
	switch foldName(name) {
	case "check", "expect", "should", "test", "tests", "validate", "verify":
		return true
	}
	return false
}

// warnOfCheck warns of a comment that reads like a check whose @ is forgotten, or
// set off from its name: # assert status == 200.
func (p *parser) warnOfCheck(comment []byte) {
	text, at := strings.CutPrefix(string(trimBytes(comment)), "@")
	if at {
		text = strings.TrimLeft(text, " \t")
	}
	name, rest := cutWord([]byte(text))
	if !strings.EqualFold(string(name), "assert") && !(at && meansCheck(string(name))) {
		return
	}
	words := strings.Fields(string(rest))
	if len(words) == 0 {
		return
	}
	spec, _ := findDirective("assert")
	told := len(words) > 2 && isComparison(words[1])
	p.doubt(string(rest), told, diag.CodeNotDirective, p.trimmed(p.at), "this is a comment, not the directive `@assert`", "write the directive like `"+spec.form+"`")
}

// oddlySetOff complains about a comment that is no directive because something
// that looks like a blank, or like nothing, stands in front of it: a no-break
// space, as texts copied from web pages have it. It is given without its mark.
func (p *parser) oddlySetOff(comment []byte) bool {
	rest, odd := cutOddBlanks(comment)
	if wide, found := bytes.CutPrefix(rest, []byte("\uff20")); found { // a full-width @
		rest = append([]byte("@"), wide...)
		odd = '\uff20'
	}
	if odd == 0 {
		return false
	}
	name, _, equals, ok := splitDirective(rest)
	if !ok || equals {
		return false
	}
	spec, known := findDirective(string(rest[name.Start:name.End]))
	if !known {
		return false
	}
	severity := diag.Warning
	if spec.vital || spec.name == "teardown" {
		severity = diag.Error
	}
	p.report(severity, diag.CodeNotDirective, p.trimmed(p.at), fmt.Sprintf("this is a comment, not the directive `@%s`, because of the character %U", spec.name, odd),
		"write the directive like `"+spec.form+"`, with ordinary blanks")
	return true
}

// cutOddBlanks cuts white space off the start of a text, and returns a character
// of it that is none to the rest of the grammar; 0 for none.
func cutOddBlanks(text []byte) (rest []byte, odd rune) {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case size == 1 && isSpace(text[0]):
		case r >= utf8.RuneSelf && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)): // Cf: zero-width space, byte order mark
			odd = r
		default:
			return text, odd
		}
		text = text[size:]
	}
	return nil, odd
}

// isComparison reports whether a word compares what stands round it, and is none
// of a sentence.
func isComparison(word string) bool {
	switch word {
	case "==", "!=", "<", "<=", ">", ">=":
		return true
	}
	return false
}
