// Package redaction knows which parts of a text are credentials by where they stand, by
// what they are called, or by how they look, though nobody has said so. It hides them,
// or finds them and adds them to the secrets that are masked everywhere.
package redaction

import (
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
)

// SecretField reports whether a header field is one that carries credentials
// by its very name (RFC 9110 §11, RFC 6265), whoever has written it: the fields
// of HTTP, and those whose names say so, such as X-Auth-Token, Api-Key or
// Ocp-Apim-Subscription-Key.
func SecretField(field string) bool {
	switch strings.ToLower(field) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	case "idempotency-key", "sec-websocket-key", "access-control-allow-credentials": // which open nothing
		return false
	}
	return scope.LooksSecret(field)
}

// SecretParameter reports whether a parameter of a query is secret by its name: a
// signed URL is worth its signature, and an answer of OAuth 2.0 its code.
func SecretParameter(name string) bool {
	switch strings.ToLower(name) {
	case "sig", "signature", "x-amz-signature", "x-goog-signature", "jwt", "code":
		return true
	}
	return scope.LooksSecret(name)
}

// Credentials splits the value of a field that carries credentials into what may
// be shown, the name of an authentication scheme, and the rest.
func Credentials(name, text string) (scheme, credentials string) {
	if strings.HasSuffix(strings.ToLower(name), "authorization") {
		if before, after, found := strings.Cut(text, " "); found {
			return before + " ", after
		}
	}
	return "", text
}

// HideField replaces what a header field carries of credentials.
func HideField(name, text string) string {
	if !SecretField(name) || text == "" {
		return text
	}
	scheme, _ := Credentials(name, text)
	return scheme + secret.Mask
}

// HideQuery replaces the values of query parameters whose names say that they
// are secret, such as access_token.
func HideQuery(address string) string {
	return HideQueryBut(address, func(string) bool { return false })
}

// HideQueryBut is HideQuery without the values that are to be shown.
func HideQueryBut(address string, shown func(value string) bool) string {
	return eachParameter(address, func(name, text string) string {
		if SecretParameter(name) && !shown(text) {
			return secret.Mask
		}
		return text
	})
}

// eachParameter replaces the values of the parameters of a URL, as they are written:
// those of its query, and of a fragment that is made like one, as the answers of OAuth
// 2.0 have it (RFC 6749 section 4.2.2).
func eachParameter(address string, replace func(name, text string) string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	each := func(query string) string {
		parameters := strings.Split(query, "&")
		for i, p := range parameters {
			name, text, _ := strings.Cut(p, "=")
			if plain, err := url.QueryUnescape(name); err == nil && text != "" {
				parameters[i] = name + "=" + replace(plain, text)
			}
		}
		return strings.Join(parameters, "&")
	}
	before, query, hasQuery := strings.Cut(address, "?")
	if hasQuery {
		before += "?" + each(query)
	}
	if hasFragment {
		before += "#" + each(fragment)
	}
	return before
}

// HideTarget hides what a request target shows by itself: a password before the
// host, and query parameters that are secret by their names.
func HideTarget(target string) string {
	if scheme := strings.Index(target, "://"); scheme >= 0 {
		authority := target[scheme+len("://"):]
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority = authority[:end]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			user, _, _ := strings.Cut(authority[:at], ":")
			target = strings.Replace(target, authority[:at], user+":"+secret.Mask, 1)
		}
	}
	return HideQuery(target)
}
