package runner

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Shard is one of several parts that all files are dealt to, for machines that
// share a run. The zero value is no part, but the whole.
type Shard struct{ Index, Count int } // Index counts from 1

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Count) }

// takeShard leaves of the plan the files of its shard, and keeps how many requests
// that could be sent the others have.
//
// A shard depends on the paths of the files from the roots of their projects and
// on how many requests are selected in each, so that every machine deals alike.
// Files that wait for global variables of others come into the same one. The
// largest groups are dealt first, each to the shard that has least to do.
func (p *Plan) takeShard() {
	shard := p.options.Shard
	if shard.Count == 0 {
		return
	}
	groups := p.groups()
	weight := make([]int, shard.Count)
	files := make([]int, shard.Count)
	var own []*suite
	for _, g := range groups {
		least := 0
		for i := range weight {
			if cmp.Or(weight[i]-weight[least], files[i]-files[least]) < 0 {
				least = i
			}
		}
		weight[least] += g.weight
		files[least] += len(g.suites)
		if least == shard.Index-1 {
			own = append(own, g.suites...)
		} else {
			for _, s := range g.suites {
				p.elsewhere += s.sendable()
			}
		}
	}
	p.suites = slices.DeleteFunc(p.suites, func(s *suite) bool { return !slices.Contains(own, s) })
	for i, s := range p.suites {
		s.index = i + 1
	}
}

// group is suites that belong together.
type group struct {
	suites []*suite
	weight int // in requests
	key    string
}

// groups returns the suites in groups that belong together, the largest first.
func (p *Plan) groups() []*group {
	of := make(map[*suite]*group)
	for _, s := range p.suites {
		of[s] = &group{suites: []*suite{s}, weight: s.planned(), key: s.projectPath()}
	}
	for _, s := range p.suites {
		for _, g := range s.after {
			into, from := of[s], of[g.setter.file.suite]
			if into == from {
				continue
			}
			into.suites = append(into.suites, from.suites...)
			into.weight += from.weight
			into.key = min(into.key, from.key)
			for _, moved := range from.suites {
				of[moved] = into
			}
		}
	}
	var groups []*group
	for _, s := range p.suites {
		if !slices.Contains(groups, of[s]) {
			groups = append(groups, of[s])
		}
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(b.weight-a.weight, strings.Compare(a.key, b.key))
	})
	return groups
}

// sendable is how many requests of the suite nothing keeps from being sent that
// is known before the run.
func (s *suite) sendable() int {
	n, rows := 0, s.sessionRows()
	for _, st := range s.order {
		if st.skip == nil && !st.excluded {
			n += st.planned(rows)
		}
	}
	return n
}

// EmptyShard returns what there is to say if there is nothing for this shard to
// do, while there is for others: that is no mistake.
func (p *Plan) EmptyShard() (diag.Message, bool) {
	if p.elsewhere == 0 || slices.ContainsFunc(p.suites, func(s *suite) bool { return s.sendable() > 0 }) {
		return diag.Message{}, false
	}
	return diag.Message{
		Code: diag.CodeNoRequest, Severity: diag.Note,
		Summary: fmt.Sprintf("there is nothing to run in shard %s: the other shards have all of the %d requests", p.options.Shard, p.elsewhere),
	}, true
}
