package runner

import (
	"context"
	"fmt"
	"net/url"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/standin"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// awaitedError ends what reads a value that is not known yet.
type awaitedError struct{ from string }

func (*awaitedError) Error() string { return "it depends on an answer" }

// awaits reports whether a value that an expression reads is not known yet, and
// notes that it was read.
func (r *running) awaits(v any) bool {
	dry := r.session.dry
	if dry == nil {
		return false
	}
	text := value.Text(v)
	if !dry.Holds(text) {
		return false
	}
	r.awaited = append(r.awaited, dry.From(text))
	return true
}

// awaitedSince returns what the values that were read since a mark wait for. It
// forgets them.
func (r *running) awaitedSince(mark int) (from string, awaits bool) {
	if len(r.awaited) == mark {
		return "", false
	}
	from = r.awaited[mark]
	r.awaited = r.awaited[:mark]
	return from, true
}

// fromAnswerOf says where a value will come from that is a part of the answer of a
// step.
func fromAnswerOf(st *step) string {
	return fmt.Sprintf("the answer of `%s` (%s:%d)", st.label(), st.file.path, st.line)
}

// unsureOf notes that a text of the request depends on an answer, if it does:
// expanding it is all that can be done with it.
func (r *running) unsureOf(what, text string) bool {
	if !r.session.dry.Holds(text) {
		return false
	}
	r.unsure = append(r.unsure, fmt.Sprintf("%s depends on %s", what, r.session.dry.From(text)))
	return true
}

// unsureAny is unsureOf for texts that are yet to be expanded.
func (r *running) unsureAny(ctx context.Context, what string, texts ...parser.Text) bool {
	if r.session.dry == nil {
		return false
	}
	for _, t := range texts {
		if x, err := r.scope.Expand(ctx, t, r); err == nil && r.unsureOf(what, x.Text) {
			return true
		}
	}
	return false
}

// checkURL makes sure that credentials may go where the request goes, as far as
// that is known.
func (r *running) checkURL(b *auth.Binding, u *url.URL) error {
	err := b.CheckURL(u)
	if err != nil && r.unsureOf("where the request goes", u.Host) {
		return nil
	}
	return err
}

// stand returns what stands for a template whose value is not known.
func (r *running) stand(expr, from string) string {
	return r.session.dry.Make(standin.Value{Shown: "{{" + expr + "}}", From: from})
}

// pending is what stands for a variable that a request sets by a script, or by a
// @capture if that is nil.
func (r *running) pending(name string, at parser.Text, by *handler) *scope.Variable {
	from := fmt.Sprintf("the capture `%s` of `%s` (%s:%d)", name, r.step.label(), r.step.file.path, at.Source().Position(at.Span().Start).Line)
	if by != nil {
		from = fmt.Sprintf("the %s of `%s` (%s:%d)", by.node, r.step.label(), by.file.path, by.line())
	}
	return &scope.Variable{
		Name: name, Tier: scope.Captured, Source: at.Source(), Span: at.Span(), Where: from,
		Pending: func(expr string) string { return r.stand(expr, from) },
	}
}

// captureLater keeps what stands for the captures of a request that is not sent.
func (r *running) captureLater() {
	for c := range r.step.setting {
		r.keep(c, r.pending(c.name, c.at, c.by))
	}
}
