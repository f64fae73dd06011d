package script

import (
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// alwaysTrue refuses an assertion whose condition is true whatever the answer,
// because it is a literal, or has one as an alternative, as in
// `status === 200 || 409`: it could never fail. Whoever writes `true` itself means it.
func (i *inspector) alwaysTrue(name string, n *ast.CallExpression) {
	if name != "client.assert" && (name != "assert" || i.unit.api != Kulala || i.declared["assert"]) || len(n.ArgumentList) == 0 {
		return
	}
	condition := n.ArgumentList[0]
	what, at := trueLiteral(condition)
	suggestion := "write a condition, such as `response.status === 200`, and the message behind it"
	switch {
	case at == nil:
		return
	case at != condition:
		i.problem(i.unit.place(at), "compare it with something, such as `response.status`",
			"a part of the condition of `%s` is %s, which is always true: it can never fail", name, what)
		return
	case what == "a text":
		suggestion = "write the condition without quotes, and the message behind it"
	}
	i.problem(i.unit.place(at), suggestion, "the condition of `%s` is %s, which is always true: it can never fail", name, what)
}

// trueLiteral returns the literal that makes a condition true whatever the rest of it
// is, and what it is; nil if there is none.
func trueLiteral(e ast.Expression) (what string, at ast.Expression) {
	switch e := e.(type) {
	case *ast.BinaryExpression:
		left, found := trueLiteral(e.Left)
		right, other := trueLiteral(e.Right)
		switch e.Operator {
		case token.LOGICAL_OR:
			if other != nil { // the left one is most likely what was meant
				return right, other
			}
			return left, found
		case token.LOGICAL_AND:
			if found != nil && other != nil {
				return left, found
			}
		}
		return "", nil
	case *ast.StringLiteral, *ast.TemplateLiteral:
		if literalText(e) != "" {
			what = "a text"
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
	if what == "" {
		return "", nil
	}
	return what, e
}
