package parser

import (
	"strings"

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
		if diag.Nearest(name, []string{spec.name}) != "" {
			return spec.name, true
		}
	}
	return "", false
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

// warnOfCheck warns of a comment that reads like a check whose @ is forgotten, or
// set off from its name: # assert status == 200.
func (p *parser) warnOfCheck(comment []byte) {
	text, at := strings.CutPrefix(string(trimBytes(comment)), "@")
	if at {
		text = strings.TrimLeft(text, " \t")
	}
	const name = "assert"
	if len(text) <= len(name) || !strings.EqualFold(text[:len(name)], name) || !isSpace(text[len(name)]) {
		return
	}
	if words := strings.Fields(text[len(name):]); len(words) < 3 || !isComparison(words[1]) {
		return
	}
	spec, _ := findDirective(name)
	p.warn(diag.CodeNotDirective, p.trimmed(p.at), "this is a comment, not the directive `@assert`", "write the directive like `"+spec.form+"`")
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
