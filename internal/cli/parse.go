package cli

import (
	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/syntaxjson"
)

// parse is `postrider parse --json`: the syntax of files as data. Errors are in
// the documents and are told on stderr too, so that an exit code of 2 is never
// without a reason.
func (p *program) parse(c *cli.Context) error {
	if !c.Bool("json") {
		return usage("add `--json`", "`postrider parse` has no form of output but JSON")
	}
	if err := p.checkPaths(c); err != nil {
		return err
	}
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	options := syntaxjson.Options{Paths: c.Args().Slice(), Stdin: p.stdin, Dialect: c.String("dialect")}
	return syntaxjson.WriteFiles(p.stdout, options, func(d *diag.Diagnostic) error {
		p.exit = exitUsage
		return render.Render(p.stderr, d.Message())
	})
}
