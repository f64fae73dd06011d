package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Do sends a request and what follows from it: redirects, as many as it
// allows, and one repeat after a 401 or 403 that doubts our credentials (more
// if they are a [Renewer]). Errors are or wrap a *diag.Diagnostic without a source, see [NotSentError]. The exchange is never nil; with an error
// it holds the hops that were answered, the last perhaps with a part of its
// body.
//
// A request whose connection breaks is sent again only if that is safe: by
// net/http, on another connection, if nothing was written of it, or if its
// method is idempotent, it carries an Idempotency-Key or the server says that
// it has not processed it, and the connection was an old one. A POST of which
// bytes may have been processed is never sent twice, and neither is any
// request whose body broke off half-way.
func (c *Client) Do(ctx context.Context, r *Request) (*Exchange, error) {
	result := &Exchange{}
	m, err := newMessage(r)
	if err != nil {
		return result, err
	}
	protocol, err := protocolOf(r.Proto)
	if err != nil {
		return result, err
	}
	limitedCtx, cancel := context.WithCancelCause(ctx)
	e := &exchange{
		client: c, request: r, protocol: protocol,
		user: ctx, ctx: limitedCtx, cancel: cancel,
		clock: newClock(r.Timeout, cancel),
		reach: anywhere,
	}
	if c.options.LoopbackOnly {
		e.reach = loopbackOnly
	}
	defer cancel(nil)
	defer e.clock.stop()
	err = e.run(m, result)
	return result, err
}

// exchange is a Do that is under way.
type exchange struct {
	client   *Client
	request  *Request
	protocol protocol
	user     context.Context // ends when the caller's does; credentials are fetched under it
	ctx      context.Context // ends with the time limits, too
	cancel   context.CancelCauseFunc
	clock    *clock
	reach    reach
	first    *url.URL // of the first hop
	remote   net.Addr // it was sent to; a proxy's, if there is one
}

// run sends hop after hop and adds them to result.
func (e *exchange) run(m *message, result *Exchange) error {
	var challenges, redirects int
	cause := CauseFirst
	for {
		hop, answer, err := e.send(m, cause)
		if hop != nil {
			result.Hops = append(result.Hops, hop)
		}
		if err != nil {
			return err
		}
		if r, ok := e.request.Auth.(Renewer); ok && hop.Applied {
			r.Answered(answer)
		}
		switch {
		case mayDoubt(hop.Status) && hop.Applied && e.mayChallenge(challenges, answer):
			challenges++
			again, err := e.challenge(m.url, answer)
			if err != nil || !again {
				return err
			}
			cause = CauseUnauthorized
		case isRedirect(hop.Status) && e.request.Redirects > 0:
			if redirects++; redirects > e.request.Redirects {
				return tooMany(e.request.Redirects, result)
			}
			if m, err = m.redirected(hop.Status, hop.Header); err != nil {
				return err
			}
			if err := e.narrow(m.url); err != nil {
				return err
			}
			cause = CauseRedirect
		default:
			return nil
		}
	}
}

// mayDoubt reports whether a status can say that credentials are not accepted.
// 403 usually says that they are, and permit too little (RFC 9110 section
// 15.5.4); the Authorizer knows which vendor means the former.
func mayDoubt(status int) bool {
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

// mayChallenge reports whether an answer is one that the credentials may react
// to, after so many others. One that asks for something new is not yet the
// server's word about them, and so none that a check of the request could mean.
func (e *exchange) mayChallenge(before int, answer *http.Response) bool {
	if r, ok := e.request.Auth.(Renewer); ok && r.Renews(answer) {
		return before < maxChallenges
	}
	return before == 0 && e.mayRepeat(answer.StatusCode)
}

func (e *exchange) mayRepeat(status int) bool {
	return e.request.Repeat == nil || e.request.Repeat(status)
}

func (e *exchange) challenge(u *url.URL, answer *http.Response) (bool, error) {
	e.clock.stop()
	again, err := e.request.Auth.Challenge(e.user, answer)
	e.clock.resume()
	if err != nil {
		return false, e.authFailure(u, err)
	}
	return again, nil
}

// authFailure passes on what auth says, which knows best.
func (e *exchange) authFailure(u *url.URL, err error) error {
	var ours *diag.Diagnostic
	if errors.As(err, &ours) {
		return ours
	}
	if ended := e.ended(u); ended != nil {
		return ended
	}
	return problem(diag.CodeAuthToken, "", "no credentials for %s: %v", site(u), err)
}

func tooMany(most int, x *Exchange) error {
	const shown = 4 // enough to see a circle
	d := problem(diag.CodeRedirect, "add `# @no-redirect` to see the first answer", "more than %d redirects", most)
	var way []string
	for _, hop := range x.Hops[max(len(x.Hops)-shown, 0):] {
		way = append(way, site(hop.URL)+hop.URL.EscapedPath()) // a query may hold a token
	}
	d.Detail = "the last ones: " + strings.Join(way, " → ")
	return d
}

// narrow makes sure that a redirect does not lead from the internet into a
// private network. Connections of our own are checked when they are dialled;
// what a proxy does can only be told from the URL.
func (e *exchange) narrow(target *url.URL) error {
	if e.reach == loopbackOnly {
		return nil
	}
	if public, err := e.startedPublic(); err != nil || !public {
		return err
	}
	proxied, err := e.proxied(target)
	switch {
	case err != nil:
		return err
	case !proxied:
		e.reach = publicOnly
	case e.client.namesPrivate(target):
		return intoPrivate(strings.TrimSuffix(target.Hostname(), "."))
	default:
		e.reach = anywhere
	}
	return nil
}

// startedPublic reports whether the first hop left the private network.
func (e *exchange) startedPublic() (bool, error) {
	proxied, err := e.proxied(e.first)
	if err != nil || proxied {
		return !e.client.namesPrivate(e.first), err
	}
	return !e.client.isPrivateAddr(e.remote), nil
}

func (e *exchange) proxied(u *url.URL) (bool, error) {
	proxy, err := e.proxyFor(u)
	return proxy != nil, err
}

// send sends one hop and reads its answer. The hop is nil if there is none.
func (e *exchange) send(m *message, cause Cause) (*Hop, *http.Response, error) {
	certificate, err := e.certificate(m.url)
	if err != nil {
		return nil, nil, err
	}
	proxy, err := e.proxyFor(m.url)
	if err != nil {
		return nil, nil, err
	}
	trace := &trace{exchange: e}
	request, applied, err := e.compose(httptrace.WithClientTrace(e.ctx, trace.hooks()), m)
	if err != nil {
		return nil, nil, err
	}
	if request.Body == nil && request.GetBody != nil {
		if request.Body, err = request.GetBody(); err != nil {
			return nil, nil, err
		}
	}

	hop := &Hop{
		Cause: cause, Method: request.Method, URL: request.URL, Body: m.body,
		Sent: sentHeader(request), Applied: applied,
	}
	m.instruct(request)
	key := poolKey{
		certificate: fingerprint(certificate), protocol: e.protocol, reach: e.reach,
		insecure: e.client.options.Insecure || e.request.Insecure,
	}
	if proxy != nil {
		key.proxy = proxy.String()
	}
	pool := e.client.pool(key, certificate, proxy)
	hop.Start = time.Now()
	trace.start = hop.Start
	answer, err := pool.RoundTrip(request)
	trace.stop()
	if d := m.unread.Load(); d != nil && err != nil {
		err = d
	}
	if err != nil {
		return nil, nil, e.failure(m.url, err, trace, cause == CauseFirst && trace.remote == nil)
	}
	defer answer.Body.Close()
	if cause == CauseFirst {
		e.first, e.remote = m.url, trace.remote
	}
	err = e.read(hop, m.url, answer)
	trace.measure(hop)
	return hop, answer, err
}

// compose makes the request of a hop, with its cookies and credentials. Its body
// is not open yet.
func (e *exchange) compose(ctx context.Context, m *message) (request *http.Request, applied bool, err error) {
	request = m.request(ctx, e.client.options.UserAgent)
	if e.request.Cookies != nil {
		addCookies(request, e.request.Cookies)
	}
	applied, err = e.apply(m, request)
	return request, applied, err
}

// certificate returns the client certificate for a hop to u: that of the
// credentials, else that of the request, which belongs to the request's own
// origin and to no other that a redirect leads to.
func (e *exchange) certificate(u *url.URL) (*tls.Certificate, error) {
	if auth := e.request.Auth; auth != nil {
		if certificate, err := auth.Certificate(u); err != nil {
			return nil, e.authFailure(u, err)
		} else if certificate != nil {
			return certificate, nil
		}
	}
	if !SameOrigin(u, e.request.URL) {
		return nil, nil
	}
	return e.request.Certificate, nil
}

// apply asks for credentials and checks what it gets.
func (e *exchange) apply(m *message, request *http.Request) (bool, error) {
	if e.request.Auth == nil {
		return false, nil
	}
	e.clock.stop()
	applied, err := e.request.Auth.Apply(e.user, request, m.sets)
	e.clock.resume()
	if err != nil {
		return false, e.authFailure(m.url, err)
	}
	if !SameOrigin(m.url, request.URL) {
		return false, problem(diag.CodeAuthOrigin, "", "credentials would send the request to another origin")
	}
	if err := checkURL(request.URL); err != nil {
		return false, err
	}
	for name, values := range request.Header {
		for _, value := range values {
			if err := checkField(name, value); err != nil {
				return false, err
			}
		}
	}
	return applied, nil
}

// read fills the hop with its answer, and makes the answer's body readable
// again.
func (e *exchange) read(hop *Hop, u *url.URL, answer *http.Response) error {
	hop.Status, hop.Proto, hop.Header, hop.TLS = answer.StatusCode, answer.Proto, answer.Header, answer.TLS
	if answer.ProtoMajor < 2 { // HTTP/2 has no reason phrases; net/http makes one up
		_, hop.StatusText, _ = strings.Cut(answer.Status, " ")
	}
	keep, limit := e.request.keep()
	var save io.Writer
	var err error
	if e.request.Save != nil {
		if save, err = e.request.Save(); err != nil {
			return err
		}
	}
	err = hop.readBody(answer, keep, limit, save)
	hop.Total = time.Since(hop.Start)
	if failed, ok := errors.AsType[*saveError](err); ok {
		return failed.cause
	}
	if err != nil {
		size := answer.ContentLength
		if len(contentCodings(answer.Header)) > 0 {
			size = -1 // of the encoded body
		}
		return e.bodyFailure(u, err, hop.Size(), size, limit)
	}
	answer.Body = io.NopCloser(bytes.NewReader(hop.Content))
	if e.request.Cookies != nil {
		e.request.Cookies.SetCookies(u, answer.Cookies())
	}
	if e.protocol == http2 && answer.ProtoMajor != 2 {
		return problem(diag.CodeNetwork, "leave `HTTP/2` out of the request line", "%s answers in %s, not in HTTP/2", u.Host, answer.Proto)
	}
	return nil
}
