package runner

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/lastrun"
)

// keeper keeps for the next run what does not pass in this one. A nil keeper keeps
// nothing.
type keeper struct {
	plan   *Plan
	before map[lastrun.Key]*lastrun.Record
	suites map[*suite]*suiteRecord
}

// suiteRecord is what a keeper knows of a suite. It is safe for concurrent use; a
// nil one keeps nothing.
type suiteRecord struct {
	suite *suite
	tally *lastrun.Tally
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
		var open []lastrun.Open
		if before := k.before[p.recordKey(s)]; before != nil {
			open = before.Files[s.projectPath()]
		}
		k.suites[s] = &suiteRecord{s, lastrun.NewTally(open)}
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
	if k != nil {
		k.tally.Begin(sessions)
	}
}

// end notes that a session of the suite has run to its end.
func (k *suiteRecord) end() {
	if k != nil {
		k.tally.End()
	}
}

// ended notes how a step ended for a row of the data of the file and an iteration of
// its own, 0 for none. What others need of imported files is theirs: they do not
// pass if that fails. Blocked says that it was not skipped on purpose.
func (k *suiteRecord) ended(st *step, row, iteration int, outcome Outcome, blocked bool) {
	if k == nil || st.file != k.suite.file {
		return
	}
	result := lastrun.Failed
	switch {
	case outcome == Passed:
		result = lastrun.Passed
	case outcome == Skipped && !blocked:
		result = lastrun.Skipped
	}
	k.tally.Ended(result, func() lastrun.Open {
		run := lastrun.Open{Request: k.suite.identity(st), Line: st.line, Row: row}
		if st.table != nil {
			run.Own = iteration
		}
		return run
	})
}

// stillOpen is how many requests that did not pass the last time were skipped.
func (k *keeper) stillOpen() int {
	n := 0
	for _, known := range k.suites {
		n += known.tally.StillOpen()
	}
	return n
}

// save writes what did not pass. What other runs have written meanwhile stays; of
// two runs of a request that did not pass before, the last one to end counts.
func (k *keeper) save() []*diag.Diagnostic {
	changes := make(map[lastrun.Key][]func(files map[string][]lastrun.Open))
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
		key := lastrun.Key{Root: root, Environment: k.plan.options.Environment}
		changes[key] = append(changes[key], func(files map[string][]lastrun.Open) { files[pathFrom(root, path)] = []lastrun.Open{{}} })
	}
	for _, gone := range k.plan.gone {
		changes[gone.key] = append(changes[gone.key], func(files map[string][]lastrun.Open) { delete(files, gone.path) })
	}
	var problems []*diag.Diagnostic
	for key, changes := range changes {
		path := key.Path(k.plan.options.StateDir)
		err := key.Update(path, func(files map[string][]lastrun.Open) {
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

// change writes into a record what did not pass in the file as of this run. A file
// that was to run, and was not run to its end, has not passed.
func (k *suiteRecord) change(files map[string][]lastrun.Open) {
	path := k.suite.projectPath()
	switch {
	case k.idle():
	case !k.whole():
		files[path] = []lastrun.Open{{}}
	default:
		files[path] = k.after(files[path])
	}
}

// leavesAll reports whether nothing changes in a record: everything passed when it was
// read, and does so now. What another run has written meanwhile would stay, too.
func (k *suiteRecord) leavesAll(before *lastrun.Record) bool {
	if before == nil || !k.idle() && !k.whole() || !k.tally.AllPassed() {
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
func (k *suiteRecord) whole() bool { return !k.isBroken() && k.tally.Whole() }

// after returns what did not pass in the file as of this run.
func (k *suiteRecord) after(before []lastrun.Open) []lastrun.Open {
	whole := !slices.ContainsFunc(k.suite.file.steps, func(st *step) bool { return !st.excluded && !slices.Contains(st.picks, pick{}) })
	return k.tally.After(before, func(open lastrun.Open) bool {
		if open.Request == "" {
			return whole
		}
		return k.isGone(open, whole)
	})
}

// isGone reports whether what did not pass is no longer there, and everything that
// could have taken its place has run.
func (k *suiteRecord) isGone(open lastrun.Open, whole bool) bool {
	st, err := k.suite.find(open)
	if st == nil {
		return whole
	}
	return err != nil && k.tally.HasPassed(open.Request) && slices.Contains(st.picks, pick{})
}
