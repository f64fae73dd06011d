package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
)

// A Binding is a reference with everything known that is needed to apply it. It
// is a [transport.Authorizer].
type Binding struct {
	manager  *Manager
	def      *definition
	ref      Reference
	settings settings
	rules    []rule

	static      string // the token, if the user gives it
	stand       string // of a preview: what stands for the token
	certificate *tls.Certificate
	issuer      *issuer // nil if no token has to be issued
	entry       *entry

	origins map[string]bool // where the credentials may go
	mu      sync.Mutex      // guards origins of a scheme, which CheckURL adds to
}

var (
	_ transport.Authorizer = (*Binding)(nil)
	_ transport.Renewer    = (*Binding)(nil)
)

// prepare works out what the settings lead to.
func (b *Binding) prepare() error {
	if b.def.static != "" {
		b.static = b.settings[b.def.static].value
	}
	b.chooseRules()
	if missing := b.def.missing(&b.ref, b.settings, b.needed()); missing != nil {
		return missing
	}
	if b.static != "" {
		if err := checkToken(b.static); err != nil {
			return b.problem(diag.CodeAuthParameter, "`%s`: %s", b.def.static, err)
		}
	}
	if err := b.checkRules(); err != nil {
		return err
	}
	route := &router{def: b.def, ref: &b.ref, settings: b.settings, allowed: b.manager.allowed}
	b.origins = make(map[string]bool)
	for _, t := range b.def.origins {
		u, problem := route.check(t)
		if problem != nil {
			return problem
		}
		origin, _ := originOf(u) // check has read it
		b.origins[origin] = true
	}
	if b.def.tls != nil {
		certificate, problem := b.def.tls.certificate(b.def, b.settings, func(key string) { b.manager.config.Secrets.Add(key) })
		if problem != nil {
			return problem.At(b.ref.Source, b.ref.Span)
		}
		b.certificate = certificate
	}
	if b.static == "" && b.def.token != nil {
		return b.prepareIssuer(route)
	}
	return nil
}

// needed returns the parameters that must be set if they are required: with a
// token that the user gives, those of the login are not.
func (b *Binding) needed() map[string]bool {
	var more []string
	if b.def.static != "" && b.def.token == nil {
		more = append(more, b.def.static)
	}
	if b.def.tls != nil && b.static == "" {
		more = append(more, b.def.tls.cert, b.def.tls.key, b.def.tls.passphrase)
	}
	return b.def.closure(func(add func(template)) {
		for i := range b.rules {
			b.rules[i].templates(add)
		}
		for _, t := range b.def.origins {
			add(t)
		}
		if b.static == "" {
			b.def.issues(add)
		}
	}, more...)
}

func (b *Binding) prepareIssuer(route *router) error {
	i := &issuer{
		def: b.def, config: &b.manager.config, values: b.settings.get, certificate: cmp.Or(b.certificate, b.manager.config.Certificate),
		urls: make(map[*requestRule]*url.URL), turn: b.manager.turn,
		destinations: b.destinations,
	}
	i.account = b.account()
	requests := b.def.requests()
	if b.def.revoke != nil {
		requests = append(requests, b.def.revoke)
	}
	for _, r := range requests {
		u, problem := route.check(r.url)
		if problem != nil {
			return problem
		}
		request, err := r.build(u, i.values)
		if err != nil {
			return b.problem(diag.CodeAuthParameter, "%s", err)
		}
		if err := b.registerPair(r.basic); err != nil {
			return err
		}
		i.urls[r] = u
		if r == b.def.token.request {
			i.login = request
		}
	}
	b.issuer = i
	b.entry = b.manager.cache.entry(b.key())
	return nil
}

// account is a name for the account, for people; "" for none. What is secret of it
// is not shown: it is kept in a file, and printed where nothing else is.
func (b *Binding) account() string {
	text, _ := b.def.account.expand(func(name string) (string, bool) {
		value, set := b.settings.get(name)
		if set && b.settings[name].secret {
			value = secret.Mask
		}
		return value, set
	})
	return text
}

// registerPair makes the credentials of HTTP Basic authentication secret.
func (b *Binding) registerPair(rule *basicRule) error {
	if rule == nil {
		return nil
	}
	user, password, set, err := rule.pair(b.settings.get)
	if err != nil {
		return b.problem(diag.CodeAuthParameter, "%s", err)
	}
	if set {
		b.manager.config.Secrets.AddBasic(user, password)
	}
	return nil
}

// key returns what the token of this binding is kept under: the definition,
// every parameter that it depends on, secrets included, the certificate, and how
// the token request travels. A parameter that only says how a token
// is applied is not part of it. Without a secret anybody could write down the
// same, and send the token to origins of their own: then it is the project's.
func (b *Binding) key() cacheKey {
	hash := sha256.New()
	hash.Write(b.def.hash[:])
	write := func(text string) {
		hash.Write(binary.AppendUvarint(nil, uint64(len(text))))
		hash.Write([]byte(text))
	}
	for _, name := range sortedKeys(b.def.issuing) {
		write(name)
		write(b.settings[name].value)
	}
	if b.ownsNoOrigin() && !b.holdsSecret() {
		write("project")
		write(b.ref.Project)
	}
	route := ""
	if b.manager.config.Route != nil {
		route = b.manager.config.Route(b.issuer.login.URL)
	}
	write(route)
	if b.issuer.certificate != nil {
		for _, der := range b.issuer.certificate.Certificate {
			fingerprint := sha256.Sum256(der)
			write(string(fingerprint[:]))
		}
	}
	return cacheKey(hash.Sum(nil))
}

// ownsNoOrigin reports whether it is the project that decides where the token
// goes, not the definition.
func (b *Binding) ownsNoOrigin() bool { return b.def.kind == Scheme || b.def.kind == ProjectFile }

// holdsSecret reports whether a secret is part of the key: what the definition
// knows as one, since a client id in a private file is as public as elsewhere.
func (b *Binding) holdsSecret() bool {
	return b.certificate != nil || b.def.holdsSecret(b.settings)
}

// holdsSecret reports whether a token depends on a secret that is set.
func (d *definition) holdsSecret(set settings) bool {
	return slices.ContainsFunc(d.params, func(p *param) bool {
		_, given := set.get(p.name)
		return p.secret && d.issuing[p.name] && given
	})
}

// destinations are the origins that the token is for, as far as they are known.
func (b *Binding) destinations() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return sortedKeys(b.origins)
}

func (b *Binding) problem(code, format string, args ...any) *diag.Diagnostic {
	return (&diag.Diagnostic{
		Code: code, Severity: diag.Error, Summary: "`" + b.def.id + "`: " + fmt.Sprintf(format, args...),
	}).At(b.ref.Source, b.ref.Span)
}

// CheckURL returns an error if the credentials would go to an origin that is
// not the provider's. It is called with the URL of every request before
// anything is sent. A plain scheme has no origins of its own: it belongs to
// those that CheckURL has been called with, and to no other that a redirect
// leads to.
func (b *Binding) CheckURL(u *url.URL) error {
	origin, err := originOf(u)
	if err != nil {
		return b.problem(diag.CodeAuthOrigin, "%s", err)
	}
	for i := range b.rules {
		if s := b.rules[i].scheme; s != nil {
			if err := s.check(u); err != nil {
				return b.problem(diag.CodeAuthParameter, "%s", err)
			}
		}
	}
	if len(b.def.origins) == 0 {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.origins[origin] = true
		return nil
	}
	if b.origins[origin] {
		return nil
	}
	own := sortedKeys(b.origins)
	d := b.problem(diag.CodeAuthOrigin, "credentials do not go to %s", origin)
	d.Detail = "they belong to " + list(own)
	d.Suggestion = fmt.Sprintf("send the request to %s, or write `# @auth none`", own[0])
	if p := b.def.param(b.def.baseParam); p != nil && p.env != "" {
		d.Suggestion = fmt.Sprintf("send the request to %s, or set %s if the API lives elsewhere, or write `# @auth none`", own[0], p.env)
	}
	return d
}

// reaches reports whether the credentials may go to u.
func (b *Binding) reaches(u *url.URL) bool {
	origin, err := originOf(u)
	if err != nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.origins[origin]
}

// checkHost makes sure that a header field does not hand the credentials to
// another host: whoever answers for many sends the request where Host says.
func (b *Binding) checkHost(hop *http.Request) error {
	if hop.Host == "" {
		return nil
	}
	meant, err := originOf(&url.URL{Scheme: hop.URL.Scheme, Host: hop.Host})
	if err != nil {
		return b.problem(diag.CodeAuthOrigin, "credentials do not go to the host of the header `Host`: %s", err)
	}
	if origin, _ := originOf(hop.URL); meant == origin || b.manager.allowed[meant] { // reaches has read it
		return nil
	}
	d := b.problem(diag.CodeAuthOrigin, "credentials do not go to %s, which the header `Host` names", meant)
	d.Suggestion = fmt.Sprintf("leave out the header, or allow it with `--allow-origin %s`, or write `# @auth none`", meant)
	return d
}

// Certificate returns the client certificate for connections to the provider's
// origins; nil for others.
func (b *Binding) Certificate(u *url.URL) (*tls.Certificate, error) {
	if b.certificate == nil || !b.reaches(u) {
		return nil, nil
	}
	return b.certificate, nil
}

// Apply sets the credentials on a hop to one of the provider's origins. What
// the request itself sets is kept, and a token that is not needed then is not
// fetched. It reports false if the request replaces a credential of ours: a 401
// is then not about our token.
func (b *Binding) Apply(ctx context.Context, hop *http.Request, own func(name string) bool) (applied bool, err error) {
	if !b.reaches(hop.URL) {
		return false, nil
	}
	if err := b.checkHost(hop); err != nil {
		return false, err
	}
	if own == nil {
		own = func(string) bool { return false }
	}
	v := values(b.settings.get)
	active := make([]*rule, 0, len(b.rules))
	var signing []*rule // what covers the rest of the hop, and so comes last
	replaced, needsToken := false, false
	for i := range b.rules {
		r := &b.rules[i]
		if r.yields(hop, own, v) {
			replaced = replaced || r.credential
			continue
		}
		needsToken = needsToken || r.token
		if r.scheme != nil {
			signing = append(signing, r)
		} else {
			active = append(active, r)
		}
	}
	if needsToken {
		text, err := b.token(ctx)
		if err != nil {
			return false, err
		}
		v = v.with("token", text)
	}
	for _, r := range append(active, signing...) {
		set, err := r.apply(hop, v)
		if err != nil {
			return false, b.problem(diag.CodeAuthParameter, "%s", err)
		}
		applied = applied || set && r.credential
	}
	return applied && !replaced, nil
}

// token returns the token to apply.
func (b *Binding) token(ctx context.Context) (string, error) {
	return b.Outright(ctx, b.def.useIDToken)
}

// UsesIDToken reports whether the ID token is what goes onto requests.
func (b *Binding) UsesIDToken() bool { return b.def.useIDToken }

// Outright returns the token, or the ID token that came with it, for a text that
// names it outright. The error is a *diag.Diagnostic that points at the
// reference, or that of ctx.
func (b *Binding) Outright(ctx context.Context, id bool) (string, error) {
	if b.stand != "" {
		return b.stand, nil
	}
	var t *token
	if b.issuer == nil {
		t = &token{value: b.static}
		t.id, _ = b.settings.get("id_token")
	} else {
		var err error
		t, err = b.entry.get(ctx, b.issuer)
		if err != nil {
			return "", b.failed(err)
		}
	}
	text, what, suggestion := t.value, "token", ""
	if id {
		text, what, suggestion = t.id, "ID token", "ask for one with `openid` in the scope"
	}
	if text == "" {
		d := b.problem(diag.CodeAuthToken, "there is no %s", what)
		if b.issuer != nil {
			d.Suggestion = suggestion
		}
		return "", d
	}
	return text, nil
}

// Reject says that an API has answered 401 to a request with a token that
// [Binding.Outright] has returned: the next request gets another one, if there is
// any.
func (b *Binding) Reject(text string) {
	if b.issuer != nil {
		b.entry.reject(func(t *token) bool { return t.value == text || t.id == text }, time.Now())
	}
}

// failed returns why there is no token. The failure is shared; where it is
// shown is this reference's own.
func (b *Binding) failed(err error) error {
	if refused := new(refusal); errors.As(err, &refused) {
		return refused.Diagnostic.At(b.ref.Source, b.ref.Span)
	}
	return err
}

// Challenge drops the token that the hop carried, if the answer says that it is
// not accepted and it is still the one at hand, and reports whether there is or can be another. A token that already
// replaces a rejected one is not replaced again at once.
func (b *Binding) Challenge(_ context.Context, answer *http.Response) (again bool, err error) {
	if b.answers(answer, true) {
		return true, nil
	}
	if b.issuer == nil || answer.Request == nil || !b.doubts(answer.StatusCode, answer.Header) {
		return false, nil
	}
	return b.entry.reject(func(t *token) bool {
		v := values(b.settings.get).with("token", t.value)
		if b.def.useIDToken {
			v = v.with("token", t.id)
		}
		for i := range b.rules {
			if r := &b.rules[i]; r.token && r.carried(answer.Request, v) {
				return true
			}
		}
		return false
	}, time.Now()), nil
}

// challenged reports whether the credentials are made of a challenge.
func (b *Binding) challenged() bool {
	return slices.ContainsFunc(b.rules, func(r rule) bool { return r.place == "digest" })
}

// Renews reports whether a scheme has another answer for a hop that was repeated
// before, as [transport.Renewer].
func (b *Binding) Renews(answer *http.Response) bool { return b.answers(answer, false) }

// Answered tells the schemes what became of their credentials, as
// [transport.Renewer].
func (b *Binding) Answered(answer *http.Response) {
	if answer.Request == nil || !b.reaches(answer.Request.URL) {
		return
	}
	for i := range b.rules {
		if s := b.rules[i].scheme; s != nil {
			s.learn(answer)
		}
	}
}

// knownRefusal reports whether an answer asks for credentials that its server has
// refused before, and which were not sent again.
func (b *Binding) knownRefusal(answer *transport.Hop) bool {
	return slices.ContainsFunc(b.rules, func(r rule) bool {
		d, ok := r.scheme.(*digest)
		return ok && answer.URL != nil && d.refuses(answer.URL, answer.Header)
	})
}

func (b *Binding) answers(answer *http.Response, take bool) bool {
	if answer.Request == nil || !b.reaches(answer.Request.URL) {
		return false
	}
	for i := range b.rules {
		if s := b.rules[i].scheme; s != nil && s.answers(answer, take) {
			return true
		}
	}
	return false
}

// doubts reports whether an answer says that the token is not accepted.
func (b *Binding) doubts(status int, header http.Header) bool {
	if status == http.StatusUnauthorized {
		return true
	}
	for _, rule := range b.def.errors.invalid {
		text := strings.Join(header.Values(rule.header), ", ")
		if rule.status == status && text != "" && strings.Contains(text, rule.contains) {
			return true
		}
	}
	return false
}

// Rejected explains an answer that remained after everything that Challenge
// could do: that the credentials are not accepted, or what the definition knows
// about another refusal. It returns nil for an answer that is about neither.
func (b *Binding) Rejected(answer *transport.Hop) *diag.Diagnostic {
	mask := b.manager.config.Secrets.Mask // before quote cuts
	hint := ""
	if answer.Status >= 400 {
		said := b.def.errors.explanation(answer.Header, []byte(mask(string(answer.Content))))
		hint = b.def.errors.hint(true, answer.Status, said, b.settings.get)
	}
	var d *diag.Diagnostic
	switch {
	case !b.doubts(answer.Status, answer.Header):
		if hint == "" {
			return nil
		}
		d = b.problem(diag.CodeAuthRejected, "refused by API: %s", statusText(answer.Status))
	case b.issuer != nil:
		d = b.problem(diag.CodeAuthRejected, "token accepted by issuer, rejected by API: %s", statusText(answer.Status))
		d.Suggestion = "check that the account may use this endpoint, and that the token is meant for this API"
	case answer.Sent.Get("Authorization") == "" && b.knownRefusal(answer):
		d = b.problem(diag.CodeAuthRejected, "the server has refused the credentials before, and they are not sent again: %s", statusText(answer.Status))
		d.Suggestion = "check their value"
	case answer.Sent.Get("Authorization") == "" && b.challenged():
		d = b.problem(diag.CodeAuthRejected, "the server asks for nothing that it could answer: %s", statusText(answer.Status))
		d.Suggestion = "use a scheme that the server offers"
	default:
		d = b.problem(diag.CodeAuthRejected, "the credentials are rejected: %s", statusText(answer.Status))
		d.Suggestion = "check their value"
	}
	switch {
	case d.Suggestion == "":
		d.Suggestion = hint
	case hint != "":
		d.Suggestion += "; " + hint
	}
	var details []string
	for _, value := range answer.Header.Values("WWW-Authenticate") {
		details = append(details, "WWW-Authenticate: "+strings.Trim(quote(mask(value)), "`"))
	}
	if text := mask(b.def.errors.vendorMessage(answer.Content)); text != "" {
		details = append(details, cmp.Or(b.def.title, b.def.id)+" says "+quote(text))
	}
	if trace := b.def.errors.trace; trace != "" && answer.Header.Get(trace) != "" {
		details = append(details, trace+": "+strings.Trim(quote(mask(answer.Header.Get(trace))), "`"))
	}
	d.Detail = mask(strings.Join(details, "\n"))
	return d
}
