package runner

import (
	"bytes"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/eval"
	"github.com/postrider/postrider/internal/redaction"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/transport"
	"github.com/postrider/postrider/internal/value"
)

// keepSecret makes every text in a value secret.
func (p *Plan) keepSecret(v any) { p.keepSecretOf("", v) }

// keepSecretOf is keepSecret for the value of a variable, which a message names if
// the value cannot be masked.
func (p *Plan) keepSecretOf(name string, v any) {
	switch v := v.(type) {
	case nil, bool:
	case []any:
		for _, e := range v {
			p.keepSecretOf(name, e)
		}
	case map[string]any:
		for _, e := range v {
			p.keepSecretOf(name, e)
		}
	default:
		text := value.Text(v)
		if p.options.Replay != nil && strings.Contains(text, secretMask) {
			return // it is masked already, and its rest is no secret
		}
		p.secrets.AddOf(name, text)
	}
}

// keepTainted makes secret what in a structured value holds a secret.
func (p *Plan) keepTainted(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			p.keepTainted(e)
		}
	case map[string]any:
		for _, e := range v {
			p.keepTainted(e)
		}
	default:
		if text := value.Text(v); p.secrets.Mask(text) != text {
			p.keepSecret(v)
		}
	}
}

// isStructured reports whether a value has parts.
func isStructured(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// keepVariable registers the value of a secret variable, if it is known before
// the run. The origin of a service is no secret merely because it stands in a
// private file: masked, it would make messages useless.
func (p *Plan) keepVariable(v *scope.Variable) {
	p.finder().Marked(v.Text.String())
	p.finder().Marked(v.Value)
	if !v.Secret {
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
		p.finder().Userinfo(text) // which goes other ways than the rest of a URL
	}
	p.keepSecretOf(v.Name, held)
}

// finder finds credentials in texts for the plan.
func (p *Plan) finder() redaction.Finder {
	return redaction.Finder{Secrets: p.secrets, Public: func(provider, param string) bool { return p.auth != nil && p.auth.Public(provider, param) }}
}

// hide returns what how makes of a text, or the text if nothing is hidden.
func (p *Plan) hide(how func(string) string, text string) string {
	if p.options.ShowSecrets {
		return text
	}
	return how(text)
}

// hideAddress is [redaction.HideQuery] for a URL that may hold secrets. These are masked first,
// while none is cut by the name of a parameter.
func (p *Plan) hideAddress(address string) string {
	return p.hide(func(address string) string { return redaction.HideQuery(p.secrets.Mask(address)) }, address)
}

// keepPlaces registers what is secret by its place, whoever has written it:
// answers and messages may repeat it.
func (p *Plan) keepPlaces(req *transport.Request) {
	for _, f := range req.Header {
		if redaction.SecretField(f.Name) {
			_, credentials := redaction.Credentials(f.Name, f.Value)
			p.secrets.Add(credentials)
		}
	}
	if req.URL.RawQuery == "" {
		return
	}
	for name, values := range req.URL.Query() {
		if redaction.SecretParameter(name) {
			p.secrets.Add(values...)
		}
	}
}

// keepAnswered makes secret what answers hand out and is secret by its place.
func (p *Plan) keepAnswered(x *transport.Exchange) {
	if x == nil {
		return
	}
	for _, h := range x.Hops {
		p.finder().Answered(h.Header)
	}
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
