package runner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// FileVariables are the variables that the requests of a file can read.
type FileVariables struct {
	Path      string     `json:"path,omitempty"` // "" for those of the folder alone
	Variables []Variable `json:"variables"`      // by name
}

// Variable is a variable as a person sees it, masked.
type Variable struct {
	Name string `json:"name"`
	// Value is what it stands for. What is made anew for a request, or comes from an
	// answer, stays as it is written.
	Value string `json:"value"`
	Definition
	Problem string       `json:"problem,omitempty"` // why it has no value
	Shadows []Definition `json:"shadows,omitempty"` // definitions that it wins over
}

// Definition is where a variable gets its value.
type Definition struct {
	Origin  string `json:"origin"`            // such as "--var", "environment dev", "file"
	Path    string `json:"path,omitempty"`    // of the file it stands in
	Line    int    `json:"line,omitempty"`    // from 1; 0 without Path
	Written string `json:"written,omitempty"` // its text, templates unexpanded
	Secret  bool   `json:"secret,omitempty"`  // no output shows it
}

// Variables returns the variables of the files of the options, or, if these name
// none, those that a file in the folder would have. Nothing is sent. The messages
// are those of the plan.
func Variables(ctx context.Context, o Options) ([]FileVariables, []diag.Message) {
	o.Check = true
	var p *Plan
	if len(o.Paths) > 0 {
		p = NewPlan(ctx, o)
	} else if p = emptyPlan(o); p.auth != nil {
		p.scratch()
	}
	defer p.Close()
	var all []FileVariables
	for _, s := range p.suites {
		for _, f := range s.files {
			all = append(all, FileVariables{Path: f.path, Variables: f.variables(ctx)})
		}
	}
	return all, p.Messages()
}

// variables explains the variables of the file.
func (f *file) variables(ctx context.Context) []Variable {
	byName := make(map[string][]*scope.Variable)
	for _, v := range f.vars {
		byName[v.Name] = append(byName[v.Name], v)
	}
	names := slices.Concat(slices.Collect(maps.Keys(byName)), slices.Collect(maps.Keys(f.capturedBy)), slices.Collect(maps.Keys(f.open)))
	if table := f.table(); table != nil {
		names = append(names, table.Columns...)
	}
	slices.Sort(names)
	var all []Variable
	for _, name := range slices.Compact(names) {
		if name == computedName || name == headersName {
			continue
		}
		all = append(all, f.variable(ctx, name, f.static.Ranked(byName[name])))
	}
	return all
}

// variable explains what a name stands for. Its definitions are given, the one
// that wins first; what requests capture and rows of data hold comes before all
// but those of the command line (language.md §4).
func (f *file) variable(ctx context.Context, name string, ranked []*scope.Variable) Variable {
	v := Variable{Name: name}
	var definitions []Definition
	fixed := 0 // of the command line
	for _, d := range ranked {
		if d.Tier == scope.CommandLine {
			fixed++
		}
		definitions = append(definitions, f.definition(d))
	}
	definitions = slices.Insert(definitions, fixed, f.laterDefinitions(name)...)
	winner, _, err := f.static.Lookup(name)
	switch {
	case err != nil:
		v.Problem = asDiagnostics(err)[0].Summary
	case len(definitions) == 0:
		v.Problem = "no environment is chosen"
		if others := f.env.Defining(name); len(others) > 0 {
			v.Problem = fmt.Sprintf("defined in another environment: choose it with `--env %s`", others[0])
		}
		return v
	}
	v.Definition, v.Shadows = definitions[0], definitions[1:]
	v.Value = v.Written
	if err == nil && winner != nil && (fixed > 0 || len(definitions) == len(ranked)) {
		f.evaluate(ctx, &v, winner)
	}
	return v
}

// laterDefinitions are those that get their values in a run: captures, and the
// column of a table.
func (f *file) laterDefinitions(name string) []Definition {
	var all []Definition
	for _, by := range f.capturedBy[name] {
		for _, c := range by.captures {
			if c.name == name {
				all = append(all, Definition{
					Origin: fmt.Sprintf("captured by `%s`", by.label()), Path: f.path,
					Line: c.set.line(), Written: c.text.String(), Secret: c.secret,
				})
			}
		}
		for c := range by.setting {
			if c.name == name && c.by != nil {
				all = append(all, Definition{
					Origin: fmt.Sprintf("set by the %s of `%s`", c.by.node, by.label()), Path: c.at.Source().Name(), Line: c.line(), Secret: c.secret || scope.LooksSecret(name),
				})
			}
		}
	}
	if table := f.table(); table != nil && slices.Contains(table.Columns, name) {
		all = append(all, Definition{Origin: "a column of the data"})
	}
	return all
}

func (f *file) definition(v *scope.Variable) Definition {
	d := Definition{Origin: v.Where, Written: v.Text.String(), Secret: v.Secret}
	if v.Text.IsZero() {
		d.Written = value.Text(v.Value)
	}
	d.Written = f.shown(d.Written, d.Secret)
	if v.Tier == scope.File {
		d.Origin = "file"
	}
	if v.Source != nil {
		d.Path, d.Line = v.Source.Name(), v.Source.Position(v.Span.Start).Line
	}
	return d
}

// evaluate replaces the text of a variable by its value, if that is known now
// and the same in every run.
func (f *file) evaluate(ctx context.Context, v *Variable, winner *scope.Variable) {
	if winner.Problem() != nil {
		v.Value, v.Problem = "", winner.Problem().Summary
		return
	}
	if !f.isStatic(winner.Text) || f.readsDynamic(winner.Text, nil) {
		return
	}
	found, secret, err := f.static.Value(ctx, v.Name, unsent{f})
	if err != nil {
		v.Value, v.Problem = "", f.shown(asDiagnostics(err)[0].Summary, false)
		return
	}
	v.Secret = v.Secret || secret
	v.Value = f.shown(value.Text(found), v.Secret)
}

// readsDynamic reports whether a text, or a variable in it, holds something that
// is made anew, such as $uuid.
func (f *file) readsDynamic(t parser.Text, open []string) bool {
	for seg := range t.Templates() {
		expr := seg.Expr.String()
		if scope.Classify(expr) == scope.Dynamic {
			return true
		}
		if v, found, _ := f.static.Lookup(f.pathHead(expr, nil)); found && !slices.Contains(open, v.Name) && f.readsDynamic(v.Text, append(open, v.Name)) {
			return true
		}
	}
	return false
}

// shown returns a text as an output may show it.
func (f *file) shown(text string, secret bool) string {
	if secret && text != "" && !f.plan.options.ShowSecrets {
		return secretMask
	}
	text = f.plan.secrets.Mask(text)
	if strings.Contains(text, "://") {
		text = f.plan.hide(redaction.HideQuery, text)
	}
	return text
}
