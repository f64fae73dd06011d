package auth

import (
	"fmt"
	"slices"

	"github.com/postrider/postrider/internal/diag"
)

// check is the second half of reading a definition: whether its parts fit
// together. It also works out what follows from them.
func (r *reader) check(root *node, d *definition) {
	used := make(map[string]bool)
	names := d.names()
	refer := func(span diag.Span, name string, also ...string) {
		used[name] = true
		if d.param(name) == nil && !slices.Contains(also, name) {
			r.fail(span, diag.DidYouMean(name, names), "`%s` is not a parameter", name)
		}
	}
	check := func(also ...string) func(template) {
		return func(t template) {
			for _, name := range t.names() {
				refer(t.span, name, also...)
			}
		}
	}

	for _, p := range d.params {
		if p.env == "" && len(d.origins) > 0 {
			r.fail(p.span, fmt.Sprintf("add `\"env\": %q`", environmentName(d.id, p.name)), "parameter `%s` has no environment name", p.name)
		}
		if p.env != "" && len(d.origins) == 0 {
			r.fail(p.span, "say in `origins` where the credentials may go", "parameter `%s` has an environment name, but the definition has no `origins`", p.name)
		}
		if other := slices.IndexFunc(d.params, func(q *param) bool { return q.env == p.env }); p.env != "" && d.params[other] != p {
			r.fail(p.span, "", "parameters `%s` and `%s` have the same environment name", d.params[other].name, p.name)
		}
		if p.name == "refresh_token" || p.name == "token" && d.static != "token" {
			r.fail(p.span, "rename the parameter", "`{{%s}}` stands for what the endpoint issues", p.name)
		}
		for _, ref := range p.refs {
			refer(p.span, ref)
		}
		if circle := d.circle(p); circle != nil {
			r.fail(p.span, "", "parameters depend on each other: %s", list(circle))
			return
		}
	}
	check()(d.account)
	if d.static != "" {
		refer(root.span, d.static)
	}
	if d.tls != nil {
		for _, name := range []string{d.tls.cert, d.tls.key, d.tls.passphrase} {
			if name != "" {
				refer(root.span, name)
			}
		}
	}
	if d.token != nil {
		d.token.request.templates(check())
		r.baseFirst(d.token.request.url)
	}
	if d.refresh != nil {
		d.refresh.templates(check("refresh_token"))
		r.baseFirst(d.refresh.url)
		if d.token == nil || d.token.response.refresh == nil {
			r.fail(d.refresh.span, "", "`refresh` without a path for the refresh token in `token.response`")
		}
	}
	if d.revoke != nil {
		d.revoke.templates(check("token", "refresh_token"))
		r.baseFirst(d.revoke.url)
		if d.token == nil {
			r.fail(d.revoke.span, "", "`revoke` without `token`")
		}
	}
	for i := range d.apply {
		d.apply[i].templates(check("token"))
		for name := range d.apply[i].when {
			refer(root.span, name)
		}
	}
	for _, h := range d.errors.hints {
		for name := range h.when {
			refer(root.span, name)
		}
	}
	for _, t := range d.origins {
		check()(t)
		r.baseFirst(t)
	}
	if d.flow != "" && (d.token != nil || d.refresh != nil) {
		r.fail(root.span, "remove `token` and `refresh`", "a definition with a `flow` has no requests of its own")
	}
	if len(d.apply) == 0 {
		r.fail(root.span, "", "a definition needs `apply`")
	}
	if len(d.origins) == 0 && (d.token != nil || d.tls != nil) {
		r.fail(root.span, "say in `origins` where the credentials may go", "a definition with a token or a certificate needs `origins`")
	}
	for _, p := range d.params {
		if !used[p.name] && d.flow == "" {
			r.fail(p.span, "", "nothing refers to parameter `%s`", p.name)
		}
	}

	if len(d.origins) > 0 && len(d.origins[0].parts) > 0 {
		d.baseParam = d.origins[0].parts[0].name
	}
	issuing := []string{d.static}
	if d.tls != nil {
		issuing = append(issuing, d.tls.cert, d.tls.key, d.tls.passphrase)
	}
	d.issuing = d.closure(d.issues, issuing...)
}

// baseFirst checks that a reference at the start of a URL is the whole of its
// origin, so that a value cannot be continued to another host.
func (r *reader) baseFirst(t template) {
	if len(t.parts) > 1 && t.parts[0].name != "" && (t.parts[1].text == "" || t.parts[1].text[0] != '/') {
		r.fail(t.span, "", "a base URL must be followed by `/`")
	}
}

// circle returns the parameters that p depends on if p is one of them.
func (d *definition) circle(p *param) []string {
	var path []string
	seen := make(map[string]bool)
	var visit func(q *param) bool
	visit = func(q *param) bool {
		path = append(path, q.name)
		for _, ref := range q.refs {
			if ref == p.name {
				return true
			}
			if next := d.param(ref); next != nil && !seen[ref] {
				seen[ref] = true
				if visit(next) {
					return true
				}
			}
		}
		path = path[:len(path)-1]
		return false
	}
	if !visit(p) {
		return nil
	}
	return path
}
