package runner

import (
	"context"
	"fmt"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// bind resolves the credentials of a step and checks where they would go, as
// far as that is known before anything is sent.
func (f *file) bind(ctx context.Context, s *step) {
	if s.auth == nil {
		return
	}
	if s.insecure && !f.plan.options.Insecure {
		f.problem(&diag.Diagnostic{
			Code: diag.CodeAuthOrigin, Severity: diag.Error,
			Summary: "`@insecure` on a request that carries credentials",
			Detail:  "anyone on the way could read them",
			Source:  f.parsed.Source, Subject: s.request.Line,
			Suggestion: "add the server's authority with `--cacert FILE`, or allow it for this run with `--insecure`",
		})
	}
	for _, p := range s.auth.directive.Params {
		if !f.isStatic(p.Value) {
			return
		}
	}
	binding, bound := f.bindings[s.auth.directive]
	if !bound {
		var err error
		if binding, err = f.credentials(ctx, s.auth.directive, f.static, unsent{f}); err != nil {
			f.problem(asDiagnostics(err)...)
		}
		f.bindings[s.auth.directive] = binding
	}
	if binding == nil {
		return
	}
	s.auth.binding = binding
	if prefix, ok := f.staticPrefix(ctx, s.request.Target); ok {
		host := ""
		for _, h := range s.request.Headers {
			if strings.EqualFold(h.Name.String(), "host") && f.isStatic(h.Value) {
				if x, err := f.static.Expand(ctx, h.Value, unsent{f}); err == nil {
					host = x.Text
				}
			}
		}
		if u, err := parseTarget(prefix, host); err == nil {
			if err := binding.CheckURL(u); err != nil {
				f.problem(f.pointAt(err, s.request.Target)...)
			}
		}
	}
}

// pointAt returns the diagnostics of an error, pointing at a text of the file.
func (f *file) pointAt(err error, t parser.Text) diag.List {
	var all diag.List
	for _, d := range asDiagnostics(err) {
		moved := *d
		moved.Source, moved.Subject, moved.Context = f.parsed.Source, t.Span(), diag.Span{}
		all = append(all, &moved)
	}
	return all
}

// credentials resolves an @auth with the values that its templates have in
// vars.
func (f *file) credentials(ctx context.Context, a *parser.Auth, vars *scope.Scope, refs scope.References) (*auth.Binding, error) {
	parameters := &parameters{ctx: ctx, file: f}
	ref := auth.Reference{
		ID: a.ID.String(), Lookup: parameters.lookup,
		Where:  "the environment, .env or http-client.private.env.json",
		Source: f.parsed.Source, Span: a.ID.Span(),
	}
	for _, p := range a.Params {
		x, err := vars.Expand(ctx, p.Value, refs)
		if err != nil {
			return nil, err
		}
		ref.Args = append(ref.Args, auth.Arg{
			Key: p.Key.String(), Value: x.Text, Secret: x.Secret, Project: !fromCommandLine(p.Value, vars),
			Span: p.Key.Span().Union(p.Value.Span()),
		})
	}
	binding, err := f.plan.auth.Bind(ref)
	if parameters.err != nil {
		return nil, parameters.err
	}
	return binding, err
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
		return auth.Found{Value: v, From: "environment variable " + name}, true
	}
	return p.find(name, scope.DotEnv)
}

func (p *parameters) find(name string, tier scope.Tier) (auth.Found, bool) {
	for _, v := range p.file.vars {
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
		x, err := p.file.static.Expand(p.ctx, v.Text, unsent{p.file})
		if err != nil && p.err == nil {
			p.err = err
		}
		found.Value = x.Text
		return found, err == nil
	}
	return auth.Found{}, false
}

// staticPrefix expands the start of a target that is known before anything is
// sent, if it holds the whole origin.
func (f *file) staticPrefix(ctx context.Context, target parser.Text) (string, bool) {
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
		return "", false
	}
	prefix := strings.TrimSpace(x.Text)
	if !complete {
		rest := prefix
		if hasScheme(rest) {
			rest = rest[strings.Index(rest, "://")+len("://"):]
		}
		if !strings.ContainsAny(rest, "/?#") {
			return "", false
		}
	}
	return prefix, prefix != ""
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
	p, err := u.file.compile(expr, eval.Value, u.file.names)
	if err != nil {
		return nil, false, expression{text: expr}.problem(diag.CodeExpression, "", err)
	}
	secret := false
	v, err := p.Eval(&eval.Env{
		Variable: func(name string) (any, error) {
			v, hidden, err := u.file.static.Value(ctx, name, u)
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
