// Package docs is the manual, as it is built into the program.
package docs

import (
	"embed"
	"strings"
)

//go:embed *.md
var files embed.FS

// Chapters returns the names of the chapters, in alphabetical order: "checks" is
// the one of checks.md.
func Chapters() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the root of an embedded tree is always there
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".md")
	}
	return names
}

// Chapter returns the Markdown of a chapter, and whether there is one of that
// name.
func Chapter(name string) (string, bool) {
	text, err := files.ReadFile(name + ".md")
	return string(text), err == nil
}
