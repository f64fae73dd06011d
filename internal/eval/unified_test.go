package eval

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// TestUnifiedLimit protects that the difference of large texts is that of small
// ones, down to the line numbers, as long as their changes are near each other.
func TestUnifiedLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	next := 0
	text := func(n int) []string { // lines that occur once: others can be matched in several ways
		lines := make([]string, n)
		for i := range lines {
			next++
			lines[i] = fmt.Sprint("line ", next)
		}
		return lines
	}
	for i := range 2000 {
		lines := text(random.IntN(60))
		at := random.IntN(len(lines) + 1)
		to := at + random.IntN(min(len(lines)-at, 4)+1)
		changed := append(append(lines[:at:at], text(random.IntN(4))...), lines[to:]...)
		want, got := strings.Join(lines, "\n"), strings.Join(changed, "\n")
		if i%2 == 0 {
			want, got = want+"\n", got+"\n"
		}
		whole := unified(want, got, 1<<20)
		if limited := unified(want, got, 400); limited != whole {
			t.Fatalf("case %d: %q and %q:\n%s\nwithout a limit:\n%s", i, want, got, limited, whole)
		}
	}
}

// TestUnifiedCut protects that a difference too large to compare is shown from its
// start, and that it says so.
func TestUnifiedCut(t *testing.T) {
	var want, got strings.Builder
	for i := range 1000 {
		fmt.Fprintln(&want, i)
		if i < 500 {
			fmt.Fprintln(&got, i)
		} else {
			fmt.Fprintln(&got, "other", i)
		}
	}
	lines := strings.Split(unified(want.String(), got.String(), 100), "\n")
	if lines[2] != "@@ -498,26 +498,12 @@" || lines[3] != " 497" || lines[6] != "-500" || lines[len(lines)-1] != "and more lines" {
		t.Errorf("%q", lines)
	}
}

// TestUnifiedMemory protects that a text of many lines is not compared as a whole
// for the sake of the few that are shown.
func TestUnifiedMemory(t *testing.T) {
	var want, got strings.Builder
	for i := range 150_000 {
		fmt.Fprintln(&want, i)
		fmt.Fprintln(&got, i*2+7)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	unified(want.String(), got.String(), diffBytes)
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
		t.Errorf("%d bytes allocated for texts of %d", n, want.Len())
	} else {
		t.Logf("%d bytes allocated for texts of %d", n, want.Len())
	}
}
