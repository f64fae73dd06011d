package runner

import (
	"context"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/authforms"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/urltext"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// What is read into a secret place is a secret, from its source on. The plan finds who
// gives it: captures and variables of scripts become secret as a whole, and of what
// else is read of an answer the step that is answered notes what that is.

// secretRead is a template in a secret place.
type secretRead struct {
	reader *step
	field  string      // the header field it is in, or into whose value it goes; "" for none
	expr   parser.Text // what it reads
}

// markSecretReads marks what the steps of a file read into secret places, whether
// they are selected or not.
func (f *file) markSecretReads() {
	if f.env == nil {
		return
	}
	for _, s := range f.steps {
		s.markSecretReads()
	}
}

func (s *step) markSecretReads() {
	if s.request == nil {
		return
	}
	if mayHoldSecret(s.request.Target.String()) {
		s.markSecrets("", s.request.Target, targetPlaces)
	}
	for _, h := range s.request.Headers {
		if name := h.Name.String(); !h.Spread && h.Value.HasTemplate() && redaction.SecretField(name) {
			s.markSecrets(name, h.Value, fieldPlaces)
		}
	}
	for _, v := range s.file.defaults {
		if v.Text.HasTemplate() && redaction.SecretField(v.Name) {
			s.markSecrets(v.Name, v.Text, fieldPlaces)
		}
	}
	if s.auth == nil {
		return
	}
	manager := s.file.plan.auth
	for _, p := range s.auth.directive.Params {
		if !p.Value.HasTemplate() {
			continue
		}
		if manager == nil || !manager.Public(s.auth.directive.ID.String(), p.Key.String()) {
			s.markSecrets("", p.Value, wholePlace)
		}
	}
}

// mayHoldSecret reports whether a target as it is written may have a template in a
// place that is secret, which takes a user or a query. Most targets have neither.
func mayHoldSecret(target string) bool {
	_, query, _ := strings.Cut(target, "?")
	return strings.Contains(query, "{{") || strings.Contains(target, "@")
}

// stencil stands for a template in the shape of a text.
const stencil = "\x00"

// markSecrets marks the templates of a text that are in its secret places, given its
// shape.
func (s *step) markSecrets(field string, text parser.Text, places func(shape, field string) []diag.Span) {
	if !text.HasTemplate() {
		return
	}
	var shape strings.Builder
	segments := text.Segments()
	at := make([]int, len(segments))
	for i, segment := range segments {
		if at[i] = shape.Len(); segment.Template {
			shape.WriteString(stencil)
		} else {
			shape.WriteString(segment.Literal)
		}
	}
	secret := places(shape.String(), field)
	m := marker{read: secretRead{reader: s, field: field}, seen: make(map[string]bool)}
	for i, segment := range segments {
		if !segment.Template {
			continue
		}
		for _, place := range secret {
			if place.Start <= at[i] && at[i] < place.End {
				m.template(segment.Expr)
				break
			}
		}
	}
}

// wholePlace is a text that is secret as a whole.
func wholePlace(shape, _ string) []diag.Span { return []diag.Span{{End: len(shape)}} }

// fieldPlaces are the credentials in the value of a header field.
func fieldPlaces(shape, field string) []diag.Span {
	if !strings.HasSuffix(strings.ToLower(field), "authorization") {
		return wholePlace(shape, field)
	}
	v := authforms.ReadField(shape)
	start := len(shape) - len(v.Rest)
	switch {
	case v.Form == authforms.OpenID || v.Form == authforms.Certificate: // names of variables and files
		return nil
	case v.Rest == "": // scheme and credentials in one
		start = 0
	case v.Form == authforms.Pair, v.Form == authforms.AWS:
		start += strings.IndexAny(v.Rest, " \t:")
	}
	return []diag.Span{{Start: start, End: len(shape)}}
}

// targetPlaces are the password and the secret parameters of a target.
func targetPlaces(shape, _ string) []diag.Span {
	shape, _, _ = strings.Cut(shape, "#")
	var places []diag.Span
	start := 0
	if urltext.HasScheme(shape) {
		start = strings.Index(shape, "://") + len("://")
	}
	authority := shape[start:]
	if end := strings.IndexAny(authority, "/?"); end >= 0 {
		authority = authority[:end]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if colon := strings.IndexByte(authority[:at], ':'); colon >= 0 {
			places = append(places, diag.Span{Start: start + colon, End: start + at})
		}
	}
	end := strings.IndexByte(shape, '?')
	if end < 0 {
		return places
	}
	for parameter := range strings.SplitSeq(shape[end+1:], "&") {
		start := end + 1
		end = start + len(parameter)
		name, _, _ := strings.Cut(parameter, "=")
		if plain, err := url.QueryUnescape(strings.TrimSpace(name)); err == nil && redaction.SecretParameter(plain) {
			places = append(places, diag.Span{Start: start + len(name), End: end})
		}
	}
	return places
}

// marker follows what a secret place reads to where it comes from.
type marker struct {
	read secretRead
	seen map[string]bool // variables being followed
}

func (m *marker) text(text parser.Text) {
	for segment := range text.Templates() {
		m.template(segment.Expr)
	}
}

func (m *marker) template(expr parser.Text) {
	src, f := expr.String(), m.read.reader.file
	switch scope.Classify(src) {
	case scope.Dynamic:
	case scope.Expression:
		p, err := m.read.reader.expression(f, expr)
		if err != nil {
			return // which has been told
		}
		for _, name := range p.Variables() {
			m.variable(name, expr)
		}
		for _, name := range p.Requests() {
			m.answer(f.named(name), expr)
		}
	default:
		name, rooted := scope.VariablePath(src)
		if v, _, _ := f.static.Lookup(name); v != nil || len(f.capturers(name)) > 0 || f.plan.globals[name] != nil {
			m.variable(name, expr)
		} else if of, _, isXPath := scope.SplitXPath(name); isXPath && f.named(of) != nil {
			m.answer(f.named(of), expr)
		} else if on, _, is := f.splitReference(name); is && !rooted {
			m.answer(on, expr)
		} else {
			m.variable(f.pathHead(name, m.read.reader), expr)
		}
	}
}

// answer notes at a step that its answer holds what an expression reads.
func (m *marker) answer(on *step, expr parser.Text) {
	if on == nil {
		return
	}
	read := m.read
	read.expr = expr
	own := on.own()
	own.secretReads = append(own.secretReads, read)
}

// variable follows a variable that an expression reads, be it all of the expression.
func (m *marker) variable(name string, expr parser.Text) {
	f := m.read.reader.file
	v, found, _ := f.static.Lookup(name)
	if found && v.Tier == scope.CommandLine || m.seen[name] {
		return
	}
	m.seen[name] = true
	defer delete(m.seen, name)
	setters := f.capturers(name)
	if g := f.plan.globals[name]; g != nil {
		for _, by := range g.setters {
			for _, s := range by.file.steps {
				if s.block == by.block {
					setters = append(setters[:len(setters):len(setters)], s)
				}
			}
		}
	}
	for _, by := range setters {
		for c := range by.setting {
			switch {
			case c.name != name:
			case expr.String() == name:
				c.secret = true
			default: // a part of it, which is known once it is set
				m.answer(by, expr)
			}
		}
	}
	if found && v.Text.HasTemplate() && (expr.String() == name || len(setters) == 0) {
		m.text(v.Text)
	}
}

// keepSecretReads registers what the answer of the step, and what was made of it, holds
// of secrets that others read.
func (r *running) keepSecretReads(ctx context.Context, answer *eval.Answer) {
	s := r.session
	if len(r.step.secretReads) == 0 {
		return
	}
	if s.answers[r.step] == nil { // for those who are not selected
		s.answers[r.step] = answer
		defer delete(s.answers, r.step)
	}
	for _, read := range r.step.secretReads {
		reader := &running{session: s, step: read.reader, clock: r.clock, place: r.place}
		reader.scope = s.scopeOf(read.reader.file).At(r.clock).Random(r.place)
		var v any
		var err error
		if scope.Classify(read.expr.String()) == scope.Expression {
			v, _, err = reader.Expression(ctx, read.expr)
		} else {
			v, _, err = reader.scope.Value(ctx, read.expr.String(), reader)
		}
		if err == nil { // else it needs other answers, too, or is told where it is read
			s.plan.keepRead(read.field, v)
		}
	}
}

// keepRead makes secret what is read into a header field, or into another place if
// that is "".
func (p *Plan) keepRead(field string, v any) {
	if _, isBool := v.(bool); v == nil || isBool || isStructured(v) {
		return // which is no credential
	}
	text := value.Text(v)
	switch {
	case p.options.Replay != nil && strings.Contains(text, secretMask): // it is masked already, and its rest is no secret
	case strings.EqualFold(field, "cookie") && strings.Contains(text, "="):
		p.secrets.Add(redaction.CookieValues(text)...)
	case strings.EqualFold(field, "cookie") && len(text) < redaction.MinCookie:
	default:
		_, credentials := redaction.Credentials(field, text)
		p.secrets.Add(credentials)
	}
}
