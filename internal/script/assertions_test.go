package script

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The modules assert and assert/strict come to the verdicts of Node, which are in
// testdata/assert: what fails there never holds here, and what holds there holds, or
// is refused where it says so.
func TestAssertionsOfNode(t *testing.T) {
	golden, err := os.ReadFile("testdata/assert/outcomes.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(golden)), "\n")
	pair := regexp.MustCompile(`^([PFX]{8} [PFX]{4}) (.*) \| (.*)$`)
	queries := regexp.MustCompile(`URLSearchParams\('a=(1'\).*2|2'\).*1)'\)$`)
	var code strings.Builder
	code.WriteString(` const assert = require("assert"), strict = require("node:assert/strict"), out = [];
const one = f => { try { f(); return "P" } catch (e) { return e?.name === "AssertionError" ? "F" : "X" } };
const all = (module, names, a, b) => names.map(name => one(() => module[name](a(), b()))).join("");
const pair = (a, b) => out.push(all(assert, ["equal", "notEqual", "strictEqual", "notStrictEqual", "deepEqual", "notDeepEqual", "deepStrictEqual", "notDeepStrictEqual"], a, b)
	+ " " + all(strict, ["equal", "notEqual", "deepEqual", "notDeepEqual"], a, b));
`)
	pairs := 0
	for _, line := range lines {
		if m := pair.FindStringSubmatch(line); m != nil {
			fmt.Fprintf(&code, "pair(() => (%s), () => (%s));\n", m[2], m[3])
			pairs++
		} else {
			fmt.Fprintf(&code, "out.push(one(() => { %s }));\n", line[2:])
		}
	}
	code.WriteString("exports.out = out.join()\n")
	if pairs < 500 || len(lines)-pairs < 150 {
		t.Fatalf("%d pairs in %d lines", pairs, len(lines))
	}
	m := &made{response: jsonAnswer(`{}`)}
	got := runCode(t, HTTPYac, AfterResponse, code.String(), m)
	if len(m.changes) != 1 {
		t.Fatal(got)
	}
	_, text, _ := strings.Cut(m.changes[0], `"`)
	outcomes := strings.Split(strings.TrimSuffix(text, `"`), ",")
	if len(outcomes) != len(lines) {
		t.Fatalf("%d outcomes of %d lines", len(outcomes), len(lines))
	}
	for i, line := range lines {
		want, got := line[:len(outcomes[i])], outcomes[i]
		if !pair.MatchString(line) {
			if (got == "P") != (want == "P") {
				t.Errorf("%s: %s", line, got)
			}
			continue
		}
		if queries.MatchString(line) { // which Node 20 takes for equal
			want = "FPFPFPFP FPFP"
		}
		refused := strings.Contains(line, "Promise")
		for at := range want {
			if got[at] != want[at] && !(refused && got[at] == 'X') {
				t.Errorf("%s: %s", line, got)
				break
			}
		}
	}
}

// Whatever way a script takes to the strict assertions, they are strict.
func TestStrictAssertions(t *testing.T) {
	for _, head := range []string{
		`const assert = require("assert/strict");`, `const assert = require("node:assert/strict");`, `const assert = require("assert").strict;`,
		`const {strict: assert} = require("assert");`, `const assert = require("node:assert").strict;`, `const assert = require("assert/strict").strict;`,
		"import assert from \"node:assert/strict\";\n", "import assert from \"assert/strict\";\n", "import {strict as assert} from \"node:assert\";\n",
		"import * as assert from \"assert/strict\";\n", "import {equal, notEqual, deepEqual, notDeepEqual} from \"node:assert/strict\"; const assert = {equal, notEqual, deepEqual, notDeepEqual};\n",
		`const loose = require("assert"), {equal, notEqual, deepEqual, notDeepEqual} = require("assert/strict"), assert = {equal, notEqual, deepEqual, notDeepEqual};`,
	} {
		for code, want := range map[string]bool{
			`assert.equal(response.parsedBody.id, "7")`:           false,
			`assert.equal(response.parsedBody.id, 7)`:             true,
			`assert.equal(response.parsedBody.missing, null)`:     false,
			`assert.notEqual(response.parsedBody.id, "7")`:        true,
			`assert.deepEqual(response.parsedBody, {id: "7"})`:    false,
			`assert.deepEqual(response.parsedBody, {id: 7})`:      true,
			`assert.notDeepEqual(response.parsedBody, {id: "7"})`: true,
		} {
			got := runCode(t, HTTPYac, AfterResponse, " "+head+" test('t', () => { "+code+" }) ", &made{response: jsonAnswer(`{"id": 7}`)})
			if strings.HasPrefix(got, "pass t") != want || strings.HasPrefix(got, "FAIL t") == want {
				t.Errorf("%s %s: %s", head, code, got)
			}
		}
	}
	for _, code := range []string{`assert.equal(1, "1")`, `assert.deepEqual([1], ["1"])`, `assert(assert.strict === require("node:assert/strict") && assert.strict.strict === assert.strict)`} {
		if got := runCode(t, HTTPYac, AfterResponse, ` const assert = require("assert"); `+code+` `, &made{response: jsonAnswer(`{}`)}); !strings.HasPrefix(got, "pass") {
			t.Errorf("%s: %s", code, got)
		}
	}
}
