package auth

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/transport"
)

// originOf returns the origin of an absolute http or https URL, in the one form
// of [transport.Origin].
func originOf(u *url.URL) (string, error) {
	origin := transport.Origin(u)
	if !strings.HasPrefix(origin, "https://") && !strings.HasPrefix(origin, "http://") {
		return "", errors.New("expected an absolute http or https URL, such as `https://api.example.com`")
	}
	return origin, nil
}

// parseOrigin reads an origin as a person writes it: a URL with a host and
// nothing else, but for a slash at the end.
func parseOrigin(text string) (string, error) {
	u, err := parseBase(text)
	if err != nil {
		return "", err
	}
	if u.Path != "" {
		return "", fmt.Errorf("expected an origin such as `https://api.example.com`, found a path in %q", text)
	}
	return originOf(u)
}

// checkEndpoint checks a URL that a parameter gives as a whole. Unlike a base
// URL it may have a query (RFC 6749 section 3.2) and end in a slash.
func checkEndpoint(text string) error {
	before, query, _ := strings.Cut(text, "?")
	if strings.Contains(query, "#") {
		return errors.New("a URL of an endpoint has no fragment")
	}
	if _, err := parseBase(before); err != nil {
		return err
	}
	return checkCharacters(query)
}

// checkCharacters refuses what readers of URLs disagree about.
func checkCharacters(text string) error {
	for _, c := range text {
		if c <= ' ' || c == 0x7f || c == '\\' {
			return fmt.Errorf("%q is not allowed in a URL", c)
		}
	}
	return nil
}

// parseBase reads a URL that others are appended to: absolute, without
// userinfo, query and fragment, and without a slash at the end.
func parseBase(text string) (*url.URL, error) {
	if err := checkCharacters(text); err != nil {
		return nil, err
	}
	if strings.ContainsAny(text, "?#") {
		return nil, errors.New("a base URL has neither query nor fragment")
	}
	u, err := url.Parse(strings.TrimRight(text, "/"))
	if err != nil {
		// The text of a url.Error repeats the URL, which may hold a password.
		if inner := new(url.Error); errors.As(err, &inner) {
			err = inner.Err
		}
		return nil, err
	}
	if u.User != nil {
		return nil, errors.New("a base URL has no user name before an `@`")
	}
	if _, err := originOf(u); err != nil {
		return nil, err
	}
	return u, nil
}

// private reports whether what is sent to u cannot be read on the way: over
// TLS, or without leaving this machine.
func private(u *url.URL) bool {
	return strings.EqualFold(u.Scheme, "https") || transport.IsLoopback(u.Hostname())
}
