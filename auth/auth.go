// Package auth turns a reference such as `# @auth basic …` into credentials on a
// request. It knows HTTP and tokens, and nothing of .http files: how a
// parameter is looked up, where token events go and how requests are sent are
// given to it.
package auth

import (
	"context"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/transport"
)

// Config is what a Manager is given.
type Config struct {
	// Send sends a token request. An error that is a *transport.NotSentError is
	// worth another attempt. It must not follow redirects by itself beyond
	// what the request says, and it honours the request's Authorizer for the
	// client certificate.
	Send func(context.Context, *transport.Request) (*transport.Exchange, error)

	Secrets *secret.Set // every secret parameter and token is added before it is used
	Observe func(Event) // told of token requests and of reused tokens; may be nil; called from many goroutines

	// AllowedOrigins are origins such as "https://localhost:8443" that the user
	// has named on the command line, in the environment or in the user
	// configuration as fit to receive credentials.
	AllowedOrigins []string

	// Timeout bounds getting one token, repeated attempts and the waiting that
	// a Retry-After asks for included; 0 means 30 s.
	Timeout time.Duration
}

// Event is something that happened to a token. It never holds the token.
type Event struct {
	Kind     EventKind
	Provider string        // the id of the definition
	Account  string        // a name for people, such as the client id; may be empty
	Life     time.Duration // of a fetched or refreshed token
	Source   string        // where Life comes from: "expires_in", "expires_at", "jwt", "default"
	Took     time.Duration // of the token request
	Err      error         // of a Failed event
}

// EventKind says what happened to a token.
type EventKind string

// Kinds of events.
const (
	Fetched   EventKind = "fetched"   // a new login
	Refreshed EventKind = "refreshed" // by a refresh token
	Reused    EventKind = "reused"    // from memory
	Failed    EventKind = "failed"
)

// Reference is an @auth directive, or what stands for it.
type Reference struct {
	ID   string // of a provider, or "basic", "bearer", "apikey"
	Args []Arg  // key=value, already expanded
	// Lookup finds the value that stands under a parameter's environment name,
	// such as ACME_CLIENT_ID. Where says how a message tells the user where to
	// set a missing one.
	Lookup Lookup
	Where  string

	// From is the directive, for messages; Source may be nil.
	Source *diag.Source
	Span   diag.Span
}

// Arg is one key=value of a reference.
type Arg struct {
	Key, Value string
	Span       diag.Span // of the whole key=value in the reference's source
	Secret     bool      // the value was computed from a secret
	Project    bool      // the value comes from a file of the project, not from the user's command line or environment
}

// Lookup finds the value under an environment name.
type Lookup func(name string) (Found, bool)

// Found is a value with where it was found.
type Found struct {
	Value   string
	From    string // "http-client.private.env.json:4:5", "environment", ".env:3"
	File    string // the file it comes from; empty for the process environment and the command line
	Project bool   // it comes from a file of the project
}
