package cli

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// variables is `postrider vars`: what the names of files stand for, where each
// value comes from, and what it shadows.
func (p *program) variables(c *cli.Context) error {
	o := runner.Options{
		Paths: c.Args().Slice(), Stdin: p.stdin, Environ: p.lookupEnv, Environment: c.String("env"),
		Data: c.String("data"), Dialect: c.String("dialect"),
	}
	var err error
	if o.Vars, err = p.vars(c); err != nil {
		return err
	}
	files, messages := runner.Variables(c.Context, o)
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	for _, m := range messages {
		if !concernsVariables(m) {
			continue
		}
		if m.Severity == diag.Error {
			p.exit = exitUsage
		}
		if err := render.Render(p.stderr, m); err != nil {
			return err
		}
	}
	if c.Bool("json") {
		text, err := json.MarshalIndent(files, "", "  ")
		if err != nil {
			return err
		}
		return write(p.stdout, string(text)+"\n")
	}
	return write(p.stdout, variablesText(files, diag.Renderer{Color: p.useColor(p.stdout, c.Bool("no-color"))}))
}

// concernsVariables reports whether a message is about files that cannot be read,
// or about an environment: what is wrong with requests does not concern it.
func concernsVariables(m diag.Message) bool {
	return !strings.HasPrefix(m.Code, "PR") || m.Code == diag.CodeUsage || m.Code == diag.CodeNoInput || m.Code == diag.CodeEnvironment || m.Code == diag.CodeUnknownEnvironment
}

// variablesText shows the variables in columns that are aligned within a file.
func variablesText(files []runner.FileVariables, r diag.Renderer) string {
	var b strings.Builder
	for i, f := range files {
		if i > 0 {
			b.WriteString("\n")
		}
		if f.Path != "" {
			b.WriteString(r.Paint(diag.Bold, diag.Printable(f.Path)) + "\n")
		}
		if len(f.Variables) == 0 {
			b.WriteString("  no variables\n")
		}
		rows := variableRows(f.Variables)
		var widths [2]int
		for _, row := range rows {
			for i, cell := range row.cells[:2] {
				if w := diag.DisplayWidth(cell); w <= maxColumn {
					widths[i] = max(widths[i], w)
				}
			}
		}
		for _, row := range rows {
			line := ""
			for i, cell := range row.cells[:2] {
				line += cell + strings.Repeat(" ", max(widths[i]-diag.DisplayWidth(cell), 0)+2)
			}
			b.WriteString("  " + r.Paint(row.style, line+row.cells[2]) + "\n")
		}
	}
	return b.String()
}

// variableRow is a line about a variable: its name, its value, where that is from.
type variableRow struct {
	cells [3]string
	style diag.Style
}

func variableRows(variables []runner.Variable) []variableRow {
	var rows []variableRow
	for _, v := range variables {
		row := variableRow{cells: [3]string{diag.Printable(v.Name), oneLine(v.Value), origin(v.Definition)}}
		if v.Problem != "" {
			row.style = diag.Yellow
			row.cells[1] = "no value"
			row.cells[2] = strings.TrimPrefix(row.cells[2]+": ", ": ") + diag.Printable(v.Problem)
		}
		rows = append(rows, row)
		for _, s := range v.Shadows {
			rows = append(rows, variableRow{cells: [3]string{"", "shadows " + oneLine(s.Written), origin(s)}, style: diag.Dim})
		}
	}
	return rows
}

// maxValue is how much of a value is shown, in characters. --json shows all.
const maxValue = 50

func oneLine(value string) string {
	if value == "" {
		return `""`
	}
	value = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(value)
	if runes := []rune(value); len(runes) > maxValue {
		value = string(runes[:maxValue-1]) + "…"
	}
	return diag.Printable(value)
}

func origin(d runner.Definition) string {
	if d.Path == "" {
		return diag.Printable(d.Origin)
	}
	at := fmt.Sprintf("%s:%d", d.Path, d.Line)
	if d.Origin == "file" || d.Origin == d.Path {
		return diag.Printable(at)
	}
	return diag.Printable(d.Origin + ", " + at)
}
