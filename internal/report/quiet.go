package report

import (
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Quiet hands another sink only what is wrong: requests that did not pass, error
// messages, and what these stand in. If nothing is wrong, the other sink is told
// nothing at all.
type Quiet struct {
	to      runner.Sink
	started *runner.Event               // of the run; nil once it is told
	files   map[runner.ID]*runner.Event // the starts that are not told, of the files that are running
	told    map[runner.ID]bool          // files whose starts are told
}

// NewQuiet returns a Quiet in front of a sink.
func NewQuiet(to runner.Sink) *Quiet {
	return &Quiet{to: to, files: make(map[runner.ID]*runner.Event), told: make(map[runner.ID]bool)}
}

// Event hands on what is wrong. It returns the error of the other sink.
func (q *Quiet) Event(e *runner.Event) error {
	file := fileKey(e.ID)
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		q.started = e
	case *runner.FileStarted:
		q.files[file] = e
	case *runner.MessageEvent:
		if data.Message.Severity == diag.Error {
			return q.tell(file, e)
		}
	case *runner.RequestFinished:
		if data.Wrong() {
			return q.tell(file, e)
		}
	case *runner.FileFinished:
		told := q.told[file]
		delete(q.files, file)
		delete(q.told, file)
		if told {
			return q.to.Event(e)
		}
	case *runner.RunFinished:
		if data.Exit != runner.ExitPassed {
			return q.tell(runner.ID{}, e)
		}
	}
	return nil
}

// tell hands on an event, and before it what it stands in.
func (q *Quiet) tell(file runner.ID, e *runner.Event) error {
	before := []*runner.Event{q.started}
	q.started = nil
	if start := q.files[file]; start != nil {
		before = append(before, start)
		delete(q.files, file)
		q.told[file] = true
	}
	for _, b := range append(before, e) {
		if b == nil {
			continue
		}
		if err := q.to.Event(b); err != nil {
			return err
		}
	}
	return nil
}

// Close closes the other sink.
func (q *Quiet) Close() error { return q.to.Close() }
