// Package transport sends one request and everything that follows from it: it
// owns the loop over redirects and repeats, decides which header fields may
// cross to another origin, decodes and limits bodies, and records each hop.
package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// Field is one header field. Names are sent in the case they are written in.
type Field struct {
	Name, Value string
}

// Request is what to send. It is not modified and may be sent again.
type Request struct {
	Method string
	URL    *url.URL // absolute, http or https; userinfo is not sent
	Proto  string   // "HTTP/1.1", "HTTP/2"; empty lets the connection decide; others, HTTP/1.0 too, are an error
	Header []Field  // in order; repeats are kept. Host and Content-Length are taken from URL and Body unless Host is given
	Body   Body     // nil for none

	Auth        Authorizer       // nil for none
	Certificate *tls.Certificate // presented to the origin of URL, unless Auth has one for it; nil for none

	Cookies   http.CookieJar        // of the session; nil for none. A cookie that Header names itself wins
	Repeat    func(status int) bool // asked before an answer 401 or 403 that refuses credentials may lead to a repeat; nil means yes
	Insecure  bool                  // accept any server certificate
	Proxy     *url.URL              // for every hop, instead of that of Options
	NoProxy   bool                  // reach every hop directly
	Redirects int                   // how many redirects to follow; 0 for none
	Connect   time.Duration         // time limit for a connection, with its TLS handshake
	Timeout   time.Duration         // time limit for the whole exchange, all hops together, without the time that Auth takes
	MaxBody   int64                 // decoded bytes of an answer's body; 0 means DefaultMaxBody, or no limit with Keep
	// Save returns where the decoded body of an answer is written to, besides
	// Content. It is asked before each hop's body, and what was written for the
	// hops before is not wanted any more. Its errors and those of the writer end
	// the exchange as they are. Nil for nowhere.
	Save func() (io.Writer, error)
	Keep int64 // bytes of an answer's body to keep if nobody reads the rest; 0 means all
}

// DefaultMaxBody is the limit of a decoded response body that is kept whole.
const DefaultMaxBody = 100 << 20

// Body is a request body that can be sent more than once.
type Body interface {
	Open() (io.ReadCloser, error)
	Size() int64 // in bytes
}

// Bytes is a Body held in memory.
type Bytes []byte

// Authorizer applies credentials. It is asked at every hop, so that a redirect
// decides anew and a signature covers what is really sent. Implementations are
// safe for concurrent use.
type Authorizer interface {
	// Certificate returns the client certificate for connections to the origin
	// of u, or nil. Connections are never shared across certificates.
	Certificate(u *url.URL) (*tls.Certificate, error)

	// Apply sets credentials on a hop that is about to be sent, if they may go
	// to its origin. The header holds what the request itself set; own names
	// the header fields that Apply must not replace (any case). The hop's Body
	// is not open yet: what signs it reads GetBody, which is nil without a
	// body. Apply may change the URL's query, but not its origin. It reports
	// whether it applied any credential that a 401 or 403 could be about, or
	// has one that would answer it.
	Apply(ctx context.Context, hop *http.Request, own func(name string) bool) (applied bool, err error)

	// Challenge is called with an answer 401 or 403 to a hop that carried our
	// credentials, and reports whether the answer doubts them and the hop is
	// worth repeating with what Apply will set next. It is called at most once
	// an exchange, and the answer's body is decoded.
	Challenge(ctx context.Context, answer *http.Response) (again bool, err error)
}

// Renewer is an Authorizer whose credentials are answers to challenges, as a
// digest is. Its Challenge may be called again in an exchange: one answer can be
// met by another challenge, as when a nonce has ended meanwhile (RFC 7616 section
// 3.3) or a redirect leads to another server.
type Renewer interface {
	// Renews reports whether an answer 401 or 403 asks for something new, rather
	// than refusing what the hop carried.
	Renews(answer *http.Response) bool

	// Answered is told of every answer to a hop that carried our credentials, before
	// anything else is asked about it: one that accepts them is worth knowing, too.
	Answered(answer *http.Response)
}

// maxChallenges is how many answers 401 and 403 of an exchange are followed up,
// however good the reasons.
const maxChallenges = 4

// Cause says why a hop was sent.
type Cause string

// Causes of hops.
const (
	CauseFirst        Cause = ""
	CauseRedirect     Cause = "redirect"
	CauseUnauthorized Cause = "unauthorized" // repeated with new credentials because the answer doubted the old ones
)

// Exchange is a request with everything that followed from it.
type Exchange struct {
	Hops []*Hop // in the order of sending; at least one if Do returns no error
}

// Final returns the last hop, whose answer is the answer to the request.
func (x *Exchange) Final() *Hop { return x.Hops[len(x.Hops)-1] }

// Duration is the time from sending the first hop to the end of the last body.
func (x *Exchange) Duration() time.Duration {
	last := x.Final()
	return last.Start.Add(last.Total).Sub(x.Hops[0].Start)
}

// Hop is one request on the wire with its answer.
type Hop struct {
	Cause  Cause
	Method string
	URL    *url.URL
	Sent   http.Header // as sent, with credentials
	Body   Body        // as sent; nil for none

	Status     int
	StatusText string // the reason phrase as received; empty in HTTP/2
	Proto      string // "HTTP/1.1", "HTTP/2.0"
	Header     http.Header
	Content    []byte               // the body, decoded; with Request.Keep perhaps only its start
	Rest       int64                // bytes of the body behind Content, which were read and not kept
	Encoding   string               // the content codings that Content is still in because they are unknown, such as "br"
	TLS        *tls.ConnectionState // nil without TLS

	Start     time.Time
	Lookup    time.Duration // of the name of the server; 0 if a connection was there, or none was looked up
	Connect   time.Duration // of the connection, without Handshake; 0 if one was there
	Handshake time.Duration // of TLS; 0 if a connection was there
	TTFB      time.Duration // from Start to the first byte of the answer
	Total     time.Duration // from Start to the end of the body
	Applied   bool          // credentials of ours were on it
}

// Size is the length of the decoded body.
func (h *Hop) Size() int64 { return int64(len(h.Content)) + h.Rest }

// Options configure a Client.
type Options struct {
	RootCAs      *x509.CertPool // nil for the system's
	Roots        string         // tells RootCAs from others; see [Client.Route]
	Insecure     bool           // accept any server certificate
	Proxy        Proxies        // nil for none
	LoopbackOnly bool           // connect to loopback addresses and localhost only, without a proxy and without asking a name server
	UserAgent    string         // sent unless the request sets one

	// Dial makes connections; nil stands for those of a net.Dialer. It is told host
	// names as they are, but for those of this machine.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}
