package eval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/expr-lang/expr"

	"github.com/postrider/postrider/internal/value"
)

// The grammar is expr's, and so is the meaning of what is not exact numbers,
// missing members or types: for this core a program here and one of expr's own
// machine must give the same. It notices if the parser of a new version of expr
// gives a tree that means something else.
func TestSameAsExpr(t *testing.T) {
	const document = `{"items":[{"id":"t-1","n":1,"ok":true},{"id":"t-2","n":2,"ok":false},{"id":"t-3","n":3,"ok":true}],"numbers":[5,3,8],"name":"bob","user":{"name":"Ann"}}`
	env := environment(answer("application/json", document))
	body, _, err := value.Decode([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]any{"body": body, "status": 200, "url": "http://x/a"}
	same := func(src string) {
		t.Helper()
		program, err := expr.Compile(src, expr.Env(theirs))
		if err != nil {
			t.Errorf("expr does not compile %s: %v", src, err)
			return
		}
		want, err := expr.Run(program, theirs)
		if err != nil {
			t.Errorf("expr does not evaluate %s: %v", src, err)
			return
		}
		got := outcome(src, Value, env)
		for _, stricter := range []string{"is empty, and every text has that in it", "are texts that hold numbers"} {
			if strings.Contains(got, stricter) { // which expr finds nothing wrong with
				return
			}
		}
		if got != value.Format(plainOf(want)) {
			t.Errorf("%s\n got: %s\nexpr: %s", src, got, value.Format(plainOf(want)))
		}
	}
	for _, src := range []string{
		`1 + 2 * 3 - 4`, `(1 + 2) * 3`, `-2 ** 2`, `2 ** 3 ** 2`, `2 ^ 3`, `7 % 3`, `-7 % 3`, `10 - 3 - 2`, `- - 3`, `+3`, `1_000 + 0x10 + 0b11 + 0o7`,
		`"a" + "b" + "c"`, `"a" < "b"`, `"é" + 'x' + "\u00e9\n"`, "`raw\\n`", `"abc" contains "b"`, `"abc" startsWith "ab"`, `"abc" endsWith "bc"`, `"abc" matches "^a.c$"`, `not ("abc" contains "z")`, `"abc" not contains "z"`,
		`1 < 2 and 2 < 3 or false`, `true or false and false`, `not true or true`, `!(1 == 2) && 3 != 4 || false`, `1 == 1 ? "a" : "b"`, `false ? 1 : true ? 2 : 3`, `if 1 > 2 { "x" } else { "y" }`,
		`1..4`, `2 in 1..4`, `5 not in 1..4`, `"name" in body.user`, `3 in body.numbers`, `[1, 2, 3][1:]`, `[1, 2, 3][:2]`, `[1, 2, 3][-2:]`, `body.numbers[1:2]`, `"hello"[1:3]`, `body.numbers[-1]`, `body["user"]["name"]`, `body.user?.name`,
		`let x = 2; let y = x + 1; x * y`, `(let x = 2; x) + 1`, `body.items | filter(.ok) | map(.id)`, `filter(body.items, {.n > 1 and .ok})`, `map(body.items, #.n * #index)`, `all(body.items, .n > 0)`, `any(body.items, #.n == 2)`,
		`none(body.items, .n > 9)`, `one(body.items, .n == 2)`, `count(body.items, .ok)`, `sum(body.items, .n)`, `sum(body.numbers)`, `find(body.items, .n > 1)`, `findIndex(body.items, .n > 1)`, `findLast(body.items, .ok)`, `findLastIndex(body.items, .ok)`,
		`reduce(body.numbers, #acc + #)`, `reduce(1..4, #acc * #, 1)`, `sortBy(body.items, .n, "desc") | map(.id)`, `groupBy(body.items, string(.ok))`, `map(1..3, map(1..#, # * 2))`, `filter(1..9, # % 2 == 0)[1:]`,
		`len("héllo")`, `upper("ab") | lower()`, `trim("  x ")`, `split("a,b,c", ",", 2)`, `join(["a", "b"], "-")`, `replace("aXbX", "X", "-")`, `repeat("ab", 3)`, `indexOf("abc", "c")`, `hasPrefix("abc", "a")`, `trimPrefix("abc", "a")`,
		`keys({"b": 1, "a": 2}) | sort()`, `first(body.numbers)`, `last(body.numbers)`, `take(body.numbers, 2)`, `reverse(body.numbers)`, `uniq([1, 2, 1])`, `concat([1], [2, 3])`, `flatten([[1], [2, [3]]])`, `sort(body.numbers, "desc")`,
		`max(body.numbers)`, `min(1, 2)`, `abs(-3)`, `int("12")`, `string(12)`, `type("x")`, `type([])`, `bitand(6, 3) + bitor(4, 1) + bitshl(1, 3)`, `{"a": 1, "b": [2, {"c": 3}]}`, `get(body.user, "name")`, `nil ?? 1`, `nil == nil`, `toPairs({"a": 1})`, `fromPairs([["a", 1]])`,
	} {
		same(src)
	}
	g := generator{rand.New(rand.NewPCG(1, 2))}
	for range 2000 {
		src := []func(int) string{g.number, g.condition, g.text, g.list}[g.IntN(4)](4)
		same(src)
		if t.Failed() {
			return
		}
	}
}

// plainOf turns a value of expr's machine into one of package value.
func plainOf(v any) any {
	switch v := v.(type) {
	case float64: // of ** and /
		n, _ := value.Float(v)
		return n
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = plainOf(e)
		}
		return out
	case []int:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
		}
		return out
	case []string:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[name] = plainOf(e)
		}
		return out
	case map[any]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[fmt.Sprint(name)] = plainOf(e)
		}
		return out
	case map[any][]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[fmt.Sprint(name)] = plainOf(e)
		}
		return out
	case [][2]any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = []any{plainOf(e[0]), plainOf(e[1])}
		}
		return out
	}
	return v
}

// generator writes expressions of the core that have a value.
type generator struct{ *rand.Rand }

func (g generator) one(choices ...string) string { return choices[g.IntN(len(choices))] }

func (g generator) number(depth int) string {
	if depth == 0 {
		return g.one("0", "1", "2", "7", "12", "-3", "status", "body.numbers[1]", "body.items[0].n")
	}
	depth--
	switch g.IntN(6) {
	case 0:
		return g.number(0)
	case 1:
		return "len(" + g.list(depth) + ")"
	case 2:
		return "sum(" + g.list(depth) + ", # " + g.one("+ 1", "* 2", "- 3") + ")"
	case 3:
		return "(" + g.condition(depth) + " ? " + g.number(depth) + " : " + g.number(depth) + ")"
	case 4:
		return "(" + g.number(depth) + ") % " + g.one("3", "5")
	}
	return g.number(depth) + g.one(" + ", " - ", " * ") + "(" + g.number(depth) + ")"
}

func (g generator) condition(depth int) string {
	if depth == 0 {
		return g.one("true", "false", "body.items[0].ok", "status == 200")
	}
	depth--
	switch g.IntN(6) {
	case 0:
		return "not (" + g.condition(depth) + ")"
	case 1:
		return "(" + g.condition(depth) + g.one(" and ", " or ", " && ", " || ") + g.condition(depth) + ")"
	case 2:
		return "(" + g.text(depth) + ")" + g.one(" == ", " != ", " < ", " contains ", " startsWith ", " endsWith ") + "(" + g.text(depth) + ")"
	case 3:
		return g.one("any", "none", "one") + "(" + g.list(depth) + ", # " + g.one("> 2", "== 3", "<= 1", "in 1..3") + ")"
	case 4:
		return "(" + g.number(depth) + ") in " + g.one("[1, 2, 3]", "1..9", "body.numbers")
	}
	return "(" + g.number(depth) + ")" + g.one(" == ", " != ", " < ", " <= ", " > ", " >= ") + "(" + g.number(depth) + ")"
}

func (g generator) text(depth int) string {
	if depth == 0 {
		return g.one(`"a"`, `"aB"`, `'b c'`, `""`, "body.name", "url", "body.user?.name")
	}
	depth--
	switch g.IntN(4) {
	case 0:
		return g.one("upper", "lower", "trim") + "(" + g.text(depth) + ")"
	case 1:
		return "(" + g.text(depth) + ")" + g.one("[:1]", "[1:]", "[:-1]", "[1:2]")
	case 2:
		return "string(" + g.number(depth) + ")"
	}
	return g.text(depth) + " + " + g.text(depth)
}

func (g generator) list(depth int) string {
	if depth == 0 {
		return g.one("[1, 2, 3]", "1..4", "body.numbers", "[5]", "map(body.items, .n)")
	}
	depth--
	switch g.IntN(5) {
	case 0:
		return "filter(" + g.list(depth) + ", " + g.one("# > 1", "# % 2 == 0", "# < 4", "let x = #; x != 3") + ")"
	case 1:
		return "(" + g.list(depth) + " | map(# " + g.one("+ 1", "* 3", "- 2") + "))"
	case 2:
		return "(" + g.list(depth) + ")" + g.one("[1:]", "[:2]", "[-1:]")
	case 3:
		return "[" + strings.Join([]string{g.number(depth), g.number(depth)}, ", ") + "]"
	}
	return g.one("sort", "reverse") + "(" + g.list(depth) + ")"
}
