package script

import (
	"strings"
	"testing"
)

// The blocks of httpYac.
func TestHTTPYac(t *testing.T) {
	body := `{"id": 3, "data": [1, 2]}`
	open := &Request{Name: "r", Method: "GET", URL: Written{Raw: "https://example.com/{{a}}"}, Body: Written{Raw: "b"},
		Headers: []RequestHeader{{Name: "X-A", Value: Written{Raw: "{{a}}"}}, {Name: "X-B", Value: Written{Raw: "2"}}}}
	runCases(t, []scriptCase{
		{"exports are variables", HTTPYac, "exports.token = response.parsedBody.id;\n exports.list = response.parsedBody.data", made{response: jsonAnswer(body)}, "variable token = 3\nvariable list = [1,2]"},
		{"one that cannot be kept is shown where it is set", HTTPYac, "exports.a = 1;\n exports.b = response.parsedBody.nope;", made{response: jsonAnswer(body)},
			"variable a = 1\nerror PR802 a.http:4:2: the value of `b` is undefined, which cannot be kept [exports.b] > look at what the answer really has, or set it to null"},
		{"module.exports is exports", HTTPYac, "module.exports.a = 1", made{response: jsonAnswer(body)}, "variable a = 1"},
		{"variables are globals", HTTPYac, "const { b } = { b: 2 }; exports.c = a + b; console.log(typeof nope, typeof a)", made{response: jsonAnswer(body), variables: vars(Anywhere, "a", 1)}, "info 3: undefined number\nvariable c = 3"},
		{"a variable that does not exist", HTTPYac, "exports.c = tokn", made{response: jsonAnswer(body), variables: vars(Anywhere, "token", 1)}, "error PR802 a.http:3:18: `tokn` is not defined [tokn] > did you mean `token`?"},
		{"$global", HTTPYac, "$global.a = response.parsedBody.id; $global['b'] = $global.a + 1; delete $global.a; console.log('b' in $global, $global.nope, Object.keys($global))", made{response: jsonAnswer(body)},
			"info 3: true undefined [\"b\"]\nglobal variable a = 3\nglobal variable b = 4\nglobal variable a cleared"},
		{"the body is text, and parsedBody the document", HTTPYac, "console.log(typeof response.body, JSON.parse(response.body).id, response.parsedBody.data.length, response.rawBody.byteLength)", made{response: jsonAnswer(body)}, "info 3: string 3 2 25"},
		{"headers", HTTPYac, "console.log(response.headers['content-type'], response.headers.etag, response.contentType.mimeType)", made{response: jsonAnswer(body)}, "info 3: application/json undefined application/json"},
		{"tests with the assertions of Node", HTTPYac, "const { equal, ok, deepStrictEqual } = require('assert'); test('a', () => { equal(response.statusCode, 200); ok(true); deepStrictEqual(response.parsedBody.data, [1, 2]) });\n test('b', () => equal(response.statusCode, 404));\n test('c', () => deepStrictEqual(response.parsedBody, {id: 3}, 'other'))",
			made{response: jsonAnswer(body)}, "pass a\nFAIL b | PR803 a.http:4:18: assertion failed: `equal` does not hold for 200 and 404 [equal(response.statusCode, 404)] {response.statusCode = 200}\nFAIL c | PR803 a.http:5:18: assertion failed: other [deepStrictEqual(response.parsedBody, {id: 3}, 'other')] {response.parsedBody = {\"id\":3,\"data\":[1,2]}}"},
		{"assert as a function", HTTPYac, "const assert = require('node:assert'); assert(response.statusCode === 200); assert.strictEqual(response.parsedBody.id, '3')", made{response: jsonAnswer(body)},
			"pass assert(response.statusCode === 200)\nFAIL assert.strictEqual(response.parsedBody.id, '3') | PR803 a.http:3:82: assertion failed: `strictEqual` does not hold for 3 and \"3\" [assert.strictEqual(response.parsedBody.id, '3')] {response.parsedBody.id = 3}"},
		{"assert.throws", HTTPYac, "const a = require('assert'); a.throws(() => { throw new Error('x1') }, /x\\d/); a.throws(() => response.satus)", made{response: jsonAnswer(body)},
			"pass a.throws(() => { throw new Error('x1') }, /x\\d/)\nerror PR802 a.http:3:109: `response` has no member `satus` [satus] > write `response.status`"},
		{"tests by name", HTTPYac, "test.status(200); test.status('200'); test.header('Content-Type', 'application/json'); test.headerContains('content-type', 'xml'); test.hasResponseBody(); test.hasNoResponseBody(); test.responseBody('x'); test.responseBody({data: [1, 2], id: 3})",
			made{response: jsonAnswer(body)}, strings.TrimSpace(`
pass test.status(200)
FAIL test.status('200') | PR803 a.http:3:24: assertion failed: the status is 200, not "200" [test.status('200')]
pass test.header('Content-Type', 'application/json')
FAIL test.headerContains('content-type', 'xml') | PR803 a.http:3:93: assertion failed: the header content-type is "application/json", without "xml" [test.headerContains('content-type', 'xml')]
pass test.hasResponseBody()
FAIL test.hasNoResponseBody() | PR803 a.http:3:161: assertion failed: the answer has a body [test.hasNoResponseBody()]
FAIL test.responseBody('x') | PR803 a.http:3:187: assertion failed: the body is another text [test.responseBody('x')]
pass test.responseBody({data: [1, 2], id: 3})`)},
		{"a time that is no number", HTTPYac, "test.totalTime('x'); test.totalTime(); test.totalTime(5)", made{response: jsonAnswer(body)},
			"FAIL test.totalTime('x') | PR803 a.http:3:6: assertion failed: the answer took 0 ms [test.totalTime('x')]\nFAIL test.totalTime() | PR803 a.http:3:27: assertion failed: the answer took 0 ms [test.totalTime()]\npass test.totalTime(5)"},
		{"sleep and await", HTTPYac, "await sleep(20); console.log('a'); await (async () => { await sleep(1) })(); exports.a = await Promise.all([1, sleep(1).then(() => 2)])", made{response: jsonAnswer(body)}, "info 3: a\nvariable a = [1,2]"},
		{"an exception behind await", HTTPYac, "await sleep(1);\n  nope.x", made{response: jsonAnswer(body)}, "error PR802 a.http:4:3: `nope` is not defined [nope]"},
		{"the request is changed", HTTPYac, "request.headers['X-C'] = 'c' + 1; delete request.headers['X-B']; request.url += '?q=1'; request.method = 'PUT'; request.body = {a: 1}", made{request: open},
			`request PUT https://example.com/{{a}}?q=1 [X-A: {{a}}] [X-C: c1] "{\"a\":1}"`},
		{"the request is read", HTTPYac, "console.log(request.method, request.url, request.headers['X-A'], request.name)", made{request: open}, "info 3: GET https://example.com/{{a}} {{a}} r"},
		{"the request is sent, and cannot be changed", HTTPYac, "request.url = 'x'", made{request: open, response: jsonAnswer(body)}, "error PR802 a.http:3:14: `request.url` cannot be changed [url] > compare with `===`"},
		{"the request has no such member", HTTPYac, "request.header = {}", made{request: open}, "error PR802 a.http:3:14: `request` has no member `header` [header] > write `request.headers`"},
		{"a request that is called off", HTTPYac, "$cancel = true", made{request: open}, "ended 1 $cancel"},
		{"the same by an export", HTTPYac, "exports.$cancel = true; exports.a = 1", made{request: open}, "variable a = 1\nended 1 $cancel"},
		{"files and regions are not there", HTTPYac, "httpFile.fileName", made{request: open}, "error PR802 a.http:3:6: `httpFile` is not defined [httpFile] (It is of httpYac, and not supported by this version.)"},
	})
}

// The JavaScript of kulala, where it is not that of JetBrains.
func TestKulala(t *testing.T) {
	request := &Request{Name: "r", Method: "GET", URL: Written{Raw: "https://example.com/"}, Headers: []RequestHeader{{Name: "X-A", Value: Written{Raw: "1"}}}}
	runCases(t, []scriptCase{
		{"functions for properties", Kulala, `client.log(request.method(), request.headers.findByName("x-a").name(), request.url.getRaw(), request.body.getComputed(), request.iteration())`, made{request: request}, "info 3: GET X-A https://example.com/  1"},
		{"skip", Kulala, `request.skip("not today"); client.log("never")`, made{request: request}, "ended 1 not today"},
		{"abort", Kulala, `request.abort()`, made{request: request}, "ended 2"},
		{"the answer", Kulala, `client.log(response.responseCode, response.body.a, response.headers["content-type"], response.cookies["s"])`, made{response: jsonAnswer(`{"a":1}`)}, "info 3: 200 1 application/json undefined"},
		{"assert", Kulala, `assert(response.responseCode === 200, "m"); assert(false, "m")`, made{response: jsonAnswer(`{}`)}, "pass assert(response.responseCode === 200, \"m\")\nFAIL assert(false, \"m\") | PR803 a.http:3:50: assertion failed: m [assert(false, \"m\")]"},
		{"replay", Kulala, `request.replay()`, made{response: jsonAnswer(`{}`)}, "error PR802 a.http:3:6: `request.replay` is not supported by this version [request.replay()] > use `# @retry` or `# @loop`"},
	})
}
