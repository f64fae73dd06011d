package auth

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/tokenstore"
)

// maxFailures is how many fetches in a row may fail for want of an answer
// before the failure is remembered for the run. One that the vendor has
// answered with a refusal is remembered at once: repeating a wrong password
// locks accounts.
const maxFailures = 2

// doubtAfter is how old a token that replaced a rejected one must be before it
// is replaced in turn. Younger, its rejection says that the API does not accept
// what the issuer issues. The same says the rejection of a token that another
// process got within doubtKept.
const (
	doubtAfter = time.Minute
	doubtKept  = 2 * time.Second
)

// earlyEvery is how often a token is tried to be replaced ahead of need.
const earlyEvery = time.Minute

// closeGrace is how long closing waits for a token that is fetched ahead of
// need: long enough for most, because the next run would have to do it again.
const closeGrace = time.Second

// A cache keeps the tokens of one process, and shares them with others through
// a store.
type cache struct {
	store     tokenstore.Store
	renew     bool // a token of the store is not used as it is
	lockLimit time.Duration
	warn      func(*diag.Diagnostic)

	ctx    context.Context // ends logins when the cache is closed
	cancel context.CancelFunc
	flying sync.WaitGroup
	early  sync.WaitGroup // those of flying that nobody needs yet

	mu      sync.Mutex
	closed  bool
	entries map[cacheKey]*entry
}

// A cacheKey stands for everything that a token depends on.
type cacheKey = tokenstore.Key

func newCache(config *Config) *cache {
	ctx, cancel := context.WithCancel(context.Background())
	c := &cache{
		store: config.Store, renew: config.Renew, lockLimit: config.timeout(), warn: config.Warn,
		ctx: ctx, cancel: cancel, entries: make(map[cacheKey]*entry),
	}
	if c.store == nil {
		c.store = tokenstore.Memory{}
	}
	if c.warn == nil {
		c.warn = func(*diag.Diagnostic) {}
	}
	return c
}

// entry returns the one entry of a key.
func (c *cache) entry(key cacheKey) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		e = &entry{cache: c, key: key, renew: c.renew}
		c.entries[key] = e
	}
	return e
}

// close ends logins, waits for refreshes, and lets no other begin.
func (c *cache) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	landed := make(chan struct{})
	go func() {
		c.early.Wait()
		close(landed)
	}()
	grace := time.NewTimer(closeGrace)
	defer grace.Stop()
	select {
	case <-landed:
	case <-grace.C:
	}
	c.cancel()
	c.flying.Wait()
}

// takeOff reports whether a fetch may begin, and counts it.
func (c *cache) takeOff(what need) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.flying.Add(1)
	if what == younger {
		c.early.Add(1)
	}
	return true
}

func (c *cache) landed(what need) {
	c.flying.Done()
	if what == younger {
		c.early.Done()
	}
}

var errClosed = errors.New("the run has ended")

// An entry holds the token of one key, and the fetch of the next.
type entry struct {
	cache *cache
	key   cacheKey

	mu       sync.Mutex
	token    *token // the last one, even if it has ended or been rejected
	flight   *flight
	failure  error     // remembered for the run
	failures int       // in a row
	tried    time.Time // when a token was last fetched ahead of need
	renew    bool      // the user wants another token than what is stored
}

// A need is what a flight is for.
type need uint8

const (
	usable  need = iota // a token that lives for a while, wherever it comes from
	younger             // the same ahead of time: one that lives longer than what is at hand
	another             // one that is issued now, by a refresh token if there is one
	login               // one that is issued now, by a login
)

// A flight is one fetch that any number of callers wait for.
type flight struct {
	need  need
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
	return e.demand(ctx, from, usable)
}

// demand is get for any need.
func (e *entry) demand(ctx context.Context, from *issuer, what need) (*token, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	if e.renew {
		what = max(what, another)
	}
	if t, now := e.token, time.Now(); what == usable && t.fresh(now) {
		e.lookAhead(from, now)
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
		joined = false
		if f = e.begin(from, what); f == nil {
			e.mu.Unlock()
			return nil, errClosed
		}
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

// lookAhead begins to replace a token that will soon need it, while it still
// serves. A refresh token may be good for one use only; it is used when it has
// to be, and waited for.
func (e *entry) lookAhead(from *issuer, now time.Time) {
	t := e.token
	if from.def.interactive() || from.def.onDemand {
		return // nobody is asked ahead of need
	}
	if !t.ageing(now) || from.def.refresh != nil && t.refresh != "" || e.flight != nil || e.failure != nil || now.Sub(e.tried) < earlyEvery {
		return
	}
	e.tried = now
	if f := e.begin(from, younger); f != nil {
		f.waiting++ // for the next run, too: nobody's leaving ends it
	}
}

// begin begins a flight; it returns nil if the cache is closed. The caller holds
// the mutex.
func (e *entry) begin(from *issuer, what need) *flight {
	if !e.cache.takeOff(what) {
		return nil
	}
	ctx, cancel := context.WithCancel(e.cache.ctx)
	f := &flight{need: what, done: make(chan struct{}), cancel: cancel}
	e.flight = f
	var old *token
	if e.token != nil {
		known := *e.token // what becomes known of it later is not for this flight
		old = &known
	}
	go e.fly(ctx, f, old, from)
	return f
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

// fly gets the token that follows old.
func (e *entry) fly(ctx context.Context, f *flight, old *token, from *issuer) {
	defer e.cache.landed(f.need)
	defer f.cancel()
	s := &search{entry: e, flight: f, from: from, old: old}
	s.run(ctx)
	s.land()

	// The event follows the landing and precedes the callers' going on.
	switch {
	case f.err == nil && s.kind != "":
		life := f.token.life
		if s.kind == Loaded {
			life -= time.Since(f.token.issued)
		}
		from.observe(Event{Kind: s.kind, Life: life, Source: f.token.source, Took: s.took})
	case f.err != nil && ctx.Err() == nil:
		from.observe(Event{Kind: Failed, Took: s.took, Err: f.err})
	}
	close(f.done)
}

// forget drops a refresh token that is used up.
func (e *entry) forget(refresh string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if t := e.token; t != nil && t.refresh == refresh {
		without := *t // others may be reading it
		without.refresh = ""
		e.token = &without
	}
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
	case t.replaces && now.Sub(t.issued) < doubtAfter, t.kept && now.Sub(t.issued) < doubtKept:
		return false
	}
	rejected := *t
	rejected.rejected = true
	e.token = &rejected
	return true
}
