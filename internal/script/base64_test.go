package script

import (
	"bytes"
	"encoding/base64"
	"testing"
)

// TestBase64 protects btoa and atob, which know bytes alone (WHATWG HTML 8.3).
func TestBase64(t *testing.T) {
	runSnippets(t, []snippet{
		{`btoa("user:pass")`, "dXNlcjpwYXNz"},
		{`btoa("")`, ""},
		{`btoa("\xff\xe9\0")`, "/+kA"},
		{`btoa(12)`, "MTI="},
		{`btoa("€")`, "InvalidCharacterError: `btoa`: the character U+20AC at 0 is outside of Latin-1"},
		{`btoa(unescape(encodeURIComponent("€")))`, "4oKs"},
		{`btoa(undefined)`, "expected a string for `data`, found undefined"},
		{`btoa()`, "`data` is missing"},
		{`btoa({})`, "found an object"},
		{`btoa(Symbol("x"))`, "found a symbol"},
		{`try { btoa("€") } catch (e) { e.name + " " + (e instanceof Error) }`, "InvalidCharacterError true"},
		{`atob("dXNlcjpwYXNz")`, "user:pass"},
		{`atob(" dX Nl\tcg\n")`, "user"},
		{`atob("/+k").charCodeAt(1)`, "233"},
		{`atob("4oKs").length`, "3"},
		{`atob("a")`, "InvalidCharacterError: `atob`: expected Base64, found \"a\""},
		{`atob("ab=")`, "InvalidCharacterError"},
		{`atob("ab=c")`, "InvalidCharacterError"},
		{`atob("-_8")`, "InvalidCharacterError"},
		{`atob("====")`, "InvalidCharacterError"},
	})
}

// FuzzBase64 protects what reads Base64: it takes what is written, and nothing
// that is longer than its text.
func FuzzBase64(f *testing.F) {
	for _, s := range []string{"", "QQ==", "QUI", " Q Q = = ", "====", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, ok := forgivingBase64(s); ok && len(b) > len(s) {
			t.Errorf("%d bytes out of %d characters", len(b), len(s))
		}
		if b, ok := forgivingBase64(base64.StdEncoding.EncodeToString([]byte(s))); !ok || !bytes.Equal(b, []byte(s)) {
			t.Errorf("%q comes back as %q", s, b)
		}
	})
}
