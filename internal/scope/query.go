package scope

import (
	"fmt"
	"strings"

	"github.com/theory/jsonpath"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/querytext"
)

// Roots that hold all variables: {{$.users..name}} is {{users..name}} (JetBrains),
// and {{$global.user}} is {{user}} (httpYac).
const (
	queryRoot  = "$."
	globalRoot = "$global."
)

// IsQuery reports whether a template may stand for any number of values: a path
// into a variable with a wildcard, a slice, a filter or a descent, such as
// users[*].name, users..name or $.users..name (JetBrains, kulala). A request that
// holds one is sent once for each value.
func IsQuery(expr string) bool {
	expr, rooted := VariablePath(expr)
	if class := Classify(expr); !rooted && class != Name && class != Reference {
		return false
	}
	i := strings.IndexByte(expr, '[')
	if dots := strings.Index(expr, ".."); dots > 0 && (i < 0 || dots < i) {
		i = dots
	}
	if stars := strings.Index(expr, ".*"); stars > 0 && (i < 0 || stars < i) {
		i = stars
	}
	if i <= 0 {
		return false
	}
	parsed, err := querytext.Parse("$" + expr[i:])
	return err == nil && parsed.Query().Singular() == nil
}

// VariablePath returns a template without the root that holds all variables, and
// whether it had one: its head is then a variable, and no request.
func VariablePath(expr string) (path string, rooted bool) {
	expr = strings.TrimSpace(expr)
	if path, rooted = strings.CutPrefix(expr, globalRoot); rooted {
		return path, rooted
	}
	return strings.CutPrefix(expr, queryRoot)
}

// query returns what a JSONPath leads to: the list of its matches, or for one
// that leads to one place what stands there (RFC 9535).
func query(v any, whole, path string) (any, error) {
	parsed, err := parseQuery(whole, path)
	if err != nil {
		return nil, err
	}
	matches := parsed.Select(v)
	if parsed.Query().Singular() == nil {
		return []any(matches), nil
	}
	if len(matches) == 0 {
		return nil, &diag.Diagnostic{
			Code: diag.CodeVariable, Severity: diag.Error,
			Summary:    fmt.Sprintf("`%s` has nothing at `%s`", whole, path),
			Suggestion: "write the path to a value that is there",
		}
	}
	return matches[0], nil
}

func parseQuery(whole, path string) (*jsonpath.Path, error) {
	parsed, err := querytext.Parse("$" + path)
	if err != nil {
		return nil, &diag.Diagnostic{
			Code: diag.CodeVariable, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` cannot be followed into the variable `%s`", path, whole),
			Detail: "expected .name, [0] and [\"name\"], or a JSONPath such as [*].name: " +
				strings.TrimPrefix(err.Error(), "jsonpath: "),
			Suggestion: "write such a path",
		}
	}
	return parsed, nil
}
