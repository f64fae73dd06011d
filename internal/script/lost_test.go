package script

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// What was thrown when a script ended itself in a `finally` is not lost, and what
// was caught before is no failure.
func TestExitInFinally(t *testing.T) {
	for code, want := range map[string]string{
		`client.test("a", () => { try { throw new Error("x") } finally { client.exit() } })`:                                            "FAIL a | PR803 a.http:3:43: the script threw an exception: x",
		`client.test("a", () => { try { null.x } finally { client.exit() } })`:                                                          "broken a | PR802 a.http:3:37: `null` is null",
		`try { null.x } finally { client.exit() }`:                                                                                      "error PR802 a.http:3:12: `null` is null",
		`client.test("a", () => { try { throw "x" } finally { client.exit() } })`:                                                       "FAIL a | PR803 a.http:3:6: the script threw an exception: \"x\"",
		`client.test("a", async () => { try { await Promise.reject(new Error("y")) } finally { client.exit() } })`:                      "FAIL a | PR803",
		`client.test("a", () => Promise.reject(new Error("y")).finally(() => client.exit()))`:                                           "FAIL a | PR803",
		`const done = () => client.exit(); client.test("a", () => { try { throw new Error("x") } finally { done() } })`:                 "FAIL a | PR803",
		`client.test("a", () => { try { throw 1 } catch (e) { throw new Error("two") } finally { client.exit() } })`:                    "exception: two",
		`client.test("a", () => { try { try { throw new Error("in") } finally { client.log(1) } } finally { client.exit() } })`:         "exception: in",
		`client.test("a", () => { function f() { try { return g() } finally { client.exit() } } function g() { null.x } f() })`:         "broken a",
		`client.test("a", () => { try { throw 1 } catch (e) {} finally { client.exit() } })`:                                            "pass a\n",
		`client.test("a", () => { try { try { throw 1 } finally { client.log(1) } } catch (e) {} client.exit() })`:                      "pass a\ninfo 3: 1\n",
		`client.test("a", () => { try { return 1 } finally { client.exit() } })`:                                                        "pass a\n",
		`client.test("a", () => { for (const x of [1, 2]) { try { if (x === 1) continue; break } finally { client.log(x) } } })`:        "pass a\ninfo 3: 1\ninfo 3: 2\n",
		`client.test("a", () => { const f = () => { try { throw 1 } finally { return 2 } }; client.assert(f() === 2); client.exit() })`: "pass a\n",
		`client.test("a", () => Promise.reject(1).finally(() => {}).catch(() => client.exit()))`:                                        "pass a\n",
		`function* g() { try { yield 1; throw 2 } finally { client.log("end") } } for (const x of g()) { client.log(x); break }`:        "info 3: 1\ninfo 3: end\n",
		`client.test("a", () => { try { throw new Error("x") } finally { client.log("f") } })`:                                          "FAIL a | PR803 a.http:3:43: the script threw an exception: x [new Error(\"x\")]\ninfo 3: f\n",
		`client.test("a", () => { try { null.x } finally { } })`:                                                                        "broken a | PR802 a.http:3:37: `null` is null: it has no member `x` [null]\n",
		`client.test("a", () => { try { client.assert(false, "no") } finally { } })`:                                                    "FAIL a | PR803 a.http:3:37: assertion failed: no [client.assert(false, \"no\")]\n",
	} {
		m := &made{response: jsonAnswer(`{}`)}
		result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " "+code), m)
		if got := outcome(result, m); !strings.Contains(got, want) || strings.HasSuffix(want, "\n") && got != want {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

// What waits for a promise that is never settled is broken: what stands behind it
// has not been looked at.
func TestWaitsForEver(t *testing.T) {
	const never = "new Promise(() => {})"
	const broken = "a promise never settles"
	for code, want := range map[string]string{
		"client.test('t', () => { (async () => { await " + never + "; client.assert(false) })() })":                                                                             "broken t | PR802 a.http:3:52: " + broken,
		"client.test('t', () => { (async () => { await 1; await " + never + "; client.assert(false) })() })":                                                                    "broken t | PR802 a.http:3:6: " + broken,
		"client.test('t', () => { " + never + ".then(() => client.assert(false)) })":                                                                                            "broken t | PR802 a.http:3:31: " + broken,
		"client.test('t', () => { " + never + ".finally(() => client.assert(false)) })":                                                                                         broken,
		"client.test('t', () => { Promise.all([1, " + never + "]).then(() => client.assert(false)) })":                                                                          broken,
		"client.test('t', () => { (async () => { await Promise.all([" + never + "]) })() })":                                                                                    broken,
		"(async () => { await " + never + "; client.assert(false) })()":                                                                                                         "error PR802 a.http:3:27: " + broken,
		never + ".then(() => client.test('t', () => client.assert(false)))":                                                                                                     "error PR802",
		"client.test('t', async () => { client.assert(true); await " + never + " })":                                                                                            "broken t | PR802 a.http:3:6: " + broken,
		"async function f() { await g() } async function g() { await " + never + " } client.test('t', () => { f() })":                                                           broken,
		"client.test('t', () => { (async () => { const x = await 1; client.assert(x === 1) })() })":                                                                             "pass t\n",
		"client.test('t', async () => { await Promise.race([" + never + ", sleep(1)]) })":                                                                                       "pass t\n",
		"client.test('t', async () => { await Promise.race([(async () => " + never + ")(), sleep(1)]) })":                                                                       "pass t\n",
		"client.test('t', async () => { await Promise.any([" + never + ", 1]) })":                                                                                               "pass t\n",
		"client.test('t', () => { " + never + " })":                                                                                                                             "pass t\n",
		"client.test('t', () => { " + never + ".catch(() => {}) })":                                                                                                             "pass t\n",
		"client.test('t', () => Promise.reject(1).then(() => client.assert(false)).catch(() => {}))":                                                                            "pass t\n",
		"client.test('t', () => Promise.reject(1).then(() => 1).then(() => 2).catch(() => 3).then(x => client.log(x)))":                                                         "pass t\ninfo 3: 3\n",
		"client.test('t', () => { (async () => { await " + never + " })(); client.exit() })":                                                                                    "pass t\n",
		"let done; new Promise(r => done = r).then(() => client.log('late')); client.test('t', () => done())":                                                                   "pass t\ninfo 3: late\n",
		"client.test('t', async () => { let id; const late = new Promise((_, no) => id = setTimeout(no, 50)).then(() => 1); await Promise.race([late, 1]); clearTimeout(id) })": "pass t\n",
		"client.test('t', () => { (async () => { for (let i = 0; i < 3000; i++) { await i; Promise.resolve(i).then(x => x) } client.log('all') })() })":                         "pass t\ninfo 3: all\n",
		"client.test('t', () => { setTimeout(async () => { await sleep(2); client.log('x') }, 1) })":                                                                            "pass t\ninfo 3: x\n",

		"client.test('t', async () => (function*() { client.assert(false) })())":            "broken t | PR802 a.http:3:6: the function of the test is a generator",
		"client.test('t', () => Promise.resolve((function*() { client.assert(false) })()))": "is a generator",
		"client.test('t', () => ({then(ok) { ok((function*() {})()) }}))":                   "is a generator",
		"client.test('t', () => [(function*() { client.assert(false) })()])":                "is a generator",
		"client.test('t', () => () => client.assert(false))":                                "has come to a function",
		"client.test('t', async () => () => client.assert(false))":                          "has come to a function",
		"client.test('t', async () => [1, 2])":                                              "pass t\n",
	} {
		t.Run("", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &made{response: jsonAnswer(`{}`)}
				code = strings.ReplaceAll(code, "sleep(", "((n) => new Promise(r => setTimeout(r, n)))(")
				result := new(Engine).Run(context.Background(), mustCompile(t, JetBrains, AfterResponse, " "+code), m)
				if got := outcome(result, m); !strings.Contains(got, want) || strings.HasSuffix(want, "\n") && got != want {
					t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
				}
			})
		})
	}
}

// An assertion is a check of the answer if it has held, or if it is reported; one
// that was caught is none, and is said to be none.
func TestAsserted(t *testing.T) {
	for _, c := range []struct {
		code     string
		asserted bool
		note     string // its place
	}{
		{`client.log(response.status)`, false, ""},
		{`client.assert(response.status === 200)`, true, ""},
		{`client.assert(response.status === 500)`, true, ""},
		{`client.test("t", () => client.assert(response.status === 500))`, true, ""},
		{`client.test("t", () => {})`, false, ""},
		{`try { client.assert(response.status === 500) } catch (e) {}`, false, "3:12"},
		{`client.test("t", () => { try { client.assert(response.status === 500) } catch (e) {} })`, false, "3:37"},
		{`client.test("t", () => { try { client.assert(response.status === 500) } catch (e) { client.assert(true) } })`, true, "3:37"},
		{`client.test("t", () => { try { client.assert(false) } catch (e) { client.exit() } })`, true, ""},
		{`client.test("t", async () => { const f = async () => client.assert(false); await f().catch(() => {}) })`, false, "3:59"},
		{`const assert = require("assert"); assert.throws(() => client.assert(false))`, true, ""},
	} {
		m := &made{response: jsonAnswer(`{}`)}
		result := new(Engine).Run(context.Background(), mustCompile(t, HTTPYac, AfterResponse, " "+c.code), m)
		note := ""
		for _, n := range result.Notes {
			p := n.Source.Position(n.Subject.Start)
			note += fmt.Sprintf("%d:%d", p.Line, p.Column)
		}
		if result.Asserted != c.asserted || note != c.note {
			t.Errorf("%s: asserted %v, notes %q; want %v, %q", c.code, result.Asserted, note, c.asserted, c.note)
		}
	}
}
