package auth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/transport"
)

// maxAnswer is the limit of a token endpoint's answer, in bytes.
const maxAnswer = 1 << 20

// build returns the request that r stands for. What refers to a parameter that
// is not set is left out.
func (r *requestRule) build(u *url.URL, v values) (*transport.Request, error) {
	target := *u
	query := encode(r.query, v)
	if query != "" && target.RawQuery != "" {
		query = target.RawQuery + "&" + query
	}
	if query != "" {
		target.RawQuery = query
	}
	request := &transport.Request{Method: r.method, URL: &target, MaxBody: maxAnswer}

	var kind string
	switch {
	case r.json != nil:
		var out bytes.Buffer
		if _, err := r.json.append(&out, v); err != nil {
			return nil, err
		}
		kind, request.Body = "application/json", transport.Bytes(out.Bytes())
	case r.form != nil:
		kind, request.Body = "application/x-www-form-urlencoded", transport.Bytes(encode(r.form, v))
	case r.raw != nil:
		request.Body = transport.Bytes(*r.raw)
	}

	has := make(map[string]bool)
	for _, h := range r.headers {
		value, set, err := h.value.header(v)
		if err != nil {
			return nil, fmt.Errorf("`%s`: %w", h.name, err)
		}
		if set {
			request.Header = append(request.Header, transport.Field{Name: h.name, Value: value})
			has[strings.ToLower(h.name)] = true
		}
	}
	if r.basic != nil && !has["authorization"] {
		value, set, err := r.basic.header(v)
		if err != nil {
			return nil, err
		}
		if set {
			request.Header = append(request.Header, transport.Field{Name: "Authorization", Value: value})
		}
	}
	if kind != "" && !has["content-type"] {
		request.Header = append(request.Header, transport.Field{Name: "Content-Type", Value: kind})
	}
	if !has["accept"] {
		request.Header = append(request.Header, transport.Field{Name: "Accept", Value: "application/json"})
	}
	return request, nil
}

// encode writes fields as application/x-www-form-urlencoded, in their order.
func encode(fields []namedTemplate, v values) string {
	var b strings.Builder
	for _, f := range fields {
		value, set := f.value.expand(v)
		if !set {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(value))
	}
	return b.String()
}

// pair returns the user name and password. Without a user name there is none;
// a password may be empty.
func (b *basicRule) pair(v values) (user, password string, set bool, err error) {
	user, set = b.username.expand(v)
	password, _ = b.password.expand(v)
	if b.form {
		user, password = url.QueryEscape(user), url.QueryEscape(password)
	}
	if strings.Contains(user, ":") {
		return "", "", false, errors.New("a user name of HTTP Basic authentication cannot hold `:` (RFC 7617 section 2)")
	}
	return user, password, set, nil
}

// header returns the value of the Authorization header field.
func (b *basicRule) header(v values) (value string, set bool, err error) {
	user, password, set, err := b.pair(v)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)), set, err
}
