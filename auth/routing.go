package auth

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// router decides whether the URLs that a definition builds may receive the
// secrets it is given. A file of the project may choose among the origins of a
// definition that the user trusts; it may lead elsewhere, by a parameter or by a
// definition of its own, only with secrets of its own, or if the user has
// allowed the origin. The same holds for the endpoints that an entry gives to a
// scheme, but for files of one folder, which belong together: the public
// http-client.env.json and its private twin.
type router struct {
	def      *definition
	ref      *Reference
	settings settings
	trusted  settings        // without what the files of the project say, once it is asked for
	allowed  map[string]bool // origins
}

// check returns the URL that t stands for, or why nothing may be sent there.
func (r *router) check(t template) (*url.URL, *diag.Diagnostic) {
	u, err := t.url(r.settings.get)
	if err != nil {
		return nil, r.problem(diag.CodeAuthParameter, t, "", "`%s`: %s", r.def.id, err)
	}
	origin, _ := originOf(u) // t.url has checked it
	if !private(u) && !r.allowed[origin] {
		suggestion := "use an https URL"
		if r.def.kind == Scheme {
			suggestion += fmt.Sprintf(", or allow it with `--allow-origin %s` if nobody else is on the way", origin)
		}
		return nil, r.problem(diag.CodeAuthOrigin, t, suggestion, "`%s` credentials would go to %s in clear text", r.def.id, origin)
	}
	if r.def.kind == Scheme && r.ref.Configured == nil {
		// A scheme takes nothing by itself: who names a secret for it names the
		// URL with it, as in any request.
		return u, nil
	}
	if r.allowed[origin] || r.def.kind != ProjectFile && r.literal(t, origin) {
		return u, nil
	}
	leaders := r.leaders(t)
	if len(leaders) > 0 && r.issuesForeign() {
		return nil, r.elsewhere(t, fmt.Sprintf("a file of the project sends the token of `%s` to %s", r.def.id, origin), origin)
	}
	for _, leader := range leaders {
		if r.foreignExtra(leader) {
			return nil, r.elsewhere(t, fmt.Sprintf("%s sends `%s` credentials to %s", leader.file, r.def.id, origin), origin)
		}
		for _, p := range r.def.params {
			if !r.foreignSecret(p, leader) {
				continue
			}
			what := fmt.Sprintf("a file of the project sends `%s` credentials to %s", r.def.id, origin)
			if r.def.kind == Scheme {
				what = fmt.Sprintf("%s sends `%s` of `%s`%s to %s", leader.file, r.ref.called(p.name), r.def.id, from(r.settings[p.name]), origin)
			}
			if r.def.kind == ProjectFile {
				what = fmt.Sprintf("the definition of `%s` in %s sends `%s`%s to %s", r.def.id, r.def.source.Name(), p.name, from(r.settings[p.name]), origin)
			}
			return nil, r.elsewhere(t, what, origin)
		}
	}
	return u, nil
}

func (r *router) elsewhere(t template, what, origin string) *diag.Diagnostic {
	return r.problem(diag.CodeAuthOrigin, t,
		fmt.Sprintf("allow it with `--allow-origin %s` if you trust it with your credentials", origin), "%s", what)
}

// issuesForeign reports whether the token itself is something to protect from
// the project: the user has logged in for it, or nothing that the project could
// only know as the owner of the account is needed to get it. The token of a scheme
// belongs to the project that configures it (Binding.key).
func (r *router) issuesForeign() bool {
	if r.def.kind == ProjectFile || r.def.kind == Scheme || r.def.token == nil || r.settings[r.def.static].value != "" {
		return false
	}
	if r.def.interactive() {
		return true
	}
	certified := r.def.tls != nil && r.settings[r.def.tls.cert].value != "" // whose key foreignSecret knows
	return !certified && !r.def.holdsSecret(r.settings)
}

func from(s setting) string {
	if s.from == "" {
		return ""
	}
	return " from " + s.from
}

// leaders returns the files of the project that decide where t leads. To a
// definition in the project belongs every origin, even one that the user's
// environment names: under a name of the definition's choice, for another use.
func (r *router) leaders(t template) []leader {
	var files []leader
	if r.def.kind == ProjectFile {
		files = append(files, leader{file: r.def.source.Name()})
	}
	given := r.given(t)
	for _, p := range r.def.params {
		switch s := r.settings[p.name]; {
		case !given[p.name]:
		case s.entry && r.def.kind == Scheme:
			for _, file := range s.public {
				files = append(files, leader{file, true})
			}
		case s.project:
			files = append(files, leader{file: s.file})
		}
	}
	return files
}

// leader is a file of the project that decides where a template leads.
type leader struct {
	file  string
	entry bool // by an entry of a scheme's use, or a variable of its environment
}

// owns reports whether what a file gives is the leader's own, so that it may
// lead it anywhere: what stands in the same file, and for an entry what stands in
// the entry of the same folder or of one inside it. A nearer folder must not lead
// the secrets of a farther one. A secret of the directive is given to the entry
// that the directive names.
func (l leader) owns(file string, entry bool) bool {
	switch {
	case !l.entry:
		return sameFile(l.file, file)
	case !entry:
		return true
	}
	way, err := filepath.Rel(filepath.Dir(file), filepath.Dir(l.file))
	return err == nil && (way == "." || way == ".." || strings.HasPrefix(way, ".."+string(filepath.Separator)))
}

// foreignExtra reports whether an entry has a further parameter to protect that is
// not the leader's.
func (r *router) foreignExtra(l leader) bool {
	return r.def.kind == Scheme && r.ref.Configured != nil && slices.ContainsFunc(r.ref.Configured.Extras, func(e Extra) bool {
		return e.Secret && e.Value != "" && e.Source != nil && !l.owns(e.Source.Name(), true)
	})
}

// foreignSecret reports whether p holds something to protect that is not the
// leader's. A definition in the project says itself what is secret, so that
// everything counts which it reads under an environment name, and the client
// certificate.
func (r *router) foreignSecret(p *param, l leader) bool {
	s := r.settings[p.name]
	if !s.direct || s.value == "" || l.owns(s.file, s.entry && r.def.kind == Scheme) || r.def.kind == Scheme && s.published {
		return false
	}
	tls := r.def.tls
	if r.def.kind == ProjectFile && s.bound {
		return true
	}
	return s.secret || tls != nil && tls.holdsKey(p.name)
}

// problem returns a diagnostic that says where the values behind t come from.
func (r *router) problem(code string, t template, suggestion, format string, args ...any) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Code: code, Severity: diag.Error, Summary: fmt.Sprintf(format, args...), Suggestion: suggestion,
	}
	given := r.given(t)
	for _, p := range r.def.params {
		if s := r.settings[p.name]; given[p.name] && s.from != "" {
			if d.Detail != "" {
				d.Detail += "\n"
			}
			d.Detail += fmt.Sprintf("`%s` comes from %s", p.name, s.from)
		}
	}
	return d.At(r.ref.Source, r.ref.Span)
}

// given returns the parameters behind t that the user has given.
func (r *router) given(t template) map[string]bool {
	given := make(map[string]bool)
	var visit func(names []string)
	visit = func(names []string) {
		for _, name := range names {
			p := r.def.param(name)
			switch {
			case p == nil || given[name]:
			case r.settings[name].direct:
				given[name] = true
			default:
				visit(p.refs)
			}
		}
	}
	visit(t.names())
	return given
}

// literal reports whether the definition itself names origin for t: by its own
// text, by a default, by a choice, or by what it comes to without the files of
// the project.
func (r *router) literal(t template, origin string) bool {
	same := func(u *url.URL, err error) bool {
		if err != nil {
			return false
		}
		found, err := originOf(u)
		return err == nil && found == origin
	}
	for name := range r.def.closure(func(add func(template)) { add(t) }) {
		p := r.def.param(name)
		for _, choice := range p.choices {
			if same(parseBase(choice)) {
				return true
			}
		}
		if p.fallback != nil && len(p.refs) == 0 {
			if text, _ := p.fallback.expand(r.settings.get); same(parseBase(text)) {
				return true
			}
		}
	}
	if r.trusted == nil {
		r.trusted, _ = resolve(r.def, r.ref, true)
	}
	return same(t.url(func(name string) (string, bool) {
		if value, set := r.trusted.get(name); set {
			return value, true
		}
		// What only the project sets may stand in the path, where every value
		// will do, but must not decide the host.
		value, set := r.settings.get(name)
		return "not-" + value, set
	}))
}

// allowedOrigins reads the origins that the user has allowed.
func allowedOrigins(texts []string) (map[string]bool, error) {
	allowed := make(map[string]bool, len(texts))
	var problems []error
	for _, text := range texts {
		origin, err := parseOrigin(text)
		if err != nil {
			problems = append(problems, &diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error,
				Summary:    fmt.Sprintf("%q is not an origin: %s", text, err),
				Suggestion: "write it as `https://api.example.com`",
			})
			continue
		}
		allowed[origin] = true
	}
	return allowed, errors.Join(problems...)
}
