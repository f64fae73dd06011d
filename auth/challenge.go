package auth

import (
	"net/http"
	"strings"

	"github.com/postrider/postrider/internal/transport"
)

// A challenge is one of those that an answer 401 offers (RFC 9110 section 11.6.1).
type challenge struct {
	scheme string            // in lower case
	params map[string]string // by names in lower case; quoted values as they stand between their quotes
}

// challenges reads the WWW-Authenticate fields of an answer. What is no
// challenge ends the reading of its field.
func challenges(header http.Header) []challenge {
	var all []challenge
	for _, field := range header.Values("WWW-Authenticate") {
		all = append(all, readChallenges(field)...)
	}
	return all
}

func readChallenges(field string) []challenge {
	var all []challenge
	for {
		field = strings.TrimLeft(field, " \t,")
		word, rest := cutToken(field)
		if word == "" {
			return all
		}
		after := strings.TrimLeft(rest, " \t")
		if strings.HasPrefix(after, "=") && len(all) > 0 {
			// A parameter of the challenge before.
			value, rest, ok := cutValue(strings.TrimLeft(after[1:], " \t"))
			if !ok {
				return all
			}
			if params := all[len(all)-1].params; params != nil {
				params[strings.ToLower(word)] = value
			}
			field = rest
			continue
		}
		all = append(all, challenge{scheme: strings.ToLower(word), params: make(map[string]string)})
		field = skipToken68(rest)
	}
}

// skipToken68 skips the one text that some schemes have in place of parameters.
func skipToken68(text string) string {
	trimmed := strings.TrimLeft(text, " \t")
	if trimmed == text {
		return text
	}
	end := 0
	for end < len(trimmed) && (transport.IsToken(trimmed[end:end+1]) || trimmed[end] == '/') {
		end++
	}
	for end > 0 && end < len(trimmed) && trimmed[end] == '=' {
		end++
	}
	rest := strings.TrimLeft(trimmed[end:], " \t")
	if end > 0 && (rest == "" || rest[0] == ',') {
		return rest
	}
	return text
}

func cutToken(text string) (token, rest string) {
	end := 0
	for end < len(text) && transport.IsToken(text[end:end+1]) {
		end++
	}
	return text[:end], text[end:]
}

// cutValue cuts a token, or what stands between quotes.
func cutValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, rest = cutToken(text)
		return value, rest, value != ""
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[1:i], text[i+1:], true
		}
	}
	return "", "", false
}
