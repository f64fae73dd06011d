package script

import (
	"strings"
	"testing"
)

// What looks like an empty object, or like null, and is more, is not kept.
func TestNotKept(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{`new Date("nope")`, "an invalid date"},
		{`new Error("x")`, "an exception"},
		{`new TypeError("x")`, "an exception"},
		{`new Map().keys()`, "a Map Iterator"},
		{`[1].entries()`, "an Array Iterator"},
		{`(function*() {})()`, "a Generator"},
		{`new ArrayBuffer(2)`, "an ArrayBuffer"},
		{`new DataView(new ArrayBuffer(2))`, "a DataView"},
		{`new Uint8Array([1])`, "a Uint8Array"},
		{`new Float64Array(0)`, "a Float64Array"},
		{`new Map([[1, 2]])`, "a Map"},
		{`new WeakSet()`, "a WeakSet"},
		{`(class extends Map {}).constructor, new (class extends Map {})`, "a Map"},
		{`Math`, "a Math"},
	} {
		m := &made{response: jsonAnswer("{}")}
		got := runCode(t, JetBrains, AfterResponse, ` client.global.set("x", {a: (`+c.value+`)}) `, m)
		if want := "`x.a` is " + c.want + ", which cannot be kept"; !strings.Contains(got, want) || len(m.changes) > 0 {
			t.Errorf("%s: %s, want %s", c.value, got, want)
		}
	}
	m := &made{response: jsonAnswer("{}")}
	if got := runCode(t, JetBrains, AfterResponse, ` client.global.set("x", [new (class { a = 1 }), Object.create(null), Object.assign(new Error("x"), {toJSON() { return this.message }})]) `, m); got != "global variable x = [{\"a\":1},{},\"x\"]\n" {
		t.Error(got)
	}
}
