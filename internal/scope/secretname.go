package scope

import (
	"slices"
	"strings"
	"unicode"
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
	return slices.ContainsFunc(words(name), func(word string) bool {
		return word == "key" || word == "pass" || word == "pwd"
	})
}

// words splits a name such as API_KEY or accessKey into words in lower case.
func words(name string) []string {
	var all []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			all = append(all, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	for _, r := range name {
		if !unicode.IsLetter(r) {
			flush()
			continue
		}
		if unicode.IsUpper(r) && len(word) > 0 && unicode.IsLower(word[len(word)-1]) {
			flush()
		}
		word = append(word, r)
	}
	flush()
	return all
}
