package script

import (
	"strings"
	"testing"
)

// TestKulalaAssertions protects the assertions of kulala: what passes, what fails,
// that a failure shows what was found, and that what checks nothing is an error.
func TestKulalaAssertions(t *testing.T) {
	response := func() *Response {
		r := jsonAnswer(`{"id": 7, "user": {"name": "Ann", "roles": ["a", "b"]}, "a.b": null}`)
		r.Headers = append(r.Headers, Header{"X-Id", "42"}, Header{"Set-Cookie", "a=1"}, Header{"Set-Cookie", "b=2"})
		return r
	}
	for _, code := range []string{
		`assert.true(response.body.id === 7)`, `assert.false(1 > 2)`, `assert.same(response.body.id, 7)`, `assert.hasString(response.body.user.name, "nn", "m")`,
		`assert.responseHas("status", 200)`, `assert.responseHas("responseCode", 200, "m")`, `assert.headersHas("x-id", "42")`, `assert.headersHas("X-Id", 42)`,
		`assert.headersHas("x-id")`, `assert.headersHas("set-cookie", "b=2")`, `assert.bodyHas("\"Ann\"")`, `assert.jsonHas("user.name", "Ann")`, `assert.jsonHas("user.roles[1]", "b")`,
		`assert.jsonHas("user.roles.0", "a")`, `assert.jsonHas("user.roles", ["a", "b"])`, `assert.jsonHas("user", {roles: ["a", "b"], name: "Ann"})`,
		`assert.jsonHas("a.b", null)`, `assert.jsonHas("id")`, `client.assert.same(1, 1)`, `assert.call(null, true)`,
	} {
		if got := runCode(t, Kulala, AfterResponse, code, &made{response: response()}); got != "pass "+code+"\n" {
			t.Errorf("%s: %s", code, got)
		}
	}
	for _, test := range []struct{ code, want string }{
		{`assert.true(response.body.id)`, "expected true, found 7"},
		{`assert.false("", "mine")`, `mine (expected false, found "")`},
		{`assert.same(response.body.id, "7")`, `expected "7", found 7`},
		{`assert.same({a: 1}, {a: 1})`, `expected {"a":1}, found {"a":1}`},
		{`assert.hasString(7, "7")`, `expected a text with "7", found 7`},
		{`assert.responseHas("status", 201)`, "expected `response.status` to be 201, found 200"},
		{`assert.headersHas("x-id", "43")`, "expected the header `x-id` to be \"43\", found \"42\""},
		{`assert.headersHas("x-none")`, "expected the header `x-none`, found undefined"},
		{`assert.bodyHas("Bob")`, `expected a body with "Bob", found`},
		{`assert.jsonHas("user.name", "Bob", "the name")`, `the name (expected the member "user.name" to be "Bob", found "Ann")`},
		{`assert.jsonHas("user.none", "Bob")`, `expected the member "user.none" to be "Bob", found undefined`},
		{`assert.jsonHas("toString")`, `expected the member "toString", found undefined`},
		{`assert.jsonHas("user.roles.length")`, `found undefined`},
		{`assert.jsonHas("user.roles", ["a"])`, `found ["a","b"]`},
	} {
		got := runCode(t, Kulala, AfterResponse, test.code, &made{response: response()})
		if !strings.HasPrefix(got, "FAIL "+test.code+" | ") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", test.code, got, test.want)
		}
	}
	for _, test := range []struct{ code, want string }{
		{`assert.tru(1)`, "`assert` has no member `tru`"},
		{`assert.true()`, "`assert.true`: it needs a value"},
		{`assert.same(1)`, "`assert.same`: it needs a value, and what it should be"},
		{`assert.hasString("a", "")`, "an empty text is in every text"},
		{`assert.bodyHas(undefined)`, "found undefined"},
		{`assert.headersHas("x-id", undefined)`, "expected a string for `expected`, found undefined"},
		{`assert.jsonHas("id", undefined)`, "expected a value of JSON for `expected`, found undefined"},
		{`assert.responseHas("staus", 200)`, "`response` has no member `staus`"},
		{`assert.same(1, 2, 3)`, "is its message"},
	} {
		got := runCode(t, Kulala, AfterResponse, test.code, &made{response: response()})
		if !strings.HasPrefix(got, "error ") || !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", test.code, got, test.want)
		}
	}
}
