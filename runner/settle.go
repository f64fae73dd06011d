package runner

import (
	"maps"
	"slices"

	"github.com/postrider/postrider/parser"
)

// forget drops the directives that have become part of a step, but for those that
// planning asks for once more. Whoever checks a file asks for all of them.
func (f *file) forget(b *parser.Block) {
	if f.plan.options.Check {
		return
	}
	b.Directives = slices.DeleteFunc(b.Directives, func(d *parser.Directive) bool {
		switch d.Node.(type) {
		case *parser.Assert, *parser.Capture:
			return true
		}
		return d.Key == "name"
	})
	if len(b.Directives) == 0 {
		b.Directives = nil
	}
}

// settle drops what only planning reads, unless the plan is to be checked. Of a
// block without scripts, outputs and the like, nothing is left to be read.
func (p *Plan) settle() {
	if p.options.Check {
		return
	}
	setters := make(map[*parser.Block]bool) // by which runs tell global variables
	for _, g := range p.globals {
		for _, by := range g.setters {
			setters[by.block] = true
		}
	}
	for _, s := range p.suites {
		maps.DeleteFunc(s.ordered, func(b *parser.Block, _ bool) bool { return !setters[b] })
		if len(s.ordered) == 0 {
			s.ordered = nil // a map does not shrink
		}
		for _, f := range s.files {
			f.parsed.Blocks, f.namesakes = nil, nil
			for _, st := range f.steps {
				if isBare(st.block) && !setters[st.block] {
					st.block = &p.noBlock
				}
			}
		}
	}
}

// isBare reports whether a block holds nothing but directives and a request, of
// which a step has all that it needs.
func isBare(b *parser.Block) bool {
	return len(b.Variables)+len(b.Scripts)+len(b.Assertions)+len(b.Outputs)+len(b.Imports)+len(b.Protos)+len(b.Foreign) == 0
}
