// Package eval compiles and evaluates the expressions of assertions, captures
// and conditions, and explains why one is false.
package eval

import (
	"crypto/tls"
	"net/http"
	"time"
)

// Answer is a response as expressions see it. Its document is decoded the
// first time it is asked for and kept. An Answer is not safe for concurrent use.
type Answer struct {
	Status     int
	StatusText string
	Proto      string // "HTTP/2.0"
	URL        string // the final one
	Header     http.Header
	Content    []byte // the decoded body
	Duration   time.Duration
	TTFB       time.Duration
	TLS        *tls.ConnectionState // nil without TLS
	Redirects  []Redirect
	Request    Sent

	// what is decoded on demand follows
}

// Redirect is one hop that led to the answer.
type Redirect struct {
	Status   int
	URL      string // that answered
	Location string // absolute
}

// Sent is the request as it was sent.
type Sent struct {
	Method  string
	URL     string
	Header  http.Header
	Content []byte
}
