//go:build integration

package integration

import (
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tables of exceptions in testdata.
const (
	ownExceptions    = "exceptions.tsv"
	corpusExceptions = "exceptions-corpus.tsv"
)

// checkExceptions holds the differences against the table of those that there is a
// reason for: FILE, REQUEST, WHAT and REASON, between tabs. A difference that is
// not listed, and one that is and is gone, fail.
func checkExceptions(t *testing.T, table string, found map[difference]string) {
	t.Helper()
	listed := readExceptions(t, table)
	for _, d := range slices.SortedFunc(maps.Keys(found), func(a, b difference) int { return strings.Compare(a.String(), b.String()) }) {
		if _, ok := listed[d]; !ok {
			t.Errorf("the tools differ, and no reason is listed:\n%s\n%s", d, indent(found[d]))
		}
	}
	for d := range listed {
		if _, ok := found[d]; !ok {
			t.Errorf("listed as a difference, and it is none:\n%s", d)
		}
	}
}

func readExceptions(t *testing.T, table string) map[difference]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", table))
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[difference]string)
	for n, line := range strings.Split(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) != 4 {
			t.Fatalf("testdata/%s:%d: %d cells, want 4", table, n+1, len(cells))
		}
		d := difference{cells[0], cells[1], cells[2]}
		if _, ok := listed[d]; ok {
			t.Errorf("testdata/%s:%d: listed twice", table, n+1)
		}
		listed[d] = cells[3]
	}
	return listed
}

// reasonRow is a row of docs/compatibility.md that explains a reason.
var reasonRow = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|")

// TestOracleReasons protects the manual: every reason that a table gives is
// explained there, and nothing is explained that is not found.
func TestOracleReasons(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "compatibility.md"))
	if err != nil {
		t.Fatal(err)
	}
	explained := make(map[string]bool)
	for _, row := range reasonRow.FindAllStringSubmatch(string(text), -1) {
		if explained[row[1]] {
			t.Errorf("docs/compatibility.md explains %q twice", row[1])
		}
		explained[row[1]] = true
	}
	given := make(map[string]bool)
	for _, table := range []string{ownExceptions, corpusExceptions} {
		for d, reason := range readExceptions(t, table) {
			given[reason] = true
			if !explained[reason] {
				t.Errorf("testdata/%s: %s\ngives the reason %q, which docs/compatibility.md does not explain", table, d, reason)
			}
		}
	}
	for reason := range explained {
		if !given[reason] {
			t.Errorf("docs/compatibility.md explains %q, which no table gives", reason)
		}
	}
}

func mapsKeys(all ...map[string]string) iter.Seq[string] {
	merged := make(map[string]string)
	for _, m := range all {
		maps.Copy(merged, m)
	}
	return maps.Keys(merged)
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(tail(text), "\n"), "\n", "\n    ")
}
