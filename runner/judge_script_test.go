package runner

import "testing"

// TestAssertedJavaScript protects httpYac's ?? js: what holds and what does not, what is
// an error of the check, what is found before anything is sent, and whose affair the
// status is.
func TestAssertedJavaScript(t *testing.T) {
	const login = "### login\nGET http://h/login\n"
	for _, c := range []goldenFile{
		{name: "holds", text: login + "?? js response.parsedBody.token == t-1\n?? js response.parsedBody.token.startsWith('t')\n?? js response.parsedBody.token not == t-2", sent: sentAll("/login")},
		{name: "does not", text: login + "?? js response.parsedBody.token == t-2", exit: 1, errors: []string{"3: assertion failed"}, sent: sentAll("/login")},
		{name: "is false", text: login + "?? js (response.parsedBody.token === 't-2')", exit: 1, errors: []string{"3: assertion failed"}, sent: sentAll("/login")},
		{name: "is neither true nor false", text: login + "?? js response.parsedBody.token", exit: 1, errors: []string{"3: assertion failed: the expression is neither true nor false"}, sent: sentAll("/login")},
		{name: "an alternative that is always there", text: login + "?? js (response.statusCode === 500 || 200)", exit: 1, errors: []string{"3: assertion failed: the expression is neither true nor false"}, sent: sentAll("/login")},
		{name: "undefined", text: login + "?? js response.parsedBody.nope == undefined\n?? js response.parsedBody.nope not exists\n?? js typeof response.parsedBody.nope == undefined\n?? js response.parsedBody.token != undefined", sent: sentAll("/login")},
		{name: "undefined is no other answer", text: login + "?? js response.parsedBody.nope != 5\n?? js response.parsedBody.nope isFalse\n?? js response.parsedBody.nope not == 5\n?? js response.parsedBody.nope", exit: 1,
			errors: []string{"3: assertion failed: the expression is undefined", "4: assertion failed: the expression is undefined", "5: assertion failed: the expression is undefined", "6: assertion failed: the expression is undefined"}, sent: sentAll("/login")},
		{name: "undefined that is not", text: login + "?? js response.parsedBody.token == undefined\n?? js response.parsedBody.nope exists", exit: 1, errors: []string{"3: assertion failed", "4: assertion failed"}, sent: sentAll("/login")},
		{name: "an exception", text: login + "?? js response.parsedBody.nope.includes('x')", exit: 1, errors: []string{"3: assertion failed: `response.parsedBody.nope` is undefined: it has no member `includes`"}, sent: sentAll("/login")},
		{name: "a misspelt member", text: login + "?? js response.satus not == 5", exit: 1, errors: []string{"3: assertion failed: `response` has no member `satus`"}, sent: sentAll("/login")},
		{name: "sets nothing", text: login + "?? js $global.x = 5", exit: 2, errors: []string{"3: an assertion of an assignment: it looks at what is assigned, and not at what was there"}},
		{name: "cannot be read", text: login + "?? js response.( == 5\n\n###\nGET http://h/2", exit: 2, errors: []string{"3: the expression cannot be read: unexpected token ("}},
		{name: "a template in a text", text: "@a = t-1\n\n" + login + "?? js response.parsedBody.token.includes('{{a}}')\n?? js 'a {{a}}' == a {{a}}", sent: sentAll("/login")},
		{name: "a template in a text that does not hold", text: "@a = t-2\n\n" + login + "?? js response.parsedBody.token.includes('{{a}}')", exit: 1, errors: []string{"5: assertion failed"}, sent: sentAll("/login")},
		{name: "a template that nothing answers to", text: login + "?? js response.parsedBody.token.includes('{{nope}}')", exit: 2, errors: []string{"3: no variable `nope`"}},
		{name: "a template in code", text: "@a = t-1\n\n" + login + "?? js {{a}}.length == 3", exit: 2, errors: []string{"5: a template is replaced in texts between quotes alone, and this is code"}},
		{name: "a variable of the file and of a script", text: "@a = t-1\n\n" + login + "{{\n  exports.b = response.parsedBody.token;\n}}\n?? js (a === b)", sent: sentAll("/login")},
		{name: "a variable that another request sets", text: login + "{{\n  exports.b = response.parsedBody.token;\n}}\n\n### r\nGET http://h/2\n?? js b == t-1", options: only("r"), sent: sentAll("/login", "/2")},
		{name: "the process", environ: map[string]string{"WANTED": "t-1"}, text: login + "?? js (response.parsedBody.token === process.env.WANTED)\n?? js response.parsedBody.token == {{process.env.WANTED}}", sent: sentAll("/login")},
	} {
		t.Run(c.name, c.run)
	}
}
