package script

import (
	"testing"
	"testing/synctest"
)

// A promise that is exported becomes the value that it is kept with, as in httpYac;
// one that is broken is an error, and no variable.
func TestExportedPromise(t *testing.T) {
	for code, want := range map[string]string{
		` exports.a = Promise.resolve(1); exports.b = sleep(5).then(() => "late") `: "variable a = 1\nvariable b = \"late\"\n",
		` exports.a = Promise.reject(new Error("no")) `:                             "error PR802 a.http:3:33: the script threw an exception: no [new Error(\"no\")]\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			if got := runCode(t, HTTPYac, BeforeRequest, code, &made{}); got != want {
				t.Errorf("%s\ngot  %q\nwant %q", code, got, want)
			}
		})
	}
}
