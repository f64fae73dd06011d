package script

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// written puts facts down in words, one a line.
func writtenFacts(f *Facts) string {
	var b strings.Builder
	names := func(verb string, list []Name) {
		for _, n := range list {
			v := verb
			if n.Clear {
				v = "clear"
			}
			free := ""
			if n.Free {
				free = " free"
			}
			fmt.Fprintf(&b, "%s %v %q at [%s]%s\n", v, n.Tier, n.Name, n.Place.Source.Slice(n.Place.Span), free)
		}
	}
	names("set", f.Sets)
	names("read", f.Reads)
	names("set", f.SetsOther)
	names("read", f.ReadsOther)
	for _, flag := range []struct {
		is   bool
		what string
	}{{f.Status, "status"}, {f.Body, "body"}, {f.Tests, "tests"}, {f.Asserts, "asserts"}} {
		if flag.is {
			b.WriteString(flag.what + "\n")
		}
	}
	for _, d := range f.Warnings {
		b.WriteString(message(d) + "\n")
	}
	return strings.TrimSpace(b.String())
}

// What is known of a script before it runs.
func TestFacts(t *testing.T) {
	for _, c := range []struct {
		api        API
		code, want string
	}{
		{JetBrains, `client.global.set("id", response.body.id)`, "set global variable \"id\" at [\"id\"]\nbody"},
		{JetBrains, "client.test('t', () => { client.assert(response.status === 200); client['global'][`set`]('x', client.global.get(`y`)) })",
			"set global variable \"x\" at ['x']\nread global variable \"y\" at [`y`]\nstatus\ntests\nasserts"},
		{JetBrains, `client.global.set(name, 1); client.global.get("a" + b)`, "set global variable \"\" at [name]\nread global variable \"\" at [\"a\" + b]"},
		{JetBrains, `const g = client.global; g.set("a", 1)`, "set variable \"\" at [client.global]\nread variable \"\" at [client.global]"},
		{JetBrains, `client.global.clear("a"); client.global.clearAll()`, "clear global variable \"a\" at [\"a\"]\nclear global variable \"\" at [client.global.clearAll()]"},
		{JetBrains, `request.variables.set("a", request.environment.get("b")); client.variables.file.get("c")`, "set request variable \"a\" at [\"a\"]\nread environment variable \"b\" at [\"b\"]\nread file variable \"c\" at [\"c\"]"},
		{Kulala, `client.assert.equal(1, 1)`, "asserts"},
		{JetBrains, `if (response?.status == 1) { for (const [k, v] of Object.entries(response.body)) {} }`, "status\nbody"},
		{JetBrains, `client.log("client.global.set('no', 1)") // client.assert(response.status)`, ""},
		{JetBrains, `client.assert(response.body.id === 9007199254740993)`, "body\nasserts\nPR805 a.http:3:41: JavaScript cannot hold 9007199254740993: it takes it for 9007199254740992 [9007199254740993] > compare it with `# @assert`, whose numbers are exact"},
		{JetBrains, `client.test("t", () => response.status === 200)`, "status\ntests\nPR805 a.http:3:23: the function of the test checks nothing: it always succeeds [() => response.status === 200] > write `client.assert(…)` in it"},
		{JetBrains, `client.test("t", function() { if (response.status !== 200) throw 1 }); client.test("u", check)`, "status\ntests"},
		{Kulala, `client.assert.jsonHas("a", 1)`, "body\nasserts"},
		{JetBrains, `globalThis.client.global.set("a", globalThis.response.status)`, "set global variable \"a\" at [\"a\"]\nstatus"},
		{JetBrains, `client.assert(response.body.f === 0.1)`, "body\nasserts"},
		{HTTPYac, `exports.a = b + 1; $global.c = $global.d; exports.e.f = 1`, "set variable \"a\" at [exports.a]\nset global variable \"c\" at [$global.c]\nset variable \"e\" at [exports.e.f]\nread global variable \"d\" at [$global.d]\nread variable \"b\" at [b] free"},
		{HTTPYac, `const {x, y: [z]} = w; function f(p, ...q) { return p + q + x + z + r.s } try { f() } catch (e) { e } class C {} for (const i of [C]) i; (({u}) => u)({v}); Math.max()`,
			"read variable \"w\" at [w] free\nread variable \"r\" at [r] free\nread variable \"v\" at [v] free"},
		{HTTPYac, `const { ok } = require("assert"); test("t", () => ok(response.statusCode))`, "status\ntests\nasserts"},
		{HTTPYac, `exports[n] = 1; Object.assign(exports, {a: 1}); $cancel = true`, "read variable \"n\" at [n] free\nset variable \"\" at [exports[n]]\nset variable \"\" at [exports]"},
		{HTTPYac, `a ??= 1; $global.n += 1; delete $global.m`, "set global variable \"n\" at [$global.n]\nclear global variable \"m\" at [$global.m]\nread global variable \"n\" at [$global.n]\nread variable \"a\" at [a] free"},
	} {
		p, problems := compileCode(c.api, AfterResponse, " "+c.code)
		if problems.HasErrors() {
			t.Errorf("%s: %v", c.code, problems)
			continue
		}
		if got := writtenFacts(p.Facts()); got != c.want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.code, got, c.want)
		}
	}
}

// Mistakes that are known before anything is sent.
func TestCompile(t *testing.T) {
	for _, c := range []struct {
		code, want string
	}{
		{"client.test(", "PR801 a.http:3:17: the script ends too early [] > close what is open: a bracket, a brace, a text"},
		{"  }\n  x", "PR801 a.http:4:3: the script cannot be read: unexpected identifier [x]"},
		{"}); (function() {", "PR801 a.http:3:5: the script cannot be read: a brace closes more than the script has opened [}]"},
		{"\n  let é = 'x';\n  let é = 2", "PR801 a.http:5:7: the script cannot be read: identifier 'é' has already been declared [é]"},
		{"a = = 1", "PR801 a.http:3:9: the script cannot be read: unexpected token = [=]"},
		{"'abc", "PR801 a.http:3:5: the script cannot be read: unexpected token ILLEGAL [']"},
		{"for await (const x of y) {}", "PR801 a.http:3:9: the script cannot be read: unexpected token await [await]"},
		{"-- lua\nclient.log(1)", "PR009 a.http:3:5: not supported by this version: scripts in Lua [-- lua] > write the script in JavaScript"},
	} {
		_, problems := compileCode(JetBrains, AfterResponse, c.code)
		if got := message(problems[0]); got != c.want {
			t.Errorf("%q\ngot:  %s\nwant: %s", c.code, got, c.want)
		}
	}
	for _, name := range []string{"x.ts", "x.lua"} {
		source := diag.NewSource(name, []byte("let a: number = 1"))
		if _, problems := Compile(Unit{Source: source, Span: diag.Span{End: 17}}); len(problems) != 1 || problems[0].Code != diag.CodeUnsupported {
			t.Errorf("%s: %v", name, problems)
		}
	}
	if _, problems := compileCode(JetBrains, AfterResponse, strings.Repeat("(", 200_000)); !problems.HasErrors() {
		t.Error("a script that nests without end is compiled")
	}
}
