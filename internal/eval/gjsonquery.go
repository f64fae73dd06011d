package eval

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// A query or a projection of gjson finds an empty list whether nothing matches
// or the member that it asks for is misspelt. The members are therefore looked
// for here: one that no element of a list has does not exist.

// mayHide reports whether a path has a part that can be silent about a member
// that does not exist: `#(…)`, `#.name`, `{a,b}`, `[a,b]`.
func mayHide(path string) bool {
	for i := 0; i < len(path); i++ {
		switch path[i] {
		case '{', '[':
			return true
		case '#':
			if i+1 < len(path) && (path[i+1] == '(' || path[i+1] == '.') {
				return true
			}
		}
	}
	return false
}

// proves reports whether a result shows by itself that the members of its path
// exist: a query or projection, alone in its path, has found something. Only an
// operator with a tilde finds elements without the member.
func proves(r gjson.Result, path string) bool {
	if strings.ContainsAny(path, "~@{[") || strings.Count(path, "#(")+strings.Count(path, "#.") > 1 {
		return false
	}
	return r.Raw != "[]" && r.Raw != "0"
}

// hiddenMissing returns the member of a path that no element has, or nil.
func hiddenMissing(raw []byte, path string) *Missing {
	root := gjson.ParseBytes(raw)
	h := hunt{path: path}
	if lines, ok := strings.CutPrefix(path, ".."); ok { // the document as the only line of a list of them
		root, path = gjson.Parse("["+string(raw)+"]"), lines
	}
	return h.follow([]gjson.Result{root}, path, "")
}

// hunt looks for a member of a path that does not exist.
type hunt struct{ path string }

// follow takes values the way of a path, as gjson does, and returns the first
// member on it that none of them has. At is how the values were reached.
func (h hunt) follow(values []gjson.Result, path, at string) *Missing {
	for path != "" && len(values) > 0 {
		parts, err := splitPath(path)
		if err != nil {
			return nil
		}
		head, separator := parts[0], byte(0)
		rest := ""
		if head.end < len(path) {
			separator, rest = path[head.end], path[head.end+1:]
		}
		here := at + head.text
		switch {
		case head.text == "#" && separator != '.': // how many
			return nil
		case strings.HasPrefix(head.text, "#"):
			all := elementsOf(values)
			if len(all) == 0 {
				return nil
			}
			matches := all
			if head.text != "#" {
				if m := h.query(all, head.text, at); m != nil {
					return m
				}
				matches = matching(values, head.text)
			}
			// A pipe ends what is done with each element.
			each, whole := rest, ""
			if i := pipeIn(rest); separator == '.' && i >= 0 {
				each, whole = rest[:i], rest[i+1:]
			}
			isList := head.text == "#" || strings.HasSuffix(head.text, ")#") || strings.HasSuffix(head.text, "]#")
			if isList && separator == '.' {
				if m := h.follow(matches, each, here+"."); m != nil || whole == "" {
					return m
				}
				each = head.text + "." + each
				here += "." + each
			} else {
				each, whole = head.text, rest
			}
			values, path = get(values, each), whole
		case head.text != "" && (head.text[0] == '{' || head.text[0] == '['):
			paths, _ := multipaths(head.text) // it has been read before
			for _, p := range paths {
				if m := h.follow(values, p, at); m != nil {
					return m
				}
			}
			values, path = get(values, head.text), rest
		default:
			found := get(values, head.text)
			if len(found) == 0 && head.text != "" && head.text[0] != '@' {
				return h.missing(values, head.text, at)
			}
			values, path = found, rest
		}
		at = here + string(separator)
	}
	return nil
}

// query checks the member that a query asks for.
func (h hunt) query(elements []gjson.Result, query, at string) *Missing {
	end := closing(query, 1)
	if end < 0 {
		return nil
	}
	inner := query[2:end]
	key := inner
	if i := operatorIn(inner); i >= 0 {
		key = inner[:i]
		if strings.HasSuffix(inner, "~null") || strings.HasSuffix(inner, "~*") {
			return nil // it asks whether the member exists
		}
	}
	return h.follow(elements, strings.TrimSpace(key), at+"#.")
}

func (h hunt) missing(values []gjson.Result, name, at string) *Missing {
	m := &Missing{Path: h.path, Prefix: strings.TrimRight(at, ".|"), Member: strings.ReplaceAll(name, `\`, "")}
	m.Value, _ = gjsonValue(values[0])
	for _, v := range values {
		if v.IsObject() {
			v.ForEach(func(key, _ gjson.Result) bool {
				m.Names = append(m.Names, key.String())
				return len(m.Names) < maxElementNames
			})
		}
	}
	slices.Sort(m.Names)
	m.Names = slices.Compact(m.Names)
	return m
}

// maxElementNames is how many names of members are gathered from the elements
// of a list.
const maxElementNames = 1000

func elementsOf(values []gjson.Result) []gjson.Result {
	var all []gjson.Result
	for _, v := range values {
		if v.IsArray() {
			all = append(all, v.Array()...)
		}
	}
	return all
}

// matching returns the elements that a query finds.
func matching(values []gjson.Result, query string) []gjson.Result {
	found := get(values, query)
	if strings.HasSuffix(query, "#") {
		return elementsOf(found)
	}
	return found
}

// get returns what a path finds in values.
func get(values []gjson.Result, path string) []gjson.Result {
	var found []gjson.Result
	for _, v := range values {
		if r := v.Get(path); r.Exists() {
			found = append(found, r)
		}
	}
	return found
}

// pipeIn returns where the first pipe outside of brackets is, or -1.
func pipeIn(path string) int {
	parts, err := splitPath(path)
	if err != nil {
		return -1
	}
	for _, p := range parts {
		if p.end < len(path) && path[p.end] == '|' {
			return p.end
		}
	}
	return -1
}
