// Package authforms reads credentials as other tools have them written: what they
// put into an Authorization field, and templates that ask for a token. All of it
// becomes a scheme of @auth with its parameters, or a message that says what to write
// instead.
package authforms

import (
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// A Form is what the value of an Authorization field stands for.
type Form uint8

const (
	AsWritten   Form = iota // credentials that are complete, or of a scheme that nobody replaces
	Pair                    // Basic or Digest with a user and a password (JetBrains, VS Code)
	AWS                     // AWS with an id and a secret (VS Code, httpYac)
	OpenID                  // openid FLOW, for credentials by variables (httpYac)
	Certificate             // ClientCert with files (httpYac)
	Unknown                 // what another tool replaces, and this version cannot
)

// A Field is the value of an Authorization field taken apart. Whoever
// has to know what such a value stands for asks ReadField, so that what is
// planned, sent, masked and looked at for secrets is the same.
type Field struct {
	Form    Form
	Scheme  string // in lower case
	Written string // the scheme as it is written
	Rest    string // what follows it and the blanks behind it
}

// ReadField takes a value apart. Templates in it may still be unexpanded;
// once they are, a blank at the end is what is left of an empty password.
func ReadField(text string) Field {
	text = strings.TrimLeft(text, " \t")
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		end = len(text)
	}
	v := Field{Scheme: strings.ToLower(text[:end]), Written: text[:end], Rest: strings.TrimLeft(text[end:], " \t")}
	v.Form = v.classify()
	return v
}

func (v Field) classify() Form {
	words := strings.Fields(v.Rest)
	switch v.Scheme {
	case "digest":
		if isParameter(v.Rest) {
			return AsWritten // username="…", which is complete
		}
		fallthrough
	case "basic":
		if strings.ContainsAny(v.Rest, " \t:") {
			return Pair
		}
	case "aws":
		if len(words) > 1 { // one word is of the second version of the signature
			return AWS
		}
	case "openid", "oauth2":
		if len(words) > 0 && openIDFlows[strings.ToLower(words[0])] != "" {
			return OpenID
		}
	case "clientcert":
		return Certificate
	case "cognito":
		if len(words) > 1 {
			return Unknown
		}
	case "ntlm", "negotiate":
		if len(words) != 1 || strings.Contains(v.Rest, ":") { // one word is a message of the protocol
			return Unknown
		}
	}
	return AsWritten
}

// Unsupported returns why a value that another tool would replace by credentials
// cannot be, where nothing has: sent as it is written, it would not authenticate.
func (v Field) Unsupported() *diag.Diagnostic {
	suggestion := "write `# @auth basic username=… password=…` or `# @auth digest …` if the server offers one of these"
	switch {
	case v.Form == OpenID: // what is not made of templates stands for @auth, and does not come here
		suggestion = "write it without templates, or write `# @auth ID` and configure ID under `Security.Auth`"
	case v.Form != Unknown:
		return nil
	case v.Scheme == "cognito":
		suggestion = "get a token with `aws cognito-idp initiate-auth`, and write `# @auth bearer token={{token}}`"
	}
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: fmt.Sprintf("not supported by this version: `Authorization: %s`", v.Written), Suggestion: suggestion,
	}
}

// isParameter reports whether a text starts with name=, as the parameters of
// complete credentials do.
func isParameter(text string) bool {
	name, _, found := strings.Cut(text, "=")
	return found && transport.IsToken(strings.TrimRight(name, " \t*"))
}
