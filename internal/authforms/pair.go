package authforms

import (
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
)

// Shorthand reads an Authorization field that is not sent as it is written, as
// JetBrains, VS Code and httpYac have it: the id of a scheme of @auth with its
// arguments. The id is empty for a field that is sent as it is.
func Shorthand(parts []scope.Part) (id string, args []auth.Arg, problem *diag.Diagnostic) {
	v := ReadField(scope.Join(parts))
	switch v.Form {
	case Pair:
		user, password, ok := UserAndPassword(parts, v.Scheme)
		if !ok {
			return "", nil, nil
		}
		return v.Scheme, arguments("username", user, "password", password), nil
	case AWS:
		args, problem = awsArguments(v.Rest)
		return "aws", args, problem
	}
	return "", nil, v.Unsupported()
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

// UserAndPassword reads what follows a scheme in an Authorization field: `user
// password` or `user:password` (JetBrains, VS Code). The blank between them is
// one that is written down: one in a value belongs to it. It reports false for
// what is one word, as credentials are that are encoded already.
func UserAndPassword(parts []scope.Part, scheme string) (user, password string, ok bool) {
	text := scope.Join(parts)
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
