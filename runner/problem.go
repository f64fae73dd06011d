package runner

import (
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// said is what the messages of a file say. There may be many thousands of them.
type said struct {
	messages map[messageKey]bool
	errorsAt map[int]bool       // offsets in the file
	unheard  bool               // what is found now does not matter
	twins    map[diag.Span]bool // names that an error says to be used twice
}

// messageKey is what tells a message from others.
type messageKey struct {
	source        *diag.Source
	subject       diag.Span
	code, summary string
}

// problem adds a message, unless the same is said of the same place already: a
// mistake in a variable is found at each of its uses.
func (f *file) problem(all ...*diag.Diagnostic) {
	if f.messages == nil {
		f.messages, f.errorsAt = make(map[messageKey]bool), make(map[int]bool)
	}
	if f.unheard {
		return
	}
	for _, d := range all {
		if f.plan.options.Check && (d.Code == diag.CodeUnset || d.Code == diag.CodeAuthMissing) {
			continue // the machine that runs the requests has to have it
		}
		key := messageKey{d.Source, d.Subject, d.Code, d.Summary}
		if f.messages[key] {
			continue
		}
		f.messages[key] = true
		if d.Severity == diag.Error && d.Source == f.parsed.Source {
			f.errorsAt[d.Subject.Start] = true
		}
		f.problems = append(f.problems, d)
	}
}

// complainsIn reports whether there is an error about a place in a span already.
// A second one would only follow from it.
func (f *file) complainsIn(span diag.Span) bool {
	for at := span.Start; at < span.End && len(f.errorsAt) > 0; at++ {
		if f.errorsAt[at] {
			return true
		}
	}
	return false
}

// replaced notes that an error says what the parser warns of: that requests share
// a name.
func (f *file) replaced(twins ...*step) {
	if f.twins == nil {
		f.twins = make(map[diag.Span]bool)
	}
	for _, s := range twins {
		f.twins[s.block.Name.Span()] = true
	}
}

// dropReplaced drops the warnings of the parser that errors have replaced.
func (f *file) dropReplaced() {
	if len(f.twins) > 0 {
		f.problems = slices.DeleteFunc(f.problems, func(d *diag.Diagnostic) bool {
			return d.Code == diag.CodeDuplicateName && d.Severity == diag.Warning && f.twins[d.Subject]
		})
	}
}

// message returns the message of a diagnostic. A line that it quotes may hold
// credentials that nothing has used and that therefore nobody knows, such as
// those beside a mistake: they become secrets first.
func (p *Plan) message(d *diag.Diagnostic) diag.Message {
	m := d.Message()
	p.finder().Quoted(d.Source, m)
	return m
}
