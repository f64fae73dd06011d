package runner

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// global is a variable that a request captures for all files, or that its block
// defines for them.
type global struct {
	name    string
	setters []*setter // one is too many if two of them run
	setter  *setter   // the one that runs; nil until that is known, or if none does
	other   *setter   // a script that sets it too, in another file, so that nobody can tell which of them counts
}

// setter is an @capture global, httpYac's @global.name = value, or a script that
// sets a global variable.
type setter struct {
	file    *file
	block   *parser.Block
	name    parser.Text
	defined bool // by a variable: the value is there before the request is sent
	script  bool // by a script: there may be many, as long as no other file depends on which of them counts
}

// byScripts reports whether nothing but scripts sets the variable.
func (g *global) byScripts() bool {
	return !slices.ContainsFunc(g.setters, func(s *setter) bool { return !s.script })
}

// foreign is where a suite reads a global variable.
type foreign struct {
	at       parser.Text
	optional bool // all who read it can do without
}

// globalPrefix starts the name of a variable that all files can read (httpYac).
const globalPrefix = "global."

// globalName returns the name under which other files read a variable of the
// file; zero if they do not. In files of other tools the name is one with a dot.
func (f *file) globalName(v *parser.Variable) parser.Text {
	name := v.Name.String()
	if len(name) <= len(globalPrefix) || !strings.HasPrefix(name, globalPrefix) || f.parsed.Dialect != parser.HTTPYac && f.parsed.Dialect != parser.Neutral {
		return parser.Text{}
	}
	return v.Name.Slice(len(globalPrefix), len(name))
}

// addGlobal notes what sets a global variable.
func (p *Plan) addGlobal(s *setter) {
	if p.globals == nil {
		p.globals = make(map[string]*global)
	}
	name := s.name.String()
	if p.globals[name] == nil {
		p.globals[name] = &global{name: name}
	}
	p.globals[name].setters = append(p.globals[name].setters, s)
}

// readsGlobal notes that a suite reads a global variable.
func (s *suite) readsGlobal(name string, at parser.Text, optional bool) {
	if s.foreign == nil {
		s.foreign = make(map[string]foreign)
	}
	if read, known := s.foreign[name]; !known || read.optional && !optional {
		s.foreign[name] = foreign{at, optional}
	}
}

// where says where the variable is set.
func (s *setter) where() string {
	source := s.file.parsed.Source
	return fmt.Sprintf("%s:%d", source.Name(), source.Position(s.name.Span().Start).Line)
}

// how says what the setter does, as a verb.
func (s *setter) how() string {
	if s.script {
		return "sets"
	}
	return "captures"
}

// addScripts finds the script that sets the variable for other files, if nothing
// else does. Those of one file count as one: the last of them has its way.
func (g *global) addScripts() {
	for _, s := range g.setters {
		switch {
		case !s.script || !s.runs():
		case g.setter == nil:
			g.setter = s
		case g.setter.same(s) && g.setter.file.imported():
			g.setter = s
		case g.setter.same(s) || g.setter.file.suite == s.file.suite:
		default:
			g.other = s
		}
	}
	if g.setter != nil && g.setter.script && g.setter.file.suite.rows() > 1 && g.other == nil {
		g.other = g.setter
	}
}

// same reports whether two setters are one, read for two sessions.
func (s *setter) same(other *setter) bool {
	a, b := s.name, other.name
	return a.Source().Name() == b.Source().Name() && a.Span() == b.Span()
}

// runs reports whether the request that sets the variable is one of those that
// its suite runs. What is defined outside of requests is there with the file.
func (s *setter) runs() bool {
	if s.block.Request == nil {
		return len(s.file.suite.order) > 0
	}
	return s.file.suite.ordered[s.block]
}

// linkGlobals finds the one request that sets each global variable, and reports
// those that two set, that none sets, and files that wait for each other.
func (p *Plan) linkGlobals() {
	for _, name := range slices.Sorted(maps.Keys(p.globals)) {
		g := p.globals[name]
		for _, s := range g.setters {
			switch {
			case !s.runs() || s.script:
			case s.file.suite.rows() > 1:
				g.setter = s
				s.file.suite.file.problem(&diag.Diagnostic{
					Code: diag.CodeTwoSetters, Severity: diag.Error,
					Summary: fmt.Sprintf("each of the %d rows of the data sets the global variable `%s`", s.file.suite.rows(), g.name),
					Source:  s.name.Source(), Subject: s.name.Span(),
					Suggestion: "leave `global` out, or put `@data` at the requests that need it",
				})
			case g.setter == nil:
				g.setter = s
			case g.setter.same(s) && s.file.imported(): // imported, and on the command line itself
			case g.setter.same(s) && g.setter.file.imported():
				g.setter = s
			default:
				s.file.suite.file.problem(&diag.Diagnostic{
					Code: diag.CodeTwoSetters, Severity: diag.Error,
					Summary: fmt.Sprintf("two requests set the global variable `%s`, at %s and %s", g.name, g.setter.where(), s.where()),
					Source:  s.name.Source(), Subject: s.name.Span(),
					Suggestion: "give one of them another name",
				})
			}
		}
		g.addScripts()
	}
	for _, s := range p.suites {
		for _, name := range slices.Sorted(maps.Keys(s.foreign)) {
			g, at, optional := p.globals[name], s.foreign[name].at, s.foreign[name].optional
			_, hasOwn, _ := s.file.static.Lookup(name)
			hasOwn = hasOwn || optional
			switch {
			case g.other != nil && hasOwn && !optional: // as if nobody set it
			case g.other != nil:
				d := &diag.Diagnostic{
					Code: diag.CodeTwoSetters, Severity: diag.Error,
					Summary: fmt.Sprintf("it cannot be told which value of `%s` this is: it is set at %s and %s", g.name, g.setter.where(), g.other.where()),
					Source:  at.Source(), Subject: at.Span(),
					Suggestion: "give one of them another name, run one of the files alone, or give the variable a value with `--var`",
				}
				if g.other == g.setter {
					d.Summary = fmt.Sprintf("it cannot be told which value of `%s` this is: each row of the data sets it, at %s", g.name, g.setter.where())
				}
				s.file.problem(d)
			case g.setter != nil && g.setter.file.suite != s:
				s.after = append(s.after, g)
			case g.setter == nil && !hasOwn:
				s.file.problem(&diag.Diagnostic{
					Code: diag.CodeNotCaptured, Severity: diag.Error,
					Summary: fmt.Sprintf("`%s` has no value here: the request that %s it, at %s, is not selected", name, g.setters[0].how(), g.setters[0].where()),
					Source:  at.Source(), Subject: at.Span(),
					Suggestion: "select that request too, or give the variable a value with `--var`",
				})
			}
		}
	}
	p.checkWaiting()
}

// checkWaiting reports files that wait for each other.
func (p *Plan) checkWaiting() {
	state := make(map[*suite]visit)
	var path []*suite
	var walk func(s *suite)
	walk = func(s *suite) {
		state[s] = visiting
		path = append(path, s)
		for _, g := range s.after {
			switch next := g.setter.file.suite; state[next] {
			case unvisited:
				walk(next)
			case visiting:
				var names []string
				for _, on := range append(slices.Clone(path[slices.Index(path, next):]), next) {
					names = append(names, "`"+on.file.path+"`")
				}
				at := s.foreign[g.name].at
				s.file.problem(&diag.Diagnostic{
					Code: diag.CodeCycle, Severity: diag.Error,
					Summary: "files wait for each other's global variables: " + strings.Join(names, " → "),
					Detail:  fmt.Sprintf("`%s` is %s at %s", g.name, map[bool]string{true: "set", false: "captured"}[g.setter.script], g.setter.where()),
					Source:  at.Source(), Subject: at.Span(),
					Suggestion: "move one of these requests to another file",
				})
			case visited:
			}
		}
		path = path[:len(path)-1]
		state[s] = visited
	}
	for _, s := range p.suites {
		if state[s] == unvisited {
			walk(s)
		}
	}
}

// inOrder returns suites so that none stands before one that it waits for. They
// are free of circles.
func inOrder(suites []*suite) []*suite {
	ordered := make([]*suite, 0, len(suites))
	left := make(map[*suite]bool, len(suites))
	for _, s := range suites {
		left[s] = true
	}
	var add func(s *suite)
	add = func(s *suite) {
		if !left[s] {
			return
		}
		delete(left, s)
		for _, g := range s.after {
			add(g.setter.file.suite)
		}
		ordered = append(ordered, s)
	}
	for _, s := range suites {
		add(s)
	}
	return ordered
}

// globals are the values of global variables in a run. It is safe for concurrent
// use.
type globals struct {
	mu     sync.Mutex
	values map[string]*scope.Variable
	lost   map[string]*step
}

func newGlobals() *globals {
	return &globals{values: make(map[string]*scope.Variable), lost: make(map[string]*step)}
}

func (g *globals) keep(v *scope.Variable) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.lost, v.Name)
	g.values[v.Name] = v
}

func (g *globals) lose(name string, by *step) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.values, name)
	g.lost[name] = by
}

func (g *globals) value(name string) *scope.Variable {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.values[name]
}

// restore takes back what has been kept or lost under a name since it had the
// value v, which may be nil.
func (g *globals) restore(name string, v *scope.Variable) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.lost, name)
	delete(g.values, name)
	if v != nil {
		g.values[name] = v
	}
}

// readGlobals takes over what the files before have captured for this one.
func (s *session) readGlobals() {
	s.globals.mu.Lock()
	defer s.globals.mu.Unlock()
	for _, g := range s.suite.after {
		for _, f := range s.suite.files {
			if v := s.globals.values[g.name]; v != nil {
				s.scopeOf(f).Capture(v)
			} else if by := s.globals.lost[g.name]; by != nil {
				s.lost[keptName{f, g.name}] = by
			}
		}
	}
}

// definesGlobal reports whether the file defines a variable for all files.
func (f *file) definesGlobal(name string) bool {
	return slices.ContainsFunc(f.globals, func(t parser.Text) bool { return t.String() == name })
}

// checkGlobals reports variables that are defined for other files outside of a
// request, where no answer is known that they could read.
func (f *file) checkGlobals() {
	for _, b := range f.parsed.Blocks {
		for _, v := range b.Variables {
			if b.Request != nil || f.globalName(v).IsZero() || f.isStatic(v.Value) {
				continue
			}
			f.problem(&diag.Diagnostic{
				Code: diag.CodeMisplaced, Severity: diag.Error,
				Summary: fmt.Sprintf("`@%s` reads what a request brings, and stands outside of requests", v.Name),
				Source:  v.Name.Source(), Subject: v.Name.Span(),
				Suggestion: "put it above the request behind which other files may read it",
			})
		}
	}
}

// publish gives other files the variables that a block of a file defines for them;
// nil is for those outside of requests.
func (s *session) publish(ctx context.Context, f *file, b *parser.Block, vars *scope.Scope, refs scope.References) error {
	for _, name := range f.globals {
		g := s.plan.globals[name.String()]
		if g == nil || g.setter == nil || !g.setter.defined || g.setter.file != f {
			continue
		}
		if outside := g.setter.block.Request == nil; outside != (b == nil) || !outside && g.setter.block != b {
			continue
		}
		v, secret, err := vars.Value(ctx, g.name, refs)
		if err != nil {
			return f.pointAt(err, name)
		}
		if secret = secret || scope.LooksSecret(g.name); secret {
			s.plan.keepSecretOf(g.name, v)
		}
		s.globals.keep(&scope.Variable{
			Name: g.name, Value: v, Tier: scope.Captured, Secret: secret,
			Source: f.parsed.Source, Span: name.Span(), Where: f.path,
		})
	}
	return nil
}
