package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/unistring"
)

// Some of the syntax makes much in a single instruction of the engine: `...` makes
// each character of a text an element, and a template all of its texts one. What is
// compiled instead does so piece by piece, or asks first.

// spreading is the name of the function that `...` asks, which no script can write.
const spreading = " ..."

// maxJoined is how many values an instruction joins to a text.
const maxJoined = 4

// guardSyntax changes the tree of a unit so that no instruction makes too much of
// it, and notes whether it may put lists into each other again and again: it repeats
// something, or has a list in two places of another.
func (c *compiler) guardSyntax(u *unit) {
	var told []*ast.TryStatement
	walk(u.tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TryStatement:
			if n.Finally != nil && !slices.Contains(told, n) {
				told = append(told, tellFinally(n)...)
			}
		case *ast.ForStatement, *ast.ForInStatement, *ast.ForOfStatement, *ast.WhileStatement, *ast.DoWhileStatement:
			c.program.nests = true
		case *ast.ArrayLiteral:
			c.program.nests = c.program.nests || repeats(n.Value)
		case *ast.SpreadElement:
			at := n.Expression.Idx0()
			n.Expression = &ast.CallExpression{
				Callee:          &ast.Identifier{Name: spreading, Idx: at},
				LeftParenthesis: at, RightParenthesis: n.Expression.Idx1() - 1,
				ArgumentList: []ast.Expression{n.Expression},
			}
		case *ast.TemplateLiteral:
			if n.Tag == nil {
				divide(n)
			}
		}
		return true
	})
}

// repeats reports whether a name is in a list twice.
func repeats(list []ast.Expression) bool {
	seen := map[unistring.String]bool{}
	for _, e := range list {
		if name, ok := e.(*ast.Identifier); ok {
			if seen[name.Name] {
				return true
			}
			seen[name.Name] = true
		}
	}
	return false
}

// divide makes a template of many values one of templates.
func divide(t *ast.TemplateLiteral) {
	for len(t.Expressions) > maxJoined {
		all := *t
		t.Expressions, t.Elements = nil, nil
		for from := 0; from < len(all.Expressions); from += maxJoined {
			to := min(from+maxJoined, len(all.Expressions))
			part := &ast.TemplateLiteral{
				OpenQuote: all.OpenQuote, CloseQuote: all.CloseQuote,
				Elements:    append(append([]*ast.TemplateElement{}, all.Elements[from:to]...), &ast.TemplateElement{Valid: true}),
				Expressions: all.Expressions[from:to],
			}
			t.Elements = append(t.Elements, &ast.TemplateElement{Valid: true})
			t.Expressions = append(t.Expressions, part)
		}
		t.Elements = append(t.Elements, all.Elements[len(all.Expressions)])
	}
}

// hidden returns a function that stands for a piece of syntax; nil for a name that
// a script can write.
func (r *runtime) hidden(name string) goja.Value {
	switch {
	case name == "" || name[0] != ' ':
		return nil
	case name == onItsWay, name == arrived:
		return r.finallies(name)
	case name != spreading:
		return r.operator(name)
	case r.spreads == nil:
		r.spreads = r.function(func(c goja.FunctionCall) goja.Value {
			r.boundText("...", c.Argument(0))
			return c.Argument(0)
		})
	}
	return r.spreads
}
