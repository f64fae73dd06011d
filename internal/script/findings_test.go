package script

import (
	"strings"
	"testing"
)

// What scripts of other tools commonly write, and must neither break nor pass by
// mistake.
func TestCommonlyWritten(t *testing.T) {
	body := made{response: jsonAnswer(`{"a": null}`)}
	runCases(t, []scriptCase{
		{"a number as the message", JetBrains, `client.test("t", () => client.assert(response.status === 200, response.status))`, body, "pass t"},
		{"of one that fails", JetBrains, `client.test("t", () => client.assert(response.status === 201, response.status))`, body,
			"FAIL t | PR803 a.http:3:29: assertion failed: 200 [client.assert(response.status === 201, response.status)] {response.status = 200}"},
		{"two values that were to be compared", JetBrains, `client.test("t", () => client.assert(response.status, 201))`, body,
			"broken t | PR802 a.http:3:29: the second argument of an assertion is its message, and not what to compare with: 201 [client.assert(response.status, 201)] > compare with `===`"},
		{"tests in front of an exception", JetBrains, `client.test("no", () => client.assert(false, "first")); client.test("yes", () => {}); nope.x`, body,
			"FAIL no | PR803 a.http:3:30: assertion failed: first [client.assert(false, \"first\")]\npass yes\nerror PR802 a.http:3:92: `nope` is not defined [nope]"},
		{"a member of nothing", JetBrains, `client.test("t", () => client.assert(response.body.data.id === 1))`, body,
			"broken t | PR802 a.http:3:43: `response.body.data` is undefined: it has no member `id` [response.body.data] > look at what is there: `client.log(response.body)`"},
		{"a member of null", JetBrains, `response.body.a.b`, body,
			"error PR802 a.http:3:6: `response.body.a` is null: it has no member `b` [response.body.a] > look at what is there: `client.log(response.body)`"},
		{"a method of null", JetBrains, `response.body.a.b()`, body,
			"error PR802 a.http:3:6: `response.body.a` is null: it has no member `b` [response.body.a] > look at what is there: `client.log(response.body)`"},
		{"a member of a variable", JetBrains, `const x = null; x.y`, body, "error PR802 a.http:3:22: `x` is undefined or null: it has no member `y` [x]"},
		{"a member of null itself", JetBrains, `null.y`, body, "error PR802 a.http:3:6: `null` is null: it has no member `y` [null]"},
		{"the answer before the request", JetBrains, `client.log(response.status)`, made{},
			"error PR802 a.http:3:17: there is no answer yet: this script runs before the request [response] > read the answer in a script behind the request, `> {% … %}`"},
	})
}

// A condition that is a literal can never fail: it is found before anything is sent.
func TestConditionAlwaysTrue(t *testing.T) {
	for code, want := range map[string]string{
		`client.assert("response.status === 500", "m")`: "PR801 a.http:3:20: the condition of `client.assert` is a text, which is always true: it can never fail [\"response.status === 500\"] > write the condition without quotes, and the message behind it",
		"client.assert(`x`)":                            "is a text",
		"client.assert(200)":                            "is a number",
		"client.assert({})":                             "is an object",
		"client.assert(response.status === 200 || 409)": "PR801 a.http:3:47: a part of the condition of `client.assert` is a number, which is always true: it can never fail [409] > compare it with something, such as `response.status`",
		"client.assert('a' || response.body)":           "is a text",
		"client.assert(200 && 'a')":                     "is a number",
		"client.assert(response.body && 200)":           "",
		"client.assert(response.body.n + 1)":            "",
		"client.assert(response.body.a || true)":        "",
		"client.assert(true)":                           "",
		"client.assert(0)":                              "",
		`client.assert("")`:                             "",
		"client.assert(`${response.body}`)":             "",
	} {
		_, problems := compileCode(JetBrains, AfterResponse, " "+code)
		got := ""
		if len(problems) > 0 {
			got = message(problems[0])
		}
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}
