package script

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Whatever stands in a script, it is read without a panic, and every message and
// fact points into it.
func FuzzCompile(f *testing.F) {
	for _, code := range []string{
		"", twoLines, "exports.a = b", "import a, {b as c, 'd' as e} from './m'\nexport default function f() {}", "export * as n from './m'; export const {a, ...b} = c",
		"await x; for (const a of b) ({c, ...d} = e)", "a?.[b]?.(c); `x${y}z`; class A extends B { static { this.#x } #x = 1; get [k]() {} }", "}); (", "/re/g.test('\u2028é')", "export /**/ default\n1",
		"//x\r\nimport './m' // y", "`${", "label: for (;;) { break label }", "function* g() { yield* g() } new.target; x => ({}) ; async () => await 1",
	} {
		f.Add(uint8(0), code)
		f.Add(uint8(1), code)
	}
	f.Fuzz(func(t *testing.T, api uint8, code string) {
		source := diag.NewSource("a.http", []byte("> {%"+code+"%}"))
		module := diag.NewSource("m.js", []byte(code))
		span := diag.Span{Start: 4, End: 4 + len(code)}
		p, problems := Compile(Unit{Source: source, Span: span, API: API(api % 3), Event: AfterResponse, Load: func(from, path string) (*diag.Source, error) {
			return module, nil
		}})
		inside := func(what string, at Place) {
			limit := span
			if at.Source == module {
				limit = diag.Span{End: len(code)}
			}
			if at.Source == nil || at.Span.Start < limit.Start || at.Span.End > limit.End || at.Span.End < at.Span.Start {
				t.Fatalf("%s points at %v of %v", what, at.Span, limit)
			}
		}
		for _, d := range problems {
			inside(d.Summary, Place{d.Source, d.Subject})
		}
		if (p == nil) != problems.HasErrors() {
			t.Fatalf("a program %v with problems %v", p, problems)
		}
		if p == nil {
			return
		}
		facts := p.Facts()
		for _, list := range [][]Name{facts.Sets, facts.Reads, facts.SetsOther, facts.ReadsOther} {
			for _, n := range list {
				inside(n.Name, n.Place)
			}
		}
	})
}

// The rewriting of imports and exports moves nothing: what is left of the code
// stands where it stood, and nothing of it is longer.
func FuzzModuleStatements(f *testing.F) {
	for _, code := range []string{
		"import a from './m'; b", "import * as a from \"m\"\n;b", "export {a as b, c}; d", "export default 1 + 2", "export async function f() {}", "import {a,} from 'b' // c", "export * from 'x'",
		"import /*é*/ a from 'b'\u2028c", "export class A {}", "import{a as b}from'c';", "export let [a, {b}] = c",
	} {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		u := &unit{source: diag.NewSource("m.js", []byte(code)), code: len(code), module: true}
		l := &links{unit: u, code: []byte(code)}
		if _, ok := l.statement(0); !ok {
			return
		}
		if len(l.code) != len(code) {
			t.Fatalf("%q became %q", code, l.code)
		}
		for i := range code {
			was, is := code[i], l.code[i]
			if (was == '\n' || was == '\r') != (is == '\n' || is == '\r') {
				t.Fatalf("%q became %q: a line end moved", code, l.code)
			}
		}
	})
}

// Whatever a script does, it ends, what comes of it points into it, and no fault
// of the engine is behind its error.
func FuzzRun(f *testing.F) {
	for _, code := range []string{
		twoLines, "exports.a = JSON.parse(response.body); $global.b = exports", "throw {get message() { return {} }}", "client.log(client, response, request, console, new Map(), [,1], -0, 1n, Symbol())",
		"await Promise.all([1, sleep(1)]); $cancel = 1", "for (const k in response) client.log(k, typeof response[k])", "request.headers = {a: [1]}; request.body = null; request.url = 5",
		"Object.setPrototypeOf(response, null); class A extends Error {}; throw new A(response)", "const {ok, throws, ...rest} = require('assert'); throws(() => ok(0), /x/)",
		"client.test('a', async () => { setTimeout(() => { throw 1 }); await 1 })", "delete exports; with (response) { status }", "(function f() { try { f() } finally { f() } })()",
	} {
		f.Add(uint8(0), code)
		f.Add(uint8(1), code)
		f.Add(uint8(2), code)
	}
	e := Engine{Limits: Limits{Time: 100 * time.Millisecond, Depth: 50}}
	f.Fuzz(func(t *testing.T, api uint8, code string) {
		p, problems := compileCode(API(api%3), Event(api/3%2), code)
		if problems.HasErrors() {
			return
		}
		m := &made{variables: vars(Anywhere, "a", 1)}
		if p.event == AfterResponse {
			m.response = jsonAnswer(`{"id": 9007199254740993, "a": [1, "x", null]}`)
		}
		result := e.Run(context.Background(), p, m)
		all := []*diag.Diagnostic{result.Err}
		for _, c := range result.Checks {
			all = append(all, c.Diagnostic)
			if c.Passed != (c.Diagnostic == nil) {
				t.Fatalf("the check %+v", c)
			}
		}
		for _, d := range all {
			switch {
			case d == nil:
			case strings.Contains(d.Summary, "cannot be run"):
				t.Fatalf("%v", d)
			case d.Source == nil || d.Subject.Start < 0 || d.Subject.End > len(d.Source.Text()) || d.Summary == "":
				t.Fatalf("%+v", d)
			}
		}
	})
}
