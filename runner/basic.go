package runner

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// headerValue expands the value of a header field. `Authorization: Basic user
// password` and `Basic user:password` are encoded (JetBrains, VS Code); a value
// that is encoded already stays as it is.
func (r *running) headerValue(ctx context.Context, name string, t parser.Text) (string, error) {
	if !strings.EqualFold(name, "authorization") {
		return r.line(ctx, t)
	}
	parts, err := r.lineParts(ctx, t)
	if err != nil {
		return "", err
	}
	if user, password, ok := basicPair(parts); ok {
		return r.basic(user, password), nil
	}
	return joinParts(parts), nil
}

// basicPair reads the user name and the password of a Basic shorthand. The blank
// between them is one that is written down: one in a value belongs to it.
func basicPair(parts []scope.Part) (user, password string, ok bool) {
	const scheme = "basic "
	text := joinParts(parts)
	if len(text) < len(scheme) || !strings.EqualFold(text[:len(scheme)], scheme) {
		return "", "", false
	}
	start := len(text) - len(strings.TrimLeft(text[len(scheme):], " \t"))
	at := 0
	for _, p := range parts {
		if !p.Segment.Template {
			from := max(start-at, 0)
			if from < len(p.Text) {
				if blank := strings.IndexAny(p.Text[from:], " \t"); blank >= 0 {
					end := at + from + blank
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
	req.URL.User = nil
	password, _ := user.Password()
	value := r.basic(user.Username(), password)
	if !hasField(req.Header, "Authorization") {
		req.Header = append(req.Header, transport.Field{Name: "Authorization", Value: value})
	}
}

func hasField(fields []transport.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f transport.Field) bool { return strings.EqualFold(f.Name, name) })
}
