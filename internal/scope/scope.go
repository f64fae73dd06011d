// Package scope is the variables of a run: where each comes from, which of two
// wins, and how the templates in a text are replaced by their values.
package scope

import (
	"context"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/fake"
	"github.com/postrider/postrider/parser"
)

// Tier is a source of variables. A lower tier wins over a higher one.
type Tier uint8

// Tiers in the order of precedence. Environment and File change places where
// the precedence of a file says so.
const (
	CommandLine Tier = iota // --var, --secret, --var-file, POSTRIDER_VAR_x
	Captured                // @capture
	Argument                // run #name (@x=value)
	Row                     // @data, --data
	Environment             // http-client.env.json and its private twin
	File                    // @x = value
	DotEnv                  // .env.ENV, ENV.env, .env
)

// Variable is a named value with where it came from.
type Variable struct {
	Name   string
	Text   parser.Text // a template, expanded at use; zero if Value is set
	Value  any         // a value that is final: a capture, or an object of an environment file (package value)
	Tier   Tier
	Secret bool         // masked everywhere, and so is what is computed from it
	Source *diag.Source // nil for the command line
	Span   diag.Span    // of its value
	Where  string       // for people: "environment sandbox", "--var", ".env"

	// HoldsSecret says that a part of a structured value is secret. What is computed
	// from all of it is masked, and its other parts are not.
	HoldsSecret bool

	// Lazy makes the dynamic variables in a file variable anew at each use
	// (httpYac's :=, and VS Code). Without it they are fixed at their first use.
	Lazy bool

	// Pending returns what stands for a template that reads the variable, or a
	// member of it, while its value is not known; nil for a value that is.
	Pending func(expr string) string

	template any              // of a structured value whose strings hold templates: Value with a parser.Text for each
	problem  *diag.Diagnostic // why the value cannot be used, although its file can be read
	textOnly bool             // Secret is about the texts in a structured value, not about its numbers
	unchosen bool             // of an environment file, but no environment was chosen
}

// Precedence says which of a file variable and an environment variable wins.
type Precedence uint8

// Precedences (language.md §4).
const (
	EnvironmentFirst Precedence = iota // files with a directive of ours, JetBrains, kulala
	FileFirst                          // VS Code, Visual Studio, httpYac
	Undecided                          // a different value in both is an error
)

// Problem returns why the value of a variable cannot be used, or nil if it can.
func (v *Variable) Problem() *diag.Diagnostic { return v.problem }

// Missing returns a variable that has no value, and why: it is used where no
// other source gives one.
func Missing(name string, why *diag.Diagnostic) *Variable {
	return &Variable{Name: name, Tier: DotEnv, problem: why}
}

// References is what a scope asks for what it does not know itself.
type References interface {
	// Reference resolves a template such as login.response.body.$.token, or
	// login.token, whose head names a request. It reports false if the head
	// names none. The context must be passed on to whatever the scope is asked
	// for meanwhile: it carries what is being expanded, so that circles are found.
	Reference(ctx context.Context, expr parser.Text) (v any, secret, ok bool, err error)
	// Expression evaluates a template that is neither a name nor a reference.
	Expression(ctx context.Context, expr parser.Text) (v any, secret bool, err error)
}

// Dynamics is what dynamic variables ($uuid, $timestamp …) are made from.
type Dynamics struct {
	Now     func() time.Time            // nil means time.Now; its location is the local time of $localDatetime
	Environ func(string) (string, bool) // the process environment; nil means os.LookupEnv
	Root    func() string               // of the project: $projectRoot; nil means it is not known
	Millis  bool                        // a $timestamp that is not moved counts milliseconds (httpYac, kulala)
	// Random returns the random numbers of a place of the session, so that each
	// place has its own, whatever happens in others; nil means crypto/rand.
	Random func(place string) *fake.Random
}
