package runner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
)

// keeper keeps for the next run what does not pass in this one. A nil keeper keeps
// nothing.
type keeper struct {
	plan   *Plan
	before map[recordKey]*record
	suites map[*suite]*suiteRecord
}

// suiteRecord is what a keeper knows of a suite. It is safe for concurrent use; a
// nil one keeps nothing.
type suiteRecord struct {
	suite *suite

	mu     sync.Mutex
	left   int                 // sessions that were begun and have not ended
	ran    bool                // a session has ended
	open   map[openRun]Outcome // those that did not pass before, without their lines, and how they ended now
	failed map[openRun]int     // those that did not pass now, without their lines, and these
	passed map[*step]bool      // those of which something has passed
}

// newKeeper returns the keeper of a run; nil if nothing is to be kept.
func (p *Plan) newKeeper() *keeper {
	if p.options.StateDir == "" || p.misselected || p.options.DryRun {
		return nil
	}
	k := &keeper{plan: p, suites: make(map[*suite]*suiteRecord)}
	k.before = p.records(func(*diag.Diagnostic) {}) // which the plan has told of if it matters
	for _, s := range p.suites {
		if s.path == "" || !p.concerns(s) {
			continue
		}
		known := &suiteRecord{suite: s, open: make(map[openRun]Outcome), failed: make(map[openRun]int), passed: make(map[*step]bool)}
		if before := k.before[p.recordKey(s)]; before != nil {
			for _, run := range before.Files[s.projectPath()] {
				run.Line = 0
				known.open[run] = ""
			}
		}
		k.suites[s] = known
	}
	return k
}

// of returns what is known of a suite; nil if nothing is kept of it.
func (k *keeper) of(s *suite) *suiteRecord {
	if k == nil {
		return nil
	}
	return k.suites[s]
}

// begin notes that some sessions of the suite will run.
func (k *suiteRecord) begin(sessions int) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.left += sessions
}

// end notes that a session of the suite has run to its end.
func (k *suiteRecord) end() {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.left--
	k.ran = true
}

// ended notes how a step ended for a row of the data of the file and an iteration of
// its own, 0 for none. What others need of imported files is theirs: they do not
// pass if that fails. Blocked says that it was not skipped on purpose.
func (k *suiteRecord) ended(st *step, row, iteration int, outcome Outcome, blocked bool) {
	if k == nil || st.file != k.suite.file {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.open) == 0 && (outcome == Passed || outcome == Skipped && !blocked) {
		return
	}
	run := openRun{Request: k.suite.identity(st), Row: row}
	if st.table != nil {
		run.Own = iteration
	}
	if before, open := k.open[run]; open && before != Passed {
		k.open[run] = outcome
	}
	switch {
	case outcome == Passed:
		k.passed[st] = true
	case outcome != Skipped || blocked:
		k.failed[run] = st.line
	}
}

// stillOpen is how many requests that did not pass the last time were skipped.
func (k *keeper) stillOpen() int {
	n := 0
	for _, known := range k.suites {
		for run, outcome := range known.open {
			if _, failed := known.failed[run]; outcome == Skipped || failed {
				n++
			}
		}
	}
	return n
}

// save writes what did not pass. What other runs have written meanwhile stays; of
// two runs of a request that did not pass before, the last one to end counts.
func (k *keeper) save() []*diag.Diagnostic {
	changes := make(map[recordKey][]func(files map[string][]openRun))
	for _, s := range k.plan.suites {
		if known := k.suites[s]; known != nil {
			key := k.plan.recordKey(s)
			if known.leavesAll(k.before[key]) {
				continue
			}
			changes[key] = append(changes[key], known.change)
		}
	}
	for _, path := range k.plan.unread {
		root := k.plan.roots.Of(filepath.Dir(path))
		key := recordKey{root, k.plan.options.Environment}
		changes[key] = append(changes[key], func(files map[string][]openRun) { files[pathFrom(root, path)] = []openRun{{}} })
	}
	for _, gone := range k.plan.gone {
		changes[gone.key] = append(changes[gone.key], func(files map[string][]openRun) { delete(files, gone.path) })
	}
	var problems []*diag.Diagnostic
	for key, changes := range changes {
		path := key.path(k.plan.options.StateDir)
		err := key.update(path, func(files map[string][]openRun) {
			for _, change := range changes {
				change(files)
			}
		})
		if err != nil && (k.before[key] != nil || k.plan.options.RerunFailed) {
			problems = append(problems, &diag.Diagnostic{
				Code: diag.CodeState, Severity: diag.Warning,
				Summary:    fmt.Sprintf("what did not pass is not kept: `%s` cannot be written: %v", path, err),
				Suggestion: "make the folder writable, or remove the file: `--rerun-failed` would take what an earlier run has left there",
			})
		}
	}
	return problems
}

// update changes a record, and lets nobody else do so meanwhile.
func (k recordKey) update(path string, change func(files map[string][]openRun)) error {
	unlock, locked := project.LockState(path)
	if locked == nil {
		defer unlock()
	}
	r, _ := readRecord(path) // one that cannot be read is written anew
	if r == nil {
		r = &record{Version: recordVersion, Root: k.root}
	}
	before, _ := json.Marshal(r) // maps of texts and numbers never fail
	if r.Files == nil {
		r.Files = make(map[string][]openRun)
	}
	change(r.Files)
	content, _ := json.Marshal(r)
	switch {
	case string(content) == string(before):
		return nil
	case locked != nil:
		return locked
	}
	return project.WriteState(path, append(content, '\n'))
}

// change writes into a record what did not pass in the file as of this run. A file
// that was to run, and was not run to its end, has not passed.
func (k *suiteRecord) change(files map[string][]openRun) {
	path := k.suite.projectPath()
	switch {
	case k.idle():
	case !k.whole():
		files[path] = []openRun{{}}
	default:
		files[path] = k.after(files[path])
	}
}

// leavesAll reports whether nothing changes in a record: everything passed when it was
// read, and does so now. What another run has written meanwhile would stay, too.
func (k *suiteRecord) leavesAll(before *record) bool {
	if before == nil || !k.idle() && !k.whole() || len(k.failed) > 0 {
		return false
	}
	runs, ran := before.Files[k.suite.projectPath()]
	return ran && len(runs) == 0
}

func (k *suiteRecord) isBroken() bool {
	return slices.ContainsFunc(k.suite.files, func(f *file) bool { return f.problems.HasErrors() })
}

// idle reports whether nothing of the suite was to run.
func (k *suiteRecord) idle() bool {
	return !k.isBroken() && (len(k.suite.order) == 0 || len(k.suite.sessionRows()) == 0)
}

// whole reports whether the suite was run to its end.
func (k *suiteRecord) whole() bool { return !k.isBroken() && k.ran && k.left == 0 }

// after returns what did not pass in the file as of this run. Only what has passed
// leaves the list, or what is no longer there.
func (k *suiteRecord) after(before []openRun) []openRun {
	runs := []openRun{}
	whole := !slices.ContainsFunc(k.suite.file.steps, func(st *step) bool { return !st.excluded && !slices.Contains(st.picks, pick{}) })
	for _, open := range before {
		key := open
		key.Line = 0
		_, again := k.failed[key]
		switch {
		case again, k.open[key] == Passed: // it has run
		case open.Request == "" && whole:
		case open.Request != "" && k.isGone(open, whole):
		default:
			runs = append(runs, open)
		}
	}
	for key, line := range k.failed {
		key.Line = line
		runs = append(runs, key)
	}
	slices.SortFunc(runs, func(a, b openRun) int {
		return cmp.Or(a.Line-b.Line, strings.Compare(a.Request, b.Request), a.Row-b.Row, a.Own-b.Own)
	})
	return runs
}

// isGone reports whether what did not pass is no longer there, and everything that
// could have taken its place has run.
func (k *suiteRecord) isGone(open openRun, whole bool) bool {
	st, err := k.suite.find(open)
	if st == nil {
		return whole
	}
	return err != nil && k.passed[st] && slices.Contains(st.picks, pick{})
}
