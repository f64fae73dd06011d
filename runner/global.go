package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// global is a variable that a request captures for all files.
type global struct {
	name    string
	setters []*setter // one is too many if two of them run
	setter  *setter   // the one that runs; nil until that is known, or if none does
}

// setter is an @capture global.
type setter struct {
	file    *file
	block   *parser.Block
	capture *parser.Capture
}

// addGlobal notes an @capture global.
func (p *Plan) addGlobal(f *file, b *parser.Block, c *parser.Capture) {
	if p.globals == nil {
		p.globals = make(map[string]*global)
	}
	name := c.Name.String()
	if p.globals[name] == nil {
		p.globals[name] = &global{name: name}
	}
	p.globals[name].setters = append(p.globals[name].setters, &setter{file: f, block: b, capture: c})
}

// readsGlobal notes that a suite reads a global variable.
func (s *suite) readsGlobal(name string, at parser.Text) {
	if s.foreign == nil {
		s.foreign = make(map[string]parser.Text)
	}
	if _, known := s.foreign[name]; !known {
		s.foreign[name] = at
	}
}

// where says where a capture stands.
func (s *setter) where() string {
	source := s.file.parsed.Source
	return fmt.Sprintf("%s:%d", source.Name(), source.Position(s.capture.Name.Span().Start).Line)
}

// same reports whether two captures are one, read for two sessions.
func (s *setter) same(other *setter) bool {
	a, b := s.capture.Name, other.capture.Name
	return a.Source().Name() == b.Source().Name() && a.Span() == b.Span()
}

// runs reports whether the request of a capture is one of those that its suite
// runs.
func (s *setter) runs() bool {
	return slices.ContainsFunc(s.file.suite.order, func(st *step) bool { return st.block == s.block && st.file == s.file })
}

// linkGlobals finds the one request that sets each global variable, and reports
// those that two set, that none sets, and files that wait for each other.
func (p *Plan) linkGlobals() {
	for _, name := range slices.Sorted(maps.Keys(p.globals)) {
		g := p.globals[name]
		for _, s := range g.setters {
			switch {
			case !s.runs():
			case s.file.suite.rows() > 1:
				g.setter = s
				s.file.suite.file.problem(&diag.Diagnostic{
					Code: diag.CodeTwoSetters, Severity: diag.Error,
					Summary: fmt.Sprintf("each of the %d rows of the data sets the global variable `%s`", s.file.suite.rows(), g.name),
					Source:  s.capture.Name.Source(), Subject: s.capture.Name.Span(),
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
					Source:  s.capture.Name.Source(), Subject: s.capture.Name.Span(),
					Suggestion: "give one of them another name",
				})
			}
		}
	}
	for _, s := range p.suites {
		for _, name := range slices.Sorted(maps.Keys(s.foreign)) {
			g, at := p.globals[name], s.foreign[name]
			_, hasOwn, _ := s.file.static.Lookup(name)
			switch {
			case g.setter != nil && g.setter.file.suite != s:
				s.after = append(s.after, g)
			case g.setter == nil && !hasOwn:
				s.file.problem(&diag.Diagnostic{
					Code: diag.CodeNotCaptured, Severity: diag.Error,
					Summary: fmt.Sprintf("`%s` has no value here: the request that captures it, at %s, is not selected", name, g.setters[0].where()),
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
				at := s.foreign[g.name]
				s.file.problem(&diag.Diagnostic{
					Code: diag.CodeCycle, Severity: diag.Error,
					Summary: "files wait for each other's global variables: " + strings.Join(names, " → "),
					Detail:  fmt.Sprintf("`%s` is captured at %s", g.name, g.setter.where()),
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
	seen := make(map[*suite]bool)
	var add func(s *suite)
	add = func(s *suite) {
		if seen[s] {
			return
		}
		seen[s] = true
		for _, g := range s.after {
			if slices.Contains(suites, g.setter.file.suite) {
				add(g.setter.file.suite)
			}
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
