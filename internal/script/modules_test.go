package script

import (
	"context"
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// compileFiles compiles the code of a handler whose modules are files of an
// archive in which a line "-- NAME --" stands before each.
func compileFiles(api API, code, files string) (*Program, diag.List) {
	all := map[string]*diag.Source{}
	for _, file := range strings.Split(files, "-- ")[1:] {
		name, text, _ := strings.Cut(file, " --\n")
		all[name] = diag.NewSource(name, []byte(text))
	}
	source := diag.NewSource("a.http", []byte("GET https://example.com\n> {%"+code+"%}"))
	return Compile(Unit{
		Source: source, Span: diag.Span{Start: 28, End: 28 + len(code)}, API: api, Event: AfterResponse,
		Load: func(from, name string) (*diag.Source, error) {
			full := path.Join(path.Dir(from), name)
			for _, ending := range []string{"", ".js", ".mjs", ".json"} {
				if s := all[full+ending]; s != nil {
					return s, nil
				}
			}
			return nil, errors.New("no such file")
		},
	})
}

func TestModules(t *testing.T) {
	for _, c := range []struct{ name, code, files, want string }{
		{"names", `import { a, b as c, default as d } from "./m"; client.log(a, c(), d)`,
			"-- m.js --\nexport const a = 1\nexport function b() { return a + 1 }\nexport default a + 2\n", "info 2: 1 2 3"},
		{"all of it", `import * as m from './m.js'
client.log(m.a, m.b, m.default, Object.keys(m))`, "-- m.js --\nexport let a = 1, { b, ...c } = {b: 2}; export class D {}; export { a as default }\n", `info 3: 1 2 1 ["default","a","b","c","D"]`},
		{"by default", `import d, { x } from "./m"; client.log(d(), new x().y)`, "-- m.js --\nexport default function() { return 5 }\nexport class x { y = 6 }\n", "info 2: 5 6"},
		{"a named default", `import d from "./m"; client.log(d())`, "-- m.js --\nexport  default  function f() { return f.name }\n", "info 2: f"},
		{"an async default", `import d from "./m"; client.log(await d())`, "-- m.js --\nexport default async function g() { await 1; return g.name }\n", "info 2: g"},
		{"an arrow by default", `import d from "./m"; client.log(d(1))`, "-- m.js --\nexport default x => x + 1;\n", "info 2: 2"},
		{"for its effects", `import "./m"; client.log("main")`, "-- m.js --\nclient.log('module'); client.global.set('a', response.status)\n", "info 1: module\ninfo 2: main\nglobal variable a = 200"},
		{"over several lines, with comments", "import /* x */ {\n  a, // the first\n  'b c' as d,\n} from \"./m\" // end\nclient.log(a, d)", "-- m.js --\nexport const a = 1; const b = 2; export { b as 'b c' };\n", "info 6: 1 2"},
		{"a module of a module, read once", `import {n} from "./a"; import {n as k} from "./sub/b"; client.log(n, k)`,
			"-- a.js --\nimport {n} from './sub/b'; export {n}\n-- sub/b.js --\nimport { start } from '../c'; client.log('once'); export let n = start\n-- c.js --\nexport var start = 7\n", "info 1: once\ninfo 2: 7 7"},
		{"exported again", `import {a, ns, b} from "./m"; client.log(a, ns.b, b)`,
			"-- m.js --\nexport * from './k'; export * as ns from './k'; export { b as a } from './k'\n-- k.js --\nexport const b = 2\n", "info 2: 2 2 2"},
		{"of Node", `import m, { a } from "./m"; client.log(a, m.a)`, "-- m.js --\nmodule.exports = { a: 3 }\n", "info 2: 3 3"},
		{"JSON", `import data from "./d.json"; client.global.set("x", data.id)`, "-- d.json --\n{\"id\": 9007199254740993}\n", "global variable x = 9007199254740993"},
		{"a name that is none of it", `import { tokn } from "./m"`, "-- m.js --\nexport const token = 1\n", "compile PR801 a.http:2:14: the module `./m` does not export `tokn` [tokn] > did you mean `token`?"},
		{"a circle", `import { a } from "./a"`, "-- a.js --\nimport {b} from './b'; export const a = b\n-- b.js --\nimport {a} from './a'; export const b = a\n",
			"compile PR801 b.js:1:17: modules import each other in a circle: a.js → b.js → a.js ['./a'] > move what both need into a module of its own"},
		{"a missing file", `import { a } from "./none"`, "", "compile PR801 a.http:2:23: the module `./none` cannot be read: no such file [\"./none\"] > write the path as seen from the file that imports it"},
		{"a package", `import { v4 } from "uuid"`, "", "compile PR801 a.http:2:24: the module `uuid` does not exist here: scripts have no access to Node and its packages [\"uuid\"] > do it without the module, or outside of the requests"},
		{"a mistake in a module", `import { a } from "./m"`, "-- m.js --\nexport const a = 1\nexport const b = (\n", "compile PR801 m.js:2:19: the script ends too early [] > close what is open: a bracket, a brace, a text"},
		{"an exception in a module", `import { a } from "./m"; client.test("t", () => a())`, "-- m.js --\nexport function a() {\n  client.assert(response.status === 404)\n}\n",
			"FAIL t | PR803 m.js:2:3: assertion failed [client.assert(response.status === 404)] {response.status = 200}"},
		{"an import inside a block", "if (true) {\n import { a } from './m'\n}", "-- m.js --\nexport const a = 1\n", "compile PR801 a.http:3:2: an import or export stands inside a statement [import { a } from './m'] > write it at the beginning of the script"},
		{"an import that is a function", `const m = import("./m")`, "", "compile PR801 a.http:2:15: `import()` is not supported by this version [import] > write `import … from \"./file\"` at the beginning"},
		{"a name twice", `import { a } from "./m"; let a = 1`, "-- m.js --\nexport const a = 1\n", "compile PR801 a.http:2:34: the script cannot be read: identifier 'a' has already been declared [a]"},
		{"TypeScript", `import { a } from "./m.ts"`, "-- m.ts --\nexport const a: number = 1\n", "compile PR801 a.http:2:23: not supported by this version: modules in TypeScript [\"./m.ts\"] > write it in JavaScript"},
		{"a name that is code", "import { 'x){' } from './m'", "-- m.js --\nexport const a = 1\n", "compile PR801 a.http:2:14: \"x){\" is no name ['] > give it a name: `{\"a b\" as ab}`"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			p, problems := compileFiles(JetBrains, c.code, c.files)
			if problems.HasErrors() {
				got = "compile " + message(problems[0])
			} else {
				m := &made{response: jsonAnswer("{}")}
				got = outcome(new(Engine).Run(context.Background(), p, m), m)
			}
			if got = strings.TrimSpace(got); got != c.want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.code, got, c.want)
			}
		})
	}
}

// require of httpYac: of files, and of what does not exist here.
func TestRequire(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{`const { a } = require("./m"); console.log(a, require("./m") === require('./m'))`, "info 2: 1 true"},
		{`require("fs")`, "compile PR801 a.http:2:13: the module `fs` does not exist here: scripts have no access to Node and its packages [\"fs\"] > do it without the module, or outside of the requests"},
		{`const n = "./m"; require(n)`, "error PR802 a.http:2:22: the module `./m` was not known when the script was read [require(n)] > write the path as text: `require(\"./file\")`"},
	} {
		p, problems := compileFiles(HTTPYac, c.code, "-- m.js --\nconst k = require('./k'); exports.a = k.b\n-- k.js --\nmodule.exports.b = 1\n")
		got := ""
		if problems.HasErrors() {
			got = "compile " + message(problems[0])
		} else {
			m := &made{response: jsonAnswer("{}")}
			got = outcome(new(Engine).Run(context.Background(), p, m), m)
		}
		if got = strings.TrimSpace(got); got != c.want {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", c.code, got, c.want)
		}
	}
}
