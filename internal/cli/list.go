package cli

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// list is `postrider list`: the requests of files, without running or
// resolving anything.
func (p *program) list(c *cli.Context) error {
	if err := p.checkPaths(c); err != nil {
		return err
	}
	o := runner.Options{Stdin: p.stdin, Environ: p.lookupEnv, Dialect: c.String("dialect")}
	if err := selected(c, &o); err != nil {
		return err
	}
	plan := runner.NewPlan(c.Context, o)
	defer plan.Close()

	color := p.useColor(p.stdout, c.Bool("no-color"))
	text, n := listText(plan.Files(), diag.Renderer{Color: color})
	if err := write(p.stdout, text); err != nil {
		return err
	}
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	told := false
	for _, m := range plan.Messages() {
		if !concernsList(m) {
			continue
		}
		told = told || m.Severity == diag.Error
		if err := render.Render(p.stderr, m); err != nil {
			return err
		}
	}
	empty, nothing := plan.EmptyShard()
	switch {
	case told:
		p.exit = exitUsage
	case n == 0 && nothing:
		return render.Render(p.stderr, empty)
	case n == 0:
		return usage("", "no requests found")
	}
	return nil
}

// concernsList reports whether a message is about finding and reading requests
// (PR0.. and PR1.., see package diag). What a list does not need, such as
// variables of an environment that has not been chosen, does not concern it.
func concernsList(m diag.Message) bool {
	return !strings.HasPrefix(m.Code, "PR") || strings.HasPrefix(m.Code, "PR0") || strings.HasPrefix(m.Code, "PR1") || m.Code == diag.CodeUsage
}

// maxColumn is how wide a column of a list is made for the sake of alignment;
// a wider cell pushes the rest of its own line to the right.
const maxColumn = 60

// listText returns one line for each selected request, in columns that are
// aligned within a file, and how many there are.
func listText(files []runner.PlannedFile, r diag.Renderer) (string, int) {
	var b strings.Builder
	n := 0
	for _, f := range files {
		var rows [][4]string
		var widths [4]int
		for _, q := range f.Requests {
			if !q.Selected {
				continue
			}
			row := [4]string{
				fmt.Sprintf("%s:%d", diag.Printable(f.Path), q.Line),
				diag.Printable(q.Name),
				diag.Printable(q.Method),
				diag.Printable(q.Target),
			}
			if len(q.Tags) > 0 {
				row[3] += r.Paint(diag.Dim, "  ["+diag.Printable(strings.Join(q.Tags, ", "))+"]")
			}
			for i, cell := range row {
				if w := diag.DisplayWidth(cell); w <= maxColumn {
					widths[i] = max(widths[i], w)
				}
			}
			rows = append(rows, row)
		}
		for _, row := range rows {
			for i, cell := range row[:3] {
				b.WriteString(cell + strings.Repeat(" ", max(widths[i]-diag.DisplayWidth(cell), 0)+2))
			}
			b.WriteString(row[3] + "\n")
		}
		n += len(rows)
	}
	return b.String(), n
}
