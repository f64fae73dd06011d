package script

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
)

// An expression is a program that is nothing but a value, as in httpYac's
// `?? js response.parsedBody.id == 5`. It is compiled as the result of a function,
// so that all that holds for scripts holds for it; and the templates in its texts
// are replaced, which in scripts they are not.

// expandedText starts the names that stand for texts with templates. Nobody writes
// it, and the name is never longer than the shortest such text, `"{{x}}"`, so that
// all else keeps its place.
const expandedText = "ŧ"

// value checks that the body of a function is one expression, and puts names in the
// place of its texts with templates. It reports whether the code has changed, so
// that it must be read again, and whether it is right.
func (c *compiler) value(u *unit, f *ast.FunctionLiteral, code []byte) (changed, ok bool) {
	var result *ast.ReturnStatement
	if len(f.Body.List) == 1 {
		result, _ = f.Body.List[0].(*ast.ReturnStatement)
	}
	if result == nil || result.Argument == nil {
		at := Place{u.source, firstLine(u.source, diag.Span{Start: u.start, End: u.start + u.code})}
		if len(f.Body.List) > 1 {
			at = Place{u.source, u.span(f.Body.List[1].Idx0(), f.Body.List[1].Idx1())}
		}
		c.problem(at, "write several statements between `{{` and `}}` behind the request", "not one expression")
		return false, false
	}
	walk(result.Argument, func(n ast.Node) bool {
		text, isText := n.(*ast.StringLiteral)
		if !isText || !templated(text.Literal) {
			return true
		}
		at := int(text.Idx) - 1 - u.prefix
		name := expandedText + strconv.Itoa(len(c.program.texts))
		if c.program.texts == nil {
			c.program.texts = map[string]string{}
		}
		c.program.texts[name] = text.Value.String()
		blanks := bytes.Repeat([]byte(" "), len(text.Literal)-len(name))
		copy(code[at:], append([]byte(name), blanks...))
		changed = true
		return true
	})
	if changed {
		return true, true
	}
	if at := bytes.Index(code, []byte("{{")); at >= 0 && templated(string(code[at:])) {
		c.problem(u.template(at), c.withoutBraces(u, at), "a template is replaced in texts between quotes alone, and this is code")
		return false, false
	}
	if n := assigns(result.Argument); n != nil {
		c.problem(u.place(n), "compare with `===`", "an assertion of an assignment: it looks at what is assigned, and not at what was there")
		return false, false
	}
	return false, true
}

// braces explains a syntax error that a template outside of texts makes; nil if it
// is not that.
func (c *compiler) braces(u *unit, code []byte) *diag.Diagnostic {
	var quote byte
	for at := 0; at < len(code); at++ {
		switch b := code[at]; {
		case quote != 0 && b == '\\':
			at++
		case quote != 0:
			if b == quote {
				quote = 0
			}
		case b == '"' || b == '\'' || b == '`':
			quote = b
		case b == '{' && templated(string(code[at:])) && bytes.HasPrefix(code[at:], []byte("{{")):
			p := u.template(at)
			return &diag.Diagnostic{
				Code: diag.CodeScriptSyntax, Severity: diag.Error, Summary: "a template is replaced in texts between quotes alone, and this is code",
				Source: p.Source, Subject: p.Span, Suggestion: c.withoutBraces(u, at),
			}
		}
	}
	return nil
}

// templated reports whether there is a template in a piece of code.
func templated(code string) bool {
	_, rest, ok := strings.Cut(code, "{{")
	return ok && strings.Contains(rest, "}}")
}

// template returns the place of a template, which begins at an offset of the code.
func (u *unit) template(at int) Place {
	start := u.start + at
	rest := u.source.Slice(diag.Span{Start: start, End: u.start + u.code})
	return Place{u.source, diag.Span{Start: start, End: start + strings.Index(rest, "}}") + len("}}")}}
}

func (c *compiler) withoutBraces(u *unit, at int) string {
	written := u.source.Slice(u.template(at).Span)
	return "write `" + strings.TrimSpace(written[2:len(written)-2]) + "`: variables are names in JavaScript"
}

// assigns returns an assignment that an expression makes itself, and not in the
// body of a function that it calls; nil if there is none.
func assigns(e ast.Expression) (found ast.Node) {
	walk(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignExpression:
			found = n
		case *ast.FunctionLiteral:
			return false
		case *ast.ArrowFunctionLiteral:
			if _, isBlock := n.Body.(*ast.BlockStatement); isBlock {
				return false
			}
		}
		return found == nil
	})
	return found
}

// expanded returns the text with its templates replaced that a name stands for; nil
// if it stands for none.
func (r *runtime) expanded(name string) goja.Value {
	text, ok := r.program.texts[name]
	if !ok {
		return nil
	}
	return r.substitute(text)
}

// evaluate runs a program that is an expression.
func (r *runtime) evaluate() {
	err := r.main()
	if err == nil {
		err = r.try(func() {
			if v := r.returned; v == nil || goja.IsUndefined(v) {
				r.result.Undefined = true
			} else {
				name := oneLine(r.program.main.source.Slice(r.program.start().Span))
				r.result.Value = r.keep(name, v)
			}
		})
	}
	if err = r.concluded(err); err == nil && len(r.tests) > 0 {
		d := r.diagnostic(r.tests[0].place, diag.CodeScript, "a test in an assertion is not run")
		d.Suggestion = "write it between `{{` and `}}` behind the request"
		err = &failed{d}
	}
	if err == nil && r.result.Ended != Goes {
		err = &failed{r.diagnostic(r.result.At, diag.CodeScript, "an assertion cannot end the request: it has been answered")}
	}
	if err != nil {
		f := r.explain(err, r.program.start())
		r.result.Err, r.result.Stop = f.Diagnostic, f.stop
	}
}

// settled returns what a promise has come to, and any other value as it is.
func settled(v goja.Value) goja.Value {
	if p := promiseOf(v); p != nil {
		return p.Result()
	}
	return v
}
