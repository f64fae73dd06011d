package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja/ast"
	"github.com/dop251/goja/token"

	"github.com/postrider/postrider/internal/value"
)

// inspect finds the facts of a unit in its syntax tree.
func (c *compiler) inspect(u *unit) {
	i := &inspector{compiler: c, unit: u, declared: map[string]bool{}, patterns: map[*ast.PropertyShort]bool{}}
	u.calls, u.tested, u.maybe = map[int]*call{}, map[int]bool{}, map[string]bool{}
	walk(u.tree, i.visit)
	i.freeNames()
	i.settleHandings()
}

type inspector struct {
	*compiler
	unit     *unit
	declared map[string]bool
	free     []Name     // identifiers that are read, declared or not
	watched  [][]string // members of the answer that the current argument reads

	patterns     map[*ast.PropertyShort]bool // names in patterns, which bind and do not read
	readsExports bool                        // the script reads what it exports, or may do so
	shadows      bool                        // names may stand for something that no declaration tells
}

func (i *inspector) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpression:
		i.call(n)
		return false
	case *ast.NewExpression:
		i.unit.calls[int(n.New)-1] = i.newCall(n, n.ArgumentList)
	case *ast.AssignExpression:
		i.assignment(n)
		return false
	case *ast.Identifier, *ast.DotExpression, *ast.BracketExpression:
		i.read(n.(ast.Expression))
		return false
	case *ast.UnaryExpression:
		if n.Operator == token.INCREMENT || n.Operator == token.DECREMENT {
			i.assigned(n.Operand)
		} else if n.Operator == token.DELETE && i.deleted(n.Operand) {
			return false
		} else if n.Operator == token.TYPEOF {
			i.tested(n.Operand)
		}
	case *ast.ObjectPattern:
		for _, p := range n.Properties {
			if short, ok := p.(*ast.PropertyShort); ok {
				i.patterns[short] = true
			}
		}
	case *ast.PropertyKeyed:
		if n.Computed {
			i.computed(n.Key)
		}
	case *ast.IfStatement:
		i.doubted(n.Test)
	case *ast.ConditionalExpression:
		i.doubted(n.Test)
	case *ast.PropertyShort:
		if i.patterns[n] {
			i.free = append(i.free, Name{Name: n.Name.Name.String(), Place: i.unit.place(&n.Name)})
		} else {
			i.readPath([]string{n.Name.Name.String()}, &n.Name)
		}
	case *ast.ThisExpression: // it may be the global object
		i.program.facts.Body = true
	case *ast.Binding:
		i.declare(n.Target)
		return !i.takenApart(n)
	case *ast.ForDeclaration:
		i.declare(n.Target)
	case *ast.FunctionLiteral:
		if n.Name != nil {
			i.declared[n.Name.Name.String()] = true
		}
		if n.ParameterList != nil {
			i.declare(n.ParameterList.Rest)
		}
	case *ast.ArrowFunctionLiteral:
		i.declare(n.ParameterList.Rest)
	case *ast.ClassLiteral:
		if n.Name != nil {
			i.declared[n.Name.Name.String()] = true
		}
	case *ast.TryStatement:
		if n.Catch != nil && n.Catch.Parameter != nil {
			i.declare(n.Catch.Parameter)
		}
	case *ast.WithStatement:
		i.shadows = true
	case *ast.NumberLiteral:
		i.number(n)
	case *ast.RegExpLiteral:
		i.regular(n)
	}
	return true
}

// declare notes the names that a target binds.
func (i *inspector) declare(e ast.Expression) {
	switch e := e.(type) {
	case *ast.Identifier:
		i.declared[e.Name.String()] = true
	case *ast.Binding:
		i.declare(e.Target)
	case *ast.AssignExpression:
		i.declare(e.Left)
	case *ast.ArrayPattern:
		for _, element := range e.Elements {
			i.declare(element)
		}
		i.declare(e.Rest)
	case *ast.ObjectPattern:
		for _, p := range e.Properties {
			switch p := p.(type) {
			case *ast.PropertyShort:
				i.declared[p.Name.Name.String()] = true
			case *ast.PropertyKeyed:
				i.declare(p.Value)
			}
		}
		i.declare(e.Rest)
	}
}

// chain returns the names of a path of members, `a.b["c"]`; "" stands for one
// that is computed. The expressions of those are inspected. It is nil for what
// does not begin with a name.
func (i *inspector) chain(e ast.Expression) []string {
	switch e := e.(type) {
	case *ast.Identifier:
		return []string{e.Name.String()}
	case *ast.DotExpression:
		name := e.Identifier.Name.String()
		if _, optional := e.Left.(*ast.Optional); optional {
			i.tested(e)
		}
		left := i.chain(e.Left)
		i.memberRead(e.Left, left, name, i.unit.place(&e.Identifier))
		if left != nil {
			return append(left, name)
		}
	case *ast.BracketExpression:
		name := ""
		if _, optional := e.Left.(*ast.Optional); optional {
			i.tested(e)
		}
		if literal := literalText(e.Member); literal != "" {
			name = literal
		} else if number, ok := e.Member.(*ast.NumberLiteral); ok {
			name = number.Literal
		} else {
			i.computed(e.Member)
			walk(e.Member, i.visit)
		}
		left := i.chain(e.Left)
		if name != "" {
			i.memberRead(e.Left, left, name, i.unit.place(e.Member))
		}
		if left != nil {
			return append(left, name)
		}
	case *ast.OptionalChain:
		return i.chain(e.Expression)
	case *ast.Optional:
		i.tested(e.Expression)
		return i.chain(e.Expression)
	default:
		walk(e, i.visit)
	}
	return nil
}

// computed notes a member whose name is known only when the script runs.
func (i *inspector) computed(name ast.Expression) {
	i.program.guards, i.program.spells, i.program.numbers = true, true, true
	if _, plain := name.(*ast.Identifier); !plain {
		i.program.constructors = true
	}
}

func (i *inspector) newCall(n ast.Node, arguments []ast.Expression) *call {
	c := &call{span: i.unit.place(n).Span}
	for _, a := range arguments {
		c.arguments = append(c.arguments, i.unit.place(a).Span)
	}
	return c
}

func (i *inspector) call(n *ast.CallExpression) {
	i.unit.calls[int(n.LeftParenthesis)-1] = i.newCall(n, n.ArgumentList)
	if optional, ok := n.Callee.(*ast.Optional); ok {
		if callee, ok := optional.Expression.(*ast.DotExpression); ok {
			i.unit.maybe[callee.Identifier.Name.String()] = true
		}
	}
	if path := i.chain(n.Callee); path != nil {
		i.handsOver(path, n)
		i.called(path, n)
	}
	outer := i.watched
	for at, a := range n.ArgumentList {
		i.watched = nil
		walk(a, i.visit)
		if at == 0 {
			i.unit.calls[int(n.LeftParenthesis)-1].values = slices.Clone(i.watched)
		}
		outer = append(outer, i.watched...)
	}
	i.watched = outer
}

// name returns the name that an expression is, if it is a literal.
func (i *inspector) name(e ast.Expression, tier Tier) Name {
	return Name{Name: literalText(e), Tier: tier, Place: i.unit.place(e)}
}

// literalText returns the text that an expression is; empty for any other.
func literalText(e ast.Expression) string {
	switch e := e.(type) {
	case *ast.StringLiteral:
		return e.Value.String()
	case *ast.TemplateLiteral:
		if len(e.Expressions) == 0 && len(e.Elements) == 1 && e.Tag == nil {
			return e.Elements[0].Parsed.String()
		}
	}
	return ""
}

func (i *inspector) sets(n Name) {
	if n.Name == "" {
		i.program.facts.SetsOther = append(i.program.facts.SetsOther, n)
	} else {
		i.program.facts.Sets = append(i.program.facts.Sets, n)
	}
}

func (i *inspector) reads(n Name) {
	if n.Name == "" {
		i.program.facts.ReadsOther = append(i.program.facts.ReadsOther, n)
	} else {
		i.program.facts.Reads = append(i.program.facts.Reads, n)
	}
}

// stores are the objects that hold variables.
var stores = map[string]Tier{
	"client.global":                Global,
	"client.variables.global":      Global,
	"client.variables.environment": OfEnvironment,
	"client.variables.file":        OfFile,
	"client.variables.request":     OfRequest,
	"request.variables":            OfRequest,
	"request.environment":          OfEnvironment,
}

// called notes the call of a member that is known by its path.
func (i *inspector) called(path []string, n *ast.CallExpression) {
	facts := &i.program.facts
	path = ofGlobal(path)
	dotted := strings.Join(path, ".")
	object, method := "", dotted
	if at := strings.LastIndexByte(dotted, '.'); at >= 0 {
		object, method = dotted[:at], dotted[at+1:]
	}
	if tier, ok := stores[object]; ok {
		i.store(tier, method, n)
		return
	}
	switch {
	case dotted == "client.test" || path[0] == "test":
		facts.Tests = facts.Tests || !i.unit.module
		i.readsBody(dotted)
		i.idleTest(dotted, n)
		if object == "test" {
			i.assigning(n.ArgumentList)
		}
	case dotted == "client.assert" || object == "client.assert" || path[0] == "assert":
		facts.Asserts = facts.Asserts || !i.unit.module
		i.readsBody(dotted)
		i.assigning(n.ArgumentList)
		i.alwaysTrue(dotted, n)
	case dotted == "require":
		i.required(n)
	case object == "client.global.headers":
		facts.Headers = true
	}
	if path[0] == "test" || path[0] == "assert" {
		i.free = append(i.free, Name{Name: path[0], Place: i.unit.place(n.Callee)})
		return
	}
	if len(path) > 1 && path[0] == "response" {
		path = path[:len(path)-1] // what the method is called on
	}
	i.readPath(path, n.Callee)
}

// ofGlobal returns a path without the name of the global object.
func ofGlobal(path []string) []string {
	if len(path) > 1 && path[0] == "globalThis" {
		return path[1:]
	}
	return path
}

// idleTest warns of a test whose function can do nothing but succeed: it calls
// nothing, and throws nothing.
func (i *inspector) idleTest(name string, n *ast.CallExpression) {
	if name != "client.test" && name != "test" || len(n.ArgumentList) != 2 {
		return
	}
	var body ast.Node
	switch f := n.ArgumentList[1].(type) {
	case *ast.FunctionLiteral:
		body = f.Body
	case *ast.ArrowFunctionLiteral:
		body = f.Body
		if e, ok := f.Body.(*ast.ExpressionBody); ok {
			body = e.Expression
		}
	default:
		return
	}
	acts := false
	walk(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpression:
			acts = acts || !prints(n)
		case *ast.NewExpression, *ast.ThrowStatement, *ast.AwaitExpression:
			acts = true
		case *ast.TemplateLiteral:
			acts = acts || n.Tag != nil
		}
		return !acts
	})
	if !acts {
		i.warn(i.unit.place(n.ArgumentList[1]), "write `client.assert(…)` in it", "the function of the test checks nothing: it always succeeds")
	}
}

func (i *inspector) store(tier Tier, method string, n *ast.CallExpression) {
	name := Name{Tier: tier, Place: i.unit.place(n)}
	if len(n.ArgumentList) > 0 {
		name = i.name(n.ArgumentList[0], tier)
	}
	switch method {
	case "get":
		i.reads(name)
	case "set":
		i.sets(name)
	case "clear":
		name.Clear = true
		i.sets(name)
	case "clearAll":
		i.sets(Name{Tier: tier, Place: i.unit.place(n), Clear: true})
	}
}

// assignment notes what an assignment sets, and inspects its sides.
func (i *inspector) assignment(n *ast.AssignExpression) {
	i.assignsOver(n)
	i.assigned(n.Left)
	if n.Operator != token.ASSIGN { // a += 1 reads it too
		walk(n.Left, i.visit)
	}
	walk(n.Right, i.visit)
}

func (i *inspector) assigned(left ast.Expression) {
	switch left := left.(type) {
	case *ast.ArrayPattern, *ast.ObjectPattern:
		walk(left, i.visit)
		return
	}
	path := i.chain(left)
	if len(path) < 2 {
		return
	}
	switch name := (Name{Name: path[1], Place: i.unit.place(left)}); {
	case i.unit.module, path[1] == cancel:
	case path[0] == "exports" && i.unit.api == HTTPYac:
		name.Tier = Anywhere
		if len(path) == 2 && path[1] != "" {
			if _, ok := i.unit.sets[path[1]]; !ok {
				i.unit.sets[path[1]] = name.Place.Span
			}
		}
		i.sets(name)
	case path[0] == "$global":
		name.Tier = Global
		i.sets(name)
	}
}

// deleted notes a global variable of httpYac that is removed, and reports whether
// it is one.
func (i *inspector) deleted(e ast.Expression) bool {
	path := i.chain(e)
	if len(path) != 2 || path[0] != "$global" {
		return false
	}
	i.sets(Name{Name: path[1], Tier: Global, Place: i.unit.place(e), Clear: true})
	return true
}

func (i *inspector) read(e ast.Expression) {
	if path := i.chain(e); path != nil {
		i.readPath(path, e)
	}
}

// readPath notes what the reading of a path of members tells.
func (i *inspector) readPath(path []string, e ast.Expression) {
	facts := &i.program.facts
	path = ofGlobal(path)
	place := i.unit.place(e)
	second := ""
	if len(path) > 1 {
		second = path[1]
	}
	switch path[0] {
	case "response":
		if len(path) > 1 && !slices.Contains(path, "") && !slices.ContainsFunc(i.watched, func(p []string) bool { return slices.Equal(p, path) }) {
			i.watched = append(i.watched, path)
		}
		switch second {
		case "status", "statusCode", "responseCode":
			facts.Status = facts.Status || !i.unit.module
		case "", "body", "parsedBody", "rawBody", "json", "text":
			facts.Body = true
		}
	case "client", "request": // a store under another name
		if _, ok := stores[strings.Join(path, ".")]; ok || len(path) == 1 {
			facts.Headers = facts.Headers || path[0] == "client"
			i.reads(Name{Place: place})
			i.sets(Name{Place: place})
		}
	case "$global":
		if len(path) == 1 {
			i.sets(Name{Tier: Global, Place: place})
		}
		i.reads(Name{Name: second, Tier: Global, Place: place})
	case "module":
		i.readsExports = true
	case "test", "assert", "globalThis": // under another name
		facts.Body = facts.Body || len(path) == 1 && !i.declared[path[0]] || path[0] == "globalThis"
		i.program.arrays = i.program.arrays || path[0] == "globalThis"
	case "exports":
		i.readsExports = true
		if len(path) == 1 && i.unit.api == HTTPYac && !i.unit.module {
			i.sets(Name{Place: place})
		}
	case "Array":
		if second == "" || second == "call" || second == "apply" || second == "bind" {
			i.program.arrays = true
		}
	case "eval", "Function":
		i.readsExports, i.shadows, facts.Body = true, true, true
		i.reads(Name{Place: place})
	}
	i.free = append(i.free, Name{Name: path[0], Place: place})
}

// freeNames adds the identifiers that the unit does not declare itself to the
// names that it reads: the variables of httpYac are globals.
func (i *inspector) freeNames() {
	if i.unit.api != HTTPYac {
		return
	}
	seen := map[string]bool{}
	for _, n := range i.free {
		_, isText := i.program.texts[n.Name]
		if i.declared[n.Name] || seen[n.Name] || isText || isGlobal(n.Name) {
			continue
		}
		seen[n.Name] = true
		n.Free = true
		n.Place.Span.End = min(n.Place.Span.End, n.Place.Span.Start+len(n.Name))
		i.reads(n)
	}
}

// number warns of a number that a script writes and cannot hold.
func (i *inspector) number(n *ast.NumberLiteral) {
	exact, ok := value.ParseNumber(n.Literal)
	if !ok || len(n.Literal) <= safeDigits {
		return
	}
	f, err := strconv.ParseFloat(n.Literal, 64)
	if err != nil {
		return
	}
	if same, err := value.Equal(exact, f); err == nil && !same {
		i.warn(i.unit.place(n), "compare it with `# @assert`, whose numbers are exact",
			"JavaScript cannot hold %s: it takes it for %s", n.Literal, value.Format(f))
	}
}
