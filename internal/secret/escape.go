package secret

import (
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// escapes returns the forms that text takes in URLs, JSON, HTML and messages,
// itself first. Forms may be equal.
func escapes(text string) []string {
	query := url.QueryEscape(text)
	forms := []string{
		text,
		query,
		strings.ReplaceAll(query, "+", "%20"), // RFC 3986 section 2.1
		url.PathEscape(text),
		(&url.URL{Path: "/" + text}).EscapedPath()[1:], // a path whose slashes are slashes
		unquoted(strconv.Quote(text)),
		unquoted(strconv.QuoteToASCII(text)),
		html.EscapeString(text),
	}
	for _, form := range forms[1:5] {
		forms = append(forms, lowerHex(form))
	}
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	for _, safe := range []bool{false, true} {
		encoded.Reset()
		encoder.SetEscapeHTML(safe)
		if encoder.Encode(text) == nil { // a string cannot fail
			form := unquoted(strings.TrimSuffix(encoded.String(), "\n"))
			forms = append(forms, form, strings.ReplaceAll(form, "/", `\/`)) // as PHP escapes it
		}
	}
	return forms
}

// unquoted removes the quotation marks around a literal.
func unquoted(literal string) string { return literal[1 : len(literal)-1] }

// lowerHex writes the digits of percent-encoded octets in lower case.
func lowerHex(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	b := []byte(text)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], strings.ToLower(string(b[i+1:i+3])))
			i += 2
		}
	}
	return string(b)
}
