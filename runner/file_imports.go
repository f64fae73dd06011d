package runner

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// loadImports reads the files that a file imports or runs, and theirs. All of
// them belong to its suite.
func (f *file) loadImports(ctx context.Context) {
	for _, b := range f.parsed.Blocks {
		for _, d := range b.Directives {
			if n, ok := d.Node.(*parser.Value); ok && d.Key == "import" {
				f.addImport(f.load(ctx, n.Text), n.Text)
			}
		}
		for _, i := range b.Imports {
			for _, v := range i.Vars {
				f.suite.arguments[v.Name.String()] = true
			}
			switch {
			case i.Path.IsZero():
			case i.Run:
				f.runs[i] = f.load(ctx, i.Path)
			default:
				f.addImport(f.load(ctx, i.Path), i.Path)
			}
		}
	}
}

func (f *file) addImport(imported *file, at parser.Text) {
	if imported != nil && imported != f && !slices.Contains(f.imports, imported) {
		f.imports = append(f.imports, imported)
		imported.importers = append(imported.importers, f)
		imported.importedAt = append(imported.importedAt, at)
	}
}

// checkImported warns of what a file says of itself, and what is left out where
// others import it: its rows of data, its setup and its teardown.
func (f *file) checkImported() {
	if len(f.importers) == 0 || f == f.suite.file || !slices.ContainsFunc(f.steps, f.suite.runs) {
		return
	}
	warn := func(what, line string) {
		f.importers[0].problem(&diag.Diagnostic{
			Code: diag.CodeMisplaced, Severity: diag.Warning,
			Summary: fmt.Sprintf("`%s` of `%s` has no effect where the file is imported", what, f.importedAt[0]),
			Detail:  "it stands at " + line,
			Source:  f.importedAt[0].Source(), Subject: f.importedAt[0].Span(),
			Suggestion: "say with `# @needs` what must run first, or run the file itself",
		})
	}
	place := func(d *parser.Directive) string {
		return fmt.Sprintf("%s:%d", f.path, f.parsed.Source.Position(d.Span.Start).Line)
	}
	if preamble := f.parsed.Preamble(); preamble != nil {
		for _, d := range preamble.Directives {
			if d.Key == "data" && d.Node != nil {
				warn("@data", place(d))
			}
		}
	}
	for _, s := range f.steps {
		if !s.setup && !s.teardown || f.suite.runs(s) {
			continue
		}
		for _, d := range s.block.Directives {
			if d.Key == "setup" || d.Key == "teardown" {
				warn("@"+d.Key, place(d))
			}
		}
	}
}

// runs reports whether a step is one of those that the suite runs.
func (s *suite) runs(st *step) bool { return s.ordered[st.block] }

// load reads a file that another one names, once for a suite. It returns nil if
// that cannot be.
func (f *file) load(ctx context.Context, path parser.Text) *file {
	name := path.String()
	files, err := f.files()
	if err != nil {
		f.problem(f.pointAt(err, path)...)
		return nil
	}
	defer files.Close() // only read from
	opened, err := files.Open(f.dir, name)
	if err != nil {
		f.problem(f.pointAt(err, path)...)
		return nil
	}
	defer opened.Close()
	key := opened.Name()
	if abs, err := filepath.Abs(filepath.Join(f.dir, filepath.FromSlash(name))); err == nil {
		key = abs
	}
	if loaded := f.suite.library[key]; loaded != nil {
		return loaded
	}
	content, err := io.ReadAll(opened)
	if err == nil && f.plan.options.ReadFile != nil { // an editor has it unsaved
		content, err = f.plan.options.readFile(key)
	}
	if err != nil {
		f.problem(&diag.Diagnostic{
			Code: diag.CodeNoInput, Severity: diag.Error, Summary: fmt.Sprintf("`%s` cannot be read: %v", name, unwrapPathError(err)),
			Source: path.Source(), Subject: path.Span(),
		})
		return nil
	}
	shown := filepath.Join(filepath.Dir(f.path), filepath.FromSlash(name))
	loaded := f.plan.newFile(shown, filepath.Dir(filepath.Join(f.dir, filepath.FromSlash(name))), f.plan.parse(shown, content), f.suite)
	f.suite.library[key] = loaded
	loaded.loadImports(ctx)
	return loaded
}

// isArgument reports whether a variable is given a value by a call in a file of
// the suite, or by a row of the file's data, or by the data, the loop or a script of
// a step. Without a step it is asked for any.
func (f *file) isArgument(name string, s *step) bool {
	if s == nil {
		return f.suite.arguments[name] || f.table().Has(name) || f.ownOfAny[name]
	}
	return f.suite.arguments[name] || f.table().Has(name) || s.table.Has(name) || s.loop.sets(name) || slices.Contains(s.ownVars, name)
}

// visible returns the file and those that it imports, directly or not, the
// nearest first.
func (f *file) visible() []*file {
	if len(f.imports) == 0 {
		return []*file{f}
	}
	all := []*file{f}
	for i := 0; i < len(all); i++ {
		for _, imported := range all[i].imports {
			if !slices.Contains(all, imported) {
				all = append(all, imported)
			}
		}
	}
	return all
}

// readers returns the file and those that import it, directly or not.
func (f *file) readers() []*file {
	all := []*file{f}
	for i := 0; i < len(all); i++ {
		for _, by := range all[i].importers {
			if !slices.Contains(all, by) {
				all = append(all, by)
			}
		}
	}
	return all
}

// named returns the request that a name means in a file: one of its own, else
// one that it imports; nil if there is none.
func (f *file) named(name string) *step {
	for _, from := range f.visible() {
		if s := from.byName[name]; s != nil {
			return s
		}
	}
	return nil
}

// unknownRequest reports a name that means no request.
func (f *file) unknownRequest(name parser.Text) {
	f.problem(&diag.Diagnostic{
		Code: diag.CodeUnknownName, Severity: diag.Error,
		Summary: fmt.Sprintf("no request in this file is called `%s`", name),
		Source:  name.Source(), Subject: name.Span(),
		Suggestion: f.requestSpelling.DidYouMean(name.String()),
	})
}

// capturers returns the requests that capture a variable which the file can
// read.
func (f *file) capturers(name string) []*step {
	if len(f.imports) == 0 {
		return f.capturedBy[name]
	}
	var all []*step
	for _, from := range f.visible() {
		all = append(all, from.capturedBy[name]...)
	}
	return all
}

// twin returns another request that a name could mean in a file; nil if there is
// none. A name of the file itself hides those that it imports.
func (f *file) twin(s *step) *step {
	if s.name == "" {
		return nil
	}
	for _, from := range f.visible() {
		if s.file == f && from != f {
			break
		}
		for _, other := range from.namesakes[s.name] {
			if other != s {
				return other
			}
		}
	}
	return nil
}
