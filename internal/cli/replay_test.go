package cli

import (
	"os"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// edit writes what a regular expression makes of a file into another one:
// edit FROM TO REGEXP REPLACEMENT. It fails if the expression matches nothing.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: edit FROM TO REGEXP REPLACEMENT")
	}
	re, err := regexp.Compile(args[2])
	ts.Check(err)
	before := ts.ReadFile(args[0])
	if !re.MatchString(before) {
		ts.Fatalf("%s has no match of %s", args[0], args[2])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(re.ReplaceAllString(before, args[3])), 0o600))
}
