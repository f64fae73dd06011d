package eval

import (
	"errors"
	"strings"

	"github.com/theory/jsonpath"

	"github.com/postrider/postrider/internal/querytext"
)

// JSONPath returns the first match of an RFC 9535 query in doc. The leading
// `$` may be left out, as in VS Code's request variables: `token` and `[0].id`
// are `$.token` and `$[0].id`. A query that matches nothing is a [*Missing].
func JSONPath(doc any, path string) (any, error) {
	p, lint := parseJSONPath(querytext.Bracketed(querytext.Rooted(path)))
	if lint != nil {
		return nil, lint
	}
	matches := p.Select(doc)
	if len(matches) == 0 {
		return nil, jsonpathMissing(doc, path)
	}
	return matches[0], nil
}

func parseJSONPath(path string) (*jsonpath.Path, *Error) {
	p, err := querytext.Parse(path)
	if err != nil {
		message := strings.TrimPrefix(err.Error(), "jsonpath: ")
		e := errorf("the JSONPath `%s` cannot be read", path).detail("%s", message)
		e.cause = err
		if !strings.HasPrefix(path, "$") {
			e.suggest("write `%s`", querytext.Rooted(path))
		}
		return nil, e
	}
	if strings.Contains(path, "?") {
		for _, word := range strings.FieldsFunc(path, func(r rune) bool { return !strings.ContainsRune("0123456789.eE+-", r) }) {
			if long := longNumber(word); long != "" {
				return nil, imprecise("JSONPath", long)
			}
		}
	}
	return p, nil
}

// selectJSONPath evaluates a query: one that can match at most one node gives
// its value, any other the list of its matches.
func selectJSONPath(p *jsonpath.Path, doc any, path string) (any, error) {
	matches := p.Select(doc)
	if p.Query().Singular() == nil {
		return []any(matches), nil
	}
	if len(matches) == 0 {
		return nil, jsonpathMissing(doc, path)
	}
	return matches[0], nil
}

// segments returns where the segments of a query start, the root left out: at a
// dot or a bracket that no other bracket is around.
func segments(path string) []int {
	var starts []int
	for i := 1; i < len(path); i++ {
		switch {
		case path[i] == '[':
			starts = append(starts, i)
			if end := querytext.ClosingBracket(path, i); end >= 0 {
				i = end
			}
		case path[i] == '.' && path[i-1] != '.':
			starts = append(starts, i)
		}
	}
	return starts
}

// jsonpathMissing names the longest prefix of a query that matches.
func jsonpathMissing(doc any, path string) error {
	missing := &Missing{Path: path, Member: path, Value: doc}
	full := querytext.Rooted(path)
	starts := segments(full)
	for i := len(starts) - 1; i >= 0; i-- {
		p, err := querytext.Parse(querytext.Bracketed(full[:starts[i]]))
		if err != nil {
			continue
		}
		matches := p.Select(doc)
		if len(matches) == 0 {
			continue
		}
		next := len(full)
		if i+1 < len(starts) {
			next = starts[i+1]
		}
		segment := full[starts[i]:next]
		missing.Prefix, missing.Value = full[:starts[i]], matches[0]
		missing.Member = strings.Trim(segment, `.[]'"`)
		if filter, ok := strings.CutPrefix(segment, "[?"); ok {
			missing.Where = strings.TrimSpace(strings.TrimSuffix(filter, "]"))
			if inner, ok := strings.CutPrefix(missing.Where, "("); ok && strings.IndexByte(inner, ')') == len(inner)-1 {
				missing.Where = strings.TrimSuffix(inner, ")")
			}
		}
		break
	}
	missing.Names = memberNames(missing.Value)
	return missing
}

// missed reports whether err is that what was asked for here does not exist. A
// member that does not exist in an operand is another matter: that error has a
// place already.
func missed(err error) bool {
	_, ok := err.(*Missing)
	return ok
}

// isMissing reports whether err is a member that does not exist.
func isMissing(err error) bool {
	var missing *Missing
	return errors.As(err, &missing)
}
