package auth

import (
	"fmt"
	"io/fs"
	"net/http"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
)

// A Manager authenticates the requests of one run. Tokens are shared by all
// references that need the same one. It is safe for concurrent use.
type Manager struct {
	config  Config
	allowed map[string]bool // origins that the user has allowed
	library *library
	cache   *cache
	digests digests
	turn    *turn // of asking a person to log in
}

// NewManager returns a Manager with the built-in definitions. They are read
// when a reference uses them.
func NewManager(config Config) (*Manager, error) { return newManager(config, builtin) }

func newManager(config Config, files fs.FS) (*Manager, error) {
	allowed, err := allowedOrigins(config.AllowedOrigins)
	if err != nil {
		return nil, err
	}
	if config.Secrets == nil {
		config.Secrets = new(secret.Set)
	}
	return &Manager{config: config, allowed: allowed, library: &library{files: files, user: config.UserProviders}, cache: newCache(&config), turn: newTurn()}, nil
}

// Providers returns the ids of the vendors that are built in, sorted.
func (m *Manager) Providers() []string { return m.library.providers() }

// Close ends token requests and waits for them. A refresh that has begun is
// carried through, because its refresh token may be good for one use only.
func (m *Manager) Close() error {
	m.cache.close()
	return nil
}

// Bind resolves the parameters of a reference. Every error that can be known
// before anything is sent is found here: an unknown id or parameter, a missing
// or malformed value, a client certificate that cannot be read, a project file
// that leads the user's secrets elsewhere. The error is a *diag.Diagnostic, or
// several of them joined, that point at the reference.
func (m *Manager) Bind(ref Reference) (*Binding, error) {
	def, err := m.choose(&ref)
	if err != nil {
		return nil, err
	}
	if ref.Outright && len(def.origins) > 0 {
		return nil, (&diag.Diagnostic{
			Code: diag.CodeAuthOrigin, Severity: diag.Error,
			Summary:    fmt.Sprintf("the token of `%s` goes to the origins of its provider alone, and cannot be put into a text", ref.ID),
			Suggestion: fmt.Sprintf("write `# @auth %s`", ref.ID),
		}).At(ref.Source, ref.Span)
	}
	set, problems := resolve(def, &ref, false)
	for name, s := range set {
		if s.secret && s.value != "" {
			m.config.Secrets.AddOf(name, s.value)
		}
	}
	if len(problems) > 0 {
		return nil, joined(problems)
	}
	if def, err = m.complete(def, set, &ref); err != nil {
		return nil, err
	}
	b := &Binding{manager: m, def: def, ref: ref, settings: set}
	if err := b.prepare(); err != nil {
		return nil, err
	}
	return b, nil
}

// Exists returns the error of Bind for a reference whose ID means nothing, without
// asking for parameters.
func (m *Manager) Exists(ref Reference) error {
	_, err := m.choose(&ref)
	return err
}

// complete adds to a definition what its flow makes of the parameters.
func (m *Manager) complete(def *definition, set settings, ref *Reference) (*definition, error) {
	if def.flow == "" {
		return def, nil
	}
	if ref.Configured != nil {
		for _, e := range ref.Configured.Extras {
			if e.Secret {
				m.config.Secrets.Add(e.Value)
			}
		}
	}
	complete, problem := def.oauth2(set, ref)
	if problem != nil {
		return nil, problem
	}
	return complete, nil
}

// joined returns the list as an error: nil if it is empty, the diagnostic if it
// is alone.
func joined(list diag.List) error {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	return list
}

// canonical is the form in which header fields are compared.
func canonical(name string) string { return http.CanonicalHeaderKey(name) }
