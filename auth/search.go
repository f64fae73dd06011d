package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/tokenstore"
)

const (
	// minKept is the life of the shortest token that is kept for others.
	minKept = 10 * time.Second

	// patientFor is how long a lock is waited for before the user is told.
	patientFor = 3 * time.Second

	// maxAhead is how far a clock may be behind what it was, or behind that of
	// whoever kept a token, for the token to be believed to live.
	maxAhead = 5 * time.Minute
)

// A search is how a flight gets its token: from the store, where another
// process may have put one, else by a refresh token, else by a login. Whether
// to ask the vendor is decided under the lock of the store, after a second
// look; so of many processes that need a token, one asks, and no refresh token
// is used twice.
type search struct {
	entry  *entry
	flight *flight
	from   *issuer
	old    *token // what was at hand; may be nil

	next  *token
	err   error
	kind  EventKind // of the event; "" for none
	took  time.Duration
	spare *token // serves to its end if the endpoint cannot answer
}

func (s *search) run(ctx context.Context) {
	if s.take(s.kept(s.entry.cache.store.Load(s.entry.key))) {
		return
	}
	locked, what, err := s.lock(ctx)
	if err != nil {
		s.err = err
		return
	}
	defer locked.Unlock()
	kept := s.kept(locked.Load())
	if s.take(kept) {
		return
	}
	if kept != nil && kept.rejected {
		s.keep(locked, kept) // nobody else need try it
	}
	last := s.old
	if kept != nil && (last == nil || !kept.issued.Before(last.issued)) {
		last = kept
	}
	s.spare = last
	start := time.Now()
	defer func() { s.took = time.Since(start) }()
	if what != login && s.from.def.refresh != nil && last.refreshable(start) {
		if s.refresh(ctx, locked, last); s.next != nil || s.err != nil {
			return
		}
	}
	if s.next, s.err = s.from.fetch(ctx, s.flight.need >= another); s.err == nil {
		s.kind = Fetched
		s.keep(locked, s.next)
	}
}

// lock takes the lock of the store. Without it, nothing that others may have
// is touched: what is left is a login that is not kept.
func (s *search) lock(ctx context.Context) (tokenstore.Locked, need, error) {
	c := s.entry.cache
	told := time.AfterFunc(patientFor, func() {
		if s.flight.need == younger {
			return // it is only the background that waits
		}
		c.warn(waiting(s.from.def.id))
	})
	defer told.Stop()
	limit := c.lockLimit
	if s.from.def.interactive() && s.from.config.Interact != nil {
		limit = maxDevice // somebody may be logging in: to ask twice helps nobody
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	locked, err := c.store.Lock(limited, s.entry.key)
	if err == nil {
		return locked, s.flight.need, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("another process has held it for %s", limit)
	}
	c.warn(s.problem(diag.Warning, "the cached token of `%s` cannot be locked: %v; this run logs in by itself", s.from.def.id, err))
	locked, err = tokenstore.Memory{}.Lock(ctx, s.entry.key)
	return locked, login, err
}

// waiting tells of a lock that another process has.
func waiting(id string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeAuthCache, Severity: diag.Note, Summary: fmt.Sprintf("waiting for another process that is getting a token of `%s`", id)}
}

func (s *search) problem(severity diag.Severity, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeAuthCache, Severity: severity, Summary: fmt.Sprintf(format, args...)}
}

// kept returns the token of a record; nil without one.
func (s *search) kept(r *tokenstore.Record) *token {
	t := fromRecord(r, time.Now())
	if t == nil {
		return nil
	}
	for _, text := range []string{t.value, t.id, t.refresh} {
		if text != "" {
			s.from.config.Secrets.Add(text)
		}
	}
	t.rejected = s.old != nil && s.old.rejected && s.old.value == t.value
	return t
}

// take ends the search with a token of the store if it is good for the flight.
func (s *search) take(t *token) bool {
	now := time.Now()
	if s.flight.need >= another || !t.fresh(now) || s.flight.need == younger && t.ageing(now) {
		return false
	}
	s.next, s.kind = t, Loaded
	return true
}

// refresh exchanges the refresh token of last. Once begun it goes on to its
// end, because a refresh token may be good for one use only. It leaves neither
// token nor error if a login is to follow.
func (s *search) refresh(ctx context.Context, locked tokenstore.Locked, last *token) {
	e, f := s.entry, s.flight
	e.mu.Lock()
	if s.err = ctx.Err(); s.err != nil {
		e.mu.Unlock()
		return
	}
	f.refreshing = true
	e.mu.Unlock()

	s.next, s.err = s.from.renew(context.WithoutCancel(ctx), last.refresh)
	refused := new(refusal)
	final := errors.As(s.err, &refused) && refused.final
	if s.err == nil {
		s.kind = Refreshed
		s.keep(locked, s.next) // before it is used: the old one is worth nothing now
	}

	e.mu.Lock()
	f.refreshing = false
	if final && f.waiting == 0 { // nobody needs the login that would follow
		f.cancel()
		e.flight = nil
	}
	e.mu.Unlock()
	if !final {
		return
	}
	// Somebody who knows nothing of the lock may have used it first.
	if s.take(s.kept(locked.Load())) {
		s.err = nil
		return
	}
	e.forget(last.refresh)
	without := *last
	without.refresh = ""
	s.keep(locked, &without)
	s.spare = &without
	s.err = ctx.Err()
}

// keep puts into the store what is worth it of a token.
func (s *search) keep(locked tokenstore.Locked, t *token) {
	var err error
	r := &tokenstore.Record{
		Provider: s.from.def.id, Account: s.from.account,
		Token: t.value, Issued: t.issued, Life: t.life, Source: t.source,
		Refresh: t.refresh, RefreshUntil: t.refreshUntil, IDToken: t.id,
	}
	if now := time.Now(); !t.valid(now) || t.life < minKept {
		r.Token, r.IDToken = "", ""
	}
	if r.Token == "" && r.Refresh == "" {
		err = locked.Remove()
	} else {
		err = locked.Save(r)
	}
	if err != nil {
		s.entry.cache.warn(s.problem(diag.Warning, "the token of `%s` cannot be kept: %v", s.from.def.id, err))
	}
}

// fromRecord returns the token of a record that is read at now; nil if there is
// none, or if it cannot be right. One of the future is not believed to live: one
// of the clocks is wrong, and nobody knows which. Its refresh token is as good as
// ever, and whether it has ended is the server's to say.
func fromRecord(r *tokenstore.Record, now time.Time) *token {
	if r == nil || r.Token != "" && checkToken(r.Token) != nil || r.IDToken != "" && checkToken(r.IDToken) != nil || len(r.Refresh) > maxToken {
		return nil
	}
	// From here on the monotonic clock counts.
	age := now.Round(0).Sub(r.Issued)
	t := &token{
		value: r.Token, id: r.IDToken, life: r.Life, source: r.Source, leeway: leewayOf(r.Life),
		issued: now.Add(-max(age, 0)), refresh: r.Refresh, refreshUntil: r.RefreshUntil, kept: true,
	}
	if age < -maxAhead {
		t.undated, t.refreshUntil = true, time.Time{}
	}
	return t
}

// land ends the flight: it says what those that wait get, and keeps the token or
// remembers the failure.
func (s *search) land() {
	e, f := s.entry, s.flight
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	refused := new(refusal)
	failed := errors.As(s.err, &refused)
	switch {
	case f.need == younger && s.err != nil && e.token.fresh(now):
		// Nobody needed it yet. A refusal counts when somebody does.
		f.token, s.kind = e.token, ""
		if failed && refused.final {
			e.failure = s.err
		}
		if e.flight == f {
			e.flight = nil
		}
		return
	case failed && !refused.final && f.need < another && s.spare.valid(now):
		// The endpoint cannot answer; what lives serves to its end.
		spare := *s.spare
		spare.leeway = 0
		s.next, s.err, s.kind, failed = &spare, nil, Reused, false
	}
	f.token, f.err = s.next, s.err
	if e.flight != f {
		return // everybody has left
	}
	e.flight = nil
	if s.err == nil {
		if s.kind != Reused {
			s.next.replaces = s.old != nil && s.old.rejected
		}
		e.token, e.failures, e.renew = s.next, 0, false
		if s.kind == Loaded { // it may be old
			e.lookAhead(s.from, now)
		}
	}
	if failed {
		if e.failures++; refused.final || e.failures >= maxFailures {
			e.failure = s.err
		}
	}
}
