package runner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// complete adds to a selection of some requests of a file what they take for
// granted: those that capture the variables they read, and that would have run
// before. What has another value, too, is taken with that, unless the options ask
// for a run like the last one. A @teardown asks for nothing: without the request
// that captures what it reads, there is nothing to tear down.
func (s *suite) complete(ctx context.Context) {
	if s.file.env == nil || !slices.ContainsFunc(s.file.steps, func(st *step) bool { return !st.selected && !st.excluded }) {
		return
	}
	reached := make(map[*step]picks)
	var reach func(st *step, parts picks)
	reach = func(st *step, parts picks) {
		if missing := parts.beyond(reached[st]); len(missing) == 0 {
			return
		}
		reached[st] = append(reached[st], parts...).rows()
		st.trace(ctx)
		for _, n := range st.needs {
			reach(n.on, parts)
		}
		for _, c := range st.calls {
			for _, on := range c.steps {
				reach(on, parts)
			}
		}
		for _, by := range s.givers(st) {
			if len(parts.beyond(by.picks)) > 0 {
				by.picks = append(by.picks, parts...).rows()
			}
			if !by.selected {
				by.pulledBy = cmp.Or(by.pulledBy, st.label())
			}
			reach(by, parts)
		}
	}
	var teardown []*step
	for _, st := range s.sequence() {
		if st.teardown {
			teardown = append(teardown, st)
		} else {
			reach(st, st.picks.rows())
		}
	}
	for _, st := range teardown {
		st.trace(ctx)
		for _, read := range st.reads {
			if read.global || read.hasDefault || read.afterOwn && st.captureOf(read.name) {
				continue
			}
			by := st.file.capturers(read.name)
			if len(by) > 0 && !slices.ContainsFunc(by, func(b *step) bool { return reached[b] != nil || st.reaches(b) }) {
				st.idle = fmt.Sprintf("`%s`, which captures `%s`, is not selected", by[0].label(), read.name)
			}
		}
	}
}

// givers returns the steps that capture what a step reads and come before it.
func (s *suite) givers(st *step) []*step {
	if st.file != s.file || st.teardown {
		return nil
	}
	var all []*step
	for _, read := range st.reads {
		if read.global || read.hasDefault && !s.plan.options.RerunFailed || read.afterOwn && st.captureOf(read.name) {
			continue
		}
		for _, by := range st.file.capturers(read.name) {
			if by.file == st.file && !by.excluded && !by.teardown && by.precedes(st) && !slices.Contains(all, by) {
				all = append(all, by)
			}
		}
	}
	return all
}

// precedes reports whether a step of a file comes before another one.
func (s *step) precedes(other *step) bool {
	if s.setup != other.setup {
		return s.setup
	}
	return s.index < other.index
}

// reaches reports whether a step needs another one, directly or not.
func (s *step) reaches(other *step) bool {
	seen := make(map[*step]bool)
	var walk func(st *step) bool
	walk = func(st *step) bool {
		if st == other || seen[st] {
			return st == other
		}
		seen[st] = true
		return slices.ContainsFunc(st.needs, func(n need) bool { return walk(n.on) }) ||
			slices.ContainsFunc(st.calls, func(c *call) bool { return slices.ContainsFunc(c.steps, walk) })
	}
	return walk(s)
}

// beyond returns the parts that other does not have.
func (p picks) beyond(other picks) picks {
	return slices.DeleteFunc(slices.Clone(p), func(c pick) bool {
		return slices.ContainsFunc(other, func(o pick) bool { return (o.row == 0 || o.row == c.row) && (o.own == 0 || o.own == c.own) })
	})
}

// keepRows lets a step run for all rows of its own data if another one of its
// suite makes use of it: the list of what some rows capture would pass for the
// whole.
func (s *suite) keepRows() {
	for _, st := range s.order {
		for _, n := range st.needs {
			n.on.picks = n.on.picks.rows()
		}
		for _, read := range st.reads {
			for _, by := range st.file.capturers(read.name) {
				if by != st {
					by.picks = by.picks.rows()
				}
			}
		}
	}
}
