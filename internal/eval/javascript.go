package eval

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// What JavaScript, in which httpYac and scripts are written, has for a function of
// this language. Messages name it.
var (
	// jsMethods are methods of values: what to write, of the value and the arguments.
	jsMethods = map[string]string{
		"toUpperCase": "upper(%s)", "toLowerCase": "lower(%s)", "toString": "string(%s)", "replaceAll": "replace(%s, %s)",
		"startsWith": "%s startsWith %s", "endsWith": "%s endsWith %s", "match": "%s matches %s",
		"size": "len(%s)", "length": "len(%s)", "at": "%s[%s]",
	}
	jsFunctions = map[string]string{
		"parseInt": "int", "parseFloat": "float", "Number": "float", "String": "string", "encodeURIComponent": "urlencode",
		"btoa": "base64", "atob": "unbase64",
	}
	// jsStatics are methods of what is no value.
	jsStatics = map[string]string{
		"JSON.stringify": "toJSON", "JSON.parse": "fromJSON", "Math.floor": "floor", "Math.ceil": "ceil", "Math.round": "round",
		"Math.abs": "abs", "Math.min": "min", "Math.max": "max", "Object.keys": "keys", "Object.values": "values",
		"Date.now": "now().UnixMilli()",
	}
)

// methodHere is what to write for a method that a value of a kind does not have; ""
// if nothing is known.
func methodHere(name string, object *part, k kind, args []*part) string {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.text
	}
	all := strings.Join(texts, ", ")
	switch {
	case name == "includes" && len(args) == 1 && k == list:
		return all + " in " + object.text
	case name == "includes" && len(args) == 1:
		return object.text + " contains " + all
	case (name == "substring" || name == "slice") && len(args) > 0:
		return fmt.Sprintf("%s[%s]", object.text, strings.Join(append(texts, "")[:2], ":"))
	case name == "concat" && k == text && len(args) > 0:
		return object.text + " + " + strings.Join(texts, " + ")
	}
	form, known := jsMethods[name]
	switch {
	case known && strings.Count(form, "%s") == 1:
		return fmt.Sprintf(form, object.text)
	case known && len(args) > 0:
		return fmt.Sprintf(form, object.text, all)
	case known || !isFunction(name):
		return ""
	}
	return name + "(" + strings.Join(append([]string{object.text}, texts...), ", ") + ")"
}

// staticMethod is the error for a call such as JSON.stringify(x), unless a variable
// bears the name.
func (c *compiler) staticMethod(n *ast.CallNode, m *ast.MemberNode) *Error {
	owner, isName := m.Node.(*ast.IdentifierNode)
	method, isText := m.Property.(*ast.StringNode)
	if !isName || !isText {
		return nil
	}
	here := jsStatics[owner.Value+"."+method.Value]
	if variable, request := c.known(owner.Value); here == "" || variable || request {
		return nil
	}
	at := c.at(c.token(m.Node))
	e := errorf("unknown name `%s`", owner.Value)
	if !strings.HasSuffix(here, ")") {
		here += "(…)"
	}
	return place(e.suggest("write `%s`", here), at.start, at.end)
}
