package scope

import (
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// LooksSecret reports whether the name of a variable says that its value must
// not be shown. It is the rule for values of .env files and of the process
// environment, which have no other mark: the name contains "secret",
// "password", "passwd", "passphrase", "token", "credential" or "apikey", or one
// of its words is "key", "pass" or "pwd". Words end at any character that is no
// letter and where a capital follows a small letter; case does not count.
func LooksSecret(name string) bool {
	lower := strings.ToLower(name)
	for _, part := range []string{"secret", "password", "passwd", "passphrase", "token", "credential", "apikey"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return slices.ContainsFunc(diag.Words(name), func(word string) bool {
		return word == "key" || word == "pass" || word == "pwd"
	})
}
