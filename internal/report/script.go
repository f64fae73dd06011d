package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// Script writes a dry run as a script for a POSIX shell: a command for each
// request, in the order of sending, and everything else as comments. Messages go
// to a writer of their own.
type Script struct {
	w        io.Writer
	messages io.Writer
	render   diag.Renderer
	paths    map[int]string
	err      error
}

// NewScript returns a Script that writes to w, and its messages to another
// writer as o says.
func NewScript(w, messages io.Writer, o ConsoleOptions) *Script {
	return &Script{
		w: w, messages: messages, render: diag.Renderer{Color: o.Color, Width: o.Width}, paths: make(map[int]string),
	}
}

// Event writes what the event is about. It returns the first error of a writer.
func (s *Script) Event(e *runner.Event) error {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		s.comment("postrider " + data.Version + ", dry run: nothing was sent")
		if data.Sandbox {
			s.comment(sandboxNotice)
		}
	case *runner.MessageEvent:
		s.message(data.Message)
	case *runner.FileStarted:
		s.paths[e.ID.File] = data.Path
	case *runner.RequestPlanned:
		s.planned(e.ID, data)
	case *runner.RequestFinished:
		s.write("\n")
		s.comment(s.title(e.ID, data.Name, data.Path, data.Line) + ": " + remarks(e.ID, data))
		for _, m := range data.Problems {
			s.message(m)
		}
	case *runner.RunFinished:
		if data.Exit != runner.ExitPassed {
			word, _ := verdict(data)
			s.err = firstOf(s.err, writeText(s.messages, word+"\n"))
		}
	}
	return s.err
}

// Close implements runner.Sink.
func (s *Script) Close() error { return s.err }

func (s *Script) planned(id runner.ID, e *runner.RequestPlanned) {
	s.write("\n")
	about := s.title(id, e.Name, e.Path, e.Line)
	if more := plannedRemarks(&runner.RequestPlanned{Role: e.Role, NeededBy: e.NeededBy, Repeated: e.Repeated})[1:]; len(more) > 0 {
		about += ", " + strings.Join(more, ", ")
	}
	s.comment(about)
	for _, note := range plannedNotes(e) {
		s.comment("  " + note)
	}
	if e.Command != "" {
		s.write(e.Command + "\n")
	}
}

// title is the name of a request and where it stands.
func (s *Script) title(id runner.ID, name, path string, line int) string {
	if path == "" {
		path = s.paths[id.File]
	}
	return fmt.Sprintf("%s (%s:%d)", requestName(id, name, line), path, line)
}

// comment writes a line that no shell runs. Foreign text cannot end it.
func (s *Script) comment(text string) { s.write("# " + diag.Printable(text) + "\n") }

func (s *Script) message(m diag.Message) {
	if s.err == nil {
		s.err = s.render.Render(s.messages, m)
	}
}

func (s *Script) write(text string) {
	s.err = firstOf(s.err, writeText(s.w, text))
}

func writeText(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
