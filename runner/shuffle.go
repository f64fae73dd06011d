package runner

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// shuffled returns suites in an order by chance, which the seed and the number of
// the repetition alone decide.
func shuffled(suites []*suite, seed uint64, repeat int) []*suite {
	suites = slices.SortedStableFunc(slices.Values(suites), func(a, b *suite) int { return strings.Compare(a.projectPath(), b.projectPath()) })
	chance := rand.New(rand.NewPCG(seed, uint64(repeat)))
	chance.Shuffle(len(suites), func(i, j int) { suites[i], suites[j] = suites[j], suites[i] })
	return suites
}

// shuffled returns the sequence of a suite in an order by chance that keeps what
// is declared: @setup, @teardown, what a request needs, and that a variable has
// the value in each request that it has in the order of the file.
//
// The order depends on the seed, the repetition and the file alone, not on which
// other files are run.
func (s *suite) shuffled(seed uint64, repeat int) []*step {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(s.projectPath() + "\x00" + strconv.Itoa(repeat))) // never fails
	chance := rand.New(rand.NewPCG(seed, hash.Sum64()))

	var setup, others, teardown []*step
	for _, st := range s.sequence() {
		switch {
		case st.setup:
			setup = append(setup, st)
		case st.teardown:
			teardown = append(teardown, st)
		default:
			others = append(others, st)
		}
	}
	o := ordering{before: s.mustPrecede(), done: make(map[*step]bool)}
	kept := keptInOrder(others)
	taken := make(map[*step]bool)
	for _, st := range setup {
		o.run(st, nil)
	}
	order := setup
	for len(others) > 0 {
		// One that stands first in the file can always be run next, so that there is
		// at least one.
		for _, i := range chance.Perm(len(others)) {
			st := others[i]
			if !slices.ContainsFunc(kept[st], func(before *step) bool { return !taken[before] }) && o.canRun(st) {
				o.run(st, nil)
				taken[st] = true
				order = append(order, st)
				others = slices.Delete(others, i, i+1)
				break
			}
		}
	}
	return append(order, teardown...)
}

// mustPrecede returns for each step those that have to be run before it, of all
// that are run in the order of the file: who captures a variable comes before
// those that read it there, and behind those that read what it was before.
func (s *suite) mustPrecede() map[*step][]*step {
	type access struct{ writers, readers []*step } // since the last writer
	before := make(map[*step][]*step)
	variables := make(map[keptName]*access)
	at := func(name keptName) *access {
		if variables[name] == nil {
			variables[name] = new(access)
		}
		return variables[name]
	}
	for _, st := range s.executed() {
		reads, writes := st.touches()
		for name := range reads {
			a := at(name)
			before[st] = append(before[st], a.writers...)
			a.readers = append(a.readers, st)
		}
		for name := range writes {
			a := at(name)
			before[st] = append(before[st], a.writers...)
			before[st] = append(before[st], a.readers...)
			a.writers, a.readers = []*step{st}, nil
		}
	}
	for st, all := range before {
		before[st] = slices.DeleteFunc(all, func(b *step) bool { return b == st })
	}
	return before
}

// executed returns all steps that are run in the order of the file, each where it is
// run first. Those that only call others are among them.
func (s *suite) executed() []*step {
	var all []*step
	done := make(map[*step]bool)
	var visit func(st *step)
	visit = func(st *step) {
		if done[st] {
			return
		}
		done[st] = true
		for _, n := range st.needs {
			visit(n.on)
		}
		for _, c := range st.calls {
			for _, on := range c.steps {
				visit(on)
			}
		}
		all = append(all, st)
	}
	for _, st := range s.sequence() {
		visit(st)
	}
	return all
}

// keptInOrder returns for each step of a sequence those before it that it must not
// overtake, because both of them reach a step that one of them makes run anew: how
// often that is run depends on who comes first.
func keptInOrder(sequence []*step) map[*step][]*step {
	anew := make(map[*step]bool)
	reached := make(map[*step]map[*step]bool, len(sequence))
	for _, st := range sequence {
		reached[st] = st.closure(anew)
	}
	if len(anew) == 0 {
		return nil
	}
	kept := make(map[*step][]*step)
	last := make(map[*step]*step)
	for _, st := range sequence {
		for on := range reached[st] {
			if !anew[on] {
				continue
			}
			if last[on] != nil {
				kept[st] = append(kept[st], last[on])
			}
			last[on] = st
		}
	}
	return kept
}

// closure returns the step with all that it makes run, and adds those that it makes
// run anew to anew.
func (s *step) closure(anew map[*step]bool) map[*step]bool {
	all := make(map[*step]bool)
	var walk func(st *step, again bool)
	walk = func(st *step, again bool) {
		if again {
			anew[st] = true
		}
		if all[st] {
			return
		}
		all[st] = true
		for _, n := range st.needs {
			walk(n.on, n.anew)
		}
		for _, c := range st.calls {
			for _, on := range c.steps {
				walk(on, true)
			}
		}
	}
	walk(s, false)
	return all
}

// touches returns the variables that a step reads and captures, with those of the
// steps that it makes run anew each time.
func (s *step) touches() (reads, writes map[keptName]bool) {
	reads, writes = make(map[keptName]bool), make(map[keptName]bool)
	seen := make(map[*step]bool)
	var walk func(st *step)
	walk = func(st *step) {
		if seen[st] {
			return
		}
		seen[st] = true
		for _, read := range st.reads {
			reads[keptName{st.file, read.name}] = true
		}
		for _, c := range st.captures {
			for _, f := range st.file.readers() {
				writes[keptName{f, c.name}] = true
			}
		}
		for _, n := range st.needs {
			if n.anew {
				walk(n.on)
			}
		}
		for _, c := range st.calls {
			for _, on := range c.steps {
				walk(on)
			}
		}
	}
	walk(s)
	return reads, writes
}

// ordering is an order of steps that is being made.
type ordering struct {
	before map[*step][]*step
	done   map[*step]bool
}

// canRun reports whether a step can be run next with what it needs.
func (o ordering) canRun(st *step) bool {
	if len(st.needs)+len(st.calls) == 0 {
		return !slices.ContainsFunc(o.before[st], func(b *step) bool { return !o.done[b] })
	}
	trial := ordering{before: o.before, done: make(map[*step]bool)}
	return trial.run(st, o.done)
}

// run notes that a step runs, after what it needs. It reports whether everything
// that has to be run before was, be it noted here or in earlier.
func (o ordering) run(st *step, earlier map[*step]bool) bool {
	if o.done[st] || earlier[st] {
		return true
	}
	fits := true
	for _, n := range st.needs {
		fits = o.run(n.on, earlier) && fits
	}
	for _, c := range st.calls {
		for _, on := range c.steps {
			fits = o.run(on, earlier) && fits
		}
	}
	for _, b := range o.before[st] {
		fits = fits && (o.done[b] || earlier[b])
	}
	o.done[st] = true
	return fits
}
