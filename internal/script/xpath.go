package script

import (
	"context"
	"errors"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/xpath"
)

// xpath makes the function xpath(node, expression) of JetBrains. It returns an
// array of nodes, or the number, text or boolean that the expression is.
func (l *library) xpath() goja.Value {
	return l.function("xpath", func(c *invocation) goja.Value {
		from, ok := asNode(c.arg(0))
		switch {
		case !ok && goja.IsString(c.arg(0)):
			c.fail("expected a document or a node, found a string: read it with `new DOMParser().parseFromString(text, \"text/xml\")`")
		case !ok:
			c.expected(0, "node", "a document or a node")
		}
		src := c.text(1, "expression")
		expr, problem := xpath.Compile(src)
		if problem != nil {
			c.invalidXPath(src, problem)
		}
		v, err := expr.EvaluateAt(l.until(), from, nil)
		var invalid *xpath.Error
		switch {
		case errors.As(err, &invalid):
			if invalid.End > 0 { // of a prefix, which a script cannot bind
				invalid.Suggestion = "compare the name without it, as in `*[local-name() = \"id\"]`"
			}
			c.invalidXPath(src, invalid)
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			l.must(err)
		case err != nil:
			c.fail("%s", err.Error())
		}
		nodes, isNodes := v.(*xpath.Selection)
		if !isNodes {
			return l.vm.ToValue(v)
		}
		all := make([]any, nodes.Len())
		for i := range all {
			all[i] = l.dom().object(nodes.Node(i))
		}
		return l.vm.NewArray(all...)
	})
}

// invalidXPath throws what is wrong with an expression.
func (c *invocation) invalidXPath(src string, e *xpath.Error) {
	suggestion := ""
	if e.Suggestion != "" {
		suggestion = ": " + e.Suggestion
	}
	c.fail("the XPath %s: %s%s", excerpt(src), e.Summary, suggestion)
}
