package cli

import (
	"os"
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

// manualWidth returns the width of the terminal that shows the manual, or 0 if there is
// none. Behind a pipe, such as that of head, it is most likely the one of standard error.
func (p *program) manualWidth() int {
	if f, ok := p.stdout.(interface{ Stat() (os.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
			return terminalWidth(p.stderr)
		}
	}
	return terminalWidth(p.stdout)
}

// showChapter prints a chapter of the manual as wide as the terminal allows.
func (p *program) showChapter(text string) error {
	r := markdown.Renderer{Color: p.useColor(p.stdout, false), Width: min(p.manualWidth(), widestManual)}
	return write(p.stdout, r.Render(text))
}
