package runner

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
)

// record is what did not pass the last time in the files of a project, each as of
// its own last run with an environment. It holds names, lines and numbers of
// rows, and nothing that is sent.
type record struct {
	Version int                  `json:"version"`
	Root    string               `json:"root"`
	Files   map[string][]openRun `json:"files"` // those that were run, by their paths from the root
}

const recordVersion = 1

// openRun is a request of a file that did not pass, or what of it did not.
type openRun struct {
	Request string `json:"request"` // its identity; "" for the whole file, which could not be run
	Line    int    `json:"line,omitempty"`
	Row     int    `json:"row,omitempty"`       // of the data of the file, from 1; 0 without
	Own     int    `json:"iteration,omitempty"` // row of its own data, from 1; 0 without
}

// identities tell the requests of a file apart, though lines may have been added
// above them, by their numbers in events: a name and which of that name it is, or
// else a digest of the request line.
func (s *suite) identities() map[int]string {
	all := make(map[int]string, len(s.file.steps))
	same := make(map[string]int)
	for _, st := range s.file.steps {
		id := st.address
		if id == "" {
			digest := sha256.Sum256([]byte(st.name + "\n" + s.file.parsed.Source.Slice(st.span())))
			id = "=" + hex.EncodeToString(digest[:8])
			same[id]++
			id = fmt.Sprintf("%s#%d", id, same[id])
		}
		all[st.index] = id
	}
	return all
}

// recordKey is what a record is about.
type recordKey struct{ root, environment string }

// path returns the file of a record.
func (k recordKey) path(dir string) string {
	digest := sha256.Sum256([]byte(k.root + "\x00" + k.environment))
	return filepath.Join(dir, "runs", hex.EncodeToString(digest[:16])+".json")
}

// readRecord reads a record; nil if there is none.
func readRecord(path string) (*record, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unwrapPathError(err)
	}
	r := new(record)
	if err := json.Unmarshal(content, r); err != nil {
		return nil, errors.New("it is damaged")
	}
	if r.Version != recordVersion {
		return nil, fmt.Errorf("it is of version %d, and this program knows version %d", r.Version, recordVersion)
	}
	return r, nil
}

func (p *Plan) recordKey(s *suite) recordKey { return recordKey{s.root(), p.options.Environment} }

// records returns what is kept of the projects of the suites. A record that cannot
// be read counts for none, which tell is told.
func (p *Plan) records(tell func(*diag.Diagnostic)) map[recordKey]*record {
	all := make(map[recordKey]*record)
	for _, s := range p.suites {
		key := p.recordKey(s)
		if _, known := all[key]; known || s.path == "" {
			continue
		}
		path := key.path(p.options.StateDir)
		r, err := readRecord(path)
		if err != nil {
			tell(&diag.Diagnostic{
				Code: diag.CodeState, Severity: diag.Warning,
				Summary:    fmt.Sprintf("what did not pass the last time is not known: `%s` cannot be read: %v", path, err),
				Suggestion: "the next run writes it anew",
			})
		}
		all[key] = r
	}
	return all
}

// keeper keeps for the next run what does not pass in this one. It is a sink
// that never fails.
type keeper struct {
	plan   *Plan
	before map[recordKey]*record
	suites map[int]*suiteRecord // by the number that events have
}

// suiteRecord is what a keeper knows of a suite.
type suiteRecord struct {
	suite      *suite
	identities map[int]string   // nil until they are asked for
	told       map[openRun]bool // those of before that have run again, without their lines
	failed     map[openRun]int  // those that did not pass, without their lines, and these
}

var _ Sink = (*keeper)(nil)

// newKeeper returns the keeper of a run; nil if nothing is to be kept.
func (p *Plan) newKeeper() *keeper {
	if p.options.StateDir == "" || p.misselected || p.options.DryRun {
		return nil
	}
	r := &keeper{plan: p, suites: make(map[int]*suiteRecord)}
	r.before = p.records(func(*diag.Diagnostic) {}) // which the plan has told of if it matters
	for _, s := range p.suites {
		if s.path == "" {
			continue
		}
		known := &suiteRecord{suite: s, told: make(map[openRun]bool), failed: make(map[openRun]int)}
		if before := r.before[p.recordKey(s)]; before != nil {
			for _, run := range before.Files[s.projectPath()] {
				run.Line = 0
				known.told[run] = false
			}
		}
		r.suites[s.index] = known
	}
	return r
}

// Event implements Sink.
func (r *keeper) Event(e *Event) error {
	done, ok := e.Data.(*RequestFinished)
	known := r.suites[e.ID.File]
	if !ok || known == nil || done.Path != "" { // what needs an imported request is skipped if that fails
		return nil
	}
	passed := done.Outcome == Passed || done.Outcome == Skipped && !done.Blocked
	if passed && len(known.told) == 0 {
		return nil
	}
	if known.identities == nil {
		known.identities = known.suite.identities()
	}
	run := openRun{Request: known.identities[e.ID.Request], Row: e.ID.Row}
	at := slices.IndexFunc(known.suite.file.steps, func(st *step) bool { return st.index == e.ID.Request })
	if at < 0 {
		return nil
	}
	if known.suite.file.steps[at].table != nil {
		run.Own = e.ID.Iteration
	}
	if _, before := known.told[run]; before {
		known.told[run] = true
	}
	if !passed {
		known.failed[run] = done.Line
	}
	return nil
}

// Close implements Sink.
func (r *keeper) Close() error { return nil }

// save writes what did not pass. What other runs have written meanwhile of other
// files stays; of two runs of a file, the last one to end counts.
func (r *keeper) save() []*diag.Diagnostic {
	byKey := make(map[recordKey][]*suiteRecord)
	for _, i := range slices.Sorted(maps.Keys(r.suites)) {
		key := r.plan.recordKey(r.suites[i].suite)
		byKey[key] = append(byKey[key], r.suites[i])
	}
	var problems []*diag.Diagnostic
	for key, suites := range byKey {
		path := key.path(r.plan.options.StateDir)
		now, _ := readRecord(path) // one that cannot be read is written anew
		if now == nil {
			now = &record{Version: recordVersion, Root: key.root}
		}
		before, _ := json.Marshal(now) // maps of texts and numbers never fail
		if now.Files == nil {
			now.Files = make(map[string][]openRun)
		}
		for _, gone := range r.plan.gone {
			delete(now.Files, gone)
		}
		for _, known := range suites {
			if runs, run := known.after(now.Files[known.suite.projectPath()]); run {
				now.Files[known.suite.projectPath()] = runs
			}
		}
		content, _ := json.Marshal(now)
		if string(content) == string(before) {
			continue
		}
		if err := project.WriteState(path, append(content, '\n')); err != nil && (r.before[key] != nil || r.plan.options.RerunFailed) {
			problems = append(problems, &diag.Diagnostic{
				Code: diag.CodeState, Severity: diag.Warning,
				Summary:    fmt.Sprintf("what did not pass is not kept: `%s` cannot be written: %v", path, err),
				Suggestion: "make the folder writable, or remove the file: `--rerun-failed` would take what an earlier run has left there",
			})
		}
	}
	return problems
}

// after returns what did not pass in a file as of this run, and whether it has run
// at all.
func (k *suiteRecord) after(before []openRun) (runs []openRun, run bool) {
	s := k.suite
	if slices.ContainsFunc(s.files, func(f *file) bool { return f.problems.HasErrors() }) {
		return []openRun{{}}, true
	}
	if len(s.order) == 0 {
		return nil, false
	}
	whole := !slices.ContainsFunc(s.file.steps, func(st *step) bool { return !st.selected && !st.excluded })
	for _, open := range before {
		key := open
		key.Line = 0
		_, again := k.failed[key]
		switch {
		case again, k.told[key]: // it has run
		case open.Request == "" && whole:
		case open.Request != "" && s.isGone(open, whole):
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
	if runs == nil {
		runs = []openRun{}
	}
	return runs, true
}

// isGone reports whether what did not pass is no longer there, and everything that
// could have taken its place has run.
func (s *suite) isGone(open openRun, whole bool) bool {
	st, err := s.find(open)
	return err != nil && (whole || st != nil && slices.Contains(st.picks, pick{}))
}

// find returns the step of a request that did not pass; nil if there is none. The
// error says that it, or its row, is no longer there.
func (s *suite) find(open openRun) (*step, error) {
	identities := s.identities()
	at := slices.IndexFunc(s.file.steps, func(st *step) bool { return identities[st.index] == open.Request })
	if at < 0 {
		name := "the request"
		if !strings.HasPrefix(open.Request, "=") {
			name = "`" + open.Request[:max(strings.LastIndexByte(open.Request, '#'), 0)] + "`"
		}
		return nil, fmt.Errorf("%s, which stood at line %d, is no longer there", name, open.Line)
	}
	st := s.file.steps[at]
	for _, r := range []struct {
		row   int
		table *data.Table
	}{{open.Row, s.table}, {open.Own, st.table}} {
		switch {
		case r.table != nil && r.table.Unread:
		case r.row == 0 && r.table != nil:
			return st, fmt.Errorf("`%s` had no data", st.label())
		case r.row > 0 && (r.table == nil || r.row > len(r.table.Rows)):
			return st, fmt.Errorf("row %d of the data of `%s` is no longer there", r.row, st.label())
		}
	}
	return st, nil
}
