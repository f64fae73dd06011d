package script

import (
	"slices"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"
)

// A script that ends itself in a `finally` takes the exception with it that was on
// its way through. So each `finally` says when it begins and ends, and with what.

// The names of what stands in a `finally`, which no script can write.
const (
	onItsWay = " caught" // a function: it notes an exception, and returns a number for it
	arrived  = " left"   // a function: it takes the number back
	tokenOf  = " token"  // a variable that holds the number
	thrown   = " thrown" // a variable that holds the exception
)

// onWay is an exception on its way through a `finally`.
type onWay struct {
	id    int64
	value goja.Value
}

// tellFinally makes
//
//	try { A } catch (x) { B } finally { C }
//
// the same that tells:
//
//	try {
//		let token;
//		try { try { A } catch (x) { B } }
//		catch (thrown) { token = caught(thrown); throw thrown }
//		finally { try { C } finally { left(token) } }
//	} finally {}
//
// It returns the statements that it makes itself.
func tellFinally(n *ast.TryStatement) []*ast.TryStatement {
	at := n.Try
	name := func(s string) *ast.Identifier { return &ast.Identifier{Name: unistring.String(s), Idx: at} }
	block := func(list ...ast.Statement) *ast.BlockStatement {
		return &ast.BlockStatement{LeftBrace: at, List: list, RightBrace: at}
	}
	tell := func(function, argument string) ast.Expression {
		return &ast.CallExpression{Callee: name(function), LeftParenthesis: at, RightParenthesis: at, ArgumentList: []ast.Expression{name(argument)}}
	}
	body := n.Body
	if n.Catch != nil {
		body = block(&ast.TryStatement{Try: at, Body: n.Body, Catch: n.Catch})
	}
	last := &ast.TryStatement{Try: at, Body: n.Finally, Finally: block(&ast.ExpressionStatement{Expression: tell(arrived, tokenOf)})}
	inner := &ast.TryStatement{
		Try: at, Body: body,
		Catch: &ast.CatchStatement{Catch: at, Parameter: name(thrown), Body: block(
			&ast.ExpressionStatement{Expression: &ast.AssignExpression{Operator: token.ASSIGN, Left: name(tokenOf), Right: tell(onItsWay, thrown)}},
			&ast.ThrowStatement{Throw: at, Argument: name(thrown)},
		)},
		Finally: block(last),
	}
	n.Body = block(&ast.LexicalDeclaration{Idx: at, Token: token.LET, List: []*ast.Binding{{Target: name(tokenOf)}}}, inner)
	n.Catch, n.Finally = nil, block()
	return []*ast.TryStatement{n, inner, last}
}

// finallies are the functions of tellFinally; nil for another name.
func (r *runtime) finallies(name string) goja.Value {
	switch name {
	case onItsWay:
		return r.function(func(c goja.FunctionCall) goja.Value { return r.vm.ToValue(r.onTheWay(c.Argument(0))) })
	case arrived:
		return r.function(func(c goja.FunctionCall) goja.Value {
			if !goja.IsUndefined(c.Argument(0)) {
				r.arrived(c.Argument(0).ToInteger())
			}
			return goja.Undefined()
		})
	}
	return nil
}

func (r *runtime) onTheWay(v goja.Value) int64 {
	r.lastOnWay++
	r.onWay = append(r.onWay, onWay{r.lastOnWay, v})
	return r.lastOnWay
}

func (r *runtime) arrived(id int64) {
	r.onWay = slices.DeleteFunc(r.onWay, func(w onWay) bool { return w.id == id })
}

// unlessLost returns the function of a promise's `finally`, which tells in the same
// way.
func (r *runtime) unlessLost(p *goja.Promise, f goja.Callable) goja.Value {
	return r.function(func(c goja.FunctionCall) goja.Value {
		if p != nil && p.State() == goja.PromiseStateRejected {
			id := r.onTheWay(p.Result())
			v, err := f(c.This, c.Arguments...)
			if !r.exited {
				r.arrived(id)
			}
			if err != nil {
				panic(rethrow(err))
			}
			return v
		}
		v, err := f(c.This, c.Arguments...)
		if err != nil {
			panic(rethrow(err))
		}
		return v
	})
}
