// Command postrider runs .http request files; see README.md.
package main

import (
	"os"
	"runtime/debug"

	"github.com/postrider/postrider/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" {
		// What a run keeps, its plan, is small beside what it throws away: a
		// request at a time. Collecting half as often saves a tenth of the CPU
		// time and costs a few megabytes (docs/benchmarks.md).
		debug.SetGCPercent(200)
	}
	os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
