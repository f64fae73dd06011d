package redaction

import (
	"cmp"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/authforms"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
)

// MinCookie is the length of the shortest value of a cookie that is secret by
// itself. What is shorter is a setting, such as a language.
const MinCookie = 8

// Finder adds credentials that stand in texts to the secrets.
type Finder struct {
	Secrets *secret.Set

	// Public reports whether a parameter of a provider is known to hold no secret.
	Public func(provider, param string) bool
}

// Quoted makes secret what the message of a diagnostic quotes of credentials. Nothing
// has used them perhaps, such as those beside a mistake, and nobody knows them then.
func (f Finder) Quoted(source *diag.Source, m diag.Message) {
	if m.Text == "" && m.Expanded == "" {
		return
	}
	if holdsVariables(source) {
		f.members(string(source.Text()))
		return
	}
	if source != nil && filepath.Ext(source.Name()) == ".json" {
		return // a definition, which holds no values
	}
	f.line(m.Text)
	f.line(m.Expanded)
	for _, q := range m.Before {
		f.line(q.Text)
	}
}

// holdsVariables reports whether a source is an environment file whose lines are
// quoted.
func holdsVariables(s *diag.Source) bool {
	if s == nil {
		return false
	}
	base := filepath.Base(s.Name())
	return base == "http-client.env.json" || base == "settings.json"
}

// members makes secret what members of a JSON document hold whose names say
// that they are secret. The document may be broken: that may be what is to be
// told. Definitions of providers are left out, whose members name places.
func (f Finder) members(text string) {
	name, value := "", false // what a text would be
	depth, outside := 0, 0   // of braces; where the definition ends that this is in, 0 for none
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '{', '[':
			depth++
			if name == "Definition" && outside == 0 {
				outside = depth
			}
			name, value = "", false
		case '}', ']':
			if depth == outside {
				outside = 0
			}
			depth--
			name, value = "", false
		case ',', '\n':
			name, value = "", false
		case ':':
			value = name != ""
		case '"':
			end := closingQuote(text, at)
			decoded := text[at+1 : end]
			if plain, err := strconv.Unquote(text[at:min(end+1, len(text))]); err == nil {
				decoded = plain
			}
			at = end
			if !value {
				name = decoded
				continue
			}
			f.urls(decoded)
			if outside == 0 && f.namesSecret(name) {
				f.literals(decoded)
			}
			name, value = "", false
		}
	}
}

// closingQuote returns the offset of the quotation mark that ends the text that
// begins with one at an offset, or where its line ends without it.
func closingQuote(text string, at int) int {
	quote := text[at]
	for at++; at < len(text) && text[at] != quote && text[at] != '\n'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return min(at, len(text))
}

// namesSecret reports whether the value under a name is secret: the name looks
// so, and is not that of something else in an entry of OAuth 2.0.
func (f Finder) namesSecret(name string) bool {
	if param := scope.OAuth2Parameter(name); param != "" {
		name = param
	} else if diag.Nearest(name, []string{"Client Secret", "Password", "ID Token", "Code Verifier"}) != "" {
		return true // mistyped
	}
	return scope.LooksSecret(name) && !f.Public("oauth2", name)
}

// line makes secret what a line of a request file holds of credentials: the
// parameters of @auth that are not known to be public, variables with names of
// secrets, credentials in header fields, passwords in URLs, secret parameters of
// queries, forms and JSON.
func (f Finder) line(line string) {
	f.urls(line)
	trimmed := strings.TrimSpace(line)
	comment := strings.TrimLeft(trimmed, "#/")
	switch {
	case comment != trimmed:
		directive, rest, _ := strings.Cut(strings.TrimSpace(comment), " ")
		switch {
		case directive == "@auth":
			id, params, _ := strings.Cut(strings.TrimSpace(rest), " ")
			f.parameters(params, func(name string) bool { return !f.Public(id, name) })
		case !strings.HasPrefix(directive, "@"): // perhaps a directive goes on here
			f.parameters(comment, f.namesSecret)
		}
	case strings.HasPrefix(trimmed, "@"):
		name, value, _ := strings.Cut(trimmed[1:], "=")
		if f.namesSecret(strings.TrimSpace(name)) {
			f.literals(value)
		}
	default:
		if name, value, found := strings.Cut(trimmed, ":"); found && IsToken(name) {
			f.header(name, value)
		}
		f.quotedHeaders(trimmed)
		f.members(trimmed)
		f.pairs(trimmed)
	}
}

// parameters makes values of key=value words secret. A value may stand in
// quotation marks.
func (f Finder) parameters(text string, hidden func(name string) bool) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		end := strings.IndexAny(text, " \t=")
		if end < 0 {
			return
		}
		name := text[:end]
		if text[end] != '=' {
			text = text[end:]
			continue
		}
		text = text[end+1:]
		value := ""
		if text != "" && (text[0] == '"' || text[0] == '\'') {
			end = closingQuote(text, 0)
			value, text = text[1:max(end, 1)], text[min(end+1, len(text)):]
		} else {
			end = wordEnd(text)
			value, text = text[:end], text[end:]
		}
		if hidden(name) {
			f.literals(value)
		}
	}
}

// wordEnd returns where the first word of a text ends, whose templates may hold
// blanks.
func wordEnd(text string) int {
	for at := 0; at < len(text); at++ {
		switch {
		case strings.HasPrefix(text[at:], "{{"):
			if end := strings.Index(text[at:], "}}"); end > 0 {
				at += end + 1
			}
		case text[at] == ' ' || text[at] == '\t':
			return at
		}
	}
	return len(text)
}

// quotedHeaders looks at header fields in quotation marks, as arguments of
// curl have them.
func (f Finder) quotedHeaders(line string) {
	for at := 0; at < len(line); at++ {
		if line[at] != '"' && line[at] != '\'' {
			continue
		}
		end := closingQuote(line, at)
		if name, value, found := strings.Cut(line[at+1:max(end, at+1)], ":"); found && IsToken(name) {
			f.header(name, value)
		}
		at = end
	}
}

// header makes the credentials of a header field secret. The user of HTTP
// Basic and the like is none.
func (f Finder) header(name, value string) {
	value = strings.TrimSpace(value)
	if !SecretField(name) || value == "" {
		return
	}
	lower := strings.ToLower(name)
	if strings.HasSuffix(lower, "cookie") {
		f.Secrets.Add(CookieValues(value)...)
		return
	}
	if !strings.HasSuffix(lower, "authorization") {
		f.literals(value)
		return
	}
	switch v := authforms.ReadField(value); v.Form {
	case authforms.OpenID, authforms.Certificate: // names of variables and files
	case authforms.AWS:
		for _, word := range strings.Fields(v.Rest)[1:] {
			if word = strings.TrimPrefix(word, "token:"); len(word) >= MinCookie && !strings.HasPrefix(word, "region:") && !strings.HasPrefix(word, "service:") {
				f.literals(word)
			}
		}
	case authforms.Pair:
		f.literals(v.Rest[strings.IndexAny(v.Rest, " \t:")+1:])
	default:
		f.literals(cmp.Or(v.Rest, value))
	}
}

// CookieValues returns the values of name=value pairs that are long enough to be
// secret.
func CookieValues(text string) []string {
	var values []string
	for pair := range strings.SplitSeq(text, ";") {
		if _, value, _ := strings.Cut(pair, "="); len(strings.Trim(value, ` "`)) >= MinCookie && !strings.Contains(value, "{{") {
			values = append(values, strings.Trim(value, ` "`))
		}
	}
	return values
}

// pairs makes values of a query or a form secret by their names.
func (f Finder) pairs(line string) {
	if at := strings.IndexByte(line, '?'); at >= 0 {
		line = line[at+1:]
	}
	for pair := range strings.SplitSeq(line, "&") {
		name, value, found := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); found && err == nil && SecretParameter(plain) && !strings.ContainsAny(name, " \t:\"") {
			value, _, _ = strings.Cut(value, "#")
			value = strings.Trim(value[:wordEnd(value)], `"'`)
			f.literals(value)
			if plain, err := url.QueryUnescape(value); err == nil {
				f.literals(plain)
			}
		}
	}
}

// urls makes the passwords of URLs in a text secret.
func (f Finder) urls(text string) {
	for {
		at := strings.Index(text, "://")
		if at < 0 {
			return
		}
		text = text[at+len("://"):]
		end := strings.IndexAny(text, " \t\"'<>")
		if end < 0 {
			end = len(text)
		}
		authority, _, _ := strings.Cut(text[:end], "/")
		if userinfo := authority[:max(strings.LastIndexByte(authority, '@'), 0)]; !strings.Contains(userinfo, "{{") {
			f.Userinfo(authority)
		}
	}
}

// literals makes secret what is written in a text between its templates. An
// address is none, nor a path behind a template.
func (f Finder) literals(text string) {
	text = strings.Trim(strings.TrimSpace(text), `"'`)
	if strings.Contains(text, "://") {
		return
	}
	behind := false
	for text != "" {
		literal, rest, found := strings.Cut(text, "{{")
		if (!behind || !strings.HasPrefix(literal, "/")) && secret.Maskable(literal) {
			f.Secrets.Add(literal)
		}
		if !found {
			return
		}
		_, text, _ = strings.Cut(rest, "}}")
		behind = true
	}
}

// IsToken reports whether a text may be the name of a header field.
func IsToken(name string) bool {
	return name != "" && !strings.ContainsAny(name, " \t/\"'{}=?&")
}
