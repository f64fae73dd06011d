package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/parser"
)

// format is `postrider fmt`: files in their canonical form.
func (p *program) format(c *cli.Context) error {
	paths, err := p.formatPaths(c)
	if err != nil {
		return err
	}
	parse, err := parserFor(c.String("dialect"))
	if err != nil {
		return err
	}
	inputs, problems, _ := project.Find(paths, "")
	f := &fileFormatter{
		parse:   parse,
		program: p,
		write:   c.Bool("write"), check: c.Bool("check"), diff: c.Bool("diff"),
		out:    diag.Renderer{Color: p.useColor(p.stdout, c.Bool("no-color"))},
		errors: diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)},
	}
	if f.write && slices.ContainsFunc(inputs, func(in project.Input) bool { return in.Stdin }) {
		return usage("leave `--write` out to get the text on standard output", "standard input cannot be written to")
	}
	if !f.write && !f.check && !f.diff && len(inputs) > 1 {
		return usage("say what to do with them: `--write`, `--check` or `--diff`", "%d files cannot be printed as one", len(inputs))
	}
	for _, problem := range problems {
		if err := f.complain(problem); err != nil {
			return err
		}
	}
	for _, in := range inputs {
		if err := f.file(in); err != nil {
			return err
		}
	}
	switch {
	case f.failed:
		p.exit = exitUsage
	case f.changed && !f.write && (f.check || f.diff):
		p.exit = exitFailed
	}
	return nil
}

// formatPaths returns the paths to format: those given, or else standard input,
// unless somebody sits in front of it. A check without paths would pass wherever
// standard input is empty, as it is in CI, so it must name what it is about.
func (p *program) formatPaths(c *cli.Context) ([]string, error) {
	if c.Bool("write") && c.Bool("check") {
		return nil, usage("leave one of them out", "`--check` writes nothing, so it excludes `--write`")
	}
	prints := !c.Bool("write") && !c.Bool("check") && !c.Bool("diff")
	if prints && !c.Args().Present() && !isTerminal(p.stdin) {
		return []string{"-"}, nil
	}
	return c.Args().Slice(), p.checkPaths(c)
}

// parserFor returns how files are read: in the dialect of a name, or each in its
// own if the name is "".
func parserFor(name string) (func(name string, src []byte) *parser.File, error) {
	if name == "" {
		return parser.Parse, nil
	}
	dialect, ok := parser.ParseDialect(name)
	if !ok {
		return nil, usage("give one of "+strings.Join(parser.DialectNames(), ", "), "--dialect: unknown dialect `%s`", name)
	}
	return func(name string, src []byte) *parser.File { return parser.ParseAs(dialect, name, src) }, nil
}

// fileFormatter formats one file after the other.
type fileFormatter struct {
	*program
	parse              func(name string, src []byte) *parser.File
	write, check, diff bool
	out, errors        diag.Renderer

	changed bool // a file is not in its form
	failed  bool // something has been complained of
}

// complain tells what is wrong with a file; the others are formatted all the
// same. The error is about telling it.
func (f *fileFormatter) complain(d *diag.Diagnostic) error {
	f.failed = true
	return f.errors.Render(f.stderr, d.Message())
}

// file formats one file. The error is about output that cannot be written.
func (f *fileFormatter) file(in project.Input) error {
	src, problem := f.readInput(in)
	if problem != nil {
		return f.complain(problem)
	}
	parsed := f.parse(in.Name, src)
	if parsed.Diagnostics.HasErrors() {
		for _, d := range parsed.Diagnostics {
			if d.Severity != diag.Error {
				continue
			}
			if err := f.complain(d); err != nil {
				return err
			}
		}
		return nil
	}
	text := parser.Format(parsed)
	changed := !bytes.Equal(src, text)
	f.changed = f.changed || changed
	switch {
	case !f.write && !f.check && !f.diff:
		return write(f.stdout, f.shown(string(text)))
	case !changed:
		return nil
	}
	if f.write {
		if err := project.Replace(in.Path, text); err != nil {
			return f.complain(&diag.Diagnostic{
				Code: diag.CodeReport, Severity: diag.Error,
				Summary: fmt.Sprintf("`%s` cannot be written: %v", in.Name, err), Detail: "it is what it was before",
			})
		}
	}
	if f.diff {
		return write(f.stdout, f.difference(in.Name, src, text))
	}
	return write(f.stdout, diag.Printable(in.Name)+"\n")
}

// readInput returns the content of a request file.
func (p *program) readInput(in project.Input) ([]byte, *diag.Diagnostic) {
	read := func() ([]byte, error) { return os.ReadFile(in.Path) }
	if in.Stdin {
		read = func() ([]byte, error) { return io.ReadAll(p.stdin) }
	}
	src, err := read()
	if err != nil {
		return nil, &diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error,
			Summary: fmt.Sprintf("`%s` cannot be read: %v", in.Name, cause(err)), Suggestion: "make it readable, or leave it out",
		}
	}
	return src, nil
}

// shown returns a text as standard output takes it: exact, but for a terminal
// without anything that it would obey.
func (f *fileFormatter) shown(text string) string {
	if isTerminal(f.stdout) {
		return diag.PrintableLines(text)
	}
	return text
}

// difference returns a unified diff. With colour it is for people, and
// printable.
func (f *fileFormatter) difference(name string, before, after []byte) string {
	name = diag.Printable(name)
	text := string(diff.Diff(name+".orig", before, name, after))
	if !f.out.Color {
		return f.shown(text)
	}
	var b strings.Builder
	n := 0
	for line := range strings.Lines(text) {
		style := diag.Style("")
		switch n++; {
		case n <= 3: // diff, --- and +++
			style = diag.Bold
		case line[0] == '-':
			style = diag.Red
		case line[0] == '+':
			style = diag.Green
		case line[0] == '@':
			style = diag.Dim
		}
		line = strings.TrimSuffix(diag.PrintableLines(line), "\n")
		if style != "" {
			line = f.out.Paint(style, line)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
