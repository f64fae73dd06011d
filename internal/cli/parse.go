package cli

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/syntaxjson"
)

// parse is `postrider parse --json`: the syntax of files as data. The document of
// a file is out before the next one is read. Errors are in the documents and are
// told on stderr too, so that an exit code of 2 is never without a reason.
func (p *program) parse(c *cli.Context) error {
	if !c.Bool("json") {
		return usage("add `--json`", "`postrider parse` has no form of output but JSON")
	}
	if err := p.checkPaths(c); err != nil {
		return err
	}
	parse, err := parserFor(c.String("dialect"))
	if err != nil {
		return err
	}
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	complain := func(d *diag.Diagnostic) error {
		p.exit = exitUsage
		return render.Render(p.stderr, d.Message())
	}
	inputs, problems, _ := project.Find(c.Args().Slice(), "")
	for _, d := range problems {
		if err := complain(d); err != nil {
			return err
		}
	}
	for _, in := range inputs {
		src, problem := p.readInput(in)
		if problem != nil {
			if err := complain(problem); err != nil {
				return err
			}
			continue
		}
		f := parse(in.Name, src)
		if err := syntaxjson.Write(p.stdout, f); err != nil {
			return fmt.Errorf("output cannot be written: %w", err)
		}
		for _, d := range f.Diagnostics {
			if d.Severity != diag.Error {
				continue
			}
			if err := complain(d); err != nil {
				return err
			}
		}
	}
	return nil
}
