package lastrun

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// Result is how a request ended, as far as it matters for the next run.
type Result uint8

// Results.
const (
	NotRun  Result = iota
	Passed         // it need not run again
	Skipped        // on purpose: what was open stays open
	Failed         // it did not pass, or was kept from running
)

// Tally is how the requests of a file end in a run. Sessions may note that at the same
// time; what it tells is asked when they have ended.
type Tally struct {
	mu     sync.Mutex
	left   int             // sessions that were begun and have not ended
	ran    bool            // a session has ended
	open   map[Open]Result // those that did not pass before, without their lines, and how they ended now
	failed map[Open]int    // those that did not pass now, without their lines, and these
	passed map[string]bool // the identities of those of which something has passed
}

// NewTally returns a tally for a file of which something did not pass before.
func NewTally(before []Open) *Tally {
	t := &Tally{open: make(map[Open]Result), failed: make(map[Open]int), passed: make(map[string]bool)}
	for _, o := range before {
		t.open[o.withoutLine()] = NotRun
	}
	return t
}

// Begin notes that some sessions of the file will run.
func (t *Tally) Begin(sessions int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left += sessions
}

// End notes that a session of the file has run to its end.
func (t *Tally) End() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.left--
	t.ran = true
}

// Ended notes how a request ended. Which one it was is asked only if that matters.
func (t *Tally) Ended(result Result, which func() Open) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.open) == 0 && result != Failed {
		return
	}
	of := which()
	key := of.withoutLine()
	if before, open := t.open[key]; open && before != Passed {
		t.open[key] = result
	}
	switch result {
	case Passed:
		t.passed[of.Request] = true
	case Failed:
		t.failed[key] = of.Line
	}
}

// Whole reports whether all sessions that were begun have ended, and there were some.
func (t *Tally) Whole() bool { return t.ran && t.left == 0 }

// AllPassed reports whether nothing is known not to have passed.
func (t *Tally) AllPassed() bool { return len(t.failed) == 0 }

// HasPassed reports whether something of a request has passed.
func (t *Tally) HasPassed(request string) bool { return t.passed[request] }

// StillOpen is how many requests that did not pass before were skipped.
func (t *Tally) StillOpen() int {
	n := 0
	for key, result := range t.open {
		if _, failed := t.failed[key]; result == Skipped || failed {
			n++
		}
	}
	return n
}

// After returns what has not passed in the file as of this run. Only what has passed
// leaves the list of before, or what is gone.
func (t *Tally) After(before []Open, isGone func(Open) bool) []Open {
	runs := []Open{}
	for _, open := range before {
		key := open.withoutLine()
		if _, again := t.failed[key]; !again && t.open[key] != Passed && !isGone(open) {
			runs = append(runs, open)
		}
	}
	for key, line := range t.failed {
		key.Line = line
		runs = append(runs, key)
	}
	slices.SortFunc(runs, func(a, b Open) int {
		return cmp.Or(a.Line-b.Line, strings.Compare(a.Request, b.Request), a.Row-b.Row, a.Own-b.Own)
	})
	return runs
}
