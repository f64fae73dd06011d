package runner

import (
	"github.com/postrider/postrider/internal/scope"
)

// keptName is a name under which captures are kept. Each file of a session has
// its own; those of an imported file are kept for the files that import it too.
type keptName struct {
	file *file
	name string
}

// scopeOf returns the variables of a file in this session.
func (s *session) scopeOf(f *file) *scope.Scope {
	vars := s.scopes[f]
	if vars == nil {
		vars = f.newScope(f.random(s.row, s.repeat, false)).With(f.answers)
		if table := f.table(); table != nil && s.row > 0 {
			vars = vars.With(f.rowVariables(table, s.row))
		}
		s.scopes[f] = vars
	}
	return vars
}

// keep keeps a captured value for the file of the request and those that import
// it.
func (r *running) keep(c *set, v *scope.Variable) {
	r.remember(c)
	if r.sets(c) {
		r.session.globals.keep(v)
	}
	for _, f := range r.step.file.readers() {
		delete(r.session.lost, keptName{f, v.Name})
		r.session.scopeOf(f).Capture(v)
	}
}

// lose notes that a capture failed, so that nothing older stands for it.
func (r *running) lose(c *set) {
	r.remember(c)
	if r.sets(c) {
		r.session.globals.lose(c.name, r.step)
	}
	for _, f := range r.step.file.readers() {
		r.session.lost[keptName{f, c.name}] = r.step
	}
}

// forget drops a variable that a script clears.
func (r *running) forget(c *set) {
	r.remember(c)
	if r.sets(c) {
		r.session.globals.restore(c.name, nil)
	}
	for _, f := range r.step.file.readers() {
		delete(r.session.lost, keptName{f, c.name})
		r.session.scopeOf(f).Forget(c.name)
	}
}

// sets reports whether a request is the one that sets a global variable: of one
// that several sessions run, one does. Scripts of a file may set it several times.
func (r *running) sets(c *set) bool {
	if !c.global {
		return false
	}
	g := r.session.plan.globals[c.name]
	return g != nil && g.setter != nil && g.setter.file == r.step.file && (g.setter.block == r.step.block || g.setter.script && c.by != nil)
}

// keepHeaders notes whether the scripts of a step have set what they were to set of
// the header fields of all later requests.
func (s *session) keepHeaders(of *step, kept bool) {
	if s.headersKept == nil {
		s.headersKept = make(map[*step]bool)
	}
	s.headersKept[of] = kept
}

// keptState is what a session had kept under some names before a try of a request.
type keptState struct {
	globals   map[string]*scope.Variable   // of those that it sets for other files
	variables map[keptName]*scope.Variable // nil for a name without a capture
	lost      map[keptName]*step
	scope     *scope.Scope // of the request
	own       map[string]*scope.Variable
	headers   []sessionHeader
	kept      bool // of the header fields that its scripts set
}

// watch makes the session remember what a try changes.
func (r *running) watch() *keptState {
	return &keptState{
		globals: make(map[string]*scope.Variable), variables: make(map[keptName]*scope.Variable), lost: make(map[keptName]*step),
		scope: r.scope, own: r.own, headers: r.session.headers, kept: r.session.headersKept[r.step],
	}
}

// remember keeps what there is under a name, before the first change of a try.
func (r *running) remember(c *set) {
	state := r.before
	if state == nil {
		return
	}
	if _, known := state.globals[c.name]; !known && r.sets(c) {
		state.globals[c.name] = r.session.globals.value(c.name)
	}
	for _, f := range r.step.file.readers() {
		name := keptName{f, c.name}
		if _, known := state.variables[name]; !known {
			state.variables[name] = r.session.scopeOf(f).Captured(c.name)
			state.lost[name] = r.session.lost[name]
		}
	}
}

// takeBack goes back to the state before a try.
func (r *running) takeBack() {
	s, state := r.session, r.before
	r.scope, r.own, s.headers = state.scope, state.own, state.headers
	s.keepHeaders(r.step, state.kept)
	for name, v := range state.variables {
		if v == nil {
			s.scopeOf(name.file).Forget(name.name)
		} else {
			s.scopeOf(name.file).Capture(v)
		}
	}
	for name, v := range state.globals {
		s.globals.restore(name, v)
	}
	for name, by := range state.lost {
		if by == nil {
			delete(s.lost, name)
		} else {
			s.lost[name] = by
		}
	}
}
