package script

import "github.com/dop251/goja/ast"

// walk calls visit for a node and all below it, in the order of the text. Below
// a node for which visit reports false it does not go. It is called with
// neither nil nor what only wraps another node.
func walk(n ast.Node, visit func(ast.Node) bool) {
	w := walker{visit}
	w.node(n)
}

type walker struct{ visit func(ast.Node) bool }

func (w walker) expression(e ast.Expression) {
	if e != nil {
		w.node(e)
	}
}

func (w walker) statement(s ast.Statement) {
	if s != nil {
		w.node(s)
	}
}

func (w walker) expressions(list []ast.Expression) {
	for _, e := range list {
		w.expression(e)
	}
}

func (w walker) statements(list []ast.Statement) {
	for _, s := range list {
		w.statement(s)
	}
}

func (w walker) bindings(list []*ast.Binding) {
	for _, b := range list {
		w.node(b)
	}
}

func (w walker) block(b *ast.BlockStatement) {
	if b != nil {
		w.node(b)
	}
}

func (w walker) parameters(p *ast.ParameterList) {
	if p != nil {
		w.bindings(p.List)
		w.expression(p.Rest)
	}
}

func (w walker) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.OptionalChain:
		w.expression(n.Expression)
		return
	case *ast.Optional:
		w.expression(n.Expression)
		return
	}
	if !w.visit(n) {
		return
	}
	if !w.expressionNode(n) {
		w.statementNode(n)
	}
}

// expressionNode goes below an expression, and reports whether n is one.
func (w walker) expressionNode(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Binding:
		w.expression(n.Target)
		w.expression(n.Initializer)
	case *ast.YieldExpression:
		w.expression(n.Argument)
	case *ast.AwaitExpression:
		w.expression(n.Argument)
	case *ast.ArrayLiteral:
		w.expressions(n.Value)
	case *ast.ArrayPattern:
		w.expressions(n.Elements)
		w.expression(n.Rest)
	case *ast.AssignExpression:
		w.expression(n.Left)
		w.expression(n.Right)
	case *ast.BinaryExpression:
		w.expression(n.Left)
		w.expression(n.Right)
	case *ast.BracketExpression:
		w.expression(n.Left)
		w.expression(n.Member)
	case *ast.CallExpression:
		w.expression(n.Callee)
		w.expressions(n.ArgumentList)
	case *ast.ConditionalExpression:
		w.expression(n.Test)
		w.expression(n.Consequent)
		w.expression(n.Alternate)
	case *ast.DotExpression:
		w.expression(n.Left)
	case *ast.PrivateDotExpression:
		w.expression(n.Left)
	case *ast.FunctionLiteral:
		w.parameters(n.ParameterList)
		w.block(n.Body)
	case *ast.ArrowFunctionLiteral:
		w.parameters(n.ParameterList)
		switch body := n.Body.(type) {
		case *ast.ExpressionBody:
			w.expression(body.Expression)
		case *ast.BlockStatement:
			w.block(body)
		}
	case *ast.ClassLiteral:
		w.class(n)
	case *ast.NewExpression:
		w.expression(n.Callee)
		w.expressions(n.ArgumentList)
	case *ast.ObjectLiteral:
		w.properties(n.Value)
	case *ast.ObjectPattern:
		w.properties(n.Properties)
		w.expression(n.Rest)
	case *ast.PropertyShort:
		w.expression(n.Initializer)
	case *ast.PropertyKeyed:
		if n.Computed {
			w.expression(n.Key)
		}
		w.expression(n.Value)
	case *ast.SpreadElement:
		w.expression(n.Expression)
	case *ast.SequenceExpression:
		w.expressions(n.Sequence)
	case *ast.TemplateLiteral:
		w.expression(n.Tag)
		w.expressions(n.Expressions)
	case *ast.UnaryExpression:
		w.expression(n.Operand)
	case ast.Expression: // names and literals
	default:
		return false
	}
	return true
}

func (w walker) properties(list []ast.Property) {
	for _, p := range list {
		w.expression(p)
	}
}

func (w walker) class(n *ast.ClassLiteral) {
	w.expression(n.SuperClass)
	for _, element := range n.Body {
		switch e := element.(type) {
		case *ast.FieldDefinition:
			if e.Computed {
				w.expression(e.Key)
			}
			w.expression(e.Initializer)
		case *ast.MethodDefinition:
			if e.Computed {
				w.expression(e.Key)
			}
			w.node(e.Body)
		case *ast.ClassStaticBlock:
			w.block(e.Block)
		}
	}
}

func (w walker) statementNode(n ast.Node) {
	switch n := n.(type) {
	case *ast.BlockStatement:
		w.statements(n.List)
	case *ast.CaseStatement:
		w.expression(n.Test)
		w.statements(n.Consequent)
	case *ast.DoWhileStatement:
		w.expression(n.Test)
		w.statement(n.Body)
	case *ast.ExpressionStatement:
		w.expression(n.Expression)
	case *ast.ForInStatement:
		w.into(n.Into)
		w.expression(n.Source)
		w.statement(n.Body)
	case *ast.ForOfStatement:
		w.into(n.Into)
		w.expression(n.Source)
		w.statement(n.Body)
	case *ast.ForDeclaration:
		w.expression(n.Target)
	case *ast.ForStatement:
		switch i := n.Initializer.(type) {
		case *ast.ForLoopInitializerExpression:
			w.expression(i.Expression)
		case *ast.ForLoopInitializerVarDeclList:
			w.bindings(i.List)
		case *ast.ForLoopInitializerLexicalDecl:
			w.bindings(i.LexicalDeclaration.List)
		}
		w.expression(n.Test)
		w.expression(n.Update)
		w.statement(n.Body)
	case *ast.IfStatement:
		w.expression(n.Test)
		w.statement(n.Consequent)
		w.statement(n.Alternate)
	case *ast.LabelledStatement:
		w.statement(n.Statement)
	case *ast.ReturnStatement:
		w.expression(n.Argument)
	case *ast.SwitchStatement:
		w.expression(n.Discriminant)
		for _, c := range n.Body {
			w.node(c)
		}
	case *ast.ThrowStatement:
		w.expression(n.Argument)
	case *ast.TryStatement:
		w.block(n.Body)
		if n.Catch != nil {
			w.expression(n.Catch.Parameter)
			w.block(n.Catch.Body)
		}
		w.block(n.Finally)
	case *ast.VariableStatement:
		w.bindings(n.List)
	case *ast.LexicalDeclaration:
		w.bindings(n.List)
	case *ast.WhileStatement:
		w.expression(n.Test)
		w.statement(n.Body)
	case *ast.WithStatement:
		w.expression(n.Object)
		w.statement(n.Body)
	case *ast.FunctionDeclaration:
		w.node(n.Function)
	case *ast.ClassDeclaration:
		w.node(n.Class)
	case *ast.Program:
		w.statements(n.Body)
	}
}

func (w walker) into(i ast.ForInto) {
	switch i := i.(type) {
	case *ast.ForIntoVar:
		w.node(i.Binding)
	case *ast.ForDeclaration:
		w.node(i)
	case *ast.ForIntoExpression:
		w.expression(i.Expression)
	}
}
