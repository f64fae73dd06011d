package eval

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/value"
)

// member returns the member of v that key names; prefix is v as written. What
// does not exist is a *Missing. A negative index counts from the end.
func member(v, key any, prefix, path string) (any, error) {
	missing := func() error {
		return &Missing{Path: path, Prefix: prefix, Member: value.Text(key), Value: v, Names: memberNames(v)}
	}
	switch v := v.(type) {
	case map[string]any:
		name, ok := key.(string)
		if !ok {
			return nil, &keyError{v, key, prefix}
		}
		if m, ok := v[name]; ok {
			return m, nil
		}
	case object:
		name, ok := key.(string)
		if !ok {
			return nil, &keyError{v, key, prefix}
		}
		if m, ok, err := v.member(name); ok || err != nil {
			return m, err
		}
	case []any:
		if _, ok := key.(string); ok {
			return nil, missing()
		}
		i, ok := value.Int(key)
		if !ok {
			return nil, &keyError{v, key, prefix}
		}
		if i < 0 {
			i += len(v)
		}
		if i >= 0 && i < len(v) {
			return v[i], nil
		}
	}
	return nil, missing()
}

func memberNames(v any) []string {
	switch v := v.(type) {
	case map[string]any:
		return slices.Sorted(maps.Keys(v))
	case object:
		return v.names()
	}
	return nil
}

// Lookup returns the member of v at a path such as `a.b[0].c` or `[0]["a b"]`,
// as templates write it. The empty path is v itself. What does not exist is a
// [*Missing].
func Lookup(v any, path string) (any, error) {
	for at := 0; at < len(path); {
		key, end, err := pathKey(path, at)
		if err != nil {
			return nil, err
		}
		name, isName := key.(string)
		if list, ok := v.([]any); ok && isName { // items.0 is items[0]
			if i, err := strconv.Atoi(name); err == nil && list != nil {
				key = i
			}
		}
		if v, err = member(v, key, path[:at], path[:end]); err != nil {
			return nil, err
		}
		at = end
	}
	return v, nil
}

// pathKey reads the step of path at offset at: `name`, `.name`, `[0]`,
// `["name"]`.
func pathKey(path string, at int) (key any, end int, err error) {
	if path[at] != '[' {
		start := at
		if path[at] == '.' {
			start++
		} else if at > 0 {
			return nil, 0, errorf("`%s` is no path: a `.` or `[` must stand before `%s`", path, path[at:])
		}
		end = len(path)
		if i := strings.IndexAny(path[start:], ".["); i >= 0 {
			end = start + i
		}
		if end == start {
			return nil, 0, errorf("the path `%s` has an empty part", path)
		}
		return path[start:end], end, nil
	}
	closed := strings.IndexByte(path[at:], ']')
	if at+1 < len(path) && (path[at+1] == '"' || path[at+1] == '\'') {
		quote := path[at+1]
		if closed = strings.Index(path[at+2:], string(quote)+"]"); closed >= 0 {
			return path[at+2 : at+2+closed], at + closed + 4, nil
		}
	}
	if closed < 0 {
		return nil, 0, errorf("`[` in the path `%s` is never closed", path)
	}
	i, err := strconv.Atoi(path[at+1 : at+closed])
	if err != nil {
		return nil, 0, errorf("`%s` in the path `%s` is no index", path[at+1:at+closed], path).
			suggest("write `[\"%s\"]` for the member of this name", path[at+1:at+closed])
	}
	return i, at + closed + 1, nil
}
