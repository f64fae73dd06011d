package scope

import "strings"

// envRoot starts JetBrains' name of a variable of the process.
const envRoot = "$env."

// ProcessVariable is a variable of the process as httpYac has it in a template:
// process.env.NAME or process.env["NAME"], which is $env.NAME; and what stands for
// it where there is none, process.env.NAME || "text" or process.env.NAME ?? "text".
type ProcessVariable struct {
	Name       string
	Default    string
	HasDefault bool
	orEmpty    bool // the default stands for an empty value, too (||)
}

// ParseProcessVariable reads the text of a template as a variable of the process.
// It reports false for any other.
func ParseProcessVariable(expr string) (v ProcessVariable, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(expr), "process.env")
	if !ok || rest == "" {
		return v, false
	}
	n := 0
	switch rest[0] {
	case '.':
		n = nameLength(rest[1:]) + 1
		v.Name = rest[1:n]
	case '[':
		if n = bracketEnd(rest); n < 0 {
			return v, false
		}
		v.Name, ok = unquoted(rest[1 : n-1])
	}
	if !ok || v.Name == "" || strings.ContainsAny(v.Name, ". \t(") {
		return v, false
	}
	rest = strings.TrimSpace(rest[n:])
	if rest == "" {
		return v, true
	}
	text, orEmpty := strings.CutPrefix(rest, "||")
	if !orEmpty {
		if text, ok = strings.CutPrefix(rest, "??"); !ok {
			return v, false
		}
	}
	v.Default, ok = unquoted(text)
	v.HasDefault, v.orEmpty = true, orEmpty
	return v, ok
}

// unquoted returns what stands between quotes, without backslashes.
func unquoted(s string) (text string, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' || quotedLength(s) != len(s) || strings.Contains(s, `\`) {
		return "", false
	}
	return s[1 : len(s)-1], true
}

// ProcessVariable is [ParseProcessVariable] for a template of the scope, where
// something of its own that is called process comes first.
func (s *Scope) ProcessVariable(expr string) (v ProcessVariable, ok bool) {
	v, ok = ParseProcessVariable(expr)
	return v, ok && !s.has("process") && !s.has("process.env")
}

// processVariable returns the value of a variable of the process.
func (e expander) processVariable(v ProcessVariable) (text string, secret bool, err error) {
	text, secret, err = e.makeDynamic(envRoot+v.Name, e.random)
	if v.HasDefault && (isUnset(err) || err == nil && text == "" && v.orEmpty) {
		return v.Default, false, nil
	}
	return text, secret, err
}
