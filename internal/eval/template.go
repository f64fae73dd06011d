package eval

import (
	"strings"
	"unicode"
)

// templateIn finds a template, which an expression has none of: outside of quotes,
// and what can only be meant as one in a text, which would be compared as it
// stands. Texts in backquotes may hold braces.
func templateIn(src string) *Error {
	if !strings.Contains(src, "{{") {
		return nil
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '"' || c == '\'' || c == '`':
			start := i
			for i++; i < len(src) && src[i] != c; i++ {
				if src[i] == '\\' && c != '`' {
					i++
				}
			}
			if c == '`' {
				continue
			}
			if err := templateInText(src, start, min(i+1, len(src))); err != nil {
				return err
			}
		case strings.HasPrefix(src[i:], "{{"):
			end := strings.Index(src[i:], "}}")
			if end < 0 {
				return nil
			}
			name := strings.TrimSpace(src[i+2 : i+end])
			return place(errorf("`%s` is a template, and this is an expression", src[i:i+end+2]).
				suggest("write `%s`", name), i, i+end+2)
		}
	}
	return nil
}

// templateInText finds a template in the text whose quotes are the first and the
// last of the bytes [start, end).
func templateInText(src string, start, end int) *Error {
	var pieces []string // of the expression that is meant
	quote, rest := src[start:start+1], start+1
	first := [2]int{-1, -1}
	literal := func(to int) {
		if rest < to {
			pieces = append(pieces, quote+src[rest:to]+quote)
		}
	}
	for at := start + 1; at < end; {
		open := strings.Index(src[at:end], "{{")
		if open < 0 {
			break
		}
		open += at
		length := strings.Index(src[open:end], "}}")
		if length < 0 {
			break
		}
		at = open + length + len("}}")
		name := strings.TrimPrefix(strings.TrimSpace(src[open+2:open+length]), "%")
		if !isTemplateName(name) {
			continue
		}
		if first[0] < 0 {
			first = [2]int{open, at}
		}
		literal(open)
		pieces = append(pieces, inExpression(name))
		rest = at
	}
	if first[0] < 0 {
		return nil
	}
	literal(end - 1)
	e := errorf("`%s` is not replaced in a text of an expression", src[first[0]:first[1]]).
		detail("the text is taken as it stands; one that is to hold such braces is written in backquotes")
	meant := strings.Join(pieces, " + ")
	switch {
	case strings.Contains(meant, "$"):
		e.suggest("keep it in a variable, as in `@x = %s`, and write `x`, without quotes and braces", src[first[0]:first[1]])
	case len(pieces) == 1:
		e.suggest("write `%s`, without quotes and braces", meant)
	default:
		e.suggest("write `%s`", meant)
	}
	return place(e, first[0], first[1])
}

// isTemplateName reports whether what stands between braces can be the name of a
// variable, a path into one or into an answer, or a dynamic variable.
func isTemplateName(name string) bool {
	for i, r := range name {
		switch {
		case unicode.IsLetter(r), r == '_', r == '$' && i == 0:
		case i > 0 && (unicode.IsDigit(r) || strings.ContainsRune("-.$[]*", r)):
		case i > 0 && name[0] == '$': // its arguments
		default:
			return false
		}
	}
	return name != ""
}

// inExpression is how an expression writes what a template names.
func inExpression(name string) string {
	name = strings.ReplaceAll(name, ".$.", ".") // as REST Client starts a path
	if strings.Contains(name, "-") {
		return `vars["` + name + `"]`
	}
	return name
}
