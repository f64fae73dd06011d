package parser

import "github.com/postrider/postrider/internal/diag"

// namespace reads httpYac's @xpath_ns p=urn:example, the one directive that
// stands in no comment.
func (p *parser) namespace(line diag.Span) bool {
	name, args, equals, ok := splitDirective(p.src[line.Start:line.End])
	if !ok || equals || args.Len() == 0 || foldName(string(p.src[line.Start+name.Start:line.Start+name.End])) != "xpathns" {
		return false
	}
	p.mark(VariableLine)
	p.addDirective(p.trim(line), shift(name, line.Start), p.text(shift(args, line.Start)), false)
	return true
}
