package parser

import (
	"strings"
	"testing"
)

// TestNearBodyFile protects the warning for a line that is meant as the file of
// a body and would be sent as it stands, and that markup does not get it.
func TestNearBodyFile(t *testing.T) {
	for line, warned := range map[string]bool{
		"  < ./nope.txt": true, "<./nope.txt": true, "<@./a.json": true, "\t<../x": true,
		"< ./nope.txt": false, "<@ ./a.json": false, "<a>": false, "  </a>": false, "<./a>": false, "a < ./b": false, "< 5": false,
	} {
		f := Parse("a.http", []byte("POST http://h\n\n"+line+"\n"))
		found := false
		for _, d := range f.Diagnostics {
			found = found || strings.Contains(d.Summary, "looks like the file of a body")
		}
		if found != warned {
			t.Errorf("%q: warned %v, want %v", line, found, warned)
		}
	}
}
