package runner

import (
	"context"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// Provider explains what `@auth ID` means; Parameter is one of its parameters.
type (
	Provider  = auth.Provider
	Parameter = auth.Parameter
)

// Prompt is what a person is asked to do to log in.
type Prompt = auth.Prompt

// Providers explains what `@auth` can name in a request file of the folder
// o.Dir: everything, briefly, or only id, with its parameters and where their
// values come from. The messages are what is wrong, masked.
func Providers(ctx context.Context, o Options, id string) ([]Provider, []diag.Message) {
	p := emptyPlan(o)
	defer p.Close()
	if p.auth == nil {
		return nil, p.Messages()
	}
	f := p.scratch()
	if id != "" {
		described, ok := f.describe(ctx, id)
		if !ok {
			return nil, p.Messages()
		}
		return []Provider{described}, p.Messages()
	}
	known, err := p.auth.Known()
	if err != nil {
		f.problem(asDiagnostics(err)...)
	}
	if f.env != nil {
		for _, id := range f.env.AuthIDs() {
			if head, ok := f.entry(ctx, id); ok {
				known = append(known, head)
			}
		}
	}
	return known, p.Messages()
}

// entry explains briefly what the environment configures under an id.
func (f *file) entry(ctx context.Context, id string) (Provider, bool) {
	d, ok := f.describe(ctx, id)
	return Provider{ID: d.ID, Title: d.Title, Kind: d.Kind, From: d.From, Uses: d.Uses}, ok
}

// describe explains what an id means, and reports what is wrong with it. It
// reports false if that leaves nothing to explain.
func (f *file) describe(ctx context.Context, id string) (Provider, bool) {
	c := f.configured(&parser.Auth{ID: parser.Literal(nil, diag.Span{}, id)})
	if c.err != nil {
		f.problem(asDiagnostics(c.err)...)
		return Provider{}, false
	}
	lookup := &parameters{ctx: ctx, file: f}
	ref, err := f.authReference(ctx, c, f.static, unsent{f}, lookup)
	ref.Source = nil // there is no directive to point at
	if err != nil {
		f.problem(asDiagnostics(err)...)
		return Provider{}, false
	}
	described, err := f.plan.auth.Describe(ref)
	if err != nil {
		f.problem(asDiagnostics(f.otherEnvironment(err, id))...)
	}
	if lookup.err != nil {
		f.problem(asDiagnostics(lookup.err)...)
	}
	return described, described.ID != ""
}
