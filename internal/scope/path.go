package scope

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// follow returns the member of v that path leads to. A path is a sequence of
// .name, [0], ["name"] and ['name'], or else a JSONPath; whole is how v is called
// in messages.
func follow(v any, whole, path string) (any, error) {
	for path != "" {
		step, n, ok := firstStep(path)
		if !ok {
			return query(v, whole, path)
		}
		next, err := child(v, whole, step)
		if err != nil {
			return nil, err
		}
		v, whole, path = next, whole+path[:n], path[n:]
	}
	return v, nil
}

// step is a name or an index.
type step struct {
	name  string
	index int
	list  bool // index counts
}

// firstStep reads the step that a path starts with, and its length.
func firstStep(path string) (step, int, bool) {
	if path[0] == '.' {
		n := 1
		for n < len(path) && path[n] != '.' && path[n] != '[' {
			n++
		}
		return step{name: path[1:n]}, n, n > 1 && nameLength(path[1:n]) == n-1
	}
	n := bracketEnd(path)
	if n < 0 {
		return step{}, 0, false
	}
	inner := strings.TrimSpace(path[1 : n-1])
	if len(inner) > 1 && (inner[0] == '"' || inner[0] == '\'') && quotedLength(inner) == len(inner) {
		return step{name: unescape(inner[1 : len(inner)-1])}, n, true
	}
	index, err := strconv.Atoi(inner)
	return step{index: index, list: true}, n, err == nil && index >= 0
}

// unescape removes the backslashes before quotes and backslashes.
func unescape(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`).Replace(s)
}

func child(v any, whole string, s step) (any, error) {
	problem := func(summary, suggestion string) error {
		return &diag.Diagnostic{Code: diag.CodeVariable, Severity: diag.Error, Summary: summary, Suggestion: suggestion}
	}
	switch v := v.(type) {
	case map[string]any:
		name := s.name
		if s.list {
			name = strconv.Itoa(s.index)
		}
		if found, ok := v[name]; ok {
			return found, nil
		}
		names := make([]string, 0, len(v))
		for key := range v {
			names = append(names, key)
		}
		slices.Sort(names)
		suggestion := diag.DidYouMean(name, names)
		if suggestion == "" && len(names) > 0 {
			suggestion = "choose one of its members: " + strings.Join(names[:min(len(names), 10)], ", ")
		}
		return nil, problem(fmt.Sprintf("`%s` has no member `%s`", whole, name), suggestion)
	case []any:
		if !s.list {
			if index, err := strconv.Atoi(s.name); err == nil && index >= 0 {
				s = step{index: index, list: true} // a.0 is a[0]
			} else {
				return nil, problem(fmt.Sprintf("`%s` is a list and has no member `%s`", whole, s.name), "choose an element with [0]")
			}
		}
		if s.index < len(v) {
			return v[s.index], nil
		}
		return nil, problem(fmt.Sprintf("`%s` has %d elements and no element [%d]", whole, len(v), s.index), "count elements from 0")
	default:
		return nil, problem(fmt.Sprintf("`%s` is a %s and has no members", whole, value.Kind(v)), fmt.Sprintf("write `{{%s}}`", whole))
	}
}
