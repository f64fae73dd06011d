package cli

import (
	"strings"

	"github.com/postrider/postrider/docs"
	"github.com/postrider/postrider/internal/markdown"
)

// widestManual is the most columns that the manual takes: longer lines are hard
// to read.
const widestManual = 100

// chapter returns the Markdown of a chapter of the manual. It may also be named
// as the help of commands names it, docs/dry-run.md, and without its hyphen.
func chapter(topic string) (string, bool) {
	name := strings.TrimSuffix(strings.TrimPrefix(topic, "docs/"), ".md")
	return docs.Chapter(strings.ReplaceAll(name, " ", "-"))
}

// showChapter prints a chapter of the manual as wide as the terminal allows.
func (p *program) showChapter(text string) error {
	r := markdown.Renderer{Color: p.useColor(p.stdout, false), Width: min(terminalWidth(p.stdout), widestManual)}
	return write(p.stdout, r.Render(text))
}
