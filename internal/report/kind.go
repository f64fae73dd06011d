package report

import (
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Kinds are the kinds of reports that New knows.
func Kinds() []string { return []string{"junit", "json", "ndjson", "tap", "markdown", "github"} }

// Streams reports whether a kind of report is of use while it is being written,
// so that it goes to its file directly.
func Streams(kind string) bool { return kind == "ndjson" }

// Options are what reports need to know besides the events.
type Options struct {
	// Root is the folder that a CI system takes the names of files relative to, and
	// Dir the working directory; empty if the names are to stay as they are.
	Root, Dir string
	// Summary is the file that a github report appends a summary to; empty for none.
	Summary string
}

// New returns the sink that writes a report of one of Kinds, and ends its target:
// it commits a report that was written to its end, and discards any other.
func New(kind string, t *Target, o Options) runner.Sink {
	switch kind {
	case "junit":
		return &junit{writer: writer{out: t}, suites: make(map[runner.ID]*junitSuite)}
	case "json":
		return &jsonReport{writer: writer{out: t}, files: make(map[runner.ID]*jsonFile)}
	case "ndjson":
		return &ndjson{writer: writer{out: t}}
	case "tap":
		return &tap{writer: writer{out: t}, files: make(map[runner.ID]*tapFile)}
	case "markdown":
		return &markdownReport{writer: writer{out: t}, limit: markdownLimit, page: newPage(markdownLimit)}
	case "github":
		return &github{writer: writer{out: t}, options: o, page: newPage(stepSummaryLimit / 2), paths: make(map[runner.ID]string)}
	default:
		return nil
	}
}

// Order sorts kinds of reports so that what cannot be put in its place is told in
// those behind it: JUnit comes last, since CI systems believe it rather than the exit
// code.
func Order(a, b string) int { return rank(a) - rank(b) }

func rank(kind string) int {
	if kind == "junit" {
		return len(Kinds())
	}
	return slices.Index(Kinds(), kind)
}

// writer is what all reports have: a target with its first error.
type writer struct {
	out      *Target
	err      error
	finished bool  // the last event was written
	end      int64 // where that starts
}

func (w *writer) print(texts ...string) {
	for _, s := range texts {
		if w.err == nil {
			_, w.err = w.out.w.WriteString(s)
			w.err = w.out.problem(w.err)
		}
	}
}

// take keeps an error of something else than the target.
func (w *writer) take(err error) {
	if w.err == nil && err != nil {
		w.err = w.out.problem(err)
	}
}

// begin is called before anything of the last event is written. What that changes
// besides the target must be right if the event is told again.
func (w *writer) begin() {
	if w.err == nil {
		w.end, w.err = w.out.mark()
	}
}

// Revise implements runner.Reviser.
func (w *writer) Revise() bool {
	if w.finished && w.out.rewind(w.end) {
		w.finished = false
		return true
	}
	return false
}

// finish writes everything out; the report is whole.
func (w *writer) finish() error {
	if w.err == nil {
		w.err = w.out.Flush()
	}
	w.finished = w.err == nil
	return w.err
}

// Close commits a report that is whole.
func (w *writer) Close() error {
	if !w.finished {
		w.out.Discard()
		return nil // Event has told why
	}
	return w.out.Commit()
}

// suiteName is how a file is called in its repetition.
func suiteName(id runner.ID, path string) string {
	name := diag.Printable(path)
	if id.Repeat > 0 {
		name += " (repetition " + itoa(id.Repeat) + ")"
	}
	return name
}

// names makes the names of a file's requests unique.
type names map[string]int

func (n *names) unique(name string) string {
	if *n == nil {
		*n = make(names)
	}
	(*n)[name]++
	for {
		count := (*n)[name]
		if count == 1 {
			return name
		}
		again := name + " #" + itoa(count)
		if (*n)[again] == 0 { // somebody may have written just that
			(*n)[again] = 1
			return again
		}
		(*n)[name]++
	}
}

// reasons is how many things are wrong with a request.
func reasons(e *runner.RequestFinished) int {
	n := len(e.Checks) - passed(e.Checks)
	for i := range e.Problems {
		if e.Problems[i].Severity == diag.Error {
			n++
		}
	}
	return n
}

// reason is the first thing that is wrong with a request, and how many more there
// are, on one line.
func reason(f failure, e *runner.RequestFinished) string {
	text := diag.Printable(f.reason)
	if more := reasons(e) - 1; more > 0 {
		text += " (and " + itoa(more) + " more)"
	}
	return text
}

// placed returns the path that the lines of a request are counted in.
func placed(path string, e *runner.RequestFinished) string {
	if e.Path != "" {
		return e.Path
	}
	return path
}
