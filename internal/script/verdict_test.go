package script

import "testing"

// A test that has not run, and a failure that has been left behind, are no
// success.
func TestLostVerdicts(t *testing.T) {
	body := made{response: jsonAnswer(`{"ok": true}`)}
	runCases(t, []scriptCase{
		{"a generator", JetBrains, `client.test("t", function*() { client.assert(false) })`, body, "broken t | PR802 a.http:3:6: the function of the test is a generator, which nobody runs: it would test nothing [client.test(\"t\", function*() { client.assert(false) })] > write an async function, or leave the `*` out"},
		{"one of httpYac", HTTPYac, `test("t", function*() { throw 1 })`, body, "broken t | PR802 a.http:3:6: the function of the test is a generator, which nobody runs: it would test nothing [test(\"t\", function*() { throw 1 })] > write an async function, or leave the `*` out"},
		{"one that is bound", JetBrains, `client.test("t", (function*() { client.assert(false) }).bind(null))`, body, "broken t | PR802 a.http:3:6: the function of the test is a generator, which nobody runs: it would test nothing [client.test(\"t\", (function*() { client.assert(false) }).bind(null))] > write an async function, or leave the `*` out"},
		{"an object that can be waited for", JetBrains, `client.test("t", () => ({then(ok, no) { no(new Error("late")) }})); client.test("u", () => ({then(ok) { setTimeout(ok, 1) }})); client.test("v", () => ({then() {}})); client.test("w", () => ({get then() { throw new Error("x") }}))`, body, "FAIL t | PR803 a.http:3:49: the script threw an exception: late [new Error(\"late\")]\npass u\nbroken v | PR802 a.http:3:134: a promise never settles: nothing is left that could [client.test(\"v\", () => ({then() {}}))] > call `resolve` or `reject` on every way\nFAIL w | PR803 a.http:3:217: the script threw an exception: x [new Error(\"x\")]"},
		{"an asynchronous assertion, and the end", JetBrains, `async function check() { client.assert(response.status === 500) } check(); client.exit()`, body, `FAIL client.assert(response.status === 500) | PR803 a.http:3:31: assertion failed [client.assert(response.status === 500)] {response.status = 200}`},
		{"an assertion, and the end behind it", JetBrains, `client.test("t", () => { try { client.assert(false, "no") } finally { client.exit() } }); client.test("u", () => client.exit())`, body, "FAIL t | PR803 a.http:3:37: assertion failed: no [client.assert(false, \"no\")]\npass u"},
		{"the same outside of a test", JetBrains, `try { client.assert(false, "no") } finally { client.exit() }`, body, `FAIL client.assert(false, "no") | PR803 a.http:3:12: assertion failed: no [client.assert(false, "no")]`},
		{"a rejection, and the end", JetBrains, `Promise.reject(new Error("lost")); client.exit()`, body, `error PR802 a.http:3:21: the script threw an exception: lost [new Error("lost")]`},
		{"the same in a test", JetBrains, `client.test("t", () => { Promise.reject(new Error("lost")); client.exit() })`, body, `FAIL t | PR803 a.http:3:46: the script threw an exception: lost [new Error("lost")]`},
		{"the end by a timer", JetBrains, `client.test("t", () => client.assert(true)); setTimeout(client.exit, 1); setTimeout(() => client.log("never"), 5)`, body, `pass t`},
		{"the end by a timer of a test", JetBrains, `client.test("t", () => { setTimeout(client.exit, 0); setTimeout(() => client.assert(false), 5) }); client.test("u", () => client.assert(true))`, body, "pass t\npass u"},
		{"an assertion that is expected to fail is none that was lost", JetBrains, `try { client.assert(false) } catch (e) { client.log("caught") } client.assert(true)`, body, "pass client.assert(true)\ninfo 3: caught"},
		{"what one test leaves behind is not the next one's", JetBrains, `client.test("a", () => { Promise.reject(new Error("1")); Promise.reject(new Error("2")); setTimeout(() => client.log("never"), 5); throw new Error("3") }); client.test("b", () => client.assert(true))`, body, "FAIL a | PR803 a.http:3:143: the script threw an exception: 3 [new Error(\"3\")]\npass b"},
		{"a test in a test", JetBrains, `client.test("a", () => { client.test("b", () => client.assert(false)) })`, body, "pass a\nFAIL a / b | PR803 a.http:3:54: assertion failed [client.assert(false)]"},
	})
}
