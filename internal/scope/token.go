package scope

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Token is what {{$auth.token("id")}} and {{$auth.idToken("id")}} stand for, and
// $aadV2Token and $oidcAccessToken of VS Code.
type Token struct {
	ID      string // as `@auth` has it; empty for those of VS Code
	IDToken bool   // the ID token of OpenID Connect, not the access token

	Name    string            // such as "$aadV2Token"
	Options map[string]string // of those of VS Code, by their names in lower case; a bare word has no value
	text    string
}

// Key is the same for tokens that are got together.
func (t *Token) Key() string {
	if t.ID != "" {
		return t.ID
	}
	return t.text
}

// Tokens is what References may implement, too: it gets the tokens that texts
// name outright.
type Tokens interface {
	Token(ctx context.Context, t *Token) (string, error)
}

// tokenNames are the dynamic variables that stand for tokens, with the options of
// those that have any.
var tokenNames = map[string][]string{
	"$auth.token": nil, "$auth.idToken": nil,
	"$aadV2Token":      {"new", "azurecloud", "azurechinacloud", "azureusgovernment", "ppe", "apponly", "scopes", "tenantid", "clientid"},
	"$oidcAccessToken": {"new", "clientid", "issuer", "callbackdomain", "callbackport", "authorizeendpoint", "tokenendpoint", "scopes", "audience"},
}

// IsToken reports whether the text of a template asks for a token.
func IsToken(text string) bool {
	name, _ := splitDynamic(text)
	_, ok := tokenNames[name]
	return ok
}

// ReadToken reads the text of a template that asks for a token. It returns nil
// if it is none, or not well written.
func ReadToken(text string) *Token {
	t, _ := parseToken(splitDynamic(text))
	return t
}

// parseToken reads the arguments of a token: an id in quotes, or options. It
// returns neither token nor problem for other names.
func parseToken(name, rest string) (*Token, *diag.Diagnostic) {
	options, ok := tokenNames[name]
	if !ok {
		return nil, nil
	}
	t := &Token{Name: name, IDToken: name == "$auth.idToken", Options: make(map[string]string), text: name + " " + rest}
	problem := func(expected, found, suggestion string) (*Token, *diag.Diagnostic) {
		return nil, &diag.Diagnostic{
			Code: diag.CodeDynamic, Severity: diag.Error,
			Summary:    fmt.Sprintf("cannot read the arguments of `%s`", name),
			Detail:     fmt.Sprintf("expected %s, found `%s`", expected, found),
			Suggestion: suggestion,
		}
	}
	if options == nil {
		if t.ID, ok = quoted(rest); !ok {
			return problem("the id of an entry of `Security.Auth` in quotes", name+rest, fmt.Sprintf("write `{{%s(\"ID\")}}`", name))
		}
		return t, nil
	}
	for word := range strings.FieldsSeq(rest) {
		key, value, _ := strings.Cut(word, ":")
		if !slices.Contains(options, strings.ToLower(key)) {
			return problem("options such as `clientId:ID`", word, cmp.Or(diag.DidYouMean(strings.ToLower(key), options), "use "+strings.Join(options, ", ")))
		}
		t.Options[strings.ToLower(key)] = value
	}
	return t, nil
}

// quoted returns the one argument, in quotes and parentheses.
func quoted(rest string) (string, bool) {
	inner, opened := strings.CutPrefix(rest, "(")
	inner, closed := strings.CutSuffix(strings.TrimSpace(inner), ")")
	inner = strings.TrimSpace(inner)
	if !opened || !closed || len(inner) < 3 || inner[0] != '"' && inner[0] != '\'' || inner[len(inner)-1] != inner[0] {
		return "", false
	}
	id := inner[1 : len(inner)-1]
	return id, strings.IndexByte(id, inner[0]) < 0
}

// token gets a token from whoever can.
func (e expander) token(t *Token) (string, error) {
	tokens, ok := e.refs.(Tokens)
	if !ok {
		return "", &diag.Diagnostic{
			Code: diag.CodeVariable, Severity: diag.Error,
			Summary:    fmt.Sprintf("the token of `%s` cannot be used here", t.Key()),
			Suggestion: "use it in the target, a header field or the body of a request",
		}
	}
	return tokens.Token(e.context(), t)
}
