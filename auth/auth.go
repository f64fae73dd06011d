// Package auth turns a reference such as `# @auth basic …` into credentials on a
// request. It knows HTTP and tokens, and nothing of .http files: how a
// parameter is looked up, where token events go and how requests are sent are
// given to it.
package auth

import (
	"context"
	"crypto/tls"
	"net/url"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/tokenstore"
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
	Observe func(Event) // told of token requests and of tokens used again; may be nil; called from many goroutines

	// AllowedOrigins are origins such as "https://localhost:8443" that the user
	// has named on the command line, in the environment or in the user
	// configuration as fit to receive credentials.
	AllowedOrigins []string

	// UserProviders is the folder of the user's own definitions, a file ID.json
	// for each; "" for none. It is trusted, and read when a reference names
	// what is not built in.
	UserProviders string

	// Interact asks a person to log in, for the grants that need one. It must not
	// wait for the person. Nil says that there is nobody to ask.
	Interact func(context.Context, Prompt)

	// Certificate is the client certificate of the command line, for token
	// requests whose definition has none; it may be nil.
	Certificate *tls.Certificate

	// Timeout bounds getting one token, repeated attempts and the waiting that
	// a Retry-After asks for included; 0 means 30 s. Another process that is
	// getting the same token is waited for as long before that.
	Timeout time.Duration

	// Store keeps tokens between runs; nil for none. It is not touched before a
	// request needs a token.
	Store tokenstore.Store

	// Renew uses no token of the store as it is: the first need of each has
	// another issued.
	Renew bool

	// Route says how token requests to a URL travel: what they trust and which
	// proxy they take. A token that came another way is not used. It may be nil.
	Route func(*url.URL) string

	// Warn is told of what is wrong with the store, which fails no request, and of
	// what is waited for; it may be nil, and is called from many goroutines.
	Warn func(*diag.Diagnostic)
}

// timeout returns how long getting one token may take.
func (c *Config) timeout() time.Duration {
	if c.Timeout <= 0 {
		return defaultTimeout
	}
	return c.Timeout
}

// Prompt is what a person is asked to do to log in: open a page in a browser.
type Prompt struct {
	ID   string    // of the provider, or of the entry that configures one
	For  string    // the origins that the token will go to; "" if they are not known
	URL  string    // of the page: https, or http on this machine
	Code string    // to enter there, or to compare with what it shows; "" for none. It is foreign text
	End  time.Time // when there is no more use in it
}

// Event is something that happened to a token. It never holds the token.
type Event struct {
	Kind     EventKind
	Provider string        // the id of the definition
	Account  string        // a name for people, such as the client id; may be empty
	Life     time.Duration // of a token; what is left of it for one of the store
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
	Loaded    EventKind = "loaded"    // from the store, where an earlier run or another process left it
	Failed    EventKind = "failed"
)
