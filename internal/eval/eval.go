// Package eval compiles and evaluates the expressions of assertions, captures
// and conditions, and explains why one is false.
//
// The grammar is that of expr (https://expr-lang.org), whose parser reads it.
// The meaning is ours, because every operator of expr would have to be replaced
// anyway: there, a missing member is nil, text and a number are just unequal,
// and numbers are float64 or wrap around. An expression is compiled once, into
// a tree of [part]s that know their place in the source, so that an error and
// the explanation of a false assertion come from the same walk as the result.
package eval

import (
	"context"
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
	Content    []byte // the decoded body, or its start
	Encoding   string // the content codings that Content is still in; empty for none
	Rest       int64  // bytes of the body behind Content, which were not kept; reading the body is an error then
	Duration   time.Duration
	TTFB       time.Duration
	TLS        *tls.ConnectionState // nil without TLS
	Redirects  []Redirect
	Request    Sent
	Recorded   *Recorded // nil for an answer that a server has given just now

	read   document
	markup parsedMarkup
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
	Content []byte // the body, if it is at hand

	NoHeader string // why a recording does not have the header; "" if it is there

	// Body reads the whole body, the first time that an expression asks for it;
	// nil if Content is the body.
	Body func() ([]byte, error)

	read   content
	markup parsedMarkup
}

// content is the body of a request as read.
type content struct {
	done  bool
	bytes []byte
	err   error
}

// content returns the body; what Body returns is kept.
func (s *Sent) content() ([]byte, error) {
	if s.Body == nil {
		return s.Content, nil
	}
	if !s.read.done {
		s.read.done = true
		s.read.bytes, s.read.err = s.Body()
	}
	return s.read.bytes, s.read.err
}

// Names is what a plan knows; expressions are checked against it when they are
// compiled.
type Names interface {
	Variable(name string) bool  // a variable of the plan
	Request(name string) bool   // a named request whose answer may be referred to
	Nearest(name string) string // the name that an unknown one was probably meant to be; "" for none
	Files() Files               // that the expression may name; nil for none

	// Elsewhere says where an unknown name is defined, if that is what keeps it from
	// being known, and how it can be given; "" for what is not known.
	Elsewhere(name string) (where, suggestion string)
}

// Env is what an expression is evaluated in.
type Env struct {
	Ctx      context.Context                    // ends the evaluation; nil for none that does
	Answer   *Answer                            // nil where there is none yet
	Variable func(name string) (any, error)     // values of package value
	Request  func(name string) (*Answer, error) // the kept answer of another request
	Now      func() time.Time                   // nil means time.Now
	UUID     func() string                      // of version 4; nil means one of crypto/rand

	// Namespaces returns the URIs of the prefixes that xpath() knows besides those
	// of the document. Nil if there are none.
	Namespaces func() (map[string]string, error)

	// Masked is what stands in a recorded answer for what is not shown; "" if nothing
	// that the expression reads was recorded.
	Masked string

	// Mask replaces the secrets in a text. Every value that an error or an
	// explanation quotes is masked, and only then shortened. Nil if there are no
	// secrets.
	Mask func(text string) string
	// Secret reports whether a variable is secret. What is computed from such a
	// variable is not shown either: no mask knows it. Nil if none is.
	Secret func(variable string) bool
}

func (e *Env) context() context.Context {
	if e == nil || e.Ctx == nil {
		return context.Background()
	}
	return e.Ctx
}

func (e *Env) uuid() string {
	if e.UUID == nil {
		return newUUID()
	}
	return e.UUID()
}

func (e *Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}
