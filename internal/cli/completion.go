package cli

import (
	_ "embed" // the scripts
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
)

//go:embed completion/postrider.bash
var bashCompletion string

//go:embed completion/postrider.zsh
var zshCompletion string

//go:embed completion/postrider.fish
var fishCompletion string

//go:embed completion/postrider.ps1
var powershellCompletion string

// completionScripts returns what connects each shell to __complete.
func completionScripts() map[string]string {
	return map[string]string{
		"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion, "powershell": powershellCompletion,
	}
}

// completion is `postrider completion SHELL`.
func (p *program) completion(c *cli.Context) error {
	shells := slices.Sorted(maps.Keys(completionScripts()))
	if c.Args().Len() != 1 {
		return usage("write `postrider completion` and one of "+strings.Join(shells, ", "), "name one shell")
	}
	shell := c.Args().First()
	script, ok := completionScripts()[shell]
	if !ok {
		return usage("there are scripts for "+strings.Join(shells, ", "), "there is no completion for `%s`", diag.Printable(shell))
	}
	return write(p.stdout, script)
}
