package script

import (
	"testing"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/querytext"
)

// TestJSONPath protects the function jsonPath of JetBrains.
func TestJSONPath(t *testing.T) {
	const store = `var s = {store: {book: [{t: "A", p: 8.95, c: "ref"}, {t: "B", p: 12.99, c: "fic", "x-id": 1}, {t: "C", p: 8.99, c: "fic", isbn: "i"}], bicycle: {color: "red", p: 19.95}}, n: null, z: 0}; `
	runSnippets(t, []snippet{
		{store + `jsonPath(s, "$.store.book[0].t")`, "A"},
		{store + `jsonPath(s, "$['store']['bicycle']['color']") + jsonPath(s, "store.bicycle.color") + jsonPath(s, "$.store.book[-1].t")`, "redredC"},
		{store + `jsonPath(s, "$.store.book[1]") === s.store.book[1] && jsonPath(s, "$") === s`, "true"},
		{store + `JSON.stringify(jsonPath(s, "$..t"))`, `["A","B","C"]`},
		{store + `JSON.stringify(jsonPath(s, "$..p"))`, `[8.95,12.99,8.99,19.95]`},
		{store + `JSON.stringify(jsonPath(s, "$.store.book[?(@.p < 10)].t"))`, `["A","C"]`},
		{store + `JSON.stringify(jsonPath(s, "$.store.book[?(@.isbn)].t"))`, `["C"]`},
		{store + `JSON.stringify(jsonPath(s, "$..book[?@.c == 'fic' && @.p > $.store.book[2].p].t"))`, `["B"]`},
		{store + `JSON.stringify(jsonPath(s, "$.store.book[?search(@.t, '[BC]')].t"))`, `["B","C"]`},
		{store + `jsonPath(s, "$.store.book[?match(@.isbn, 'i')].t").join()`, "C"},
		{store + `JSON.stringify(jsonPath(s, "$.store.book[2,0].t"))`, `["C","A"]`},
		{store + `JSON.stringify(jsonPath(s, "$.store.book[:2].t")) + JSON.stringify(jsonPath(s, "$.store.book[::-1].t"))`, `["A","B"]["C","B","A"]`},
		{store + `JSON.stringify(jsonPath(s, "$.store.bicycle.*"))`, `["red",19.95]`},
		{store + `Object.keys(s).length === jsonPath(s, "$.*").length`, "true"},
		{store + `jsonPath(s, "$.store.book[1].x-id")`, "1"},
		{store + `jsonPath(s, "$.n") === null && jsonPath(s, "$.z") === 0`, "true"},
		{store + `typeof jsonPath(s, "$.none.at.all")`, "undefined"},
		{store + `JSON.stringify(jsonPath(s, "$..none"))`, "[]"},
		{store + `Array.isArray(jsonPath(s, "$..t"))`, "true"},
		{`jsonPath([{id: 9007199254740991}], "$[0].id")`, "9007199254740991"},
		{`jsonPath([1, 2, 3], "$[?(@ > 1)]").join()`, "2,3"},
		{`var a = {}; a.a = a; jsonPath(a, "$..x")`, "nested deeper than 1000, or contains itself"},
		{store + `jsonPath(s, "$.store.book.length()")`, "cannot be read"},
		{store + `jsonPath(s, "$.store.book.length()")`, "read `.length` of the result"},
		{store + `jsonPath(s, "$.store.book[(@.length-1)]")`, "write `[-1]` for the last element"},
		{store + `jsonPath(s, "$.store[")`, "`jsonPath`: the JSONPath \"$.store[\" cannot be read"},
		{store + `jsonPath(s)`, "`expression` is missing"},
		{store + `jsonPath(s, "$.store.book[?@.isbn && match(@.isbn, 'i')].t").join()`, "C"},
		{`jsonPath('{"a": 1}', "$.a")`, "read it with `JSON.parse`"},
		{`jsonPath(null, "$.a")`, "expected an object or an array for `value`, found null"},
		{`jsonPath(undefined, "$.a")`, "found undefined"},
		{`jsonPath()`, "`value` is missing"},
	})
}

// FuzzJSONPath protects the evaluation of queries, which is ours so that it keeps
// the order of the document: it selects as many values as the library does.
func FuzzJSONPath(f *testing.F) {
	const document = `{"a": [{"b": 1, "c": "x"}, {"b": 2.5, "c": null}, [3, [4]]], "b": {"b": true}, "x-y": 0}`
	for _, query := range []string{
		"$", "$.a", "$..b", "$.a[0,2]", "$.a[::-1]", "$.a[1:]", "$.a[-1][1][0]", "$..[?@.b > 1]", "$.a[?@.c == null]", "$[?count(@.*) > 1]", "$..*", "$['b']['b','c']",
		"$.a[?match(@.c, 'x')]", "$.a[?@.b == $.a[0].b]", "x-y", "$..[0]", "$.a[5:0:-2]",
	} {
		f.Add(document, query)
	}
	f.Fuzz(func(t *testing.T, document, query string) {
		path, err := querytext.Parse(querytext.Bracketed(querytext.Rooted(query)))
		if err != nil || len(document) > 1000 || len(query) > 100 {
			return
		}
		l := newTestLibrary(t)
		parse, _ := goja.AssertFunction(l.base.Get("JSON").(*goja.Object).Get("parse"))
		v, err := parse(goja.Undefined(), l.vm.ToValue(document))
		if err != nil {
			return
		}
		c := &invocation{l: l, name: "jsonPath"}
		tree := &jsonTree{c: c, work: &work{c: c}}
		var found []*jsonNode
		if l.vm.Try(func() { found = tree.query(tree.node(v, 0), path.Query().Segments()) }) != nil {
			return
		}
		if want := path.Select(tree.root.plain); len(found) != len(want) {
			t.Errorf("%s selects %d values of %s, want %d", query, len(found), document, len(want))
		}
	})
}
