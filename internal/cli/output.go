package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/runner"
)

// outputBody is what --output can print.
const outputBody = "body"

// prints reports whether standard output is for one value that the run finds, so
// that everything else goes to standard error.
func prints(c *cli.Context) bool { return c.IsSet("output") || c.IsSet("get") }

// consoleOutput returns where people are told what happens.
func (p *program) consoleOutput(c *cli.Context) io.Writer {
	if prints(c) {
		return p.stderr
	}
	return p.stdout
}

// checkPrinted finds out whether a report is to go where the value goes.
func checkPrinted(c *cli.Context, specs []reportSpec) error {
	for _, s := range specs {
		if prints(c) && s.path == "" && !s.log {
			return usage(fmt.Sprintf("write `--report %s=FILE`", s.kind), "standard output is for one of them: `--output` or `--get`, or the report %s", s.kind)
		}
	}
	return nil
}

// console returns what tells people, and the sink of events in front of it.
func (p *program) console(c *cli.Context, to io.Writer, columns func() int) (*report.Console, runner.Sink) {
	o := report.ConsoleOptions{
		Color:      p.useColor(to, c.Bool("no-color")),
		Width:      terminalWidth(to),
		Verbose:    c.Count("verbose") > 0,
		Bodies:     c.Count("verbose") > 1,
		NoResponse: c.Bool("no-response"),
	}
	if c.Bool("quiet") {
		console := report.NewConsole(to, o)
		return console, report.NewQuiet(console)
	}
	o.Columns = columns
	console := report.NewConsole(to, o)
	return console, console
}

// witness is a sink that tells people what happens, unless it fails.
type witness struct {
	runner.Sink
	failed error
}

// Event implements runner.Sink.
func (w *witness) Event(e *runner.Event) error { return w.note(w.Sink.Event(e)) }

// Close implements runner.Sink.
func (w *witness) Close() error { return w.note(w.Sink.Close()) }

func (w *witness) note(err error) error {
	if w.failed == nil {
		w.failed = err
	}
	return err
}

// unsaid is what could not be said on standard output: that it cannot be written.
func (w *witness) unsaid() error {
	if w.failed == nil {
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.CodeReport, Severity: diag.Error,
		Summary: fmt.Sprintf("standard output cannot be written: %v", cause(w.failed)),
	}
}

// shown turns the flags about output into options of the runner.
func (p *program) shown(c *cli.Context, o *runner.Options) error {
	excludes := func(flag, other string) error {
		return usage("leave one of them out", "`--%s` excludes `--%s`", flag, other)
	}
	switch {
	case c.Bool("quiet") && c.Bool("verbose"):
		return excludes("quiet", "verbose")
	case c.Bool("no-response") && c.Bool("verbose"):
		return excludes("no-response", "verbose")
	case c.IsSet("output") && c.IsSet("get"):
		return excludes("output", "get")
	case p.invocation.times("get") > 1:
		return usage("give it once: several values are read of a report, as of `--report json`", "`--get` prints one value, and is given %d times", p.invocation.times("get"))
	case c.Bool("dry-run"):
		for _, flag := range []string{"output", "get", "quiet", "no-response"} {
			if c.IsSet(flag) {
				return usage("leave one of them out: a dry run gets no answers", "`--%s` excludes `--dry-run`", flag)
			}
		}
	case c.IsSet("output") && c.String("output") != outputBody:
		return usage("give `body`, and `> FILE` behind it to keep it in a file", "`--output` prints the body of the answer, not `%s`", c.String("output"))
	}
	if !prints(c) {
		if c.Bool("reveal") {
			return usage("add `--get NAME` or `--output body`, or use `--show-secrets` on a terminal", "`--reveal` without `--get` or `--output` has no effect")
		}
		return nil
	}
	o.Print = &runner.Print{Capture: c.String("get"), Reveal: c.Bool("reveal")}
	return nil
}

// printer returns what writes the value of --output or --get. The console may be
// at the same terminal.
func (p *program) printer(console *report.Console) func(io.Reader) error {
	return func(value io.Reader) error {
		console.StopProgress()
		if !isTerminal(p.stdout) {
			_, err := io.Copy(p.stdout, value)
			return err
		}
		t := &terminalWriter{w: p.stdout}
		if _, err := io.Copy(t, value); err != nil {
			return err
		}
		return t.end()
	}
}

// terminalWriter writes foreign text to a terminal, which shows it and obeys
// none of it. What is written last and may not be whole yet is kept back until
// the end.
type terminalWriter struct {
	w       io.Writer
	rest    []byte
	midLine bool
}

// Write implements io.Writer.
func (t *terminalWriter) Write(p []byte) (int, error) {
	text := append(t.rest, p...)
	end := len(text)
	for i := end - 1; i >= 0 && i >= end-utf8.UTFMax; i-- {
		if text[i] == '\r' && i == end-1 || utf8.RuneStart(text[i]) && !utf8.FullRune(text[i:]) {
			end = i
			break
		}
	}
	t.rest = append([]byte(nil), text[end:]...)
	return len(p), t.put(string(text[:end]))
}

func (t *terminalWriter) put(text string) error {
	if text == "" {
		return nil
	}
	t.midLine = !strings.HasSuffix(text, "\n")
	return write(t.w, diag.PrintableLines(text))
}

// end writes what was kept back, and ends the last line.
func (t *terminalWriter) end() error {
	if err := t.put(string(t.rest)); err != nil || !t.midLine {
		return err
	}
	return write(t.w, "\n")
}
