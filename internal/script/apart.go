package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
)

// takenApart notes what a declaration reads that takes an object of the API apart,
// such as `const {body} = response`. It reports false, and notes nothing, for one of
// which it cannot tell.
func (i *inspector) takenApart(b *ast.Binding) bool {
	pattern, ok := b.Target.(*ast.ObjectPattern)
	name, isName := b.Initializer.(*ast.Identifier)
	if !ok || !isName || pattern.Rest != nil || !slices.Contains([]string{"response", "client", "request"}, name.Name.String()) {
		return false
	}
	var members []string
	for _, p := range pattern.Properties {
		switch p := p.(type) {
		case *ast.PropertyShort:
			members = append(members, p.Name.Name.String())
		case *ast.PropertyKeyed:
			key := literalText(p.Key)
			if p.Computed || key == "" {
				return false
			}
			members = append(members, key)
		default:
			return false
		}
	}
	walk(pattern, i.visit)
	for _, member := range members {
		i.readPath([]string{name.Name.String(), member}, b.Initializer)
	}
	return true
}

// readsBody notes that an assertion of another tool reads the body of itself.
func (i *inspector) readsBody(assertion string) {
	_, member, _ := strings.Cut(strings.TrimPrefix(assertion, "client."), ".")
	if slices.Contains([]string{"responseBody", "hasResponseBody", "hasNoResponseBody", "bodyHas", "jsonHas", "responseHas"}, member) {
		i.program.facts.Body = true
	}
}
