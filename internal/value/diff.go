package value

import (
	"maps"
	"slices"
	"strconv"
)

// Change says how a part of a document differs.
type Change uint8

// Changes.
const (
	Changed Change = iota // both documents have it, with different values
	Missing               // only the wanted document has it
	Extra                 // only the one that was got has it
)

// Difference is one place where two documents differ.
type Difference struct {
	Path      string // in the syntax of expressions: `.items[0].id`; empty for the documents themselves
	Change    Change
	Want, Got any // Got is nil if Missing, Want is nil if Extra

	// Near is the element of the list that comes nearest to one that is missing
	// from it; the differences of the two follow. Empty for none.
	Near string
}

// String describes the difference in one line, with the values whole.
func (d Difference) String() string { return d.Describe(Format, Format) }

// Describe is String with values as want and got render them, so that a caller
// can mask and shorten them.
func (d Difference) Describe(want, got func(v any) string) string {
	path := d.Path
	if path != "" {
		path += ": "
	}
	switch d.Change {
	case Missing:
		near := ""
		if d.Near != "" {
			near = "; the nearest is " + d.Near
		}
		return path + "missing, expected " + want(d.Want) + near
	case Extra:
		return path + "not expected, found " + got(d.Got)
	default:
		return path + "expected " + want(d.Want) + ", found " + got(d.Got)
	}
}

// maxDifferences bounds a list of differences: after the first dozen nobody
// reads on.
const maxDifferences = 12

// Diff returns where got differs from want, in the order of the document and
// at most a dozen places. Lists are compared element by element.
func Diff(want, got any) []Difference {
	var d differ
	d.compare("", want, got)
	return d.found
}

// DiffSubset returns what of subset got does not include: objects may have
// further members, and an element of a list may stand anywhere in the other.
// It is empty if and only if [Includes] is true.
func DiffSubset(subset, got any) []Difference {
	d := differ{subset: true}
	d.compare("", subset, got)
	return d.found
}

// Includes reports whether actual includes subset: every member of its objects
// with an included value, every element of its lists in some element, and
// everything else equal.
func Includes(actual, subset any) bool {
	switch want := subset.(type) {
	case map[string]any:
		got, ok := actual.(map[string]any)
		if !ok {
			return false
		}
		for name, w := range want {
			if g, ok := got[name]; !ok || !Includes(g, w) {
				return false
			}
		}
		return true
	case []any:
		got, ok := actual.([]any)
		return ok && !slices.ContainsFunc(want, func(w any) bool { return !includedIn(got, w) })
	}
	return equal(actual, subset)
}

func includedIn(list []any, subset any) bool {
	return slices.ContainsFunc(list, func(v any) bool { return Includes(v, subset) })
}

type differ struct {
	subset bool
	found  []Difference
}

func (d *differ) add(path string, change Change, want, got any) {
	if len(d.found) < maxDifferences {
		d.found = append(d.found, Difference{Path: path, Change: change, Want: want, Got: got})
	}
}

func (d *differ) compare(path string, want, got any) {
	if len(d.found) >= maxDifferences {
		return
	}
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			d.objects(path, w, g)
			return
		}
	case []any:
		if g, ok := got.([]any); ok {
			d.lists(path, w, g)
			return
		}
	}
	if !equal(want, got) {
		d.add(path, Changed, want, got)
	}
}

func (d *differ) objects(path string, want, got map[string]any) {
	names := slices.AppendSeq(slices.Collect(maps.Keys(want)), maps.Keys(got))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		w, wanted := want[name]
		g, found := got[name]
		at := Member(path, name)
		switch {
		case wanted && found:
			d.compare(at, w, g)
		case wanted:
			d.add(at, Missing, w, nil)
		case !d.subset:
			d.add(at, Extra, nil, g)
		}
	}
}

func (d *differ) lists(path string, want, got []any) {
	if d.subset {
		for i, w := range want {
			if !includedIn(got, w) {
				d.notIncluded(path, i, w, got)
			}
		}
		return
	}
	for i := range max(len(want), len(got)) {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch {
		case i >= len(got):
			d.add(at, Missing, want[i], nil)
		case i >= len(want):
			d.add(at, Extra, nil, got[i])
		default:
			d.compare(at, want[i], got[i])
		}
		if len(d.found) >= maxDifferences {
			return
		}
	}
}

// maxNear bounds the elements among which the nearest one is looked for.
const maxNear = 1000

// notIncluded adds that no element of a list includes w, and how the nearest one
// differs, if some of it is the same.
func (d *differ) notIncluded(path string, i int, w any, got []any) {
	if len(d.found) >= maxDifferences {
		return
	}
	missing := Difference{Path: path + "[" + strconv.Itoa(i) + "]", Change: Missing, Want: w}
	var nearest []Difference
	if members, ok := w.(map[string]any); ok {
		for j, g := range got[:min(len(got), maxNear)] {
			if _, ok := g.(map[string]any); !ok {
				continue
			}
			at := path + "[" + strconv.Itoa(j) + "]"
			other := differ{subset: true}
			other.compare(at, w, g)
			if len(other.found) < len(members) && (nearest == nil || len(other.found) < len(nearest)) {
				missing.Near, nearest = at, other.found
			}
		}
	}
	d.found = append(d.found, missing)
	d.found = append(d.found, nearest[:min(len(nearest), maxDifferences-len(d.found))]...)
}
