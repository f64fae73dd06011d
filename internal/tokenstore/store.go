// Package tokenstore keeps tokens beyond the end of a process: in files that
// only the user can read, each with a lock of its own, in clear text or sealed
// with a key from the operating system's keyring. It knows nothing of how tokens
// are obtained.
package tokenstore

import (
	"context"
	"crypto/sha256"
	"time"
)

// Key stands for everything that a token depends on: a hash of it, in which the
// secrets are. It never leaves the process; what names a file is its HMAC.
type Key [sha256.Size]byte

// Kind says where a store keeps tokens.
type Kind string

// Kinds of stores.
const (
	InMemory  Kind = "memory"  // nowhere: they end with the process
	InFile    Kind = "file"    // in files
	InKeyring Kind = "keyring" // in files, sealed with a key of the keyring
)

// Store keeps one record a key. It is safe for concurrent use, by many
// processes too. What it cannot do is no reason for a request to fail: a record
// that cannot be read is missing, and a store that cannot be opened keeps
// nothing and says so once.
type Store interface {
	// Kind says where tokens really are kept.
	Kind() Kind

	// Load returns the record of a key, or nil if there is none. It does not
	// wait for the lock: records are replaced as a whole.
	Load(Key) *Record

	// Lock waits for the lock of a key, which no two holders in any process
	// have together. It ends with the process that holds it. The error is that
	// of ctx, or about a file system that cannot lock.
	Lock(context.Context, Key) (Locked, error)
}

// Locked is a key whose lock is held.
type Locked interface {
	// Load is Store.Load. It puts a file aside that holds no record.
	Load() *Record

	// Save replaces the record. An error names no secret.
	Save(*Record) error

	// Remove removes the record, if there is one.
	Remove() error

	// Unlock gives the lock back. It is called once.
	Unlock()
}

// Record is a token with what is known about it.
type Record struct {
	Provider string // the id of the definition
	Account  string // a name for people; never secret

	Token  string        // empty if only the refresh token is left
	Issued time.Time     // when it was received
	Life   time.Duration // from Issued
	Source string        // of Life: "expires_in", "expires_at", "jwt", "default"

	Refresh      string    // the refresh token; empty for none
	RefreshUntil time.Time // zero if nobody knows

	IDToken string // that came with the token (OpenID Connect); empty for none
}

// Memory is the store that keeps nothing.
type Memory struct{}

// Kind implements Store.
func (Memory) Kind() Kind { return InMemory }

// Load implements Store.
func (Memory) Load(Key) *Record { return nil }

// Lock implements Store.
func (Memory) Lock(context.Context, Key) (Locked, error) { return unkept{}, nil }

// unkept is the lock of a store that keeps nothing: within a process, whoever
// uses a store lets one goroutine at a time get the token of a key.
type unkept struct{}

func (unkept) Load() *Record      { return nil }
func (unkept) Save(*Record) error { return nil }
func (unkept) Remove() error      { return nil }
func (unkept) Unlock()            {}
