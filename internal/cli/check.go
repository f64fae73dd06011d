package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/runner"
)

// check is `postrider check`: everything that is wrong with files, without
// sending anything.
func (p *program) check(c *cli.Context) error {
	if c.Args().Len() > 0 {
		if err := p.checkPaths(c); err != nil {
			return err
		}
	}
	format := c.String("format")
	if !slices.Contains(report.CheckFormats(), format) {
		return usage(diag.DidYouMean(format, report.CheckFormats()),
			"`--format` is one of %s, found `%s`", strings.Join(report.CheckFormats(), ", "), format)
	}
	o := runner.Options{
		Paths: c.Args().Slice(), Stdin: p.stdin, Environ: p.lookupEnv, Environment: c.String("env"), Dialect: c.String("dialect"),
		Insecure: c.Bool("insecure"), AllowFiles: c.StringSlice("allow-file"), AllowOrigins: p.allowedOrigins(c),
		Check: true, Version: version(),
	}
	var err error
	if o.Vars, err = p.vars(c); err != nil {
		return err
	}
	ctx, stop := interruptible(c.Context, &p.left)
	defer stop()
	plan := runner.NewPlan(ctx, o)
	defer plan.Close()
	findings := report.Findings{Messages: plan.Lint(), Version: version()}
	findings.Dir, _ = os.Getwd() // without it, absolute paths stay absolute
	for _, f := range plan.Files() {
		findings.Files++
		findings.Requests += len(f.Requests)
	}
	render := diag.Renderer{Color: p.useColor(p.stdout, c.Bool("no-color")), Width: terminalWidth(p.stdout)}
	if err := report.WriteFindings(p.stdout, format, &findings, render); err != nil {
		return fmt.Errorf("output cannot be written: %w", err)
	}
	switch {
	case ctx.Err() != nil:
		p.exit = exitInterrupted
	case findings.Count(diag.Error) > 0, c.Bool("strict") && findings.Count(diag.Warning) > 0:
		p.exit = exitUsage
	}
	return nil
}
