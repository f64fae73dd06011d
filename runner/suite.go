package runner

import (
	"slices"

	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/parser"
)

// suite is a file of the command line together with those that it imports: what
// a session runs. A file that two suites import is read for each of them, since
// its variables may differ.
type suite struct {
	plan      *Plan
	index     int              // from 1
	path      string           // of its file, absolute; "" for standard input
	addresses []*address       // that alone name its file; nil if it is named as a whole
	file      *file            // that the command line names
	files     []*file          // file, then those that it imports, directly or not
	library   map[string]*file // the same by absolute path
	arguments map[string]bool  // variables that some call gives a value
	outputs   map[string]bool  // absolute paths that its requests write to, as far as they are written out
	table     *data.Table      // of whose rows each is a session of its own; nil for one session

	steps   int                    // of all files
	order   []*step                // the selected steps and what they need, in the order of running
	ordered map[*parser.Block]bool // the blocks of these
	foreign map[string]foreign     // names that requests of other suites set, and where one is read
	after   []*global              // those that it waits for
	lookups lookups                // for the files that its requests name

	// In a replay:
	recorded    string                    // how the recording calls the file
	inRecording map[*step]RecordedRequest // the requests of which the recording tells
	gone        []RecordedRequest         // of which it tells, and that are no longer there

	identities map[*step]string // of the steps of its file; nil until one is asked for
	byIdentity map[string]*step
}

// newSuite returns the suite of a file of the command line. What it imports is yet
// to be read.
func (p *Plan) newSuite(path, dir string, parsed *parser.File) *suite {
	s := &suite{plan: p, library: make(map[string]*file), arguments: make(map[string]bool)}
	s.file = p.newFile(path, dir, parsed, s)
	return s
}

// add takes a suite into the plan.
func (p *Plan) add(s *suite) {
	p.suites = append(p.suites, s)
	s.index = len(p.suites)
}

// imported reports whether the file is there for others of its suite.
func (f *file) imported() bool { return f != f.suite.file }

// root is the root of its project.
func (s *suite) root() string { return s.file.root() }

// root is the root of the project of the file.
func (f *file) root() string { return f.plan.roots.Of(f.dir) }

// runnable reports whether the requests of the suite can be run.
func (s *suite) runnable() bool {
	return len(s.order) > 0 && !slices.ContainsFunc(s.files, func(f *file) bool { return f.problems.HasErrors() })
}

// sequence returns the selected steps, and those that they take for granted, in
// the order of running: @setup, the others, and @teardown from the last to the
// first.
func (s *suite) sequence() []*step {
	var setup, others, teardown []*step
	for _, st := range s.file.steps {
		switch {
		case !st.selected && st.pulledBy == "":
		case st.setup:
			setup = append(setup, st)
		case st.teardown:
			teardown = append(teardown, st)
		default:
			others = append(others, st)
		}
	}
	slices.Reverse(teardown)
	return slices.Concat(setup, others, teardown)
}
