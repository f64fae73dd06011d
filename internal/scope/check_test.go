package scope

import (
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// plan is what a test knows besides the scope; it notes what it is asked.
type plan struct {
	requests, captures []string
	asked              []string
}

func (p *plan) Request(head string) bool {
	found := slices.Contains(p.requests, head)
	if found {
		p.asked = append(p.asked, head)
	}
	return found
}
func (p *plan) Captured(name string) bool { return slices.Contains(p.captures, name) }
func (p *plan) Nearest(name string) string {
	return diag.Nearest(name, slices.Concat(checkScope().Names(), p.requests, p.captures))
}
func (p *plan) Environments(name string) []string {
	return map[string][]string{"base": {"staging"}, "key": {"prod", "staging"}}[name]
}

func checkScope() *Scope {
	vault := file("vault", "")
	vault.problem = &diag.Diagnostic{Code: diag.CodeVariable, Summary: "kept elsewhere"}
	return newScope(
		file("host", "h"), file("url", "{{host}}/{{hsot}}"), file("twice", "{{url}}{{url}}"), vault, file("useVault", "{{vault}}"),
		file("a", "{{b}}"), file("b", "{{c}}"), file("c", "{{a}}"), file("self", "{{self}}"),
		file("token", "{{login.response.body.$.t}}"), file("sum", "{{len(x)}}"), file("dyn", "{{$uid}}"),
		given(Captured, "login2", map[string]any{"x": 1}),
		&Variable{Name: "tree", Tier: Environment, template: map[string]any{"k": []any{text("env.json", "{{hots}}")}}},
		given(DotEnv, "FROM_FILE", "v"),
	)
}

// Every static mistake is found without evaluating anything, in the values of
// variables too.
func TestCheck(t *testing.T) {
	known := &plan{requests: []string{"login", "login2", "host"}, captures: []string{"ticket", "both"}}
	for template, want := range map[string]string{
		"no template": "", "{{host}}": "", "{{ticket}}": "", "{{ticket.id}}": "", "{{ticket[0].id}}": "",
		"{{login.response.body.$.x}}": "", "{{login.token}}": "", "{{login2.response.body.x}}": "", "{{token}}": "",
		"{{$uuid}} {{$timestamp -1 d}} {{1 + 2}}": "", "{{$env.API_KEY}} {{$env.FROM_FILE}}": "", "{{sum}}": "",
		"{{hosst}}":               "PR201 t.http:1:1: no variable `hosst` | did you mean `host`?",
		"{{base}}":                "PR201 t.http:1:1: no variable `base` | it is defined in the environment staging | choose one with `--env staging`",
		"{{key}}":                 "PR201 t.http:1:1: no variable `key` | it is defined in the environments prod, staging | choose one with `--env prod`",
		"x{{tickt.id}}":           "PR201 t.http:1:2: no variable `tickt.id` | did you mean `ticket.id`?",
		"{{lgoin.response.body}}": "PR201 t.http:1:1: no variable `lgoin.response.body` | did you mean `login.response.body`?",
		"{{url}}":                 "PR201 url.http:1:10: no variable `hsot` | did you mean `host`?",
		"{{twice}}{{url}}":        "PR201 url.http:1:10: no variable `hsot` | did you mean `host`?",
		"{{a}}":                   "PR202 c.http:1:1: variables refer to each other in a circle: a → b → c → a | give `a` a value that does not need itself",
		"{{b}}":                   "PR202 a.http:1:1: variables refer to each other in a circle: b → c → a → b | give `b` a value that does not need itself",
		"{{self}}":                "PR202 self.http:1:1: `self` is defined by itself, and nothing else has a value for it | define it in http-client.env.json, pass it with `--var self=…`, or write its value here",
		"{{dyn}}":                 "PR208 dyn.http:1:1: no dynamic variable `$uid` | did you mean `$uuid`?",
		"{{tree.k}}":              "PR201 env.json:1:1: no variable `hots` | did you mean `host`?",
		"{{vault}}":               "PR201 t.http:1:1: kept elsewhere | ",
		"{{useVault}}":            "PR201 useVault.http:1:1: kept elsewhere | ",
		"{{$env.NOPE}}":           "PR207 t.http:1:1: the environment variable `NOPE` is not set, and no .env file defines it | export NOPE, or add a line `NOPE=…` to .env",
		"{{login2.x}}":            "PR211 t.http:1:1: `login2.x` can mean the variable `login2` and the answer to the request `login2` | write `login2.response.body.x` for the answer, or rename the variable or the request",
		"{{host.x}}":              "PR211 t.http:1:1: `host.x` can mean the variable `host` and the answer to the request `host` | write `host.response.body.x` for the answer, or rename the variable or the request",
		"{{dyn.$..x}}":            "PR201 t.http:1:1: `.$..x` cannot be followed into the variable `dyn` | expected .name, [0] and [\"name\"], or a JSONPath such as [*].name: unexpected '$' at position 3 | write such a path",
		"{{}}":                    "PR213 t.http:1:1: a template without a name | write a name between the braces, or \\{\\{ for literal braces",
	} {
		var got []string
		for _, d := range checkScope().Check(text("t.http", template), known) {
			got = append(got, message(d))
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s\n got %s\nwant %s", template, strings.Join(got, "\n     "), want)
		}
	}
}

// A text depends on the requests that its variables refer to.
func TestCheckAsksThePlan(t *testing.T) {
	known := &plan{requests: []string{"login"}}
	if found := checkScope().Check(text("t.http", "{{token}} {{sum}} {{a+1}}"), known); len(found) > 0 {
		t.Fatal(found)
	}
	if !slices.Equal(known.asked, []string{"login"}) {
		t.Errorf("asked for %q", known.asked)
	}
}

// A conflict of precedence is static too.
func TestCheckPrecedence(t *testing.T) {
	scope := New([]*Variable{file("x", "1"), given(Environment, "x", "2"), file("y", "{{x}}")}, Undecided, Dynamics{})
	for template, at := range map[string]string{"{{x}}": "PR205 t.http:1:1:", "{{y}}": "PR205 y.http:1:1:", "{{x.z}}": "PR205 t.http:1:1:"} {
		found := scope.Check(text("t.http", template), &plan{})
		if len(found) != 1 || !strings.HasPrefix(message(found[0]), at) {
			t.Errorf("%s: %v", template, found)
		}
	}
}
