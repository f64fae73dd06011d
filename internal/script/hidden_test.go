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
		{"the type of the body", JetBrains, `client.assert(response.contentType.contentType !== "x")`, "response.contentType.contentType", ""},
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

		{"printed and compared", JetBrains, `client.log(response.body.token, response.body); client.assert(response.body.token !== "x")`, "response.body.token", ""},
		{"a header that was printed", JetBrains, `client.log(response.headers["X-Key"]); client.assert(response.headers["X-Key"] !== "x")`, "response.headers.X-Key", ""},
		{"a status that was printed", JetBrains, `client.log(response.statusText); client.assert(response.statusText !== "x")`, "response.statusText", ""},
		{"a body that was printed", HTTPYac, `console.log(response.body); test("x", () => { if (response.body === "x") throw new Error("x") })`, "response.body", ""},
		{"the names of a body that was printed", JetBrains, `masked name`, "response.body", ""},
		{"text that was printed", JetBrains, `masked text`, "response.body", ""},
		{"cookies that were printed", JetBrains, `client.log(response.cookies); client.assert(response.cookies.c.value !== "x")`, "response.cookies", ""},
		{"behind an assertion", JetBrains, `client.test("x", () => { try { client.assert(!response.statusText) } catch { } client.assert(response.statusText) })`, "response.statusText", ""},

		{"the status text", JetBrains, `client.assert(response.statusText !== "x")`, "response.statusText", ""},
		{"the status message", HTTPYac, `test("x", () => { if (response.statusMessage === "x") throw new Error("x") })`, "response.statusText", ""},
		{"the address", JetBrains, `client.assert(response.url !== "x")`, "response.url", ""},
		{"the protocol", JetBrains, `client.assert(response.protocol !== "x" && response.httpVersion)`, "response.protocol", ""},
		{"the version", JetBrains, `client.assert(response.httpVersion !== "x")`, "response.httpVersion", ""},
		{"the content type", JetBrains, `client.assert(!response.contentType.contentType.includes("x"))`, "response.contentType.contentType", ""},
		{"the media type", JetBrains, `client.assert(response.contentType.mimeType !== "x")`, "response.contentType.mimeType", ""},
		{"the charset", JetBrains, `client.assert(response.contentType.charset !== "x")`, "response.contentType.charset", ""},
		{"raw header fields", HTTPYac, `test("x", () => { if (response.rawHeaders.includes("x")) throw new Error("x") })`, "response.rawHeaders", ""},
		{"header fields of a name", JetBrains, `client.assert(response.headers.valuesOf("X-Key").length === 1)`, "response.headers.X-Key", ""},
		{"a header as httpYac tests it", HTTPYac, `test.header("X-Key", "x")`, "response.headers.X-Key", ""},
		{"a header as kulala tests it", Kulala, `assert.headersHas("X-Key", "x")`, "response.headers.X-Key", ""},
		{"a cookie", JetBrains, `client.assert(response.cookies.c.value !== "x")`, "response.cookies", ""},
		{"the address that was sent", JetBrains, `client.assert(request.url() !== "x")`, "request.url", ""},
		{"the address as text", JetBrains, `client.assert(request.url.tryGetSubstituted() !== "x")`, "request.url", ""},
		{"the address as it is written", JetBrains, `client.assert(request.url.getRaw() !== "x")`, "", ""},
		{"the body that was sent", JetBrains, `client.assert(request.body() !== "x")`, "request.body", ""},
		{"a header that was sent", JetBrains, `client.assert(request.headers.findByName("X-Sent").value() !== "x")`, "request.headers.X-Sent", ""},
		{"one of all that were sent", JetBrains, `client.assert(request.headers.all()[0].tryGetSubstituted() !== "x")`, "request.headers.X-Sent", ""},
		{"the address that was sent in httpYac", HTTPYac, `test("x", () => { if (request.url === "x") throw new Error("x") })`, "request.url", ""},
		{"the body that was sent in httpYac", HTTPYac, `console.log(request.body); test("x", () => { if (request.body === "x") throw new Error("x") })`, "request.body", ""},
		{"header fields that were sent in httpYac", HTTPYac, `test("x", () => { if (request.headers["X-Sent"] === "x") throw new Error("x") })`, "request.headers.X-Sent", ""},
		{"a method that was sent", JetBrains, `client.assert(request.method === "GET")`, "", ""},

		{"an assertion in a loop", JetBrains, `for (const i of [0, 1]) client.assert(i === 0 || response.body.token !== "x")`, "response.body.token", ""},

		{"a console of the script", JetBrains, `const console = {log(v) { bad = v.length > 5 }}; var bad = false; console.log(response.body.token); client.assert(!bad)`, "response.body.token", ""},
		{"a client of a block", JetBrains, `var bad; const check = v => client.assert(!v); { const client = {log(v) { bad = v.length > 5 }}; client.log(response.body.token) } check(bad)`, "response.body.token", ""},
		{"a parameter", JetBrains, `var bad; (function (console) { console.log(response.body.token) })({log(v) { bad = v.length > 5 }}); client.assert(!bad)`, "response.body.token", ""},
		{"a parameter of an arrow", JetBrains, `var bad; (console => { console.log(response.body.token) })({log(v) { bad = v.length > 5 }}); client.assert(!bad)`, "response.body.token", ""},
		{"the rest of parameters", JetBrains, `var bad; ((...console) => { console.push(response.body.token); bad = console.length })(); client.assert(bad)`, "response.body.token", ""},
		{"a class", JetBrains, `var bad; (() => { class console { static log(v) { bad = v.length > 5 } } console.log(response.body.token) })(); client.assert(!bad)`, "response.body.token", ""},
		{"a function", JetBrains, `var bad; (() => { function console() {} console.log = v => { bad = v.length > 5 }; console.log(response.body.token) })(); client.assert(!bad)`, "response.body.token", ""},
		{"a pattern", JetBrains, `var bad; (() => { const {a: console} = {a: {log(v) { bad = v.length > 5 }}}; console.log(response.body.token) })(); client.assert(!bad)`, "response.body.token", ""},
		{"a variable of a loop", JetBrains, `var bad; for (const console of [{log(v) { bad = v.length > 5 }}]) console.log(response.body.token); client.assert(!bad)`, "response.body.token", ""},
		{"what is caught", JetBrains, `var bad; try { throw {log(v) { bad = v.length > 5 }} } catch (console) { console.log(response.body.token) } client.assert(!bad)`, "response.body.token", ""},
		{"an object of with", JetBrains, `var bad; with ({console: {log(v) { bad = v.length > 5 }}}) { console.log(response.body.token) } client.assert(!bad)`, "response.body.token", ""},
		{"exports of its own", HTTPYac, `var bad; { const exports = {set t(v) { bad = v.length > 5 }}; exports.t = response.parsedBody.token } test("x", () => { if (bad) throw new Error("x") })`, "response.body.token", ""},
		{"another name", JetBrains, `const output = 1; console.log(response.body.token); client.assert(output)`, "", ""},

		{"a body that is not there", JetBrains, `no`, "there is no body", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			response := jsonAnswer(body)
			response.Headers = []Header{{"Content-Type", "application/json; v=***"}, {"X-Key", "key-***"}, {"X-Id", "1"}, {"Set-Cookie", "c=***"}}
			response.StatusText, response.URL, response.Protocol = "OK ***", "https://example.com/?k=***", "HTTP/***"
			response.Cookies = []Cookie{{Name: "c", Value: "***"}}
			switch c.code {
			case "masked name", "masked text":
				open := map[string]string{"masked name": `{"***": 1}`, "masked text": `"***"`}[c.code]
				response.Open = func() ([]byte, error) { return []byte(open), nil }
				c.code = `client.log(response.body); client.assert(Object.keys(response.body)[0] !== "x")`
			}
			if c.code == `no` {
				response.Open, c.code = lacks, `client.test("x", () => { try { response.body } catch { } client.assert(!("" + response.body)) })`
			}
			if c.name == "the type of the body" {
				response.Headers = []Header{{"Content-Type", "application/json; v=***"}}
			}
			m := &made{response: response, request: &Request{
				Method: "GET", Built: true, URL: Written{Raw: "{{u}}", Sent: "https://example.com/?k=***"}, Body: Written{Raw: "{{b}}", Sent: "***"},
				Headers: []RequestHeader{{Name: "X-Sent", Value: Written{Raw: "{{t}}", Sent: "***"}}},
			}, variables: map[Tier]map[string]Value{
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

// What a module exports under the name of the log is not the log.
func TestImportedLog(t *testing.T) {
	for code, handed := range map[string]bool{`import console from "./m"; console.log(response.body.token)`: false, `import log from "./m"; console.log(response.body.token)`: true} {
		p, problems := compileFiles(JetBrains, code, "-- m.js --\nexport default {log() {}}\n")
		if problems.HasErrors() {
			t.Fatal(problems)
		}
		if got := len(p.main.handings) == 1; got != handed {
			t.Errorf("%s: %v", code, got)
		}
	}
}
