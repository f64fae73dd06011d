package script

import (
	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
)

const codeCheck = diag.CodeScriptCheck

// moduleImport is an import of another module.
type moduleImport struct {
	path  string
	place Place
}

// parse parses a unit into its tree.
func (c *compiler) parse(u *unit) bool {
	code := u.source.Slice(diag.Span{Start: u.start, End: u.start + u.code})
	u.prefix = len(head)
	u.text = head + code + tail
	if contains(code, "await") {
		u.async, u.prefix, u.text = true, len(asyncHead), asyncHead+code+tail
	}
	tree, problems := u.syntaxTree()
	if problems != nil {
		p := problems[0]
		c.problems = append(c.problems, u.syntaxError(p.Position.Line, p.Position.Column, p.Message))
		return false
	}
	if u.body(tree) == nil {
		c.problems = append(c.problems, u.syntaxError(1, u.prefix+1, "a brace closes more than the script opened"))
		return false
	}
	u.tree = tree
	return true
}

// load compiles the modules of a unit.
func (c *compiler) load(u *unit) bool { return true }

// required notes a call of require.
func (i *inspector) required(n *ast.CallExpression) {}

func (r *runtime) requireFunction(u *unit) goja.Value {
	return r.function(func(c goja.FunctionCall) goja.Value {
		r.fault("", "no modules yet")
		return nil
	})
}
