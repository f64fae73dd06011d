package jsonschema

import (
	"slices"
	"strconv"
	"strings"
)

// combinations compiles the keywords that apply schemas to the same value.
func (k *keywords) combinations() {
	for _, n := range k.list("allOf", true) {
		k.add(func(r *run, in instance, seen *seen) bool { return r.apply(n, in, seen) })
	}
	if nodes := k.list("anyOf", true); nodes != nil {
		where := k.where("anyOf")
		k.add(func(r *run, in instance, seen *seen) bool {
			holds := false
			for _, n := range nodes {
				if r.holds(n, in, seen) {
					if holds = true; !r.track {
						break
					}
				}
			}
			return holds || r.noneOf(nodes, where, in)
		})
	}
	if nodes := k.list("oneOf", true); nodes != nil {
		where := k.where("oneOf")
		k.add(func(r *run, in instance, seen *seen) bool {
			var fitting []string
			for i, n := range nodes {
				if r.holds(n, in, seen) {
					fitting = append(fitting, strconv.Itoa(i))
				}
			}
			switch len(fitting) {
			case 0:
				return r.noneOf(nodes, where, in)
			case 1:
				return true
			}
			return r.fail(in, where, "a value that fits one of "+where+" alone, and this fits "+strings.Join(fitting, " and "))
		})
	}
	if _, ok := k.m["not"]; ok {
		n, where := k.inPlace("not"), k.where("not")
		k.add(func(r *run, in instance, _ *seen) bool {
			return !r.holds(n, in, nil) && r.err == nil || r.fail(in, where, "a value that does not fit "+where)
		})
	}
	if k.has("if", draft7) {
		k.conditional()
	}
}

func (k *keywords) conditional() {
	condition := k.inPlace("if")
	var branches [2]*node
	for i, keyword := range [2]string{"then", "else"} {
		if _, ok := k.m[keyword]; ok {
			branches[i] = k.inPlace(keyword)
		}
	}
	k.add(func(r *run, in instance, seen *seen) bool {
		branch := branches[1]
		if r.holds(condition, in, seen) {
			branch = branches[0]
		}
		return branch == nil || r.apply(branch, in, seen)
	})
}

// noneOf tells why none of several schemas holds. If they differ in the type or
// the value that they ask for, these are listed; else the one that is nearest to
// the value is explained.
func (r *run) noneOf(nodes []*node, where string, in instance) bool {
	if r.quiet || r.err != nil {
		return false
	}
	var nearest []Violation
	var asked []string
	for _, n := range nodes {
		why := r.violations(n, in)
		if len(why) == 1 && why[0].Path == in.at.String() && why[0].Expected != "" && !why[0].Name {
			if !slices.Contains(asked, why[0].Expected) {
				asked = append(asked, why[0].Expected)
			}
			if isShape(why[0]) {
				continue // the value was not meant to fit this one
			}
		}
		if nearest == nil || distance(why) < distance(nearest) {
			nearest = why
		}
	}
	if nearest == nil || len(nearest) == 1 && len(asked) == len(nodes) {
		expected := strings.Join(asked, ", or ")
		if expected == "" {
			expected = "a value that fits one of " + where
		}
		return r.fail(in, where, expected)
	}
	r.found = append(r.found, nearest[:min(len(nearest), maxViolations-min(len(r.found), maxViolations))]...)
	return false
}

// isShape reports whether a violation says that a value is another one
// altogether.
func isShape(v Violation) bool {
	return strings.HasSuffix(v.Where, "/type") || strings.HasSuffix(v.Where, "/const") || strings.HasSuffix(v.Where, "/enum")
}

// distance is how far a value is from a schema: by how much it breaks, where
// another value than the one asked for weighs more, because it often tells the
// kinds of objects apart.
func distance(why []Violation) int {
	d := len(why)
	for _, v := range why {
		if strings.HasSuffix(v.Where, "/const") || strings.HasSuffix(v.Where, "/enum") {
			d += 2
		}
	}
	return d
}
