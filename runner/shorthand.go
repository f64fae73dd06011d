package runner

import (
	"context"
	"crypto/tls"
	"fmt"
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
// arguments. The id is empty for a field that is sent as it is: one of another
// scheme, or with credentials that are complete already.
func shorthand(parts []scope.Part) (id string, args []auth.Arg, problem *diag.Diagnostic) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(joinParts(parts)), " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(scheme) {
	case "digest":
		if isParameter(rest) {
			return "", nil, nil // username="…", which is complete
		}
		user, password, ok := userAndPassword(parts, "digest ")
		if !ok {
			return "", nil, nil
		}
		return "digest", arguments("username", user, "password", password), nil
	case "aws":
		args, problem = awsArguments(rest)
		if args == nil {
			return "", nil, problem
		}
		return "aws", args, problem
	}
	return "", nil, unsupportedScheme(scheme, rest)
}

// unsupportedScheme returns why a field that another tool would replace by
// credentials cannot be: sent as it is written, it would not authenticate.
func unsupportedScheme(scheme, rest string) *diag.Diagnostic {
	words := strings.Fields(rest)
	suggestion := ""
	switch strings.ToLower(scheme) {
	case "cognito":
		if len(words) > 1 {
			suggestion = "get a token with `aws cognito-idp initiate-auth`, and write `# @auth bearer token={{token}}`"
		}
	case "ntlm", "negotiate":
		if len(words) != 1 || strings.Contains(rest, ":") { // one word is a message of the protocol
			suggestion = "write `# @auth basic username=… password=…` or `# @auth digest …` if the server offers one of these"
		}
	case "openid", "oauth2": // what is not made of templates stands for @auth, and does not come here
		if len(words) > 0 && openIDFlows[strings.ToLower(words[0])] != "" {
			suggestion = "write it without templates, or write `# @auth ID` and configure ID under `Security.Auth`"
		}
	}
	if suggestion == "" {
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: fmt.Sprintf("not supported by this version: `Authorization: %s`", scheme), Suggestion: suggestion,
	}
}

// isParameter reports whether a text starts with name=, as the parameters of
// complete credentials do.
func isParameter(text string) bool {
	name, _, found := strings.Cut(text, "=")
	return found && transport.IsToken(strings.TrimRight(name, " \t*"))
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

// awsArguments reads `AWS id secret [token:t] [region:r] [service:s]`. There are
// none for the credentials of the second version of the signature, one word.
func awsArguments(rest string) ([]auth.Arg, *diag.Diagnostic) {
	words := strings.Fields(rest)
	if len(words) < 2 {
		return nil, nil
	}
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
		value := h.Value
		scheme, rest, _ := strings.Cut(strings.TrimSpace(value.String()), " ")
		switch {
		case strings.EqualFold(h.Name.String(), "x-clientcert"):
			s.clientCert(i, value)
		case !strings.EqualFold(h.Name.String(), "authorization"):
		case strings.EqualFold(scheme, "clientcert"):
			start := strings.Index(value.String(), scheme) + len(scheme)
			s.clientCert(i, value.Slice(start, len(value.String())))
		default:
			if d := unsupportedScheme(scheme, strings.TrimSpace(rest)); d != nil {
				f.plan.secrets.Add(strings.TrimSpace(rest)) // which the message shows
				s.unsupported = append(s.unsupported, placed(d, value))
			}
		}
	}
}

// clientCert reads `cert: FILE key: FILE` or `pfx: FILE` in a header field
// (httpYac), which stands for @cert and @key and is not sent. A passphrase has no
// place in a request file.
func (s *step) clientCert(header int, t parser.Text) {
	s.dropped = append(s.dropped, header)
	fail := func(summary, suggestion string) {
		s.unsupported = append(s.unsupported, placed(&diag.Diagnostic{
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
		s.cert, s.key = cert, key
	}
}

// authorization expands an Authorization field. It reports false for one that
// stands for credentials which are made when the request is sent.
func (r *running) authorization(ctx context.Context, t parser.Text) (value string, sent bool, err error) {
	parts, err := r.lineParts(ctx, t)
	if err != nil {
		return "", false, err
	}
	if user, password, ok := userAndPassword(parts, "basic "); ok {
		return r.basic(user, password), true, nil
	}
	id, args, problem := shorthand(parts)
	switch {
	case problem != nil:
		_, credentials := credentialsOf("authorization", joinParts(parts))
		r.session.plan.secrets.Add(credentials) // which the message shows
		return "", false, placed(problem, t)
	case id == "":
		return joinParts(parts), true, nil
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
