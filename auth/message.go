package auth

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// maxQuote is how much is quoted of an answer, in bytes.
const maxQuote = 300

// explanation returns what an answer says about itself: the vendor's message,
// or the title of a page; "" if that cannot be told. It is foreign text, made
// harmless for a terminal.
func (e *errorRule) explanation(header http.Header, content []byte) string {
	if text := e.vendorMessage(content); text != "" {
		return quote(text)
	}
	if e.challenge {
		if text := bearerError(header); text != "" {
			return quote(text)
		}
	}
	content = bytes.TrimSpace(content)
	switch {
	case len(content) == 0:
		return "an empty body"
	case isHTML(header, content):
		return "HTML" + title(content)
	}
	return ""
}

// vendorMessage returns the text at the first path that finds one.
func (e *errorRule) vendorMessage(content []byte) string {
	if !json.Valid(content) { // which bounds the nesting
		return ""
	}
	var found []string
	for _, path := range e.message {
		r := gjson.GetBytes(content, path)
		if r.Type != gjson.String || strings.TrimSpace(r.Str) == "" || slices.Contains(found, r.Str) {
			continue
		}
		if found = append(found, r.Str); len(found) == 2 {
			break // "invalid_client" says more beside its description
		}
	}
	return strings.Join(found, ": ")
}

// textMember returns a member of a JSON object that is text; "" for anything else.
func textMember(content []byte, name string) string {
	if !json.Valid(content) { // which bounds the nesting
		return ""
	}
	if r := gjson.GetBytes(content, name); r.Type == gjson.String {
		return r.Str
	}
	return ""
}

// bearerError returns the error of a WWW-Authenticate header field (RFC 6750
// section 3).
func bearerError(header http.Header) string {
	text := strings.Join(header.Values("WWW-Authenticate"), ", ")
	for _, name := range []string{"error_description", "error"} {
		if _, after, ok := strings.Cut(text, name+`="`); ok {
			value, _, _ := strings.Cut(after, `"`)
			return value
		}
	}
	return ""
}

func isHTML(header http.Header, content []byte) bool {
	return strings.Contains(strings.ToLower(header.Get("Content-Type")), "html") ||
		bytes.HasPrefix(bytes.ToLower(content[:min(len(content), 16)]), []byte("<!doctype html")) ||
		bytes.HasPrefix(bytes.ToLower(content[:min(len(content), 16)]), []byte("<html"))
}

// title returns ", title …" of a page that has one.
func title(content []byte) string {
	match := regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`).FindSubmatch(content)
	if match == nil {
		return ""
	}
	return ", title " + quote(strings.Join(strings.Fields(string(match[1])), " "))
}

// quote cuts foreign text to what a message can hold, and escapes what a
// terminal would obey: control characters and changes of direction.
func quote(text string) string {
	cut := ""
	if len(text) > maxQuote {
		text, cut = text[:maxQuote], "…"
		for !utf8.ValidString(text) && len(text) > maxQuote-utf8.UTFMax {
			text = text[:len(text)-1]
		}
	}
	var b strings.Builder
	for _, c := range text {
		if unicode.IsPrint(c) {
			b.WriteRune(c)
			continue
		}
		escaped := strconv.QuoteRune(c)
		b.WriteString(escaped[1 : len(escaped)-1])
	}
	return "`" + b.String() + cut + "`"
}

// hint returns the definition's advice on an answer of the token endpoint or of
// the API, which explains itself by text.
func (e *errorRule) hint(api bool, status int, text string, v values) string {
	for _, h := range e.hints {
		if h.api == api && (h.statuses == nil || slices.Contains(h.statuses, status)) &&
			strings.Contains(text, h.contains) && holds(h.when, v) {
			return h.text
		}
	}
	return ""
}

// isFatal reports whether text is one of the messages after which another
// attempt is senseless or harmful.
func (e *errorRule) isFatal(text string) bool {
	return slices.ContainsFunc(e.fatal, func(f string) bool { return f != "" && strings.Contains(text, f) })
}

// statusText writes a status as "401 Unauthorized".
func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}
