package curl

import "strings"

// Variables of the shell that have no name of their own start with ours, so that
// none is set by chance: it would send another secret than is meant.
const (
	VariablePrefix = "POSTRIDER_VAR_" // which stands for `--var` in ours, too
	SecretPrefix   = "POSTRIDER_SECRET_"
	TokenPrefix    = "POSTRIDER_TOKEN_"
)

// VariableName returns the name of a variable of the shell for a text: prefix, and
// the words of the text, of letters and digits.
func VariableName(prefix, text string) string {
	words := strings.FieldsFunc(text, func(c rune) bool {
		return ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9')
	})
	return prefix + strings.Join(words, "_")
}

// Expansion has the shell put in the value of a variable, or say that there is
// none and run nothing (POSIX.1-2024, Shell & Utilities section 2.6.2).
func Expansion(name string) string { return "${" + name + ":?}" }

// ExpandedName is the name in an expansion.
func ExpandedName(expansion string) string {
	return strings.TrimSuffix(strings.TrimPrefix(expansion, "${"), ":?}")
}

// IsVariableName reports whether a text is the name of a variable of the shell.
func IsVariableName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && ('a' > c || c > 'z') && ('A' > c || c > 'Z') && (i == 0 || '0' > c || c > '9') {
			return false
		}
	}
	return s != ""
}
