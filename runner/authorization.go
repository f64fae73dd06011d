package runner

import (
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// authorizationForm is what the value of an Authorization field stands for.
type authorizationForm uint8

const (
	asWritten       authorizationForm = iota // credentials that are complete, or of a scheme that nobody replaces
	pairForm                                 // Basic or Digest with a user and a password (JetBrains, VS Code)
	awsForm                                  // AWS with an id and a secret (VS Code, httpYac)
	openIDForm                               // openid FLOW, for credentials by variables (httpYac)
	certificateForm                          // ClientCert with files (httpYac)
	foreignForm                              // what another tool replaces, and this version cannot
)

// An authorizationValue is the value of an Authorization field taken apart. Whoever
// has to know what such a value stands for asks readAuthorization, so that what is
// planned, sent, masked and looked at for secrets is the same.
type authorizationValue struct {
	form    authorizationForm
	scheme  string // in lower case
	written string // the scheme as it is written
	rest    string // what follows it and the blanks behind it
}

// readAuthorization takes a value apart. Templates in it may still be unexpanded;
// once they are, a blank at the end is what is left of an empty password.
func readAuthorization(text string) authorizationValue {
	text = strings.TrimLeft(text, " \t")
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		end = len(text)
	}
	v := authorizationValue{scheme: strings.ToLower(text[:end]), written: text[:end], rest: strings.TrimLeft(text[end:], " \t")}
	v.form = v.classify()
	return v
}

func (v authorizationValue) classify() authorizationForm {
	words := strings.Fields(v.rest)
	switch v.scheme {
	case "digest":
		if isParameter(v.rest) {
			return asWritten // username="…", which is complete
		}
		fallthrough
	case "basic":
		if strings.ContainsAny(v.rest, " \t:") {
			return pairForm
		}
	case "aws":
		if len(words) > 1 { // one word is of the second version of the signature
			return awsForm
		}
	case "openid", "oauth2":
		if len(words) > 0 && openIDFlows[strings.ToLower(words[0])] != "" {
			return openIDForm
		}
	case "clientcert":
		return certificateForm
	case "cognito":
		if len(words) > 1 {
			return foreignForm
		}
	case "ntlm", "negotiate":
		if len(words) != 1 || strings.Contains(v.rest, ":") { // one word is a message of the protocol
			return foreignForm
		}
	}
	return asWritten
}

// unsupported returns why a value that another tool would replace by credentials
// cannot be, where nothing has: sent as it is written, it would not authenticate.
func (v authorizationValue) unsupported() *diag.Diagnostic {
	suggestion := "write `# @auth basic username=… password=…` or `# @auth digest …` if the server offers one of these"
	switch {
	case v.form == openIDForm: // what is not made of templates stands for @auth, and does not come here
		suggestion = "write it without templates, or write `# @auth ID` and configure ID under `Security.Auth`"
	case v.form != foreignForm:
		return nil
	case v.scheme == "cognito":
		suggestion = "get a token with `aws cognito-idp initiate-auth`, and write `# @auth bearer token={{token}}`"
	}
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: fmt.Sprintf("not supported by this version: `Authorization: %s`", v.written), Suggestion: suggestion,
	}
}

// isParameter reports whether a text starts with name=, as the parameters of
// complete credentials do.
func isParameter(text string) bool {
	name, _, found := strings.Cut(text, "=")
	return found && transport.IsToken(strings.TrimRight(name, " \t*"))
}
