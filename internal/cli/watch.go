package cli

import (
	"context"
	"fmt"
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
	sink    func() runner.Sink
	ticks   <-chan time.Time
	shown   diag.Renderer

	watcher watch.Watcher
	reads   map[string][]string // what each request file depends on
}

// run runs, waits and runs again. It returns the exit code of the last run, which is
// that of an interruption if this ended one.
func (w *watching) run(ctx context.Context) (int, error) {
	changed := []string(nil)
	exit := exitOK
	for first := true; ; first = false {
		began := time.Now()
		plan := runner.NewPlan(ctx, w.options)
		touched := w.touched(plan.Reads(), changed)
		if first || len(touched) > 0 {
			if !first {
				plan.Limit(touched)
				if err := w.tell(changed, touched); err != nil {
					plan.Close()
					return exit, err
				}
			}
			exit = plan.Run(ctx, w.sink())
			reads := plan.Reads()
			plan.Close()
			w.remember(reads, touched)
			w.watcher.Set(w.paths(), began)
			for _, r := range reads {
				w.watcher.Accept(r.Wrote) // what the run itself writes is no news
			}
			if ctx.Err() == nil {
				if err := w.wait(); err != nil {
					return exit, err
				}
			}
		} else {
			w.remember(plan.Reads(), nil)
			plan.Close()
			w.watcher.Set(w.paths(), began)
		}
		for changed = nil; len(changed) == 0; changed = w.watcher.Poll() {
			select {
			case <-ctx.Done():
				return exit, nil
			case <-w.ticks:
			}
		}
	}
}

// touched returns the request files that depend on something that has changed, and
// those that are new.
func (w *watching) touched(reads []runner.FileReads, changed []string) []string {
	var touched []string
	for _, r := range reads {
		before, known := w.reads[r.Path]
		if !known || slices.ContainsFunc(changed, func(path string) bool {
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

// paths returns everything to look at.
func (w *watching) paths() []string {
	var all []string
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

func (w *watching) wait() error {
	files := "1 file"
	if n := len(w.reads); n != 1 {
		files = fmt.Sprintf("%d files", n)
	}
	return write(w.stdout, w.shown.Paint(diag.Dim, "\nwatching "+files+" and what they read; Ctrl-C ends")+"\n")
}
