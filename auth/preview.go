package auth

import (
	"net/url"
	"strings"
)

// Preview says what a binding would do to get its credentials. Nobody is asked,
// and no store is read.
type Preview struct {
	ID       string // that the reference names
	Provider string // the id of the definition
	IsScheme bool   // there is no vendor

	Endpoint string // the URL without a query that a token would be asked of; "" if none has to be issued
	Person   bool   // a person would have to log in, unless a token is kept

	// Digest is what answers a challenge (RFC 7616); nil if the first hop carries
	// the credentials.
	Digest *Pair
	Signed bool // the credentials are a signature, which is good for a short time

	// Environment holds the names of the variables of the process environment that
	// secret parameters come from, by their values.
	Environment map[string]string
}

// Pair is a user name and a password.
type Pair struct{ User, Password string }

// FromEnvironment is what [Found] starts its origin with where that is a variable
// of the process environment, whose name follows.
const FromEnvironment = "environment variable "

// Preview explains the binding, and returns one that applies the same
// credentials, with what stand returns in the place of a token that would have to
// be issued.
func (b *Binding) Preview(stand func(Preview) string) (*Binding, Preview) {
	p := Preview{ID: b.ref.ID, Provider: b.def.id, IsScheme: b.def.kind == Scheme, Environment: make(map[string]string)}
	for _, s := range b.settings {
		if name, ok := strings.CutPrefix(s.from, FromEnvironment); ok && s.secret && s.value != "" {
			p.Environment[s.value] = name
		}
	}
	for i := range b.rules {
		r := &b.rules[i]
		switch r.place {
		case "digest":
			user, _ := r.field("username", b.settings.get)
			password, _ := r.field("password", b.settings.get)
			p.Digest = &Pair{user, password}
		case "aws":
			p.Signed = true
		}
	}
	shown := &Binding{
		manager: b.manager, def: b.def, ref: b.ref, settings: b.settings, rules: b.rules,
		static: b.static, certificate: b.certificate, origins: make(map[string]bool),
	}
	for _, origin := range b.destinations() {
		shown.origins[origin] = true
	}
	if b.issuer == nil {
		return shown, p
	}
	rule := b.def.token.request
	switch p.Person = b.def.interactive(); {
	case b.def.authorize != nil:
		rule = b.def.authorize.request
	case b.def.device != nil:
		rule = b.def.device
	}
	if u := b.issuer.urls[rule]; u != nil {
		p.Endpoint = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}).String()
	}
	shown.stand = stand(p)
	return shown, p
}
