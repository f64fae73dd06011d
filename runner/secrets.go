package runner

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
)

// keepSecret makes every text in a value secret.
func (p *Plan) keepSecret(v any) {
	switch v := v.(type) {
	case nil, bool:
	case []any:
		for _, e := range v {
			p.keepSecret(e)
		}
	case map[string]any:
		for _, e := range v {
			p.keepSecret(e)
		}
	default:
		text := value.Text(v)
		if p.options.Replay != nil && strings.Contains(text, secretMask) {
			return // it is masked already, and its rest is no secret
		}
		p.secrets.Add(text)
	}
}

// keepVariable registers the value of a secret variable, if it is known before
// the run. The origin of a service is no secret merely because it stands in a
// private file: masked, it would make messages useless.
func (p *Plan) keepVariable(v *scope.Variable) {
	if !v.Secret {
		p.keepMarked(v.Text.String())
		p.keepMarked(v.Value)
		return
	}
	if v.Text.HasTemplate() {
		return
	}
	var held any = v.Text.String()
	if v.Text.IsZero() {
		held = v.Value
	}
	if text, isText := held.(string); isText && v.Tier == scope.Environment && transport.IsOrigin(text) {
		return
	}
	if text, isText := held.(string); isText && strings.Contains(text, "://") {
		p.keepUserinfo(text) // which goes other ways than the rest of a URL
	}
	p.keepSecret(held)
}

// keepUserinfo makes the password in an address secret, as it is written and as
// it is meant, even if the rest of the address cannot be read.
func (p *Plan) keepUserinfo(address string) {
	if i := strings.Index(address, "://"); i >= 0 {
		address = address[i+len("://"):]
	}
	if end := strings.IndexAny(address, "/?#"); end >= 0 {
		address = address[:end]
	}
	user, password, _ := strings.Cut(address[:max(strings.LastIndexByte(address, '@'), 0)], ":")
	p.secrets.AddBasic(user, password)
	plainUser, err := url.PathUnescape(user)
	plain, err2 := url.PathUnescape(password)
	if err == nil && err2 == nil {
		p.secrets.AddBasic(plainUser, plain)
	}
}

// hide returns what how makes of a text, or the text if nothing is hidden.
func (p *Plan) hide(how func(string) string, text string) string {
	if p.options.ShowSecrets {
		return text
	}
	return how(text)
}

// carriesSecret reports whether a header field is one that carries credentials
// by its very name (RFC 9110 §11, RFC 6265), whoever has written it: the fields
// of HTTP, and those whose names say so, such as X-Auth-Token, Api-Key or
// Ocp-Apim-Subscription-Key.
func carriesSecret(field string) bool {
	switch strings.ToLower(field) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	case "idempotency-key", "sec-websocket-key", "access-control-allow-credentials": // which open nothing
		return false
	}
	return scope.LooksSecret(field)
}

// secretInQuery reports whether a parameter of a query is secret by its name: a
// signed URL is worth its signature, and an answer of OAuth 2.0 its code.
func secretInQuery(name string) bool {
	switch strings.ToLower(name) {
	case "sig", "signature", "x-amz-signature", "x-goog-signature", "jwt", "code":
		return true
	}
	return scope.LooksSecret(name)
}

// credentialsOf splits the value of a field that carries credentials into what may
// be shown, the name of an authentication scheme, and the rest.
func credentialsOf(name, text string) (scheme, credentials string) {
	if strings.HasSuffix(strings.ToLower(name), "authorization") {
		if before, after, found := strings.Cut(text, " "); found {
			return before + " ", after
		}
	}
	return "", text
}

// hideField replaces what a header field carries of credentials.
func hideField(name, text string) string {
	if !carriesSecret(name) || text == "" {
		return text
	}
	scheme, _ := credentialsOf(name, text)
	return scheme + secretMask
}

// hideQuery replaces the values of query parameters whose names say that they
// are secret, such as access_token.
func hideQuery(address string) string {
	return hideQueryBut(address, func(string) bool { return false })
}

// hideQueryBut is hideQuery without the values that are to be shown.
func hideQueryBut(address string, shown func(value string) bool) string {
	return eachParameter(address, func(name, text string) string {
		if secretInQuery(name) && !shown(text) {
			return secretMask
		}
		return text
	})
}

// eachParameter replaces the values of the parameters of a URL, as they are written:
// those of its query, and of a fragment that is made like one, as the answers of OAuth
// 2.0 have it (RFC 6749 section 4.2.2).
func eachParameter(address string, replace func(name, text string) string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	each := func(query string) string {
		parameters := strings.Split(query, "&")
		for i, p := range parameters {
			name, text, _ := strings.Cut(p, "=")
			if plain, err := url.QueryUnescape(name); err == nil && text != "" {
				parameters[i] = name + "=" + replace(plain, text)
			}
		}
		return strings.Join(parameters, "&")
	}
	before, query, hasQuery := strings.Cut(address, "?")
	if hasQuery {
		before += "?" + each(query)
	}
	if hasFragment {
		before += "#" + each(fragment)
	}
	return before
}

// hideTarget hides what a request target shows by itself: a password before the
// host, and query parameters that are secret by their names.
func hideTarget(target string) string {
	if scheme := strings.Index(target, "://"); scheme >= 0 {
		authority := target[scheme+len("://"):]
		if end := strings.IndexAny(authority, "/?#"); end >= 0 {
			authority = authority[:end]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			user, _, _ := strings.Cut(authority[:at], ":")
			target = strings.Replace(target, authority[:at], user+":"+secretMask, 1)
		}
	}
	return hideQuery(target)
}

// keepPlaces registers what is secret by its place, whoever has written it:
// answers and messages may repeat it.
func (p *Plan) keepPlaces(req *transport.Request) {
	for _, f := range req.Header {
		if carriesSecret(f.Name) {
			_, credentials := credentialsOf(f.Name, f.Value)
			p.secrets.Add(credentials)
		}
	}
	if req.URL.RawQuery == "" {
		return
	}
	for name, values := range req.URL.Query() {
		if secretInQuery(name) {
			p.secrets.Add(values...)
		}
	}
}

// keepAnswered makes secret what answers hand out and is secret by its place: the
// cookies that they set, which stand for a session, fields that carry credentials, and
// what the addresses hold that they lead to.
func (p *Plan) keepAnswered(x *transport.Exchange) {
	if x == nil {
		return
	}
	for _, h := range x.Hops {
		for name, values := range h.Header {
			for _, text := range values {
				switch {
				case name == "Set-Cookie":
					cookie, _, _ := strings.Cut(text, ";")
					p.secrets.Add(cookieValues(cookie)...)
				case carriesSecret(name):
					_, credentials := credentialsOf(name, text)
					p.secrets.Add(credentials)
				default:
					for _, address := range addressesIn(name, text) {
						p.keepAddress(address)
					}
				}
			}
		}
	}
}

// addressesIn returns the URLs in a field that leads elsewhere.
func addressesIn(field, text string) []string {
	switch field {
	case "Location", "Content-Location":
		return []string{text}
	case "Link": // RFC 8288
		var all []string
		for part := range strings.SplitSeq(text, "<") {
			if address, _, closed := strings.Cut(part, ">"); closed {
				all = append(all, address)
			}
		}
		return all
	case "Refresh": // 5; url=https://…
		if _, address, found := strings.Cut(text, "="); found {
			return []string{strings.Trim(address, `"' `)}
		}
	}
	return nil
}

// keepAddress makes secret what hideTarget would hide of an address.
func (p *Plan) keepAddress(address string) {
	if strings.Contains(address, "://") || strings.HasPrefix(address, "//") {
		p.keepUserinfo(address)
	}
	eachParameter(address, func(name, text string) string {
		if secretInQuery(name) {
			p.secrets.Add(text)
			if plain, err := url.QueryUnescape(text); err == nil {
				p.secrets.Add(plain)
			}
		}
		return text
	})
}

// cutsSecret reports whether a text is a piece of a secret that the answer
// repeats: it stands in the body, and not in what is left of the body when the
// secrets are masked.
func (r *running) cutsSecret(answer *eval.Answer, text string) bool {
	if len(text) < 4 || !bytes.Contains(answer.Content, []byte(text)) {
		return false
	}
	return !strings.Contains(r.session.plan.secrets.Mask(string(answer.Content)), text)
}

// hideCuts hides the values behind a failed check that are pieces of secrets.
func (r *running) hideCuts(answer *eval.Answer, m *diag.Message) {
	if m == nil {
		return
	}
	for i, v := range m.Values {
		if r.cutsSecret(answer, strings.Trim(v.Text, `"`)) {
			m.Values[i].Text, m.Detail = secretMask, ""
		}
	}
}
