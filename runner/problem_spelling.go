package runner

import (
	"maps"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// spelling suggests what unknown names of a file were probably meant to be.
type spelling struct {
	templateSpelling   *diag.Speller // of the names that templates may use
	expressionSpelling *diag.Speller // of those that expressions may use
	requestSpelling    *diag.Speller
}

func (f *file) makeSpelling() {
	f.spelling = spelling{
		templateSpelling: diag.NewSpeller(func() []string {
			var all []string
			for _, from := range f.visible() {
				all = slices.AppendSeq(all, maps.Keys(from.byName))
				all = slices.AppendSeq(all, maps.Keys(from.capturedBy))
			}
			all = slices.DeleteFunc(all, func(name string) bool { return name == computedName || name == headersName })
			slices.Sort(all)
			return append(f.static.Names(), all...)
		}),
		expressionSpelling: diag.NewSpeller(func() []string {
			all := slices.AppendSeq(slices.Collect(maps.Keys(f.names.variables)), maps.Keys(f.names.requests))
			slices.Sort(all)
			return all
		}),
		requestSpelling: diag.NewSpeller(f.requestNames),
	}
}
