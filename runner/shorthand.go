package runner

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// shorthand reads an Authorization field that is not sent as it is written, as
// JetBrains, VS Code and httpYac have it: the id of a scheme of @auth with its
// arguments. The id is empty for a field that is sent as it is.
func shorthand(parts []scope.Part) (id string, args []auth.Arg, problem *diag.Diagnostic) {
	v := readAuthorization(joinParts(parts))
	switch v.form {
	case pairForm:
		user, password, ok := userAndPassword(parts, v.scheme)
		if !ok {
			return "", nil, nil
		}
		return v.scheme, arguments("username", user, "password", password), nil
	case awsForm:
		args, problem = awsArguments(v.rest)
		return "aws", args, problem
	}
	return "", nil, v.unsupported()
}

func arguments(pairs ...string) []auth.Arg {
	var args []auth.Arg
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			args = append(args, auth.Arg{Key: pairs[i], Value: pairs[i+1]})
		}
	}
	return args
}

// awsArguments reads `id secret [token:t] [region:r] [service:s]`.
func awsArguments(rest string) ([]auth.Arg, *diag.Diagnostic) {
	words := strings.Fields(rest)
	args := arguments("access_key_id", words[0], "secret_access_key", words[1])
	names := map[string]string{"token": "session_token", "region": "region", "service": "service"}
	for _, word := range words[2:] {
		name, value, _ := strings.Cut(word, ":")
		key := names[strings.ToLower(name)]
		if key == "" || value == "" {
			return nil, &diag.Diagnostic{
				Code: diag.CodeHeader, Severity: diag.Error,
				Summary:    "`Authorization: AWS` has more than an id and a secret, and it cannot be read",
				Suggestion: "write `AWS ID SECRET token:TOKEN region:REGION service:SERVICE`",
			}
		}
		args = append(args, arguments(key, value)...)
	}
	return args, nil
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
		v := readAuthorization(text.String())
		if v.form == certificateForm {
			s.clientCert(i, text.Slice(len(text.String())-len(strings.TrimLeft(text.String(), " \t"))+len(v.written), len(text.String())))
		} else if d := v.unsupported(); d != nil {
			f.plan.secrets.Add(v.rest) // which the message shows
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
	id, args, problem := shorthand(parts)
	switch {
	case problem != nil:
		r.session.plan.secrets.Add(readAuthorization(joinParts(parts)).rest) // which the message shows
		return "", false, placed(problem, t)
	case id == "":
		return joinParts(parts), true, nil
	case id == "basic": // which is a text like any other
		user, password, _ := userAndPassword(parts, id)
		return r.basic(user, password), true, nil
	}
	r.shorthand, err = r.session.plan.auth.Bind(auth.Reference{ID: id, Args: args, Source: t.Source(), Span: t.Span()})
	return "", false, err
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
