// Package report is what listens to the events of a run. The console tells
// people, in a terminal or the log of a CI job, what happened.
package report

import (
	"io"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// ConsoleOptions say how a Console writes.
type ConsoleOptions struct {
	Color   bool // use SGR sequences
	Width   int  // of the terminal, in columns; 0 means diag.DefaultWidth
	Verbose bool // show tokens, checks, captures and what went over the wire
}

// Console writes a run for people: a block a file, a line a request, what is
// wrong below it, and a summary that says everything again in short, because a
// log is read from its end. Files run in parallel; a block is written whole
// when its file ends, and messages of the run at once.
//
// Every text of an event is made printable.
type Console struct {
	w       io.Writer
	render  diag.Renderer
	width   int
	verbose bool

	sandbox bool
	blocks  []*block // of the files that are running, in the order of their start
	broken  []failure
	left    int // failures beyond those that are kept
	err     error
}

// NewConsole returns a Console that writes to w.
func NewConsole(w io.Writer, o ConsoleOptions) *Console {
	width := o.Width
	if width <= 0 {
		width = diag.DefaultWidth
	}
	width = max(width, 40)
	return &Console{
		w:       w,
		render:  diag.Renderer{Color: o.Color, Width: width},
		width:   width,
		verbose: o.Verbose,
	}
}

// Event writes what can be written now. It returns the first error of the
// writer.
func (c *Console) Event(e *runner.Event) error {
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		c.sandbox = data.Sandbox
		c.started(data)
	case *runner.MessageEvent:
		c.message(e.ID, data.Message)
	case *runner.FileStarted:
		c.blocks = append(c.blocks, &block{file: e.ID.File, path: data.Path})
	case *runner.TokenEvent:
		c.token(e.ID, data)
	case *runner.RequestFinished:
		c.request(e.ID, data)
	case *runner.FileFinished:
		c.finish(e.ID.File)
	case *runner.RunFinished:
		c.finishAll()
		c.summary(data)
	}
	return c.err
}

// Close writes the blocks of files that have not ended.
func (c *Console) Close() error {
	c.finishAll()
	return c.err
}

// started writes the lines above everything else.
func (c *Console) started(e *runner.RunStarted) {
	var b strings.Builder
	title := "postrider " + diag.Printable(e.Version) + ": " +
		count(e.Requests, "request") + " in " + count(e.Files, "file")
	if e.Environment != "" {
		title += ", environment " + diag.Printable(e.Environment)
	}
	b.WriteString(c.paint(diag.Dim, title) + "\n")
	if e.Sandbox {
		b.WriteString(c.paint(diag.Yellow, sandboxNotice) + "\n")
	}
	if e.Insecure {
		c.renderTo(&b, diag.Message{Severity: diag.Warning, Summary: "server certificates are not verified (--insecure)"})
	}
	c.write(b.String())
}

// sandboxNotice is in every output of a run against simulated vendors.
const sandboxNotice = "SANDBOX: simulated vendors"

// message writes a message of the run at once, and keeps one of a file for the
// file's block.
func (c *Console) message(id runner.ID, m diag.Message) {
	if m.Severity == diag.Error {
		c.fail(failure{id: id, place: place(m, "", 0), reason: m.Summary})
	}
	var b strings.Builder
	c.renderTo(&b, m)
	if open := c.block(id.File); open != nil {
		open.messages = append(open.messages, b.String())
		return
	}
	c.write(b.String())
}

// block is the output of a file that is still running.
type block struct {
	file     int
	path     string
	messages []string
	lines    []line
	tokens   map[runner.ID][]string // of requests that have not ended
}

// block returns the block of a file that is running, or nil.
func (c *Console) block(file int) *block {
	for _, b := range c.blocks {
		if b.file == file {
			return b
		}
	}
	return nil
}

// finish writes the block of a file that has ended.
func (c *Console) finish(file int) {
	b := c.block(file)
	if b == nil {
		return
	}
	c.blocks = slices.DeleteFunc(c.blocks, func(other *block) bool { return other == b })
	c.write(c.blockText(b))
}

func (c *Console) finishAll() {
	for _, b := range c.blocks {
		c.write(c.blockText(b))
	}
	c.blocks = nil
}

func (c *Console) blockText(b *block) string {
	var out strings.Builder
	out.WriteString("\n" + c.paint(diag.Bold, c.free(b.path)) + "\n")
	for _, m := range b.messages {
		writeIndented(&out, 4, m)
	}
	slices.SortStableFunc(b.lines, func(x, y line) int { return x.row - y.row })
	t := tableOf(b.lines, c.width)
	for _, l := range b.lines {
		c.writeLine(&out, t, l)
	}
	return out.String()
}

// write hands a finished text to the writer in one piece.
func (c *Console) write(s string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.w, s)
	}
}

func (c *Console) paint(s diag.Style, text string) string { return c.render.Paint(s, text) }

// free returns a foreign text printable and not endless; it may wrap.
func (c *Console) free(s string) string { return diag.Shorten(diag.Printable(s), 4*c.width) }

func (c *Console) renderTo(b *strings.Builder, m diag.Message) {
	_ = c.render.Render(b, m) // a strings.Builder does not fail
}

func writeIndented(b *strings.Builder, by int, text string) {
	for l := range strings.Lines(text) {
		b.WriteString(strings.Repeat(" ", by) + l)
	}
}
