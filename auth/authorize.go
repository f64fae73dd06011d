package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

// A redirect is where a browser returns to with the answer to an authorization
// request: this machine (RFC 8252 section 7.3).
type redirect struct {
	url  url.URL // without a port if any will do
	text string  // as it was given, exactly as it is registered
}

// parseRedirect reads a redirect URL; "" stands for one of ours.
func parseRedirect(text string) (*redirect, error) {
	u, err := url.Parse(cmp.Or(text, "http://127.0.0.1/callback"))
	if err != nil {
		return nil, errors.New("not a URL")
	}
	if u.User != nil || u.Fragment != "" || u.Opaque != "" || u.RawQuery != "" {
		return nil, errors.New("a redirect URL has neither user name nor query nor fragment")
	}
	if u.Scheme != "http" || !transport.IsLoopback(u.Hostname()) {
		return nil, fmt.Errorf("the browser's answer can be received at http on this machine only, not at %s", transportOrigin(u))
	}
	if u.Port() == "0" {
		u.Host = strings.TrimSuffix(u.Host, ":0")
		text = ""
	}
	return &redirect{url: *u, text: text}, nil
}

// transportOrigin names where a URL leads, for a message.
func transportOrigin(u *url.URL) string { return quote(u.Scheme + "://" + u.Host) }

// listen opens the port of the redirect URL, or any, on loopback alone. It
// returns the redirect URL as the authorization request gives it.
func (r *redirect) listen(ctx context.Context) (listeners []net.Listener, uri string, err error) {
	host, port := r.url.Hostname(), cmp.Or(r.url.Port(), "0")
	first := host
	if _, err := netip.ParseAddr(host); err != nil { // a name of this machine, which nobody need be asked for
		first = "127.0.0.1"
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", net.JoinHostPort(first, port))
	if err != nil {
		inner := new(net.OpError)
		if errors.As(err, &inner) {
			err = inner.Err
		}
		return nil, "", fmt.Errorf("%s cannot be listened at: %w", net.JoinHostPort(first, port), err)
	}
	listeners = append(listeners, l)
	_, port, _ = net.SplitHostPort(l.Addr().String())
	if first != host { // the browser may take the other address of the name
		if second, err := config.Listen(ctx, "tcp", net.JoinHostPort("::1", port)); err == nil {
			listeners = append(listeners, second)
		}
	}
	if r.url.Port() != "" && r.text != "" {
		return listeners, r.text, nil
	}
	with := r.url
	with.Host = net.JoinHostPort(host, port)
	return listeners, with.String(), nil
}

// authorizationCode asks a person to permit the access in a browser, which
// returns with a code that is exchanged for a token (RFC 6749 section 4.1, RFC
// 7636, RFC 8252).
func (i *issuer) authorizationCode(ctx context.Context) (*token, error) {
	waiting, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	configured, _ := i.values("redirect_url")
	where, err := parseRedirect(configured)
	if err != nil {
		return nil, i.refuse(nil, err.Error())
	}
	listeners, uri, err := where.listen(waiting)
	if err != nil {
		r := i.refuse(nil, err.Error())
		r.Suggestion = "end what uses the port, or configure a redirect URL with another one"
		return nil, r
	}
	v, state := i.secrets(uri)
	request, err := i.build(i.def.authorize.request, v)
	if err != nil {
		return nil, err
	}
	page := &landing{path: cmp.Or(where.url.Path, "/"), answer: make(chan url.Values, 1)}
	server := &http.Server{Handler: page, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	for _, l := range listeners {
		go func() { _ = server.Serve(l) }() // it ends when the server is closed
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(closing) != nil { // the browser has its page by then
			_ = server.Close()
		}
	}()

	deadline, _ := waiting.Deadline()
	i.config.Interact(waiting, Prompt{ID: i.def.id, For: i.goal(), URL: request.URL.String(), End: deadline})
	var answer url.Values
	select {
	case answer = <-page.answer:
	case <-waiting.Done():
		return nil, i.late(waiting, loginTimeout)
	}
	code, err := i.judge(answer, state, request.URL)
	if err != nil {
		return nil, err
	}
	i.config.Secrets.Add(code)
	exchange, err := i.build(i.def.token.request, v.with("code", code))
	if err != nil {
		return nil, err
	}
	return i.issue(ctx, exchange)
}

// secrets returns the values of one authorization request: the redirect URL,
// the state against answers that belong to another one, and the verifier of
// PKCE against stolen codes.
func (i *issuer) secrets(uri string) (v values, state string) {
	state, given := i.values("state")
	if !given {
		state = random()
	}
	v = i.values.with("redirect_uri", uri).with("state", state)
	if i.def.authorize.challenge == "" {
		return v, state
	}
	verifier, given := i.values("code_verifier")
	if !given {
		verifier = random()
	}
	i.config.Secrets.Add(verifier)
	challenge := verifier
	if i.def.authorize.challenge == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return v.with("code_verifier", verifier).with("code_challenge", challenge).
		with("code_challenge_method", i.def.authorize.challenge), state
}

// random returns 256 bits that nobody can guess, in 43 characters that may stand
// in a URL.
func random() string {
	var bits [32]byte
	_, _ = rand.Read(bits[:]) // it never fails
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// judge returns the code of an answer to an authorization request, or why there
// is none.
func (i *issuer) judge(answer url.Values, state string, asked *url.URL) (string, error) {
	for name, values := range answer {
		if len(values) > 1 { // RFC 6749 section 3.1
			return "", i.refuse(nil, "the browser's answer has "+quote(name)+" twice")
		}
	}
	if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(state)) != 1 {
		r := i.refuse(nil, "the browser's answer belongs to another login: its `state` is not the one that was sent")
		r.Suggestion = "try again, and close older pages of the login"
		return "", r
	}
	if problem := i.foreignIssuer(answer, asked); problem != "" {
		r := i.refuse(nil, problem)
		r.Suggestion = "log in nowhere else; if the issuer is right, configure it as `issuer`"
		if !answer.Has("iss") {
			r.Suggestion = "log in nowhere else; if the metadata of the server has no `authorization_response_iss_parameter_supported`, leave out `issuer_required`"
		}
		return "", r
	}
	if code := answer.Get("error"); code != "" { // RFC 6749 section 4.1.2.1
		said := code
		if text := answer.Get("error_description"); text != "" {
			said += ": " + text
		}
		r := i.refuse(nil, "the server answered "+quote(i.mask(said)))
		r.code = code
		if uri := answer.Get("error_uri"); uri != "" {
			r.Detail = "explained at " + placeOf(new(url.URL), i.mask(uri))
		}
		r.Suggestion = i.def.errors.hint(false, 0, said, i.values)
		return "", r
	}
	code := answer.Get("code")
	if code == "" {
		return "", i.refuse(nil, "the browser's answer has no `code`")
	}
	return code, nil
}

// foreignIssuer says what is wrong with the issuer that an answer names; "" if
// nothing is. It is what keeps the code of one server from another's token endpoint
// (RFC 9207 section 2.4): an issuer that is named must be the configured one, and
// must be named where the user says that the server does so. Metadata, which could
// say it, is not fetched. An issuer that is not known beforehand is at least at home
// where the browser was sent.
func (i *issuer) foreignIssuer(answer url.Values, asked *url.URL) string {
	configured, set := i.values("issuer")
	if !answer.Has("iss") {
		if i.def.authorize.namesIssuer {
			return "the answer does not name the issuer " + quote(configured)
		}
		return ""
	}
	found := answer.Get("iss")
	if set {
		if found != configured {
			return "the answer comes from the issuer " + quote(found) + ", not from " + quote(configured)
		}
		return ""
	}
	want, _ := originOf(asked)
	u, err := url.Parse(found)
	if err == nil {
		if origin, err := originOf(u); err == nil && origin == want {
			return ""
		}
	}
	return "the answer comes from the issuer " + quote(found) + ", not from " + want
}

// landing is the page that a browser returns to. It takes one answer.
type landing struct {
	path   string
	answer chan url.Values
}

// ServeHTTP implements http.Handler.
func (l *landing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Connection", "close")
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	home := transport.IsLoopback(strings.Trim(host, "[]")) // else it is a name that was bent to us
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case !home || r.URL.Path != l.path:
		http.NotFound(w, r)
		return
	case r.Method != http.MethodGet:
		http.Error(w, "Only GET.", http.StatusMethodNotAllowed)
		return
	case err != nil || !query.Has("state") && !query.Has("code") && !query.Has("error"):
		http.Error(w, "This is not the answer to a login.", http.StatusBadRequest)
		return
	}
	select {
	case l.answer <- query:
	default:
		http.Error(w, "This login has had its answer.", http.StatusGone)
		return
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write([]byte(landed)) // whether the browser shows it does not matter
}

const landed = "<!doctype html><title>postrider</title><p>postrider has the answer of the login. You can close this page and return to the terminal.</p>\n"
