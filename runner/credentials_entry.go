package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/parser"
)

// entryScope returns the variables that entries of Security.Auth and what stands
// under environment names can read: those of the command line, of the environment
// and of .env. Whatever a request file brings does not count, because it could
// lead credentials elsewhere that are not its own.
func (f *file) entryScope() *scope.Scope {
	vars := slices.DeleteFunc(slices.Clone(f.vars), func(v *scope.Variable) bool {
		return v.Tier != scope.CommandLine && v.Tier != scope.Environment && v.Tier != scope.DotEnv
	})
	return scope.New(vars, scope.EnvironmentFirst, f.dynamics(f.secret()))
}

// entryRefs is what the texts of an entry can refer to beyond variables:
// expressions over these, and the tokens of other entries.
type entryRefs struct {
	file  *file
	outer scope.References
}

var _ scope.Tokens = entryRefs{}

// Reference implements scope.References.
func (entryRefs) Reference(context.Context, parser.Text) (any, bool, bool, error) {
	return nil, false, false, nil
}

// Expression implements scope.References.
func (r entryRefs) Expression(ctx context.Context, expr parser.Text) (any, bool, error) {
	return unsent{r.file}.expression(ctx, expr, r.file.entries, r)
}

// Token implements scope.Tokens.
func (r entryRefs) Token(ctx context.Context, t *scope.Token) (string, error) {
	if tokens, ok := r.outer.(scope.Tokens); ok {
		return tokens.Token(ctx, t)
	}
	return "", &diag.Diagnostic{
		Code: diag.CodeVariable, Severity: diag.Error,
		Summary:    fmt.Sprintf("the token of `%s` cannot be used here", t.Key()),
		Suggestion: "use it in the target, a header field or the body of a request",
	}
}

// entryText expands a text of an entry.
func (f *file) entryText(ctx context.Context, t parser.Text, refs scope.References) (scope.Expansion, error) {
	x, err := f.entries.Expand(ctx, t, entryRefs{f, refs})
	return x, f.explainEntry(t, err)
}

// explainEntry adds to an error about a variable that the request file, or a
// request, does bring it.
func (f *file) explainEntry(t parser.Text, err error) error {
	d, ok := errors.AsType[*diag.Diagnostic](err)
	if !ok || d.Code != diag.CodeVariable {
		return err
	}
	for seg := range t.Templates() {
		name := seg.Expr.String()
		_, inEntry, _ := f.entries.Lookup(name)
		if _, inFile, _ := f.static.Lookup(name); inEntry || !inFile && len(f.capturers(name)) == 0 {
			continue
		}
		told := *d
		told.Detail = fmt.Sprintf("an entry of `Security.Auth` does not see `%s` of %s: a request file could lead its credentials elsewhere", name, f.path)
		told.Suggestion = fmt.Sprintf("define `%s` in http-client.env.json, or pass it with `--var`", name)
		return &told
	}
	return err
}

// entryVariables calls visit with the variables that a text of an entry reads,
// directly or through others, and with the templates that ask for tokens.
func (f *file) entryVariables(t parser.Text, variable func(name string, v *scope.Variable), token func(expr parser.Text)) {
	seen := make(map[*scope.Variable]bool)
	var visit func(t parser.Text)
	read := func(name string) {
		v, found, _ := f.entries.Lookup(name)
		if !found {
			head, _, ok := scope.Split(name, func(head string) bool {
				_, found, _ := f.entries.Lookup(head)
				return found || f.open[head]
			})
			if ok {
				name = head
				v, found, _ = f.entries.Lookup(head)
			}
		}
		variable(name, v)
		if found && !seen[v] {
			seen[v] = true
			visit(v.Text)
		}
	}
	visit = func(t parser.Text) {
		for seg := range t.Templates() {
			src := seg.Expr.String()
			switch scope.Classify(src) {
			case scope.Dynamic:
				if scope.IsToken(src) {
					token(seg.Expr)
				}
			case scope.Expression:
				if p, err := f.compile(seg.Expr, eval.Value, f.names); err == nil {
					for _, name := range p.Variables() {
						read(name)
					}
				}
			default:
				read(src)
			}
		}
	}
	visit(t)
}

// publicFiles returns the files of the project, other than private ones, that
// decide what a text of an entry stands for.
func (f *file) publicFiles(t parser.Text) []string {
	var names []string
	add := func(source *diag.Source) {
		if source != nil && !source.Private {
			names = append(names, source.Name())
		}
	}
	add(t.Source())
	f.entryVariables(t, func(_ string, v *scope.Variable) {
		if v != nil && v.Tier == scope.Environment {
			add(v.Source)
		}
	}, func(parser.Text) {})
	slices.Sort(names)
	return slices.Compact(names)
}

// entry follows a text of an entry and reports whether it is known before
// anything is sent.
func (t *tracer) entry(text parser.Text) bool {
	static := true
	t.file.entryVariables(text, func(name string, v *scope.Variable) {
		static = static && (v != nil || !t.file.open[name])
	}, func(expr parser.Text) {
		static = t.token(expr) && static
	})
	return static
}

// known reports whether what an @auth comes to is known before anything is sent.
func (f *file) known(c *credentials) bool {
	for _, text := range c.texts() {
		if !f.isStatic(text) {
			return false
		}
	}
	probe := &tracer{file: f, seen: make(map[string]bool)}
	for _, text := range c.entryTexts() {
		if !probe.entry(text) {
			return false
		}
	}
	return true
}
