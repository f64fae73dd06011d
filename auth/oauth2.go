package auth

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// oauth2Flow is the flow of a definition whose requests are those of OAuth 2.0.
const oauth2Flow = "oauth2"

// An Extra is a further parameter of the requests of OAuth 2.0, such as those
// that JetBrains calls custom. One name may occur several times.
type Extra struct {
	Arg
	Use Use
}

// Use says which requests an Extra goes with.
type Use string

// Uses of extras.
const (
	Everywhere Use = ""
	InAuth     Use = "auth"   // authorization requests, those of devices included
	InToken    Use = "token"  // requests to the token endpoint
	InHeader   Use = "header" // header fields of requests to the token endpoint
)

// A grant is a way to get a token (RFC 6749 section 1.3).
type grant struct {
	name  string   // of the parameter
	wire  string   // of grant_type
	needs []string // parameters that must be set
	form  []string // further parameters of the token request
}

var grants = []grant{
	{name: "client_credentials", wire: "client_credentials", needs: []string{"token_url", "client_id"}},
	{name: "password", wire: "password", needs: []string{"token_url", "username", "password"}, form: []string{"username", "password"}},
	{
		name: "authorization_code", wire: "authorization_code", needs: []string{"auth_url", "token_url", "client_id"},
		form: []string{"code", "redirect_uri", "code_verifier"},
	},
	{
		name: "device_code", wire: "urn:ietf:params:oauth:grant-type:device_code", needs: []string{"device_auth_url", "token_url", "client_id"},
		form: []string{"device_code"},
	},
}

// simple is a value in the form in which they are compared, so that those of
// JetBrains are understood too: `In Body` is `in_body`.
func simple(value string) string {
	return strings.ToLower(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.TrimSpace(value)))
}

// spellings are the other spellings of values: those of JetBrains, httpYac and
// kulala.
var spellings = map[string]map[string]string{
	"grant":       {"device_authorization": "device_code", "device": "device_code", "code": "authorization_code", "client": "client_credentials"},
	"client_auth": {"true": "basic", "false": "none", "in_body": "body", "post": "body"},
	"pkce":        {"true": "s256", "sha_256": "s256", "false": "none"},
}

// understood returns the value of a parameter of a fixed set in its first
// spelling, in which it is kept from then on.
func understood(set settings, name string) string {
	s := set[name]
	value := simple(s.value)
	s.value = cmp.Or(spellings[name][value], value)
	set[name] = s
	return s.value
}

// oauth2 completes a definition of this flow by what follows from its
// parameters: the requests of the grant, refreshing, how the client
// authenticates, and which parameters are needed. The rest of the machinery
// knows no grants.
func (d *definition) oauth2(set settings, ref *Reference) (*definition, *diag.Diagnostic) {
	complete := *d
	complete.id, complete.flow = ref.ID, ""
	complete.params = slices.Clone(d.params)
	b := &oauth2Builder{set: set, ref: ref, into: &complete}
	b.truth(&complete.useIDToken, "use_id_token")
	acquire := true
	b.truth(&acquire, "acquire_automatically")
	complete.onDemand = !acquire
	if _, static := set.get(d.static); !static {
		b.requests()
	}
	if b.problem != nil {
		return nil, b.problem
	}
	complete.hash = b.hash(d.hash)
	if d.tls != nil {
		b.shapes(d.tls.cert, d.tls.key, d.tls.passphrase)
	}
	complete.issuing = complete.closure(complete.issues, b.shaping...)
	return &complete, nil
}

// oauth2Builder writes the requests of a definition.
type oauth2Builder struct {
	set     settings
	ref     *Reference
	into    *definition
	problem *diag.Diagnostic // the first

	// shaping is the parameters that say what the requests are and how their
	// answers are read, beside those whose values are in them.
	shaping []string
}

// shapes says that what is built follows from parameters.
func (b *oauth2Builder) shapes(params ...string) { b.shaping = append(b.shaping, params...) }

func (b *oauth2Builder) fail(param, suggestion, summary string) {
	if b.problem != nil {
		return
	}
	at := b.ref.argument(param)
	b.problem = (&diag.Diagnostic{
		Code: diag.CodeAuthParameter, Severity: diag.Error,
		Summary: "`" + b.ref.ID + "`: " + summary, Suggestion: suggestion,
	}).At(at.Source, at.Span)
}

// argument returns where a parameter is given, or else the reference.
func (ref *Reference) argument(param string) Place {
	args := ref.Args
	if ref.Configured != nil {
		args = slices.Concat(args, ref.Configured.Params)
	}
	for i := range args {
		if args[i].Key == param {
			return args[i].place(ref)
		}
	}
	return Place{ref.Source, ref.Span}
}

// called returns what the user calls a parameter.
func (ref *Reference) called(param string) string {
	if ref.Configured != nil {
		return cmp.Or(ref.Configured.Names[param], param)
	}
	return param
}

func (b *oauth2Builder) truth(to *bool, param string) {
	switch value := simple(b.set[param].value); value {
	case "true", "false":
		*to = value == "true"
	case "":
	default:
		b.fail(param, "", "`"+b.ref.called(param)+"` must be true or false")
	}
}

func (b *oauth2Builder) requests() {
	g, ok := b.grant()
	if !ok {
		return
	}
	b.need(g.needs...)
	b.shapes("grant", "expires_in")
	life := 15 * time.Minute
	switch g.name {
	case "authorization_code":
		b.authorize()
		life = 24 * time.Hour // nobody is asked to log in every quarter of an hour
	case "device_code":
		b.device()
		life = 24 * time.Hour
	case "password": // many users share a client
		if account := b.into.account.String(); account == "" || account == refer("client_id").String() {
			b.into.account = refer("username")
		}
	}
	if seconds, err := strconv.Atoi(b.set["expires_in"].value); err == nil && seconds > 0 {
		life = min(time.Duration(seconds)*time.Second, maxLife)
	}
	b.into.token = &tokenRule{
		request: b.tokenRequest(g.wire, g.form, true),
		response: responseRule{
			formats: []string{"json"}, token: []string{"access_token"}, kind: []string{"token_type"}, idToken: []string{"id_token"},
			expiresIn: []string{"expires_in"}, jwt: true, defaultTTL: life,
			refresh: []string{"refresh_token"}, refreshExpiresIn: []string{"refresh_expires_in", "refresh_token_expires_in"},
		},
	}
	if b.into.useIDToken { // it may be all that there is
		b.into.token.response.token = append(b.into.token.response.token, "id_token")
	}
	b.into.refresh = b.tokenRequest("refresh_token", []string{"refresh_token"}, false)
	if b.set["revoke_url"].value != "" { // RFC 7009 section 2.1; a refresh token takes the others with it
		b.into.revoke = &requestRule{method: "POST", url: refer("revoke_url"), form: []namedTemplate{{"token", refer("last_token")}}}
		b.authenticate(b.into.revoke)
	}
}

// need makes parameters required.
func (b *oauth2Builder) need(names ...string) {
	for i, p := range b.into.params {
		if slices.Contains(names, p.name) {
			needed := *p
			needed.required = true
			b.into.params[i] = &needed
		}
	}
}

// grant returns the grant that is asked for.
func (b *oauth2Builder) grant() (grant, bool) {
	written := b.set["grant"].value
	name := cmp.Or(understood(b.set, "grant"), grants[0].name)
	i := slices.IndexFunc(grants, func(g grant) bool { return g.name == name })
	if i >= 0 {
		return grants[i], true
	}
	names := make([]string, len(grants))
	for i, g := range grants {
		names[i] = g.name
	}
	what := b.ref.called("grant")
	switch name {
	case "mock":
		if b.set["id_token"].value != "" {
			break // told when the token is asked for
		}
		b.fail("grant", "give it in the entry", "there is no `"+b.ref.called("token")+"`")
	case "implicit":
		b.fail("grant", "use `authorization_code`, as JetBrains' `Authorization Code`, which needs a `"+b.ref.called("token_url")+"` and no secret",
			"the implicit grant is not supported: it shows the token to whatever sees the browser's address (RFC 9700 section 2.1.2)")
	default:
		b.fail("grant", cmp.Or(diag.DidYouMean(name, names), "use one of "+list(names)), "unknown "+what+" "+quote(written))
	}
	return grant{}, false
}

// tokenRequest is a request to the token endpoint (RFC 6749 sections 4.1.3,
// 4.3.2, 4.4.2 and 6; RFC 8628 section 3.4).
func (b *oauth2Builder) tokenRequest(grantType string, form []string, first bool) *requestRule {
	q := &requestRule{method: "POST", url: refer("token_url"), form: []namedTemplate{{"grant_type", literal(grantType)}}}
	for _, name := range form {
		q.form = append(q.form, namedTemplate{name, refer(name)})
	}
	// The scope of a code was asked for with the code, that of a refresh token
	// with the first.
	if first && b.into.authorize == nil && b.into.device == nil {
		q.form = append(q.form, namedTemplate{"scope", refer("scope")})
	}
	b.extras(&q.form, InToken)
	b.authenticate(q)
	for _, e := range b.extra(InHeader) {
		q.headers = append(q.headers, namedTemplate{e.Key, literal(e.Value)})
	}
	return q
}

// authorize is the request that a person's browser makes (RFC 6749 section
// 4.1.1, RFC 7636 section 4.3).
func (b *oauth2Builder) authorize() {
	if kind := simple(b.set["response_type"].value); kind != "" && kind != "code" {
		b.fail("response_type", "leave it out", "the response type "+quote(b.set["response_type"].value)+" is not supported: the token comes from the token endpoint")
	}
	rule := &authorizeRule{request: &requestRule{method: "GET", url: refer("auth_url"), query: []namedTemplate{
		{"response_type", literal("code")}, {"client_id", refer("client_id")}, {"redirect_uri", refer("redirect_uri")},
		{"scope", refer("scope")}, {"state", refer("state")},
		{"code_challenge", refer("code_challenge")}, {"code_challenge_method", refer("code_challenge_method")},
	}}}
	switch method := cmp.Or(understood(b.set, "pkce"), "s256"); method {
	case "s256":
		rule.challenge = "S256"
	case "plain", "none":
		rule.challenge = strings.TrimSuffix(method, "none")
	default:
		b.fail("pkce", "use S256, plain or none", "unknown challenge method "+quote(method)+" of PKCE")
	}
	if rule.challenge == "" && b.set["code_verifier"].value != "" {
		b.fail("code_verifier", "remove one of them", "a verifier for PKCE, which is turned off")
	}
	if _, err := parseRedirect(b.set["redirect_url"].value); err != nil {
		b.fail("redirect_url", "register `http://127.0.0.1/callback` for the client, or `http://localhost:8080/callback` if it must be exact",
			"`"+b.ref.called("redirect_url")+"`: "+err.Error())
	}
	b.extras(&rule.request.query, InAuth)
	b.truth(&rule.namesIssuer, "issuer_required")
	if rule.namesIssuer && b.set["issuer"].value == "" {
		b.fail("issuer_required", "set `"+b.ref.called("issuer")+"` to the `issuer` of the server's metadata",
			"`"+b.ref.called("issuer_required")+"` says that the answer names its issuer, and there is no `"+b.ref.called("issuer")+"` to compare it with")
	}
	b.shapes("pkce", "redirect_url", "issuer", "issuer_required")
	b.into.authorize = rule
}

// device is the device authorization request (RFC 8628 section 3.1). The id of
// the client is in its body even if the header field has it too: servers that
// expect public clients look for it there.
func (b *oauth2Builder) device() {
	q := &requestRule{method: "POST", url: refer("device_auth_url"), form: []namedTemplate{
		{"client_id", refer("client_id")}, {"scope", refer("scope")},
	}}
	b.extras(&q.form, InAuth)
	b.authenticate(q)
	b.into.device = q
	b.truth(&b.into.completeURI, "open_complete_uri")
}

// authenticate adds the client's own credentials (RFC 6749 section 2.3).
func (b *oauth2Builder) authenticate(q *requestRule) {
	method := understood(b.set, "client_auth")
	b.shapes("client_auth")
	if method == "" {
		method = "none"
		if b.set["client_secret"].value != "" {
			method = "basic"
		}
	}
	id := func() {
		if !slices.ContainsFunc(q.form, func(n namedTemplate) bool { return n.name == "client_id" }) {
			q.form = append(q.form, namedTemplate{"client_id", refer("client_id")})
		}
	}
	switch method {
	case "basic":
		b.need("client_secret")
		q.basic = b.basic()
	case "body":
		id()
		q.form = append(q.form, namedTemplate{"client_secret", refer("client_secret")})
	case "none":
		id()
	case "jwt", "private_key_jwt", "client_secret_jwt", "tls_client_auth":
		b.fail("client_auth", "use `basic` or `body` with a client secret",
			"signed client assertions and certificates (RFC 7523, RFC 8705) are not supported by this version")
	default:
		b.fail("client_auth", "use `basic`, `body` (JetBrains: `in body`) or `none`", "unknown "+b.ref.called("client_auth")+" "+quote(b.set["client_auth"].value))
	}
}

// basic is the pair of id and secret. Servers differ in how they read characters
// that form-encoding changes; only their answer tells.
func (b *oauth2Builder) basic() *basicRule {
	form := b.set["basic_encoding"].value == "form"
	b.shapes("basic_encoding")
	other, id, secret := "form", b.set["client_id"].value, b.set["client_secret"].value
	if form {
		other = "raw"
	}
	encoding := "`" + b.ref.called("basic_encoding") + "`"
	if !form && strings.Contains(id, ":") {
		b.fail("client_id", "set "+encoding+" to `form`, if the server reads it so (RFC 6749 section 2.3.1), or send the client in the body",
			"a user name of HTTP Basic authentication cannot hold `:` (RFC 7617 section 2)")
	}
	if url.QueryEscape(id) != id || url.QueryEscape(secret) != secret {
		errors := &b.into.errors
		text := "check the client id and the client secret; as one of them has characters that are written in two ways, try " + encoding + " `" + other + "`"
		errors.hints = slices.Insert(slices.Clone(errors.hints), 0,
			hintRule{contains: "invalid_client", text: text}, hintRule{statuses: []int{401}, text: text})
	}
	return &basicRule{username: refer("client_id"), password: refer("client_secret"), form: form}
}

// extras adds the further parameters of a kind of request.
func (b *oauth2Builder) extras(to *[]namedTemplate, use Use) {
	for _, name := range []string{"audience", "resource"} {
		*to = append(*to, namedTemplate{name, refer(name)})
	}
	for _, e := range b.extra(use) {
		*to = append(*to, namedTemplate{e.Key, literal(e.Value)})
	}
}

func (b *oauth2Builder) extra(use Use) []Extra {
	if b.ref.Configured == nil {
		return nil
	}
	var found []Extra
	for _, e := range b.ref.Configured.Extras {
		if e.Use == use || e.Use == Everywhere && use != InHeader {
			found = append(found, e)
		}
	}
	return found
}

// hash stands for what the tokens depend on besides the parameters.
func (b *oauth2Builder) hash(of [sha256.Size]byte) [sha256.Size]byte {
	text := slices.Clone(of[:])
	add := func(s string) {
		text = append(binary.AppendUvarint(text, uint64(len(s))), s...)
	}
	if b.ref.Configured != nil {
		for _, e := range b.ref.Configured.Extras {
			add(string(e.Use))
			add(e.Key)
			add(e.Value)
		}
	}
	return sha256.Sum256(text)
}

// refer is a template that stands for a parameter, or for what only a request
// knows, such as the code.
func refer(name string) template { return template{parts: []part{{name: name}}} }

// literal is a template without parameters. Without a text there is none.
func literal(text string) template { return template{parts: []part{{text: text}}} }
