package auth

import (
	"fmt"

	"github.com/postrider/postrider/internal/diag"
)

// Reference is an @auth directive, or what stands for it.
type Reference struct {
	ID   string // of a provider, or "basic", "bearer", "apikey"
	Args []Arg  // key=value, already expanded
	// Configured is what a file of the project has under the id; nil for
	// nothing.
	Configured *Configured
	// Others are further ids that the files of the project configure, for the
	// message about one that is unknown.
	Others []string
	// Outright says that a text names the token, so that it goes where the text
	// goes. A definition with origins of its own does not give it away like that.
	Outright bool
	// Lookup finds the value that stands under a parameter's environment name,
	// such as ACME_CLIENT_ID. Where says how a message tells the user where to
	// set a missing one.
	Lookup Lookup
	Where  string

	// Project is the root of the project that the reference stands in. Another
	// project does not get its tokens without a secret that is part of what they
	// are kept under.
	Project string

	// From is the directive, for messages; Source may be nil.
	Source *diag.Source
	Span   diag.Span
}

// Configured is what a file of the project configures under an id of its own: a
// use of a provider that is known, or a definition.
type Configured struct {
	At         Place  // of the id
	Provider   string // the id of the provider that is used
	ProviderAt Place
	Definition Place // of a definition; its Source is nil if a provider is used
	Params     []Arg // they give way to those of the reference

	// Names is what the entry calls parameters, if not by their own names.
	Names map[string]string
	// Extras are further parameters of the requests of OAuth 2.0.
	Extras []Extra
}

// Arg is one key=value of a reference.
type Arg struct {
	Key, Value string
	Span       diag.Span    // of the whole key=value
	Source     *diag.Source // that it stands in; nil for the reference's own
	Secret     bool         // the value was computed from a secret
	Project    bool         // the value comes from a file of the project, not from the user's command line or environment
	Computed   bool         // the value is that of a template

	// Public are the public files of the project that decide the value of a
	// parameter of an entry: the one that gives it, and those of its variables.
	Public []string
}

// place returns where the argument stands.
func (a *Arg) place(ref *Reference) Place {
	if a.Source != nil {
		return Place{a.Source, a.Span}
	}
	return Place{ref.Source, a.Span}
}

// Lookup finds the value under an environment name.
type Lookup func(name string) (Found, bool)

// Found is a value with where it was found.
type Found struct {
	Value   string
	From    string // "http-client.private.env.json:4:5", "environment", ".env:3"
	File    string // the file it comes from; empty for the process environment and the command line
	Project bool   // it comes from a file of the project
}

// Place is a range of a source. The zero Place is nowhere.
type Place struct {
	Source *diag.Source
	Span   diag.Span
}

// String returns "file:line:column".
func (p Place) String() string {
	if p.Source == nil {
		return ""
	}
	at := p.Source.Position(p.Span.Start)
	return fmt.Sprintf("%s:%d:%d", p.Source.Name(), at.Line, at.Column)
}

// choose returns the definition that a reference means.
func (m *Manager) choose(ref *Reference) (*definition, error) {
	c := ref.Configured
	if c == nil {
		return m.known(ref.ID, Place{ref.Source, ref.Span}, ref.Others)
	}
	by, err := m.library.holder(ref.ID)
	if err != nil {
		return nil, err
	}
	if by != "" && !ref.Outright { // a text can mean nothing but the entry
		return nil, (&diag.Diagnostic{
			Code: diag.CodeAuthDefinition, Severity: diag.Error,
			Summary:    fmt.Sprintf("`%s` is %s, and the name of an entry of `Security.Auth` too", ref.ID, by),
			Suggestion: fmt.Sprintf("rename the entry, for example to `%s-2` for `# @auth %[1]s-2`", ref.ID),
		}).At(c.At.Source, c.At.Span)
	}
	if c.Definition.Source != nil {
		if !isID(ref.ID) {
			return nil, (&diag.Diagnostic{
				Code: diag.CodeAuthDefinition, Severity: diag.Error,
				Summary:    fmt.Sprintf("%q cannot be the id of a provider", ref.ID),
				Suggestion: "make it of letters, digits, `-`, `_` and `.`",
			}).At(c.At.Source, c.At.Span)
		}
		return m.library.inProject(ref.ID, c.Definition)
	}
	return m.known(c.Provider, c.ProviderAt, nil)
}

// known returns the definition called id.
func (m *Manager) known(id string, at Place, others []string) (*definition, error) {
	def, err := m.library.definition(id)
	switch d, ok := err.(*diag.Diagnostic); {
	case ok:
		return nil, d.At(at.Source, at.Span)
	case err != nil:
		return nil, err
	case def == nil:
		return nil, m.library.unknown(id, others).At(at.Source, at.Span)
	}
	return def, nil
}
