package script

import (
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/fake"
)

// libraryHost is a host whose random numbers and time are always the same.
type libraryHost struct {
	Host
	maker *fake.Maker
}

func (h libraryHost) Maker() *fake.Maker { return h.maker }

// newTestLibrary returns the library of a script that has just begun.
func newTestLibrary(t testing.TB) *library {
	t.Helper()
	maker := &fake.Maker{Random: fake.Seed(1).Stream("test"), Now: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)}
	r := newRuntime(&Program{units: map[string]*unit{}}, libraryHost{maker: maker}, Limits{}.filled(), "")
	r.vm = goja.New()
	r.base = r.vm.GlobalObject()
	r.scope = &scope{runtime: r}
	global := r.vm.NewDynamicObject(r.scope)
	if err := global.SetPrototype(r.base); err != nil {
		t.Fatal(err)
	}
	r.scope.self = global
	r.vm.SetGlobalObject(global)
	return r.objects()
}

// run runs a script, and returns what its last statement is as text; what it
// throws, if it throws, with what the message suggests.
func (l *library) run(src string) string {
	v, err := l.vm.RunString("(function() { return eval(" + quoted(src) + ") })()")
	if err == nil {
		return v.String()
	}
	thrown, ok := err.(*goja.Exception)
	if !ok {
		return err.Error()
	}
	text := thrown.Value().String()
	if o, ok := thrown.Value().(*goja.Object); ok && l.mistakes[o] != nil {
		text += " | " + l.mistakes[o].suggestion
	}
	return text
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
		{`crypto.sha265()`, "TypeError: `crypto` has no member `sha265` | write `crypto.sha256`"},
		{`crypto.hmac.sha3()`, "`crypto.hmac` has no member `sha3`"},
		{`$random.adress.city`, "`$random` has no member `adress` | write `$random.address`"},
		{`$random.address.citty()`, "`$random.address` has no member `citty` | write `$random.address.city`"},
		{`new URL("http://h").hostName`, "`URL` has no member `hostName` | write `URL.hostname`"},
		{`new URLSearchParams("a=1").lenght`, "`URLSearchParams` has no member `lenght`"},
		{`"sha256" in crypto`, "true"},
		{`"sha3" in crypto`, "false"},
		{`String(crypto)`, "[object Object]"},
		{`crypto.sha256 = 1`, "`crypto.sha256` cannot be changed"},
		{`crypto.hmac = 1`, "`crypto.hmac` cannot be changed"},
		{`$uuid = "x"`, "`$uuid` cannot be changed"},
		{`({URL}).URL("http://h")`, "it is a class: write `new URL(…)`"},
		{`URLSearchParams.prototype.get.call({}, "a")`, "it was called on an object"},
		{`new URL("http://h") instanceof URL`, "true"},
		{`class Mine extends URLSearchParams { first() { return this.get("a") } }; new Mine("a=7").first()`, "7"},
		{`Object.prototype.toString.call(new URLSearchParams())`, "[object URLSearchParams]"},
		{`var r; Promise.resolve(new URL("http://h/")).then(u => r = u.href); r`, "undefined"},
	})
}
