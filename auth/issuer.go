package auth

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

const (
	// defaultTimeout bounds getting one token, repeated attempts included. There
	// is no other limit to a Retry-After: it is followed if it ends in time.
	defaultTimeout = 30 * time.Second

	maxAttempts = 3 // of one token request
	firstWait   = 500 * time.Millisecond

	// maxUnsent is how long a token request is tried that cannot even be sent:
	// long enough for a service that is being restarted, too short to be taken
	// for one that hangs.
	maxUnsent = 2 * time.Second
)

// retryStatus are the answers of a token endpoint that are worth another
// attempt, unless the definition says otherwise.
var retryStatus = []int{408, 429, 502, 503, 504}

// An issuer gets tokens for one set of settings from the vendor's endpoint.
type issuer struct {
	def         *definition
	config      *Config
	values      values
	account     string
	login       *transport.Request
	urls        map[*requestRule]*url.URL // of the requests of the definition
	turn        *turn                     // of asking a person
	certificate *tls.Certificate

	destinations func() []string // the origins that the token is for, as far as they are known
}

// A refusal is why there is no token.
type refusal struct {
	*diag.Diagnostic
	final bool   // another attempt would end the same way
	code  string // the error of the answer (RFC 6749 section 5.2); "" for none
}

// fetch logs in. Asked says that the user has asked for just that.
func (i *issuer) fetch(ctx context.Context, asked bool) (*token, error) {
	switch {
	case i.def.onDemand && !asked:
		r := i.refuse(nil, "it is configured not to be acquired automatically")
		r.Suggestion, r.final = "log in with `postrider auth login "+i.def.id+"`", true
		return nil, r
	case i.def.authorize != nil:
		return i.interactively(ctx, i.authorizationCode)
	case i.def.device != nil:
		return i.interactively(ctx, i.deviceCode)
	}
	return i.issue(ctx, i.login)
}

// build makes a request of the definition.
func (i *issuer) build(rule *requestRule, v values) (*transport.Request, error) {
	request, err := rule.build(i.urls[rule], v)
	if err != nil {
		return nil, i.refuse(nil, err.Error())
	}
	return request, nil
}

// renew exchanges a refresh token for a new token, which keeps the refresh
// token if the answer brings no other (RFC 6749 section 6).
func (i *issuer) renew(ctx context.Context, refresh string) (*token, error) {
	request, err := i.build(i.def.refresh, i.values.with("refresh_token", refresh))
	if err != nil {
		return nil, err
	}
	t, err := i.issue(ctx, request)
	if err == nil && t.refresh == "" {
		t.refresh = refresh
	}
	return t, err
}

// revoke tells the endpoint that a token is no longer needed (RFC 7009). It
// reports false if the definition does not say how.
func (i *issuer) revoke(ctx context.Context, t *token) (bool, error) {
	if i.def.revoke == nil {
		return false, nil
	}
	v := i.values.with("token", t.value).with("refresh_token", t.refresh).with("last_token", cmp.Or(t.refresh, t.value))
	request, err := i.build(i.def.revoke, v)
	if err != nil {
		return false, err
	}
	answer, err := i.send(ctx, request)
	if err != nil {
		return false, err
	}
	if answer.Status < 200 || answer.Status > 299 {
		return false, i.refused(request, answer, "")
	}
	return true, nil
}

// issue sends a token request and reads the token from the answer.
func (i *issuer) issue(ctx context.Context, request *transport.Request) (*token, error) {
	answer, err := i.send(ctx, request)
	if err != nil {
		return nil, err
	}
	return i.read(request, answer)
}

// send sends a request, and repeats it while the endpoint asks for patience or
// has no connection for us and time is left.
func (i *issuer) send(ctx context.Context, request *transport.Request) (*transport.Hop, error) {
	return i.attempt(ctx, request, i.patience)
}

// attempt sends a request, and repeats it for an answer if patience says so.
func (i *issuer) attempt(ctx context.Context, request *transport.Request, patience func(*transport.Hop, int) (time.Duration, bool)) (*transport.Hop, error) {
	if i.config.Send == nil {
		return nil, i.refuse(request, "nothing is configured to send token requests")
	}
	limit := i.config.timeout()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	start := time.Now()
	deadline, _ := ctx.Deadline()

	sent := *request // without a limit of its own: two that end together would race
	sent.Auth = certificateOnly{i.certificate, request.URL}
	for attempt := 1; ; attempt++ {
		exchange, err := i.config.Send(ctx, &sent)
		var wait time.Duration
		var again bool
		if err == nil {
			wait, again = patience(exchange.Final(), attempt)
		} else if errors.As(err, new(*transport.NotSentError)) {
			wait = backOff(attempt)
			again = attempt < maxAttempts && time.Since(start)+wait <= maxUnsent
		}
		switch {
		case again && wait <= time.Until(deadline):
			if err := sleep(ctx, wait); err != nil {
				return nil, i.unreachable(ctx, request, err, limit)
			}
		case err != nil:
			return nil, i.unreachable(ctx, request, err, limit)
		default:
			return exchange.Final(), nil
		}
	}
}

// retries returns the statuses that are worth another attempt.
func (i *issuer) retries() []int {
	if i.def.errors.retryStatus != nil {
		return i.def.errors.retryStatus
	}
	return retryStatus
}

// isFinal reports whether a status is the endpoint's last word on a request.
func (i *issuer) isFinal(status int) bool {
	return 400 <= status && status <= 499 && !slices.Contains(i.retries(), status)
}

// patience returns how long to wait before the next attempt, if there is one.
func (i *issuer) patience(answer *transport.Hop, attempt int) (time.Duration, bool) {
	if attempt >= maxAttempts || !slices.Contains(i.retries(), answer.Status) {
		return 0, false
	}
	if after := answer.Header.Get("Retry-After"); after != "" {
		return retryAfter(after, time.Now())
	}
	if answer.Status == http.StatusTooManyRequests && attempt > 1 {
		return 0, false // it may be for good, as for a trial that has ended
	}
	return backOff(attempt), true
}

// backOff returns how long to wait after an attempt, the first being 1: at
// random, so that many runs that failed together do not come back together.
func backOff(attempt int) time.Duration { return rand.N(firstWait << (attempt - 1)) }

// retryAfter reads a Retry-After header field (RFC 9110 section 10.2.3).
func retryAfter(text string, now time.Time) (time.Duration, bool) {
	if n, err := strconv.Atoi(strings.TrimSpace(text)); err == nil && 0 <= n && n <= 1<<30 {
		return time.Duration(n) * time.Second, true
	}
	at, err := http.ParseTime(text)
	return max(at.Sub(now), 0), err == nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read takes the token from an answer, or explains why it holds none.
func (i *issuer) read(request *transport.Request, answer *transport.Hop) (*token, error) {
	if answer.Status < 200 || answer.Status > 299 {
		return nil, i.refused(request, answer, "")
	}
	t, err := i.def.token.response.read(answer.Header, answer.Content, time.Now())
	if err != nil {
		return nil, i.refused(request, answer, err.Error())
	}
	i.config.Secrets.Add(t.value, t.id, t.refresh)
	return t, nil
}

// refused explains an answer that brought no token; found says what is wrong
// with one of status 2xx.
func (i *issuer) refused(request *transport.Request, answer *transport.Hop, found string) *refusal {
	rule := &i.def.errors
	// Masked before it is cut, or a part of a secret could remain at the cut.
	content, header := []byte(i.mask(string(answer.Content))), answer.Header.Clone()
	for _, values := range header {
		for n, value := range values {
			values[n] = i.mask(value)
		}
	}
	said := rule.explanation(header, content)
	if said == "" {
		said = fmt.Sprintf("a body of %d bytes", len(answer.Content))
		if answer.Status > 299 {
			said = quote(string(content))
		} // else it may hold a token that nobody has registered
	}
	r := i.refuse(request, "answered "+statusText(answer.Status)+": "+said)
	r.code = textMember(answer.Content, "error")
	r.final = i.isFinal(answer.Status) || rule.isFatal(said)
	var details []string
	switch {
	case found != "":
		details = append(details, found)
		// An error object with status 200 is the vendor's last word.
		r.final = r.final || rule.vendorMessage(content) != ""
		if isHTML(header, content) {
			r.Suggestion = "check that the URL is the API's, and that no proxy or log-in page answers for it"
		}
	case 300 <= answer.Status && answer.Status <= 399:
		// To follow it would hand the secrets to whoever the answer names.
		r = i.refuse(request, "answered "+statusText(answer.Status)+" to "+placeOf(request.URL, header.Get("Location"))+"; token requests are not redirected")
		r.Suggestion = "configure the URL that it leads to, if you trust it"
	}
	if uri := textMember(content, "error_uri"); uri != "" {
		details = append(details, "explained at "+placeOf(request.URL, uri))
	}
	if trace := rule.trace; trace != "" && header.Get(trace) != "" {
		details = append(details, trace+": "+strings.Trim(quote(header.Get(trace)), "`"))
	}
	r.Detail = i.mask(strings.Join(details, "\n"))
	if h := rule.hint(false, answer.Status, said, i.values); h != "" {
		r.Suggestion = h
	}
	return r
}

// placeOf names where a URL of an answer leads, for a message: its origin alone,
// because the rest may hold a token.
func placeOf(from *url.URL, text string) string {
	u, err := from.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return "what is no address on the web"
	}
	return quote(u.Scheme + "://" + u.Host)
}

// unreachable explains that a token request got no answer.
func (i *issuer) unreachable(ctx context.Context, request *transport.Request, err error, limit time.Duration) error {
	if cause := ctx.Err(); errors.Is(cause, context.Canceled) {
		return cause
	}
	var text string
	inner := new(diag.Diagnostic)
	deadline, limited := ctx.Deadline()
	switch {
	// Not ctx.Err: a connection that has the same deadline may end before it.
	case limited && !time.Now().Before(deadline):
		text = fmt.Sprintf("no answer within %s", limit)
	case errors.As(err, &inner):
		text = inner.Summary
	default:
		text = err.Error()
	}
	r := i.refuse(request, text)
	// A certificate that is not accepted will not be at the next attempt.
	r.final = inner.Code == diag.CodeTLS
	r.Detail, r.Suggestion = i.mask(inner.Detail), i.mask(inner.Suggestion)
	if r.final && strings.Contains(r.Suggestion, "@cert") {
		r.Suggestion = "name one with `--cert FILE` and `--key FILE`: directives count for requests of the file alone"
	}
	return r
}

// refuse returns a refusal that names provider and endpoint.
func (i *issuer) refuse(request *transport.Request, text string) *refusal {
	where := ""
	if request != nil {
		bare := *request.URL
		bare.RawQuery = "" // it may hold secrets
		where = request.Method + " " + bare.String() + ": "
	}
	return &refusal{Diagnostic: &diag.Diagnostic{
		Code: diag.CodeAuthToken, Severity: diag.Error,
		Summary: i.mask("no token for `" + i.def.id + "`: " + where + text),
	}}
}

func (i *issuer) mask(text string) string { return i.config.Secrets.Mask(text) }

// observe reports what happened to a token.
func (i *issuer) observe(e Event) {
	if i.config.Observe == nil {
		return
	}
	e.Provider, e.Account = i.def.id, i.account
	i.config.Observe(e)
}

// certificateOnly presents a client certificate to the token endpoint. The
// request itself holds every other credential.
type certificateOnly struct {
	certificate *tls.Certificate
	endpoint    *url.URL
}

func (c certificateOnly) Certificate(u *url.URL) (*tls.Certificate, error) {
	if !transport.SameOrigin(u, c.endpoint) {
		return nil, nil
	}
	return c.certificate, nil
}

func (certificateOnly) Apply(context.Context, *http.Request, func(string) bool) (bool, error) {
	return false, nil
}

func (certificateOnly) Challenge(context.Context, *http.Response) (bool, error) { return false, nil }
