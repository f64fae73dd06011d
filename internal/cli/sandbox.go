package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/sandbox"
)

// sandbox is `postrider sandbox`: it serves the vendors until it is
// interrupted, which is how it is meant to end.
func (p *program) sandbox(c *cli.Context) error {
	if c.Args().Present() {
		return usage("", "`postrider sandbox` takes no arguments, found `%s`", c.Args().First())
	}
	ctx, stop := interruptible(c.Context, &p.left)
	defer stop()
	s, err := startSandbox(ctx, c)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := write(p.stdout, "# SANDBOX: simulated vendors, until Ctrl-C\n"+s.Exports()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func startSandbox(ctx context.Context, c *cli.Context) (*sandbox.Sandbox, error) {
	ttl := time.Duration(get[duration](c, "sandbox-ttl"))
	if ttl%time.Second != 0 {
		return nil, usage("", "`--sandbox-ttl` is %v, but vendors count the life of a token in whole seconds", ttl)
	}
	s, err := sandbox.Start(ctx, sandbox.Options{TTL: ttl})
	if err != nil {
		return nil, &diag.Diagnostic{
			Code: diag.CodeNetwork, Severity: diag.Error, Summary: fmt.Sprintf("the sandbox cannot be started: %v", err),
		}
	}
	return s, nil
}
