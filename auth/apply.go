package auth

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// A rule is an apply rule that holds for a binding.
type rule struct {
	*applyRule
	token      bool   // it applies the token
	credential bool   // it applies the token or another secret
	scheme     scheme // makes what it applies; nil if that is a text
}

// chooseRules keeps the rules whose conditions hold.
func (b *Binding) chooseRules() {
	for i := range b.def.apply {
		a := &b.def.apply[i]
		if !holds(a.when, b.settings.get) {
			continue
		}
		r := rule{applyRule: a}
		a.templates(func(t template) {
			for _, name := range t.names() {
				r.token = r.token || name == "token"
				r.credential = r.credential || name == "token" || b.settings[name].secret
			}
		})
		if _, ok := schemePlaces[a.place]; ok {
			r.scheme = b.manager.newScheme(a, b.settings.get)
		}
		b.rules = append(b.rules, r)
	}
}

// holds reports whether parameters have the values that they must have.
func holds(when map[string]string, v values) bool {
	for name, want := range when {
		if value, _ := v(name); value != want {
			return false
		}
	}
	return true
}

// checkRules tries the rules on a hop that is not sent, to find before the run
// what they cannot apply.
func (b *Binding) checkRules() error {
	for i := range b.rules {
		if b.rules[i].scheme != nil {
			continue // which depends on the hop
		}
		hop := &http.Request{URL: new(url.URL), Header: make(http.Header)}
		if _, err := b.rules[i].apply(hop, values(b.settings.get).with("token", "t")); err != nil {
			return b.problem(diag.CodeAuthParameter, "%s", err)
		}
		if err := b.registerPair(b.rules[i].basic); err != nil {
			return err
		}
	}
	return nil
}

// header returns the header field that the rule sets, or "".
func (r *rule) header(v values) string {
	switch r.place {
	case "basic", "digest", "aws":
		return "Authorization"
	case "header":
		name, _ := r.name.expand(v)
		return name
	}
	return ""
}

// yields reports whether the request has the place of the rule taken itself.
func (r *rule) yields(hop *http.Request, own func(string) bool, v values) bool {
	if header := r.header(v); header != "" {
		return own(canonical(header)) || r.ifAbsent && hasHeader(hop.Header, header)
	}
	name, _ := r.name.expand(v)
	if r.place == "cookie" {
		_, err := hop.Cookie(name)
		return err == nil
	}
	return hop.URL.Query().Has(name)
}

// text returns what the rule applies. It reports false if that refers to
// something that is not set.
func (r *rule) text(v values) (text string, set bool, err error) {
	if r.basic != nil {
		return r.basic.header(v)
	}
	return r.value.header(v)
}

// apply sets the credential on the hop, and reports whether there is one.
func (r *rule) apply(hop *http.Request, v values) (set bool, err error) {
	if r.scheme != nil {
		return true, r.scheme.apply(hop)
	}
	text, set, err := r.text(v)
	if err != nil || !set {
		return false, err
	}
	if header := r.header(v); header != "" {
		if !transport.IsToken(header) {
			return false, fmt.Errorf("%q is not the name of a header field", header)
		}
		for name := range hop.Header {
			if strings.EqualFold(name, header) {
				delete(hop.Header, name)
			}
		}
		if !r.exactCase {
			header = canonical(header)
		}
		if hop.Header == nil {
			hop.Header = make(http.Header)
		}
		hop.Header[header] = []string{text} // Set would change the case of the name
		return true, nil
	}
	name, _ := r.name.expand(v)
	if r.place == "cookie" {
		cookie := http.Cookie{Name: name, Value: text, Quoted: strings.ContainsAny(text, " ,")}
		if err := cookie.Valid(); err != nil {
			return false, fmt.Errorf("not a cookie: %w", err)
		}
		hop.AddCookie(&cookie)
		return true, nil
	}
	u := *hop.URL // the request's own, which must stay as it is
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += url.QueryEscape(name) + "=" + url.QueryEscape(text)
	hop.URL = &u
	return true, nil
}

// carried reports whether a request that was sent carries what the rule applies.
func (r *rule) carried(sent *http.Request, v values) bool {
	text, set, err := r.text(v)
	if err != nil || !set {
		return false
	}
	if header := r.header(v); header != "" {
		for name, found := range sent.Header {
			if strings.EqualFold(name, header) && len(found) > 0 && found[0] == text {
				return true
			}
		}
		return false
	}
	name, _ := r.name.expand(v)
	if r.place == "cookie" {
		cookie, err := sent.Cookie(name)
		return err == nil && cookie.Value == text
	}
	return sent.URL.Query().Get(name) == text
}

func hasHeader(header http.Header, name string) bool {
	for found := range header {
		if strings.EqualFold(found, name) {
			return true
		}
	}
	return false
}
