package script

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// scriptCase is a script, what it is run against, and what comes of it, in the
// form of outcome.
type scriptCase struct {
	name string
	api  API
	code string
	host made
	want string
}

// runCases runs scripts; those with an answer run behind it.
func runCases(t *testing.T, cases []scriptCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			event := AfterResponse
			if c.host.response == nil {
				event = BeforeRequest
			}
			var got string
			synctest.Test(t, func(t *testing.T) { got = strings.TrimSpace(runCode(t, c.api, event, " "+c.code+" ", &c.host)) })
			if want := strings.TrimSpace(c.want); got != want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.code, got, want)
			}
		})
	}
}

func vars(tier Tier, pairs ...any) map[Tier]map[string]Value {
	m := map[string]Value{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = Value{Data: pairs[i+1]}
	}
	return map[Tier]map[string]Value{tier: m}
}

// The API of JetBrains, member by member.
func TestJetBrains(t *testing.T) {
	withHeaders := jsonAnswer(`{"a": 1}`)
	withHeaders.Headers = append(withHeaders.Headers, Header{"X-Id", "7"}, Header{"Set-Cookie", "a=1"}, Header{"Set-Cookie", "b=2"})
	withHeaders.Cookies = []Cookie{{Name: "a", Value: "1", Path: "/"}}
	withHeaders.Timings = Timings{Total: 1500 * time.Microsecond}
	request := &Request{
		Name: "first", Method: "POST", Built: true,
		URL:     Written{Raw: "{{base}}/a", Sent: "https://example.com/a"},
		Body:    Written{Raw: `{"t":"{{t}}"}`, Sent: `{"t":"1"}`},
		Headers: []RequestHeader{{Name: "X-A", Value: Written{Raw: "{{a}}", Sent: "1"}}},
	}
	unbuilt := *request
	unbuilt.Built = false
	substitute := func(s string) (Value, bool) {
		return Value{Data: strings.NewReplacer("{{base}}", "https://b", "{{a}}", "A").Replace(s)}, !strings.Contains(s, "{{t}}")
	}
	runCases(t, []scriptCase{
		{"a test that passes", JetBrains, `client.test("ok", function() { client.assert(response.status === 200, "no"); });`, made{response: jsonAnswer("{}")}, `pass ok`},
		{"the values behind a failure", JetBrains, `client.assert(response.status === 404 && response.body.a[0].b == 1 && response.body.s.startsWith("x") && response.headers.valueOf("x") && response.body.none.x, "m")`, made{response: jsonAnswer(`{"a": [{"b": 2}], "s": "text"}`)},
			`FAIL client.assert(response.status === 404 && response.body.a[0].b == 1 && response.body.s.startsWith("x") && response.heade… | PR803 a.http:3:6: assertion failed: m [client.assert(response.status === 404 && response.body.a[0].b == 1 && response.body.s.startsWith("x") && response.headers.valueOf("x") && response.body.none.x, "m")] {response.status = 200} {response.body.a[0].b = 2} {response.body.s = "text"} {response.body.none = undefined}`},
		{"a test that fails (47)", JetBrains, `client.test("t", () => client.assert(false,"m"))`, made{response: jsonAnswer("{}")},
			`FAIL t | PR803 a.http:3:29: assertion failed: m [client.assert(false,"m")]`},
		{"an exception (48)", JetBrains, `throw 1`, made{response: jsonAnswer("{}")}, `error PR802 a.http:3:6: the script threw an exception: 1 [throw]`},
		{"a header for all (49)", JetBrains, `client.global.headers.set("X","1"); client.global.headers.set("N", 5); client.global.headers.clear("X")`, made{response: jsonAnswer("{}")},
			"header X = 1\nheader N = 5\nheader X cleared"},
		{"tests run after the script, in order, and may have one name", JetBrains,
			`client.test("b", () => client.log("in b")); client.test("a", () => client.log("in a")); client.test("a", () => {}); client.log("script")`, made{response: jsonAnswer("{}")},
			"pass b\npass a\npass a\ninfo 3: script\ninfo 3: in b\ninfo 3: in a"},
		{"exit ends the script alone", JetBrains, `client.test("before", () => client.assert(true)); client.exit(); client.test("behind", () => {}); client.log("never")`, made{response: jsonAnswer("{}")},
			`pass before`},
		{"exit is not caught", JetBrains, `try { client.exit() } catch (e) { client.log("caught") } finally { client.log("finally") } client.log("behind")`, made{response: jsonAnswer("{}")}, ``},
		{"exit inside a test", JetBrains, `client.test("a", () => { client.exit(); client.assert(false) }); client.test("b", () => client.assert(false))`, made{response: jsonAnswer("{}")},
			"pass a\nFAIL b | PR803 a.http:3:94: assertion failed [client.assert(false)]"},
		{"an assertion outside of a test is a check", JetBrains, `client.assert(response.body.a === 1); client.log("on")`, made{response: jsonAnswer(`{"a":1}`)},
			"pass client.assert(response.body.a === 1)\ninfo 3: on"},
		{"one that fails ends the script, and not its tests", JetBrains, `client.test("t", () => {}); client.assert(response.body.a === 2, "two"); client.log("on")`, made{response: jsonAnswer(`{"a":1}`)},
			"FAIL client.assert(response.body.a === 2, \"two\") | PR803 a.http:3:34: assertion failed: two [client.assert(response.body.a === 2, \"two\")] {response.body.a = 1}\npass t"},
		{"an assertion in a loop is one check", JetBrains, `for (let i = 0; i < 5; i++) client.assert(i < 5)`, made{response: jsonAnswer(`{}`)}, "pass client.assert(i < 5)"},
		{"asynchronous tests", JetBrains, `client.test("a", async () => { await Promise.resolve(1); client.assert(response.status == 201, "no") }); client.test("b", async () => { await null; client.assert(true) })`,
			made{response: jsonAnswer("{}")}, "FAIL a | PR803 a.http:3:63: assertion failed: no [client.assert(response.status == 201, \"no\")] {response.status = 200}\npass b"},
		{"global variables", JetBrains, `client.log(client.global.get("a"), client.global.get("b"), client.global.isEmpty());
client.global.set("c", {x: [1, "2", null, true]}); client.global.clear("a"); client.log(client.global.get("c").x[0]); client.global.clearAll(); client.log(client.global.isEmpty(), client.isEmpty())`,
			made{response: jsonAnswer("{}"), variables: vars(Global, "a", "A")},
			"info 3: A null false\ninfo 4: 1\ninfo 4: true true\nglobal variable c = {\"x\":[1,\"2\",null,true]}\nglobal variable a cleared\nglobal variable c cleared"},
		{"variables by tier", JetBrains, `client.log(client.variables.environment.get("e"), client.variables.global.get("e"), client.variables.file.get("e"), request.environment.get("e"), request.environment.get("f"))`,
			made{response: jsonAnswer("{}"), variables: vars(OfEnvironment, "e", "E")}, "info 3: E null undefined E undefined"},
		{"request variables", JetBrains, `request.variables.set("n", 1); client.log(request.variables.get("n"), request.variables.isEmpty()); request.variables.clear("n"); request.variables.set("m", "x"); request.variables.clearAll()`,
			made{}, "info 3: 1 false\nrequest variable n = 1\nrequest variable n cleared\nrequest variable m = \"x\"\nrequest variable m cleared"},
		{"the request of a handler", JetBrains, `client.log(request.method, request.url(), request.body(), request.url.getRaw(), request.body.tryGetSubstituted(), "" + request.url);
const h = request.headers.findByName("x-a"); client.log(h.name, h.value(), h.getRawValue(), h.tryGetSubstituted(), request.headers.findByName("no"), request.headers.all().length, request.headers.all()[0].name)`,
			made{response: jsonAnswer("{}"), request: request},
			"info 3: POST https://example.com/a {\"t\":\"1\"} {{base}}/a {\"t\":\"1\"} https://example.com/a\ninfo 4: X-A 1 {{a}} 1 null 1 X-A"},
		{"the request before it is sent", JetBrains, `client.log(request.url.getRaw(), request.url.tryGetSubstituted(), request.body.tryGetSubstituted(), request.headers.findByName("X-A").tryGetSubstituted())`,
			made{request: &unbuilt, substitute: substitute}, "info 3: {{base}}/a https://b/a {\"t\":\"{{t}}\"} A"},
		{"iterations", JetBrains, `client.log(request.iteration(), request.templateValue(0), request.templateValue(1))`, made{iteration: 2}, "info 3: 2 first undefined"},
		{"the answer", JetBrains, `client.log(response.status, response.statusText, response.contentType.mimeType, response.contentType.charset, response.headers.valueOf("x-id"), response.headers.valueOf("nope"), response.headers.valuesOf("Set-Cookie"), response.headers.valuesOf("nope"))`,
			made{response: withHeaders}, `info 3: 200 OK application/json  7 null ["a=1","b=2"] []`},
		{"the answer, as others call it", JetBrains, `client.log(response.statusCode, response.responseCode, response.parsedBody, response.headers["X-ID"], response.headers["x-none"], response.cookies.a.value, response.timings.total, response.httpVersion, Object.keys(response.headers))`,
			made{response: withHeaders}, `info 3: 200 200 {"a":1} 7 undefined 1 1.5 1.1 ["content-type","x-id","set-cookie"]`},
		{"a body that is text", JetBrains, `client.log(response.body, typeof response.body)`, made{response: answer(200, "text/plain", "hi")}, "info 3: hi string"},
		{"a body in another charset", JetBrains, `client.log(response.body, response.contentType.charset)`, made{response: answer(200, `text/plain; charset="iso-8859-1"`, "gr\xfc\xdfe")}, "info 3: grüße iso-8859-1"},
		{"JSON without a type", JetBrains, `client.log(response.body.a)`, made{response: answer(200, "", ` {"a": [1]}`)}, "info 3: [1]"},
		{"JSON by its suffix", JetBrains, `client.log(response.body.a)`, made{response: answer(200, "application/problem+json; charset=utf-8", `{"a": 2}`)}, "info 3: 2"},
		{"an empty JSON body", JetBrains, `client.log(typeof response.body, response.body.length)`, made{response: jsonAnswer("")}, "info 3: string 0"},
		{"members of the body are those of the document", JetBrains, `client.log(response.body.nope, response.body.a.b, "c" in response.body, response.body.__proto__, Object.keys(response.body))`,
			made{response: jsonAnswer(`{"z":1,"a":{"b":null},"__proto__":5,"é\u00e9\n":"x"}`)}, `info 3: undefined null false 5 ["z","a","__proto__","éé\n"]`},
		{"the body can be changed, for the script", JetBrains, `response.body.a = 2; client.log(response.body.a)`, made{response: jsonAnswer(`{"a":1}`)}, "info 3: 2"},
		{"names of its own", JetBrains, `const response2 = response, client2 = client; let request = 1; var status = response.status; implicit = status; client2.log(request, implicit, globalThis.implicit)`,
			made{response: jsonAnswer(`{}`)}, "info 3: 1 200 200"},
		{"return ends a script", JetBrains, `if (response.status === 200) return; client.assert(false)`, made{response: jsonAnswer(`{}`)}, ""},
		{"time and randomness are the host's", JetBrains, `client.log(new Date().toISOString(), Date.now(), Math.random() === Math.random(), Math.random() < 1)`,
			made{}, "info 3: 2026-03-01T12:00:00.000Z 1772366400000 false true"},
		{"console", JetBrains, `console.log("a", 1, {b: [undefined, null]}); console.warn("%s is %d", "x", 3, "y"); console.error(new TypeError("t")); console.debug(() => 1); console.info(new Date(0), /r/g, "100%"); console.assert(false, "z"); console.table([1])`,
			made{}, "info 3: a 1 {\"b\":[undefined,null]}\nwarn 3: x is 3 y\nerror 3: TypeError: t\ndebug 3: [Function]\ninfo 3: 1970-01-01T00:00:00.000Z /r/g 100%\nerror 3: assertion failed: z\ninfo 3: [1]"},
		{"timers are waited for", JetBrains, `setTimeout((a, b) => client.log(a, b), 5, "x", "y"); const id = setTimeout(() => client.log("never"), 1); clearTimeout(id); let n = 0; const i = setInterval(() => { if (++n === 3) { clearInterval(i); client.log(n) } }, 1); queueMicrotask(() => client.log("first"))`,
			made{}, "info 3: first\ninfo 3: 3\ninfo 3: x y"},
		{"await at the top", JetBrains, `const v = await new Promise(done => setTimeout(() => done(4), 1)); client.log(v)`, made{}, "info 3: 4"},
		{"a secret that is read makes what is set secret", JetBrains, `client.global.set("a", "x"); const t = client.global.get("token"); client.global.set("b", "Bearer " + t); client.global.set("c", 5)`,
			made{response: jsonAnswer(`{}`), variables: map[Tier]map[string]Value{Global: {"token": {Data: "s3cret", Secret: true}}}},
			"global variable a = \"x\"\nglobal variable b = \"Bearer s3cret\" secret\nglobal variable c = 5"},
	})
}

// What is a success in other tools, and checks nothing.
func TestTraps(t *testing.T) {
	body := made{response: jsonAnswer(`{"id": 1, "ok": true}`)}
	runCases(t, []scriptCase{
		{"an assignment for a comparison", JetBrains, `client.assert((v => v)(response.status = 200))`, body, "error PR802 a.http:3:38: `response.status` cannot be changed [status] > compare with `===`"},
		{"the same in a test", JetBrains, `client.test("t", () => { client.assert((v => v)(response.status = 500)) })`, body, "broken t | PR802 a.http:3:63: `response.status` cannot be changed [status] > compare with `===`"},
		{"another assert", JetBrains, `client.assert = () => {}`, body, "error PR802 a.http:3:13: `client.assert` cannot be changed [assert] > compare with `===`"},
		{"another client", JetBrains, `client = {assert() {}}`, body, "error PR802 a.http:3:6: `client` cannot be changed [client] > declare a variable of your own: `const client2 = …`"},
		{"a property that is defined", JetBrains, `Object.defineProperty(client, "assert", {value: 1})`, body, "error PR802 a.http:3:37: `client.assert` cannot be changed [assert] > compare with `===`"},
		{"a member that is removed", JetBrains, `delete client.assert`, body, "error PR802 a.http:3:20: `client.assert` cannot be removed [assert]"},
		{"a member that is misspelt", JetBrains, `client.log(response.satus)`, body, "error PR802 a.http:3:26: `response` has no member `satus` [satus] > write `response.status`"},
		{"a function that is misspelt", JetBrains, `client.test("t", () => client.asert(false))`, body, "broken t | PR802 a.http:3:36: `client` has no member `asert` [asert] > write `client.assert`"},
		{"a name that is misspelt", JetBrains, `respons.status`, body, "error PR802 a.http:3:6: `respons` is not defined [respons] > did you mean `response`?"},
		{"the API of another tool", JetBrains, `pm.test("t", () => {})`, body, "error PR802 a.http:3:6: `pm` is not defined [pm] (It is of Postman: write `client.test`, `client.assert` and `response`.)"},
		{"what Node has", JetBrains, `process.exit()`, body, "error PR802 a.http:3:6: `process` is not defined [process] (Scripts cannot start processes, and see nothing of their own.)"},
		{"a member that is nowhere near", JetBrains, `client.zebra`, body, "error PR802 a.http:3:13: `client` has no member `zebra` [zebra]"},
		{"a test without a function", JetBrains, `client.test("t")`, body, "error PR802 a.http:3:6: the test \"t\" has no function: it would test nothing [client.test(\"t\")] > write `client.test(\"t\", () => { … })`"},
		{"a test that was called at once", JetBrains, `client.test("t", client.assert(true))`, body, "pass client.assert(true)\nerror PR802 a.http:3:6: the test \"t\" has no function: it would test nothing [client.test(\"t\", client.assert(true))] > write `client.test(\"t\", () => { … })`"},
		{"a test without a name", JetBrains, `client.test(() => {})`, body, "error PR802 a.http:3:6: a test needs a name, which is text [client.test(() => {})] > write `client.test(\"what it tests\", () => { … })`"},
		{"an assertion of nothing", JetBrains, `client.assert()`, body, "error PR802 a.http:3:6: `client.assert` has nothing to check [client.assert()] > write `client.assert(condition, \"message\")`"},
		{"an assertion of a function", JetBrains, `client.assert(() => false)`, body, "error PR802 a.http:3:6: `client.assert` is given a function, which is always true [client.assert(() => false)] > call it"},
		{"an assertion of a promise", JetBrains, `client.assert((async () => false)())`, body, "error PR802 a.http:3:6: `client.assert` is given a promise, which is always true [client.assert((async () => false)())] > await it"},
		{"an assertion of two values", JetBrains, `client.assert(response.status, 404)`, body, "error PR802 a.http:3:6: the second argument of an assertion is its message, and not what to compare with: 404 [client.assert(response.status, 404)] > compare with `===`"},
		{"a promise that never settles", JetBrains, `client.test("t", () => new Promise(() => {}))`, body, "broken t | PR802 a.http:3:6: a promise never settles: nothing is left that could [client.test(\"t\", () => new Promise(() => {}))] > call `resolve` or `reject` on every way"},
		{"a rejection that nobody handles", JetBrains, `Promise.reject(new Error("late"))`, body, "error PR802 a.http:3:21: the script threw an exception: late [new Error(\"late\")]"},
		{"the same in a test", JetBrains, `client.test("t", () => { Promise.reject("late") })`, body, "FAIL t | PR803 a.http:3:6: the script threw an exception: \"late\" [client.test(\"t\", () => { Promise.reject(\"late\") })]"},
		{"one that is handled", JetBrains, `Promise.reject(1).catch(() => client.log("handled"))`, body, "info 3: handled"},
		{"an error in a callback", JetBrains, `setTimeout(() => { nope() }, 1)`, body, "error PR802 a.http:3:25: `nope` is not defined [nope]"},
		{"undefined for a variable", JetBrains, `client.global.set("x", response.body.nope)`, body, "error PR802 a.http:3:6: the value of `x` is undefined, which cannot be kept [client.global.set(\"x\", response.body.nope)] > look at what the answer really has, or set it to null"},
		{"undefined in a list", JetBrains, `client.global.set("x", {a: [1, undefined]})`, body, "error PR802 a.http:3:6: `x.a[1]` is undefined, which cannot be kept [client.global.set(\"x\", {a: [1, undefined]})] > look at what the answer really has, or set it to null"},
		{"undefined as a member is left out, as in JSON", JetBrains, `client.global.set("x", {a: undefined, b: null})`, body, `global variable x = {"b":null}`},
		{"a function for a variable", JetBrains, `client.global.set("x", {f() {}})`, body, "error PR802 a.http:3:6: `x.f` is a function, which cannot be kept [client.global.set(\"x\", {f() {}})] > call it, and keep what it returns"},
		{"a promise for a variable", JetBrains, `client.global.set("x", Promise.resolve(1))`, body, "error PR802 a.http:3:6: the value of `x` is a promise, which cannot be kept [client.global.set(\"x\", Promise.resolve(1))] > await it"},
		{"a symbol for a variable", JetBrains, `client.global.set("x", Symbol("s"))`, body, "error PR802 a.http:3:6: the value of `x` is a symbol, which cannot be kept [client.global.set(\"x\", Symbol(\"s\"))] > keep text"},
		{"a circle for a variable", JetBrains, `const o = {}; o.o = o; client.global.set("x", o)`, body, "error PR802 a.http:3:29: `x.o` is an object that contains itself, which cannot be kept [client.global.set(\"x\", o)] > keep the parts that you need"},
		{"a map for a variable", JetBrains, `client.global.set("e", {}); client.global.set("x", {m: new Map([[1, 2]])})`, body, "global variable e = {}\nerror PR802 a.http:3:34: `x.m` is a Map, which cannot be kept [client.global.set(\"x\", {m: new Map([[1, 2]])})] > keep a list or an object: `Object.fromEntries(map)`, `[...set]`"},
		{"a document that is parsed again", JetBrains, `JSON.parse(response.body)`, body, "error PR802 a.http:3:6: SyntaxError: invalid character 'o' looking for beginning of value [JSON.parse(response.body)] > leave `JSON.parse` out: `response.body` is the document already"},
		{"no number for a variable", JetBrains, `client.global.set("x", 0 / 0)`, body, "error PR802 a.http:3:6: the value of `x` is NaN, no number, which cannot be kept [client.global.set(\"x\", 0 / 0)] > look at what it is computed from"},
		{"a date for a variable", JetBrains, `client.global.set("x", new Date(0))`, body, `global variable x = "1970-01-01T00:00:00.000Z"`},
		{"what the host refuses", JetBrains, `client.global.set("refused", 1)`, body, "error PR802 a.http:3:6: `refused` cannot be set [client.global.set(\"refused\", 1)]"},
		{"a body that is no JSON", JetBrains, `client.log("on"); client.test("t", () => client.assert(response.body))`, made{response: jsonAnswer(`{"a": }`)},
			"broken t | PR303 a.http:3:70: the body is said to be JSON and is not: unexpected '}' where a value should be at offset 6 [body]\ninfo 3: on"},
		{"the answer before there is one", JetBrains, `response.status`, made{}, "error PR802 a.http:3:6: there is no answer yet: this script runs before the request [response] > read the answer in a script behind the request, `> {% … %}`"},
		{"feature tests", JetBrains, `client.log(typeof response.json, "status" in response, "nope" in response, response?.text, typeof response.then, typeof nothing, "" + client)`, body, "info 3: undefined true false undefined undefined undefined [object Object]"},
		{"an exception in a test", JetBrains, `client.test("t", () => { throw new Error("expected 1") })`, body, "FAIL t | PR803 a.http:3:37: the script threw an exception: expected 1 [new Error(\"expected 1\")]"},
		{"a missing member in a test", JetBrains, `client.test("t", () => response.body.nope.x)`, body, "broken t | PR802 a.http:3:29: `response.body.nope` is undefined: it has no member `x` [response.body.nope] > look at what is there: `client.log(response.body)`"},
	})
}

// Numbers that JavaScript cannot hold keep their text where they are handed over.
func TestExactNumbers(t *testing.T) {
	runCases(t, []scriptCase{
		{"a large number", JetBrains, `client.global.set("x", response.body.id)`, made{response: jsonAnswer(`{"id": 9007199254740993}`)}, `global variable x = 9007199254740993`},
		{"inside an object", JetBrains, `client.global.set("x", {ids: [response.body.id]})`, made{response: jsonAnswer(`{"id": 9007199254740993}`)}, `global variable x = {"ids":[9007199254740993]}`},
		{"the whole body", JetBrains, `client.global.set("x", response.body)`, made{response: jsonAnswer(`{"id": 12345678901234567890, "f": 0.1, "n": -3}`)}, `global variable x = {"f":0.1,"id":12345678901234567890,"n":-3}`},
		{"digits behind the point", JetBrains, `client.global.set("x", response.body.f)`, made{response: jsonAnswer(`{"f": 0.12345678901234567890123}`)}, `global variable x = 0.12345678901234567890123`},
		{"one that rounds to a small one", JetBrains, `client.global.set("x", response.body.f)`, made{response: jsonAnswer(`{"f": 1.00000000000000000001}`)}, `global variable x = 1.00000000000000000001`},
		{"one beyond all floats", JetBrains, `client.global.set("x", response.body.f)`, made{response: jsonAnswer(`{"f": 1e400}`)}, "error PR802 a.http:3:6: the value of `x` is Infinity, no number, which cannot be kept [client.global.set(\"x\", response.body.f)] > look at what it is computed from"},
		{"through JSON.parse", HTTPYac, `exports.x = JSON.parse(response.body).id`, made{response: jsonAnswer(`{"id": 9007199254740993}`)}, `variable x = 9007199254740993`},
		{"two that JavaScript takes for one", JetBrains, `client.global.set("x", response.body.a)`, made{response: jsonAnswer(`{"a": 9007199254740993, "b": 9007199254740992}`)},
			"error PR802 a.http:3:6: the answer has several numbers that JavaScript takes for 9007199254740992: which of them `x` is cannot be told [client.global.set(\"x\", response.body.a)] > capture it with `# @capture x = …`, whose numbers are exact"},
		{"the same number twice", JetBrains, `client.global.set("x", response.body.a)`, made{response: jsonAnswer(`{"a": 9007199254740993, "b": 9007199254740993.0}`)}, `global variable x = 9007199254740993`},
		{"one in a text is none", JetBrains, `client.global.set("x", response.body.a)`, made{response: jsonAnswer(`{"a": 9007199254740993, "b": "\"9007199254740992"}`)}, `global variable x = 9007199254740993`},
		{"one of a variable", JetBrains, `client.global.set("y", client.global.get("x"))`, made{response: jsonAnswer(`{}`), variables: vars(Global, "x", 9007199254740993)}, `global variable y = 9007199254740993`},
		{"a big integer of the language", JetBrains, `client.global.set("x", 2n ** 70n)`, made{response: jsonAnswer(`{}`)}, `global variable x = 1180591620717411303424`},
		{"made text", JetBrains, `client.global.set("x", "" + response.body.id); client.global.set("y", [String(response.body.id)])`, made{response: jsonAnswer(`{"id": 9007199254740993}`)}, "global variable x = \"9007199254740993\"\nglobal variable y = [\"9007199254740993\"]"},
		{"part of a text", JetBrains, "client.global.set('x', `/items/${response.body.id}`)", made{response: jsonAnswer(`{"id": 9007199254740993}`)},
			"error PR802 a.http:3:6: `x` would hold 9007199254740992, which JavaScript has rounded: it is another number in the answer [client.global.set('x', `/items/${response.body.id}`)] > capture the number with `# @capture`, whose numbers are exact"},
		{"the body written down again", JetBrains, "client.global.set('x', JSON.stringify(response.body))", made{response: jsonAnswer(`{"id": 9007199254740993}`)},
			"error PR802 a.http:3:6: `x` would hold 9007199254740992, which JavaScript has rounded: it is another number in the answer [client.global.set('x', JSON.stringify(response.body))] > capture the number with `# @capture`, whose numbers are exact"},
		{"one that is printed", JetBrains, `client.log(response.body.id, response.body)`, made{response: jsonAnswer(`{"id": 9007199254740993}`)}, "info 3: 9007199254740993 {\"id\":9007199254740993}"},
		{"numbers that are exact", JetBrains, `client.global.set("x", [1, -0, 1.5, 1e21, 0.1 + 0.2, 1e-7, response.body])`, made{response: jsonAnswer(`123456`)}, `global variable x = [1,0,1.5,1e+21,0.30000000000000004,1e-07,123456]`},
	})
}
