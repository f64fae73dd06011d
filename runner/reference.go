package runner

import (
	"context"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// splitReference splits a template such as login.response.body.$.token, or
// login.token, into the request that its head names and the path behind it.
func (f *file) splitReference(name string) (*step, string, bool) {
	head, rest, ok := scope.Split(name, func(head string) bool { return f.named(head) != nil })
	if !ok || rest == "" {
		return nil, "", false
	}
	return f.named(head), strings.TrimPrefix(rest, "."), true
}

// pathHead is the variable that a path starts at.
func (f *file) pathHead(path string) string {
	head, _, ok := scope.Split(path, func(head string) bool {
		_, found, _ := f.static.Lookup(head)
		return found || f.comesLater(head, nil)
	})
	if !ok {
		return path
	}
	return head
}

var _ scope.References = (*running)(nil)

// Reference implements scope.References: VS Code's request variables, and
// httpYac's paths into the body of an answer.
func (r *running) Reference(_ context.Context, expr parser.Text) (v any, secret, ok bool, err error) {
	s, path, ok := r.step.file.splitReference(expr.String())
	if !ok {
		return nil, false, false, nil
	}
	answer, err := r.session.answerOf(s, s.label())
	if err != nil {
		return nil, false, true, err
	}
	v, err = reference(answer, path)
	if err != nil {
		return nil, false, true, &diag.Diagnostic{
			Code: diag.CodeCapture, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` has no value: %v", expr, err),
			Source:  expr.Source(), Subject: expr.Span(),
		}
	}
	return v, false, true, nil
}

// Expression implements scope.References.
func (r *running) Expression(ctx context.Context, expr parser.Text) (any, bool, error) {
	p, err := r.step.file.compile(expr, eval.Value, r.step.file.names) // planning has compiled it
	if err != nil {
		return nil, false, expression{text: expr}.problem(diag.CodeExpression, "", err)
	}
	v, err := p.Eval(r.env(ctx, nil))
	if err != nil {
		return nil, false, expression{text: expr, program: p}.problem(diag.CodeVariable, "", err)
	}
	return v, r.readsSecret(ctx, p), nil
}

// reference resolves the part of a request variable behind the name.
func reference(a *eval.Answer, path string) (any, error) {
	part, rest, _ := strings.Cut(path, ".")
	switch part {
	case "response":
		return responsePart(a, rest)
	case "request":
		return requestPart(a, rest)
	}
	doc, err := a.Document()
	if err != nil {
		return nil, err
	}
	return eval.Lookup(doc, path)
}

func responsePart(a *eval.Answer, path string) (any, error) {
	part, rest, _ := strings.Cut(path, ".")
	switch {
	case part == "status" && rest == "":
		return a.Status, nil
	case part == "statusText" && rest == "":
		return a.StatusText, nil
	case part == "headers":
		if values := a.Header.Values(rest); len(values) > 0 {
			return strings.Join(values, ", "), nil
		}
		return nil, fmt.Errorf("the answer has no header `%s`", rest)
	case part == "body":
		if rest == "" || rest == "*" {
			content, err := a.Body()
			return string(content), err
		}
		doc, err := a.Document()
		if err != nil {
			return nil, err
		}
		if _, isText := doc.(string); isText {
			return nil, fmt.Errorf("the answer's body is not JSON")
		}
		return eval.JSONPath(doc, rest)
	}
	return nil, fmt.Errorf("`response.%s` is not `response.body`, `response.headers` or `response.status`", path)
}

func requestPart(a *eval.Answer, path string) (any, error) {
	part, rest, _ := strings.Cut(path, ".")
	switch {
	case part == "headers":
		for name, values := range a.Request.Header {
			if strings.EqualFold(name, rest) {
				return strings.Join(values, ", "), nil
			}
		}
		return nil, fmt.Errorf("the request has no header `%s`", rest)
	case part == "body" && (rest == "" || rest == "*"):
		content, err := a.Request.Body()
		return string(content), err
	case part == "body":
		content, err := a.Request.Body()
		if err != nil {
			return nil, err
		}
		doc, _, err := value.Decode(content)
		if err != nil {
			return nil, fmt.Errorf("the request's body is not JSON: %w", err)
		}
		return eval.JSONPath(doc, rest)
	}
	return nil, fmt.Errorf("`request.%s` is not `request.body` or `request.headers`", path)
}
