// Package report is what listens to the events of a run. The console tells
// people, in a terminal or the log of a CI job, what happened.
package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// ConsoleOptions say how a Console writes.
type ConsoleOptions struct {
	Color   bool // use SGR sequences
	Width   int  // of the terminal, in columns; 0 means that there is none: diag.DefaultWidth, and nothing is wrapped
	Verbose bool // show tokens, checks, captures and the header fields that went over the wire
	Bodies  bool // show bodies too, if Verbose

	NoResponse bool // show nothing of the answer below a failure

	// Columns returns the width of the terminal now. It asks for a progress line
	// there, which needs a terminal that obeys ECMA-48; nil means none.
	Columns func() int
}

// Console writes a run for people: a block a file, a line a request, what is
// wrong below it, and a summary that says everything again in short, because a
// log is read from its end. Files run in parallel; a block is written whole
// when its file ends, and messages of the run at once. What stands below a line
// waits outside of memory if there is much of it.
//
// Every text of an event is made printable.
type Console struct {
	layout
	w        io.Writer
	progress *progress // nil without a progress line; else w

	sandbox bool
	shuffle string         // the seed of the order; "" without
	dry     bool           // nothing is sent
	reused  map[string]int // how often the token of a provider was, by provider
	late    []*block       // of the files that the end of the run came before, up to maxLate
	beyond  lateFiles      // those and the others
	blocks  []*block       // of the files that are running, in the order of their start
	helped  helped         // by the messages of the run
	broken  []failure
	left    int // failures beyond those that are kept
	err     error
}

// NewConsole returns a Console that writes to w.
func NewConsole(w io.Writer, o ConsoleOptions) *Console {
	c := &Console{layout: newLayout(o), w: w, reused: make(map[string]int)}
	if o.Columns != nil {
		c.progress = newProgress(w, o.Columns, c.render)
		c.w = c.progress
	}
	return c
}

// Event writes what can be written now. It returns the first error of the
// writer.
func (c *Console) Event(e *runner.Event) error {
	if c.progress != nil {
		c.progress.event(e)
	}
	switch data := e.Data.(type) {
	case *runner.RunStarted:
		c.sandbox, c.dry, c.shuffle = data.Sandbox, data.DryRun, data.Shuffle
		c.started(data)
	case *runner.MessageEvent:
		c.message(e.ID, data.Message)
	case *runner.FileStarted:
		c.blocks = append(c.blocks, &block{file: fileKey(e.ID), path: data.Path})
	case *runner.TokenEvent:
		c.token(e.ID, data)
	case *runner.TryFailed:
		c.tryFailed(e.ID, data)
	case *runner.RequestFinished:
		c.request(e.ID, data)
	case *runner.RequestPlanned:
		c.planned(e.ID, data)
	case *runner.FileFinished:
		c.finish(fileKey(e.ID))
	case *runner.RunFinished:
		c.StopProgress()
		c.finishAll()
		c.reusedTokens()
		c.summary(data)
	}
	return c.err
}

// Close writes the blocks of files that have not ended.
func (c *Console) Close() error {
	c.StopProgress()
	c.finishAll()
	return c.err
}

// StopProgress erases the progress line for good. It may be called at any time
// and from any goroutine.
func (c *Console) StopProgress() {
	if c.progress != nil {
		c.progress.stop()
	}
}

// started writes the lines above everything else.
func (c *Console) started(e *runner.RunStarted) {
	var b strings.Builder
	title := "postrider " + diag.Printable(e.Version)
	if e.DryRun {
		title += ", dry run"
	}
	if e.Replay != "" {
		title += ", replay of " + diag.Printable(e.Replay)
	}
	if e.Requests > 0 {
		title += ": " + count(e.Requests, "request") + " in " + count(e.Files, "file")
	}
	if e.Repeat > 1 {
		title += fmt.Sprintf(", %d times", e.Repeat)
	}
	if e.Shard != "" {
		title += ", shard " + diag.Printable(e.Shard)
	}
	if e.Shuffle != "" {
		title += ", shuffled with seed " + diag.Printable(e.Shuffle)
	}
	if e.Environment != "" {
		title += ", environment " + diag.Printable(e.Environment)
	}
	b.WriteString(c.wrapped(c.paint(diag.Dim, title)+"\n", 0))
	if e.Sandbox {
		b.WriteString(c.paint(diag.Yellow, sandboxNotice) + "\n")
	}
	if e.Insecure {
		c.renderTo(&b, diag.Message{Severity: diag.Warning, Summary: "server certificates are not verified (--insecure)"}, 0)
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
	if open := c.block(fileKey(id)); open != nil {
		c.renderTo(&b, open.helped.once(m), below)
		open.messages = append(open.messages, b.String())
		return
	}
	c.renderTo(&b, c.helped.once(m), 0)
	c.write(b.String())
}

// block is the output of a file that is still running.
type block struct {
	file     runner.ID // of a repetition
	path     string
	messages []string
	helped   helped
	lines    []line
	below    spool                  // of all lines
	late     string                 // why requests were not begun that the end of the run came before; "" for none
	notes    map[runner.ID][]string // lines to stand below requests that have not ended
}

// add adds a line with what stands below it.
func (b *block) add(l line, below string) error {
	l.below = b.below.size()
	_, err := io.WriteString(&b.below, below)
	l.behind = b.below.size()
	b.lines = append(b.lines, l)
	return err
}

// fileKey is the id of a file in its repetition.
func fileKey(id runner.ID) runner.ID { return runner.ID{File: id.File, Repeat: id.Repeat} }

// block returns the block of a file that is running, or nil.
func (c *Console) block(file runner.ID) *block {
	for _, b := range c.blocks {
		if b.file == file {
			return b
		}
	}
	return nil
}

// finish writes the block of a file that has ended.
func (c *Console) finish(file runner.ID) {
	b := c.block(file)
	if b == nil {
		return
	}
	c.blocks = slices.DeleteFunc(c.blocks, func(other *block) bool { return other == b })
	if !c.keepLate(b) {
		c.writeBlock(b)
	}
}

func (c *Console) finishAll() {
	for _, b := range c.blocks {
		c.writeBlock(b)
	}
	c.blocks = nil
	c.writeLate()
}

// blockPiece is what is written of a long block at a time.
const blockPiece = 32 << 10

// writeBlock writes a block: in one piece if it is short, and never all of it in
// memory.
func (c *Console) writeBlock(b *block) {
	defer b.below.discard()
	var out strings.Builder
	out.WriteString("\n" + c.paint(diag.Bold, c.free(b.path)))
	if b.file.Repeat > 0 {
		out.WriteString(c.paint(diag.Dim, fmt.Sprintf("  repetition %d", b.file.Repeat)))
	}
	out.WriteByte('\n')
	for _, m := range b.messages {
		writeIndented(&out, below, m)
	}
	slices.SortStableFunc(b.lines, func(x, y line) int { return x.row - y.row })
	t := tableOf(b.lines, c.width)
	for _, l := range b.lines {
		c.writeLine(&out, t, l)
		if l.behind > l.below {
			text, err := b.below.text(l.below, l.behind)
			c.keep(err)
			writeIndented(&out, below, text)
		}
		if out.Len() > blockPiece {
			c.write(out.String())
			out.Reset()
		}
	}
	c.write(out.String())
}

// keep keeps the first error.
func (c *Console) keep(err error) {
	if c.err == nil {
		c.err = err
	}
}

// write hands a finished text to the writer in one piece.
func (c *Console) write(s string) {
	if c.err == nil {
		_, c.err = io.WriteString(c.w, s)
	}
}

// below is the indentation of what stands below the path of a file or the line
// of a request.
const below = 4

func writeIndented(b *strings.Builder, by int, text string) {
	for l := range strings.Lines(text) {
		b.WriteString(strings.Repeat(" ", by) + l)
	}
}
