package runner

import (
	"context"
	"fmt"
	"net/http"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/authforms"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/parser"
)

// token follows a template that asks for a token, which is not known before
// something is sent.
func (t *tracer) token(expr parser.Text) bool {
	wanted := scope.ReadToken(expr.String())
	if wanted == nil {
		return true // told by the check of the text
	}
	c := t.file.tokens[wanted.Key()]
	if c == nil {
		c = t.file.tokenOf(wanted, expr)
		c.outright = true
		t.file.tokens[wanted.Key()] = c
	}
	key := "$auth " + wanted.Key() // no variable is called so
	if t.seen[key] {
		t.file.problem(&diag.Diagnostic{
			Code: diag.CodeVarCycle, Severity: diag.Error,
			Summary: fmt.Sprintf("the token of `%s` needs itself", wanted.Key()),
			Source:  expr.Source(), Subject: expr.Span(),
			Suggestion: "give the entry of `Security.Auth` values that do not need its token",
		})
		return false
	}
	t.seen[key] = true
	for _, text := range c.texts() {
		t.text(text)
	}
	for _, text := range c.entryTexts() {
		t.entry(text)
	}
	delete(t.seen, key)
	if t.step != nil {
		t.step.own().tokens = append(t.step.tokens, c)
	}
	return false
}

// tokenOf returns what gets a token.
func (f *file) tokenOf(t *scope.Token, at parser.Text) *credentials {
	if t.ID != "" {
		return f.configured(&parser.Auth{ID: parser.Literal(at.Source(), at.Span(), t.ID)})
	}
	if t.Name == "$aadV2Token" {
		return translated(authforms.Azure(at, t.Options, f.foreignNames()))
	}
	return translated(authforms.OpenIDConnect(at, t.Options, f.foreignNames()))
}

// bindToken binds what gets a token, if its values are known already, so that
// its mistakes are told before anything is sent.
func (f *file) bindToken(ctx context.Context, c *credentials) {
	if c.err != nil {
		f.problem(asDiagnostics(c.err)...)
		return
	}
	if _, done := f.bindings[c.directive]; done {
		return
	}
	if !f.known(c) {
		return
	}
	binding, err := f.credentials(ctx, c, f.static, unsent{f})
	if err != nil {
		f.problem(asDiagnostics(err)...)
	}
	f.bindings[c.directive] = binding
	c.binding = binding
}

var _ scope.Tokens = (*running)(nil)

// Token implements scope.Tokens.
func (r *running) Token(ctx context.Context, t *scope.Token) (string, error) {
	f := r.step.file
	c := f.tokens[t.Key()]
	if c == nil {
		return "", fmt.Errorf("the token of `%s` was not planned", t.Key())
	}
	binding := c.binding
	for _, used := range r.tokens {
		if used.key == t.Key() {
			binding = used.binding
		}
	}
	if binding == nil {
		var err error
		if binding, err = r.credentials(ctx, c); err != nil {
			return "", err
		}
	}
	binding = r.preview(ctx, c, binding)
	text, err := binding.Outright(ctx, t.IDToken || binding.UsesIDToken())
	if err == nil {
		r.tokens = append(r.tokens, usedToken{t.Key(), binding, text})
	}
	return text, err
}

// usedToken is a token that a text of a request named.
type usedToken struct {
	key     string
	binding *auth.Binding
	text    string
}

// rejectTokens drops the tokens of an answer 401, so that the next request gets
// others. This one is not repeated: it was built with them.
func (r *running) rejectTokens(x *transport.Exchange) {
	if x.Final().Status != http.StatusUnauthorized {
		return
	}
	for _, used := range r.tokens {
		used.binding.Reject(used.text)
	}
}
