package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// problem returns an error about the exchange with a host.
func problem(code, suggestion, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: code, Severity: diag.Error,
		Summary: fmt.Sprintf(format, args...), Suggestion: suggestion,
	}
}

// maxForeign bounds the foreign text in a message, in bytes.
const maxForeign = 64 << 10

// quote puts foreign text into a message, on one line and printable.
func quote(text string) string { return strconv.Quote(whole(text)) }

// whole returns foreign text as it is, or its size if a message cannot hold it.
// It is never cut or changed: messages are masked later, and a secret is found
// only if all of it is there.
func whole(text string) string {
	if len(text) > maxForeign {
		return fmt.Sprintf("(%d bytes)", len(text))
	}
	return text
}

// site returns the scheme and host of a URL as they are written, for messages.
// In the folded form of [Origin] a secret would not be found.
func site(u *url.URL) string { return u.Scheme + "://" + u.Host }

// NotSentError is an error of [Client.Do] that says that no connection could be
// made for the first hop: nothing was sent, and another attempt can do no harm.
// It wraps a *diag.Diagnostic.
type NotSentError struct{ Err error }

func (e *NotSentError) Error() string { return e.Err.Error() }

// Unwrap returns the diagnostic.
func (e *NotSentError) Unwrap() error { return e.Err }

// dialFailed reports whether err is about making a connection, be it to a proxy.
func dialFailed(err error) bool {
	for op := (*net.OpError)(nil); errors.As(err, &op); err = op.Err {
		if op.Op == "dial" {
			return true
		}
	}
	return false
}

// failure explains why a hop to u failed; unsent means that neither it nor one
// before it had a connection. Texts of net/http appear only where they can hold
// neither a query nor a password.
func (e *exchange) failure(u *url.URL, err error, t *trace, unsent bool) error {
	if ended := e.ended(u); ended != nil {
		if ended.Code == diag.CodeTimeout && !errors.Is(context.Cause(e.ctx), errConnect) {
			ended.Detail = t.progress()
		}
		return ended
	}
	var ours *diag.Diagnostic
	if errors.As(err, &ours) {
		return ours
	}
	if errors.Is(err, errElsewhere) {
		return problem(diag.CodeNetwork, "", "connection to %s refused: only this machine may be reached", u.Host)
	}
	if d := tlsFailure(u, err); d != nil {
		return d
	}
	d := networkFailure(u, err, t.handshake.Load())
	if unsent && dialFailed(err) {
		return &NotSentError{d}
	}
	return d
}

// ended returns the error for an exchange that ran out of time or was
// interrupted, or nil.
func (e *exchange) ended(u *url.URL) *diag.Diagnostic {
	cause := context.Cause(e.ctx)
	var ours *diag.Diagnostic
	switch {
	case cause == nil:
		return nil
	case errors.Is(cause, errTimeout):
		return problem(diag.CodeTimeout, "raise it with `# @timeout`, such as `# @timeout "+twice(e.request.Timeout)+"`",
			"no complete answer from %s within %s", u.Host, shown(e.request.Timeout))
	case errors.Is(cause, errConnect):
		return problem(diag.CodeTimeout, "raise it with `# @connection-timeout`, such as `# @connection-timeout "+twice(e.request.Connect)+"`",
			"no connection to %s within %s", u.Host, shown(e.request.Connect))
	case errors.As(cause, &ours):
		copied := *ours
		return &copied
	case errors.Is(cause, context.DeadlineExceeded):
		return problem(diag.CodeTimeout, "", "no complete answer from %s in the time that was left", u.Host)
	default:
		return problem(diag.CodeCancelled, "", "request to %s interrupted", u.Host)
	}
}

// twice proposes a limit in the notation of @timeout.
func twice(d time.Duration) string {
	if d *= 2; d < time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}

// tlsFailure explains the errors of TLS; it is nil for others.
func tlsFailure(u *url.URL, err error) *diag.Diagnostic {
	var (
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		hostname x509.HostnameError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		op       *net.OpError
	)
	switch {
	case errors.As(err, &unknown):
		return problem(diag.CodeTLS, "add it with `--cacert FILE` if you trust it",
			"certificate of %s is signed by an unknown authority", u.Host)
	case errors.As(err, &hostname):
		d := problem(diag.CodeTLS, "use a name of the certificate in the URL",
			"certificate of %s is for another host", u.Host)
		if hostname.Certificate != nil {
			d.Detail = "it is for " + names(hostname.Certificate)
		}
		return d
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return expired(u, invalid.Cert)
	case errors.As(err, &invalid), errors.As(err, &verify):
		d := problem(diag.CodeTLS, "", "certificate of %s is not valid", u.Host)
		d.Detail = err.Error()
		return d
	case errors.As(err, &record):
		if strings.HasPrefix(string(record.RecordHeader[:]), "HTTP/") {
			return problem(diag.CodeTLS, "write `http://` in the URL",
				"%s answers in plain HTTP where TLS was expected", u.Host)
		}
		return problem(diag.CodeTLS, "check the port of the URL", "%s does not speak TLS", u.Host)
	case errors.As(err, &op) && op.Op == "remote error":
		return alert(u, op.Err.Error())
	case strings.Contains(err.Error(), `malformed HTTP response "\x15\x03`): // the alert of a TLS server
		return problem(diag.CodeTLS, "write `https://` in the URL",
			"%s expects TLS and was spoken to in plain HTTP", u.Host)
	case strings.HasPrefix(err.Error(), "tls: "):
		d := problem(diag.CodeTLS, "", "TLS handshake with %s failed", u.Host)
		d.Detail = err.Error()
		return d
	}
	return nil
}

// names lists what a certificate is for.
func names(c *x509.Certificate) string {
	all := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	const most = 5
	switch {
	case len(all) == 0:
		return "no name at all"
	case len(all) > most:
		all = append(all[:most], "…")
	}
	return strings.Join(all, ", ")
}

func expired(u *url.URL, c *x509.Certificate) *diag.Diagnostic {
	const suggestion = "check the clock of this machine; otherwise the server needs a new certificate"
	switch {
	case c == nil:
		return problem(diag.CodeTLS, suggestion, "certificate of %s has expired or is not valid yet", u.Host)
	case time.Now().Before(c.NotBefore):
		return problem(diag.CodeTLS, suggestion, "certificate of %s is not valid before %s",
			u.Host, c.NotBefore.UTC().Format(time.RFC3339))
	default:
		return problem(diag.CodeTLS, suggestion, "certificate of %s expired on %s",
			u.Host, c.NotAfter.UTC().Format(time.RFC3339))
	}
}

// alert explains a TLS alert that the server sent (RFC 8446 section 6.2). The
// standard library has no type for it.
func alert(u *url.URL, text string) *diag.Diagnostic {
	switch text = strings.TrimPrefix(text, "tls: "); text {
	case "certificate required":
		return problem(diag.CodeTLS, "name one with `# @auth` or with `# @cert` and `# @key`",
			"%s requires a client certificate", u.Host)
	case "bad certificate", "unknown certificate", "unknown certificate authority",
		"expired certificate", "revoked certificate", "unsupported certificate":
		d := problem(diag.CodeTLS, "check that the client certificate is the one the server knows",
			"%s does not accept the client certificate, or requires one", u.Host)
		d.Detail = "the server says: " + text
		return d
	case "no application protocol":
		return problem(diag.CodeTLS, "leave `HTTP/2` out of the request line", "%s does not offer HTTP/2", u.Host)
	default:
		d := problem(diag.CodeTLS, "check whether it requires a client certificate or another version of TLS",
			"%s refuses the TLS handshake", u.Host)
		d.Detail = "the server says: " + text
		return d
	}
}

// suggestServer is what can be done about a server that breaks the rules.
const suggestServer = "look into the log of the server, or of a proxy before it"

// networkFailure explains every other error; handshake means that one of TLS was
// under way.
func networkFailure(u *url.URL, err error, handshake bool) *diag.Diagnostic {
	var (
		dns   *net.DNSError
		op    *net.OpError
		outer *url.Error
	)
	if errors.As(err, &outer) { // its text holds a URL with its query
		err = outer.Err
	}
	whom, host := "to "+u.Host, "host "+u.Hostname()
	if errors.As(err, &op) && op.Op == "proxyconnect" {
		whom, host = "to the proxy for "+u.Host, "the proxy for "+u.Host
	}
	text, broken := strings.CutPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: ")
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return problem(diag.CodeNetwork, "check the host for a typing error", "%s does not exist", host)
	case errors.As(err, &dns):
		return problem(diag.CodeNetwork, "check the network and its name server", "%s could not be looked up", host)
	case errors.Is(err, syscall.ECONNREFUSED):
		return problem(diag.CodeNetwork, "check that the server runs and the port is right", "connection %s refused", whom)
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return problem(diag.CodeNetwork, "check the network", "no route %s", whom)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT):
		return problem(diag.CodeNetwork, "", "connection %s timed out", whom)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		strings.Contains(text, "server closed idle connection"), strings.Contains(text, "client connection lost"):
		if handshake {
			return problem(diag.CodeTLS, "check whether the port of the URL speaks TLS", "%s closed the connection in the TLS handshake", u.Host)
		}
		return problem(diag.CodeNetwork, suggestServer, "%s closed the connection before it answered", u.Host)
	case strings.HasPrefix(text, "http: ContentLength="): // with Body length …
		return changedSize()
	case strings.Contains(text, "server response headers exceeded"):
		return problem(diag.CodeLimit, suggestServer, "header of the answer from %s is larger than %s", u.Host, bytesText(maxHeaderBytes))
	case broken:
		d := problem(diag.CodeNetwork, suggestServer, "answer from %s is not valid HTTP", u.Host)
		if strings.HasPrefix(text, "malformed HTTP ") { // in its first line
			d.Suggestion = "check the port of the URL"
		}
		d.Detail = whole(text)
		return d
	}
	d := problem(diag.CodeNetwork, "", "exchange with %s failed", u.Host)
	d.Detail = whole(text)
	return d
}

// bodyFailure explains why a body could not be read; got bytes of it were.
func (e *exchange) bodyFailure(u *url.URL, err error, got, size, limit int64) error {
	amount := fmt.Sprintf("got %d bytes of the body", got)
	if size >= 0 {
		amount = fmt.Sprintf("got %d of %d bytes of the body", got, size)
	}
	if ended := e.ended(u); ended != nil {
		if ended.Code == diag.CodeTimeout {
			ended.Detail = amount
		}
		return ended
	}
	var coding *codingError
	switch {
	case errors.Is(err, errTooLarge):
		return problem(diag.CodeLimit, "ask the server for less, such as a smaller page",
			"body of the answer from %s is larger than %s", u.Host, bytesText(limit))
	case errors.Is(err, errTooEncoded):
		return problem(diag.CodeLimit, "", "body of the answer from %s is encoded more than %d times", u.Host, maxCodings)
	case errors.As(err, &coding):
		suggestion := "ask for another coding with `Accept-Encoding`, or for none with `Accept-Encoding: identity`"
		if e.asksForCodings() {
			suggestion = "leave `Accept-Encoding` out of the request"
		}
		d := problem(diag.CodeNetwork, suggestion, "body of the answer from %s is not the %s that its Content-Encoding promises", u.Host, coding.coding)
		d.Detail = coding.Error()
		return d
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		d := problem(diag.CodeNetwork, suggestServer, "%s closed the connection in the middle of the body", u.Host)
		d.Detail = amount
		return d
	}
	d := problem(diag.CodeNetwork, suggestServer, "body of the answer from %s could not be read", u.Host)
	d.Detail = amount + ", then: " + err.Error()
	return d
}

// asksForCodings reports whether the request itself names the codings of its answer.
func (e *exchange) asksForCodings() bool {
	return slices.ContainsFunc(e.request.Header, func(f Field) bool { return strings.EqualFold(f.Name, "Accept-Encoding") })
}

// bytesText writes a limit for people.
func bytesText(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	default:
		return fmt.Sprintf("%d bytes", n)
	}
}

// shown is a limit as people read it: what is left of a longer one is no round
// number.
func shown(limit time.Duration) time.Duration {
	if limit < 10*time.Millisecond {
		return limit
	}
	return limit.Round(time.Millisecond)
}
