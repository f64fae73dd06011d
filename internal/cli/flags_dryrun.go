package cli

import (
	"cmp"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/report"
	"github.com/postrider/postrider/runner"
)

// Forms in which a dry run shows requests.
const (
	asHTTP = "http"
	asCurl = "curl"
)

// dryRun turns the flags of a dry run into options of the runner.
func (p *program) dryRun(c *cli.Context, o *runner.Options) error {
	o.DryRun = c.Bool("dry-run")
	if c.IsSet("as") && !o.DryRun {
		return usage("add `--dry-run`", "`--as` without `--dry-run` has no effect")
	}
	switch as := cmp.Or(c.String("as"), asHTTP); as {
	case asHTTP:
	case asCurl:
		o.Commands = true
	default:
		return usage("give `http` or `curl`", "`--as`: a request cannot be shown as `%s`", as)
	}
	if !o.DryRun {
		return nil
	}
	path := c.String("cacert")
	if path == "" {
		path, _ = p.lookupEnv("POSTRIDER_CACERT")
	}
	if !strings.Contains(path, "-----BEGIN") {
		o.RootsFile = path
	}
	return nil
}

// dryRunSink returns what writes a dry run. A command per request makes a script
// of standard output, so that messages go elsewhere.
func (p *program) dryRunSink(c *cli.Context) runner.Sink {
	to := p.stdout
	if c.String("as") == asCurl {
		to = p.stderr
	}
	o := report.ConsoleOptions{Color: p.useColor(to, c.Bool("no-color")), Width: terminalWidth(to)}
	if c.String("as") == asCurl {
		return report.NewScript(p.stdout, to, o)
	}
	return report.NewConsole(p.stdout, o)
}
