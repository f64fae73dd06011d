package runner

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/postrider/postrider/auth"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/project"
	"github.com/postrider/postrider/internal/scope"
)

// MaxSeed is the greatest seed of a run: what a number of JSON holds exactly in
// every program.
const MaxSeed = 1<<53 - 1

// seed is what the random values of a run are made from.
type seed struct {
	number uint64
	base   func() string // the folder that files are called after
	used   atomic.Bool   // something random was made
}

func newSeed(o *Options, roots *project.Roots) *seed {
	s := &seed{number: o.Seed, base: func() string { return roots.Of(o.Dir) }}
	switch {
	case o.Check: // says the same of the same files at any time
		s.number = 1
	case s.number == 0:
		var b [8]byte
		_, _ = rand.Read(b[:]) // never fails
		s.number = binary.BigEndian.Uint64(b[:])&MaxSeed | 1
	}
	return s
}

// random returns what gives the places of a session their random numbers. They
// depend on the seed, the file, the row, the repetition and the place, the first
// repetition having those of a run without any, and on nothing that
// happens elsewhere in the run. Those of a plan are made from the same seed, but
// do not count as used.
func (f *file) random(row, repeat int, planned bool) func(place string) *fake.Random {
	s := f.plan.seed
	session := strconv.Itoa(row)
	if repeat > 1 {
		session += "\n" + strconv.Itoa(repeat)
	}
	return func(place string) *fake.Random {
		return fake.Lazy(func() *fake.Random {
			if !planned {
				s.used.Store(true)
			}
			return fake.Seed(s.number).Stream(s.nameOf(f.suite.file), session, s.nameOf(f), place)
		})
	}
}

// secret returns what gives credentials their random numbers: nothing of them can
// be made again from the seed, which logs show.
func (f *file) secret() func(place string) *fake.Random {
	if f.plan.options.Check { // which makes no credentials
		return f.random(0, 0, true)
	}
	return nil
}

// secure returns the variables that credentials are made from.
func (f *file) secure(vars *scope.Scope) *scope.Scope {
	if f.plan.options.Check {
		return vars
	}
	return vars.Secure()
}

// credentials resolves an @auth with the values that its templates have for the
// request.
func (r *running) credentials(ctx context.Context, c *credentials) (*auth.Binding, error) {
	view := *r
	view.scope = r.step.file.secure(r.scope)
	defer func() { r.tokens, r.previews = view.tokens, view.previews }() // those that its texts name
	return r.step.file.credentials(ctx, c, view.scope, &view)
}

// nameOf is what a file is called wherever the project lies, and in whichever
// folder of it the run was started.
func (s *seed) nameOf(f *file) string {
	path, err := filepath.Abs(filepath.Join(f.dir, filepath.Base(f.path)))
	if err != nil {
		return f.path
	}
	if relative, err := filepath.Rel(s.base(), path); err == nil {
		path = relative
	}
	return filepath.ToSlash(path)
}

// caller is what makes a step run: nothing, or another step.
type caller struct {
	name  string // of the other step; "" for none
	place string // of its random numbers, if it makes the step run anew; "" if the step runs once
}

// streamOf returns the place of the random numbers of a step: its address, or without
// a name where it stands among the others, not how many steps ran before it.
func streamOf(by caller, st *step, iteration int) string {
	return strings.Join([]string{by.place, cmp.Or(st.address(), strconv.Itoa(st.index)), strconv.Itoa(iteration)}, "\n")
}

// anew returns the caller of the steps that a step makes run anew, the n-th time.
func (r *running) anew(n int) caller {
	return caller{name: r.step.label(), place: r.place + "\n" + strconv.Itoa(n)}
}
