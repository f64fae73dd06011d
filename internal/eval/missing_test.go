package eval

import (
	"errors"
	"strings"
	"testing"
)

// A path of gjson that finds an empty list must not hide a misspelt member; a
// list that is empty has no members to misspell.
func TestHiddenMissing(t *testing.T) {
	env := environment(answer("application/json", `{"items":[{"id":1,"processed":true,"tags":[{"k":"x"}]},{"id":2,"tags":[],"note":"n"}],
		"empty":[],"numbers":[1,2,3],"groups":[{"items":[]},{"items":[]}],"owner":{"name":"Ann"}}`))
	runCases(t, env, Value, []evalCase{
		{`json("items.#(procesed==false)#|#")`, "error: [json(\"items.#(procesed==false)#|#\")] `items.#` has no member `procesed` | it has `id`, `note`, `processed`, `tags` => did you mean `processed`?"},
		{`json("items.#.idd")`, "error: [json(\"items.#.idd\")] `items.#` has no member `idd` | it has `id`, `note`, `processed`, `tags` => did you mean `id`?"},
		{`json("items.#.idd|#")`, "error: [json(\"items.#.idd|#\")] `items.#` has no member `idd` | it has `id`, `note`, `processed`, `tags` => did you mean `id`?"},
		{`json("items.#(id==1)#.idd")`, "error: [json(\"items.#(id==1)#.idd\")] `items.#(id==1)#` has no member `idd` | it has `id`, `processed`, `tags` => did you mean `id`?"},
		{`json("items.#.tags.#(kk==\"x\")#")`, "error: [json(\"items.#.tags.#(kk==\\\"x\\\")#\")] `items.#.tags.#` has no member `kk` | it has `k` => did you mean `k`?"},
		{`json("items.#.tags.#.kk")`, "error: [json(\"items.#.tags.#.kk\")] `items.#.tags.#` has no member `kk` | it has `k` => did you mean `k`?"},
		{`json("items.#(tags.#(kk==1))#")`, "error: [json(\"items.#(tags.#(kk==1))#\")] `items.#.tags.#` has no member `kk` | it has `k` => did you mean `k`?"},
		{`json("items.#(idd==1)")`, "error: [json(\"items.#(idd==1)\")] `items.#` has no member `idd` | it has `id`, `note`, `processed`, `tags` => did you mean `id`?"},
		{`json("items.#(procesed==~true)#")`, "error: [json(\"items.#(procesed==~true)#\")] `items.#` has no member `procesed` | it has `id`, `note`, `processed`, `tags` => did you mean `processed`?"},
		{`json("numbers.#(v>1)#")`, "error: [json(\"numbers.#(v>1)#\")] `numbers.#` is a number and has no member `v`"},
		{`json("{owner,ownr}")`, "error: [json(\"{owner,ownr}\")] the document has no member `ownr` | it has `empty`, `groups`, `items`, `numbers`, `owner` => did you mean `owner`?"},
		{`json("{\"n\":items.#(procesed==1)#}")`, "error: [json(\"{\\\"n\\\":items.#(procesed==1)#}\")] `items.#` has no member `procesed` | it has `id`, `note`, `processed`, `tags` => did you mean `processed`?"},
		{`[has("items.#(procesed==false)#"), has("items.#.idd"), has("items.#.id")]`, `[false,false,true]`},
		{`json("items.#(procesed==false)#") ?? "none"`, `"none"`},

		{`json("items.#(processed==false)#|#")`, `0`}, {`json("items.#(id>5)#")`, `[]`}, {`json("items.#(id>5)#.tags")`, `[]`}, {`json("items.#.note")`, `["n"]`},
		{`json("items.#(note==\"n\")#.processed") ?? "gone"`, `"gone"`},
		{`json("empty.#(nope==1)#")`, `[]`}, {`json("empty.#.nope|#")`, `0`}, {`json("groups.#.items.#(nope==1)#")`, `[[],[]]`}, {`json("groups.#.items.#.nope")`, `[[],[]]`},
		{`json("numbers.#(>1)#")`, `[2,3]`}, {`json("numbers.#(>5)#")`, `[]`}, {`json("items.#(nope==~null)#|#")`, `2`}, {`json("items.#(nope==~*)#|#")`, `0`},
		{`json("items.#(tags.#(k==\"z\"))#")`, `[]`}, {`json("items.#.tags.#.k|@flatten|#")`, `1`}, {`json("..#.owner.name")`, `["Ann"]`}, {`json("items.#(id==2)#.tags|0")`, `[]`},
	})
}

// These give nil only where nil is asked for.
func TestMissingOfFunctions(t *testing.T) {
	env := environment(answer("application/json", sampleBody))
	runCases(t, env, Condition, []evalCase{
		{`get(body, "nam") != "x"`, "error: [get(body, \"nam\")] `body` has no member `nam` | it has `a b`, `big`, `empty`, `items`, `large`, `name`, `none`, `owner`, `price`, `text`, `when`, `yes` => did you mean `name`?"},
		{`first(body.empty) != 1`, "error: [first(body.empty)] `body.empty` has no element 0: its length is 0"},
		{`last(body.empty) != 1`, "error: [last(body.empty)] `body.empty` has no element -1: its length is 0"},
		{`find(body.items, .id == "x") != 1`, "error: [find(body.items, .id == \"x\")] `body.items` has no element for which `.id == \"x\"` holds"},
		{`findLast(body.items, .id == "x") != 1`, "error: [findLast(body.items, .id == \"x\")] `body.items` has no element for which `.id == \"x\"` holds"},
		{`get(body, "nam") == nil`, "true"}, {`first(body.empty) == nil`, "true"}, {`(last(body.empty) ?? 1) == 1`, "true"},
		{`find(body.items, .id == "x") == nil`, "true"}, {`(findLast(body.items, .id == "x") ?? 1) == 1`, "true"}, {`find(body.items, .id == "x")?.n == nil`, "true"},
		{`findIndex(body.items, .id == "x") == -1`, "true"}, {`last(body.items).id == "t-2"`, "true"},
	})
	// what is misspelt inside of them stays an error
	for _, src := range []string{`find(body.items, .idd == "x") == nil`, `first(body.emty) == nil`, `body[body.nam] == nil`} {
		p, err := Compile(src, Condition, testPlan)
		if err != nil {
			t.Fatal(err)
		}
		v, evalErr := p.Eval(env)
		var missing *Missing
		if !errors.As(evalErr, &missing) {
			t.Errorf("%s is %v, %v", src, v, evalErr)
		}
	}
}

// A `?.` softens what stands behind it only if the chain has ended there.
func TestOptionalChain(t *testing.T) {
	env := environment(answer("application/json", `{"u":{"name":{"first":"Ann"}},"n":null}`))
	for src, want := range map[string]string{
		`body.u?.name.frist != "x"`:                            "error: [body.u?.name.frist] `body.u?.name` has no member `frist`",
		`body?.u.nme.first != "x"`:                             "error: [body?.u.nme] `body?.u` has no member `nme`",
		`body.u?.name["frist"] != "x"`:                         "error: [body.u?.name[\"frist\"]] `body.u?.name` has no member `frist`",
		`let x = body.u?.name.frist; x == nil`:                 "error: [body.u?.name.frist] `body.u?.name` has no member `frist`",
		`let x = body.v.w?.name; x == nil`:                     "error: [body.v] `body` has no member `v`",
		`let x = body.v?.name.first; x == nil`:                 "true",
		`let x = body.n?.name.first; x == nil`:                 "true",
		`let x = body.u?.nick.first; x == nil`:                 "true",
		`let x = body.u?.name.frist?.more.still; x == nil`:     "true",
		`body.u?.name.frist == nil`:                            "true",
		`body.u?.name.frist.deeper == nil`:                     "true",
		`(body.u?.name.frist.deeper ?? 1) == 1`:                "true",
		`body.u?.name.first == "Ann"`:                          "true",
		`let x = (body.v?.name).first; x == nil`:               "true",
		`let x = body.u?.name?.frist.more.still; x == nil`:     "true",
		`body.u?.name?.first + body.u?.name.first == "AnnAnn"`: "true",
	} {
		if got := outcome(src, Condition, env); got != want && !(strings.HasPrefix(want, "error") && strings.HasPrefix(got, want)) {
			t.Errorf("%s\n got: %s\nwant: %s", src, got, want)
		}
	}
}

// Text in a list of numbers only is the mistake that == tells; a list of several
// types just does not have it.
func TestInMixedList(t *testing.T) {
	runCases(t, environment(answer("application/json", sampleBody)), Condition, []evalCase{
		{`not ("5" in [1, "a"])`, "true"}, {`"a" in [1, "a"]`, "true"}, {`5 in [nil, 5]`, "true"}, {`not ("5" in [])`, "true"},
		{`not ("5" in [1, 2])`, "error: [\"5\" in [1, 2]] `\"5\"` is text, and no element of `[1, 2]` is | `\"5\"` is `\"5\"`, `[1, 2]` is `[1,2]`"},
	})
}
