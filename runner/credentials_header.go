package runner

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/authforms"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// readShorthand takes credentials from a header field that stands for them.
func (s *step) readShorthand() {
	if s.request == nil {
		return
	}
	for _, h := range s.request.Headers {
		if !strings.EqualFold(h.Name.String(), "authorization") {
			continue
		}
		if directive, problem := authforms.OpenIDByVariables(h.Value, s.file.foreignNames()); directive != nil {
			s.auth, s.shorthand = translated(directive, problem), h
		}
	}
}

// foreignNames are the names that the shorthands of other tools may name.
func (f *file) foreignNames() authforms.Names {
	return authforms.Names{Defined: f.names.variables, Values: f.static}
}

// translated are the credentials by a directive that was made of another tool's.
func translated(directive *parser.Auth, problem *diag.Diagnostic) *credentials {
	c := &credentials{directive: directive}
	if problem != nil {
		c.err = problem
	}
	return c
}

// readHeaders finds the fields of a step that stand for something else, or that
// this version cannot carry out, as far as they are known before it runs.
func (f *file) readHeaders(s *step) {
	if s.request == nil {
		return
	}
	for i, h := range s.request.Headers {
		if h == s.shorthand {
			continue // which stands for @auth
		}
		text := h.Value
		if strings.EqualFold(h.Name.String(), "x-clientcert") {
			s.clientCert(i, text)
		}
		if !strings.EqualFold(h.Name.String(), "authorization") {
			continue
		}
		v := authforms.ReadField(text.String())
		if v.Form == authforms.Certificate {
			s.clientCert(i, text.Slice(len(text.String())-len(strings.TrimLeft(text.String(), " \t"))+len(v.Written), len(text.String())))
		} else if d := v.Unsupported(); d != nil {
			f.plan.secrets.Add(v.Rest) // which the message shows
			s.own().unsupported = append(s.unsupported, placed(d, text))
		}
	}
}

// clientCert reads `cert: FILE key: FILE` or `pfx: FILE` in a header field
// (httpYac), which stands for @cert and @key and is not sent. A passphrase has no
// place in a request file.
func (s *step) clientCert(header int, t parser.Text) {
	s.own().dropped = append(s.dropped, header)
	fail := func(summary, suggestion string) {
		s.own().unsupported = append(s.unsupported, placed(&diag.Diagnostic{
			Code: diag.CodeUnsupported, Summary: summary, Suggestion: suggestion,
		}, t))
	}
	var cert, key parser.Text
	for rest := t; ; {
		text := rest.String()
		start := len(text) - len(strings.TrimLeft(text, " \t,"))
		colon := strings.IndexByte(text, ':')
		if start == len(text) {
			break
		}
		if colon < start {
			fail("`ClientCert` cannot be read", "write `# @cert FILE` and `# @key FILE` instead")
			return
		}
		name := text[start:colon]
		from := colon + 1 + len(text[colon+1:]) - len(strings.TrimLeft(text[colon+1:], " \t"))
		to := len(text)
		if blank := strings.IndexAny(text[from:], " \t,"); blank >= 0 {
			to = from + blank
		}
		switch value := rest.Slice(from, to); strings.ToLower(strings.TrimSpace(name)) {
		case "cert", "pfx":
			cert = value
		case "key":
			key = value
		case "passphrase":
			s.file.plan.secrets.Add(value.String())
			fail("not supported by this version: a passphrase in `ClientCert`", "leave it out, and "+passphraseHelp)
			return
		default:
			fail("`ClientCert` cannot be read", "write `# @cert FILE` and `# @key FILE` instead")
			return
		}
		rest = rest.Slice(to, len(text))
	}
	if s.cert.IsZero() && s.key.IsZero() {
		s.own().cert, s.own().key = cert, key
	}
}

// authorization expands an Authorization field. It reports false for one that
// stands for credentials which are made when the request is sent.
func (r *running) authorization(ctx context.Context, t parser.Text) (value string, sent bool, err error) {
	parts, err := r.lineParts(ctx, t)
	if err != nil {
		return "", false, err
	}
	id, args, problem := authforms.Shorthand(parts)
	switch {
	case problem != nil:
		r.session.plan.secrets.Add(authforms.ReadField(scope.Join(parts)).Rest) // which the message shows
		return "", false, placed(problem, t)
	case id == "":
		return scope.Join(parts), true, nil
	case id == "basic": // which is a text like any other
		user, password, _ := authforms.UserAndPassword(parts, id)
		return r.basic(user, password), true, nil
	}
	r.shorthand, err = r.session.plan.auth.Bind(auth.Reference{ID: id, Args: args, Source: t.Source(), Span: t.Span()})
	return "", false, err
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

// both are the credentials of a request whose header replaces what @auth would
// put into Authorization: everything else of @auth is still applied.
type both struct {
	auth   *auth.Binding
	header *auth.Binding
}

var (
	_ transport.Authorizer = both{}
	_ transport.Renewer    = both{}
)

func (b both) Certificate(u *url.URL) (*tls.Certificate, error) { return b.auth.Certificate(u) }

func (b both) Apply(ctx context.Context, hop *http.Request, own func(string) bool) (bool, error) {
	mine := func(name string) bool { return strings.EqualFold(name, "authorization") || own(name) }
	if _, err := b.auth.Apply(ctx, hop, mine); err != nil {
		return false, err
	}
	return b.header.Apply(ctx, hop, own)
}

func (b both) Challenge(ctx context.Context, answer *http.Response) (bool, error) {
	return b.header.Challenge(ctx, answer)
}

func (b both) Renews(answer *http.Response) bool { return b.header.Renews(answer) }

func (b both) Answered(answer *http.Response) { b.header.Answered(answer) }
