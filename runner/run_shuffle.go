package runner

import (
	"cmp"
	"fmt"
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
	o := ordering{before: s.mustPrecede(), kept: keptInOrder(others), done: make(map[*step]bool), taken: make(map[*step]bool)}
	for _, st := range setup {
		o.run(st, nil)
	}
	return slices.Concat(setup, o.arrange(others, chance), teardown)
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
		all = slices.DeleteFunc(all, func(b *step) bool { return b == st })
		slices.SortFunc(all, func(a, b *step) int { return cmp.Compare(a.index, b.index) }) // not in that of a map
		before[st] = slices.Compact(all)
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
		for on := range st.first {
			visit(on)
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
	seen, isAnew := make(map[*step]bool), make(map[*step]bool)
	makers := make(map[*step][]*step) // what makes a step run
	var anew []*step
	var walk func(st *step)
	walk = func(st *step) {
		if seen[st] {
			return
		}
		seen[st] = true
		for on, again := range st.first {
			makers[on] = append(makers[on], st)
			if again && !isAnew[on] {
				isAnew[on] = true
				anew = append(anew, on)
			}
			walk(on)
		}
	}
	for _, st := range sequence {
		walk(st)
	}
	kept := make(map[*step][]*step)
	for _, on := range anew {
		reaching := map[*step]bool{on: true}
		for next := []*step{on}; len(next) > 0; {
			st := next[len(next)-1]
			next = next[:len(next)-1]
			for _, by := range makers[st] {
				if !reaching[by] {
					reaching[by] = true
					next = append(next, by)
				}
			}
		}
		var last *step
		for _, st := range sequence {
			if !reaching[st] {
				continue
			}
			if last != nil {
				kept[st] = append(kept[st], last)
			}
			last = st
		}
	}
	return kept
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
			reads[keptName{st.file, read.set()}] = true
		}
		for c := range st.setting {
			for _, f := range st.file.readers() {
				writes[keptName{f, c.name}] = true
			}
		}
		for _, name := range st.unnamed {
			for _, f := range st.file.readers() {
				writes[keptName{f, name}] = true
			}
		}
		for on, anew := range st.first {
			if anew {
				walk(on)
			}
		}
	}
	walk(s)
	return reads, writes
}

// ordering is an order of steps that is being made.
type ordering struct {
	before map[*step][]*step // what has to be run before a step
	kept   map[*step][]*step // what has to be taken before a step
	done   map[*step]bool    // is run, be it for another step
	taken  map[*step]bool    // has its place in the order
}

// obstacle is what a step waits for: that another one is run, or has its place.
type obstacle struct {
	step  *step
	taken bool
}

// arrange returns steps in an order by chance: each time one of those that can be
// next, all of which are as likely. Of those that are left, the first one of the
// file always can.
func (o *ordering) arrange(steps []*step, chance *rand.Rand) []*step {
	order := make([]*step, 0, len(steps))
	waiting := make(map[obstacle][]*step)
	for open := slices.Clone(steps); len(open) > 0; {
		i, last := chance.IntN(len(open)), len(open)-1
		st := open[i]
		open[i] = open[last]
		open = open[:last]
		if first, ok := o.canTake(st); !ok {
			waiting[first] = append(waiting[first], st)
			continue
		}
		order = append(order, st)
		for _, gone := range o.take(st) {
			open = append(open, waiting[gone]...)
			delete(waiting, gone)
		}
	}
	if len(order) < len(steps) {
		panic(fmt.Sprintf("%d of %d requests wait for each other", len(steps)-len(order), len(steps)))
	}
	return order
}

// canTake reports whether a step can be the next one with what it needs, and if
// not, what it has to wait for at least.
func (o *ordering) canTake(st *step) (obstacle, bool) {
	for _, k := range o.kept[st] {
		if !o.taken[k] {
			return obstacle{k, true}, false
		}
	}
	trial := make(map[*step]bool)
	var missing *step
	var run func(st *step) bool
	run = func(st *step) bool {
		if o.done[st] || trial[st] {
			return true
		}
		for on := range st.first {
			if !run(on) {
				return false
			}
		}
		for _, b := range o.before[st] {
			if !o.done[b] && !trial[b] {
				missing = b
				return false
			}
		}
		trial[st] = true
		return true
	}
	return obstacle{missing, false}, run(st)
}

// take gives a step its place, and returns the obstacles that are gone.
func (o *ordering) take(st *step) []obstacle {
	o.taken[st] = true
	gone := []obstacle{{st, true}}
	for _, done := range o.run(st, nil) {
		gone = append(gone, obstacle{done, false})
	}
	return gone
}

// run notes that a step runs, after what it needs, and appends those that had not
// run yet.
func (o *ordering) run(st *step, all []*step) []*step {
	if o.done[st] {
		return all
	}
	for on := range st.first {
		all = o.run(on, all)
	}
	o.done[st] = true
	return append(all, st)
}
