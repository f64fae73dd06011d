package xpath

import (
	"context"
	"maps"
	"slices"
)

// maxNames bounds the names that Nearest returns.
const maxNames = 100

// Nearest says of an expression that selects nothing how far its path leads: the
// place in the source of the step that finds nothing, and the names that it
// could find there, as it would write them. Stop is 0 where that step is the last
// one, or where the expression is no path.
func (e *Expr) Nearest(ctx context.Context, d *Document, namespaces map[string]string) (start, stop int, names []string) {
	p, ok := e.root.(*path)
	if !ok || p.start != nil {
		return 0, 0, nil
	}
	run := &evaluation{ctx: ctx, doc: d, budget: budget, spaces: make(map[string]string, len(e.prefixes))}
	for _, prefix := range e.prefixes {
		run.spaces[prefix.name], _ = d.namespace(prefix, namespaces)
	}
	from := set{0}
	for i := range p.steps {
		s := &p.steps[i]
		found, err := run.step(from, s)
		if err != nil {
			return 0, 0, nil
		}
		if len(found) == 0 {
			for _, next := range p.steps[i+1:] {
				if stop == 0 && next.start > s.start { // not the second half of //
					stop = next.start
				}
			}
			return s.start, stop, run.names(from, s.axis)
		}
		from = found
	}
	return 0, 0, nil
}

// names returns the names of the nodes that can be reached along an axis,
// sorted.
func (e *evaluation) names(from set, a axis) []string {
	switch a {
	case child, descendant, descendantOrSelf, attribute:
	default:
		return nil
	}
	wanted := &step{axis: a, test: nodeTest{kind: elementNode, wild: true}}
	mark := ""
	if a == attribute {
		wanted.test.kind, mark = attributeNode, "@"
	}
	found, err := e.step(from, wanted)
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	for _, n := range found {
		if seen[mark+e.doc.nodes[n].name.qualified()] = true; len(seen) == maxNames {
			break
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
