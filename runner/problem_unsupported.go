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
		if d := f.refused[s]; d != nil {
			all = append(all, d)
		}
	}
	for _, a := range b.Assertions {
		if b.Request == nil && !runs(b) || !supported(a) {
			add(fmt.Sprintf("%s assertion about `%s`", a.Tool, a.Subject), a.Span)
		}
	}
	if b.Request == nil && !runs(b) {
		for _, o := range b.Outputs {
			add("output redirection", o.Span)
		}
	}
	for _, t := range b.Foreign {
		add(t.Tool+" "+t.What, t.Span)
	}
	if r := b.Request; r != nil {
		if r.Protocol != parser.HTTP && r.Protocol != parser.GraphQL {
			add(fmt.Sprintf("%v request", r.Protocol), r.Line)
		}
	}
	slices.SortStableFunc(all, func(a, b *diag.Diagnostic) int { return cmp.Compare(a.Subject.Start, b.Subject.Start) })
	return all
}

// unsupportedForAll returns a message for each construct of a block that is meant
// for every request of the file. None of them is run without it.
func (f *file) unsupportedForAll(b *parser.Block) diag.List {
	var all diag.List
	add := func(what string, span diag.Span) {
		d := f.notSupported(what+" for every request of the file", span)
		d.Suggestion = "remove it, and write what it does into the requests"
		all = append(all, d)
	}
	for _, s := range b.Scripts {
		if s.Global && b.Request != nil && f.refused[s] != nil {
			add(s.String(), s.Span)
		}
	}
	if title := b.Title.String(); f.parsed.Dialect == parser.Kulala && (title == "Shared" || title == "Shared each") &&
		(b.Request != nil || len(b.Directives) > 0) {
		add("block", b.Title.Span())
	}
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
