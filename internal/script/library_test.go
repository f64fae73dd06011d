package script

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/fake"
)

// newTestLibrary returns a runtime with all that the library defines, whose
// random numbers and time are always the same.
func newTestLibrary(t testing.TB) *library {
	t.Helper()
	l := &library{
		rt: goja.New(), ctx: context.Background(), random: fake.Seed(1).Stream("test"),
		now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC) },
	}
	if err := l.define(libraryNames()); err != nil {
		t.Fatal(err)
	}
	return l
}

// run runs a script, and returns what its last statement is as text; what it
// throws, if it throws.
func (l *library) run(src string) string {
	v, err := l.rt.RunString(src)
	if err != nil {
		if thrown, ok := err.(*goja.Exception); ok {
			return thrown.Value().String()
		}
		return err.Error()
	}
	return v.String()
}

// snippet is a script with what it results in.
type snippet struct{ src, want string }

// runSnippets runs each script in a runtime of its own. What an error says needs
// only to contain what is wanted.
func runSnippets(t *testing.T, snippets []snippet) {
	t.Helper()
	for _, s := range snippets {
		got := newTestLibrary(t).run(s.src)
		if got != s.want && (!strings.Contains(got, "Error: ") || s.want == "" || !strings.Contains(got, s.want)) {
			t.Errorf("%s\n got  %s\n want %s", s.src, got, s.want)
		}
	}
}

// TestStrictObjects protects from false results of misspelled and overwritten
// members.
func TestStrictObjects(t *testing.T) {
	runSnippets(t, []snippet{
		{`crypto.sha265()`, "TypeError: `crypto` has no member `sha265`: did you mean `sha256`?"},
		{`crypto.hmac.sha3()`, "`crypto.hmac` has no member `sha3`"},
		{`$random.adress.city`, "`$random` has no member `adress`: did you mean `address`?"},
		{`$random.address.citty()`, "`$random.address` has no member `citty`: did you mean `city`?"},
		{`new URL("http://h").hostName`, "`URL` has no member `hostName`: did you mean `hostname`?"},
		{`new URLSearchParams("a=1").lenght`, "`URLSearchParams` has no member `lenght`"},
		{`"sha256" in crypto`, "true"},
		{`"sha3" in crypto`, "false"},
		{`String(crypto)`, "[object Object]"},
		{`JSON.stringify(crypto)`, `{"hmac":{}}`},
		{`"use strict"; crypto.sha256 = 1`, "TypeError"},
		{`crypto.hmac = 1`, "`crypto.hmac` is read-only"},
		{`$uuid = "x"`, "`$uuid` is read-only"},
		{`({URL}).URL("http://h")`, "it is a class: write `new URL(…)`"},
		{`URLSearchParams.prototype.get.call({}, "a")`, "it was called on an object"},
		{`new URL("http://h") instanceof URL`, "true"},
		{`class Mine extends URLSearchParams { first() { return this.get("a") } }; new Mine("a=7").first()`, "7"},
		{`Object.prototype.toString.call(new URLSearchParams())`, "[object URLSearchParams]"},
		{`var r; Promise.resolve(new URL("http://h/")).then(u => r = u.href); r`, "undefined"},
	})
}
