package script

import (
	"time"

	"github.com/postrider/postrider/internal/fake"
)

// Tier is where a variable lives.
type Tier uint8

// Tiers.
const (
	Anywhere      Tier = iota // what {{name}} stands for where the script is; exports of httpYac are set here
	Global                    // client.global of JetBrains and kulala, $global of httpYac: for all later requests
	OfRequest                 // request.variables: for this request
	OfEnvironment             // request.environment, client.variables.environment: what environment files define
	OfFile                    // client.variables.file: what the .http file defines
)

// String names the tier for people.
func (t Tier) String() string {
	switch t {
	case Global:
		return "global variable"
	case OfRequest:
		return "request variable"
	case OfEnvironment:
		return "environment variable"
	case OfFile:
		return "file variable"
	default:
		return "variable"
	}
}

// Value is the value of a variable.
type Value struct {
	// Data is one of the values of package value: nil, bool, string, int,
	// value.Number, []any or map[string]any. It must not be modified.
	Data any

	// Secret says that the value must not be shown. Of a value that a script sets
	// it says that it is text, or holds some, and that the script had read a secret
	// before: all its texts are secret. The host decides in addition whether the
	// name looks secret.
	Secret bool

	// Unknown says of a variable that there is none that it may have had a value in
	// the run that is replayed.
	Unknown bool
}

// Host is what a script sees. Its methods are called by one goroutine at a time,
// while [Engine.Run] runs, and never after it has returned, even if the script
// had to be abandoned. An error of a method becomes an exception of the script
// at the place of the call; a *diag.Diagnostic keeps its code and suggestion.
type Host interface {
	// Get returns a variable as the script sees it, changes of this script
	// included.
	Get(tier Tier, name string) (Value, bool)

	// Names returns the names of the variables of a tier, sorted.
	Names(tier Tier) []string

	// Set and Clear change a variable of the tiers Anywhere, Global and OfRequest.
	// What they change should count only if the script ends without an error.
	Set(tier Tier, name string, v Value, at Place) error
	Clear(tier Tier, name string, at Place) error

	// SetHeader and ClearHeader change the headers that all later requests are sent
	// with (client.global.headers).
	SetHeader(name string, v Value, at Place) error
	ClearHeader(name string, at Place) error

	// Env returns a variable of the process, or of its .env file ($env.NAME).
	Env(name string) (Value, bool)

	// Substitute replaces the {{…}} of a text with what they stand for now. It
	// reports false if one of them cannot be resolved.
	Substitute(text string) (v Value, ok bool)

	// Request returns the request of the script; never nil.
	Request() *Request

	// Response returns the answer; nil in a script that runs before it.
	Response() *Response

	// Now is the time that Date tells. It should go on while the script runs: there
	// are scripts that wait in a loop.
	Now() time.Time

	// Maker is where Math.random and $random come from.
	Maker() *fake.Maker

	// Iteration is which run of the same request this is, from 0, and TemplateValue
	// the i-th value, from 0, that it runs with.
	Iteration() int
	TemplateValue(i int) (Value, bool)
}

// Written is a text of the .http file, and what was sent for it.
type Written struct {
	Raw    string // with its {{…}}
	Sent   string // substituted; empty before the request is built
	Unsent error  // why Sent is not known, although there was something; nil if it is
	Secret bool   // what was sent holds a secret
}

// RequestHeader is a header field of a request.
type RequestHeader struct {
	Name   string
	Value  Written
	Secret bool // the value is that of a credential
}

// Request is the request that a script belongs to.
type Request struct {
	Name    string // empty if it has none
	Method  string
	URL     Written
	Headers []RequestHeader
	Body    Written // empty if it is no text
	Built   bool    // the texts have what was sent: false in scripts that run before it
}

// Header is a header field of an answer.
type Header struct{ Name, Value string }

// Cookie is a cookie that an answer sets.
type Cookie struct {
	Name, Value, Domain, Path string
	Expires                   time.Time // zero for the end of the session
	Secure, HTTPOnly          bool
}

// Timings are durations of an exchange. What was not measured is zero.
type Timings struct {
	DNS, TCP, TLS    time.Duration
	FirstByte, Total time.Duration
}

// Response is the answer to a request.
type Response struct {
	Status     int
	StatusText string // without the number: "Not Found"
	Protocol   string // "HTTP/1.1"
	URL        string // that the answer came from, after redirects
	Headers    []Header
	NoHeaders  error // why Headers are not known; nil if they are
	Cookies    []Cookie
	Timings    Timings

	// Open returns the decoded body, without its content coding. It is called at
	// most once, when the script reads the body. Nil for none.
	Open func() ([]byte, error)
}
