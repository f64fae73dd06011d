package script

import (
	"slices"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
)

// assigning refuses an assertion of an assignment, which is what is assigned and
// not what the answer has.
func (i *inspector) assigning(arguments []ast.Expression) {
	for _, a := range arguments {
		if n := assignmentIn(a); n != nil {
			i.problem(i.unit.place(n), "compare with `===`", "an assertion of an assignment: it looks at what is assigned, and not at what was there")
		}
	}
}

// doubted warns of a condition that is an assignment to a member, or of a
// literal. What is kept in a variable to be used behind the condition is meant.
func (i *inspector) doubted(condition ast.Expression) {
	n := assignmentIn(condition)
	if n == nil || n.Operator != token.ASSIGN {
		return
	}
	if _, variable := n.Left.(*ast.Identifier); variable && !isLiteral(n.Right) {
		return
	}
	i.warn(i.unit.place(n), "compare with `===`", "the condition is an assignment: it looks at what is assigned, and not at what was there")
}

// assignmentIn returns the assignment whose value an expression is, or is made of;
// nil if there is none.
func assignmentIn(e ast.Expression) *ast.AssignExpression {
	switch e := e.(type) {
	case *ast.AssignExpression:
		return e
	case *ast.UnaryExpression:
		return assignmentIn(e.Operand)
	case *ast.BinaryExpression:
		if n := assignmentIn(e.Left); n != nil {
			return n
		}
		return assignmentIn(e.Right)
	case *ast.SequenceExpression:
		if len(e.Sequence) > 0 {
			return assignmentIn(e.Sequence[len(e.Sequence)-1])
		}
	case *ast.ConditionalExpression:
		if n := assignmentIn(e.Consequent); n != nil {
			return n
		}
		return assignmentIn(e.Alternate)
	}
	return nil
}

// tested notes a member that the code asks for to find out whether there is one.
func (i *inspector) tested(e ast.Expression) {
	for {
		switch x := e.(type) {
		case *ast.OptionalChain:
			e = x.Expression
			continue
		case *ast.Optional:
			e = x.Expression
			continue
		case *ast.CallExpression:
			e = x.Callee // response.json?.()
			continue
		case *ast.DotExpression:
			i.unit.tested[int(x.Identifier.Idx)-1] = true
		case *ast.BracketExpression:
			i.unit.tested[int(x.Member.Idx0())-1] = true
			i.unit.tested[int(x.LeftBracket)-1] = true
		}
		return
	}
}

// prints reports whether a call does nothing but print.
func prints(n *ast.CallExpression) bool {
	callee, ok := n.Callee.(*ast.DotExpression)
	if !ok {
		return false
	}
	of, ok := callee.Left.(*ast.Identifier)
	member := callee.Identifier.Name.String()
	return ok && (of.Name == "console" && slices.Contains(consoleMembers, member) || of.Name == "client" && member == "log")
}
