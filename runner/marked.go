package runner

import (
	"encoding/base64"
	"strings"

	"github.com/postrider/postrider/internal/secret"
)

// keepMarked makes secret what a value holds of credentials that show what they
// are, whatever the value is called: the passwords of URLs and of connection
// strings, and what follows an authentication scheme.
func (p *Plan) keepMarked(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			p.keepMarked(e)
		}
	case map[string]any:
		for _, e := range v {
			p.keepMarked(e)
		}
	case string:
		p.keepURLs(v)
		p.keepScheme(v)
		p.keepConnection(v)
	}
}

// keepScheme makes credentials behind the name of an authentication scheme secret
// (RFC 9110 section 11.4).
func (p *Plan) keepScheme(text string) {
	scheme, credentials, _ := strings.Cut(strings.TrimSpace(text), " ")
	credentials = strings.TrimSpace(credentials)
	if strings.ContainsAny(credentials, " \t\n") { // a sentence
		return
	}
	switch strings.ToLower(scheme) {
	case "bearer", "dpop", "negotiate", "ntlm":
		p.keepLiterals(credentials)
	case "token", "apikey":
		if strings.ContainsAny(credentials, "0123456789") {
			p.keepLiterals(credentials)
		}
	case "basic":
		pair := credentials
		if decoded, err := base64.StdEncoding.DecodeString(credentials); err == nil {
			pair = string(decoded)
		}
		if user, password, found := strings.Cut(pair, ":"); found && !strings.Contains(pair, "{{") {
			p.secrets.AddBasic(user, password)
		}
	}
}

// keepConnection makes the passwords of a connection string secret, such as
// Server=db;Password=… or host=db password=….
func (p *Plan) keepConnection(text string) {
	if !strings.Contains(text, "=") || strings.Contains(text, "://") && !strings.Contains(text, ";") {
		return
	}
	if !strings.Contains(text, ";") {
		p.keepParameters(text, namesPassword)
		return
	}
	for pair := range strings.SplitSeq(text, ";") {
		if name, value, found := strings.Cut(pair, "="); found && namesPassword(name) && secret.Maskable(value) {
			p.keepLiterals(value)
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
