package runner

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/curl"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/urltext"
)

// cutting are the characters that make another text of a value in a target or a form:
// they end a part of it, or are encoded and decoded.
const cutting = "#?&%+[]"

// keepTarget makes secret what a target makes of the secrets in it: what is left of
// one that the URL cuts at a "#", the parts into which others read it, and each as it
// is sent and as a server decodes it. A target that cuts nothing needs none of that.
func (p *Plan) keepTarget(target string) {
	if !strings.ContainsAny(target, cutting) {
		return
	}
	sent, _, _ := strings.Cut(target, "#")
	query := strings.IndexByte(sent, '?')
	authority := 0 // its end
	if urltext.HasScheme(sent) {
		authority = strings.Index(sent, "://") + len("://")
		authority += max(strings.IndexAny(sent[authority:]+"/", "/?"), 0)
	}
	p.keepSent(target, len(sent), func(start, end int) []string {
		var pieces []string
		if start < authority && authority < end { // of a password, which is no more one then
			pieces = append(pieces, target[start:authority])
		}
		switch {
		case query < 0 || end <= query:
		case start > query:
			pieces = append(pieces, queryPieces(target[start:end])...)
		default:
			pieces = append(append(pieces, target[start:query]), queryPieces(target[query+1:end])...)
		}
		return pieces
	})
}

// keepForm is keepTarget for a form, which ends at no "#".
func (p *Plan) keepForm(form string) {
	if !strings.ContainsAny(form, cutting) {
		return
	}
	p.keepSent(form, len(form), func(start, end int) []string { return queryPieces(form[start:end]) })
}

// keepSent registers the secrets in what is sent of a text. Pieces are those of a
// secret at [start, end) of it.
func (p *Plan) keepSent(text string, sent int, pieces func(start, end int) []string) {
	for _, value := range p.secrets.Within(text) {
		whole := isAddress(value)
		for at := strings.Index(text, value); at >= 0 && at < sent; {
			end := min(at+len(value), sent)
			p.keepPiece(text[at:end])
			if !whole {
				for _, piece := range pieces(at, end) {
					p.keepPiece(piece)
				}
			}
			next := strings.Index(text[at+len(value):], value)
			if next < 0 {
				break
			}
			at += len(value) + next
		}
	}
}

// keepPiece registers a piece of a secret as it is, as it is sent, and as it is
// decoded, unless it is too short.
func (p *Plan) keepPiece(piece string) {
	if transport.IsOrigin(piece) {
		return
	}
	sent := urltext.EncodeUnsafe(piece)
	forms := []string{piece, sent}
	if plain, err := url.PathUnescape(sent); err == nil {
		forms = append(forms, plain)
	}
	if plain, err := url.QueryUnescape(sent); err == nil {
		forms = append(forms, plain)
	}
	for _, form := range forms {
		if secret.Maskable(form) {
			p.secrets.Add(form)
		}
	}
}

// isAddress reports whether a value is a URL or a path, whose parts are no secrets
// because all of it is one.
func isAddress(value string) bool {
	return strings.Contains(value, "://") || strings.HasPrefix(value, "/")
}

// queryPieces are the parts into which a query cuts a text. One that is a query itself
// has parameters with names of their own, which say whether they are secret.
func queryPieces(text string) []string {
	parts := strings.Split(text, "&")
	if name, value, found := strings.Cut(parts[0], "="); len(parts) == 1 || found && redaction.IsToken(name) && strings.Trim(value, "=") != "" {
		return nil
	}
	pieces := parts[:1:1]
	for _, part := range parts[1:] {
		name, value, found := strings.Cut(part, "=")
		pieces = append(pieces, part, value)
		if found && !redaction.SecretParameter(name) { // that of a real one
			pieces = append(pieces, name)
		}
	}
	return pieces
}

// knowTarget is know for what a target makes of values.
func (r *running) knowTarget(parts []scope.Part) {
	r.knowForms(parts, func(text string) (sent, how string) {
		before, _, cut := strings.Cut(text, "#")
		if cut {
			how = " up to its `#`"
		}
		if sent = urltext.EncodeUnsafe(before); sent != before {
			how += ", percent-encoded as in the URL"
		}
		return sent, how
	})
}

// knowForm is know for what a form makes of values.
func (r *running) knowForm(parts []scope.Part) {
	r.knowForms(parts, func(text string) (sent, how string) {
		return urltext.EncodePart(text), ", percent-encoded as in the form"
	})
}

// knowForms notes what stands for values in the form in which they are sent, if that
// is another one.
func (r *running) knowForms(parts []scope.Part, form func(text string) (sent, how string)) {
	if r.session.dry == nil {
		return
	}
	for _, p := range parts {
		if !p.Segment.Template || p.Segment.Escape || r.session.dry.Holds(p.Text) {
			continue
		}
		sent, how := form(p.Text)
		if _, known := r.known[sent]; known || sent == p.Text {
			continue
		}
		expr := p.Segment.Expr.String()
		name := curl.VariableName(curl.SecretPrefix, expr)
		free := name
		for n := 2; r.isKnown(free); n++ {
			free = fmt.Sprintf("%s_%d", name, n)
		}
		r.knowValue(sent, free, "the value of `{{"+expr+"}}`"+how)
	}
}

// maxInner bounds how deep the variables are looked at that make a target.
const maxInner = 8

// cutByValue warns of a target that a "#" in the value of a variable ends, so that
// what follows it is not sent; nil for any other. The fragment of an address is meant,
// be it written in the file or in a variable.
func cutByValue(ctx context.Context, vars *scope.Scope, refs scope.References, parts []scope.Part) *diag.Diagnostic {
	return cutByValueIn(ctx, vars, refs, parts, false, 0)
}

// checkCut is cutByValue for a target that is known before anything is sent.
func (f *file) checkCut(ctx context.Context, s *step, target *scope.Expansion) {
	if target == nil || !target.Templates || !target.Secret && !strings.Contains(target.Text, "#") {
		return
	}
	parts, err := f.static.ExpandParts(ctx, s.request.Target, unsent{f})
	if err != nil {
		return // which has been told
	}
	for _, p := range parts {
		if p.Secret {
			f.plan.secrets.Add(p.Text)
		}
	}
	if d := cutByValue(ctx, f.static, unsent{f}, parts); d != nil {
		f.problem(d)
		s.cutTold = true
	}
}

func cutByValueIn(ctx context.Context, vars *scope.Scope, refs scope.References, parts []scope.Part, followed bool, depth int) *diag.Diagnostic {
	for i, p := range parts {
		if !strings.Contains(p.Text, "#") {
			continue
		}
		if !p.Segment.Template || p.Segment.Escape {
			return nil
		}
		followed = followed || scope.Join(parts[i+1:]) != ""
		v, found, _ := vars.Lookup(p.Segment.Expr.String())
		if before, _, _ := strings.Cut(p.Text, "#"); found && v.Tier == scope.File && before != strings.TrimRight(before, " \t") {
			return nil // a comment behind the value, which check tells of
		}
		if found && v.Text.HasTemplate() && depth < maxInner {
			if inner, err := vars.ExpandParts(ctx, v.Text, refs); err == nil {
				return cutByValueIn(ctx, vars, refs, inner, followed, depth+1)
			}
		}
		if !followed && (isAddress(p.Text) || strings.HasPrefix(p.Text, "#")) {
			return nil
		}
		return &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Warning,
			Summary: fmt.Sprintf("a `#` in the value of `%s` ends the URL", p.Segment.Expr),
			Detail:  "the rest of the value and what follows it are not sent",
			Source:  p.Segment.Text.Source(), Subject: p.Segment.Text.Span(),
			Suggestion: "write `{{%" + p.Segment.Expr.String() + "}}`, which percent-encodes the value",
		}
	}
	return nil
}
