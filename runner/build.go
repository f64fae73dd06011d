package runner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/urltext"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// build makes the request to be sent. It is built once: repeats send the same
// bytes.
func (r *running) build(ctx context.Context) (*transport.Request, error) {
	st := r.step
	o := &r.session.plan.options
	req := &transport.Request{
		Method: st.method(), Redirects: maxRedirects, MaxBody: o.MaxBody,
		Repeat: func(status int) bool { return !r.accepts(ctx, status) },
	}
	if !st.noCookies {
		req.Cookies = r.session.cookies
	}
	if !st.readsBody && !st.referred && len(st.secretReads) == 0 {
		req.Keep = PreviewSize + previewMargin // all that an event shows
		if r.session.plan.options.Record {
			req.Keep = RecordSize + previewMargin
		}
	}
	if st.noRedirect {
		req.Redirects = 0
	}
	limit := o.Timeout
	if limit == 0 {
		limit = DefaultTimeout
	}
	var problem *diag.Diagnostic
	if req.Timeout, problem = r.duration(ctx, st.timeout, limit); problem != nil {
		return nil, problem
	}
	if req.Connect, problem = r.duration(ctx, st.connect, DefaultConnect); problem != nil {
		return nil, problem
	}
	if !st.request.Version.IsZero() {
		req.Proto = "HTTP/" + st.request.Version.String()
	}

	graphQL := st.request.Protocol == parser.GraphQL
	var err error
	if req.Header, err = r.header(ctx, graphQL); err != nil {
		return nil, err
	}
	contentType, host := fieldValue(req.Header, "Content-Type"), fieldValue(req.Header, "Host")
	target, err := r.target(ctx, st.request.Target)
	if err != nil {
		return nil, err
	}
	if host == "" {
		host = r.hostVariable(ctx, target)
	}
	r.noOrigin = r.session.dry.Leads(strings.TrimSpace(target))
	if req.URL, err = st.parseTarget(target, host); err != nil {
		return nil, st.targetError(err, req.Method+" "+target)
	}
	r.userinfo(req)
	r.session.plan.keepPlaces(req)
	if graphQL {
		req.Body, err = r.graphQL(ctx)
		if contentType == "" && req.Body != nil {
			req.Header = append(req.Header, transport.Field{Name: "Content-Type", Value: "application/json"})
		}
	} else {
		req.Body, err = r.body(ctx, contentType)
	}
	if err != nil {
		return nil, err
	}
	if err := r.change(ctx, req); err != nil {
		return nil, err
	}
	if err := r.route(ctx, req); err != nil {
		return nil, err
	}
	return req, r.authorize(ctx, req)
}

// hostVariable is httpYac's rule for a path-only target without a Host header.
func (r *running) hostVariable(ctx context.Context, target string) string {
	if !strings.HasPrefix(strings.TrimSpace(target), "/") {
		return ""
	}
	if _, found, _ := r.scope.Lookup("host"); !found {
		return ""
	}
	v, _, err := r.scope.Value(ctx, "host", r)
	if err != nil {
		return ""
	}
	return value.Text(v)
}

// authorize binds the credentials, if planning could not, and makes sure that
// they may go where the request goes.
func (r *running) authorize(ctx context.Context, req *transport.Request) error {
	f := r.step.file
	if r.shorthand != nil {
		if err := r.checkURL(r.shorthand, req.URL); err != nil {
			return f.pointAt(err, r.step.request.Target)
		}
		r.shorthand = r.preview(ctx, nil, r.shorthand)
		req.Auth = r.shorthand
	}
	r.auth = r.step.auth
	if r.auth == nil {
		return nil
	}
	bound := *r.auth
	if bound.binding == nil {
		binding, err := r.credentials(ctx, r.auth)
		if err != nil && r.unsureAny(ctx, fmt.Sprintf("`@auth %s`", r.auth.directive.ID), r.auth.texts()...) {
			return nil
		}
		if err != nil {
			return err
		}
		bound.binding = binding
	}
	if err := r.checkURL(bound.binding, req.URL); err != nil {
		return f.pointAt(err, r.step.request.Target)
	}
	bound.binding = r.preview(ctx, r.auth, bound.binding)
	r.auth = &bound
	if req.Auth = bound.binding; r.shorthand != nil {
		req.Auth = both{bound.binding, r.shorthand}
	}
	return nil
}

// expand replaces the templates of a text and registers what is secret.
func (r *running) expand(ctx context.Context, t parser.Text) ([]scope.Part, error) {
	parts, err := r.scope.ExpandParts(ctx, t, r)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.Secret {
			r.session.plan.secrets.AddOf(p.Segment.Expr.String(), p.Text)
		}
		r.know(r.scope, p)
	}
	return parts, nil
}

// line expands a text that must stay on one line: a value never brings further
// headers or another request line with it.
func (r *running) line(ctx context.Context, t parser.Text) (string, error) {
	if !t.HasTemplate() && !strings.Contains(t.String(), `\{`) {
		return t.String(), nil
	}
	parts, err := r.lineParts(ctx, t)
	return scope.Join(parts), err
}

// target is line for a target, of which values may make something else.
func (r *running) target(ctx context.Context, t parser.Text) (string, error) {
	if !t.HasTemplate() {
		return r.line(ctx, t)
	}
	parts, err := r.lineParts(ctx, t)
	if err != nil {
		return "", err
	}
	r.knowTarget(parts)
	if d := cutByValue(ctx, r.scope, r, parts); d != nil && !r.step.cutTold && r.iteration <= 1 {
		r.doubts = append(r.doubts, d)
	}
	return scope.Join(parts), nil
}

func (r *running) lineParts(ctx context.Context, t parser.Text) ([]scope.Part, error) {
	parts, err := r.expand(ctx, t)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.Segment.Template && strings.ContainsAny(p.Text, "\r\n\x00") {
			return nil, &diag.Diagnostic{
				Code: diag.CodeValue, Severity: diag.Error,
				Summary: fmt.Sprintf("the value of `%s` holds a line break or a NUL, which cannot stand here", p.Segment.Expr),
				Source:  p.Segment.Text.Source(), Subject: p.Segment.Text.Span(),
				Suggestion: "trim the value, or percent-encode it with `{{%" + p.Segment.Expr.String() + "}}`",
			}
		}
	}
	return parts, nil
}

// body builds the body: text with its templates replaced, files as they are.
func (r *running) body(ctx context.Context, contentType string) (transport.Body, error) {
	written := r.step.request.Body
	if written == nil || len(written.Parts) == 0 {
		return nil, nil
	}
	mediaType, _, _ := mime.ParseMediaType(contentType)
	var text [][]scope.Part // of each part that is text
	pieces := make(body, 0, len(written.Parts))
	for i, p := range written.Parts {
		piece := bodySource{}
		if planned, isPlanned := r.step.bodyFiles[i]; !p.Path.IsZero() && !isPlanned {
			var err error
			if piece, err = r.bodyFile(ctx, i); err != nil {
				return nil, err
			}
		} else {
			if !isPlanned {
				planned = p.Text
			}
			parts, err := r.expand(ctx, planned)
			if err != nil {
				return nil, err
			}
			text = append(text, parts)
			piece = bodySource{bytes: []byte(scope.Join(parts)), file: isPlanned}
		}
		if p.Newline {
			pieces = append(pieces, piece, bodySource{bytes: []byte("\n")})
			continue
		}
		pieces = append(pieces, piece)
	}
	isJSON := eval.IsJSON(contentType) && len(written.Parts) == 1 && len(text) == 1
	switch {
	case written.Verbatim && !isJSON:
	case strings.HasPrefix(mediaType, "multipart/"): // RFC 2046 §4.1.1
		for i, p := range pieces {
			if p.open == nil && !p.file {
				pieces[i].bytes = bytes.ReplaceAll(bytes.ReplaceAll(p.bytes, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
			}
		}
	case strings.HasSuffix(mediaType, "ndjson"): // each document ends its line
		if last := pieces[len(pieces)-1]; last.open == nil && !bytes.HasSuffix(last.bytes, []byte("\n")) {
			pieces = append(pieces, bodySource{bytes: []byte("\n")})
		}
	case mediaType == "application/x-www-form-urlencoded" && len(pieces) == 1 && pieces[0].open == nil:
		if pieces[0].file {
			pieces[0].bytes = []byte(urltext.EncodeForm(string(pieces[0].bytes)))
		} else {
			r.session.plan.keepForm(scope.Join(text[0]))
			r.knowForm(text[0])
			pieces[0].bytes = []byte(urltext.EncodeFormParts(text[0]))
		}
	case isJSON:
		switch d := checkJSON(text[0], pieces[0].bytes); {
		case d == nil:
		case d.Severity == diag.Error:
			return nil, d
		case r.iteration <= 1: // the others are no better
			r.doubts = append(r.doubts, d)
		}
	}
	return pieces, nil
}

// checkJSON reports a body that was JSON with its placeholders and is not with
// their values. Of a body that never was JSON it only warns, for its author may
// mean it; and not at all without templates, as the parser does that.
func checkJSON(parts []scope.Part, sent []byte) *diag.Diagnostic {
	templates := 0
	var placeholders strings.Builder
	for _, p := range parts {
		if p.Segment.Template {
			templates++
			placeholders.WriteString("0") // a number outside a string, a character inside
		} else {
			placeholders.WriteString(p.Text)
		}
	}
	if templates == 0 {
		return nil
	}
	_, _, err := value.Decode(sent)
	if err == nil {
		return nil
	}
	offset := int64(len(sent))
	if syntax, ok := errors.AsType[*value.SyntaxError](err); ok {
		offset = syntax.Offset
	}
	if _, _, written := value.Decode([]byte(placeholders.String())); written != nil {
		at := placeAt(parts, int(offset))
		return &diag.Diagnostic{
			Code: diag.CodeBodyForm, Severity: diag.Warning,
			Summary: "the body is not the JSON that its type says", Detail: err.Error(),
			Source: parts[0].Segment.Text.Source(), Subject: at,
			Suggestion: "mend it, unless it is meant to be broken",
		}
	}
	culprit := culpritAt(parts, offset)
	return &diag.Diagnostic{
		Code: diag.CodeValue, Severity: diag.Error,
		Summary: fmt.Sprintf("the body is no longer JSON after the value of `%s` is put in", culprit.Expr),
		Detail:  err.Error(),
		Source:  culprit.Text.Source(), Subject: culprit.Text.Span(),
		Suggestion: "quote the placeholder if its value is text, or mend the value",
	}
}

// placeAt is where the text stands that an offset of the expanded text falls into,
// or behind.
func placeAt(parts []scope.Part, offset int) diag.Span {
	var place diag.Span
	for _, p := range parts {
		place = p.Segment.Text.Span()
		if !p.Segment.Template && p.Segment.Text.String() == p.Text {
			place = p.Segment.Text.Locate(max(min(offset, len(p.Text)-1), 0), offset+1)
		}
		if offset < len(p.Text) {
			break
		}
		offset -= len(p.Text)
	}
	return place
}

// culpritAt is the last template whose value starts at or before an offset of
// the expanded text: JSON fails at a bad value or right behind it.
func culpritAt(parts []scope.Part, offset int64) parser.Segment {
	var culprit parser.Segment
	at := int64(0)
	for _, p := range parts {
		if p.Segment.Template && (at <= offset || culprit.Text.IsZero()) {
			culprit = p.Segment
		}
		at += int64(len(p.Text))
	}
	return culprit
}
