package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// handsOver notes a call that does nothing with its arguments but to keep or to
// print them.
func (i *inspector) handsOver(path []string, n *ast.CallExpression) {
	object, method := strings.Join(path[:len(path)-1], "."), path[len(path)-1]
	tier, isStore := stores[object]
	prints := object == "console" || object == "client" && method == "log"
	keeps := isStore && method == "set" && (tier == Global || tier == OfRequest)
	if !(prints || keeps) || !slices.ContainsFunc(n.ArgumentList, func(e ast.Expression) bool { return !isLiteral(e) }) {
		return
	}
	for _, a := range n.ArgumentList {
		if !isPlain(a) {
			return
		}
	}
	i.unit.handings = append(i.unit.handings, handing{span: i.unit.place(n).Span, of: path[0], prints: prints})
}

// assignsOver notes an assignment that does nothing but to set a variable of
// httpYac.
func (i *inspector) assignsOver(n *ast.AssignExpression) {
	left, ok := n.Left.(*ast.DotExpression)
	if !ok || n.Operator != token.ASSIGN || !isPlain(n.Right) || i.unit.module {
		return
	}
	object, ok := left.Left.(*ast.Identifier)
	if !ok || object.Name != "exports" && object.Name != "$global" {
		return
	}
	i.unit.handings = append(i.unit.handings, handing{span: i.unit.place(n).Span, of: object.Name.String(), export: object.Name == "exports"})
}

// settleHandings drops the calls and assignments of what the unit declares itself,
// or may do so: that does anything with a value. It drops the assignments to exports
// of a script that reads them itself, too.
func (i *inspector) settleHandings() {
	i.unit.handings = slices.DeleteFunc(i.unit.handings, func(h handing) bool {
		return h.export && i.readsExports || i.declared[h.of] || i.shadows
	})
}

func isLiteral(e ast.Expression) bool {
	switch e.(type) {
	case *ast.StringLiteral, *ast.NumberLiteral, *ast.BooleanLiteral, *ast.NullLiteral:
		return true
	}
	return false
}

// isPlain reports whether an expression is made of literals and members, and of
// texts put together from them: it calls nothing, and decides nothing.
func isPlain(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.Identifier:
		return true
	case *ast.DotExpression:
		return isPlain(e.Left)
	case *ast.BracketExpression:
		return isLiteral(e.Member) && isPlain(e.Left)
	case *ast.OptionalChain:
		return isPlain(e.Expression)
	case *ast.Optional:
		return isPlain(e.Expression)
	case *ast.BinaryExpression:
		return e.Operator == token.PLUS && isPlain(e.Left) && isPlain(e.Right)
	case *ast.TemplateLiteral:
		return e.Tag == nil && !slices.ContainsFunc(e.Expressions, func(x ast.Expression) bool { return !isPlain(x) })
	}
	return isLiteral(e)
}
