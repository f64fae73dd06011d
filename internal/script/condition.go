package script

import (
	"github.com/dop251/goja/ast"
)

// alwaysTrue refuses an assertion whose condition is a literal that is true
// whatever the answer: it could never fail. Whoever writes `true` itself means it.
func (i *inspector) alwaysTrue(name string, n *ast.CallExpression) {
	if name != "client.assert" && (name != "assert" || i.unit.api != Kulala || i.declared["assert"]) || len(n.ArgumentList) == 0 {
		return
	}
	what, suggestion := "", "write a condition, such as `response.status === 200`, and the message behind it"
	switch e := n.ArgumentList[0].(type) {
	case *ast.StringLiteral, *ast.TemplateLiteral:
		if literalText(e) != "" {
			what, suggestion = "a text", "write the condition without quotes, and the message behind it"
		}
	case *ast.NumberLiteral:
		switch v := e.Value.(type) {
		case int64:
			if v != 0 {
				what = "a number"
			}
		case float64:
			if v != 0 {
				what = "a number"
			}
		}
	case *ast.ArrayLiteral:
		what = "a list"
	case *ast.ObjectLiteral:
		what = "an object"
	case *ast.RegExpLiteral:
		what = "a regular expression"
	}
	if what != "" {
		i.problem(i.unit.place(n.ArgumentList[0]), suggestion, "the condition of `%s` is %s, which is always true: it can never fail", name, what)
	}
}
