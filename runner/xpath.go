package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// xpathNamespace is a prefix that @xpath_ns binds.
type xpathNamespace struct {
	prefix string
	uri    parser.Text // a template
}

// readNamespace reads prefix=URI; the URI may stand in double quotes.
func readNamespace(text parser.Text) (xpathNamespace, bool) {
	s := text.String()
	prefix, uri, found := strings.Cut(s, "=")
	prefix = strings.TrimSpace(prefix)
	if !found || prefix == "" || strings.ContainsAny(prefix, " \t:\"'/") {
		return xpathNamespace{}, false
	}
	from, to := len(s)-len(uri), len(s)
	if trimmed := strings.TrimSpace(uri); len(trimmed) > 1 && trimmed[0] == '"' && trimmed[len(trimmed)-1] == '"' {
		from = from + strings.IndexByte(uri, '"') + 1
		to = from + len(trimmed) - 2
	}
	n := xpathNamespace{prefix: prefix, uri: text.Slice(from, to).TrimSpace()}
	return n, n.uri.String() != ""
}

// namespaces returns what the request binds prefixes to; nil for nothing.
func (r *running) namespaces(ctx context.Context) (map[string]string, error) {
	if len(r.step.namespaces) == 0 {
		return nil, nil
	}
	bound := make(map[string]string, len(r.step.namespaces))
	for _, n := range r.step.namespaces {
		parts, err := r.expand(ctx, n.uri)
		if err != nil {
			return nil, err
		}
		bound[n.prefix] = scope.Join(parts)
	}
	return bound, nil
}

// checkXPath reports a mistake in an XPath that is written out. Text is where
// it stands, from the byte start on.
func (f *file) checkXPath(text parser.Text, start int, src string) {
	mistake := eval.CheckXPath(src)
	if mistake == nil {
		return
	}
	f.problem(expression{text: text}.point(diag.Diagnostic{
		Code: diag.CodeExpression, Summary: mistake.Summary, Detail: mistake.Detail, Suggestion: mistake.Suggestion,
	}, start+mistake.Start, start+mistake.End))
}

// isXPath reports whether a path into a body is an XPath, as REST Client takes it
// for XML.
func isXPath(path string) bool {
	return strings.HasPrefix(path, "/") || strings.HasPrefix(path, "(") || strings.HasPrefix(path, asXML)
}

// asXML starts an XPath into a body whose type does not say that it is XML.
const asXML = "asXml."

// checkReference reports a mistake in the XPath of a request variable.
func (f *file) checkReference(path string, at parser.Text) {
	of, inBody := cutMember(path)
	if of != "response" && of != "request" {
		return
	}
	part, rest := cutMember(inBody)
	f.checkPart(of, part, at)
	if part == "body" && isXPath(rest) {
		src := strings.TrimPrefix(rest, asXML)
		f.checkXPath(at, len(at.String())-len(src), src)
	}
}

// xpathPart follows the XPath of a request variable into a body.
func (r *running) xpathPart(ctx context.Context, body interface {
	Markup(ctx context.Context, anyType bool) (*eval.Markup, error)
}, path string) (any, error) {
	src, anyType := strings.CutPrefix(path, asXML)
	m, err := body.Markup(ctx, anyType)
	if err != nil {
		return nil, err
	}
	bound, err := r.namespaces(ctx)
	if err != nil {
		return nil, err
	}
	return m.First(ctx, src, bound)
}

// xpathInto follows httpYac's $xpath:NAME EXPR into the answer of a request, or
// into a variable that holds XML.
func (t *tracer) xpathInto(name, path string, at parser.Text) {
	t.file.checkXPath(at, len(at.String())-len(path), path)
	if s := t.file.named(name); s != nil {
		t.need(s, at)
		return
	}
	t.variable(name, at, false)
}

// xpathInto returns what tracer.xpathInto has checked. It reports false if the
// name means nothing.
func (r *running) xpathInto(ctx context.Context, name, path string) (v any, secret, ok bool, err error) {
	var m *eval.Markup
	if s := r.step.file.named(name); s != nil {
		answer, err := r.session.answerOf(s, s.label())
		if err != nil {
			return nil, false, true, err
		}
		if m, err = answer.Markup(ctx, true); err != nil {
			return nil, false, true, err
		}
	} else {
		if !r.scope.Knows(name) {
			return nil, false, false, nil
		}
		text, hidden, err := r.scope.Value(ctx, name, r)
		if err != nil {
			return nil, false, true, err
		}
		secret = hidden
		if dry := r.session.dry; dry.Holds(value.Text(text)) {
			return nil, false, true, &awaitedError{dry.From(value.Text(text))}
		}
		if m, err = eval.ParseMarkup(ctx, value.Text(text), fmt.Sprintf("`%s`", name)); err != nil {
			return nil, secret, true, err
		}
	}
	bound, err := r.namespaces(ctx)
	if err != nil {
		return nil, secret, true, err
	}
	v, err = m.Select(ctx, path, bound)
	return v, secret, true, err
}

// xpathOf returns the value of `?? xpath`. It reports false if nothing matches.
func (r *running) xpathOf(ctx context.Context, a *eval.Answer, src string) (v any, found bool, err error) {
	m, err := a.Markup(ctx, true)
	if err != nil {
		return nil, false, err
	}
	bound, err := r.namespaces(ctx)
	if err != nil {
		return nil, false, err
	}
	v, err = m.Select(ctx, src, bound)
	if _, missing := errors.AsType[*eval.Missing](err); missing {
		return nil, false, nil
	}
	return v, err == nil, err
}

// explain adds to a message what an error of an expression says besides its
// summary.
func explain(d *diag.Diagnostic, err error) {
	if e, ok := errors.AsType[*eval.Error](err); ok {
		d.Code, d.Detail, d.Suggestion = cmp.Or(e.Code, d.Code), e.Detail, e.Suggestion
	} else if m, ok := errors.AsType[*eval.Missing](err); ok {
		d.Suggestion = m.Suggestion()
	}
}
