package parser

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// check looks for mistakes that only the whole file shows.
func (p *parser) check() {
	broken := p.broken
	for i, b := range p.file.Blocks {
		if len(broken) > 0 && broken[0] == b {
			broken = broken[1:] // what is said of its text is enough
			continue
		}
		p.checkPlaces(b, i == 0)
	}
	p.checkFirstAuth()
	p.checkNames()
	p.checkTemplates()
}

// checkPlaces looks for directives in a block without a request. In the
// preamble only those that mean something for the whole file are allowed.
func (p *parser) checkPlaces(b *Block, first bool) {
	if b.Request != nil || (b.Disabled && !first) {
		return
	}
	preamble := first && p.file.Preamble() == b
	for _, d := range b.Directives {
		spec, ok := findDirective(d.Name.String())
		switch {
		case !ok:
		case preamble && !spec.preamble:
			p.error(diag.CodeMisplaced, d.Span, fmt.Sprintf("`@%s` cannot stand before the first `###`", d.Name),
				"put it above the request it is for")
		case preamble:
		case !b.Disabled && (spec.key == "assert" || spec.key == "capture") && !b.runsOthers():
			p.error(diag.CodeMisplaced, d.Span, fmt.Sprintf("`@%s` is in a block without a request, so it does nothing", d.Name),
				"put it above the request line of the request it is for, in the same block")
		case b.Disabled:
			if spec.preamble {
				p.warn(diag.CodeMisplaced, d.Span, fmt.Sprintf("`@%s` belongs to the request below, which is commented out", d.Name),
					"put a line `###` between them to make it a default of the file")
			}
		case !b.hasOther():
			p.warn(diag.CodeMisplaced, d.Span, fmt.Sprintf("`@%s` has no effect in a block without a request", d.Name),
				"put it above the request it is for, or before the first `###`")
		}
	}
}

// checkFirstAuth warns of an @auth that looks as if it were meant for the whole
// file but belongs to its first request.
func (p *parser) checkFirstAuth() {
	first := findKey(p.file.Blocks[0], "auth")
	if first == nil || p.file.Preamble() != nil {
		return
	}
	later := 0
	for _, b := range p.file.Blocks[1:] {
		if findKey(b, "auth") != nil {
			return
		}
		if b.Request != nil {
			later++
		}
	}
	if later > 0 && p.file.Blocks[0].Request != nil {
		p.warn(diag.CodeFirstAuth, first.Span, "`@auth` is for the first request only, and later requests have none",
			"put a line `###` behind it to make it a default of the file")
	}
}

func findKey(b *Block, key string) *Directive {
	for _, d := range b.Directives {
		if d.Key == key {
			return d
		}
	}
	return nil
}

// checkNames warns of requests that share a name. Titles may be alike unless
// one is told apart by @name.
func (p *parser) checkNames() {
	seen := make(map[string]bool, len(p.file.Blocks)) // by name, whether it is a @name
	for _, b := range p.file.Blocks {
		explicit := false
		for _, d := range b.Directives {
			if d.Key != "name" || d.Node == nil {
				continue
			}
			if explicit {
				p.warn(diag.CodeDuplicateName, d.Span, "a request is named twice; the last name counts", "leave one of them out")
			}
			explicit = true
		}
		name := b.RequestName()
		if b.Request == nil || name == "" {
			continue
		}
		other, taken := seen[name]
		if taken && (explicit || other) {
			p.warn(diag.CodeDuplicateName, b.Name.Span(), fmt.Sprintf("another request of this file is called `%s` too", name),
				"give them different names")
		}
		seen[name] = explicit || other
	}
}

// checkTemplates reports braces that open and are never closed on their line. In
// a body they may be meant; anywhere else a request would be sent with half a
// placeholder in it.
func (p *parser) checkTemplates() {
	line := 0
	for at := 0; ; {
		n := bytes.Index(p.src[at:], []byte("{{"))
		if n < 0 {
			return
		}
		open := at + n
		for p.file.Lines[line].Span().End <= open {
			line++
		}
		at = p.file.Lines[line].Span().End
		rest := diag.Span{Start: open, End: p.content(line).End}
		switch p.file.Lines[line].Kind {
		case VariableLine, RequestLine, Continuation, HeaderLine, Folded:
			p.checkLineTemplates(rest, diag.Error, "`{{` is never closed on this line")
		case BodyText, BodyFile:
			p.checkLineTemplates(rest, diag.Warning, "`{{` is never closed on this line, so it is sent as it stands")
		}
	}
}

// checkLineTemplates reports the first {{ of a line that is not closed. The
// span starts at a {{.
func (p *parser) checkLineTemplates(span diag.Span, severity diag.Severity, summary string) {
	if open := unclosedTemplate(p.file.Source.Slice(span)); open >= 0 {
		p.report(severity, diag.CodeTemplate, diag.Span{Start: span.Start + open, End: span.Start + open + 2}, summary,
			"close it with `}}`, or write `\\{\\{` for literal braces")
	}
}

// unclosedTemplate returns the offset of the first {{ of a line that is not
// closed, or -1.
func unclosedTemplate(s string) int {
	var q quotes
	for at := 0; ; {
		n := strings.Index(s[at:], "{{")
		if n < 0 {
			return -1
		}
		open := at + n
		end, closed := templateEnd(s, open+2, &q)
		if !closed {
			return open
		}
		at = end + 2
	}
}
