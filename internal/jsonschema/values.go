package jsonschema

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/value"
)

// typeNames are the types of JSON Schema as messages call them.
var typeNames = [...]struct{ name, shown string }{
	{"null", "nil"}, {"boolean", "a boolean"}, {"number", "a number"}, {"integer", "an integer"},
	{"string", "text"}, {"array", "a list"}, {"object", "an object"},
}

func (k *keywords) isType(name string, v any) bool {
	switch name {
	case "null":
		return v == nil
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "number":
		return value.IsNumber(v)
	case "integer":
		if n, ok := v.(value.Number); ok && k.dialect.draft == draft4 {
			return !strings.ContainsAny(string(n), ".eE") // 1.0 is none there
		}
		return value.IsInteger(v)
	case "string":
		_, ok := v.(string)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	}
	_, ok := v.(map[string]any)
	return ok
}

// anyValue compiles type, enum and const.
func (k *keywords) anyValue() {
	if v, ok := k.m["type"]; ok {
		names := []string{}
		if name, isText := v.(string); isText {
			names = append(names, name)
		} else {
			names = k.names(k.where("type"), v)
		}
		var shown []string
		for _, name := range names {
			i := slices.IndexFunc(typeNames[:], func(t struct{ name, shown string }) bool { return t.name == name })
			if i < 0 {
				k.fail(k.where("type"), "`%s` is no type", name)
				return
			}
			shown = append(shown, typeNames[i].shown)
		}
		where, expected := k.where("type"), strings.Join(shown, " or ")
		k.add(func(r *run, in instance, _ *seen) bool {
			return slices.ContainsFunc(names, func(name string) bool { return k.isType(name, in.v) }) || r.fail(in, where, expected)
		})
	}
	if k.has("const", draft6) {
		want := k.m["const"]
		where, expected := k.where("const"), value.Format(want)
		k.add(func(r *run, in instance, _ *seen) bool { return same(in.v, want) || r.fail(in, where, expected) })
	}
	if v, ok := k.m["enum"]; ok {
		l, isList := v.([]any)
		if !isList {
			k.fail(k.where("enum"), "expected a list, found %s", article(v))
			return
		}
		where, expected := k.where("enum"), oneOf(l)
		keys := make(map[string]bool, len(l))
		for _, e := range l {
			keys[value.Key(e)] = true
		}
		k.add(func(r *run, in instance, _ *seen) bool { return keys[value.Key(in.v)] || r.fail(in, where, expected) })
	}
}

// same reports whether two values are equal.
func same(a, b any) bool {
	ok, err := value.Equal(a, b)
	return ok && err == nil
}

// shownValues is how many values of an enumeration a message lists.
const shownValues = 12

func oneOf(l []any) string {
	var shown []string
	for _, v := range l[:min(len(l), shownValues)] {
		shown = append(shown, value.Format(v))
	}
	text := strings.Join(shown, ", ")
	switch {
	case len(l) == 0:
		return "nothing: the list of values is empty"
	case len(l) > shownValues:
		text += " and " + strconv.Itoa(len(l)-shownValues) + " more"
	}
	if len(l) == 1 {
		return text
	}
	return "one of " + text
}

// numbers compiles the limits of numbers.
func (k *keywords) numbers() {
	limit := func(keyword string) (any, bool) {
		v, ok := k.m[keyword]
		if ok && !value.IsNumber(v) {
			k.fail(k.where(keyword), "expected a number, found %s", article(v))
			return nil, false
		}
		return v, ok
	}
	compare := func(keyword, expected string, limit any, holds func(order int) bool) {
		where := k.where(keyword)
		expected += value.Format(limit)
		k.add(func(r *run, in instance, _ *seen) bool {
			if !value.IsNumber(in.v) {
				return true
			}
			order, err := value.Compare(in.v, limit)
			return err == nil && holds(order) || r.fail(in, where, expected)
		})
	}
	atLeast, above := func(o int) bool { return o >= 0 }, func(o int) bool { return o > 0 }
	atMost, below := func(o int) bool { return o <= 0 }, func(o int) bool { return o < 0 }
	exclusive := func(keyword string) bool { return k.dialect.draft == draft4 && k.m[keyword] == true }
	if v, ok := limit("minimum"); ok {
		if exclusive("exclusiveMinimum") {
			compare("minimum", "a number above ", v, above)
		} else {
			compare("minimum", "a number from ", v, atLeast)
		}
	}
	if v, ok := limit("maximum"); ok {
		if exclusive("exclusiveMaximum") {
			compare("maximum", "a number below ", v, below)
		} else {
			compare("maximum", "a number up to ", v, atMost)
		}
	}
	if k.dialect.draft >= draft6 {
		if v, ok := limit("exclusiveMinimum"); ok {
			compare("exclusiveMinimum", "a number above ", v, above)
		}
		if v, ok := limit("exclusiveMaximum"); ok {
			compare("exclusiveMaximum", "a number below ", v, below)
		}
	}
	if v, ok := limit("multipleOf"); ok {
		if order, _ := value.Compare(v, 0); order <= 0 {
			k.fail(k.where("multipleOf"), "expected a number above 0, found %s", value.Format(v))
			return
		}
		where, expected := k.where("multipleOf"), "a multiple of "+value.Format(v)
		k.add(func(r *run, in instance, _ *seen) bool {
			return !value.IsNumber(in.v) || value.IsMultiple(in.v, v) || r.fail(in, where, expected)
		})
	}
}

// texts compiles pattern and the length of texts.
func (k *keywords) texts() {
	k.size("minLength", "maxLength", "character", func(v any) (int, bool) {
		s, ok := v.(string)
		return utf8.RuneCountInString(s), ok
	})
	source, ok := k.text("pattern")
	if !ok {
		return
	}
	p, err := compilePattern(source)
	if err != nil {
		k.fail(k.where("pattern"), "%v", err)
		return
	}
	where, expected := k.where("pattern"), "text that matches "+value.Format(source)
	k.add(func(r *run, in instance, _ *seen) bool {
		s, ok := in.v.(string)
		return !ok || p.matches(s) || r.fail(in, where, expected)
	})
}

// counts compiles the size of lists and objects, uniqueItems and what must be
// there.
func (k *keywords) counts() {
	k.size("minItems", "maxItems", "element", func(v any) (int, bool) { l, ok := v.([]any); return len(l), ok })
	k.size("minProperties", "maxProperties", "member", func(v any) (int, bool) { m, ok := v.(map[string]any); return len(m), ok })
	if k.m["uniqueItems"] == true {
		where := k.where("uniqueItems")
		k.add(func(r *run, in instance, _ *seen) bool {
			l, _ := in.v.([]any)
			first := make(map[string]int, len(l))
			for i, e := range l {
				if !r.work(size(e)) {
					return false
				}
				key := value.Key(e)
				if j, repeated := first[key]; repeated {
					return r.fail(in.element(i), where, "an element other than ["+strconv.Itoa(j)+"]")
				}
				first[key] = i
			}
			return true
		})
	}
	if v, ok := k.m["required"]; ok {
		k.require(k.where("required"), k.names(k.where("required"), v), nil)
	}
	if k.has("dependentRequired", draft2019) {
		m, names := k.object("dependentRequired")
		for _, name := range names {
			where := k.where("dependentRequired") + "/" + pointerEscape.Replace(name)
			k.require(where, k.names(where, m[name]), &name)
		}
	}
}

// size compiles a pair of keywords about how many of something there are.
func (k *keywords) size(least, most, noun string, count func(v any) (int, bool)) {
	one := func(keyword, expected string, limit int, holds func(n int) bool) {
		where := k.where(keyword)
		expected += strconv.Itoa(limit) + " " + noun
		if limit != 1 {
			expected += "s"
		}
		k.add(func(r *run, in instance, _ *seen) bool {
			n, ok := count(in.v)
			return !ok || holds(n) || r.failed(Violation{Expected: expected, Found: n, Where: where}, in)
		})
	}
	if n := k.count(least); n > 0 {
		one(least, "at least ", n, func(found int) bool { return found >= n })
	}
	if n := k.count(most); n >= 0 {
		one(most, "at most ", n, func(found int) bool { return found <= n })
	}
}

// require compiles that an object has members, if it has a certain one; a nil
// condition is none.
func (k *keywords) require(where string, names []string, condition *string) {
	k.add(func(r *run, in instance, _ *seen) bool {
		m, ok := in.v.(map[string]any)
		if ok && condition != nil {
			_, ok = m[*condition]
		}
		if !ok {
			return true
		}
		holds := true
		for _, name := range names {
			if _, has := m[name]; !has {
				holds = r.failed(Violation{Change: value.Missing, Where: where}, instance{at: &place{in.at, name, -1}})
			}
		}
		return holds
	})
}
