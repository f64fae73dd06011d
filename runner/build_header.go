package runner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// header builds the header fields, in the order of writing. Several Cookie
// fields become one (RFC 6265 §5.4).
func (r *running) header(ctx context.Context, graphQL bool) ([]transport.Field, error) {
	var fields []transport.Field
	cookie := -1
	add := func(name, text string) {
		if strings.EqualFold(name, "cookie") {
			if cookie >= 0 {
				fields[cookie].Value += "; " + text
				return
			}
			cookie = len(fields)
		}
		fields = append(fields, transport.Field{Name: name, Value: text})
	}
	for i, h := range r.step.request.Headers {
		if h == r.step.shorthand || slices.Contains(r.step.dropped, i) { // stands for credentials
			continue
		}
		if h.Spread {
			spread, err := r.spread(ctx, h)
			if err != nil {
				return nil, err
			}
			for _, f := range spread {
				add(f.Name, f.Value)
			}
			continue
		}
		name, err := r.line(ctx, h.Name)
		if err != nil {
			return nil, err
		}
		var text string
		if sent := true; strings.EqualFold(name, "authorization") {
			if text, sent, err = r.authorization(ctx, h.Value); err == nil && !sent {
				continue
			}
		} else {
			text, err = r.line(ctx, h.Value)
		}
		if err != nil {
			return nil, err
		}
		if graphQL && strings.EqualFold(name, "x-request-type") { // says how to read the body, to us
			continue
		}
		add(name, text)
	}
	for _, v := range r.step.file.defaults {
		if hasField(fields, v.Name) || r.shorthand != nil && strings.EqualFold(v.Name, "authorization") {
			continue
		}
		text := value.Text(v.Value)
		if !v.Text.IsZero() {
			var err error
			if text, err = r.line(ctx, v.Text); err != nil {
				return nil, err
			}
		}
		if v.Secret {
			r.session.plan.secrets.Add(text)
		}
		fields = append(fields, transport.Field{Name: v.Name, Value: text})
	}
	for _, h := range r.session.headers {
		if !hasField(fields, h.name) && (r.shorthand == nil && r.step.auth == nil || !strings.EqualFold(h.name, "authorization")) {
			fields = append(fields, transport.Field{Name: h.name, Value: h.value})
		}
	}
	return fields, nil
}

// spread returns the header fields that httpYac's ...name stands for: the members
// of an object, in the order of their names.
func (r *running) spread(ctx context.Context, h *parser.Header) ([]transport.Field, error) {
	problem := func(format string, args ...any) error {
		return &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error, Summary: fmt.Sprintf(format, args...),
			Source: h.Value.Source(), Subject: h.Span,
			Suggestion: "name a variable that holds an object of header fields, such as one of http-client.env.json",
		}
	}
	v, secret, err := r.scope.Value(ctx, h.Value.String(), r)
	if d, ok := err.(*diag.Diagnostic); ok {
		return nil, d.At(h.Value.Source(), h.Span)
	} else if err != nil {
		return nil, err
	}
	object, ok := v.(map[string]any)
	if text, is := v.(string); is && r.unsureOf(fmt.Sprintf("`...%s`", h.Value), text) {
		return nil, nil
	}
	if !ok {
		return nil, problem("`%s` is a %s, and its members cannot be header fields", h.Value, value.Kind(v))
	}
	if secret {
		r.session.plan.keepSecret(v)
	}
	var fields []transport.Field
	for _, name := range slices.Sorted(maps.Keys(object)) {
		text := value.Text(object[name])
		if strings.ContainsAny(text, "\r\n\x00") {
			return nil, problem("the member `%s` of `%s` holds a line break or a NUL, which cannot stand in a header field", name, h.Value)
		}
		fields = append(fields, transport.Field{Name: name, Value: text})
	}
	return fields, nil
}

// fieldValue returns the value of the last field of a name; "" for none.
func fieldValue(fields []transport.Field, name string) string {
	for _, f := range slices.Backward(fields) {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

func hasField(fields []transport.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f transport.Field) bool { return strings.EqualFold(f.Name, name) })
}
