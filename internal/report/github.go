package report

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// maxAnnotations bounds the annotations of each severity. GitHub shows ten of a
// step; the others would only lengthen the log.
const maxAnnotations = 50

// github annotates the lines where something is wrong, by workflow commands of
// GitHub Actions, and adds a page to the summary of the step.
type github struct {
	writer
	options Options
	page    *page
	paths   map[runner.ID]string // of running files
	written map[diag.Severity]int
	left    int
}

// Event implements runner.Sink.
func (g *github) Event(e *runner.Event) error {
	g.page.event(e)
	switch data := e.Data.(type) {
	case *runner.MessageEvent:
		g.annotate(data.Message, data.Message.Code)
	case *runner.FileStarted:
		g.paths[fileKey(e.ID)] = data.Path
	case *runner.RequestFinished:
		g.request(e.ID, data)
	case *runner.FileFinished:
		delete(g.paths, fileKey(e.ID))
	case *runner.RunFinished:
		if g.left > 0 {
			g.print(fmt.Sprintf("::notice::%d more annotations are left out\n", g.left))
		}
		g.summary(data)
		return g.finish()
	}
	if g.err == nil {
		g.err = g.out.Flush() // the log is read while the run goes on
	}
	return g.err
}

// Revise implements runner.Reviser: what others read already cannot be taken back.
func (g *github) Revise() bool { return false }

func (g *github) request(id runner.ID, e *runner.RequestFinished) {
	path := g.paths[fileKey(id)]
	name := requestName(id, e.Name, e.Line)
	said := false
	for _, m := range e.Problems {
		said = said || m.Severity == diag.Error
		g.annotate(m, name)
	}
	for _, c := range e.Checks {
		if !c.Passed {
			said = true
			g.annotate(messageOf(placed(path, e), c), name)
		}
	}
	if e.Outcome.Bad() && !said {
		g.annotate(diag.Message{Severity: diag.Error, File: placed(path, e), Line: e.Line, Summary: string(e.Outcome)}, name)
	}
}

// annotate writes a message with the values behind it.
func (g *github) annotate(m diag.Message, title string) {
	if g.written == nil {
		g.written = make(map[diag.Severity]int)
	}
	if g.written[m.Severity]++; g.written[m.Severity] > maxAnnotations {
		g.left++
		return
	}
	m.File = g.fromRoot(m.File)
	for _, v := range m.Values {
		if m.Detail != "" {
			m.Detail += "\n"
		}
		m.Detail += diag.Shorten(v.Name+" = "+v.Text, 500)
	}
	g.print(annotation(m, title))
}

// fromRoot returns the name of a file as GitHub knows it: relative to the root of
// the repository, not to the working directory.
func (g *github) fromRoot(name string) string {
	if name == "" || g.options.Root == "" {
		return name
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(g.options.Dir, path)
	}
	relative, err := filepath.Rel(g.options.Root, path)
	if err != nil || !filepath.IsLocal(relative) {
		return name
	}
	return filepath.ToSlash(relative)
}

// summary adds the page to what the step has said already.
func (g *github) summary(e *runner.RunFinished) {
	if g.options.Summary == "" {
		return
	}
	room := int64(stepSummaryLimit)
	if info, err := os.Stat(g.options.Summary); err == nil {
		room -= info.Size() + 1
	}
	text := g.page.text(e, int(max(room, 0)))
	if int64(len(text)) > room {
		return // beyond its limit, GitHub shows nothing at all
	}
	f, err := os.OpenFile(g.options.Summary, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o666)
	if err == nil {
		_, err = f.WriteString(text + "\n")
		if closed := f.Close(); err == nil {
			err = closed
		}
	}
	if err != nil && g.err == nil {
		g.err = fmt.Errorf("the summary of the step: %w", err)
	}
}
