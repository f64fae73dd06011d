package scope

import "strings"

// Prompt is a dynamic variable that asks somebody for its value (httpYac):
// {{$input Your name $value: me}}, $prompt, $password, and $pick with what can be
// chosen behind $value:.
type Prompt struct {
	Label      string
	Default    string // if HasDefault
	HasDefault bool
	Choices    []string // of $pick
	Secret     bool     // what is typed is not shown
}

// ParsePrompt reads the text of a template that asks. It reports false for one
// that does not.
func ParsePrompt(text string) (Prompt, bool) {
	name, rest := splitDynamic(text)
	if !isPrompt(name) {
		return Prompt{}, false
	}
	label, value, found := strings.Cut(rest, "$value:")
	p := Prompt{Label: strings.TrimSpace(label), Secret: strings.HasPrefix(name, "$password")}
	value = strings.TrimSpace(value)
	switch {
	case !found:
	case strings.HasPrefix(name, "$pick"):
		for choice := range strings.SplitSeq(value, ",") {
			if choice = strings.TrimSpace(choice); choice != "" {
				p.Choices = append(p.Choices, choice)
			}
		}
	default:
		p.Default, p.HasDefault = value, true
	}
	return p, true
}

// isPrompt reports whether a dynamic variable asks. Behind -askonce the answer
// holds for the run, as all answers do here.
func isPrompt(name string) bool {
	switch strings.TrimSuffix(name, "-askonce") {
	case "$prompt", "$input", "$password", "$pick":
		return true
	}
	return false
}
