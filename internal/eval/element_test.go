package eval

import "testing"

// TestElementNames protects that what goes wrong for one element of a list says
// for which one.
func TestElementNames(t *testing.T) {
	runCases(t, environment(answer("application/json", `[{"n":"1","tags":["a"]},{"n":"2","tags":["b",5]},{"m":3,"tags":[],"x y":1}]`)), Condition, []evalCase{
		{`all(body, .n != "z")`, "error: [.n] `body[2]` has no member `n` | it has `m`, `tags`, `x y`"},
		{`all(body, #.n != "z")`, "error: [#.n] `body[2]` has no member `n` | it has `m`, `tags`, `x y`"},
		{`all(body, #["n"] != "z")`, "error: [#[\"n\"]] `body[2]` has no member `n` | it has `m`, `tags`, `x y`"},
		{`all(body, .tags[0] != "z")`, "error: [.tags[0]] `body[2].tags` has no element 0: its length is 0"},
		{`all(body[1:], .tags[0] != "z")`, "error: [.tags[0]] `body[1:][1].tags` has no element 0: its length is 0"},
		{`any(body, any(.tags, # == "c"))`, "error: [# == \"c\"] `body[1].tags[1]` is a number, and `\"c\"` is text | `body[1].tags[1]` is `5` => compare `#` with a number"},
		{`any(body, .n > 5)`, "error: [.n > 5] `body[0].n` is text, and `5` is a number | `body[0].n` is `\"1\"` => write `int(.n) > 5`"},
		{`any(body, .n > "5")`, "error: [.n > \"5\"] `body[0].n` and `\"5\"` are texts that hold numbers, and texts are ordered letter by letter | `body[0].n` is `\"1\"` => write `int(.n) > 5`"},
		{`sum(body, .n + 1) == 5`, "error: [.n] `body[0].n` is text, not a number | its value is `\"1\"` => write `float(.n)` if it holds a number"},
		{`len(filter(body, any(.n, true))) == 5`, "error: [.n] any() takes a list, and `body[0].n` is text | its value is `\"1\"`"},
		{`map(body, .n | upper())[0] == "1"`, "error: [.n] `body[2]` has no member `n` | it has `m`, `tags`, `x y`"},
		{`all(body, {let t = .tags; t[0] != "c"})`, "error: [t[0]] `t` has no element 0: its length is 0"},
		{`(find(body, .n == "1").tagz ?? 1) == 1 and all(body, (.n ?? "z") != 5)`, "error: [(.n ?? \"z\") != 5] `body[0].n ?? \"z\"` is text, and `5` is a number | `body[0].n ?? \"z\"` is `\"1\"` => compare text with text: write `\"5\"`, not `5`"},
	})
}
