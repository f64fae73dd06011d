package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"
)

// version is `postrider version` and `postrider --version`.
func (p *program) version(c *cli.Context) error {
	if c != nil && c.Args().Present() {
		return usage("", "`postrider version` takes no arguments, found `%s`", c.Args().First())
	}
	info, _ := debug.ReadBuildInfo()
	return write(p.stdout, fmt.Sprintf("postrider %s (%s)\n", versionOf(info), strings.Join(buildOf(info), ", ")))
}

// version returns the version of the program, for reports and User-Agent.
func version() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info)
}

// versionOf returns the version of the main module, "devel" for a build that
// has none.
func versionOf(info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return strings.TrimPrefix(info.Main.Version, "v")
}

// buildOf says what the program was built from, and for what.
func buildOf(info *debug.BuildInfo) []string {
	about := []string{runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
	if info == nil {
		return about
	}
	revision, modified := "", false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value[:min(len(s.Value), 12)]
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	if revision != "" {
		if modified {
			revision += ", modified"
		}
		about = append(about, "commit "+revision)
	}
	return about
}
