package eval

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// function is a function of the language.
type function struct {
	name     string
	params   []kind // what its arguments must be
	optional int    // how many of the last ones may be left out
	variadic bool   // the last parameter may be repeated
	kind     kind   // of its result
	answer   bool   // it reads the answer
	volatile bool   // each call gives another value
	call     func(r *run, args []any) (any, error)

	// result is the kind of the result as far as arguments that are written out
	// tell; nil if they never do.
	result func(args []*part) kind

	// check finds mistakes in arguments that are written out; nil if it has none.
	check func(args []*part) *Error

	// prepare completes the call when it is compiled, with what the compiler knows;
	// nil if there is nothing to do.
	prepare func(c *compiler, p *part) *Error
}

// findFunction looks a name up in the two tables of functions: what is ours, and
// what expr has.
func findFunction(name string) (*function, bool) {
	for _, table := range [...][]function{ourFunctions[:], exprFunctions[:]} {
		for i := range table {
			if table[i].name == name {
				return &table[i], true
			}
		}
	}
	return nil, false
}

// functionNames is the name of every function, for suggestions.
func functionNames() []string {
	names := slices.Clone(predicateNames[:])
	for _, table := range [...][]function{ourFunctions[:], exprFunctions[:]} {
		for i := range table {
			names = append(names, table[i].name)
		}
	}
	return names
}

func isFunction(name string) bool {
	if _, ok := findFunction(name); ok {
		return true
	}
	return slices.Contains(predicateNames[:], name)
}

// call compiles a call of a function.
func (c *compiler) call(node ast.Node, name string, arguments []ast.Node, mode leniency) (*part, *Error) {
	own := c.token(node)
	own.last = min(own.last+1, len(c.source.tokens)-1) // the bracket
	word := c.at(c.token(node))
	f, ok := findFunction(name)
	if !ok {
		return nil, c.unknownFunction(name, word)
	}
	args, err := c.compileAll(arguments)
	if err != nil {
		return nil, err
	}
	p := c.at(own, args...)
	if err := f.checkArguments(args); err != nil {
		return nil, place(err, p.start, p.end)
	}
	if f.check != nil {
		if err := f.check(args); err != nil {
			return nil, place(err, p.start, p.end)
		}
	}
	c.readsAnswer = c.readsAnswer || f.answer
	c.readsBody = c.readsBody || f.answer && readsBody(f.name)
	p.kind = f.kind
	if f.result != nil {
		p.kind = f.result(args)
	}
	p.volatile = p.volatile || f.volatile
	p.operands, p.subset, p.length, p.typing = args, name == "includes", name == "len", name == "type"
	p.leaf = !p.subset // what it looks in explains more than that it is false
	p.eval = func(r *run) (any, error) {
		values := make([]any, len(args))
		for i, a := range args {
			v, err := a.value(r)
			if err != nil {
				return nil, err
			}
			if err := r.takes(f, a, v); err != nil {
				return nil, err
			}
			if want := f.param(i); want != anything && kindOf(v) != want {
				return nil, r.place(f.wrongArgument(a, want, kindOf(v)).detail("its value is `%s`", r.show(a, v)), a)
			}
			values[i] = v
		}
		if err := r.spend(1); err != nil {
			return nil, err
		}
		r.call = p
		v, err := f.call(r, values)
		if err == nil {
			err = r.decides(f, args, values, v)
		}
		if mode != strict && missed(err) {
			return nil, nil
		}
		return v, err
	}
	if f.prepare != nil {
		if err := f.prepare(c, p); err != nil {
			return nil, place(err, p.start, p.end)
		}
	}
	return p, nil
}

// param is the kind of argument i.
func (f *function) param(i int) kind {
	return f.params[min(i, len(f.params)-1)]
}

func (f *function) checkArguments(args []*part) *Error {
	least, most := len(f.params)-f.optional, len(f.params)
	if len(args) < least || len(args) > most && !f.variadic {
		count := value.Format(least)
		switch {
		case f.variadic:
			count += " or more"
		case most > least:
			count += " to " + value.Format(most)
		case most == 0:
			count = "no"
		}
		noun, verb := "arguments", "are"
		if count == "1" {
			noun = "argument"
		}
		if len(args) == 1 {
			verb = "is"
		}
		return errorf("%s() takes %s %s, and here %s %d", f.name, count, noun, verb, len(args))
	}
	for i, a := range args {
		if want := f.param(i); want != anything && a.kind != anything && a.kind != want {
			return place(f.wrongArgument(a, want, a.kind), a.start, a.end)
		}
	}
	return nil
}

func (f *function) wrongArgument(a *part, want, got kind) *Error {
	e := errorf("%s() takes %s, and `%s` is %s", f.name, want, a.text, got)
	switch {
	case want == text && (got == number || got == boolean):
		e.suggest("write `string(%s)`", a.text)
	case want == number && got == text:
		e.suggest("write `float(%s)` if it holds a number", a.text)
	case want == instant && got == text:
		e.suggest("write `date(%s)`", a.text)
	}
	return e
}

func (c *compiler) unknownFunction(name string, p *part) *Error {
	if e := foreign(c.source.text); e != nil {
		return e
	}
	e := errorf("unknown function `%s`", name)
	if _, ok := findAnswerName(name); ok || name == "vars" {
		return place(errorf("`%s` is not a function", name).suggest("write `%s` without brackets", name), p.start, p.end)
	}
	if variable, request := c.known(name); variable || request {
		return place(errorf("`%s` is not a function", name), p.start, p.end)
	}
	e.Suggestion = diag.DidYouMean(name, functionNames())
	if here := jsFunctions[name]; here != "" {
		e.suggest("write `%s(…)`", here)
	}
	return place(e, p.start, p.end)
}

// method compiles x.name(…): the methods of a time that expr's manual shows.
func (c *compiler) method(n *ast.CallNode, m *ast.MemberNode) (*part, *Error) {
	if err := c.staticMethod(n, m); err != nil {
		return nil, err
	}
	object, err := c.compile(m.Node, strict)
	if err != nil {
		return nil, err
	}
	args, err := c.compileAll(n.Arguments)
	if err != nil {
		return nil, err
	}
	own := c.token(m.Property)
	word := c.at(own)
	own.last = min(own.last+1, len(c.source.tokens)-1)
	p := c.at(own, append([]*part{object}, args...)...)
	name := ""
	if s, ok := m.Property.(*ast.StringNode); ok {
		name = s.Value
	}
	wrong := func(k kind) *Error {
		e := errorf("%s has no method `%s`", k, name)
		if here := methodHere(name, object, k, args); here != "" {
			e.suggest("write `%s`", here)
		}
		return place(e, word.start, word.end)
	}
	if object.kind != anything && object.kind != instant {
		return nil, wrong(object.kind)
	}
	if !isTimeMethod(name) {
		if methodHere(name, object, object.kind, args) != "" {
			return nil, wrong(object.kind)
		}
		return nil, place(errorf("unknown method `%s`", name).suggest("use one of %s", strings.Join(timeMethods[:], ", ")), word.start, word.end)
	}
	p.leaf = true
	p.eval = func(r *run) (any, error) {
		v, err := object.value(r)
		if err != nil {
			return nil, err
		}
		t, ok := v.(time.Time)
		if !ok {
			return nil, wrong(kindOf(v))
		}
		values := make([]any, len(args))
		for i, a := range args {
			if values[i], err = a.value(r); err != nil {
				return nil, err
			}
		}
		return timeMethod(t, name, values)
	}
	return p, nil
}

var timeMethods = [...]string{
	"Year", "Month", "Day", "Hour", "Minute", "Second", "Weekday", "YearDay", "Unix", "UnixMilli", "UTC", "Format", "String",
}

func isTimeMethod(name string) bool { return slices.Contains(timeMethods[:], name) }

func timeMethod(t time.Time, name string, args []any) (any, error) {
	if name == "Format" {
		if len(args) == 1 {
			if layout, ok := args[0].(string); ok {
				return t.Format(layout), nil
			}
		}
		return nil, errorf("Format() takes one layout, such as \"2006-01-02\"")
	}
	if len(args) > 0 {
		return nil, errorf("%s() takes no arguments", name)
	}
	switch name {
	case "Year":
		return t.Year(), nil
	case "Month":
		return int(t.Month()), nil
	case "Day":
		return t.Day(), nil
	case "Hour":
		return t.Hour(), nil
	case "Minute":
		return t.Minute(), nil
	case "Second":
		return t.Second(), nil
	case "Weekday":
		return t.Weekday().String(), nil
	case "YearDay":
		return t.YearDay(), nil
	case "Unix":
		return value.Add(t.Unix(), 0)
	case "UnixMilli":
		return value.Add(t.UnixMilli(), 0)
	case "UTC":
		return t.UTC(), nil
	}
	return t.Format(time.RFC3339Nano), nil
}
