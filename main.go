// Command postrider runs .http request files; see README.md.
package main

import (
	"os"

	"github.com/postrider/postrider/internal/cli"
)

func main() {
	tuneCollector()
	os.Exit(cli.Main(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
