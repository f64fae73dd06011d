package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/tokenstore"
)

// Held explains the token that there is for a binding, or in a store. It never
// holds the token.
type Held struct {
	ID       string          `json:"id"`                 // that references name; the provider's, if that is not known
	Provider string          `json:"provider,omitempty"` // the id of the definition
	Account  string          `json:"account,omitempty"`
	State    HeldState       `json:"state"`
	Storage  tokenstore.Kind `json:"storage"`

	Issued  time.Time `json:"issuedAt,omitzero"`
	Expires time.Time `json:"expiresAt,omitzero"`
	Source  string    `json:"expirySource,omitempty"` // of Expires, as in Event

	Refreshable  bool      `json:"refreshable"`           // a refresh token can get another
	RefreshUntil time.Time `json:"refreshUntil,omitzero"` // zero if nobody knows
}

// HeldState says what a token is good for.
type HeldState string

// States of tokens.
const (
	Valid   HeldState = "valid"
	Expired HeldState = "expired"
	Missing HeldState = "missing" // there is none
	Given   HeldState = "given"   // the user gives it; nothing logs in
	Sealed  HeldState = "sealed"  // with a key that is not at hand
)

// Held explains the token that a request would find, without asking anybody for
// another.
func (b *Binding) Held() Held {
	h := Held{ID: b.ref.ID, Provider: b.def.id, Account: b.account(), State: Given, Storage: tokenstore.InMemory}
	if b.issuer == nil {
		return h
	}
	store := b.manager.cache.store
	h.Storage, h.State = store.Kind(), Missing
	if t := fromRecord(store.Load(b.entry.key), time.Now()); t != nil {
		h.describe(t)
	}
	return h
}

func (h *Held) describe(t *token) {
	now := time.Now()
	h.State = Expired
	if t.valid(now) {
		h.State = Valid
	}
	if !t.undated {
		h.Issued, h.Expires, h.Source = t.issued.Round(0), t.issued.Round(0).Add(t.life), t.source
	}
	h.Refreshable, h.RefreshUntil = t.refreshable(now), t.refreshUntil
}

// HeldIn explains what a folder of tokens holds.
func HeldIn(folder *tokenstore.Folder) ([]Held, error) {
	entries, err := folder.List()
	var all []Held
	for _, e := range entries {
		h := Held{State: Sealed, Storage: e.Kind}
		if e.Record != nil {
			h.ID, h.Provider, h.Account = e.Record.Provider, e.Record.Provider, e.Record.Account
			h.State = Expired
			if t := fromRecord(e.Record, time.Now()); t != nil {
				h.describe(t)
			}
		}
		all = append(all, h)
	}
	return all, err
}

// Login has a token issued by a login, whatever there is.
func (b *Binding) Login(ctx context.Context) (Held, error) { return b.issue(ctx, login) }

// Refresh has a token issued, by the refresh token if there is one.
func (b *Binding) Refresh(ctx context.Context) (Held, error) { return b.issue(ctx, another) }

func (b *Binding) issue(ctx context.Context, what need) (Held, error) {
	if b.issuer == nil {
		return b.Held(), b.noLogin()
	}
	t, err := b.entry.demand(ctx, b.issuer, what)
	if err != nil {
		return b.Held(), b.failed(err)
	}
	h := b.Held() // for what is not about the token
	h.describe(t)
	return h, nil
}

// Token returns a token that will live for a while, as requests get it.
func (b *Binding) Token(ctx context.Context) (string, error) {
	if b.issuer == nil && b.static == "" {
		return "", b.noLogin()
	}
	return b.token(ctx)
}

// Logout revokes the token if the definition says how, and drops it in any
// case. It reports whether there was one, and whether it was revoked. An error
// says that it was not, or could not be dropped.
func (b *Binding) Logout(ctx context.Context) (found, revoked bool, err error) {
	if b.issuer == nil {
		return false, false, b.noLogin()
	}
	c := b.manager.cache
	told := time.AfterFunc(patientFor, func() { c.warn(waiting(b.def.id)) })
	limited, cancel := context.WithTimeout(ctx, c.lockLimit)
	defer cancel()
	locked, err := c.store.Lock(limited, b.entry.key)
	told.Stop()
	if err != nil {
		return false, false, b.problem(diag.CodeAuthCache, "the cached token cannot be locked: %v", err)
	}
	defer locked.Unlock()
	t := fromRecord(locked.Load(), time.Now())
	var failed error
	if t != nil {
		b.manager.config.Secrets.Add(t.value, t.refresh)
		revoked, failed = b.issuer.revoke(ctx, t)
	}
	if err := locked.Remove(); err != nil {
		return t != nil, revoked, b.problem(diag.CodeAuthCache, "the token cannot be removed: %v", err)
	}
	if refused := new(refusal); errors.As(failed, &refused) {
		d := *refused.Diagnostic
		_, why, _ := strings.Cut(d.Summary, ": ")
		d.Summary = fmt.Sprintf("the token of `%s` is removed, but could not be revoked: %s", b.def.id, why)
		failed = d.At(b.ref.Source, b.ref.Span)
	}
	return t != nil, revoked, failed
}

// noLogin explains that there is no token to obtain.
func (b *Binding) noLogin() error {
	if b.static != "" {
		p := b.def.param(b.def.static)
		d := b.problem(diag.CodeAuthParameter, "nothing logs in: the token is given")
		d.Detail = fmt.Sprintf("`%s` is set in %s", p.name, b.settings[p.name].from)
		return d
	}
	return b.problem(diag.CodeAuthParameter, "nothing logs in: it applies what its parameters say")
}
