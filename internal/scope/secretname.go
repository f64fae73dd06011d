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
// of its words is "key", "pass", "pwd", "jwt" or "bearer". Of names that may as well be
// those of something about the secret, it is the whole name, but for an "x" before it:
// "session" and "sid"; or its end: "session id", "sessid" and "authorization". Words end
// at any character that is no letter and where a capital follows a small letter; case
// does not count.
func LooksSecret(name string) bool {
	lower := strings.ToLower(name)
	for _, part := range []string{"secret", "password", "passwd", "passphrase", "token", "credential", "apikey"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	words := diag.Words(name)
	if slices.ContainsFunc(words, func(word string) bool {
		return word == "key" || word == "pass" || word == "pwd" || word == "jwt" && !aboutToken(words) || word == "bearer" && !aboutToken(words)
	}) {
		return true
	}
	if len(words) > 1 && words[0] == "x" {
		words = words[1:]
	}
	joined := strings.Join(words, "")
	return joined == "session" || joined == "sid" || strings.HasSuffix(joined, "sessionid") || strings.HasSuffix(joined, "sessid") ||
		len(words) > 0 && words[len(words)-1] == "authorization"
}

// aboutToken reports whether the words of a name say that it is something about a
// token, and not a token.
func aboutToken(words []string) bool {
	switch words[len(words)-1] {
	case "issuer", "iss", "audience", "aud", "algorithm", "alg", "url", "uri", "endpoint", "ttl", "expiry", "exp", "lifetime",
		"type", "format", "header", "prefix", "scheme", "realm", "claims", "enabled", "count":
		return true
	}
	return false
}
