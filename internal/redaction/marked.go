package redaction

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/secret"
)

// Marked makes secret what a value holds of credentials that show what they
// are, whatever the value is called: the passwords of URLs and of connection
// strings, and what follows an authentication scheme.
func (f Finder) Marked(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			f.Marked(e)
		}
	case map[string]any:
		for _, e := range v {
			f.Marked(e)
		}
	case string:
		f.urls(v)
		f.scheme(v)
		f.connection(v)
	}
}

// scheme makes credentials behind the name of an authentication scheme secret
// (RFC 9110 section 11.4).
func (f Finder) scheme(text string) {
	scheme, credentials, _ := strings.Cut(strings.TrimSpace(text), " ")
	credentials = strings.TrimSpace(credentials)
	if strings.ContainsAny(credentials, " \t\n") { // a sentence
		return
	}
	switch strings.ToLower(scheme) {
	case "bearer", "dpop", "negotiate", "ntlm":
		f.literals(credentials)
	case "token", "apikey":
		if strings.ContainsAny(credentials, "0123456789") {
			f.literals(credentials)
		}
	case "basic":
		pair := credentials
		if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
			pair = string(decoded)
		}
		if user, password, found := strings.Cut(pair, ":"); found && !strings.Contains(pair, "{{") {
			f.Secrets.AddBasic(user, password)
		}
	}
}

// connection makes the passwords of a connection string secret, such as
// Server=db;Password=… or host=db password=….
func (f Finder) connection(text string) {
	if !strings.Contains(text, "=") || strings.Contains(text, "://") && !strings.Contains(text, ";") {
		return
	}
	if !strings.Contains(text, ";") {
		f.parameters(text, namesPassword)
		return
	}
	for pair := range strings.SplitSeq(text, ";") {
		if name, value, found := strings.Cut(pair, "="); found && namesPassword(name) && secret.Maskable(value) {
			f.literals(value)
		}
	}
}

// namesPassword reports whether a part of a connection string holds what opens the
// connection. Other names that sound of secrets are those of columns.
func namesPassword(name string) bool {
	name = strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(name))
	for _, end := range []string{"password", "passwd", "pwd", "secret", "accountkey", "accesskey", "accesssignature", "token"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Userinfo makes the password in an address secret, as it is written and as
// it is meant, even if the rest of the address cannot be read.
func (f Finder) Userinfo(address string) {
	if i := strings.Index(address, "://"); i >= 0 {
		address = address[i+len("://"):]
	}
	if end := strings.IndexAny(address, "/?#"); end >= 0 {
		address = address[:end]
	}
	user, password, _ := strings.Cut(address[:max(strings.LastIndexByte(address, '@'), 0)], ":")
	f.Secrets.AddBasic(user, password)
	plainUser, err := url.PathUnescape(user)
	plain, err2 := url.PathUnescape(password)
	if err == nil && err2 == nil {
		f.Secrets.AddBasic(plainUser, plain)
	}
}
