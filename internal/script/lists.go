package script

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"
	"github.com/dop251/goja/ast"

	"github.com/postrider/postrider/internal/diag"
)

// A list is as long as it says, whatever it holds: a length is a number, which an
// answer can give as well as the script. What goes through such a list does so to
// its end, and nothing of the engine interrupts it. So there is one bound for all of
// it, and what steps through a list one by one asks whether it is to go on.

// maxTaken is how many elements one call may go through.
const maxTaken = 16 << 20

// inspectLists finds out whether a unit may have lists that are longer than what
// they hold: it sets a length, or an element by a name that it computes, or has
// functions of lists go through something else.
func (c *compiler) inspectLists(u *unit) {
	if c.program.lists {
		return
	}
	l := lengths{program: c.program}
	walk(u.tree, l.visit)
	c.program.guards = c.program.guards || c.program.lists
}

type lengths struct{ program *Program }

func (l lengths) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Identifier:
		if n.Name == "Object" { // whose functions it may call by other names
			l.program.lists = true
		}
		l.name(n.Name.String())
	case *ast.DotExpression:
		if of, ok := n.Left.(*ast.Identifier); ok && of.Name == "Object" {
			l.name(n.Identifier.Name.String())
			return false
		}
		if name := n.Identifier.Name.String(); name != "length" { // to read it is nothing
			l.name(name)
		}
	case *ast.StringLiteral:
		l.name(n.Value.String())
	case *ast.TemplateLiteral:
		l.name(literalText(n))
	case *ast.PropertyShort:
		l.name(n.Name.Name.String())
	case *ast.PropertyKeyed:
		if !n.Computed {
			l.name(literalText(n.Key))
		}
	case *ast.ClassLiteral:
		for _, element := range n.Body {
			switch e := element.(type) {
			case *ast.FieldDefinition:
				l.name(literalText(e.Key))
			case *ast.MethodDefinition:
				l.name(literalText(e.Key))
			}
		}
	case *ast.AssignExpression:
		l.target(n.Left)
	case *ast.ForOfStatement:
		l.into(n.Into)
	case *ast.ForInStatement:
		l.into(n.Into)
	case *ast.CallExpression:
		if callee, ok := n.Callee.(*ast.BracketExpression); ok && literalText(callee.Member) == "" {
			l.program.lists = true // which may be any function
		}
	}
	return !l.program.lists
}

// name notes a word that a script can set a length with.
func (l lengths) name(name string) {
	if name == "length" || slices.Contains(borrowing, name) {
		l.program.lists = true
	}
}

// target notes what is assigned to.
func (l lengths) target(left ast.Expression) {
	switch left := left.(type) {
	case *ast.DotExpression:
		l.program.lists = l.program.lists || left.Identifier.Name.String() == "length"
	case *ast.BracketExpression:
		if literalText(left.Member) == "" && !isSmall(left.Member) {
			l.program.lists = true
		}
	case *ast.ArrayPattern, *ast.ObjectPattern:
		walk(left, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.DotExpression, *ast.BracketExpression:
				l.target(n.(ast.Expression))
			}
			return true
		})
	}
}

func (l lengths) into(i ast.ForInto) {
	if i, ok := i.(*ast.ForIntoExpression); ok {
		l.target(i.Expression)
	}
}

func isSmall(e ast.Expression) bool {
	n, ok := e.(*ast.NumberLiteral)
	if !ok {
		return false
	}
	f, err := strconv.ParseFloat(n.Literal, 64)
	return err == nil && f < maxList
}

// guardLists bounds what goes through lists.
func (r *runtime) guardLists() {
	r.wrap("Array", "from", func(c *goja.FunctionCall) { r.bound("from", r.length(c.Argument(0)), maxList) })
	r.wrap("Function.prototype", "apply", func(c *goja.FunctionCall) { c.Arguments = r.taken("apply", c.Arguments, 1) })
	r.wrap("Reflect", "apply", func(c *goja.FunctionCall) { c.Arguments = r.taken("apply", c.Arguments, 2) })
	r.wrap("Reflect", "construct", func(c *goja.FunctionCall) { c.Arguments = r.taken("construct", c.Arguments, 1) })
	list := "Array.prototype"
	checks := map[string]func(c *goja.FunctionCall){
		"fill":           func(c *goja.FunctionCall) { r.bound("fill", r.length(c.This), maxList) },
		"toString":       func(c *goja.FunctionCall) { r.boundJoined("toString", c.This, 1) },
		"toLocaleString": func(c *goja.FunctionCall) { r.boundJoined("toLocaleString", c.This, 1) },
		"flat": func(c *goja.FunctionCall) {
			r.bound("flat", r.measure("flat", c.This, listsOnly).nodes, maxList)
		},
		"concat": func(c *goja.FunctionCall) {
			all := r.length(c.This)
			for _, v := range c.Arguments {
				all += r.length(v)
			}
			r.bound("concat", all, maxTaken)
		},
	}
	for name, check := range checks {
		r.wrap(list, name, check)
	}
	for _, name := range []string{"keys", "values", "entries", "assign", "getOwnPropertyNames"} {
		r.wrap("Object", name, func(c *goja.FunctionCall) {
			for _, v := range c.Arguments {
				r.boundText(name, v)
			}
		})
	}
	if r.program.lists {
		for _, name := range listFunctions() {
			if checks[name] == nil && name != "join" {
				r.wrap(list, name, func(c *goja.FunctionCall) { r.bound(name, r.length(c.This), maxTaken) })
			}
		}
		if v, err := r.callIn(r.prototype("Array"), "values", r.vm.NewArray()); err == nil {
			r.stepping(v)
		}
	}
	if r.program.numbers {
		r.guardNumbers()
	}
}

// guardJoin bounds what is joined. It is called by `+` as well, and without a word:
// a list of a list that is in it twice, and so on, is a long text soon.
func (r *runtime) guardJoin() {
	r.wrapIn(r.prototype("Array"), "join", func(c *goja.FunctionCall) {
		c.Arguments = asText(c.Arguments, 0)
		separator := 1
		if s, ok := c.Argument(0).(goja.String); ok {
			separator = s.Length()
		}
		r.boundJoined("join", c.This, separator)
	})
}

// callIn calls a function of an object of the language for something.
func (r *runtime) callIn(o *goja.Object, name string, this goja.Value, arguments ...goja.Value) (goja.Value, error) {
	f, _ := goja.AssertFunction(o.Get(name))
	return f(this, arguments...)
}

// stepping has all iterators of a kind ask, at each step, whether the script shall
// end.
func (r *runtime) stepping(iterator goja.Value) {
	r.wrapIn(iterator.(*goja.Object).Prototype(), "next", func(*goja.FunctionCall) { r.goOn() })
}

// goOn throws if the script has been told to end.
func (r *runtime) goOn() {
	if r.why.Load() != nil {
		r.throw(mistake{code: diag.CodeScriptLimit, message: "the script has been told to end"})
	}
}

// guardNumbers bounds what makes lists of numbers out of others.
func (r *runtime) guardNumbers() {
	bytes, ok := r.base.Get("Uint8Array").(*goja.Object)
	if !ok {
		return
	}
	all := bytes.Prototype() // of all lists of numbers
	r.wrapIn(all, "from", func(c *goja.FunctionCall) { r.bound("from", r.length(c.Argument(0)), maxList) })
	if prototype, ok := all.Get("prototype").(*goja.Object); ok {
		r.wrapIn(prototype, "join", func(c *goja.FunctionCall) {
			c.Arguments = asText(c.Arguments, 0)
			r.bound("join", r.length(c.This)*float64(len(c.Argument(0).String())+1), maxText)
		})
	}
}

// taken returns arguments of which one, the list of others, is not too long. What is
// no list of the language is made one: its length is read once.
func (r *runtime) taken(name string, arguments []goja.Value, i int) []goja.Value {
	if i >= len(arguments) {
		return arguments
	}
	o, ok := arguments[i].(*goja.Object)
	if !ok {
		return arguments
	}
	length := r.length(o)
	r.bound(name, length, maxList)
	if listsOnly(o) || math.IsNaN(length) {
		return arguments
	}
	values := make([]any, 0, max(int(length), 0))
	for at := range cap(values) {
		v := o.Get(strconv.Itoa(at))
		if v == nil {
			v = goja.Undefined()
		}
		values = append(values, v)
	}
	arguments = slices.Clone(arguments)
	arguments[i] = r.vm.NewArray(values...)
	return arguments
}

// guardJoining bounds what makes texts of several, and lists of texts.
func (r *runtime) guardJoining(text string) {
	r.wrap(text, "concat", func(c *goja.FunctionCall) {
		size := float64(lengthOf(c.This))
		for i := range c.Arguments {
			c.Arguments = asText(c.Arguments, i)
			size += float64(lengthOf(c.Arguments[i]))
		}
		r.bound("concat", size, 4*maxText)
	})
	r.wrap("String", "raw", func(c *goja.FunctionCall) {
		o, ok := c.Argument(0).(*goja.Object)
		if !ok {
			return
		}
		raw := o.Get("raw")
		r.boundJoined("raw", raw, 0)
		size := 0.0
		for i := 1; i < len(c.Arguments); i++ {
			c.Arguments = asText(c.Arguments, i)
			size += float64(lengthOf(c.Arguments[i]))
		}
		r.bound("raw", size, 4*maxText)
	})
	r.wrap(text, "normalize", func(c *goja.FunctionCall) { // a character can become eighteen
		r.bound("normalize", float64(lengthOf(c.This)), maxText/4)
	})
	if r.program.may("matchAll") {
		if v, err := r.callIn(r.home(text), "matchAll", r.vm.ToValue(""), r.vm.ToValue("")); err == nil {
			r.stepping(v)
		}
	}
	r.wrap(text, "split", func(c *goja.FunctionCall) { r.boundSplit(c) })
}

func lengthOf(v goja.Value) int {
	if s, ok := v.(goja.String); ok {
		return s.Length()
	}
	return 24 // of a number, as a rule
}

// boundText refuses a text of which each character would become an element.
func (r *runtime) boundText(name string, v goja.Value) {
	if s, ok := v.(goja.String); ok {
		r.bound(name, float64(s.Length()), maxTaken)
	}
}

// boundSplit bounds how many pieces a text is split into.
func (r *runtime) boundSplit(c *goja.FunctionCall) {
	if lengthOf(c.This) <= maxTaken {
		return
	}
	if _, ok := c.Argument(0).(*goja.Object); ok {
		if isRegExp(c.Argument(0)) {
			r.boundText("split", c.This) // it is a copy of the expression that looks for the pieces
			return
		}
		c.Arguments = asText(c.Arguments, 0)
	}
	if separator, ok := c.Argument(0).(goja.String); ok {
		r.bound("split", float64(strings.Count(c.This.String(), separator.String())), maxTaken)
	}
}

// stepwise has a regular expression ask, for each place of a long text at which it
// is found, whether the script shall end.
func (r *runtime) stepwise(v, text goja.Value) {
	if lengthOf(text) <= maxList || !isRegExp(v) {
		return
	}
	o := v.(*goja.Object)
	if exec, ok := goja.AssertFunction(o.Get("exec")); ok {
		_ = o.DefineDataProperty("exec", r.before(exec, func(*goja.FunctionCall) { r.goOn() }), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	}
}

func isRegExp(v goja.Value) bool {
	o, ok := v.(*goja.Object)
	return ok && o.ClassName() == "RegExp"
}
