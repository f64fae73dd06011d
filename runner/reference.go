package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
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

// pathHead is the variable that a path in a step starts at; the step may be nil.
func (f *file) pathHead(path string, s *step) string {
	head, _, ok := scope.Split(path, func(head string) bool {
		_, found, _ := f.static.Lookup(head)
		return found || f.comesLater(head, s)
	})
	if !ok {
		return path
	}
	return head
}

var _ scope.References = (*running)(nil)

// Reference implements scope.References: VS Code's request variables, and
// httpYac's paths into the body of an answer.
func (r *running) Reference(ctx context.Context, expr parser.Text) (v any, secret, ok bool, err error) {
	if name, path, isXPath := scope.SplitXPath(expr.String()); isXPath {
		v, secret, ok, err = r.xpathInto(ctx, name, path)
	} else {
		s, path, known := r.step.file.splitReference(expr.String())
		if !known {
			return nil, false, false, nil
		}
		var answer *eval.Answer
		if answer, err = r.session.answerOf(s, s.label()); err == nil {
			v, err = r.reference(ctx, answer, path)
		} else if _, awaits := errors.AsType[*awaitedError](err); !awaits {
			return nil, false, true, err
		}
		ok = true
	}
	if awaits, isAwaited := errors.AsType[*awaitedError](err); isAwaited {
		return r.stand(expr.String(), awaits.from), false, true, nil
	}
	if _, told := errors.AsType[*diag.Diagnostic](err); err != nil && !told {
		d := &diag.Diagnostic{
			Code: diag.CodeCapture, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` has no value: %v", expr, err),
			Source:  expr.Source(), Subject: expr.Span(),
		}
		explain(d, err)
		if isNotRecorded(err) {
			d.Code = diag.CodeNotRecorded
		}
		err = d
	}
	return v, secret, ok, err
}

// Expression implements scope.References.
func (r *running) Expression(ctx context.Context, expr parser.Text) (any, bool, error) {
	p, err := r.step.expression(r.step.file, expr) // planning has compiled it
	if err != nil {
		return nil, false, expression{text: expr}.problem(diag.CodeExpression, "", err)
	}
	mark := len(r.awaited)
	v, err := p.Eval(r.env(ctx, nil))
	if from, awaits := r.awaitedSince(mark); awaits {
		return r.stand(expr.String(), from), false, nil
	}
	if err != nil {
		return nil, false, expression{text: expr, program: p}.problem(diag.CodeVariable, "", err)
	}
	return v, r.readsSecret(ctx, p), nil
}

// reference resolves the part of a request variable behind the name.
func (r *running) reference(ctx context.Context, a *eval.Answer, path string) (any, error) {
	part, rest, _ := strings.Cut(path, ".")
	switch part {
	case "response":
		if in, path := cutMember(rest); in == "body" && isXPath(path) {
			return r.xpathPart(ctx, a, path)
		}
		return responsePart(a, rest)
	case "request":
		if in, path := cutMember(rest); in == "body" && isXPath(path) {
			return r.xpathPart(ctx, &a.Request, path)
		}
		return requestPart(a, rest)
	}
	doc, err := a.Document()
	if err != nil {
		return nil, err
	}
	return eval.Lookup(doc, path)
}

// checkPart reports a part of an exchange that there is not: login.response.bdy.
func (f *file) checkPart(of, part string, at parser.Text) {
	parts := []string{"body", "headers"}
	if of == "response" {
		parts = append(parts, "cookies", "status", "statusText")
	}
	if slices.Contains(parts, part) {
		return
	}
	f.problem(&diag.Diagnostic{
		Code: diag.CodeVariable, Severity: diag.Error,
		Summary: fmt.Sprintf("`%s`: a %s has no `%s`", at, of, part),
		Detail:  fmt.Sprintf("it has `%s`", strings.Join(parts, "`, `")),
		Source:  at.Source(), Subject: at.Span(),
		Suggestion: cmp.Or(diag.DidYouMean(part, parts), "write one of these behind `"+of+"`"),
	})
}

func responsePart(a *eval.Answer, path string) (any, error) {
	part, rest := cutMember(path)
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
	case part == "cookies":
		return cookiePart(a, rest)
	case part == "body":
		if rest == "" || rest == "*" {
			return a.Text()
		}
		doc, err := a.Document()
		if err != nil {
			return nil, err
		}
		if _, isText := doc.(string); isText {
			return nil, fmt.Errorf("the answer's body is not JSON; write an XPath such as `//token` into XML")
		}
		return bodyPart(doc, rest)
	}
	return nil, fmt.Errorf("`response.%s` is not `response.body`, `response.headers`, `response.cookies` or `response.status`", path)
}

func requestPart(a *eval.Answer, path string) (any, error) {
	part, rest := cutMember(path)
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
		return bodyPart(doc, rest)
	}
	return nil, fmt.Errorf("`request.%s` is not `request.body` or `request.headers`", path)
}

// cutMember cuts a path behind its first member. What follows is the next member
// without its dot, or without the brackets that kulala writes: headers['X-Id'].
func cutMember(path string) (member, rest string) {
	i := strings.IndexAny(path, ".[")
	if i < 0 {
		return path, ""
	}
	member, rest = path[:i], path[i:]
	if inner, ok := strings.CutPrefix(rest, "["); ok && strings.HasSuffix(inner, "]") {
		inner = strings.TrimSuffix(inner, "]")
		if unquoted := strings.Trim(inner, `"'`); len(unquoted) == len(inner)-2 {
			return member, unquoted
		}
	}
	return member, strings.TrimPrefix(rest, ".")
}

// bodyPart follows a path into the document of a body. REST Client's asJson says
// what is done anyway, and its .length counts the elements of a list.
func bodyPart(doc any, path string) (any, error) {
	path = strings.TrimPrefix(path, "asJson.")
	found, err := eval.JSONPath(doc, path)
	if list, ok := strings.CutSuffix(path, ".length"); ok && err != nil {
		if of, listErr := eval.JSONPath(doc, list); listErr == nil {
			if elements, ok := of.([]any); ok {
				return len(elements), nil
			}
		}
	}
	return found, err
}

// cookiePart returns a cookie that the answer sets: its value, or with
// NAME.domain and the like an attribute (kulala).
func cookiePart(a *eval.Answer, path string) (any, error) {
	name, attribute := cutMember(path)
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name != name {
			continue
		}
		switch attribute {
		case "", "value":
			return c.Value, nil
		case "domain":
			return c.Domain, nil
		case "path":
			return c.Path, nil
		case "secure":
			return c.Secure, nil
		case "expires":
			return c.RawExpires, nil
		}
		return nil, fmt.Errorf("a cookie has `value`, `domain`, `path`, `secure` and `expires`, and no `%s`", attribute)
	}
	return nil, fmt.Errorf("the answer sets no cookie `%s`", name)
}
