package script

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"sync"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"
	"github.com/dop251/goja/unistring"

	"github.com/postrider/postrider/internal/diag"
)

// A few digits can stand for an integer that takes all of the memory, and an
// operator that makes one is a single instruction of the engine. In a program that
// has integers without end, the operators that make large ones out of small ones
// are calls of functions which look at their operands first.

// maxBits is the size of the largest BigInt.
const maxBits = 1 << 20

// growing are the operators that can make much of little, and the names of what
// replaces them, which no script can write.
var growing = map[token.Token]string{
	token.MULTIPLY:    " *",
	token.EXPONENT:    " **",
	token.SHIFT_LEFT:  " <<",
	token.SHIFT_RIGHT: " >>",
}

// hasBigInts reports whether a text may make a BigInt: by a literal, by the name of
// one of its constructors, or by code that is known only when it runs.
func hasBigInts(tree *ast.Program, p *Program) (has bool) {
	if p.bigInts {
		return true
	}
	walk(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.NumberLiteral:
			_, is := n.Value.(*big.Int)
			has = has || is
		case *ast.Identifier:
			switch n.Name.String() {
			case "BigInt", "BigInt64Array", "BigUint64Array", "globalThis":
				has = true
			}
		case *ast.StringLiteral:
			has = has || strings.HasPrefix(n.Value.String(), "Big")
		case *ast.ThisExpression: // it may be the global object
			has = has || p.spells
		case *ast.DotExpression:
			switch n.Identifier.Name.String() {
			case "constructor", "getBigInt64", "getBigUint64", "BigInt":
				has = true
			}
		}
		return !has
	})
	return has
}

// growsIn is the same for code that is a text, and is not replaced. It takes
// everything for an operator that looks like one.
func (p *Program) growsIn(code string) bool {
	if !strings.ContainsAny(code, "*") && !strings.Contains(code, "<<") && !strings.Contains(code, ">>") {
		return false
	}
	if p.bigInts || strings.Contains(code, "Big") || strings.Contains(code, `\u`) {
		return true
	}
	for word := range words(code) {
		if '0' <= word[0] && word[0] <= '9' && strings.HasSuffix(word, "n") {
			return true
		}
	}
	return false
}

// guardOperators replaces the operators of a unit that could make too large a
// BigInt. It reports false, with a problem, for what it cannot replace.
func (c *compiler) guardOperators(u *unit) bool {
	if !hasBigInts(u.tree, c.program) {
		return true
	}
	c.program.bigInts, c.program.guards = true, true
	ok := true
	replace(reflect.ValueOf(u.tree), func(e ast.Expression) ast.Expression {
		switch n := e.(type) {
		case *ast.BinaryExpression:
			if name := growing[n.Operator]; name != "" {
				return callOf(name, n.Left, n.Right)
			}
		case *ast.AssignExpression:
			name := growing[n.Operator]
			switch {
			case name == "":
			case isSteady(n.Left):
				return &ast.AssignExpression{Operator: token.ASSIGN, Left: n.Left, Right: callOf(name, n.Left, n.Right)}
			default:
				c.problem(u.place(n), "write it as `a = a"+name+" b`", "not supported by this version: an assignment with an operator to such a member, in a script with BigInts")
				ok = false
			}
		}
		return e
	})
	return ok
}

// callOf returns the call of a function at the place of an operation.
func callOf(name string, left, right ast.Expression) ast.Expression {
	at := left.Idx0()
	return &ast.CallExpression{
		Callee:          &ast.Identifier{Name: unistring.String(name), Idx: at},
		LeftParenthesis: at, RightParenthesis: right.Idx1() - 1,
		ArgumentList: []ast.Expression{left, right},
	}
}

// isSteady reports whether it is all the same how often an expression is evaluated.
func isSteady(e ast.Expression) bool {
	switch e := e.(type) {
	case *ast.Identifier, *ast.ThisExpression, *ast.SuperExpression, *ast.StringLiteral, *ast.NumberLiteral:
		return true
	case *ast.DotExpression:
		return isSteady(e.Left)
	case *ast.PrivateDotExpression:
		return isSteady(e.Left)
	case *ast.BracketExpression:
		return isSteady(e.Left) && isSteady(e.Member)
	}
	return false
}

var expressionType = reflect.TypeFor[ast.Expression]()

// replace puts what f returns in the place of each expression below a node, the
// innermost ones first.
func replace(v reflect.Value, f func(ast.Expression) ast.Expression) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type().Elem().Kind() == reflect.Struct && v.Type().Elem().PkgPath() == expressionType.PkgPath() {
			replace(v.Elem(), f)
		}
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		replace(v.Elem(), f)
		if v.Type() == expressionType && v.CanSet() {
			v.Set(reflect.ValueOf(f(v.Interface().(ast.Expression))))
		}
	case reflect.Slice:
		for i := range v.Len() {
			replace(v.Index(i), f)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "DeclarationList" {
				replace(v.Field(i), f)
			}
		}
	}
}

// operators are the functions that stand for operators. What they are given is made
// a number first, once, as the operator does.
var operators = sync.OnceValue(func() *goja.Program {
	return goja.MustCompile("", `(function(check) {
		return {
			" *": function(a, b) { a = -(-a); b = -(-b); check("*", a, b); return a * b },
			" **": function(a, b) { a = -(-a); b = -(-b); check("**", a, b); return a ** b },
			" <<": function(a, b) { a = -(-a); b = -(-b); check("<<", a, b); return a << b },
			" >>": function(a, b) { a = -(-a); b = -(-b); check(">>", a, b); return a >> b },
		}
	})`, false)
})

// operator returns a function that stands for an operator; nil for another name.
func (r *runtime) operator(name string) goja.Value {
	if !r.program.bigInts {
		return nil
	}
	if r.operators == nil {
		make, err := r.vm.RunProgram(operators())
		if err != nil {
			return nil
		}
		f, _ := goja.AssertFunction(make)
		all, err := f(goja.Undefined(), r.function(func(c goja.FunctionCall) goja.Value {
			r.boundOperation(c.Argument(0).String(), c.Argument(1), c.Argument(2))
			return goja.Undefined()
		}))
		if err != nil {
			return nil
		}
		r.operators = all.(*goja.Object)
	}
	return r.operators.Get(name)
}

func bigOf(v goja.Value) *big.Int {
	if !goja.IsBigInt(v) {
		return nil
	}
	n, _ := v.Export().(*big.Int)
	return n
}

// boundOperation refuses an operation whose result would be too large.
func (r *runtime) boundOperation(operator string, left, right goja.Value) {
	a, b := bigOf(left), bigOf(right)
	if a == nil || b == nil {
		return
	}
	bits := float64(a.BitLen())
	count, _ := new(big.Float).SetInt(b).Float64()
	switch operator {
	case "*":
		bits += float64(b.BitLen())
	case "**":
		if bits <= 1 { // 0, 1 and -1
			return
		}
		bits *= count
	case "<<":
		bits += count
	case ">>":
		bits -= count
	}
	if a.Sign() != 0 {
		r.boundBits(operator, bits)
	} else if (operator == "<<" || operator == ">>") && (count > maxBits || count < -maxBits) {
		r.boundBits(operator, maxBits+1)
	}
}

func (r *runtime) boundBits(name string, bits float64) {
	if bits > maxBits {
		r.throw(mistake{code: diag.CodeScriptLimit, message: fmt.Sprintf("`%s` would make an integer of more than %d bits", name, maxBits)})
	}
}

// guardBigInts bounds what makes a BigInt of something else.
func (r *runtime) guardBigInts() {
	for _, name := range []string{"asIntN", "asUintN"} {
		r.wrap("BigInt", name, func(c *goja.FunctionCall) { r.boundBits(name, c.Argument(0).ToFloat()) })
	}
}
