package script

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/postrider/postrider/internal/diag"
)

// What a script of a replay reads decides whether its checks and values stand: a
// script that reads what was masked, in whatever way, must not come to a verdict.
func TestHidden(t *testing.T) {
	const body = `{"token": "***", "id": 7, "list": ["***", 1], "deep": {"pin": "***(number)", "user": "ann"}}`
	lacks := func() ([]byte, error) {
		return nil, &diag.Diagnostic{Code: diag.CodeNotRecorded, Severity: diag.Error, Summary: "there is no body"}
	}
	cases := []struct {
		name   string
		api    API
		code   string
		unseen string // the name of what is masked, or the message; "" for nothing
		set    string // the changes
	}{
		{"nothing", JetBrains, `client.assert(response.body.id === 7 && response.body.deep.user === "ann" && response.body.list[1] === 1 && response.body.list.length === 2)`, "", ""},
		{"a member", JetBrains, `client.assert(response.body.token !== "x")`, "response.body.token", ""},
		{"an element", JetBrains, `client.assert(response.body.list[0] !== "x")`, "response.body.list[0]", ""},
		{"a number", JetBrains, `client.assert(response.body.deep.pin !== 5)`, "response.body.deep.pin", ""},
		{"by destructuring", JetBrains, `const {body: {deep: {pin}}} = response; client.assert(pin)`, "response.body.deep.pin", ""},
		{"by its names", JetBrains, `for (const k of Object.keys(response.body)) client.assert(k)`, "", ""},
		{"by its values", JetBrains, `client.assert(Object.values(response.body).length === 4)`, "response.body.token", ""},
		{"as JSON", JetBrains, `client.assert(JSON.stringify(response.body))`, "response.body.token", ""},
		{"by a loop", JetBrains, `let n = 0; for (const x of response.body.list) n++; client.assert(n === 2)`, "response.body.list[0]", ""},
		{"by a query", JetBrains, `client.assert(jsonPath(response.body, "$.deep.pin"))`, "response.body.token", ""},
		{"by an assertion of kulala", Kulala, `assert.jsonHas("token", "x")`, "response.body.token", ""},
		{"as text", HTTPYac, `test("x", () => { if (response.body.includes("x")) throw new Error("x") })`, "response.body", ""},
		{"as bytes", HTTPYac, `test("x", () => { if (!response.rawBody.byteLength) throw new Error("x") })`, "response.rawBody", ""},
		{"without its answer", JetBrains, `try { if (response.body.token === "x") throw 1 } catch { }`, "response.body.token", ""},
		{"a header", JetBrains, `client.assert(response.headers.valueOf("X-Key") !== "x")`, "response.headers.X-Key", ""},
		{"the type of the body", JetBrains, `client.assert(response.contentType.contentType !== "x")`, "response.contentType", ""},
		{"a log of the script's own", JetBrains, `let bad = false; const console = {log(v) { bad = v.length > 5 }}; console.log(response.body.token); client.assert(!bad)`, "response.body.token", ""},
		{"another header", JetBrains, `client.assert(response.headers.valueOf("X-Id") === "1")`, "", ""},
		{"a variable", JetBrains, `client.assert(client.global.get("kept") !== "x")`, "kept", ""},
		{"a free variable", HTTPYac, `test("x", () => { if (kept === "x") throw new Error("x") })`, "kept", ""},
		{"what was changed", JetBrains, `response.body.token = "mine"; client.assert(response.body.token === "mine")`, "", ""},

		{"handed on", JetBrains, `client.global.set("t", response.body.token)`, "", `global variable t = "***"`},
		{"handed on in a text", JetBrains, "client.global.set('t', `Bearer ${response.body.token}`)", "", `global variable t = "Bearer ***"`},
		{"handed on as a whole", JetBrains, `client.global.set("t", response.body.list)`, "", `global variable t = ["***",1]`},
		{"a part of it", JetBrains, `client.global.set("t", response.body.token[0])`, "response.body.token", `global variable t = "***"`},
		{"something about it", JetBrains, `client.global.set("t", response.body.token.length)`, "response.body.token", `global variable t = "***"`},
		{"a comparison", JetBrains, `client.global.set("t", response.body.token === "x")`, "response.body.token", `global variable t = "***"`},
		{"what is set before and behind", JetBrains, `client.global.set("a", 1); if (response.body.token) client.global.set("b", 2)`, "response.body.token", "global variable a = 1\nglobal variable b = \"***\""},
		{"handed on and read", JetBrains, `client.global.set("t", response.body.token); client.assert(client.global.get("t"))`, "t", `global variable t = "***"`},
		{"printed", JetBrains, `client.log("it is", response.body.token, response.body)`, "", ""},
		{"printed conditionally", JetBrains, `client.log(response.body.token ? 1 : 2)`, "response.body.token", ""},
		{"exported", HTTPYac, `exports.t = response.parsedBody.token`, "", `variable t = "***"`},
		{"exported and read", HTTPYac, `exports.t = response.parsedBody.token; exports.n = exports.t.length`, "response.body.token", "variable t = \"***\"\nvariable n = \"***\""},
		{"made global", HTTPYac, `$global.t = response.parsedBody.token`, "", `global variable t = "***"`},

		{"a body that is not there", JetBrains, `no`, "there is no body", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			response := jsonAnswer(body)
			response.Headers = append(response.Headers, Header{"X-Key", "key-***"}, Header{"X-Id", "1"})
			if c.code == `no` {
				response.Open, c.code = lacks, `client.test("x", () => { try { response.body } catch { } client.assert(!("" + response.body)) })`
			}
			if c.name == "the type of the body" {
				response.Headers = []Header{{"Content-Type", "application/json; v=***"}}
			}
			m := &made{response: response, variables: map[Tier]map[string]Value{
				Global: {"kept": {Data: []any{"a ***"}}}, Anywhere: {"kept": {Data: "***"}},
			}}
			synctest.Test(t, func(t *testing.T) {
				e := Engine{Mask: "***"}
				result := e.Run(context.Background(), mustCompile(t, c.api, AfterResponse, " "+c.code+" "), m)
				got := ""
				if d := result.Unseen; d != nil {
					got = strings.TrimSuffix(strings.TrimPrefix(d.Summary, "the value of `"), "` was masked in the recording")
				}
				if got != c.unseen {
					t.Errorf("%s\nreads %q, want %q", c.code, got, c.unseen)
				}
				for _, check := range result.Checks {
					if (check.Unseen != nil) != (c.unseen != "") {
						t.Errorf("%s\nthe check %s is unseen: %v", c.code, check.Name, check.Unseen)
					}
				}
				if result.Err != nil && c.unseen == "" {
					t.Errorf("%s\n%v", c.code, errors.New(message(result.Err)))
				}
				if changes := strings.Join(m.changes, "\n"); changes != c.set {
					t.Errorf("%s\nsets\n%s\nwant\n%s", c.code, changes, c.set)
				}
			})
		})
	}
}
