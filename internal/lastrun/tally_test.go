package lastrun

import (
	"slices"
	"testing"
)

// TestAfter protects that only what has passed leaves the list, or what is gone, and
// that what failed is listed once, with the line that it has now.
func TestAfter(t *testing.T) {
	before := []Open{{Request: "a", Line: 3}, {Request: "b", Line: 7, Row: 2}, {Request: "gone", Line: 9}, {Request: "left", Line: 11}}
	for _, test := range []struct {
		name  string
		ended map[Open]Result
		want  []Open
		open  int
	}{
		{"nothing has run", nil, []Open{{Request: "a", Line: 3}, {Request: "b", Line: 7, Row: 2}, {Request: "left", Line: 11}}, 0},
		{"some pass", map[Open]Result{{Request: "a", Line: 3}: Passed, {Request: "b", Line: 7, Row: 2}: Passed}, []Open{{Request: "left", Line: 11}}, 0},
		{"another row passes", map[Open]Result{{Request: "b", Line: 7, Row: 1}: Passed}, []Open{{Request: "a", Line: 3}, {Request: "b", Line: 7, Row: 2}, {Request: "left", Line: 11}}, 0},
		{"it fails again, at another line", map[Open]Result{{Request: "a", Line: 30}: Failed}, []Open{{Request: "b", Line: 7, Row: 2}, {Request: "left", Line: 11}, {Request: "a", Line: 30}}, 1},
		{"it is skipped", map[Open]Result{{Request: "left", Line: 11}: Skipped}, []Open{{Request: "a", Line: 3}, {Request: "b", Line: 7, Row: 2}, {Request: "left", Line: 11}}, 1},
		{"a new one fails", map[Open]Result{{Request: "n", Line: 1}: Failed}, []Open{{Request: "n", Line: 1}, {Request: "a", Line: 3}, {Request: "b", Line: 7, Row: 2}, {Request: "left", Line: 11}}, 0},
	} {
		tally := NewTally(before)
		tally.Begin(1)
		for open, result := range test.ended {
			tally.Ended(result, func() Open { return open })
		}
		if tally.Whole() {
			t.Errorf("%s: whole before its end", test.name)
		}
		tally.End()
		got := tally.After(before, func(o Open) bool { return o.Request == "gone" })
		if !tally.Whole() || !slices.Equal(got, test.want) || tally.StillOpen() != test.open {
			t.Errorf("%s: %v, %d open; want %v, %d", test.name, got, tally.StillOpen(), test.want, test.open)
		}
	}
}

// TestEndedAsksLittle protects the start of a run in which everything passes, as
// before: nobody has to tell its requests apart.
func TestEndedAsksLittle(t *testing.T) {
	tally := NewTally(nil)
	tally.Ended(Passed, func() Open {
		t.Error("asked which one has passed")
		return Open{}
	})
	if !tally.AllPassed() || tally.HasPassed("") {
		t.Error("something is noted")
	}
}
