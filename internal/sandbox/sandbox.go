// Package sandbox simulates the vendors on loopback, over TLS, faithfully to
// their own documents: for `--sandbox`, for `postrider sandbox` and for tests.
package sandbox

import (
	"context"
	"time"
)

// Options configure a sandbox.
type Options struct {
	TTL time.Duration // life of tokens; 0 means what the vendor documents
}

// Sandbox is the running vendors.
type Sandbox struct{}

// Start makes a certificate authority and credentials, and serves every vendor
// on a free loopback port until ctx ends or Close is called.
func Start(ctx context.Context, o Options) (*Sandbox, error) { return &Sandbox{}, nil }

// Environ returns what a client must export to use the sandbox:
// CORO_CLIENT_ID, CORO_BASE_URL, C1_CLIENT_CERT (PEM text) and so on.
func (s *Sandbox) Environ() map[string]string { return nil }

// CA returns the certificate of the authority, as PEM.
func (s *Sandbox) CA() []byte { return nil }

// Close stops the servers and waits for them.
func (s *Sandbox) Close() error { return nil }
