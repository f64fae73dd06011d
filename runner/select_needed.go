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
	c := completion{suite: s, reached: make(map[*step]picks), givers: make(map[string][]*step), given: make(map[given]int)}
	var teardown []*step
	for _, st := range s.sequence() {
		if st.teardown {
			teardown = append(teardown, st)
		} else {
			c.reach(ctx, st, st.picks.rows())
		}
	}
	for _, st := range teardown {
		st.trace(ctx)
		for _, read := range st.reads {
			if read.global || read.hasDefault || read.optional || read.afterOwn && st.captureOf(read.name) {
				continue
			}
			by := st.file.capturers(read.set())
			if len(by) > 0 && !slices.ContainsFunc(by, func(b *step) bool { return c.reached[b] != nil || st.reaches(b) }) {
				how, _ := by[0].how(read.name)
				st.own().idle = fmt.Sprintf("`%s`, which %s `%s`, is not selected", by[0].label(), how, read.name)
			}
		}
	}
}

// completion is a selection that is being completed.
type completion struct {
	suite   *suite
	reached map[*step]picks
	givers  map[string][]*step // by variable, those that capture it in the order of running
	given   map[given]int      // how many of the givers are reached
}

// given is a variable that some parts of steps read.
type given struct {
	name  string
	parts string
}

// reach takes parts of a step with all that they take for granted.
func (c *completion) reach(ctx context.Context, st *step, parts picks) {
	if len(parts.beyond(c.reached[st])) == 0 {
		return
	}
	c.reached[st] = append(c.reached[st], parts...).rows()
	st.trace(ctx)
	for on := range st.first {
		c.reach(ctx, on, parts)
	}
	if st.file != c.suite.file || st.teardown {
		return
	}
	for _, read := range st.reads {
		if read.global || read.hasDefault && !c.suite.plan.options.RerunFailed || read.afterOwn && st.captureOf(read.name) {
			continue
		}
		for _, by := range c.newGivers(st, read.set(), parts) {
			if len(parts.beyond(by.picks)) > 0 {
				by.picks = append(by.picks, parts...).rows()
			}
			if !by.selected {
				by.own().pulledBy = cmp.Or(by.pulledBy, st.label())
			}
			c.reach(ctx, by, parts)
		}
	}
}

// newGivers returns the steps that capture a variable and come before a step that
// reads it, but for those that were returned for these parts before: thousands may
// read what thousands capture.
func (c *completion) newGivers(st *step, name string, parts picks) []*step {
	all, known := c.givers[name]
	if !known {
		for _, by := range st.file.capturedBy[name] {
			if !by.excluded && !by.teardown {
				all = append(all, by)
			}
		}
		slices.SortStableFunc(all, (*step).compare)
		c.givers[name] = all
	}
	n, _ := slices.BinarySearchFunc(all, st, (*step).compare)
	at := given{name, fmt.Sprint(parts)}
	from := c.given[at]
	if from >= n {
		return nil
	}
	c.given[at] = n
	return all[from:n]
}

// compare compares two steps of a file by their places in the order of running.
func (s *step) compare(other *step) int {
	if s.setup != other.setup {
		if s.setup {
			return -1
		}
		return 1
	}
	return cmp.Compare(s.index, other.index)
}

// first yields the steps that a step makes run before itself, in this order, and
// whether they run even if they have run before. It is an [iter.Seq2].
func (s *step) first(yield func(on *step, anew bool) bool) {
	for _, n := range s.needs {
		if !yield(n.on, n.anew) {
			return
		}
	}
	for _, c := range s.calls {
		for _, on := range c.steps {
			if !yield(on, true) {
				return
			}
		}
	}
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
		for on := range st.first {
			if walk(on) {
				return true
			}
		}
		return false
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
	reader := make(map[keptName]*step) // who alone reads a variable; nil if several do
	for _, st := range s.order {
		for _, n := range st.needs {
			n.on.picks = n.on.picks.rows()
		}
		for _, read := range st.reads {
			name := keptName{st.file, read.name}
			only, known := reader[name]
			switch {
			case !known:
				reader[name] = st
			case only == nil || only == st:
				continue
			default:
				reader[name] = nil
			}
			for _, by := range st.file.capturers(read.set()) {
				if by != st {
					by.picks = by.picks.rows()
				}
			}
		}
	}
}
