package script

import (
	"slices"
	"testing"
)

// TestURLSearchParams protects URLSearchParams (WHATWG URL section 6.2).
func TestURLSearchParams(t *testing.T) {
	runSnippets(t, []snippet{
		{`new URLSearchParams("?a=1&b=2+3&a=%C3%A9&&c").toString()`, "a=1&b=2+3&a=%C3%A9&c="},
		{`new URLSearchParams({a: 1, b: "x y", c: true}).toString()`, "a=1&b=x+y&c=true"},
		{`new URLSearchParams([["a", "1"], ["a", 2]]).toString()`, "a=1&a=2"},
		{`new URLSearchParams(new Map([["k", "v"]])).toString()`, "k=v"},
		{`var p = new URLSearchParams("a=1"), q = new URLSearchParams(p); q.append("b", 2); p + "|" + q`, "a=1|a=1&b=2"},
		{`new URLSearchParams().toString()`, ""},
		{`new URLSearchParams("a=~!'()*-._ &").toString()`, "a=%7E%21%27%28%29*-._+"},
		{`new URLSearchParams("a=%zz%4&b=%ff").toString()`, "a=%25zz%254&b=%EF%BF%BD"},
		{`var p = new URLSearchParams("a=1&b=2&a=3"); p.set("a", 9); p.set("c", 4); p.toString()`, "a=9&b=2&c=4"},
		{`var p = new URLSearchParams("a=1&b=2&a=3"); p.delete("a", "3"); p + ""`, "a=1&b=2"},
		{`var p = new URLSearchParams("a=1&b=2&a=3"); p.delete("a"); p + ""`, "b=2"},
		{`var p = new URLSearchParams("a=1&a=2"); [p.get("a"), p.get("x"), p.getAll("a"), p.getAll("x").length, p.has("a"), p.has("a", "2"), p.has("a", "3"), p.size].join(";")`, "1;;1,2;0;true;true;false;2"},
		{`new URLSearchParams("x").get("y") === null`, "true"},
		{`var p = new URLSearchParams("z=1&ﬃ&🌈&a=2&z=0"); p.sort(); p + ""`, "a=2&z=1&z=0&%F0%9F%8C%88=&%EF%AC%83="},
		{`[...new URLSearchParams("a=1&b=2")].map(([k, v]) => k + v).join()`, "a1,b2"},
		{`[...new URLSearchParams("a=1&b=2").keys()].join() + [...new URLSearchParams("a=1&b=2").values()].join()`, "a,b1,2"},
		{`JSON.stringify(Object.fromEntries(new URLSearchParams("a=1&b=2")))`, `{"a":"1","b":"2"}`},
		{`var s = ""; new URLSearchParams("a=1&b=2").forEach((v, k, p) => s += k + v + p.size); s`, "a12b22"},
		{`var s = ""; var p = new URLSearchParams("a=1"); for (const [k] of p) { s += k; if (s.length < 3) p.append(k + "x", "") } s`, "aax"},
		{`new URLSearchParams("a=1").forEach(() => { throw new RangeError("mine") })`, "RangeError: mine"},
		{`new URLSearchParams("a=1").forEach()`, "`callback` is missing; it is a function"},
		{`new URLSearchParams([["a"]])`, "expected pairs of a name and a value, found an array"},
		{`new URLSearchParams([1])`, "expected pairs of a name and a value, found the number 1"},
		{`new URLSearchParams({a: undefined})`, "expected a string for the parameter \"a\", found undefined"},
		{`new URLSearchParams({a: {}})`, "found an object"},
		{`new URLSearchParams().append("a")`, "`value` is missing"},
		{`new URLSearchParams().append("a", undefined)`, "found undefined"},
		{`new URLSearchParams(() => 1)`, "expected a query, an object, or a list of pairs"},
		{`new URLSearchParams("a=1").size = 3`, "`URLSearchParams.size` cannot be changed"},
	})
}

// FuzzURLSearchParams protects that what is written is read back as it was.
func FuzzURLSearchParams(f *testing.F) {
	for _, s := range []string{"", "a=1&b=2", "%", "%zz=%ff&+", "&&=&a", "é=€\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		pairs := parseQuery(s)
		if again := parseQuery((&query{pairs: pairs}).String()); !slices.Equal(pairs, again) {
			t.Errorf("%q is %q, and then %q", s, pairs, again)
		}
	})
}
