package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/lastrun"
)

func (p *Plan) recordKey(s *suite) lastrun.Key {
	return lastrun.Key{Root: s.root(), Environment: p.options.Environment}
}

// records returns what is kept of the projects of the suites. A record that cannot
// be read counts for none, which tell is told.
func (p *Plan) records(tell func(*diag.Diagnostic)) map[lastrun.Key]*lastrun.Record {
	all := make(map[lastrun.Key]*lastrun.Record)
	for _, s := range p.suites {
		key := p.recordKey(s)
		if _, known := all[key]; known || s.path == "" {
			continue
		}
		path := key.Path(p.options.StateDir)
		r, err := lastrun.Read(path)
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

// selectFailed narrows the selection to what did not pass the last time.
func (p *Plan) selectFailed() {
	if !p.options.RerunFailed {
		return
	}
	if p.options.StateDir == "" {
		p.misselect(&diag.Diagnostic{
			Code: diag.CodeUsage, Severity: diag.Error, Summary: "--rerun-failed: there is no folder in which an earlier run could have left anything",
			Suggestion: "set `POSTRIDER_STATE_DIR`",
		})
		return
	}
	warn := func(d *diag.Diagnostic) { p.problems = append(p.problems, d) }
	records := p.records(warn)
	selected := p.selectsAny()
	known, unknown := false, false
	for _, s := range p.suites {
		r := records[p.recordKey(s)]
		var runs []lastrun.Open
		ran := false
		if r != nil && s.path != "" {
			runs, ran = r.Files[s.projectPath()]
		}
		known, unknown = known || ran, unknown || !ran
		if !ran {
			warn(&diag.Diagnostic{
				Code: diag.CodeNoRequest, Severity: diag.Warning,
				Summary: fmt.Sprintf("`%s` has not been run yet%s, and is left out", s.file.path, p.inEnvironment()),
			})
		}
		found := make(map[*step]picks)
		for _, open := range runs {
			part, again := pick{open.Row, open.Own}, s.file.steps
			if open.Request != "" {
				st, err := s.find(open)
				if err == nil {
					found[st] = append(found[st], part)
					continue
				}
				what := "all of the file is run again"
				if st != nil {
					what, again = "it is run again as a whole", []*step{st}
				}
				warn(&diag.Diagnostic{
					Code: diag.CodeUnknownName, Severity: diag.Warning,
					Summary: fmt.Sprintf("%s: %v: %s", s.file.path, err, what),
				})
			}
			for _, st := range again {
				found[st] = all
			}
		}
		s.bringBegun(found)
		s.narrow(found)
	}
	p.findGone(records)
	if !known && !p.problems.HasErrors() {
		p.misselect(&diag.Diagnostic{
			Code: diag.CodeNoRequest, Severity: diag.Error,
			Summary:    "--rerun-failed: none of the files has been run yet" + p.inEnvironment(),
			Suggestion: "run them without it first",
		})
	}
	p.nothingFailed = selected && known && !unknown && len(p.gone) == 0 && !p.selectsAny()
}

// selectsAny reports whether some request is selected.
func (p *Plan) selectsAny() bool {
	return slices.ContainsFunc(p.suites, func(s *suite) bool {
		return slices.ContainsFunc(s.file.steps, func(st *step) bool { return len(st.picks) > 0 })
	})
}

// bringBegun adds to what is run again because of a @teardown the other requests of
// its file: without what they begin there is nothing to tear down.
func (s *suite) bringBegun(found map[*step]picks) {
	var rows picks
	for _, st := range s.file.steps {
		if st.teardown {
			rows = append(rows, st.picks.and(found[st]).rows()...)
		}
	}
	if len(rows) == 0 {
		return
	}
	for _, st := range s.file.steps {
		if !st.teardown {
			found[st] = append(found[st], rows...)
		}
	}
}

func (p *Plan) inEnvironment() string {
	if p.options.Environment == "" {
		return ""
	}
	return " with the environment `" + p.options.Environment + "`"
}

// gone is a file that is no longer there.
type gone struct {
	key  lastrun.Key
	path string // from the root
}

// findGone tells of files that are no longer there, with requests that did not
// pass.
func (p *Plan) findGone(records map[lastrun.Key]*lastrun.Record) {
	for key, r := range records {
		if r == nil {
			continue
		}
		for _, path := range slices.Sorted(maps.Keys(r.Files)) {
			if len(r.Files[path]) == 0 {
				continue
			}
			if _, err := os.Stat(filepath.Join(key.Root, filepath.FromSlash(path))); !errors.Is(err, fs.ErrNotExist) {
				continue
			}
			p.gone = append(p.gone, gone{key, path})
			p.problems = append(p.problems, &diag.Diagnostic{
				Code: diag.CodeNoInput, Severity: diag.Warning,
				Summary: fmt.Sprintf("`%s`, in which not everything passed the last time, is no longer there", path),
			})
		}
	}
}

// pullSetters adds the requests that capture what others read of them, in a run
// like the last one. It reports whether there were any.
func (p *Plan) pullSetters() bool {
	if !p.options.RerunFailed {
		return false
	}
	pulled := false
	for _, s := range p.suites {
		for name := range s.foreign {
			for _, setter := range p.globals[name].setters {
				of := setter.file.suite
				for _, st := range of.file.steps {
					if setter.file == of.file && st.block == setter.block && len(st.picks) == 0 && !st.excluded {
						st.own().pulledBy, st.picks, pulled = s.file.path, all, true
						of.selectFrame()
					}
				}
			}
		}
	}
	return pulled
}

// NothingFailed returns what there is to say if everything passed the last time, so
// that there is nothing to do. Where a file has not been run yet, or is gone, that is
// not known.
func (p *Plan) NothingFailed() (diag.Message, bool) {
	if !p.nothingFailed {
		return diag.Message{}, false
	}
	return diag.Message{
		Code: diag.CodeNoRequest, Severity: diag.Note,
		Summary: "there is nothing to run again: everything that is selected passed the last time" + p.inEnvironment(),
	}, true
}

// leftOpen returns what there is to say if what is run again was skipped, so that
// nothing is wrong and yet not everything has passed.
func (p *Plan) leftOpen(record *keeper) (diag.Message, bool) {
	if record == nil || !p.options.RerunFailed {
		return diag.Message{}, false
	}
	n := record.stillOpen()
	if n == 0 {
		return diag.Message{}, false
	}
	m := diag.Message{
		Code: diag.CodeNoRequest, Severity: diag.Error,
		Summary:    fmt.Sprintf("--rerun-failed: %d requests that did not pass the last time were skipped, and have not passed yet", n),
		Suggestion: "let them run, or leave them out of the selection, such as with `--exclude-tag`",
	}
	if n == 1 {
		m.Summary = "--rerun-failed: a request that did not pass the last time was skipped, and has not passed yet"
		m.Suggestion = "let it run, or leave it out of the selection, such as with `--exclude-tag`"
	}
	return m, true
}
