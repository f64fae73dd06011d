package scope

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// Known is what a check is told about names that the scope does not hold.
type Known interface {
	// Request reports whether head names a request. It is asked about every
	// template that may refer to one, those in the values of variables too, so
	// an implementation sees here which requests a text depends on.
	Request(head string) bool
	// Captured reports whether a capture will set name.
	Captured(name string) bool
	// Nearest returns the name that an unknown one was probably meant to be, of
	// those of the scope and of all others that a template may use; "" for none.
	Nearest(name string) string
	// Environments are those that define name and are not chosen.
	Environments(name string) []string
}

// Check finds the mistakes in the templates of t, and in the values of the
// variables that they use, without evaluating anything: names that nobody
// knows, circles, dynamic variables that cannot be read, and paths that could
// mean both a variable and a request.
func (s *Scope) Check(t parser.Text, known Known) diag.List {
	c := checker{Scope: s, known: known, done: map[*Variable]bool{}}
	c.text(t)
	return c.found
}

// Elsewhere says of an unknown name which environments define it, and what to do; ""
// if there are none.
func Elsewhere(environments []string) (where, suggestion string) {
	if len(environments) == 0 {
		return "", ""
	}
	where = "it is defined in the environments " + strings.Join(environments, ", ")
	if len(environments) == 1 {
		where = "it is defined in the environment " + environments[0]
	}
	return where, fmt.Sprintf("choose one with `--env %s`", environments[0])
}

type checker struct {
	*Scope
	known Known
	open  []*Variable // being checked, outermost first
	done  map[*Variable]bool
	found diag.List
}

func (c *checker) text(t parser.Text) {
	for segment := range t.Templates() {
		d := c.template(segment.Expr)
		if d == nil && len(c.open) > 0 && len(t.Segments()) > 1 && IsQuery(segment.Expr.String()) {
			d = &diag.Diagnostic{
				Code: diag.CodeVariable, Severity: diag.Error,
				Summary:    fmt.Sprintf("`%s` stands for a list of values, and only a part of the variable `%s`", segment.Expr, c.open[len(c.open)-1].Name),
				Suggestion: "write the template into the request, which is then sent once for each value",
			}
		}
		if d != nil {
			c.found = append(c.found, d.At(segment.Text.Source(), segment.Text.Span()))
		}
	}
}

// template returns what is wrong with one template, nil if nothing is. What is
// wrong inside the variables it uses goes to c.found.
func (c *checker) template(expr parser.Text) *diag.Diagnostic {
	text := expr.String()
	switch Classify(text) {
	case Dynamic:
		if c.known.Captured(text) { // such as $index
			return nil
		}
		return c.dynamic(text)
	case Expression:
		if text == "" {
			return &diag.Diagnostic{
				Code: diag.CodeEmptyTemplate, Severity: diag.Error,
				Summary: "a template without a name", Suggestion: `write a name between the braces, or \{\{ for literal braces`,
			}
		}
		return nil
	}
	if name, _, ok := SplitXPath(text); ok {
		if c.known.Request(name) {
			return nil
		}
		text = name // the rest of it is the runner's
	}
	if c.known.Captured(text) && Classify(text) == Reference { // the value of a query that the request runs for
		return nil
	}
	text, rooted := VariablePath(text)
	v, ok, err := c.Lookup(text)
	if err != nil {
		return asDiagnostic(err)
	}
	if ok {
		return c.variable(v)
	}
	if v, ok := c.ProcessVariable(text); ok {
		return c.dynamic(envRoot + v.Name)
	}
	if c.known.Captured(text) {
		return nil
	}
	request, rest, isRequest := Split(text, func(head string) bool { return !rooted && c.known.Request(head) })
	if isRequest && isExchange(rest) {
		return nil
	}
	head, path, isPath := Split(text, func(head string) bool { return c.has(head) || c.known.Captured(head) })
	switch {
	case isPath && isRequest:
		return &diag.Diagnostic{
			Code: diag.CodeAmbiguous, Severity: diag.Error,
			Summary:    fmt.Sprintf("`%s` can mean the variable `%s` and the answer to the request `%s`", text, head, request),
			Suggestion: fmt.Sprintf("write `%s.response.body%s` for the answer, or rename the variable or the request", request, rest),
		}
	case isRequest:
		return nil
	case !isPath:
		d := c.passesNothing(text)
		if d == nil {
			d = unknown(text, c.known.Nearest)
		}
		if where, suggestion := Elsewhere(c.known.Environments(text)); where != "" {
			d.Detail, d.Suggestion = where, suggestion
		}
		if c.lenient {
			d.Severity = diag.Warning
			d.Summary += ", so the template is sent as it stands"
		}
		return d
	}
	if _, _, ok := firstStep(path); !ok {
		if _, err := parseQuery(head, path); err != nil {
			return asDiagnostic(err)
		}
	}
	v, ok, err = c.Lookup(head)
	if err != nil {
		return asDiagnostic(err)
	}
	if !ok { // a capture
		return nil
	}
	return c.variable(v)
}

func (c *checker) variable(v *Variable) *diag.Diagnostic {
	if v.problem != nil {
		return v.problem
	}
	if i := slices.Index(c.open, v); i >= 0 {
		var names []string
		for _, open := range append(c.open[i:len(c.open):len(c.open)], v) {
			names = append(names, open.Name)
		}
		return circle(names)
	}
	if c.done[v] {
		return nil
	}
	c.open = append(c.open, v)
	if v.template != nil {
		c.structure(v.template)
	} else {
		c.text(v.Text)
	}
	c.open = c.open[:len(c.open)-1]
	c.done[v] = true
	return nil
}

func (c *checker) structure(template any) {
	switch t := template.(type) {
	case parser.Text:
		c.text(t)
	case []any:
		for _, element := range t {
			c.structure(element)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(t)) {
			c.structure(t[key])
		}
	}
}

func (c *checker) dynamic(text string) *diag.Diagnostic {
	d, problem := parseDynamic(text)
	if problem != nil || d.environ == "" {
		return problem
	}
	if _, ok := c.environ(d.environ); ok {
		return nil
	}
	if v, ok := c.dotEnv(d.environ); ok {
		return v.problem
	}
	return unsetEnviron(d.environ)
}

// asDiagnostic returns the diagnostic that all errors of this package are.
func asDiagnostic(err error) *diag.Diagnostic {
	d, _ := err.(*diag.Diagnostic)
	return d
}
