package runner

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// unsupported returns a message for each construct of a block that is read but
// not carried out yet. To run a request as if one were not there could make a
// failure look like a success.
func (f *file) unsupported(b *parser.Block) diag.List {
	var all diag.List
	add := func(what string, span diag.Span) {
		all = append(all, f.notSupported(what, span))
	}
	for _, s := range b.Scripts {
		add(s.String(), s.Span)
	}
	for _, a := range b.Assertions {
		if b.Request == nil || !supported(a) {
			add(fmt.Sprintf("%s assertion about `%s`", a.Tool, a.Subject), a.Span)
		}
	}
	if b.Request == nil {
		for _, o := range b.Outputs {
			add("output redirection", o.Span)
		}
	}
	if r := b.Request; r != nil {
		if r.Protocol != parser.HTTP && r.Protocol != parser.GraphQL {
			add(fmt.Sprintf("%v request", r.Protocol), r.Line)
		}
		for _, h := range r.Headers {
			if h.Spread {
				add("header spread", h.Span)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *diag.Diagnostic) int { return cmp.Compare(a.Subject.Start, b.Subject.Start) })
	return all
}

func (f *file) notSupported(what string, span diag.Span) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: "not supported by this version: " + what,
		Source:  f.parsed.Source, Subject: span,
		Suggestion: "remove it, or run the other requests with `--name`",
	}
}
