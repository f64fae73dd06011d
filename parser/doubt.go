package parser

import "github.com/postrider/postrider/internal/diag"

// Doubt is a text that checks nothing and may have been meant to: what the comment
// # assert status == 200 says behind the name. Whoever can read expressions can tell.
type Doubt struct {
	Text    string           // as it would stand behind @assert
	Problem *diag.Diagnostic // a warning
	Told    bool             // the warning is one of File.Diagnostics, for it is true of prose as well
}

// doubt adds a text that may have been meant to be a check. If it is told, the warning
// is given whatever the text is.
func (p *parser) doubt(text string, told bool, code string, span diag.Span, summary, suggestion string) {
	d := &diag.Diagnostic{
		Code: code, Severity: diag.Warning, Summary: summary, Suggestion: suggestion,
		Source: p.file.Source, Subject: span,
	}
	p.file.Doubts = append(p.file.Doubts, &Doubt{Text: text, Problem: d, Told: told})
	if told {
		p.file.Diagnostics = append(p.file.Diagnostics, d)
	}
}
