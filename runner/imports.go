package runner

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// loadImports reads the files that a file imports or runs, and theirs. All of
// them belong to the session of one root.
func (f *file) loadImports(ctx context.Context) {
	for _, b := range f.parsed.Blocks {
		for _, d := range b.Directives {
			if n, ok := d.Node.(*parser.Value); ok && d.Key == "import" {
				f.addImport(f.load(ctx, n.Text))
			}
		}
		for _, i := range b.Imports {
			for _, v := range i.Vars {
				f.root.arguments[v.Name.String()] = true
			}
			switch {
			case i.Path.IsZero():
			case i.Run:
				f.runs[i] = f.load(ctx, i.Path)
			default:
				f.addImport(f.load(ctx, i.Path))
			}
		}
	}
}

func (f *file) addImport(imported *file) {
	if imported != nil && imported != f && !slices.Contains(f.imports, imported) {
		f.imports = append(f.imports, imported)
		imported.importers = append(imported.importers, f)
	}
}

// load reads a file that another one names, once for a session. It returns nil
// if that cannot be.
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
	if loaded := f.root.library[key]; loaded != nil {
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
	loaded := f.plan.newFile(shown, filepath.Dir(filepath.Join(f.dir, filepath.FromSlash(name))), content, f.root)
	f.root.library[key] = loaded
	f.root.session = append(f.root.session, loaded)
	loaded.loadImports(ctx)
	return loaded
}

// isArgument reports whether a variable is given a value by a call in a file of
// the session, or by a row of the file's data, or by the data or the loop of a
// step, which may be nil.
func (f *file) isArgument(name string, s *step) bool {
	return f.root.arguments[name] || f.table.Has(name) || s != nil && (s.table.Has(name) || s.loop.sets(name))
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

// call is a line that runs other requests.
type call struct {
	line  *parser.Import
	steps []*step
}

// label says what is called, for people.
func (c *call) label() string {
	if c.line.Path.IsZero() {
		return "run #" + c.line.Name.String()
	}
	return "run " + c.line.Path.String()
}

// resolve finds the requests that a call runs.
func (c *call) resolve(s *step) {
	f := s.file
	if c.line.Path.IsZero() {
		on := f.named(c.line.Name.String())
		if on == nil {
			f.unknownRequest(c.line.Name)
			return
		}
		c.steps = []*step{on}
		return
	}
	called := f.runs[c.line]
	if called == nil {
		return // which has been said
	}
	for _, on := range called.steps {
		if !on.excluded {
			c.steps = append(c.steps, on)
		}
	}
	if len(c.steps) == 0 {
		f.problem(&diag.Diagnostic{
			Code: diag.CodeNoRequest, Severity: diag.Error, Summary: fmt.Sprintf("there is no request in `%s`", c.line.Path),
			Source: c.line.Path.Source(), Subject: c.line.Path.Span(), Suggestion: "name a file that holds requests, or remove the line",
		})
	}
}

// at is where the call names what it runs.
func (c *call) at() parser.Text {
	if c.line.Path.IsZero() {
		return c.line.Name
	}
	return c.line.Path
}

// calls runs what the lines above a request call, each time anew, and returns
// why the request cannot run then.
func (r *running) calls(ctx context.Context) (failed string, err error) {
	n := len(r.step.needs)
	for _, c := range r.step.calls {
		arguments, err := r.arguments(ctx, c)
		if err != nil {
			return "", err
		}
		for _, on := range c.steps {
			n++
			if outcome := r.session.perform(ctx, on, r.anew(n), arguments); outcome != Passed && failed == "" {
				failed = fmt.Sprintf("calls `%s`, which %s", on.label(), outcome.verb())
			}
		}
		if failed != "" {
			break
		}
	}
	return failed, nil
}

// arguments returns the variables of a call, with the values that they have
// where they are written.
func (r *running) arguments(ctx context.Context, c *call) ([]*scope.Variable, error) {
	var all []*scope.Variable
	for _, v := range c.line.Vars {
		x, err := r.scope.Expand(ctx, v.Value, r)
		if err != nil {
			return nil, err
		}
		if x.Secret {
			r.session.plan.secrets.Add(x.Text)
		}
		all = append(all, &scope.Variable{
			Name: v.Name.String(), Value: x.Text, Tier: scope.Argument, Secret: x.Secret,
			Source: v.Value.Source(), Span: v.Value.Span(), Where: c.label(),
		})
	}
	return all, nil
}
