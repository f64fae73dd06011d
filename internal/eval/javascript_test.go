package eval

import (
	"strings"
	"testing"
)

// What a message writes for a method of JavaScript must be an expression, and mean
// the same.
func TestMethodsOfJavaScript(t *testing.T) {
	env := environment(answer("application/json", `{"s": "Ann-Ann", "n": "7", "l": [1, 2], "o": {"k": 1}}`))
	for _, test := range []struct{ src, here, value string }{
		{`"ann".toUpperCase()`, `upper("ann")`, `"ANN"`},
		{`body.s.toLowerCase()`, `lower(body.s)`, `"ann-ann"`},
		{`body.s.includes("nn")`, `body.s contains "nn"`, `true`},
		{`[1, 2].includes(2)`, `2 in [1, 2]`, `true`},
		{`body.s.startsWith("A")`, `body.s startsWith "A"`, `true`},
		{`body.s.split("-")`, `split(body.s, "-")`, `["Ann","Ann"]`},
		{`body.s.replaceAll("n", "m")`, `replace(body.s, "n", "m")`, `"Amm-Amm"`},
		{`body.s.substring(1)`, `body.s[1:]`, `"nn-Ann"`},
		{`body.s.slice(0, 3)`, `body.s[0:3]`, `"Ann"`},
		{`"a".concat(body.n)`, `"a" + body.n`, `"a7"`},
		{`body.l.at(1)`, `body.l[1]`, `2`},
		{`body.n.toString()`, `string(body.n)`, `"7"`},
		{`body.l.size()`, `len(body.l)`, `2`},
	} {
		_, err := Compile(test.src, Value, testPlan)
		if err == nil || err.Suggestion != "write `"+test.here+"`" {
			t.Errorf("%s: %+v, want `%s`", test.src, err, test.here)
		}
		runCases(t, env, Value, []evalCase{{test.here, test.value}})
	}
	for src, here := range map[string]string{
		`JSON.stringify(body)`: "toJSON(…)", `Math.floor(1.5)`: "floor(…)", `Date.now()`: "now().UnixMilli()",
		`Object.keys(body.o)`: "keys(…)", `parseInt(body.n)`: "int(…)", `encodeURIComponent(body.s)`: "urlencode(…)",
	} {
		_, err := Compile(src, Value, testPlan)
		if err == nil || !strings.HasPrefix(err.Summary, "unknown ") || err.Suggestion != "write `"+here+"`" {
			t.Errorf("%s: %+v, want `%s`", src, err, here)
		}
	}
}
