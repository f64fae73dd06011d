package redaction

import (
	"net/http"
	"net/url"
	"strings"
)

// Answered makes secret what an answer hands out and is secret by its place: the
// cookies that it sets, which stand for a session, fields that carry credentials, and
// what the addresses hold that it leads to.
func (f Finder) Answered(header http.Header) {
	for name, values := range header {
		for _, text := range values {
			switch {
			case name == "Set-Cookie":
				cookie, _, _ := strings.Cut(text, ";")
				f.Secrets.Add(CookieValues(cookie)...)
			case SecretField(name):
				_, credentials := Credentials(name, text)
				f.Secrets.Add(credentials)
			default:
				for _, address := range addressesIn(name, text) {
					f.address(address)
				}
			}
		}
	}
}

// addressesIn returns the URLs in a field that leads elsewhere.
func addressesIn(field, text string) []string {
	switch field {
	case "Location", "Content-Location":
		return []string{text}
	case "Link": // RFC 8288
		var all []string
		for part := range strings.SplitSeq(text, "<") {
			if address, _, closed := strings.Cut(part, ">"); closed {
				all = append(all, address)
			}
		}
		return all
	case "Refresh": // 5; url=https://…
		if _, address, found := strings.Cut(text, "="); found {
			return []string{strings.Trim(address, `"' `)}
		}
	}
	return nil
}

// address makes secret what HideTarget would hide of an address.
func (f Finder) address(address string) {
	if strings.Contains(address, "://") || strings.HasPrefix(address, "//") {
		f.Userinfo(address)
	}
	eachParameter(address, func(name, text string) string {
		if SecretParameter(name) {
			f.Secrets.Add(text)
			if plain, err := url.QueryUnescape(text); err == nil {
				f.Secrets.Add(plain)
			}
		}
		return text
	})
}
