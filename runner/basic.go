package runner

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
)

// userAndPassword reads what follows a scheme in an Authorization field: `user
// password` or `user:password` (JetBrains, VS Code). The blank between them is
// one that is written down: one in a value belongs to it. It reports false for
// what is one word, as credentials are that are encoded already.
func userAndPassword(parts []scope.Part, scheme string) (user, password string, ok bool) {
	text := joinParts(parts)
	rest := strings.TrimLeft(text, " \t")
	if len(rest) <= len(scheme) || !strings.EqualFold(rest[:len(scheme)], scheme) || !strings.ContainsAny(rest[len(scheme):len(scheme)+1], " \t") {
		return "", "", false
	}
	start := len(text) - len(strings.TrimLeft(rest[len(scheme):], " \t"))
	at := 0
	for _, p := range parts {
		if !p.Segment.Template {
			from := max(start-at, 0)
			if from < len(p.Text) {
				if blank := strings.IndexAny(p.Text[from:], " \t"); blank >= 0 {
					end := at + from + blank
					if strings.Contains(text[start:end], ":") { // no user name holds one (RFC 7617 §2): the blank is the password's
						return strings.Cut(text[start:], ":")
					}
					return text[start:end], strings.TrimLeft(text[end:], " \t"), true
				}
			}
		}
		at += len(p.Text)
	}
	return strings.Cut(text[start:], ":")
}

// basic is the value of an Authorization field (RFC 7617).
func (r *running) basic(user, password string) string {
	r.session.plan.secrets.AddBasic(user, password)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// userinfo turns https://user:password@host/ into HTTP Basic authentication, as
// the other tools do; a URL never carries it on the wire (RFC 9110 §4.2.4).
func (r *running) userinfo(req *transport.Request) {
	user := req.URL.User
	if user == nil {
		return
	}
	req.URL.User, r.hasUserinfo = nil, true
	password, _ := user.Password()
	value := r.basic(user.Username(), password)
	if !hasField(req.Header, "Authorization") {
		req.Header = append(req.Header, transport.Field{Name: "Authorization", Value: value})
	}
}

func hasField(fields []transport.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f transport.Field) bool { return strings.EqualFold(f.Name, name) })
}
