package script

import (
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/parser"

	"github.com/postrider/postrider/internal/diag"
)

// maxModuleStatements bounds the imports and exports of a text: each of them has
// it read again.
const maxModuleStatements = 200

// parse parses a unit into its tree. The engine knows no import and no export:
// where it stumbles over one, that is read here, and blanked, so that all else
// keeps its place.
func (c *compiler) parse(u *unit) bool {
	code := []byte(u.source.Slice(diag.Span{Start: u.start, End: u.start + u.code}))
	links := &links{unit: u, code: code}
	async := !u.module && strings.Contains(string(code), "await")
	for range maxModuleStatements {
		u.wrap(string(links.code), async, links)
		tree, problems := u.syntaxTree()
		if problems != nil {
			p := problems[0]
			at := u.offset(p.Position.Line, p.Position.Column) - u.prefix
			if d, ok := links.statement(at); ok {
				if d != nil {
					c.problems = append(c.problems, d)
					return false
				}
				continue
			}
			problem := u.syntaxError(p.Position.Line, p.Position.Column, p.Message)
			if u.value {
				if d := c.braces(u, code); d != nil {
					problem = d
				}
			}
			c.problems = append(c.problems, problem)
			return false
		}
		f := u.body(tree)
		if f == nil {
			c.problems = append(c.problems, u.syntaxError(1, u.prefix+1, "a brace closes more than the script has opened"))
			return false
		}
		if u.value {
			changed, ok := c.value(u, f, links.code)
			if !ok {
				return false
			}
			if changed {
				continue
			}
		}
		f.Async = async && awaits(f.Body)
		u.tree, u.imports, u.linked = tree, links.imports, len(links.statements) > 0
		if d := links.finish(f.Body); d != nil {
			c.problems = append(c.problems, d)
			return false
		}
		if links.export(f) {
			continue // once more, with what it exports
		}
		return true
	}
	c.problem(Place{u.source, firstLine(u.source, diag.Span{Start: u.start, End: u.start + u.code})}, "",
		"more than %d imports and exports", maxModuleStatements)
	return false
}

// wrap makes the text of a unit: a function that has the code as its body, so
// that its names are its own and `const response = …` is no clash with ours; of an
// expression, one that returns it. What the code imports is its parameters, and what it exports its result.
func (u *unit) wrap(code string, async bool, l *links) {
	var b strings.Builder
	b.WriteByte('(')
	if async {
		b.WriteString("async ")
	}
	b.WriteString("function(")
	parameters := l.names()
	if u.module {
		parameters = append([]string{"exports", "module", "require"}, parameters...)
	}
	b.WriteString(strings.Join(parameters, ",") + "){")
	if u.value {
		b.WriteString("return ")
	}
	u.prefix = b.Len()
	b.WriteString(code)
	b.WriteByte('\n')
	b.WriteString(l.result)
	b.WriteString("})")
	u.text = b.String()
}

// syntaxTree parses the text of a unit.
func (u *unit) syntaxTree() (*ast.Program, parser.ErrorList) {
	tree, err := parser.ParseFile(nil, u.source.Name(), u.text, 0, parser.WithDisableSourceMaps)
	if err == nil {
		return tree, nil
	}
	if list, ok := err.(parser.ErrorList); ok && len(list) > 0 {
		return nil, list
	}
	return nil, parser.ErrorList{{Message: err.Error()}}
}

// body returns the function that the code is the body of; nil if the code ends it
// and goes on behind it.
func (u *unit) body(tree *ast.Program) *ast.FunctionLiteral {
	if len(tree.Body) != 1 {
		return nil
	}
	statement, ok := tree.Body[0].(*ast.ExpressionStatement)
	if !ok {
		return nil
	}
	f, ok := statement.Expression.(*ast.FunctionLiteral)
	if !ok || f.Body == nil || int(f.Body.RightBrace)-1 != len(u.text)-len("})") {
		return nil
	}
	return f
}

// awaits reports whether a block waits for a promise itself, and not only in
// functions that it has.
func awaits(b *ast.BlockStatement) (found bool) {
	walk(b, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.AwaitExpression:
			found = true
		case *ast.FunctionLiteral, *ast.ArrowFunctionLiteral:
			return false
		}
		return !found
	})
	return found
}
