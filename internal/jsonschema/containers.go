package jsonschema

import (
	"maps"
	"slices"
	"strconv"
)

// namePattern is a schema for members whose names match.
type namePattern struct {
	*pattern
	schema *node
}

// members compiles what is said about the members of objects.
func (k *keywords) members() {
	properties, names := k.object("properties")
	schemas := make(map[string]*node, len(properties))
	for _, name := range names {
		schemas[name] = k.at("properties", name)
	}
	var patterns []namePattern
	_, sources := k.object("patternProperties")
	for _, source := range sources {
		p, err := compilePattern(source)
		if err != nil {
			k.fail(k.where("patternProperties"), "%v", err)
			return
		}
		patterns = append(patterns, namePattern{p, k.at("patternProperties", source)})
	}
	var others *node
	if _, ok := k.m["additionalProperties"]; ok {
		others = k.at("additionalProperties")
	}
	if len(schemas)+len(patterns) > 0 || others != nil {
		k.add(func(r *run, in instance, seen *seen) bool {
			m, _ := in.v.(map[string]any)
			holds := true
			for _, name := range slices.Sorted(maps.Keys(m)) {
				known := false
				if n := schemas[name]; n != nil {
					known = true
					holds = r.apply(n, in.member(name), nil) && holds
				}
				for _, p := range patterns {
					if p.matches(name) {
						known = true
						holds = r.apply(p.schema, in.member(name), nil) && holds
					}
				}
				if !known && others != nil {
					known = true
					holds = r.apply(others, in.member(name), nil) && holds
				}
				if known && r.track {
					seen.member(name)
				}
				if !holds && r.quiet {
					return false
				}
			}
			return holds
		})
	}
	if k.has("propertyNames", draft6) {
		n := k.at("propertyNames")
		k.add(func(r *run, in instance, _ *seen) bool {
			m, _ := in.v.(map[string]any)
			holds := true
			for _, name := range slices.Sorted(maps.Keys(m)) {
				holds = r.apply(n, instance{v: name, at: &place{in.at, name, -1}, name: true}, nil) && holds
			}
			return holds
		})
	}
	k.dependencies()
}

// dependencies compiles what holds if an object has a certain member. The
// keyword of the older drafts is understood in the newer ones too, as their
// meta-schemas have it.
func (k *keywords) dependencies() {
	depend := func(name string, n *node) {
		k.n.inPlace = append(k.n.inPlace, n)
		k.add(func(r *run, in instance, seen *seen) bool {
			m, _ := in.v.(map[string]any)
			if _, has := m[name]; !has {
				return true
			}
			return r.apply(n, in, seen)
		})
	}
	if k.has("dependentSchemas", draft2019) {
		_, names := k.object("dependentSchemas")
		for _, name := range names {
			depend(name, k.at("dependentSchemas", name))
		}
	}
	m, names := k.object("dependencies")
	for _, name := range names {
		if _, isList := m[name].([]any); isList {
			where := k.where("dependencies") + "/" + pointerEscape.Replace(name)
			k.require(where, k.names(where, m[name]), &name)
		} else {
			depend(name, k.at("dependencies", name))
		}
	}
}

// elements compiles what is said about the elements of lists.
func (k *keywords) elements() {
	var first []*node // for the elements at the start
	var rest *node    // for those behind
	if k.dialect.draft == draft2020 {
		first = k.list("prefixItems", false)
		if _, ok := k.m["items"]; ok {
			rest = k.at("items")
		}
	} else if _, isList := k.m["items"].([]any); isList {
		first = k.list("items", false)
		if _, ok := k.m["additionalItems"]; ok {
			rest = k.at("additionalItems")
		}
	} else if _, ok := k.m["items"]; ok {
		rest = k.at("items")
	}
	if first != nil || rest != nil {
		k.add(func(r *run, in instance, seen *seen) bool {
			l, ok := in.v.([]any)
			if !ok {
				return true
			}
			holds := true
			for i := range l {
				n := rest
				if i < len(first) {
					n = first[i]
				}
				if n != nil {
					holds = r.apply(n, in.element(i), nil) && holds
				}
				if !holds && r.quiet {
					return false
				}
			}
			seen.first = max(seen.first, min(len(first), len(l)))
			seen.allItems = seen.allItems || rest != nil
			return holds
		})
	}
	if k.has("contains", draft6) {
		k.contains()
	}
}

func (k *keywords) contains() {
	n := k.at("contains")
	least, most := 1, -1
	if k.dialect.draft >= draft2019 && k.dialect.has("validation") {
		if i := k.count("minContains"); i >= 0 {
			least = i
		}
		most = k.count("maxContains")
	}
	where := k.where("contains")
	expected := "at least " + strconv.Itoa(least) + " elements that fit " + where
	if least == 1 {
		expected = "an element that fits " + where
	}
	marks := k.dialect.draft == draft2020
	k.add(func(r *run, in instance, seen *seen) bool {
		l, ok := in.v.([]any)
		if !ok {
			return true
		}
		fitting := 0
		for i := range l {
			if r.holds(n, in.element(i), nil) {
				if fitting++; marks && r.track {
					seen.item(i)
				}
			}
		}
		if fitting < least {
			return r.failed(Violation{Expected: expected, Found: fitting, Where: where}, in)
		}
		if most >= 0 && fitting > most {
			return r.failed(Violation{Expected: "at most " + strconv.Itoa(most) + " elements that fit " + where, Found: fitting, Where: where}, in)
		}
		return true
	})
}

// unevaluated compiles the keywords about what no other keyword has looked at.
func (k *keywords) unevaluated() {
	if _, ok := k.m["unevaluatedItems"]; ok {
		k.track = true
		n := k.at("unevaluatedItems")
		k.n.last = append(k.n.last, func(r *run, in instance, seen *seen) bool {
			l, ok := in.v.([]any)
			if !ok || seen.allItems {
				return true
			}
			holds := true
			for i := min(seen.first, len(l)); i < len(l); i++ {
				if !seen.items[i] {
					holds = r.apply(n, in.element(i), nil) && holds
				}
			}
			seen.allItems = true
			return holds
		})
	}
	if _, ok := k.m["unevaluatedProperties"]; ok {
		k.track = true
		n := k.at("unevaluatedProperties")
		k.n.last = append(k.n.last, func(r *run, in instance, seen *seen) bool {
			m, ok := in.v.(map[string]any)
			if !ok || seen.allMembers {
				return true
			}
			holds := true
			for _, name := range slices.Sorted(maps.Keys(m)) {
				if !seen.members[name] {
					holds = r.apply(n, in.member(name), nil) && holds
				}
			}
			seen.allMembers = true
			return holds
		})
	}
}
