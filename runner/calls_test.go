package runner

import (
	"strings"
	"testing"
)

// A block that only runs others does not fail without a word: either what it runs
// tells why, or it does itself.
func TestCallTells(t *testing.T) {
	server := newFailing(t)
	server.fail("/make")
	tree(t, server.URL, map[string]string{
		"a.http":     "@id = preset\n\n### make\n# @capture id = body.id\nGET $/make\n\n### all\nrun ./lib/b.http (@x={{id}})\n",
		"b.http":     "### all\nrun ./lib/c.http\n",
		"c.http":     "import ./lib/c.http\nimport ./lib/d.http\n\n### both\nrun #c\nrun #d\n",
		"lib/d.http": "### d\nGET $/d\n",
		"lib/b.http": "### b\nGET $/b/{{x}}\n",
		"lib/c.http": "### c\nGET $/make\n",
	})
	for path, want := range map[string]string{
		"a.http": "make failed; b passed needed by all; all skipped: `id` was not captured: `make` failed",
		"b.http": "c failed needed by all",
		"c.http": "c failed needed by both; d passed needed by both", // as they would one by one
	} {
		got, exit := play(t, Options{Paths: []string{path}})
		if told := strings.Join(got.lines, "; "); told != want || exit != ExitFailed {
			t.Errorf("%s: exit %d, %q", path, exit, told)
		}
	}
}
