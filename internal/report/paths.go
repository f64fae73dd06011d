package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/postrider/postrider/runner"
)

// docPath leads into a JSON document: names of members, and indexes of elements as
// they are written.
type docPath []string

// failingPaths returns the places of the body that the failed checks read, or
// that their messages name.
func failingPaths(checks []runner.Check) []docPath {
	var all []docPath
	for _, check := range checks {
		if check.Passed {
			continue
		}
		text := check.Text
		if check.Message != nil { // which may know more, such as the element that differs
			text += "\n" + check.Message.Summary + "\n" + check.Message.Detail
		}
		for _, p := range pathsIn(text) {
			if !slices.ContainsFunc(all, func(other docPath) bool { return slices.Equal(p, other) }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// pathsIn returns the paths into the body that an expression spells out: members
// of `body`, a gjson path that json or has is called with, and JSONPath behind a
// `$` wherever it stands. Of a path with a wildcard, a filter or the like, it is
// the part before that.
func pathsIn(expression string) []docPath {
	var all []docPath
	add := func(p docPath) {
		if len(p) > 0 {
			all = append(all, p)
		}
	}
	before := ' ' // the character before i
	for i := 0; i < len(expression); {
		r, size := utf8.DecodeRuneInString(expression[i:])
		rest := expression[i:]
		switch {
		case isName(before) || before == '.':
		case startsWord(rest, "body"):
			p, n := accessors(rest[len("body"):])
			add(p)
			i, before = i+len("body")+n, ' '
			continue
		case startsWord(rest, "json") || startsWord(rest, "has"):
			add(gjsonPath(argument(rest)))
		case strings.HasPrefix(rest, "$.") || strings.HasPrefix(rest, "$["):
			p, n := accessors(rest[1:])
			add(p)
			i, before = i+1+n, ' '
			continue
		}
		before = r
		i += size
	}
	return all
}

// startsWord reports whether a text starts with a word that ends there.
func startsWord(text, word string) bool {
	rest, found := strings.CutPrefix(text, word)
	next, _ := utf8.DecodeRuneInString(rest)
	return found && !isName(next)
}

func isName(r rune) bool {
	return r == '_' || r == '$' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc)
}

// accessors reads .name, ?.name, [0] and ["name"] at the start of a text, and
// returns the length of what it has read.
func accessors(text string) (p docPath, n int) {
	for {
		rest := text[n:]
		dotted := strings.TrimPrefix(rest, "?")
		switch {
		case strings.HasPrefix(dotted, "."):
			name := dotted[1:]
			if end := strings.IndexFunc(name, func(r rune) bool { return !isName(r) }); end >= 0 {
				name = name[:end]
			}
			if name == "" {
				return p, n
			}
			p = append(p, name)
			n += len(rest) - len(dotted) + 1 + len(name)
		case strings.HasPrefix(rest, "["):
			inner, after, found := strings.Cut(rest[1:], "]")
			step := strings.TrimSpace(inner)
			if quoted := len(step) > 1 && strings.ContainsRune("\"'`", rune(step[0])) && step[0] == step[len(step)-1]; quoted {
				step = step[1 : len(step)-1]
			} else if strings.Trim(step, "0123456789") != "" {
				return p, n
			}
			if !found || step == "" {
				return p, n
			}
			p = append(p, step)
			n = len(text) - len(after)
		default:
			return p, n
		}
	}
}

// argument returns the text literal that a function is called with first.
func argument(call string) string {
	_, inside, found := strings.Cut(call, "(")
	inside = strings.TrimSpace(inside)
	if !found || inside == "" || !strings.ContainsRune("\"'`", rune(inside[0])) {
		return ""
	}
	literal, _, _ := strings.Cut(inside[1:], inside[:1])
	return literal
}

// gjsonPath returns a gjson path up to what is not a plain name in it.
func gjsonPath(text string) docPath {
	var p docPath
	for step := range strings.SplitSeq(text, ".") {
		if step == "" || strings.ContainsAny(step, `#@|*?!{}[]()\:`) {
			break
		}
		p = append(p, step)
	}
	return p
}
