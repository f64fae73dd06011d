// Package recording reads back what the report ndjson of a run holds, so that its
// answers can be judged again. A recording may be much larger than memory: what is
// kept is where its lines are.
package recording

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Version is the version of the lines that can be read.
const Version = 1

// Recording is the events of a run. It is safe for concurrent use.
type Recording struct {
	Name    string // as the user calls it
	Started runner.RunStarted
	Time    time.Time // of its start
	Files   []*File   // in the order of their indexes

	Errors []diag.Message   // that belong to no request
	Exit   int              // code of the run; 0 if its end is lost
	Lost   *diag.Diagnostic // what is missing, as it was cut off; nil for nothing

	lost   string // the same in a line
	lines  io.ReaderAt
	closes func() error
	byKey  map[string]*File
	runs   []run
	byID   map[runID][]int // indexes in runs, in the order of ending
}

// Repeats returns how often the run was repeated, but no more often than the recording
// has requests: it may say anything.
func (r *Recording) Repeats() int { return min(r.Started.Repeat, len(r.runs)) }

// File is a file that the recorded run ran.
type File struct {
	Key         string // for [runner.Replay]
	Path        string // as the recorded run was told of it
	ProjectPath string // from the root of its project, with slashes; "" if it is not recorded
	Rows        int    // of its data

	requests []runner.RecordedRequest
}

// runID says which runs are of the same request.
type runID struct{ file, repeat, row, request, iteration int }

// run is a request that was run once.
type run struct {
	time    time.Time
	outcome runner.Outcome
	reason  string
	tries   []extent
}

// extent is where a line is.
type extent struct {
	offset int64
	length int
	line   int // from 1
}

var _ runner.Recording = (*Recording)(nil)

// Open reads a recording, which - stands for standard input of. That is kept in a
// temporary file until Close.
func Open(path string, stdin io.Reader) (*Recording, error) {
	name, from := path, stdin
	if path != "-" {
		f, err := os.Open(path)
		if err == nil {
			if info, statErr := f.Stat(); statErr == nil && info.Mode().IsRegular() {
				return read(name, f, f.Close)
			} else if statErr == nil && info.IsDir() {
				err = fmt.Errorf("it is a folder")
			}
		}
		if err != nil {
			if f != nil {
				_ = f.Close() // only read from
			}
			return nil, problem(fmt.Sprintf("the recording `%s` cannot be read: %v", path, cause(err)), "name a file that a run has written with `--report ndjson=FILE`")
		}
		defer f.Close() // a pipe, which is read once
		from = f
	} else {
		name = "standard input"
	}
	spool, err := os.CreateTemp("", "postrider-*.ndjson")
	if err != nil {
		return nil, problem(fmt.Sprintf("the recording cannot be kept while it is read: %v", err), "make room in the folder for temporary files, or name another one with TMPDIR")
	}
	remove := func() error {
		_ = spool.Close() // nobody wants it any more
		return os.Remove(spool.Name())
	}
	if _, err = io.Copy(spool, from); err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = remove()
		return nil, problem(fmt.Sprintf("the recording from %s cannot be read: %v", name, err), "")
	}
	return read(name, spool, remove)
}

func read(name string, f *os.File, closes func() error) (*Recording, error) {
	r, err := Read(name, f, f)
	if err != nil {
		_ = closes() // the error says more
		return nil, err
	}
	r.closes = closes
	return r, nil
}

// Close ends the use of the recording.
func (r *Recording) Close() error {
	if r.closes == nil {
		return nil
	}
	return r.closes()
}

// Requests implements runner.Recording.
func (r *Recording) Requests(file string) []runner.RecordedRequest {
	if f := r.byKey[file]; f != nil {
		return slices.Clone(f.requests)
	}
	return nil
}

// Runs implements runner.Recording.
func (r *Recording) Runs(file string, id runner.ID) []runner.RecordedRun {
	index, _ := strconv.Atoi(file) // one that is none has no runs
	var all []runner.RecordedRun
	for _, i := range r.byID[runID{index, id.Repeat, id.Row, id.Request, id.Iteration}] {
		run := &r.runs[i]
		all = append(all, runner.RecordedRun{Time: run.time, Outcome: run.outcome, Reason: run.reason, Tries: len(run.tries), Key: i})
	}
	return all
}

// Try implements runner.Recording.
func (r *Recording) Try(of runner.RecordedRun, n int) (*runner.RecordedTry, error) {
	if of.Key < 0 || of.Key >= len(r.runs) || n < 0 || n >= len(r.runs[of.Key].tries) {
		return nil, problem(fmt.Sprintf("`%s`: there is no try %d of this request", r.Name, n+1), "")
	}
	at := r.runs[of.Key].tries[n]
	text := make([]byte, at.length)
	_, err := r.lines.ReadAt(text, at.offset)
	var try *runner.RecordedTry
	if err == nil {
		try, err = decodeTry(text)
	}
	if err != nil {
		return nil, problem(fmt.Sprintf("`%s:%d`: the line cannot be read again: %v", r.Name, at.line, err), "leave the file as it is while it is replayed")
	}
	return try, nil
}

// Find returns the recorded file that a file of this machine is: by its path from the
// root of its project or, if the recording does not have that or there is none, by the
// path that was written; nil if there is none.
func (r *Recording) Find(projectPath, path string) *File {
	for _, f := range r.Files {
		if f.ProjectPath != "" && f.ProjectPath == projectPath {
			return f
		}
	}
	for _, f := range r.Files {
		if Clean(f.Path) == Clean(path) {
			return f
		}
	}
	return nil
}

// Clean is a path with slashes, whatever system it was written on.
func Clean(path string) string {
	if !strings.Contains(path, "/") {
		path = strings.ReplaceAll(path, `\`, "/")
	}
	return filepath.ToSlash(filepath.Clean(path))
}

func problem(summary, suggestion string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeRecording, Severity: diag.Error, Summary: summary, Suggestion: suggestion}
}

// cause drops the path that fs.PathError repeats.
func cause(err error) error {
	if e, ok := err.(*fs.PathError); ok {
		return e.Err
	}
	return err
}
