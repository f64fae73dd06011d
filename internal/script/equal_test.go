package script

import (
	"strings"
	"testing"
)

// What the module assert of Node takes for equal.
func TestDeepEqual(t *testing.T) {
	const loose, strict, unequal = "loose", "strict", "unequal"
	for _, c := range []struct{ a, b, want string }{
		{`new Set([1])`, `new Set([2])`, unequal},
		{`new Set([1, {a: 1}])`, `new Set([{a: 1}, 1])`, strict},
		{`new Set([1, 1])`, `new Set([1, 2])`, unequal},
		{`new Map([["a", {b: 1}], ["c", 2]])`, `new Map([["c", 2], ["a", {b: 1}]])`, strict},
		{`new Map([["a", 1]])`, `new Map([["a", 2]])`, unequal},
		{`new Map([["a", 1]])`, `new Map([["b", 1]])`, unequal},
		{`new Map()`, `new Set()`, unequal},
		{`new Date(0)`, `new Date(1)`, unequal},
		{`new Date(5)`, `new Date(5)`, strict},
		{`new Date(NaN)`, `new Date(NaN)`, unequal}, // as NaN is not NaN
		{`new Set([{a: 1}, {a: 1}])`, `new Set([{a: 1}, {a: 2}])`, unequal},
		{`new Map([[{a: 1}, 1], [{a: 1}, 1]])`, `new Map([[{a: 1}, 1], [{a: 1}, 2]])`, unequal},
		{`/a/g`, `/a/i`, unequal},
		{`/a/g`, `/b/g`, unequal},
		{`/a/g`, `/a/g`, strict},
		{`new Error("a")`, `new Error("b")`, unequal},
		{`new Error("a")`, `new TypeError("a")`, unequal},
		{`new Error("a")`, `new Error("a")`, strict},
		{`Object.assign(new Error("a"), {code: 1})`, `Object.assign(new Error("a"), {code: 2})`, unequal},
		{`new Uint8Array([1, 2]).buffer`, `new Uint8Array([1, 3]).buffer`, unequal},
		{`new Uint8Array([1, 2]).buffer`, `new Uint8Array([1, 2]).buffer`, strict},
		{`new Uint8Array([1])`, `new Uint8Array([2])`, unequal},
		{`new Uint8Array([1])`, `new Int8Array([1])`, unequal},
		{`new Uint8Array([1])`, `new Uint8Array([1])`, strict},
		{`new Number(1)`, `new Number(2)`, unequal},
		{`new String("a")`, `new String("a")`, strict},
		{`[1, 2]`, `[1]`, unequal},
		{`[1, , 2]`, `[1, undefined, 2]`, unequal},
		{`{a: 1}`, `{b: 1}`, unequal},
		{`{a: undefined}`, `{toString: undefined}`, unequal},
		{`{a: 1, b: 2}`, `{b: 2, a: 1}`, strict},
		{`{a: 1}`, `{a: "1"}`, loose},
		{`[NaN]`, `[NaN]`, strict},
		{`[0]`, `[-0]`, loose},
		{`{}`, `Object.create(null)`, loose},
		{`new (class A {})`, `{}`, loose},
		{`{[Symbol.iterator]: 1}`, `{}`, loose},
		{`() => 1`, `() => 1`, unequal},
		{`null`, `{}`, unequal},
		{`response.parsedBody`, `{a: [1]}`, strict},
	} {
		run := func(method string) bool {
			got := runCode(t, HTTPYac, AfterResponse, " const a = require('assert'); a."+method+"("+c.a+", "+c.b+") ", &made{response: jsonAnswer(`{"a": [1]}`)})
			if strings.HasPrefix(got, "error") {
				t.Errorf("%s(%s, %s): %s", method, c.a, c.b, got)
			}
			return strings.HasPrefix(got, "pass")
		}
		for method, want := range map[string]bool{
			"deepEqual": c.want != unequal, "notDeepEqual": c.want == unequal, "deepStrictEqual": c.want == strict, "notDeepStrictEqual": c.want != strict,
		} {
			if got := run(method); got != want {
				t.Errorf("%s(%s, %s): %v", method, c.a, c.b, got)
			}
		}
	}
	const circle = `const x = {}; x.x = x; const y = {}; y.x = y; `
	if got := runCode(t, HTTPYac, AfterResponse, ` const a = require('assert'); `+circle+`a.deepEqual(x, y) `, &made{response: jsonAnswer(`{}`)}); !strings.Contains(got, "what is compared contains itself") {
		t.Errorf("a circle: %s", got)
	}
	for _, code := range []string{`a.deepEqual(new WeakSet(), new WeakSet())`, `a.deepEqual(new Proxy({}, {}), {})`, `a.notDeepEqual({}, new Proxy({}, {}))`,
		`a.notDeepEqual(response.headers, {"content-type": "application/json"})`, `a.deepEqual(crypto.sha256(), crypto.sha256())`, `a.deepEqual(new TextDecoder(), new TextDecoder())`, `a.deepEqual("a"[Symbol.iterator](), "b"[Symbol.iterator]())`,
		`a.throws(() => { throw new Error("boom") }, "boom")`, `a.throws(() => { throw "boom" }, "boom")`, `a.notDeepEqual(Promise.resolve(1), Promise.resolve(1))`, `a.deepEqual(new DataView(new ArrayBuffer(1)), new DataView(new ArrayBuffer(1)))`,
		`a.throws(() => { throw 1 }, 5)`, `a.throws(() => { throw new Error("x") }, {})`, `a.throws(async () => 1)`, `a.doesNotThrow(async () => { throw 1 })`} {
		got := runCode(t, HTTPYac, AfterResponse, " const a = require('assert'); "+code+" ", &made{response: jsonAnswer(`{}`)})
		if !strings.HasPrefix(got, "error PR802") {
			t.Errorf("%s: %s", code, got)
		}
	}
}

// What assert.throws looks at.
func TestThrows(t *testing.T) {
	for code, want := range map[string]bool{
		`a.throws(() => { throw new TypeError("x") }, TypeError)`:                              true,
		`a.throws(() => { throw new TypeError("x") }, Error)`:                                  true,
		`a.throws(() => { throw new Error("x") }, TypeError)`:                                  false,
		`a.throws(() => { throw 5 }, Error)`:                                                   false,
		`a.throws(() => { null.x }, TypeError)`:                                                true,
		`a.throws(() => { throw new Error("x1") }, /x\d/)`:                                     true,
		`a.throws(() => { throw new Error("x1") }, /^Error: x1$/)`:                             true,
		`a.throws(() => { throw new Error("x1") }, /y/)`:                                       false,
		`a.throws(() => { throw new Error("x") }, e => e.message === "x")`:                     true,
		`a.throws(() => { throw new Error("x") }, e => e.message === "y")`:                     false,
		`a.throws(() => { throw new Error("x") }, e => 1)`:                                     false,
		`a.throws(() => { throw new Error("x") }, {message: "x"})`:                             true,
		`a.throws(() => { throw new Error("x") }, {message: "x", name: "Error"})`:              true,
		`a.throws(() => { throw new Error("x") }, {message: "y"})`:                             false,
		`a.throws(() => { throw new Error("x1") }, {message: /x\d/})`:                          true,
		`a.throws(() => { throw new Error("x") }, {code: 5})`:                                  false,
		`a.throws(() => { throw new Error("x") }, new Error("x"))`:                             true,
		`a.throws(() => { throw new Error("x") }, new Error("y"))`:                             false,
		`a.throws(() => { throw 5 }, {message: "x"})`:                                          false,
		`a.throws(() => { throw 5 }, "message")`:                                               true,
		`a.throws(() => {})`:                                                                   false,
		`a.throws(() => {}, Error)`:                                                            false,
		`a.doesNotThrow(() => {})`:                                                             true,
		`a.doesNotThrow(() => { throw 1 })`:                                                    false,
		`test("t", () => { a.throws(() => client.assert(false)); a.ok(true); client.exit() })`: true,
		`a.throws(() => a.equal(1, 2))`:                                                        true,
	} {
		got := runCode(t, HTTPYac, AfterResponse, " const a = require('assert'); "+code+" ", &made{response: jsonAnswer(`{}`)})
		if got := strings.TrimSpace(got); strings.HasPrefix(got, "pass") != want || strings.HasPrefix(got, "FAIL") == want {
			t.Errorf("%s: %s", code, got)
		}
	}
}
