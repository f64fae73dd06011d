package scope

import (
	"context"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Token is what {{$auth.token("id")}} and {{$auth.idToken("id")}} stand for.
type Token struct {
	ID      string // as `@auth` has it
	IDToken bool   // the ID token of OpenID Connect, not the access token
}

// Tokens is what References may implement, too: it gets the tokens that texts
// name outright.
type Tokens interface {
	Token(ctx context.Context, t *Token) (string, error)
}

// IsToken reports whether the text of a template asks for a token.
func IsToken(text string) bool {
	return strings.HasPrefix(strings.TrimSpace(text), "$auth.")
}

// ReadToken reads the text of a template that asks for a token. It returns nil
// if it is none, or not well written.
func ReadToken(text string) *Token {
	if !IsToken(text) {
		return nil
	}
	t, _ := parseToken(splitDynamic(text))
	return t
}

// parseToken reads the name and the argument, which is quoted. It returns
// neither token nor problem for other names.
func parseToken(name, rest string) (*Token, *diag.Diagnostic) {
	if name != "$auth.token" && name != "$auth.idToken" {
		return nil, nil
	}
	if id, ok := quoted(rest); ok {
		return &Token{ID: id, IDToken: name == "$auth.idToken"}, nil
	}
	return nil, &diag.Diagnostic{
		Code: diag.CodeTemplate, Severity: diag.Error,
		Summary:    fmt.Sprintf("cannot read the arguments of `%s`", name),
		Detail:     fmt.Sprintf("expected the id of an entry of `Security.Auth` in quotes, found `%s`", name+rest),
		Suggestion: fmt.Sprintf("write `{{%s(\"ID\")}}`", name),
	}
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
			Summary:    fmt.Sprintf("the token of `%s` cannot be used here", t.ID),
			Suggestion: "use it in the target, a header field or the body of a request",
		}
	}
	return tokens.Token(e.context(), t)
}
