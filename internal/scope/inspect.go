package scope

import (
	"context"
	"maps"
	"slices"

	"github.com/postrider/postrider/internal/fake"
)

// Maker returns what makes things up in this view: with its random numbers, and
// with dates about its time.
func (s *Scope) Maker() *fake.Maker { return &fake.Maker{Random: s.random, Now: s.now()} }

// Environ returns a variable of the process, or else of a .env file, as
// {{$env.NAME}} does.
func (s *Scope) Environ(name string) (text string, secret, ok bool) {
	if text, ok = s.environ(name); ok {
		return text, LooksSecret(name), true
	}
	if v, found := s.dotEnv(name); found && v.problem == nil {
		text, ok = v.Value.(string)
		return text, v.Secret, ok
	}
	return "", false, false
}

// ValueIn is [Scope.Value] of a variable of some tiers alone. It reports false if
// none of them has one of the name.
func (s *Scope) ValueIn(ctx context.Context, name string, refs References, tiers ...Tier) (v any, secret, ok bool, err error) {
	s.mu.RLock()
	var found *Variable
	for _, tier := range tiers {
		if found = s.tiers[tier][name]; found != nil {
			break
		}
	}
	s.mu.RUnlock()
	if found == nil {
		return nil, false, false, nil
	}
	v, secret, err = s.expander(ctx, refs).variable(found)
	return v, secret, err == nil, err
}

// NamesIn returns the names of the variables of some tiers, sorted.
func (s *Scope) NamesIn(tiers ...Tier) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var names []string
	for _, tier := range tiers {
		names = slices.AppendSeq(names, maps.Keys(s.tiers[tier]))
	}
	slices.Sort(names)
	return slices.Compact(names)
}
