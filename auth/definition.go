package auth

import (
	"crypto/sha256"
	"regexp"
	"slices"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// A definition describes how one vendor, or one plain scheme, is authenticated
// to. It is read from JSON; docs of the fields are in read.go, where they are
// read.
type definition struct {
	id      string
	kind    Kind
	source  *diag.Source
	hash    [sha256.Size]byte // of the text
	title   string            // for people
	account template          // a name for the account, for people; never secret

	params    []*param
	flow      string // what makes the requests from the parameters, such as "oauth2"; "" for the definition itself
	static    string // the parameter that is the token if it is set
	tls       *clientTLS
	authorize *authorizeRule // what a person permits in a browser before the token request
	device    *requestRule   // what a person permits on another device before the token request
	token     *tokenRule
	refresh   *requestRule
	revoke    *requestRule
	apply     []applyRule
	origins   []template // empty: bound to the origins of the user's own URLs
	errors    errorRule
	baseParam string // the parameter that the first origin starts with

	useIDToken  bool // the ID token is what is applied
	completeURI bool // of device: the browser opens the page that knows the code
	onDemand    bool // nothing logs in but a person who asks for it

	// issuing is the parameters that a token depends on. The others only say how
	// it is applied, so that a token is shared across their values.
	issuing map[string]bool
}

// A param is a parameter of a definition.
type param struct {
	name        string
	span        diag.Span
	env         string // the name under which its value is looked up
	fallback    *template
	by          string // the parameter that selects one of choices
	choices     map[string]string
	enum        []string
	pattern     *regexp.Regexp
	secret      bool
	required    bool
	description string // where the vendor shows the value

	refs []string // parameters that its value depends on
}

// clientTLS names the parameters of the client certificate.
type clientTLS struct {
	cert, key, passphrase string
	required              bool
}

// A tokenRule is the request for a token and how its answer is read.
type tokenRule struct {
	request  *requestRule
	response responseRule
}

// An authorizeRule is how a person's browser asks for an authorization code
// (RFC 6749 section 4.1).
type authorizeRule struct {
	request   *requestRule // of which only the URL is used
	challenge string       // the method of PKCE (RFC 7636): "S256", "plain", "" for none

	namesIssuer bool // the answer is known to name its issuer (RFC 9207)
}

// A requestRule describes a request to the token endpoint.
type requestRule struct {
	span    diag.Span
	method  string
	url     template
	headers []namedTemplate
	query   []namedTemplate
	form    []namedTemplate
	json    *document
	raw     *string // sent as it stands
	basic   *basicRule
}

type namedTemplate struct {
	name  string
	value template
}

// basicRule is a pair for HTTP Basic authentication (RFC 7617).
type basicRule struct {
	username, password template
	form               bool // both are form-encoded first (RFC 6749 section 2.3.1)
}

// A responseRule says where an answer holds what. Paths are gjson paths; the
// first that finds something counts.
type responseRule struct {
	formats          []string // "json", "text", "form"; the first that fits
	token            []string
	idToken          []string // of OpenID Connect
	kind             []string // of token_type
	expiresIn        []string
	expiresAt        []string
	jwt              bool // the token may be a JWT that knows its life
	refresh          []string
	refreshExpiresIn []string
	refreshExpiresAt []string
	defaultTTL       time.Duration
}

// An applyRule puts one credential on a hop.
type applyRule struct {
	place     string // "header", "query", "cookie", "basic", or one of schemePlaces
	name      template
	value     template
	basic     *basicRule
	fields    []namedTemplate // of a scheme
	when      map[string]string
	ifAbsent  bool
	exactCase bool
}

// templates calls add with every template of the rule.
func (r *applyRule) templates(add func(template)) {
	add(r.name)
	add(r.value)
	if r.basic != nil {
		add(r.basic.username)
		add(r.basic.password)
	}
	for _, f := range r.fields {
		add(f.value)
	}
}

// An errorRule says how a vendor explains errors.
type errorRule struct {
	message     []string // paths into the body
	challenge   bool     // the explanation may be in WWW-Authenticate (RFC 6750 section 3)
	fatal       []string // messages after which no other attempt is made in this run
	retryStatus []int
	invalid     []invalidRule
	trace       string // the response header that names the request for the vendor's support
	hints       []hintRule
}

// An invalidRule is an answer other than 401 that means that the token is no
// longer accepted.
type invalidRule struct {
	status           int
	header, contains string
}

// A hintRule is advice on an answer: of the token endpoint, or with "on": "api"
// of the API to a request that carried the credentials. Like an apply rule it
// can depend on parameters: advice to set what is set already helps nobody.
type hintRule struct {
	api      bool
	statuses []int  // nil for all of 400 and above
	contains string // in the explanation of the answer
	when     map[string]string
	text     string
}

// param returns the parameter called name, or nil.
func (d *definition) param(name string) *param {
	i := slices.IndexFunc(d.params, func(p *param) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return d.params[i]
}

// names returns the names of the parameters, as they are written.
func (d *definition) names() []string {
	names := make([]string, len(d.params))
	for i, p := range d.params {
		names[i] = p.name
	}
	return names
}

// allowed returns the literals of the definition that p must be one of, or nil
// if there are none.
func (d *definition) allowed(p *param) []string {
	if p.enum != nil {
		return p.enum
	}
	for _, other := range d.params {
		if other.by == p.name {
			return sortedKeys(other.choices)
		}
	}
	return nil
}

// templates calls add with every template of the request.
func (r *requestRule) templates(add func(template)) {
	add(r.url)
	for _, list := range [][]namedTemplate{r.headers, r.query, r.form} {
		for _, n := range list {
			add(n.value)
		}
	}
	if r.json != nil {
		r.json.templates(add)
	}
	if r.basic != nil {
		add(r.basic.username)
		add(r.basic.password)
	}
}

// closure returns the parameters that the templates of walk depend on, directly
// or through other parameters.
func (d *definition) closure(walk func(add func(template)), more ...string) map[string]bool {
	reached := make(map[string]bool)
	var reach func(name string)
	reach = func(name string) {
		p := d.param(name)
		if p == nil || reached[name] {
			return
		}
		reached[name] = true
		for _, ref := range p.refs {
			reach(ref)
		}
	}
	walk(func(t template) {
		for _, name := range t.names() {
			reach(name)
		}
	})
	for _, name := range more {
		reach(name)
	}
	return reached
}

// issues calls add with every template that a token depends on.
func (d *definition) issues(add func(template)) {
	for _, r := range d.requests() {
		r.templates(add)
	}
}

// interactive reports whether a login needs a person.
func (d *definition) interactive() bool { return d.authorize != nil || d.device != nil }

// requests returns the requests that get tokens, the one for a token first.
func (d *definition) requests() []*requestRule {
	if d.token == nil {
		return nil
	}
	all := []*requestRule{d.token.request}
	if d.refresh != nil {
		all = append(all, d.refresh)
	}
	if d.authorize != nil {
		all = append(all, d.authorize.request)
	}
	if d.device != nil {
		all = append(all, d.device)
	}
	return all
}
