package script

import (
	"strings"
	"testing"
)

// Regular expressions that the engine would silently take for others, and locales
// that it would leave out.
func TestPortableExpressions(t *testing.T) {
	for code, want := range map[string]string{
		`/\p{L}/u.test("abc")`:                               "true",
		`/^\p{Lu}/u.test("abc")`:                             "false",
		`/^[\p{L}\d]+$/u.test("é1")`:                         "true",
		`/\P{L}/u.test("é")`:                                 "false",
		`/^\p{Script=Greek}$/u.test("α")`:                    "true",
		`/\p{sc=Greek}/u.test("a")`:                          "false",
		`/^\p{ASCII}+$/u.test("aé")`:                         "false",
		`/[\P{ASCII}]/u.test("aé")`:                          "true",
		`/\p{L}/u.source`:                                    `\p{L}`,
		`/\p{L}/.test("p{L}")`:                               "true",
		`new RegExp("\\p{L}", "u").test("a")`:                "true",
		`new RegExp("\\p{L}+", "u").source`:                  `\p{L}+`,
		`RegExp("^a$", "m").test("b\ra\r\n")`:                "true",
		`/^a$/m.test("b\r\na\r\n")`:                          "true",
		`"a\nb\r\nc".match(/^.$/gm).length`:                  "3",
		`/^b/m.test("ab")`:                                   "false",
		`/[a-z-[b]]/.test("b]")`:                             "true",
		`/(?=)[a-z-[b]]/.test("b]")`:                         "true",
		`/(?=)\e\pL[\a]/.test("epLa")`:                       "true",
		`/[^]/u.test("\u{2ffff}") && !/[]/u.test("a")`:       "true",
		`/a[]]b/.test("x") || /[^]]/.test("a]")`:             "true",
		`(1234567.8911).toLocaleString("en-US")`:             "1,234,567.891",
		`(-1234).toLocaleString()`:                           "-1,234",
		`(999).toLocaleString()`:                             "999",
		`["b", "a"].sort((x, y) => x.localeCompare(y)) + ""`: "a,b",
	} {
		if got := runCode(t, JetBrains, AfterResponse, "client.log(String("+code+"))", &made{}); strings.TrimSpace(got) != "info 3: "+want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	for code, want := range map[string]string{
		`new RegExp("a", "v")`:                                      "the flag `v` in a regular expression",
		`new RegExp("\\p{Nonsense}", "u")`:                          "the property `\\p{Nonsense}`",
		`(1).toLocaleString("de-DE")`:                               "`toLocaleString` with a locale other than",
		`(1).toLocaleString("en-US", {style: "percent"})`:           "or with options",
		`new Date().toLocaleDateString("en-US", {timeZone: "UTC"})`: "`toLocaleDateString` with a locale or options is not supported",
		`"a".localeCompare("b", "de")`:                              "`localeCompare` with a locale",
		`new Intl.NumberFormat()`:                                   "`Intl` is not defined",
	} {
		if got := runCode(t, JetBrains, AfterResponse, code, &made{}); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	for _, code := range []string{`/[a--b]/v`, `/a/d`, `/\p{Emoji_Keycap_Sequence}/u`} {
		_, problems := compileCode(JetBrains, AfterResponse, " x = "+code)
		if len(problems) == 0 || !strings.HasPrefix(message(problems[0]), "PR801 a.http:3:10: not supported by this version: ") {
			t.Errorf("%s: got %v", code, problems)
		}
	}
}
