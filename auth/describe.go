package auth

import (
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// Kind says where a provider comes from.
type Kind string

// Kinds of providers. A project may configure a use of any other.
const (
	BuiltIn     Kind = "built-in"
	Scheme      Kind = "scheme"      // built in, without a vendor
	UserFile    Kind = "file"        // in the user's configuration
	ProjectFile Kind = "environment" // in an environment file of the project
)

// Provider explains what `@auth ID` means. It holds no value that the user
// gives, only where it was found.
type Provider struct {
	ID    string `json:"id"`
	Title string `json:"title,omitempty"`
	Kind  Kind   `json:"kind"`
	From  string `json:"from,omitempty"` // "FILE", or "FILE:LINE:COLUMN" of an entry; empty if built in
	Uses  string `json:"uses,omitempty"` // the id of the provider that an entry uses

	Parameters      []Parameter `json:"parameters,omitempty"`
	Static          string      `json:"static,omitempty"`          // the parameter that is the token if it is set
	TokenEndpoint   string      `json:"tokenEndpoint,omitempty"`   // a URL, or a template if that cannot be told
	RefreshEndpoint string      `json:"refreshEndpoint,omitempty"` // likewise
	RevokeEndpoint  string      `json:"revokeEndpoint,omitempty"`  // likewise
	Origins         []string    `json:"origins,omitempty"`         // likewise; none means those of the requests
	Applied         []Applied   `json:"applied,omitempty"`
}

// Parameter explains a parameter of a provider.
type Parameter struct {
	Name        string            `json:"name"`
	Env         string            `json:"env,omitempty"` // the environment name
	Description string            `json:"description,omitempty"`
	Required    bool              `json:"required"`
	Secret      bool              `json:"secret"`
	Default     string            `json:"default,omitempty"` // a template; empty if it is secret
	By          string            `json:"by,omitempty"`      // the parameter that selects one of Map
	Map         map[string]string `json:"map,omitempty"`
	Choices     []string          `json:"choices,omitempty"` // the values it may have; nil for any
	Set         bool              `json:"set"`
	From        string            `json:"from,omitempty"` // where a value that is set was found
}

// Applied is one thing that a provider puts on a request. The texts are
// templates.
type Applied struct {
	Place    string            `json:"place"` // "header", "query", "cookie", "basic", "digest" or "aws"
	Name     string            `json:"name,omitempty"`
	Value    string            `json:"value,omitempty"`
	When     map[string]string `json:"when,omitempty"`     // only with these values of parameters
	IfAbsent bool              `json:"ifAbsent,omitempty"` // only if the request has none itself
}

// Known returns the heads of the providers that can be named without a file of
// the project: those that are built in, then the user's own, each sorted by id.
// The error is about those of the user's that cannot be read.
func (m *Manager) Known() ([]Provider, error) {
	ids := slices.Concat(m.library.providers(), m.library.ids("schemes"))
	own, err := m.library.userIDs()
	var problems diag.List
	problems = append(problems, diagnostics(err)...)
	var known []Provider
	for _, id := range slices.Concat(ids, own) {
		if slices.Contains(own, id) && slices.ContainsFunc(known, func(p Provider) bool { return p.ID == id }) {
			continue // told already
		}
		d, err := m.library.definition(id)
		if err != nil {
			problems = append(problems, diagnostics(err)...)
			if d, _ = m.library.builtin(id); d == nil {
				continue
			}
		}
		known = append(known, d.head())
	}
	return known, joined(problems)
}

// Describe explains what a reference means and which of its parameters are set.
// The error is that of [Manager.Bind] for what is wrong with the definition and
// with the values; with wrong values, there is an explanation too. Nothing is
// missing for an explanation.
func (m *Manager) Describe(ref Reference) (Provider, error) {
	d, err := m.choose(&ref)
	if err != nil {
		return Provider{}, err
	}
	set, problems := resolve(d, &ref, false)
	for name, s := range set {
		if s.secret && s.value != "" {
			m.config.Secrets.AddOf(name, s.value)
		}
	}
	if len(problems) == 0 {
		if d, err = m.complete(d, set, &ref); err != nil {
			return Provider{}, err
		}
	}
	p := d.head()
	if c := ref.Configured; c != nil {
		p.ID, p.Kind, p.From = ref.ID, ProjectFile, c.At.String()
		if c.Definition.Source == nil {
			p.Uses = c.Provider
		}
	}
	for _, param := range d.params {
		p.Parameters = append(p.Parameters, d.explain(param, set))
	}
	p.Static = d.static
	if d.token != nil {
		p.TokenEndpoint = d.address(d.token.request.url, set)
	}
	if d.refresh != nil {
		p.RefreshEndpoint = d.address(d.refresh.url, set)
	}
	if d.revoke != nil {
		p.RevokeEndpoint = d.address(d.revoke.url, set)
	}
	for _, t := range d.origins {
		p.Origins = append(p.Origins, d.address(t, set))
	}
	for i := range d.apply {
		p.Applied = append(p.Applied, d.apply[i].explain(d.source.Private))
	}
	return p, joined(problems)
}

// head explains a definition as a list does.
func (d *definition) head() Provider {
	p := Provider{ID: d.id, Title: d.title, Kind: d.kind}
	if d.kind == UserFile {
		p.From = d.source.Name()
	}
	return p
}

func (d *definition) explain(p *param, set settings) Parameter {
	e := Parameter{
		Name: p.name, Env: p.env, Description: p.description, Secret: p.secret,
		Required: p.required || d.tls != nil && d.tls.required && p.name == d.tls.cert,
		By:       p.by, Choices: d.allowed(p),
	}
	if !p.secret && !d.source.Private {
		for choice, text := range p.choices {
			if e.Map == nil {
				e.Map = make(map[string]string, len(p.choices))
			}
			e.Map[choice] = shownURL(text)
		}
		if p.fallback != nil {
			e.Default = shownURL(p.fallback.String())
		}
	}
	if s := set[p.name]; s.direct && s.value != "" {
		e.Set, e.From = true, s.from
	}
	return e
}

// address is the URL that t stands for. It is the template if something of it
// is secret or not set.
func (d *definition) address(t template, set settings) string {
	for name := range d.closure(func(add func(template)) { add(t) }) {
		if set[name].secret {
			return shownURL(t.String())
		}
	}
	u, err := t.url(set.get)
	if err != nil {
		return shownURL(t.String())
	}
	return shownURL(u.String())
}

// explain leaves out what may be a secret: the value of a rule in a private file,
// and one for a query, or a password, that is written down.
func (a *applyRule) explain(private bool) Applied {
	e := Applied{Place: a.place, Name: a.name.String(), Value: a.value.String(), When: a.when, IfAbsent: a.ifAbsent}
	if a.basic != nil {
		password := a.basic.password.String()
		if !onlyReferences(password) {
			password = hidden
		}
		e.Value = a.basic.username.String() + ":" + password
	}
	if private || a.place == "query" && !onlyReferences(e.Value) {
		e.Value = hidden
	}
	return e
}

// diagnostics returns the diagnostics that an error is made of.
func diagnostics(err error) diag.List {
	switch e := err.(type) {
	case nil:
		return nil
	case *diag.Diagnostic:
		return diag.List{e}
	case interface{ Unwrap() []error }:
		var all diag.List
		for _, inner := range e.Unwrap() {
			all = append(all, diagnostics(inner)...)
		}
		return all
	}
	return diag.List{{Code: diag.CodeAuthDefinition, Severity: diag.Error, Summary: err.Error()}}
}
