package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/parser"
	"github.com/postrider/postrider/runner"
)

// expect is `postrider expect`: it sends a request and proposes what to expect of
// its answer from now on.
func (p *program) expect(c *cli.Context) error {
	paths := c.Args().Slice()
	if len(paths) != 1 {
		return usage("write `postrider expect FILE#NAME` or `postrider expect FILE:LINE`", "name one request, found %d paths", len(paths))
	}
	if err := p.checkPaths(c); err != nil {
		return err
	}
	file := runner.FileOf(paths[0])
	if c.Bool("write") && file == "-" {
		return usage("leave `--write` out to get the lines on standard output", "standard input cannot be written to")
	}
	o, err := p.options(c)
	if err != nil {
		return err
	}
	o.Propose, o.NoStatusCheck = true, false
	o.StateDir = "" // what this sends is no run to go on from
	ctx, stop := interruptible(c.Context, &p.left)
	defer stop()
	vendors, err := simulated(ctx, c, &o)
	if err != nil {
		return err
	}
	defer vendors()
	e := &expectation{program: p, file: file, errors: diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}}
	if file != "-" {
		e.before, _ = os.ReadFile(file) // what is wrong with it, the plan tells
	}
	plan := runner.NewPlan(ctx, o)
	defer plan.Close()
	var log bytes.Buffer
	console := report.NewConsole(&log, report.ConsoleOptions{Color: e.errors.Color, Width: e.errors.Width, Verbose: c.Bool("verbose")})
	exit := plan.Run(ctx, console, e)
	if e.failed || len(e.proposals) == 0 {
		p.exit = exit
		if exit == exitOK { // such as a request that @if has skipped
			p.exit = exitUsage
		}
		return write(p.stderr, log.String())
	}
	if c.Bool("verbose") {
		if err := write(p.stderr, log.String()); err != nil {
			return err
		}
	}
	return e.tell(ctx, o, c.String("dialect"), c.Bool("write"))
}

// expectation listens to a run for what is proposed.
type expectation struct {
	*program
	file   string // of the request; "-" for standard input
	before []byte // its content
	errors diag.Renderer

	proposals []*runner.Proposal // of each row of data, and each turn of a loop
	line      int                // of the request
	refused   bool               // the status is one of 400 and above
	failed    bool               // something else went wrong
}

// Event implements runner.Sink.
func (e *expectation) Event(event *runner.Event) error {
	switch d := event.Data.(type) {
	case *runner.MessageEvent:
		e.failed = e.failed || d.Message.Severity == diag.Error
	case *runner.RequestFinished:
		switch {
		case d.Proposal != nil:
			e.proposals = append(e.proposals, d.Proposal)
			e.line = d.Line
			e.refused = e.refused || d.Outcome == runner.Failed // which what is proposed mends
		case d.Outcome.Bad():
			e.failed = true
		}
	}
	return nil
}

// Close implements runner.Sink.
func (e *expectation) Close() error { return nil }

// directives returns what is proposed for every answer that there was.
func (e *expectation) directives() []string {
	return slices.DeleteFunc(slices.Clone(e.proposals[0].Directives), func(d string) bool {
		return slices.ContainsFunc(e.proposals, func(p *runner.Proposal) bool { return !slices.Contains(p.Directives, d) })
	})
}

// tell prints what is proposed, or writes it into the file.
func (e *expectation) tell(ctx context.Context, o runner.Options, dialect string, toFile bool) error {
	directives := e.directives()
	if e.refused {
		if err := e.note("the answer is "+diag.Printable(e.proposals[0].Status)+": nothing but the status is proposed", ""); err != nil {
			return err
		}
	}
	if len(directives) == 0 {
		return e.note("there is nothing to add: what can be said of the answer is asserted already", "")
	}
	if toFile {
		return e.write(ctx, o, dialect, directives)
	}
	var b strings.Builder
	for _, d := range directives {
		b.WriteString("# " + d + "\n")
	}
	return write(e.stdout, b.String())
}

func (e *expectation) note(summary, suggestion string) error {
	return e.errors.Render(e.stderr, diag.Message{Severity: diag.Note, Summary: summary, Suggestion: suggestion})
}

// write writes directives above the request, and nothing if that would change what
// the file means otherwise.
func (e *expectation) write(ctx context.Context, o runner.Options, dialect string, directives []string) error {
	refuse := func(code, suggestion, format string, args ...any) error {
		return &diag.Diagnostic{
			Code: code, Severity: diag.Error, Summary: fmt.Sprintf("nothing is written to `%s`: ", e.file) + fmt.Sprintf(format, args...),
			Suggestion: suggestion,
		}
	}
	if now, err := os.ReadFile(e.file); err != nil || !bytes.Equal(now, e.before) {
		return refuse(diag.CodeReport, "run it again", "the file has changed since it was read")
	}
	parse, err := parserFor(dialect)
	if err != nil {
		return err
	}
	parsed := parse(e.file, e.before)
	block := parsed.RequestAt(e.line)
	if block == nil {
		return refuse(diag.CodeReport, "", "there is no request at line %d", e.line)
	}
	text, err := parser.AddDirectives(parsed, block, directives)
	if err != nil {
		return refuse(diag.CodeReport, "leave `--write` out, and paste the lines where they belong", "%v", err)
	}
	if name := e.changes(ctx, o, parsed, text); name != "" {
		return refuse(diag.CodeReport, "give `"+name+"` one value, or leave `--write` out and decide yourself",
			"`%s` would have another value, since in a file with directives of postrider an environment counts before the file", diag.Printable(name))
	}
	if err := project.Replace(e.file, text); err != nil {
		return refuse(diag.CodeReport, "", "%v", err)
	}
	lines := "1 line"
	if n := len(directives); n > 1 {
		lines = fmt.Sprintf("%d lines", n)
	}
	return write(e.stdout, fmt.Sprintf("%s:%d: %s added\n", diag.Printable(e.file), e.line, lines))
}

// changes returns a variable that comes from elsewhere once the file has its new
// text; "" if there is none.
func (e *expectation) changes(ctx context.Context, o runner.Options, parsed *parser.File, text []byte) string {
	if parsed.OwnDirectives() { // and so the order of variables stays
		return ""
	}
	sources := func(text []byte) map[string]string {
		o.Paths, o.Propose = []string{e.file}, false
		o.ReadFile = func(path string) ([]byte, error) {
			if path == e.file {
				return text, nil
			}
			return os.ReadFile(path)
		}
		found := make(map[string]string)
		files, _ := runner.Variables(ctx, o)
		for _, f := range files {
			for _, v := range f.Variables {
				found[v.Name] = v.Origin + "\n" + v.Written
			}
		}
		return found
	}
	before, after := sources(e.before), sources(text)
	for name, from := range before {
		if after[name] != from {
			return name
		}
	}
	return ""
}
