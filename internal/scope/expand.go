package scope

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// Expansion is a text with its templates replaced.
type Expansion struct {
	Text      string
	Secret    bool // a secret went into it
	Templates bool // there was a template in it
}

// Part is a piece of an expansion: the segment of the text as written, and
// what stands for it.
type Part struct {
	Text    string
	Segment parser.Segment
	Secret  bool
}

// Join returns the texts of parts as one.
func Join(parts []Part) string {
	if len(parts) == 1 {
		return parts[0].Text
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Expand replaces the templates of t. The error is a *diag.Diagnostic that
// points at the template it is about, which may be in the value of a variable.
// Refs may be nil where no request and no expression can be referred to.
func (s *Scope) Expand(ctx context.Context, t parser.Text, refs References) (Expansion, error) {
	parts, err := s.ExpandParts(ctx, t, refs)
	if err != nil {
		return Expansion{}, err
	}
	var x Expansion
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
		x.Secret = x.Secret || p.Secret
		x.Templates = x.Templates || p.Segment.Template
	}
	x.Text = b.String()
	return x, nil
}

// ExpandParts is [Scope.Expand] in pieces, so that it can be told which
// template gave which text.
func (s *Scope) ExpandParts(ctx context.Context, t parser.Text, refs References) ([]Part, error) {
	e := s.expander(ctx, refs)
	segments := t.Segments()
	parts := make([]Part, 0, len(segments))
	for i, segment := range segments {
		text, secret, err := e.segment(segment, i)
		if err != nil {
			return nil, neededBy(err, segment)
		}
		parts = append(parts, Part{Text: text, Segment: segment, Secret: secret})
	}
	return parts, nil
}

// Value returns the value of a variable, or of a path into one, expanded:
// package value's types. It is what expressions are given. The error is a
// *diag.Diagnostic, which points somewhere only if the mistake is in the value
// of a variable.
func (s *Scope) Value(ctx context.Context, name string, refs References) (v any, secret bool, err error) {
	e := s.expander(ctx, refs)
	if v, ok, err := s.Lookup(name); err != nil || ok {
		if err != nil {
			return nil, false, err
		}
		return e.variable(v)
	}
	if Classify(name) == Expression {
		return nil, false, unknown(name, s.nearest)
	}
	return e.resolve(parser.Literal(nil, diag.Span{}, name))
}

// maxSteps bounds the variables that one expansion may read, so that
// definitions that double each other end in an error and not in a hang.
const maxSteps = 100_000

// maxText bounds the text of an expansion, in bytes.
const maxText = 64 << 20

// frame is a variable that is being expanded.
type frame struct {
	outer    *frame // nil for the outermost
	variable *Variable
}

// progress is what the context carries through References back into the scope.
type progress struct {
	frame *frame
	steps *atomic.Int64
}

type progressKey struct{}

// expander expands templates inside the value of one variable, or, if its
// frame is nil, in a text of the file.
type expander struct {
	*Scope
	ctx  context.Context
	refs References
	progress
}

func (s *Scope) expander(ctx context.Context, refs References) expander {
	p, ok := ctx.Value(progressKey{}).(progress)
	if !ok {
		p.steps = new(atomic.Int64)
	}
	return expander{Scope: s, ctx: ctx, refs: refs, progress: p}
}

// context returns the context to hand to References.
func (e expander) context() context.Context {
	return context.WithValue(e.ctx, progressKey{}, e.progress)
}

// text expands the value of the variable e stands in. A text that is one
// template keeps the type of its value.
func (e expander) text(t parser.Text) (any, bool, error) {
	segments := t.Segments()
	if len(segments) == 1 && segments[0].Template && !segments[0].Escape {
		return e.template(segments[0], 0)
	}
	var b strings.Builder
	secret := false
	for i, segment := range segments {
		text, s, err := e.segment(segment, i)
		if err != nil {
			return nil, false, err
		}
		b.WriteString(text)
		secret = secret || s
		if b.Len() > maxText {
			return nil, false, (&diag.Diagnostic{
				Code: diag.CodeValue, Severity: diag.Error,
				Summary:    fmt.Sprintf("the value of `%s` grows beyond %d MiB", e.frame.variable.Name, maxText>>20),
				Suggestion: "read large content from a file with `< path`",
			}).At(segment.Text.Source(), segment.Text.Span())
		}
	}
	return b.String(), secret, nil
}

// segment returns the text that stands for a segment, the index-th of its text.
func (e expander) segment(segment parser.Segment, index int) (string, bool, error) {
	if !segment.Template {
		return segment.Literal, false, nil
	}
	v, secret, err := e.template(segment, index)
	if err != nil {
		return "", false, err
	}
	text := value.Text(v)
	if segment.Escape {
		text = percentEncode(text)
	}
	return text, secret, nil
}

// percentEncode encodes every byte but the unreserved characters (RFC 3986
// section 2.3), as VS Code's {{%x}} does.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

func (e expander) template(segment parser.Segment, index int) (any, bool, error) {
	var v any
	var secret bool
	var err error
	switch class := Classify(segment.Expr.String()); {
	case e.arguments[segment.Expr.String()] != nil: // $index among them
		v, secret, err = e.variable(e.arguments[segment.Expr.String()])
	case class == Dynamic:
		v, secret, err = e.dynamic(segment.Expr.String(), index)
	case e.lenient && class != Expression && !e.Knows(segment.Expr.String()):
		var ok bool
		if v, secret, ok, err = e.reference(segment.Expr); !ok && err == nil {
			return segment.Text.String(), false, nil
		}
	default:
		v, secret, err = e.resolve(segment.Expr)
	}
	if err != nil {
		return nil, false, locate(err, segment.Text)
	}
	return v, secret, nil
}

// locate makes err point at t unless it points somewhere already.
func locate(err error, t parser.Text) error {
	var d *diag.Diagnostic
	if !errors.As(err, &d) || t.Source() == nil || d.Source != nil {
		return err
	}
	return d.At(t.Source(), t.Span())
}

// neededBy adds to an error that points into the value of a variable which
// template asked for it.
func neededBy(err error, segment parser.Segment) error {
	var d *diag.Diagnostic
	source := segment.Text.Source()
	if !errors.As(err, &d) || source == nil {
		return err
	}
	if d.Source == nil {
		return d.At(source, segment.Text.Span())
	}
	span := segment.Text.Span()
	if d.Source == source && d.Subject.Start >= span.Start && d.Subject.End <= span.End {
		return err
	}
	at := source.Position(span.Start)
	copied := *d
	if copied.Detail != "" {
		copied.Detail += "\n"
	}
	copied.Detail += fmt.Sprintf("needed by `%s` at %s:%d:%d", segment.Text.String(), source.Name(), at.Line, at.Column)
	return &copied
}

// resolve returns what a template that is no dynamic variable stands for. The
// order is that of language.md §4: a variable of exactly that name, the
// exchange of a request, a path into a variable, a path into a request's body.
func (e expander) resolve(expr parser.Text) (any, bool, error) {
	text := expr.String()
	switch Classify(text) {
	case Expression:
		if e.refs == nil {
			return nil, false, &diag.Diagnostic{
				Code: diag.CodeVariable, Severity: diag.Error,
				Summary:    fmt.Sprintf("`%s` is an expression, and only variables can be used here", text),
				Suggestion: "use a variable",
			}
		}
		return e.refs.Expression(e.context(), expr)
	case Dynamic:
		return e.dynamic(text, 0)
	}
	text, rooted := VariablePath(text)
	v, ok, err := e.Lookup(text)
	if err != nil {
		return nil, false, err
	}
	if ok {
		return e.variable(v)
	}
	head, path, isPath := Split(text, e.has)
	if !rooted && (!isPath || isExchange(path)) {
		v, secret, ok, err := e.reference(expr)
		if ok || err != nil {
			return v, secret, err
		}
	}
	if !isPath {
		if name, _, ok := SplitXPath(text); ok {
			text = name
		}
		return nil, false, unknown(text, e.nearest)
	}
	v, _, err = e.Lookup(head)
	if err != nil {
		return nil, false, err
	}
	if v.Pending != nil {
		return v.Pending(text), false, nil
	}
	whole, secret, err := e.variable(v)
	if err != nil {
		return nil, false, err
	}
	member, err := follow(whole, head, path)
	if err != nil {
		return nil, false, err
	}
	return member, secret && (!v.textOnly || holdsText(member)), nil
}

func (e expander) reference(expr parser.Text) (v any, secret, ok bool, err error) {
	if e.refs == nil {
		return nil, false, false, nil
	}
	return e.refs.Reference(e.context(), expr)
}

// variable returns the expanded value of a variable.
func (e expander) variable(v *Variable) (any, bool, error) {
	if v.problem != nil {
		return nil, false, v.problem
	}
	if v.Pending != nil {
		return v.Pending(v.Name), false, nil
	}
	for f := e.frame; f != nil; f = f.outer {
		if f.variable == v {
			return nil, false, circle(circleNames(e.frame, v))
		}
	}
	if e.steps.Add(1) > maxSteps {
		return nil, false, &diag.Diagnostic{
			Code: diag.CodeValue, Severity: diag.Error,
			Summary:    fmt.Sprintf("more than %d variables are read for one text", maxSteps),
			Detail:     "variables that name each other several times multiply",
			Suggestion: "define them from fewer other variables",
		}
	}
	e.frame = &frame{outer: e.frame, variable: v}

	expanded, secret, err := v.Value, false, error(nil)
	switch {
	case v.template != nil:
		expanded, secret, err = e.structure(v.template)
	case !v.Text.IsZero():
		expanded, secret, err = e.text(v.Text)
	}
	if err != nil {
		return nil, false, err
	}
	return expanded, secret || v.Secret && (!v.textOnly || holdsText(expanded)), nil
}

// structure expands the templates in the strings of a structured value.
func (e expander) structure(template any) (any, bool, error) {
	switch t := template.(type) {
	case parser.Text:
		return e.text(t)
	case []any:
		list, anySecret := make([]any, len(t)), false
		for i := range t {
			v, secret, err := e.structure(t[i])
			if err != nil {
				return nil, false, err
			}
			list[i], anySecret = v, anySecret || secret
		}
		return list, anySecret, nil
	case map[string]any:
		object, anySecret := make(map[string]any, len(t)), false
		for _, key := range slices.Sorted(maps.Keys(t)) { // in order, so that the same mistake is found each time
			v, secret, err := e.structure(t[key])
			if err != nil {
				return nil, false, err
			}
			object[key], anySecret = v, anySecret || secret
		}
		return object, anySecret, nil
	default:
		return template, false, nil
	}
}

// holdsText reports whether there is a text in a value.
func holdsText(v any) bool {
	switch v := v.(type) {
	case string:
		return true
	case []any:
		for _, element := range v {
			if holdsText(element) {
				return true
			}
		}
	case map[string]any:
		for _, member := range v {
			if holdsText(member) {
				return true
			}
		}
	}
	return false
}

// circleNames returns the names from v round to v again.
func circleNames(f *frame, v *Variable) []string {
	names := []string{v.Name}
	for ; f != nil; f = f.outer {
		names = append([]string{f.variable.Name}, names...)
		if f.variable == v {
			break
		}
	}
	return names
}

func circle(names []string) *diag.Diagnostic {
	if len(names) == 2 { // the same twice
		return &diag.Diagnostic{
			Code: diag.CodeVarCycle, Severity: diag.Error,
			Summary:    fmt.Sprintf("`%s` is defined by itself", names[0]),
			Suggestion: "give it a value here, or in http-client.env.json and leave this line out",
		}
	}
	return &diag.Diagnostic{
		Code: diag.CodeVarCycle, Severity: diag.Error,
		Summary:    "variables refer to each other in a circle: " + strings.Join(names, " → "),
		Suggestion: fmt.Sprintf("give `%s` a value that does not need itself", names[0]),
	}
}

// nearest returns the variable of the scope that a name was probably meant to be,
// or "".
func (s *Scope) nearest(name string) string { return diag.Nearest(name, s.Names()) }

// unknown is the message for a name that nothing answers to.
func unknown(name string, nearest func(string) string) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: diag.CodeVariable, Severity: diag.Error,
		Summary: fmt.Sprintf("no variable `%s`", name),
	}
	if near := nearest(name); near != "" {
		d.Suggestion = "did you mean `" + near + "`?"
		return d
	}
	// The head of a path may be the misspelt part: lgoin.response.body.token.
	if head, rest, ok := Split(name, func(head string) bool { return nearest(head) != "" }); ok {
		d.Suggestion = "did you mean `" + nearest(head) + rest + "`?"
		return d
	}
	if variable, ok := strings.CutPrefix(name, "process.env."); ok { // httpYac
		d.Suggestion = fmt.Sprintf("write `{{$env.%s}}`", variable)
		return d
	}
	if head, _, ok := strings.Cut(name, ".response"); ok {
		d.Suggestion = fmt.Sprintf("name the request it means with `# @name %s`", head)
		return d
	}
	name, _, _ = strings.Cut(name, "[")
	d.Suggestion = fmt.Sprintf("define it with `@%s = …`, in http-client.env.json, or with `--var %s=…`", name, name)
	return d
}
