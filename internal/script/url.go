package script

import (
	"errors"
	"strings"

	"github.com/dop251/goja"
)

// urlObject is a URL of a script.
type urlObject struct {
	*webURL
	query  *query
	params *goja.Object // its searchParams
}

// url makes the class URL (WHATWG URL section 6.1).
func (l *library) url() goja.Value {
	l.urlSearchParams()
	members := []member{
		{name: "origin", get: func(c *invocation) goja.Value { return c.l.vm.ToValue(receiver[*urlObject](c).origin()) }},
		{name: "searchParams", get: func(c *invocation) goja.Value { return receiver[*urlObject](c).params }},
		{name: "toString", call: href},
		{name: "toJSON", call: href},
	}
	for _, p := range urlParts() {
		members = append(members, member{
			name: p.name,
			get:  func(c *invocation) goja.Value { return c.l.vm.ToValue(p.get(receiver[*urlObject](c).webURL)) },
			set: func(c *invocation) {
				u, value := receiver[*urlObject](c), c.written(0, p.name)
				changed := *u.webURL
				if err := p.set(&changed, value); err != nil {
					c.fail("%s in %s", err.Error(), excerpt(value))
				}
				*u.webURL = changed
				u.query.pairs = parseQuery(strings.TrimPrefix(changed.query, "?"))
			},
		})
	}
	class := l.class("URL", func(c *invocation) any {
		u, err := c.parseURL()
		if err != nil {
			c.fail("expected a URL, found %s: %s", excerpt(c.arg(0).String()), err.Error())
		}
		return l.newURL(u)
	}, members...).(*goja.Object)
	l.must(class.Set("canParse", l.function("URL.canParse", func(c *invocation) goja.Value {
		_, err := c.parseURL()
		return l.vm.ToValue(err == nil)
	})))
	l.must(class.Set("parse", l.function("URL.parse", func(c *invocation) goja.Value {
		u, err := c.parseURL()
		if err != nil {
			return goja.Null()
		}
		return l.instance("URL", l.newURL(u))
	})))
	return class
}

func href(c *invocation) goja.Value { return c.l.vm.ToValue(receiver[*urlObject](c).String()) }

// parseURL reads the arguments (url, base).
func (c *invocation) parseURL() (*webURL, error) {
	var base *webURL
	if c.has(1) {
		var err error
		if base, err = parseWebURL(c.written(1, "base"), nil); err != nil {
			return nil, errors.New("the base " + excerpt(c.args[1].String()) + ": " + err.Error())
		}
	}
	return parseWebURL(c.written(0, "url"), base)
}

func (l *library) newURL(u *webURL) *urlObject {
	o := &urlObject{webURL: u, query: &query{pairs: parseQuery(strings.TrimPrefix(u.query, "?"))}}
	o.query.changed = func() {
		o.webURL.query = ""
		if s := o.query.String(); s != "" {
			o.webURL.query = "?" + s
		}
	}
	o.params = l.instance("URLSearchParams", o.query)
	return o
}

// urlPart is a part of a URL that scripts can read and set.
type urlPart struct {
	name string
	get  func(u *webURL) string
	set  func(u *webURL, value string) error
}

func urlParts() []urlPart {
	return []urlPart{
		{"href", (*webURL).String, func(u *webURL, s string) error {
			parsed, err := parseWebURL(s, nil)
			if err == nil {
				*u = *parsed
			}
			return err
		}},
		{"protocol", func(u *webURL) string { return u.scheme + ":" }, func(u *webURL, s string) error {
			scheme, _, ok := cutScheme(s + ":")
			special := u.isSpecial()
			if !ok {
				return errors.New("there is no scheme")
			}
			if changed := (&webURL{scheme: scheme}); changed.isSpecial() != special || (scheme == "file") != (u.scheme == "file") {
				return errors.New("a scheme of another kind")
			}
			u.scheme = scheme
			return u.setPort(u.port)
		}},
		{"username", func(u *webURL) string { return u.username }, func(u *webURL, s string) error {
			u.username = percentEncoded(s, userSet)
			return u.needHost()
		}},
		{"password", func(u *webURL) string { return u.password }, func(u *webURL, s string) error {
			u.password = percentEncoded(s, userSet)
			return u.needHost()
		}},
		{"host", (*webURL).hostPort, func(u *webURL, s string) error {
			if strings.ContainsAny(s, "@?#"+u.slashes()) {
				return errors.New("more than a host")
			}
			port := u.port
			err := u.setHost(s)
			if !strings.Contains(s[strings.LastIndexByte(s, ']')+1:], ":") {
				u.port = port
			}
			return errors.Join(err, u.needHost())
		}},
		{"hostname", func(u *webURL) string { return u.host }, func(u *webURL, s string) error {
			host, err := parseHost(s, u.isSpecial())
			if err == nil && host == "" && u.isSpecial() {
				err = errors.New("there is no host")
			}
			u.host = host
			return errors.Join(err, u.needHost())
		}},
		{"port", func(u *webURL) string { return u.port }, func(u *webURL, s string) error {
			return errors.Join(u.setPort(s), u.needHost())
		}},
		{"pathname", func(u *webURL) string { return u.path }, func(u *webURL, s string) error {
			if u.opaque {
				return errors.New("the URL has no path that can be set")
			}
			u.setPath(s)
			return nil
		}},
		{"search", func(u *webURL) string { return u.query }, func(u *webURL, s string) error {
			u.setQuery(strings.TrimPrefix(s, "?"))
			return nil
		}},
		{"hash", func(u *webURL) string { return u.fragment }, func(u *webURL, s string) error {
			u.fragment = ""
			if s = strings.TrimPrefix(s, "#"); s != "" {
				u.fragment = "#" + percentEncoded(s, fragmentSet)
			}
			return nil
		}},
	}
}

// needHost returns an error if the URL has no host, so that nothing can stand
// around it.
func (u *webURL) needHost() error {
	if !u.hasHost || u.scheme == "file" {
		return errors.New("the URL has no host")
	}
	return nil
}
