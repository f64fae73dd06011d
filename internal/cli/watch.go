package cli

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/watch"
	"github.com/postrider/postrider/runner"
)

// watchInterval is how often files are looked at: a change is told after two looks.
const watchInterval = 300 * time.Millisecond

// checkWatch finds what --watch cannot go together with.
func checkWatch(c *cli.Context) error {
	if c.Bool("watch") && c.IsSet("report") {
		return usage("leave one of them out: a report is of one run", "`--watch` excludes `--report`")
	}
	for _, printed := range []string{"output", "get"} {
		if c.Bool("watch") && c.IsSet(printed) {
			return usage("leave one of them out: what is printed is of one run", "`--watch` excludes `--%s`", printed)
		}
	}
	if c.Bool("watch") && slices.ContainsFunc(c.Args().Slice(), func(path string) bool { return runner.FileOf(path) == "-" }) {
		return usage("name files or folders", "standard input cannot be watched")
	}
	return nil
}

// watching is `postrider run --watch`: a run, and then another one of what each
// change touches, until it is interrupted.
type watching struct {
	*program
	options runner.Options
	sink    func() (sink runner.Sink, end func()) // of a run
	ticks   <-chan time.Time
	shown   diag.Renderer

	watcher watch.Watcher
	reads   map[string][]string // what each request file depends on
	failing map[string]bool     // the request files that have not passed, as the plan names them
	wrong   []string            // what is wrong with the command line, such as a file that is not there
	owed    []string            // the request files that were touched when it was: none is run then
}

// run runs, waits and runs again. It returns the exit code of the last run, which is
// that of an interruption if this ended one.
func (w *watching) run(ctx context.Context) (int, error) {
	changed := []string(nil)
	exit := exitOK
	for first := true; ; first = false {
		began := time.Now()
		plan := runner.NewPlan(ctx, w.options)
		reads := plan.Reads()
		w.watcher.Set(w.paths(reads), began) // what changes from now on is told after the run
		touched := w.touched(reads, changed)
		if wrong := w.wrongNow(plan); first || len(touched) > 0 || wrong {
			if !first {
				plan.Limit(touched)
				if err := w.tell(changed, touched); err != nil {
					plan.Close()
					return exit, err
				}
			}
			exit = w.runOnce(ctx, plan)
			if w.owed = nil; len(w.wrong) > 0 {
				w.owed = touched
			}
			reads = plan.Reads()
			w.remember(reads, touched)
			w.watcher.Set(w.paths(nil), began)
			for _, r := range reads {
				w.watcher.Accept(r.Wrote) // what the run itself writes is no news
			}
			if ctx.Err() == nil {
				if err := w.wait(plan); err != nil {
					plan.Close()
					return exit, err
				}
			}
		} else {
			w.remember(reads, nil)
			w.watcher.Set(w.paths(nil), began)
		}
		plan.Close()
		for changed = nil; len(changed) == 0; changed = w.watcher.Poll() {
			select {
			case <-ctx.Done():
				return exit, nil
			case <-w.ticks:
			}
		}
	}
}

// runOnce runs a plan, and keeps which files have not passed.
func (w *watching) runOnce(ctx context.Context, plan *runner.Plan) int {
	sink, end := w.sink()
	defer end()
	outcomes := &fileOutcomes{failed: make(map[string]bool)}
	exit := plan.Run(ctx, sink, outcomes)
	if w.failing == nil {
		w.failing = make(map[string]bool)
	}
	maps.Copy(w.failing, outcomes.failed)
	return exit
}

// fileOutcomes is a sink that keeps for each file of a run whether something in it
// has failed.
type fileOutcomes struct{ failed map[string]bool }

func (o *fileOutcomes) Event(e *runner.Event) error {
	if d, ok := e.Data.(*runner.FileFinished); ok {
		c := d.Counts
		o.failed[d.Path] = o.failed[d.Path] || c.Failed+c.Invalid+c.Broken+c.Interrupted+c.Errors > 0
	}
	return nil
}

func (o *fileOutcomes) Close() error { return nil }

// wrongNow reports whether a plan finds something wrong with the command line that the
// one before it has not found: no file is touched when one is gone that it names.
func (w *watching) wrongNow(plan *runner.Plan) bool {
	before := w.wrong
	w.wrong = nil
	for _, m := range plan.Messages() {
		if m.Severity == diag.Error && m.File == "" {
			w.wrong = append(w.wrong, m.Summary)
		}
	}
	return slices.ContainsFunc(w.wrong, func(summary string) bool { return !slices.Contains(before, summary) })
}

// touched returns the request files that depend on something that has changed, those
// that are new, and those that are owed.
func (w *watching) touched(reads []runner.FileReads, changed []string) []string {
	var touched []string
	for _, r := range reads {
		before, known := w.reads[r.Path]
		if !known || slices.Contains(w.owed, r.Path) || slices.ContainsFunc(changed, func(path string) bool {
			return slices.Contains(r.Files, path) || slices.Contains(before, path)
		}) {
			touched = append(touched, r.Path)
		}
	}
	return touched
}

// remember keeps what the request files depend on; of those that have not been run
// now, also what their last run has read.
func (w *watching) remember(reads []runner.FileReads, ran []string) {
	now := make(map[string][]string, len(reads))
	for _, r := range reads {
		files := r.Files
		if !slices.Contains(ran, r.Path) {
			files = append(files, w.reads[r.Path]...)
			slices.Sort(files)
			files = slices.Compact(files)
		}
		now[r.Path] = files
	}
	w.reads = now
}

// paths returns everything to look at: what is remembered, what a plan has read, and
// what the command line names.
func (w *watching) paths(reads []runner.FileReads) []string {
	var all []string
	for _, r := range reads {
		all = append(all, r.Files...)
	}
	for _, files := range w.reads {
		all = append(all, files...)
	}
	for _, path := range w.options.Paths {
		if file, err := filepath.Abs(runner.FileOf(path)); err == nil { // also one that is not there
			all = append(all, file)
		}
	}
	for _, folder := range project.Folders(w.options.Paths, "") {
		if abs, err := filepath.Abs(folder); err == nil {
			all = append(all, abs)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// maxChanged is how many changed files are named.
const maxChanged = 5

// tell says which files have changed, and which are new. That a folder has changed
// says nothing more.
func (w *watching) tell(changed, touched []string) error {
	files := slices.DeleteFunc(slices.Clone(changed), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.IsDir()
	})
	for _, path := range touched {
		if w.reads[path] == nil && !slices.Contains(files, path) {
			files = append(files, path)
		}
	}
	var names []string
	here, _ := filepath.Abs(".")
	for _, path := range files {
		if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
			path = rel
		}
		names = append(names, diag.Printable(filepath.ToSlash(path)))
	}
	if more := len(names) - maxChanged; more > 0 {
		names = append(names[:maxChanged], fmt.Sprintf("and %d more", more))
	}
	return write(w.stdout, w.shown.Paint(diag.Bold, "\nchanged: "+strings.Join(names, ", "))+"\n\n")
}

// wait says what is waited for, and how many files have not passed: also such as the
// last run had nothing to do with.
func (w *watching) wait(plan *runner.Plan) error {
	files := "1 file"
	if n := len(w.reads); n != 1 {
		files = fmt.Sprintf("%d files", n)
	}
	failing := make(map[string]bool)
	for _, f := range plan.Files() { // not those that are gone
		if w.failing[f.Path] {
			failing[f.Path] = true
		}
	}
	for _, m := range plan.Messages() {
		if m.Severity == diag.Error && m.File != "" {
			failing[m.File] = true
		}
	}
	if n := len(failing); n > 0 {
		files += fmt.Sprintf(", of which %d failed,", n)
	}
	return write(w.stdout, w.shown.Paint(diag.Dim, "\nwatching "+files+" and what they read; Ctrl-C ends")+"\n")
}
