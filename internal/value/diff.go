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
		return path + "missing, expected " + want(d.Want)
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
				d.add(path+"["+strconv.Itoa(i)+"]", Missing, w, nil)
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
