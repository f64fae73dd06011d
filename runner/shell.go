package runner

import (
	"strings"

	"github.com/postrider/postrider/internal/scope"
)

// Variables of the shell that have no name of their own start with ours, so that
// none is set by chance: it would send another secret than is meant.
const (
	variablePrefix = "POSTRIDER_VAR_" // which stands for `--var` in ours, too
	secretPrefix   = "POSTRIDER_SECRET_"
	tokenPrefix    = "POSTRIDER_TOKEN_"
)

// shellName returns the name of a variable of the shell for a text: prefix, and
// the words of the text, of letters and digits.
func shellName(prefix, text string) string {
	words := strings.FieldsFunc(text, func(c rune) bool {
		return ('a' > c || c > 'z') && ('A' > c || c > 'Z') && ('0' > c || c > '9')
	})
	return prefix + strings.Join(words, "_")
}

// expansion has the shell put in the value of a variable, or say that there is
// none and run nothing (POSIX.1-2024, Shell & Utilities section 2.6.2).
func expansion(name string) string { return "${" + name + ":?}" }

// variableName is the name in an expansion.
func variableName(expansion string) string {
	return strings.TrimSuffix(strings.TrimPrefix(expansion, "${"), ":?}")
}

// nameOf is the variable of the shell that stands for what a template gives: that
// of the environment if it is the template's, or else the one that stands for
// `--var` in ours.
func nameOf(vars *scope.Scope, expr string) (name, from string) {
	for range 8 { // a variable that is another one by itself, which ends
		if name, ok := environmentName(expr); ok {
			return name, "from the environment"
		}
		v, found, err := vars.Lookup(expr)
		if err != nil || !found {
			break
		}
		segments := v.Text.Segments()
		if v.Text.IsZero() || len(segments) != 1 || !segments[0].Template || segments[0].Escape {
			break
		}
		expr = segments[0].Expr.String()
	}
	return shellName(variablePrefix, expr), "the value of `{{" + expr + "}}`"
}

// environmentName returns the variable of the environment that a template names.
func environmentName(expr string) (string, bool) {
	for _, prefix := range []string{"$env.", "$processEnv ", "$dotenv "} {
		if name, ok := strings.CutPrefix(expr, prefix); ok && isShellName(name) {
			return name, true
		}
	}
	return "", false
}

// isShellName reports whether a text is the name of a variable of the shell.
func isShellName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && ('a' > c || c > 'z') && ('A' > c || c > 'Z') && (i == 0 || '0' > c || c > '9') {
			return false
		}
	}
	return s != ""
}
