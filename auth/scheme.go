package auth

import (
	"net/http"
	"net/url"
)

// A scheme makes credentials for the very hop that they are on, where a text
// would not do: they depend on the rest of the request, or on a challenge of the
// server. It is safe for concurrent use.
type scheme interface {
	// check returns why requests to u cannot have such credentials, or nil.
	check(u *url.URL) error

	// apply sets the credentials on a hop that is complete but for them. There
	// may be none before the server has sent a challenge.
	apply(hop *http.Request) error

	// answers reports whether the challenges of an answer are worth repeating
	// the hop: whether they ask for something else than what it carried. With
	// take, the next hop is applied to according to them.
	answers(answer *http.Response, take bool) bool

	// learn takes note of an answer to a hop that it was applied to: whether the
	// credentials are accepted. It comes before answers.
	learn(answer *http.Response)
}

// schemePlaces are the apply rules that a scheme carries out, with the fields that
// they have.
var schemePlaces = map[string]schemePlace{
	"digest": {fields: []string{"username", "password"}, required: 1},
	"aws":    {fields: []string{"access_key_id", "secret_access_key", "session_token", "region", "service"}, required: 2},
}

type schemePlace struct {
	fields   []string
	required int // how many of them, from the first, are needed
}

// newScheme returns the scheme of a rule with the values of its fields.
func (m *Manager) newScheme(r *applyRule, v values) scheme {
	field := func(name string) string {
		text, _ := r.field(name, v)
		return text
	}
	if r.place == "aws" {
		return &awsSignature{
			id: field("access_key_id"), secret: field("secret_access_key"), token: field("session_token"),
			region: field("region"), service: field("service"),
		}
	}
	user, password := field("username"), field("password")
	m.config.Secrets.AddBasic(user, password) // the same password serves where a server offers both
	return m.digests.get(user, password)
}

// field returns the value of a field of a rule that a scheme carries out.
func (r *applyRule) field(name string, v values) (text string, set bool) {
	for _, f := range r.fields {
		if f.name == name {
			return f.value.expand(v)
		}
	}
	return "", false
}
