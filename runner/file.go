package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// file is a request file that was read, for one suite.
type file struct {
	plan     *Plan
	suite    *suite // that it belongs to
	path     string // as the user wrote it
	dir      string
	parsed   *parser.File
	problems diag.List

	env        *scope.Env              // nil if it cannot be read
	ssl        *scope.SSLConfiguration // of the environment; nil for none
	vars       []*scope.Variable
	defaults   []*scope.Variable // header fields of the environment
	precedence scope.Precedence
	static     *scope.Scope // for planning; a run makes its own
	entries    *scope.Scope // of entries of Security.Auth

	imports   []*file // by @import and import, in the order of their lines
	importers []*file
	// importedAt is where each importer names the file.
	importedAt []parser.Text
	runs       map[*parser.Import]*file // by run

	steps      []*step
	byName     map[string]*step   // by exact name and by the slug of a name
	namesakes  map[string][]*step // those that share an exact name
	capturedBy map[string][]*step // by variable, the requests that set it, in scripts too
	handlers                      // its scripts

	// open holds the variables that have a value which is not known now: those that
	// somebody will be asked for, and, if the plan is not to be run and no environment
	// is chosen, those that some environment defines.
	open      map[string]bool
	globals   []parser.Text     // names of variables that it defines for other files
	questions []*Question       // to ask before the run
	answers   []*scope.Variable // once they are asked

	defined fileNames  // by the file itself
	names   *fileNames // that its expressions may use
	said               // in problems
	spelling
	programs map[programKey]*eval.Program
	bindings map[*parser.Auth]*auth.Binding // nil where the credentials could not be bound
	tokens   map[string]*credentials        // that texts name, by id
}

// programKey is an expression of a file. Many requests ask the same, such as
// `status == 200`: it is compiled once.
type programKey struct {
	kind eval.Kind
	text string
}

// compile compiles an expression, unless that was done before. What reads no
// name of its file, and no file of its folder, means the same in all of them.
func (f *file) compile(text parser.Text, kind eval.Kind, names eval.Names) (*eval.Program, error) {
	key := programKey{kind, text.String()}
	if p := f.compiled(key); p != nil {
		return p, nil
	}
	p, err := eval.Compile(key.text, kind, names)
	if err != nil {
		return nil, err
	}
	f.plan.compiled.add(p)
	if len(p.Variables()) == 0 && len(p.Requests()) == 0 && !p.ReadsFiles() {
		f.plan.programs.store(key, p)
	} else {
		f.programs[key] = p
	}
	return p, nil
}

// compiled returns an expression that was compiled before, or nil.
func (f *file) compiled(key programKey) *eval.Program {
	if p := f.programs[key]; p != nil {
		return p
	}
	return f.plan.programs.load(key)
}

// maybeVisualStudio reports whether nothing in the file speaks against Visual
// Studio. What gives a file away as one of REST Client, Visual Studio reads too.
func (f *file) maybeVisualStudio() bool {
	if f.plan.options.Dialect != "" || f.parsed.Dialect != parser.Neutral && f.parsed.Dialect != parser.VSCode {
		return false
	}
	return !slices.ContainsFunc(f.parsed.Blocks, func(b *parser.Block) bool {
		return slices.ContainsFunc(b.Directives, func(d *parser.Directive) bool { return d.Key == "dialect" })
	})
}

// loadVariables gathers the variables of the file and its environment.
func (f *file) loadVariables() {
	env, err := f.plan.loader.Load(f.dir, f.plan.options.Environment)
	if replay := f.plan.options.Replay; replay != nil && replay.Environment && isUnknownEnvironment(err) {
		env, err = f.plan.loader.Load(f.dir, "") // whoever reads a variable of it is told
	}
	if err != nil {
		f.problem(asDiagnostics(err)...)
	}
	if env != nil && f.maybeVisualStudio() && env.OfVisualStudio() {
		f.parsed.Dialect = parser.VisualStudio // it reads the same text, and has an order of variables of its own
	}
	if env != nil && f.plan.options.Check && f.plan.options.Environment == "" {
		f.open = make(map[string]bool)
		for _, name := range env.Others() {
			f.open[name] = true
		}
	}
	for _, v := range f.plan.options.Vars {
		f.vars = append(f.vars, &scope.Variable{
			Name: v.Name, Value: v.Value, Tier: scope.CommandLine, Where: v.Where,
			Secret: v.Secret || scope.LooksSecret(v.Name) || f.isSecretPrompt(v.Name),
		})
	}
	if f.plan.options.Ask == nil {
		f.vars = append(f.vars, f.prompts()...) // before those of .env, which win
	}
	for _, b := range f.parsed.Blocks {
		for _, v := range b.Variables {
			if isItself(v) && (f.open[v.Name.String()] || f.setByScript(v.Name.String())) {
				continue // an environment has the value, or a script sets it
			}
			f.vars = append(f.vars, &scope.Variable{
				Name: v.Name.String(), Text: f.valueOf(v), Tier: scope.File,
				Source: f.parsed.Source, Span: v.Value.Span(), Where: f.path,
				Lazy: v.Lazy || f.ofVSCode(),
			})
			if name := f.globalName(v); !name.IsZero() {
				own := *f.vars[len(f.vars)-1]
				own.Name = name.String()
				f.vars = append(f.vars, &own)
			}
			if f.parsed.OwnDirectives() {
				f.warnShadowed(v.Name)
			}
		}
	}
	f.env = env
	f.defaults = f.defaultHeaders()
	if env != nil {
		f.vars = append(f.vars, env.Variables()...)
		f.problem(env.Warnings()...)
		var problems diag.List
		f.ssl, problems = env.SSL()
		f.problem(problems...)
	}
	for _, v := range f.vars {
		f.plan.keepVariable(v)
	}
	if f.plan.options.Ask != nil {
		f.openPrompts()
	}
	f.precedence = f.variablePrecedence()
	f.static, f.entries = f.newScope(f.random(0, 0, true)), f.entryScope()
}

// isItself reports whether a variable is defined as itself, @x = {{x}}: an
// environment then has its value.
func isItself(v *parser.Variable) bool {
	return slices.ContainsFunc(v.Value.Segments(), func(s parser.Segment) bool {
		return s.Template && s.Expr.String() == v.Name.String()
	})
}

// warnShadowed says that expressions cannot read a variable by its bare name.
func (f *file) warnShadowed(name parser.Text) {
	if !eval.Reserved(name.String()) {
		return
	}
	f.problem(&diag.Diagnostic{
		Code: diag.CodeShadow, Severity: diag.Warning,
		Summary:    fmt.Sprintf("in expressions, `%s` is a name of the language, not this variable", name),
		Source:     name.Source(),
		Subject:    name.Span(),
		Suggestion: fmt.Sprintf("read it as `vars.%s` there, or choose another name", name),
	})
}

// variablePrecedence is the order of file and environment variables
// (language.md §4).
func (f *file) variablePrecedence() scope.Precedence {
	switch {
	case f.parsed.OwnDirectives(), f.parsed.Dialect == parser.JetBrains, f.parsed.Dialect == parser.Kulala:
		return scope.EnvironmentFirst
	case f.parsed.Dialect == parser.Neutral && f.plan.options.Environment != "":
		return scope.Undecided
	default:
		return scope.FileFirst
	}
}

// makeNames gathers the names that the blocks of a file define.
func (f *file) makeNames() {
	f.defined = fileNames{variables: make(map[string]bool), requests: make(map[string]bool)}
	for _, name := range f.static.Names() {
		f.defined.variables[name] = true
	}
	for name := range f.open {
		f.defined.variables[name] = true
	}
	for _, b := range f.parsed.Blocks {
		for _, v := range b.Variables {
			if name := f.globalName(v); !name.IsZero() {
				f.globals = append(f.globals, name)
				f.plan.addGlobal(&setter{file: f, block: b, name: name, defined: true})
			}
		}
		if b.Request == nil {
			continue
		}
		if name := b.RequestName(); name != "" {
			f.defined.requests[name] = true
			f.defined.requests[scope.Slug(name)] = true
		}
		for _, d := range b.Directives {
			if c, ok := d.Node.(*parser.Capture); ok {
				f.defined.captures = append(f.defined.captures, c.Name.String())
				if c.Global {
					f.plan.addGlobal(&setter{file: f, block: b, name: c.Name})
				}
			}
		}
		f.nameScripts(b)
	}
}

// makeSteps makes a step of each request, and of each call that stands alone.
// The names of the files of its session are known.
func (f *file) makeSteps() {
	f.byName = make(map[string]*step)
	f.namesakes = make(map[string][]*step)
	f.capturedBy = make(map[string][]*step)
	f.programs = make(map[programKey]*eval.Program)
	f.bindings = make(map[*parser.Auth]*auth.Binding)
	f.tokens = make(map[string]*credentials)
	f.makeSpelling()
	f.names = &fileNames{
		variables: maps.Clone(f.defined.variables), requests: f.defined.requests, spelling: f.expressionSpelling,
		files: checkFiles{f}, file: f,
	}
	visible := f.visible()
	if len(visible) > 1 {
		f.names.requests = maps.Clone(f.names.requests)
	}
	for _, from := range visible {
		if from != f {
			maps.Copy(f.names.requests, from.defined.requests)
		}
		for _, name := range from.defined.captures {
			f.names.variables[name] = true
		}
		f.names.any = f.names.any || from.defined.any
	}
	for name := range f.plan.globals {
		f.names.variables[name] = true
	}
	maps.Copy(f.names.variables, f.suite.arguments)
	if table := f.table(); table != nil {
		f.names = f.names.with(table)
	}
	preamble := f.parsed.Preamble()
	f.steps = make([]*step, 0, len(f.parsed.Blocks))
	first := make(map[string]*step) // by exact name
	same := make(map[string]int)    // requests by name
	for _, b := range f.parsed.Blocks {
		if !runs(b) {
			continue
		}
		s := f.newStep(b, preamble, f.names)
		if b != preamble {
			f.forget(b)
		}
		f.steps = append(f.steps, s)
		if other := first[s.name]; other == nil {
			first[s.name] = s
		} else if s.name != "" {
			if f.namesakes[s.name] == nil {
				f.namesakes[s.name] = []*step{other}
			}
			f.namesakes[s.name] = append(f.namesakes[s.name], s)
		}
		if s.name != "" && s.request != nil {
			if _, taken := f.byName[s.name]; !taken {
				f.byName[s.name] = s
			}
			same[s.name]++
			s.twin = same[s.name]
		}
		for c := range s.setting {
			by := f.capturedBy[c.name]
			switch n := len(f.steps); {
			case by == nil: // as most of many are by one request, that list needs no memory
				f.capturedBy[c.name] = f.steps[n-1 : n : n]
			case by[len(by)-1] != s:
				f.capturedBy[c.name] = append(by, s)
			}
		}
		for _, name := range s.unnamed {
			f.capturedBy[name] = append(f.capturedBy[name], s)
		}
	}
	for _, s := range f.steps { // exact names win over those of twins, and these over slugs
		if s.name != "" && same[s.name] > 1 && f.byName[s.address()] == nil {
			f.byName[s.address()] = s
		}
	}
	for _, s := range f.steps {
		if s.name != "" && s.request != nil && f.byName[scope.Slug(s.name)] == nil {
			f.byName[scope.Slug(s.name)] = s
		}
	}
}

// fileNames are the names that the expressions of a file may use.
type fileNames struct {
	variables, requests map[string]bool
	columns             []string // of tables, which are variables too
	captures            []string // variables of a file that its requests set
	any                 bool     // what could define more cannot be read, so that no name is unknown
	files               eval.Files
	spelling            *diag.Speller
	file                *file
}

var _ eval.Names = (*fileNames)(nil)

// with returns the names with those of the columns of a table.
func (n *fileNames) with(table *data.Table) *fileNames {
	more := *n
	more.columns = slices.Concat(n.columns, table.Columns)
	more.any = n.any || table.Unread
	return &more
}

// Variable implements eval.Names.
func (n *fileNames) Variable(name string) bool {
	return n.any || n.variables[name] || slices.Contains(n.columns, name)
}

// Request implements eval.Names.
func (n *fileNames) Request(name string) bool { return n.requests[name] }

// Nearest implements eval.Names.
func (n *fileNames) Nearest(name string) string {
	return diag.Nearest(name, append([]string{n.spelling.Nearest(name)}, n.columns...))
}

// Elsewhere implements eval.Names.
func (n *fileNames) Elsewhere(name string) (where, suggestion string) {
	if n.file.env != nil {
		where, suggestion = scope.Elsewhere(n.file.env.Defining(name))
	}
	if n.file.plan.options.Replay == nil {
		return where, suggestion
	}
	given := fmt.Sprintf("give it with `--var %s=VALUE`", name)
	if suggestion == "" {
		return where, given
	}
	return where, suggestion + ", or " + given
}

// Files implements eval.Names.
func (n *fileNames) Files() eval.Files { return n.files }

// comesLater reports whether something other than the variables that are known
// now will give a value to name: a capture, of another file too, an argument of a
// call, a row of data of the file or of a step, an environment yet to be chosen.
func (f *file) comesLater(name string, s *step) bool {
	return len(f.capturers(name)) > 0 || f.isArgument(name, s) || f.plan.globals[name] != nil || f.open[name]
}

// knownNames are the names that templates may use besides the variables of
// files.
type knownNames struct {
	f *file
	s *step
}

var _ scope.Known = knownNames{}

// Request implements scope.Known.
func (k knownNames) Request(name string) bool { return k.f.named(name) != nil }

// Captured implements scope.Known.
func (k knownNames) Captured(name string) bool {
	return k.f.comesLater(name, k.s) || !strings.HasPrefix(name, "$") && len(k.f.capturers(computedName)) > 0
}

// Environments implements scope.Known.
func (k knownNames) Environments(name string) []string { return k.f.env.Defining(name) }

// Nearest implements scope.Known.
func (k knownNames) Nearest(name string) string { return k.f.templateSpelling.Nearest(name) }

// asDiagnostics returns the diagnostics that an error is made of.
func asDiagnostics(err error) diag.List {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all diag.List
		for _, e := range several.Unwrap() {
			all = append(all, asDiagnostics(e)...)
		}
		return all
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return diag.List{d}
	}
	return diag.List{{Severity: diag.Error, Summary: err.Error()}}
}

// unwrapPathError drops the path that fs.PathError repeats.
func unwrapPathError(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
