package auth

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// readDefinition reads a definition strictly: what it does not know, what is
// missing and what refers to nothing is an error with its place in source.
func readDefinition(id string, source *diag.Source) (*definition, error) {
	return readDefinitionAt(id, Place{source, diag.Span{End: len(source.Text())}})
}

// readDefinitionAt reads a definition that is a part of a source.
func readDefinitionAt(id string, at Place) (*definition, error) {
	root, problem := parseJSON(at)
	if problem != nil {
		return nil, problem
	}
	d := &definition{id: id, source: at.Source, hash: sha256.Sum256([]byte(at.Source.Slice(at.Span)))}
	r := &reader{source: at.Source}
	r.definition(root, d)
	if len(r.problems) == 0 {
		r.check(root, d)
	}
	return d, joined(r.problems)
}

// reader turns nodes into the parts of a definition and gathers what is wrong.
type reader struct {
	source   *diag.Source
	problems diag.List
}

func (r *reader) fail(span diag.Span, suggestion, format string, args ...any) {
	r.problems = append(r.problems, &diag.Diagnostic{
		Code: diag.CodeAuthDefinition, Severity: diag.Error,
		Summary: fmt.Sprintf(format, args...), Source: r.source, Subject: span, Suggestion: suggestion,
	})
}

// is reports whether n is of kind want, and fails if it is not.
func (r *reader) is(n *node, want kind) bool {
	if n.kind != want {
		r.fail(n.span, "", "expected %s, found %s", want, n.kind)
	}
	return n.kind == want
}

// object reads the members of n by fields and refuses all others.
func (r *reader) object(n *node, fields map[string]func(*node)) {
	r.each(n, func(m member) {
		read, known := fields[m.key]
		if !known {
			names := sortedKeys(fields)
			r.fail(m.span, cmp.Or(diag.DidYouMean(m.key, names), "use one of "+list(names)), "unknown key `%s`", m.key)
			return
		}
		read(m.value)
	})
}

// each calls f with the members of the object n, none of them twice.
func (r *reader) each(n *node, f func(member)) {
	if !r.is(n, kindObject) {
		return
	}
	seen := make(map[string]bool, len(n.members))
	for _, m := range n.members {
		if seen[m.key] {
			r.fail(m.span, "", "key `%s` is given twice", m.key)
			continue
		}
		seen[m.key] = true
		f(m)
	}
}

func (r *reader) items(n *node, f func(*node)) {
	if r.is(n, kindArray) {
		for _, item := range n.items {
			f(item)
		}
	}
}

func (r *reader) text(to *string) func(*node) {
	return func(n *node) {
		if r.is(n, kindString) {
			*to = n.text
		}
	}
}

func (r *reader) oneOf(to *string, allowed ...string) func(*node) {
	return func(n *node) {
		r.text(to)(n)
		if n.kind == kindString && !slices.Contains(allowed, n.text) {
			r.fail(n.span, cmp.Or(diag.DidYouMean(n.text, allowed), "use "+list(allowed)), "unknown value %q", n.text)
		}
	}
}

// texts reads a string, or an array of strings.
func (r *reader) texts(to *[]string) func(*node) {
	return func(n *node) {
		if n.kind == kindString {
			*to = []string{n.text}
			return
		}
		*to = []string{}
		r.items(n, func(item *node) {
			if r.is(item, kindString) {
				*to = append(*to, item.text)
			}
		})
	}
}

func (r *reader) truth(to *bool) func(*node) {
	return func(n *node) {
		if r.is(n, kindBoolean) {
			*to = n.truth
		}
	}
}

func (r *reader) status(n *node) int {
	text := r.source.Slice(n.span)
	status, err := strconv.Atoi(text)
	if n.kind != kindNumber || err != nil || status < 100 || status > 599 {
		r.fail(n.span, "", "expected an HTTP status, found %s", text)
	}
	return status
}

func (r *reader) statuses(to *[]int) func(*node) {
	return func(n *node) { r.items(n, func(item *node) { *to = append(*to, r.status(item)) }) }
}

func (r *reader) duration(to *time.Duration) func(*node) {
	return func(n *node) {
		if !r.is(n, kindString) {
			return
		}
		d, err := time.ParseDuration(n.text)
		if err != nil || d <= 0 || d > maxLife {
			r.fail(n.span, "write a duration such as `15m` or `24h`", "%q is not a duration between 0 and 400 days", n.text)
		}
		*to = d
	}
}

func (r *reader) template(to *template) func(*node) {
	return func(n *node) {
		if !r.is(n, kindString) {
			return
		}
		t, err := parseTemplate(n.text)
		if err != nil {
			r.fail(n.span, "", "%s", err)
		}
		t.span = n.span
		*to = t
	}
}

func (r *reader) named(to *[]namedTemplate) func(*node) {
	return func(n *node) {
		r.each(n, func(m member) {
			t := namedTemplate{name: m.key}
			r.template(&t.value)(m.value)
			*to = append(*to, t)
		})
	}
}

// headers reads the header fields of a request.
func (r *reader) headers(to *[]namedTemplate) func(*node) {
	return func(n *node) {
		r.named(to)(n)
		for _, m := range n.members {
			if !transport.IsToken(m.key) {
				r.fail(m.span, "", "%q is not the name of a header field", m.key)
			}
		}
	}
}

// conditions reads the values that parameters must have.
func (r *reader) conditions(to *map[string]string) func(*node) {
	return func(n *node) {
		*to = make(map[string]string)
		r.each(n, func(m member) {
			if r.is(m.value, kindString) {
				(*to)[m.key] = m.value.text
			}
		})
	}
}

func (r *reader) document(n *node) document {
	d := document{kind: n.kind}
	switch n.kind {
	case kindObject:
		r.each(n, func(m member) {
			d.members = append(d.members, documentMember{name: m.key, value: r.document(m.value)})
		})
	case kindArray:
		r.items(n, func(item *node) { d.items = append(d.items, r.document(item)) })
	case kindString:
		d.text = new(template)
		r.template(d.text)(n)
	default:
		d.literal = []byte(r.source.Slice(n.span))
	}
	return d
}

func (r *reader) definition(n *node, d *definition) {
	r.object(n, map[string]func(*node){
		"$schema": r.text(new(string)), // for editors
		"title":   r.text(&d.title),
		"account": r.template(&d.account),
		"params": func(n *node) {
			r.each(n, func(m member) { d.params = append(d.params, r.param(m)) })
		},
		"flow":   r.oneOf(&d.flow, oauth2Flow),
		"static": r.text(&d.static),
		"tls": func(n *node) {
			d.tls = new(clientTLS)
			r.object(n, map[string]func(*node){
				"cert": r.text(&d.tls.cert), "key": r.text(&d.tls.key),
				"passphrase": r.text(&d.tls.passphrase), "required": r.truth(&d.tls.required),
			})
			if d.tls.cert == "" {
				r.fail(n.span, "add `\"cert\"` with the name of a parameter", "`tls` without `cert`")
			}
		},
		"token": func(n *node) {
			d.token = &tokenRule{response: responseRule{formats: []string{"json"}}}
			r.object(n, map[string]func(*node){
				"request":  func(n *node) { d.token.request = r.request(n) },
				"response": func(n *node) { r.response(n, &d.token.response) },
			})
			if d.token.request == nil || d.token.response.token == nil || d.token.response.defaultTTL == 0 {
				r.fail(n.span, "", "`token` needs a `request`, and a `response` with `token` and `default_ttl`")
			}
		},
		"refresh": func(n *node) {
			r.object(n, map[string]func(*node){"request": func(n *node) { d.refresh = r.request(n) }})
			if d.refresh == nil {
				r.fail(n.span, "", "`refresh` needs a `request`")
			}
		},
		"revoke": func(n *node) {
			r.object(n, map[string]func(*node){"request": func(n *node) { d.revoke = r.request(n) }})
			if d.revoke == nil {
				r.fail(n.span, "", "`revoke` needs a `request`")
			}
		},
		"apply": func(n *node) {
			r.items(n, func(item *node) { d.apply = append(d.apply, r.applyRule(item)) })
		},
		"origins": func(n *node) {
			r.items(n, func(item *node) {
				var t template
				r.template(&t)(item)
				d.origins = append(d.origins, t)
			})
		},
		"errors": func(n *node) { r.errors(n, &d.errors) },
	})
}

func (r *reader) param(m member) *param {
	p := &param{name: m.key, span: m.span}
	if !isParameterName(p.name) {
		r.fail(m.span, "use lower-case letters, digits and `_`", "%q cannot be the name of a parameter", p.name)
	}
	r.object(m.value, map[string]func(*node){
		"env": func(n *node) {
			r.text(&p.env)(n)
			if n.kind == kindString && n.text == "" {
				r.fail(n.span, "", "expected the name of an environment variable, found nothing")
			}
		},
		"default": func(n *node) {
			p.fallback = new(template)
			r.template(p.fallback)(n)
			p.refs = append(p.refs, p.fallback.names()...)
		},
		"by": func(n *node) {
			r.text(&p.by)(n)
			p.refs = append(p.refs, p.by)
		},
		"map": func(n *node) {
			p.choices = make(map[string]string)
			r.each(n, func(m member) {
				if r.is(m.value, kindString) {
					p.choices[m.key] = m.value.text
				}
			})
		},
		"enum": r.texts(&p.enum),
		"pattern": func(n *node) {
			if !r.is(n, kindString) {
				return
			}
			pattern, err := regexp.Compile(`^(?:` + n.text + `)$`) // always the whole value
			if err != nil {
				r.fail(n.span, "", "not a regular expression: %s", err)
			}
			p.pattern = pattern
		},
		"secret":      r.truth(&p.secret),
		"required":    r.truth(&p.required),
		"description": r.text(&p.description),
	})
	if (p.by == "") != (p.choices == nil) {
		r.fail(m.span, "give both `by` and `map`, or neither", "`%s` has one of `by` and `map`", p.name)
	}
	if p.by != "" && p.fallback != nil {
		r.fail(m.span, "give the selecting parameter a default instead", "`%s` has both `default` and `map`", p.name)
	}
	return p
}

func (r *reader) request(n *node) *requestRule {
	q := &requestRule{span: n.span, method: "POST"}
	bodies := 0
	body := func(read func(*node)) func(*node) {
		return func(n *node) { bodies++; read(n) }
	}
	r.object(n, map[string]func(*node){
		"method":  r.oneOf(&q.method, "POST", "GET", "PUT"),
		"url":     r.template(&q.url),
		"headers": r.headers(&q.headers),
		"query":   r.named(&q.query),
		"form":    body(r.named(&q.form)),
		"json":    body(func(n *node) { d := r.document(n); q.json = &d }),
		"raw": body(func(n *node) {
			q.raw = new(string)
			r.text(q.raw)(n)
			if strings.Contains(*q.raw, "{{") {
				r.fail(n.span, "use `json` or `form`", "nothing is substituted in a `raw` body")
			}
		}),
		"basic": func(n *node) { q.basic = r.basic(n) },
	})
	if len(q.url.parts) == 0 {
		r.fail(n.span, "", "a request needs a `url`")
	}
	if bodies > 1 {
		r.fail(n.span, "", "a request has one of `json`, `form` and `raw`")
	}
	return q
}

func (r *reader) basic(n *node) *basicRule {
	b := new(basicRule)
	r.object(n, map[string]func(*node){"username": r.template(&b.username), "password": r.template(&b.password)})
	if len(b.username.parts) == 0 {
		r.fail(n.span, "", "`basic` needs a `username`")
	}
	return b
}

func (r *reader) response(n *node, s *responseRule) {
	var expires string
	r.object(n, map[string]func(*node){
		"format": func(n *node) {
			r.texts(&s.formats)(n)
			for _, f := range s.formats {
				if !slices.Contains([]string{"json", "text", "form"}, f) {
					r.fail(n.span, "use `json`, `text` or `form`", "unknown format %q", f)
				}
			}
		},
		"token":              r.texts(&s.token),
		"type":               r.texts(&s.kind),
		"expires_in":         r.texts(&s.expiresIn),
		"expires_at":         r.texts(&s.expiresAt),
		"expires":            r.oneOf(&expires, "jwt"),
		"refresh":            r.texts(&s.refresh),
		"refresh_expires_in": r.texts(&s.refreshExpiresIn),
		"refresh_expires_at": r.texts(&s.refreshExpiresAt),
		"default_ttl":        r.duration(&s.defaultTTL),
	})
	s.jwt = expires == "jwt"
}

func (r *reader) applyRule(n *node) applyRule {
	var a applyRule
	place := func(kind string, read func(*node)) func(*node) {
		return func(n *node) {
			if a.place != "" {
				r.fail(n.span, "write two rules", "a rule applies one of `header`, `query`, `cookie`, `basic`, `digest` and `aws`")
			}
			a.place = kind
			read(n)
		}
	}
	scheme := func(name string) func(*node) {
		return place(name, func(n *node) {
			known := schemePlaces[name].fields
			a.fields = make([]namedTemplate, len(known))
			fields := make(map[string]func(*node), len(known))
			for i, field := range known {
				a.fields[i].name = field
				fields[field] = r.template(&a.fields[i].value)
			}
			r.object(n, fields)
			for _, f := range a.fields[:schemePlaces[name].required] {
				if len(f.value.parts) == 0 {
					r.fail(n.span, "", "`%s` needs `%s`", name, f.name)
				}
			}
		})
	}
	r.object(n, map[string]func(*node){
		"digest": scheme("digest"),
		"aws":    scheme("aws"),
		"header": place("header", func(n *node) {
			r.template(&a.name)(n)
			if len(a.name.names()) == 0 && !transport.IsToken(n.text) {
				r.fail(n.span, "", "%q is not the name of a header field", n.text)
			}
		}),
		"query":      place("query", r.template(&a.name)),
		"cookie":     place("cookie", r.template(&a.name)),
		"basic":      place("basic", func(n *node) { a.basic = r.basic(n) }),
		"value":      r.template(&a.value),
		"when":       r.conditions(&a.when),
		"if_absent":  r.truth(&a.ifAbsent),
		"exact_case": r.truth(&a.exactCase),
	})
	switch {
	case a.place == "":
		r.fail(n.span, "", "a rule needs `header`, `query`, `cookie`, `basic`, `digest` or `aws`")
	case a.place != "basic" && a.fields == nil && (len(a.name.parts) == 0 || len(a.value.parts) == 0):
		r.fail(n.span, "", "a rule needs a name and a `value`")
	}
	return a
}

func (r *reader) errors(n *node, e *errorRule) {
	r.object(n, map[string]func(*node){
		"message":      r.texts(&e.message),
		"challenge":    r.truth(&e.challenge),
		"fatal":        r.texts(&e.fatal),
		"retry_status": r.statuses(&e.retryStatus),
		"trace_header": r.text(&e.trace),
		"invalid": func(n *node) {
			r.items(n, func(item *node) {
				var i invalidRule
				r.object(item, map[string]func(*node){
					"status":   func(n *node) { i.status = r.status(n) },
					"header":   r.text(&i.header),
					"contains": r.text(&i.contains),
				})
				e.invalid = append(e.invalid, i)
			})
		},
		"hint": func(n *node) {
			r.items(n, func(item *node) {
				var h hintRule
				on := "token"
				r.object(item, map[string]func(*node){
					"on": r.oneOf(&on, "token", "api"), "status": r.statuses(&h.statuses), "contains": r.text(&h.contains),
					"when": r.conditions(&h.when), "text": r.text(&h.text),
				})
				h.api = on == "api"
				e.hints = append(e.hints, h)
			})
		},
	})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// list writes names for people: "`a`, `b` and `c`".
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = "`" + n + "`"
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	last := len(quoted) - 1
	return strings.Join(quoted[:last], ", ") + " and " + quoted[last]
}
