package auth

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// A setting is the value of a parameter with where it comes from.
type setting struct {
	value  string // an empty value is the same as none
	secret bool

	direct  bool   // given by the user, not by the definition
	bound   bool   // found by the definition under an environment name, and not named by the user for it
	project bool   // given by a file of the project, and not one of the definition's own literals
	file    string // that gave it; empty for the command line and the process environment
	from    string // for people; empty if nobody gave it

	computed bool // from a template

	entry     bool     // given by an entry of a scheme's use
	public    []string // files of the project that decide the value of an entry
	published bool     // a public file shows the value itself
}

// givenArg is an argument of the directive, or of the entry that it names.
type givenArg struct {
	Arg
	entry bool
}

// settings are the values of all parameters of a definition.
type settings map[string]setting

// get returns the value of a parameter, and whether it is set.
func (s settings) get(name string) (string, bool) {
	value := s[name].value
	return value, value != ""
}

// resolver works out the settings for one reference: the directive's argument,
// then what is configured under its id, then what stands under the environment
// name, then the definition.
type resolver struct {
	def  *definition
	ref  *Reference
	args map[string][]givenArg // of each parameter, the strongest first

	// trusted leaves out what files of the project say, to learn where
	// credentials go without them.
	trusted bool

	settings settings
	problems diag.List
}

func resolve(def *definition, ref *Reference, trusted bool) (settings, diag.List) {
	r := &resolver{def: def, ref: ref, trusted: trusted, args: make(map[string][]givenArg), settings: make(settings)}
	r.take(ref.Args, false)
	for _, key := range sortedKeys(r.args) {
		if args := r.args[key]; len(args) > 1 {
			r.fail(args[1].place(ref), "", "`%s` is given twice", key)
		}
	}
	if ref.Configured != nil {
		r.take(ref.Configured.Params, true)
	}
	for _, p := range def.params {
		r.resolve(p)
	}
	return r.settings, r.problems
}

// take adds arguments that are weaker than those there are.
func (r *resolver) take(args []Arg, entry bool) {
	for _, arg := range args {
		if r.def.param(arg.Key) == nil {
			names := r.def.names()
			r.fail(arg.place(r.ref), cmp.Or(diag.DidYouMean(arg.Key, names), "use one of "+list(names)),
				"`%s` has no parameter `%s`", r.def.id, arg.Key)
		}
		r.args[arg.Key] = append(r.args[arg.Key], givenArg{arg, entry})
	}
}

func (r *resolver) fail(at Place, suggestion, format string, args ...any) {
	r.problems = append(r.problems, (&diag.Diagnostic{
		Code: diag.CodeAuthParameter, Severity: diag.Error,
		Summary: fmt.Sprintf(format, args...), Suggestion: suggestion,
	}).At(at.Source, at.Span))
}

// resolve finds the setting of p and, before it, of those that p depends on,
// which are never in a circle.
func (r *resolver) resolve(p *param) setting {
	if s, done := r.settings[p.name]; done {
		return s
	}
	s, at := r.given(p)
	if !s.direct {
		s = r.derived(p)
	}
	s.secret = s.secret || p.secret
	if s.direct && s.value == "" && p.secret && s.computed && !r.trusted {
		r.empty(p, at)
	}
	r.validate(p, s, at)
	r.settings[p.name] = s
	return s
}

// empty tells of a secret that is written, and comes to nothing: without it the
// request would be another one.
func (r *resolver) empty(p *param, at Place) {
	r.problems = append(r.problems, (&diag.Diagnostic{
		Code: diag.CodeAuthMissing, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s` of `%s` is empty", r.ref.called(p.name), r.ref.ID),
		Suggestion: "give a value to what it is made of, or leave the parameter out",
	}).At(at.Source, at.Span))
}

// given returns what the user gives for p, with the place to point at.
func (r *resolver) given(p *param) (setting, Place) {
	for _, given := range r.args[p.name] {
		arg, at := given.Arg, given.place(r.ref)
		s := setting{value: arg.Value, secret: arg.Secret, direct: true, computed: arg.Computed, project: arg.Project, from: "the directive"}
		if at.Source != nil {
			// A file that names a value outright is where it comes from.
			s.file = at.Source.Name()
			s.from = s.file
		}
		if arg.Source != nil {
			s.from = at.String()
		}
		if given.entry {
			s.entry, s.public = true, arg.Public
			s.published = !arg.Computed && !arg.Secret && at.Source != nil && !at.Source.Private
		}
		if s = r.judge(p, s); s.direct {
			return s, at
		}
	}
	directive := Place{r.ref.Source, r.ref.Span}
	if p.env == "" || r.ref.Lookup == nil {
		return setting{}, directive
	}
	found, ok := r.ref.Lookup(p.env)
	if !ok || found.Value == "" {
		return setting{}, directive
	}
	s := setting{value: found.Value, direct: true, bound: true, project: found.Project, file: found.File, from: found.From}
	// A definition of the project cannot say that what it takes from elsewhere
	// may be shown; where an API lives may be.
	s.secret = r.def.kind == ProjectFile && !sameFile(s.file, r.def.source.Name()) && !transport.IsOrigin(s.value)
	return r.judge(p, s), directive
}

// judge decides whether a value is the project's own: to choose among the
// definition's literals is not. It drops the value if only trusted ones count.
func (r *resolver) judge(p *param, s setting) setting {
	s.project = s.project && !slices.Contains(r.def.allowed(p), s.value)
	if s.project && r.trusted {
		return setting{}
	}
	return s
}

// derived returns what the definition says about p.
func (r *resolver) derived(p *param) setting {
	var s setting
	for _, ref := range p.refs {
		s.secret = r.resolve(r.def.param(ref)).secret || s.secret
	}
	switch {
	case p.by != "":
		s.value = p.choices[r.settings[p.by].value]
	case p.fallback != nil && p.fallback.isURL() && len(p.refs) > 0:
		u, err := p.fallback.url(r.settings.get)
		if err != nil {
			r.fail(Place{r.ref.Source, r.ref.Span}, "", "`%s`: %s", r.def.id, err)
			break
		}
		s.value = u.String()
	case p.fallback != nil:
		s.value, _ = p.fallback.expand(r.settings.get)
	}
	return s
}

func (r *resolver) validate(p *param, s setting, at Place) {
	if s.value == "" || !s.direct {
		return
	}
	what := "`" + r.ref.called(p.name) + "`"
	if s.bound {
		what = p.env + " (from " + cmp.Or(s.from, "the environment") + ")"
	}
	quoted := fmt.Sprintf("%q", s.value)
	if s.secret {
		quoted = "a secret value"
	}
	if allowed := r.def.allowed(p); allowed != nil && !slices.Contains(allowed, s.value) {
		r.fail(at, cmp.Or(diag.DidYouMean(s.value, allowed), "use one of "+list(allowed)), "%s cannot be %s", what, quoted)
	}
	if p.pattern != nil && !p.pattern.MatchString(s.value) {
		r.fail(at, "", "%s cannot be %s: it must match `%s`", what, quoted, p.pattern)
	}
}

// missing explains in one message which of the needed parameters are not set.
func (d *definition) missing(ref *Reference, set settings, needed map[string]bool) *diag.Diagnostic {
	var names, hints []string
	for _, p := range d.params {
		required := p.required || d.tls != nil && d.tls.required && p.name == d.tls.cert
		if _, ok := set.get(p.name); ok || !required || !needed[p.name] || set[p.name].direct && d.takesEmpty(p) {
			continue
		}
		name := cmp.Or(p.env, p.name+"=")
		if ref.Configured != nil && ref.Configured.Names != nil {
			name = ref.called(p.name)
		}
		names = append(names, name)
		if p.description != "" && !slices.Contains(hints, p.description) {
			hints = append(hints, p.description)
		}
	}
	if names == nil {
		return nil
	}
	object := "it"
	if len(names) > 1 {
		object = "them"
	}
	problem := &diag.Diagnostic{
		Code: diag.CodeAuthMissing, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s` needs %s", d.id, strings.ReplaceAll(list(names), "`", "")),
		Detail:     strings.Join(hints, "\n"),
		Suggestion: fmt.Sprintf("set %s in %s", object, cmp.Or(ref.Where, "the environment")),
	}
	if p := d.param(d.static); p != nil && p.env != "" && d.token != nil && set[p.name].value == "" {
		problem.Suggestion += ", or " + p.env + " alone"
	}
	if len(d.origins) == 0 {
		problem.Suggestion = fmt.Sprintf("write `# @auth %s %s`", d.id, strings.Join(names, "… ")+"…")
		if ref.Configured != nil {
			problem.Suggestion = fmt.Sprintf("set %s in the `Params` of `%s` in %s", object, ref.ID, ref.Configured.At.Source.Name())
			if ref.Configured.Names != nil {
				problem.Suggestion = fmt.Sprintf("set %s in `Security.Auth.%s` in %s", object, ref.ID, ref.Configured.At.Source.Name())
			}
		}
	}
	return problem.At(ref.Source, ref.Span)
}

// takesEmpty reports whether a secret may be given as nothing, on purpose: the
// password of a scheme that sends a name with it.
func (d *definition) takesEmpty(p *param) bool {
	return d.kind == Scheme && p.secret && (slices.ContainsFunc(d.apply, func(r applyRule) bool {
		return r.basic != nil || r.place == "digest"
	}) || p.name == "client_secret")
}

// sameFile reports whether two names mean the same file. Names that are written
// differently may: to take them for two is the safe side.
func sameFile(a, b string) bool { return a != "" && filepath.Clean(a) == filepath.Clean(b) }
