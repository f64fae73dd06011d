package scope

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/internal/value"
)

// Scope is the variables of a session. It is safe for concurrent use. Views
// made by [Scope.At] and [Scope.Random] share everything but the time and the
// random numbers.
type Scope struct {
	*session
	now       func() time.Time
	random    *fake.Random         // of what is not fixed in a file variable
	arguments map[string]*Variable // of a call or a row; they belong to this view alone
}

// session is what all views of a scope share.
type session struct {
	precedence Precedence
	environ    func(string) (string, bool)
	root       func() string
	millis     bool
	lenient    bool // set before the session is used

	mu    sync.RWMutex
	tiers [DotEnv + 1]map[string]*Variable

	randomOf func(place string) *fake.Random

	fixedMu sync.Mutex
	fixed   map[place]made // dynamic variables inside file variables, by where they stand
}

// New returns the scope of a session. Of two variables of one tier and name,
// the later one counts.
func New(vars []*Variable, p Precedence, d Dynamics) *Scope {
	s := &session{
		precedence: p, environ: d.Environ, randomOf: d.Random, root: d.Root, millis: d.Millis, fixed: map[place]made{},
	}
	if s.environ == nil {
		s.environ = os.LookupEnv
	}
	if s.randomOf == nil {
		s.randomOf = func(string) *fake.Random { return fake.Secure() }
	}
	for _, v := range vars {
		s.set(v.Tier, v)
	}
	now := d.Now
	if now == nil {
		now = time.Now
	}
	return &Scope{session: s, now: now, random: s.randomOf("")}
}

// AllowUnresolved makes a template whose name nothing answers to stay as it is
// written, as VS Code has it; checking warns of it. It must be called before the
// scope is used.
func (s *Scope) AllowUnresolved() { s.lenient = true }

// Knows reports whether a template means something by itself: a dynamic
// variable, a variable, or a path into one. Expressions and references to
// requests do not count.
func (s *Scope) Knows(expr string) bool {
	if _, ok := s.ProcessVariable(expr); ok {
		return true
	}
	switch Classify(expr) {
	case Dynamic:
		_, problem := parseDynamic(expr)
		return problem == nil
	case Expression:
		return false
	}
	if s.has(expr) {
		return true
	}
	_, _, ok := Split(expr, s.has)
	return ok
}

// At returns a view of the scope in which the time stands still, so that all
// $timestamp, $isoTimestamp and $datetime of one request agree.
func (s *Scope) At(now time.Time) *Scope {
	view := *s
	view.now = func() time.Time { return now }
	return &view
}

// Random returns a view of the scope whose random values are those of a place,
// such as a request. What is fixed in a variable of the file is the same in all
// views: whichever is the first to use it, it has a place of its own.
func (s *Scope) Random(place string) *Scope {
	view := *s
	view.random = s.randomOf(place)
	return &view
}

// UUID returns a random UUID of version 4, as $uuid in a text would.
func (s *Scope) UUID() string { return s.random.UUID() }

// Secure returns a view of the scope whose random values nobody can make again.
func (s *Scope) Secure() *Scope {
	view := *s
	view.random = fake.Secure()
	return &view
}

// With returns a view of the scope that has further variables: the arguments of
// a call, the cells of a row. They stand behind captures and before file and
// environment; of two of one name, that of the lower tier counts.
func (s *Scope) With(vars []*Variable) *Scope {
	view := *s
	view.arguments = make(map[string]*Variable, len(vars)+len(s.arguments))
	maps.Copy(view.arguments, s.arguments)
	for _, v := range vars {
		if other := view.arguments[v.Name]; other != nil && other.Tier < v.Tier {
			continue
		}
		view.arguments[v.Name] = v
	}
	return &view
}

// Without returns a view of the scope that lacks a variable that With has added.
func (s *Scope) Without(name string) *Scope {
	view := *s
	view.arguments = maps.Clone(s.arguments)
	delete(view.arguments, name)
	return &view
}

// Capture keeps v in the tier of captures, in the place of an earlier capture
// of its name.
func (s *Scope) Capture(v *Variable) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set(Captured, v)
}

// Captured returns the capture of a name; nil if there is none.
func (s *Scope) Captured(name string) *Variable {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.tiers[Captured][name]
}

// Forget drops the capture of a name.
func (s *Scope) Forget(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tiers[Captured], name)
}

func (s *session) set(tier Tier, v *Variable) {
	if s.tiers[tier] == nil {
		s.tiers[tier] = map[string]*Variable{}
	}
	s.tiers[tier][v.Name] = v
}

// Lookup returns the variable that wins under name. The error is a
// *diag.Diagnostic without a position: the name has different values in the
// file and in the chosen environment, and the precedence is Undecided.
func (s *Scope) Lookup(name string) (*Variable, bool, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, tier := range s.order() {
		if v, ok := s.arguments[name]; ok && tier >= v.Tier {
			return v, true, nil
		}
		v, ok := s.tiers[tier][name]
		if !ok || v.passesOn() {
			continue
		}
		if tier == Environment && s.precedence == Undecided && !v.unchosen {
			if file, both := s.tiers[File][name]; both && !SameDefinition(v, file) {
				return nil, false, undecided(file, v)
			}
		}
		return v, true, nil
	}
	v := s.passedOn(name)
	return v, v != nil, nil
}

// order returns the tiers, the winning ones first.
func (s *session) order() [DotEnv + 1]Tier {
	order := [...]Tier{CommandLine, Captured, Argument, Row, Environment, File, DotEnv}
	if s.precedence == FileFirst {
		order[Environment], order[File] = File, Environment
	}
	return order
}

// Ranked sorts variables of one name: those that win stand before those that they
// shadow. Of one tier, later ones win.
func (s *Scope) Ranked(vars []*Variable) []*Variable {
	order := s.order()
	ranked := slices.Clone(vars)
	slices.Reverse(ranked)
	slices.SortStableFunc(ranked, func(a, b *Variable) int {
		return cmp.Compare(slices.Index(order[:], a.Tier), slices.Index(order[:], b.Tier))
	})
	return ranked
}

// has reports whether there is a variable of that name in any tier.
func (s *Scope) has(name string) bool {
	if s.arguments[name] != nil {
		return true
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, tier := range s.tiers {
		if v, ok := tier[name]; ok && !v.passesOn() {
			return true
		}
	}
	return s.passedOn(name) != nil
}

// dotEnv returns the value that a .env file gives to name.
func (s *session) dotEnv(name string) (*Variable, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, ok := s.tiers[DotEnv][name]
	return v, ok
}

// Names returns the names of all variables, sorted.
func (s *Scope) Names() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var names []string
	for _, tier := range s.tiers {
		for name := range tier {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// SameDefinition reports whether two variables have the same value: they are
// written the same, or one of them passes on the other.
func SameDefinition(a, b *Variable) bool {
	return a.passesOn() || b.passesOn() || written(a) == written(b)
}

func written(v *Variable) string {
	if !v.Text.IsZero() {
		return v.Text.String()
	}
	return value.Text(v.Value)
}

func undecided(file, env *Variable) error {
	var detail strings.Builder
	for _, v := range []*Variable{file, env} {
		text := "a secret"
		if !v.Secret {
			text = "`" + written(v) + "`"
		}
		fmt.Fprintf(&detail, "%s in %s\n", text, v.origin())
	}
	return &diag.Diagnostic{
		Code: diag.CodePrecedence, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s` has one value in the file and another in the environment", file.Name),
		Detail:     strings.TrimSuffix(detail.String(), "\n"),
		Suggestion: "say which tool the file is written for with `# @dialect`, such as `# @dialect vscode`",
	}
}

// origin says where a variable was given, for people.
func (v *Variable) origin() string {
	if v.Source == nil {
		if v.Where == "" {
			return "the command line"
		}
		return v.Where
	}
	at := v.Source.Position(v.Span.Start)
	origin := fmt.Sprintf("%s:%d:%d", v.Source.Name(), at.Line, at.Column)
	if v.Where != "" && v.Where != v.Source.Name() {
		origin += " (" + v.Where + ")"
	}
	return origin
}
