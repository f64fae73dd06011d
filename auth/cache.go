package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
)

// A cacheKey stands for everything that a token depends on.
type cacheKey [sha256.Size]byte

// maxFailures is how many fetches in a row may fail for want of an answer
// before the failure is remembered for the run. One that the vendor has
// answered with a refusal is remembered at once: repeating a wrong password
// locks accounts.
const maxFailures = 2

// doubtAfter is how old a token that replaced a rejected one must be before it
// is replaced in turn. Younger, its rejection says that the API does not accept
// what the issuer issues.
const doubtAfter = time.Minute

// A cache keeps tokens in memory.
type cache struct {
	ctx    context.Context // ends logins when the cache is closed
	cancel context.CancelFunc
	flying sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	entries map[cacheKey]*entry
}

func newCache() *cache {
	ctx, cancel := context.WithCancel(context.Background())
	return &cache{ctx: ctx, cancel: cancel, entries: make(map[cacheKey]*entry)}
}

// entry returns the one entry of a key.
func (c *cache) entry(key cacheKey) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		e = &entry{cache: c}
		c.entries[key] = e
	}
	return e
}

// close ends logins, waits for refreshes, and lets no other begin.
func (c *cache) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.cancel()
	c.flying.Wait()
}

// takeOff reports whether a fetch may begin, and counts it.
func (c *cache) takeOff() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.flying.Add(1)
	}
	return !c.closed
}

var errClosed = errors.New("the run has ended")

// An entry holds the token of one key, and the fetch of the next.
type entry struct {
	cache *cache

	mu       sync.Mutex
	token    *token // the last one, even if it has ended or been rejected
	flight   *flight
	failure  error // remembered for the run
	failures int   // in a row
}

// A flight is one fetch that any number of callers wait for.
type flight struct {
	done  chan struct{} // closed when token and err are set
	token *token
	err   error

	cancel     context.CancelFunc
	waiting    int  // guarded by the entry's mutex
	refreshing bool // guarded by the entry's mutex; a refresh is not cancelled
}

// get returns a token that will live for a while: the one at hand, or one that
// this caller or another fetches. Giving up by ctx does not end a fetch that
// others wait for.
func (e *entry) get(ctx context.Context, from *issuer) (*token, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	if t := e.token; t.fresh(time.Now()) {
		e.mu.Unlock()
		from.observe(Event{Kind: Reused, Life: t.life, Source: t.source})
		return t, nil
	}
	if e.failure != nil {
		defer e.mu.Unlock()
		return nil, e.failure
	}
	f, joined := e.flight, true
	if f == nil {
		if !e.cache.takeOff() {
			e.mu.Unlock()
			return nil, errClosed
		}
		joined = false
		var flightCtx context.Context
		f = &flight{done: make(chan struct{})}
		flightCtx, f.cancel = context.WithCancel(e.cache.ctx)
		e.flight = f
		go e.fly(flightCtx, f, e.token, from)
	}
	f.waiting++
	e.mu.Unlock()

	select {
	case <-f.done:
		if f.err == nil && joined {
			from.observe(Event{Kind: Reused, Life: f.token.life, Source: f.token.source})
		}
		return f.token, f.err
	case <-ctx.Done():
		e.leave(f)
		return nil, ctx.Err()
	}
}

// leave gives up waiting. The last to leave ends a login; the next caller then
// begins another.
func (e *entry) leave(f *flight) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f.waiting--
	if f.waiting == 0 && !f.refreshing && e.flight == f {
		f.cancel()
		e.flight = nil
	}
}

// fly gets the token that follows old, by its refresh token if it has one, else
// by a login.
func (e *entry) fly(ctx context.Context, f *flight, old *token, from *issuer) {
	defer e.cache.flying.Done()
	defer f.cancel()
	start := time.Now()
	kind := Fetched
	next, err := e.refresh(ctx, f, old, from)
	if next != nil {
		kind = Refreshed
	}
	if refused := new(refusal); next == nil && (err == nil || errors.As(err, &refused) && refused.final) {
		next, err = from.fetch(ctx)
	}
	next, err = e.land(f, old, next, err)

	// The event follows the landing and precedes the callers' going on.
	switch {
	case err == nil && next != old:
		from.observe(Event{Kind: kind, Life: next.life, Source: next.source, Took: time.Since(start)})
	case err == nil:
		from.observe(Event{Kind: Reused, Life: next.life, Source: next.source})
	case ctx.Err() == nil:
		from.observe(Event{Kind: Failed, Took: time.Since(start), Err: err})
	}
	close(f.done)
}

// refresh exchanges the refresh token of old; without one it returns neither
// token nor error. Once begun it goes on to its end, because a refresh token may
// be good for one use only.
func (e *entry) refresh(ctx context.Context, f *flight, old *token, from *issuer) (*token, error) {
	e.mu.Lock()
	if ctx.Err() != nil || from.def.refresh == nil || !old.refreshable(time.Now()) {
		e.mu.Unlock()
		return nil, ctx.Err()
	}
	f.refreshing = true
	refresh := old.refresh
	e.mu.Unlock()

	next, err := from.renew(context.WithoutCancel(ctx), refresh)

	e.mu.Lock()
	defer e.mu.Unlock()
	f.refreshing = false
	if err == nil {
		return next, nil
	}
	if refused := new(refusal); errors.As(err, &refused) && refused.final {
		old.refresh = ""
		if f.waiting == 0 { // nobody needs the login that would follow
			f.cancel()
			e.flight = nil
		}
	}
	return nil, err
}

// land ends a flight and returns what those that wait get. It keeps the token,
// or remembers the failure. If the endpoint cannot answer, an old token that
// still lives serves to its end.
func (e *entry) land(f *flight, old, next *token, err error) (*token, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	refused := new(refusal)
	failed := errors.As(err, &refused)
	if failed && !refused.final && old.valid(time.Now()) {
		old.leeway = 0
		next, err, failed = old, nil, false
	}
	f.token, f.err = next, err
	if e.flight != f {
		return next, err // everybody has left
	}
	e.flight = nil
	if err == nil {
		if next != old {
			next.replaces = old != nil && old.rejected
		}
		e.token, e.failures = next, 0
	}
	if failed {
		if e.failures++; refused.final || e.failures >= maxFailures {
			e.failure = err
		}
	}
	return next, err
}

// reject says that the API has answered 401 to a hop, and that carries tells
// which token was on it. It reports whether another token is worth a try.
func (e *entry) reject(carries func(*token) bool, now time.Time) (again bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.token
	switch {
	case t == nil || t.rejected || !carries(t):
		return true // another caller was here first, and there is or will be a newer one
	case t.replaces && now.Sub(t.issued) < doubtAfter:
		return false
	}
	t.rejected = true
	return true
}
