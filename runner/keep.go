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
func (r *running) keep(c *capture, v *scope.Variable) {
	if r.sets(c) {
		r.session.globals.keep(v)
	}
	for _, f := range r.step.file.readers() {
		delete(r.session.lost, keptName{f, v.Name})
		r.session.scopeOf(f).Capture(v)
	}
}

// lose notes that a capture failed, so that nothing older stands for it.
func (r *running) lose(c *capture) {
	if r.sets(c) {
		r.session.globals.lose(c.name, r.step)
	}
	for _, f := range r.step.file.readers() {
		r.session.lost[keptName{f, c.name}] = r.step
	}
}

// sets reports whether a capture is the one that sets a global variable: of a
// request that several sessions run, one does.
func (r *running) sets(c *capture) bool {
	if !c.global {
		return false
	}
	g := r.session.plan.globals[c.name]
	return g != nil && g.setter != nil && g.setter.file == r.step.file && g.setter.block == r.step.block
}

// keptState is what a session has kept under some names.
type keptState struct {
	globals   map[string]*scope.Variable   // of those that it sets for other files
	variables map[keptName]*scope.Variable // nil for a name without a capture
	lost      map[keptName]*step
}

// captured returns what is kept under the names that the request captures.
func (r *running) captured() keptState {
	state := keptState{variables: make(map[keptName]*scope.Variable), lost: make(map[keptName]*step)}
	state.globals = make(map[string]*scope.Variable)
	for _, c := range r.step.captures {
		if r.sets(c) {
			state.globals[c.name] = r.session.globals.value(c.name)
		}
		for _, f := range r.step.file.readers() {
			name := keptName{f, c.name}
			state.variables[name] = r.session.scopeOf(f).Captured(c.name)
			state.lost[name] = r.session.lost[name]
		}
	}
	return state
}

// restore goes back to a state.
func (s *session) restore(state keptState) {
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
