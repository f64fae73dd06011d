package runner

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/urltext"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// bind resolves the credentials of a step and checks where they would go, as
// far as that is known before anything is sent; target is the whole request
// target, or nil if that is not.
func (f *file) bind(ctx context.Context, s *step, target *scope.Expansion) {
	if s.auth == nil {
		return
	}
	if s.auth.err != nil {
		f.problem(asDiagnostics(s.auth.err)...)
		return
	}
	if !f.known(s.auth) {
		f.checkAuthID(s.auth)
		return
	}
	binding, bound := f.bindings[s.auth.directive]
	if !bound {
		var err error
		if binding, err = f.credentials(ctx, s.auth, f.static, unsent{f}); err != nil {
			f.problem(asDiagnostics(err)...)
		}
		f.bindings[s.auth.directive] = binding
	}
	if binding == nil {
		return
	}
	s.auth.binding = binding
	prefix := ""
	if target != nil {
		prefix = strings.TrimSpace(target.Text)
	} else {
		prefix = f.staticPrefix(ctx, s.request.Target)
	}
	if prefix != "" {
		host, _ := f.staticHost(ctx, s)
		if u, err := s.parseTarget(prefix, host); err == nil {
			if err := binding.CheckURL(u); err != nil {
				f.problem(f.pointAt(err, s.request.Target)...)
			}
		}
	}
}

// pointAt returns the diagnostics of an error, pointing at a text of the file.
func (f *file) pointAt(err error, t parser.Text) diag.List {
	return pointAt(err, f.parsed.Source, t.Span())
}

func pointAt(err error, source *diag.Source, span diag.Span) diag.List {
	var all diag.List
	for _, d := range asDiagnostics(err) {
		moved := *d
		moved.Source, moved.Subject, moved.Context = source, span, diag.Span{}
		all = append(all, &moved)
	}
	return all
}

// configured returns what an @auth means: its directive, with what the
// environment configures under its id.
func (f *file) configured(directive *parser.Auth) *credentials {
	c := &credentials{directive: directive}
	if f.env == nil {
		return c
	}
	c.entry, c.err = f.env.Auth(directive.ID.String())
	return c
}

// credentials resolves an @auth with the values that its templates have in
// vars.
func (f *file) credentials(ctx context.Context, c *credentials, vars *scope.Scope, refs scope.References) (*auth.Binding, error) {
	parameters := &parameters{ctx: ctx, file: f}
	ref, err := f.authReference(ctx, c, vars, refs, parameters)
	if err != nil {
		return nil, err
	}
	binding, err := f.plan.auth.Bind(ref)
	if parameters.err != nil {
		return nil, parameters.err
	}
	if f.isConfiguredLater(ref.ID, err) {
		return nil, nil
	}
	return binding, f.otherEnvironment(err, ref.ID)
}

// checkAuthID finds out whether an @auth names anything, where its parameters are
// known only when the request runs.
func (f *file) checkAuthID(c *credentials) {
	if c.entry != nil {
		return
	}
	id := c.directive.ID
	ref := auth.Reference{ID: id.String(), Source: f.parsed.Source, Span: id.Span()}
	if f.env != nil {
		ref.Others = f.env.AuthIDs()
	}
	if err := f.plan.auth.Exists(ref); err != nil && !f.isConfiguredLater(ref.ID, err) {
		f.problem(asDiagnostics(f.otherEnvironment(err, ref.ID))...)
	}
}

// isConfiguredLater reports whether an id is unknown only because no environment
// is chosen in a plan that is not to be run.
func (f *file) isConfiguredLater(id string, err error) bool {
	d, ok := err.(*diag.Diagnostic)
	return ok && d.Code == diag.CodeAuthUnknown && f.plan.options.Check && f.plan.options.Environment == "" &&
		f.env != nil && len(f.env.AuthElsewhere(id)) > 0
}

// authReference returns an @auth for package auth.
func (f *file) authReference(ctx context.Context, c *credentials, vars *scope.Scope, refs scope.References, lookup *parameters) (auth.Reference, error) {
	vars = f.secure(vars)
	a := c.directive
	ref := auth.Reference{
		ID: a.ID.String(), Lookup: lookup.lookup,
		Where:  "the environment, .env or http-client.private.env.json",
		Source: a.ID.Source(), Span: a.ID.Span(), Outright: c.outright,
		Project: f.root(),
	}
	for _, p := range a.Params {
		x, err := vars.Expand(ctx, p.Value, refs)
		if err != nil {
			return ref, err
		}
		ref.Args = append(ref.Args, auth.Arg{
			Key: p.Key.String(), Value: x.Text, Secret: x.Secret, Computed: x.Templates,
			Project: !fromCommandLine(p.Value, vars), Span: p.Key.Span().Union(p.Value.Span()),
		})
	}
	if f.env != nil {
		ref.Others = f.env.AuthIDs()
	}
	if c.entry == nil {
		return ref, nil
	}
	e := c.entry
	ref.Configured = &auth.Configured{
		At: placeOf(e.ID), Provider: e.Provider.String(), ProviderAt: placeOf(e.Provider), Definition: placeOf(e.Definition),
		Names: e.Keys,
	}
	argument := func(p scope.AuthParam) (auth.Arg, error) {
		x, err := f.entryText(ctx, p.Value, refs)
		return auth.Arg{
			Key: p.Name.String(), Value: x.Text, Secret: x.Secret || p.Secret, Computed: x.Templates,
			Project: !fromCommandLine(p.Value, f.entries), Public: f.publicFiles(p.Value),
			Source: p.Name.Source(), Span: p.Name.Span().Union(p.Value.Span()),
		}, err
	}
	for _, p := range e.Params {
		arg, err := argument(p)
		if err != nil {
			return ref, err
		}
		ref.Configured.Params = append(ref.Configured.Params, arg)
	}
	for _, extra := range e.Extras {
		arg, err := argument(extra.AuthParam)
		if err != nil {
			return ref, err
		}
		ref.Configured.Extras = append(ref.Configured.Extras, auth.Extra{Arg: arg, Use: auth.Use(extra.Use)})
	}
	return ref, nil
}

func placeOf(t parser.Text) auth.Place { return auth.Place{Source: t.Source(), Span: t.Span()} }

// otherEnvironment tells of an id that nobody knows if another environment
// configures it.
func (f *file) otherEnvironment(err error, id string) error {
	d, ok := err.(*diag.Diagnostic)
	if !ok || d.Code != diag.CodeAuthUnknown || f.env == nil {
		return err
	}
	names := f.env.AuthElsewhere(id)
	if len(names) == 0 {
		return err
	}
	told := *d
	told.Suggestion = fmt.Sprintf("the environment `%s` configures it: choose it with `--env %[1]s`", names[0])
	return &told
}

// fromCommandLine reports whether nothing but variables of the command line
// makes up a text, so that it is the user's word and not the project's.
func fromCommandLine(t parser.Text, vars *scope.Scope) bool {
	for _, seg := range t.Segments() {
		v, found, err := vars.Lookup(seg.Expr.String())
		if !seg.Template || !found || err != nil || v.Tier != scope.CommandLine {
			return false
		}
	}
	return true
}

// parameters finds a provider's parameter under its environment name: the
// command line, the environment files, the process environment, .env.
// Variables of the request file do not count: it could redirect credentials
// that are not its own.
type parameters struct {
	ctx  context.Context
	file *file
	err  error // the first value that could not be expanded
}

func (p *parameters) lookup(name string) (auth.Found, bool) {
	if simulated := p.file.plan.options.Sandbox; simulated != nil {
		// Real credentials have no business with simulated vendors.
		v, ok := simulated[name]
		return auth.Found{Value: v, From: "the sandbox"}, ok
	}
	for _, tier := range []scope.Tier{scope.CommandLine, scope.Environment} {
		if found, ok := p.find(name, tier); ok {
			return found, true
		}
	}
	if v, ok := p.file.plan.options.environ(name); ok {
		return auth.Found{Value: v, From: auth.FromEnvironment + name}, true
	}
	return p.find(name, scope.DotEnv)
}

func (p *parameters) find(name string, tier scope.Tier) (auth.Found, bool) {
	for _, v := range slices.Backward(p.file.vars) { // of one tier the later counts, as in package scope
		if v.Name != name || v.Tier != tier {
			continue
		}
		found := auth.Found{From: v.Where}
		if v.Source != nil {
			at := v.Source.Position(v.Span.Start)
			found.From = fmt.Sprintf("%s:%d:%d", v.Source.Name(), at.Line, at.Column)
			found.File, found.Project = v.Source.Name(), true
		}
		if v.Text.IsZero() {
			found.Value = value.Text(v.Value)
			return found, true
		}
		x, err := p.file.entryText(p.ctx, v.Text, unsent{p.file})
		if err != nil && p.err == nil {
			p.err = err
		}
		found.Value = x.Text
		return found, err == nil
	}
	return auth.Found{}, false
}

// staticPrefix expands the start of a target that is known before anything is
// sent, if it holds the whole origin; else it is empty.
func (f *file) staticPrefix(ctx context.Context, target parser.Text) string {
	length, complete := 0, true
	for _, seg := range target.Segments() {
		if seg.Template && !f.isStatic(seg.Text) {
			complete = false
			break
		}
		length += len(seg.Text.String())
	}
	x, err := f.static.Expand(ctx, target.Slice(0, length), unsent{f})
	if err != nil {
		return ""
	}
	prefix := strings.TrimSpace(x.Text)
	if !complete {
		rest := prefix
		if urltext.HasScheme(rest) {
			rest = rest[strings.Index(rest, "://")+len("://"):]
		}
		if !strings.ContainsAny(rest, "/?#") {
			return ""
		}
	}
	return prefix
}

// isStatic reports whether a text depends on nothing that requests bring.
func (f *file) isStatic(t parser.Text) bool {
	probe := &tracer{file: f, seen: make(map[string]bool)}
	return probe.text(t)
}

// unsent are the references of a text that is expanded before anything is
// sent: there is no request to refer to, and expressions see variables only.
type unsent struct{ file *file }

// Reference implements scope.References.
func (unsent) Reference(context.Context, parser.Text) (any, bool, bool, error) {
	return nil, false, false, nil
}

// Expression implements scope.References.
func (u unsent) Expression(ctx context.Context, expr parser.Text) (any, bool, error) {
	return u.expression(ctx, expr, u.file.static, u)
}

// expression evaluates an expression with the variables of a scope.
func (u unsent) expression(ctx context.Context, expr parser.Text, vars *scope.Scope, refs scope.References) (any, bool, error) {
	p, err := u.file.compile(expr, eval.Value, u.file.names)
	if err != nil {
		return nil, false, expression{text: expr}.problem(diag.CodeExpression, "", err)
	}
	secret := false
	v, err := p.Eval(&eval.Env{
		Ctx: ctx,
		Variable: func(name string) (any, error) {
			v, hidden, err := vars.Value(ctx, name, refs)
			secret = secret || hidden
			return v, err
		},
		Mask: u.file.plan.secrets.Mask,
	})
	if err != nil {
		return nil, false, expression{text: expr}.problem(diag.CodeVariable, "", err)
	}
	return v, secret, nil
}
