package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/runner"
)

// auth is `postrider auth` without a command that it has.
func (p *program) auth(c *cli.Context) error {
	var names []string
	for _, sub := range c.Command.Subcommands {
		names = append(names, sub.Name)
	}
	suggestion := "write `postrider auth " + names[0] + "`"
	if !c.Args().Present() {
		return usage(suggestion, "`postrider auth` needs a command")
	}
	return usage(cmp.Or(diag.DidYouMean(c.Args().First(), names), suggestion), "there is no command `auth %s`", c.Args().First())
}

// providers is `postrider auth providers [ID]`.
func (p *program) providers(c *cli.Context) error {
	if c.Args().Len() > 1 {
		return usage("", "`postrider auth providers` takes one id, found `%s` too", c.Args().Get(1))
	}
	id := c.Args().First()
	if id == "" && c.Args().Present() {
		return usage("", "the id is empty")
	}
	vars, err := p.vars(c)
	if err != nil {
		return err
	}
	found, messages := runner.Providers(c.Context, runner.Options{
		Environment: c.String("env"), Vars: vars, Environ: p.lookupEnv,
	}, id)
	var text string
	switch {
	case c.Bool("json"):
		if text, err = providersJSON(found, id != ""); err != nil {
			return err
		}
	case id == "":
		text = providersText(found)
	case len(found) > 0:
		text = providerText(found[0], diag.Renderer{Color: p.useColor(p.stdout, c.Bool("no-color"))})
	}
	if err := write(p.stdout, text); err != nil {
		return err
	}
	render := diag.Renderer{Color: p.useColor(p.stderr, c.Bool("no-color")), Width: terminalWidth(p.stderr)}
	for _, m := range messages {
		if m.Severity == diag.Error {
			p.exit = exitUsage
		}
		if err := render.Render(p.stderr, m); err != nil {
			return err
		}
	}
	return nil
}

// indentedJSON writes a value for machines that people may read, too.
func indentedJSON(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // for people it is {{token}}, and < is <
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.String(), err
}

// providersJSON writes the one provider that was asked for as an object,
// nothing if there is none, and all of them as an array.
func providersJSON(found []runner.Provider, one bool) (string, error) {
	var v any = found
	switch {
	case one && len(found) == 0:
		return "", nil
	case one:
		v = found[0]
	case found == nil:
		v = []runner.Provider{}
	}
	return indentedJSON(v)
}

// providersText returns one line for each provider: id, title, origin.
func providersText(found []runner.Provider) string {
	rows := make([][]string, len(found))
	for i, f := range found {
		rows[i] = []string{diag.Printable(f.ID), diag.Printable(f.Title), originOf(f)}
	}
	return columns("", rows)
}

// originOf says where a provider comes from.
func originOf(f runner.Provider) string {
	text := "built in"
	switch {
	case f.From != "":
		text = diag.Printable(f.From)
	case f.Kind != "built-in":
		text += ", " + string(f.Kind)
	}
	if f.Uses != "" {
		text += ", uses " + diag.Printable(f.Uses)
	}
	return text
}

// providerText explains a provider.
func providerText(f runner.Provider, r diag.Renderer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s  %s\n", diag.Printable(f.ID), diag.Printable(f.Title), originOf(f))
	if len(f.Parameters) > 0 {
		b.WriteString("\nParameters\n")
		var rows [][]string
		for _, p := range f.Parameters {
			name := diag.Printable(p.Name)
			for _, line := range parameterLines(p) {
				rows = append(rows, []string{name, diag.Printable(line)})
				name = ""
			}
		}
		b.WriteString(columns("  ", rows))
	}
	var rows [][]string
	section := func(title string, lines ...string) {
		for _, line := range lines {
			if line != "" {
				rows = append(rows, []string{title, diag.Printable(line)})
				title = ""
			}
		}
	}
	section("Token endpoint", f.TokenEndpoint)
	section("Refresh endpoint", f.RefreshEndpoint)
	section("Revocation endpoint", f.RevokeEndpoint)
	section("Credentials go to", f.Origins...)
	if len(f.Origins) == 0 {
		section("Credentials go to", "where the request goes")
	}
	var applied []string
	for _, a := range f.Applied {
		applied = append(applied, appliedText(a.Place, a.Name, a.Value, a.When, a.IfAbsent))
	}
	section("Applied", applied...)
	b.WriteString("\n" + columns("", rows))
	return b.String()
}

// parameterLines explains a parameter: what it may be, whether it is set, where
// its value is found.
func parameterLines(p runner.Parameter) []string {
	var facts []string
	if p.Required {
		facts = append(facts, "required")
	}
	if p.Secret {
		facts = append(facts, "secret")
	}
	if p.Default != "" {
		facts = append(facts, "default "+p.Default)
	}
	if p.Choices != nil {
		facts = append(facts, "one of "+strings.Join(p.Choices, ", "))
	}
	if p.By != "" {
		fact := "by " + p.By
		for i, choice := range slices.Sorted(maps.Keys(p.Map)) {
			fact += [2]string{": ", ", "}[min(i, 1)] + choice + " " + p.Map[choice]
		}
		facts = append(facts, fact)
	}
	state := "not set"
	if p.Set {
		state = "set in " + p.From
	}
	if p.Env != "" {
		state = p.Env + ": " + state
	}
	lines := []string{cmp.Or(strings.Join(facts, "; "), "optional"), state}
	if p.Description != "" {
		lines = append(lines, p.Description)
	}
	return lines
}

// appliedText says what is put on a request, and when.
func appliedText(place, name, value string, when map[string]string, ifAbsent bool) string {
	text := ""
	switch place {
	case "header":
		text = name + ": " + value
	case "basic":
		text = "Authorization: Basic " + value
	case "digest":
		text = "Authorization: Digest, which answers the server's challenge"
	case "aws":
		text = "Authorization: AWS4-HMAC-SHA256, which signs the request"
	default:
		text = place + " " + name + "=" + value
	}
	for _, param := range slices.Sorted(maps.Keys(when)) {
		text += fmt.Sprintf(", if %s is %s", param, when[param])
	}
	if ifAbsent {
		text += ", unless the request has it"
	}
	return text
}

// columns aligns all but the last cell of each row.
func columns(indent string, rows [][]string) string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := diag.DisplayWidth(cell); w <= maxColumn {
				widths[i] = max(widths[i], w)
			}
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line := indent
		for i, cell := range row[:len(row)-1] {
			line += cell + strings.Repeat(" ", max(widths[i]-diag.DisplayWidth(cell), 0)+2)
		}
		b.WriteString(line + row[len(row)-1] + "\n")
	}
	return b.String()
}
