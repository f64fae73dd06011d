package secret

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes returns the forms that text takes in URLs, JSON, HTML and messages,
// and those of its forms in URLs in JSON and HTML. Forms may be equal.
func escapes(text string) []string {
	if !strings.ContainsFunc(text, special) {
		return []string{text}
	}
	plain := []string{text, url.QueryEscape(text), url.PathEscape(text), escapedPath(text)}
	for _, kept := range [...]string{
		"",                 // RFC 3986 section 2.1
		"/",                // urllib.parse.quote of Python
		"!'()*",            // encodeURIComponent of ECMAScript
		"!'()*;/?:@&=+$,#", // its encodeURI
	} {
		plain = append(plain, percentEncode(text, kept))
	}
	for _, form := range plain[1:] {
		plain = append(plain, lowerHex(form))
	}
	slices.Sort(plain)
	forms := []string{unquoted(strconv.Quote(text)), unquoted(strconv.QuoteToASCII(text))}
	for _, form := range slices.Compact(plain) {
		forms = append(forms, form)
		if form == text || strings.ContainsAny(form, "&'/+=") { // of what a URL leaves, nothing else is escaped
			forms = append(forms, entities(form)...)
			forms = append(forms, inJSON(form)...)
		}
	}
	return forms
}

// escapedPath is the path of a URL, whose slashes are slashes.
func escapedPath(text string) string { return (&url.URL{Path: "/" + text}).EscapedPath()[1:] }

// percentEncode encodes all octets but the unreserved ones and some others.
func percentEncode(text, kept string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; !special(rune(c)) || strings.IndexByte(kept, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// inJSON returns the forms that text takes in a JSON string.
func inJSON(text string) []string {
	var forms []string
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
	for _, style := range jsonStyles {
		if form := style.encode(text); form != text {
			forms = append(forms, form)
		}
	}
	return forms
}

// jsonStyle is how a serializer writes what it need not escape in a JSON string.
type jsonStyle struct {
	escaped string // characters of ASCII that it writes as \uXXXX
	digits  string // hexadecimal
	ascii   bool   // so are all that are not of ASCII
	slash   bool   // a slash has a backslash before it
}

var jsonStyles = [...]jsonStyle{
	{escaped: "\"&'+<>`\x7f", digits: "0123456789ABCDEF", ascii: true}, // System.Text.Json
	{escaped: "=&'<>", digits: "0123456789abcdef"},                     // Gson
	{digits: "0123456789abcdef", ascii: true},                          // Python
	{digits: "0123456789abcdef", ascii: true, slash: true},             // PHP
}

func (j jsonStyle) encode(text string) string {
	var b strings.Builder
	for _, r := range text {
		short := strings.IndexRune("\b\t\n\f\r", r)
		switch {
		case strings.ContainsRune(j.escaped, r), r >= utf8.RuneSelf && j.ascii, r < ' ' && short < 0:
			for _, unit := range utf16.AppendRune(nil, r) {
				b.WriteString(`\u`)
				for shift := 12; shift >= 0; shift -= 4 {
					b.WriteByte(j.digits[unit>>shift&15])
				}
			}
		case short >= 0:
			b.WriteString(`\` + "btnfr"[short:short+1])
		case r == '"', r == '\\', r == '/' && j.slash:
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// special reports whether some form has another spelling for a character: all
// but the unreserved ones of RFC 3986 section 2.3, of which tokens are made.
func special(r rune) bool {
	return ('a' > r || r > 'z') && ('A' > r || r > 'Z') && ('0' > r || r > '9') && !strings.ContainsRune("-._~", r)
}

// entities returns the forms that text takes in HTML and XML. All escape &, <
// and >; which of the quotes they escape, and how they spell them, differs.
func entities(text string) []string {
	if !strings.ContainsAny(text, `&<>"'`) {
		return []string{text}
	}
	forms := []string{strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)}
	for _, quote := range []struct {
		mark  string
		spelt []string
	}{
		{`"`, []string{"&quot;", "&#34;", "&#x22;"}},
		{"'", []string{"&apos;", "&#39;", "&#x27;"}},
	} {
		if !strings.Contains(text, quote.mark) {
			continue
		}
		for _, form := range forms {
			for _, entity := range quote.spelt {
				forms = append(forms, strings.ReplaceAll(form, quote.mark, entity))
			}
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
