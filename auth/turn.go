package auth

import (
	"context"
	"sync"
)

// A turn lets one login at a time ask a person: of two pages that open at once,
// nobody knows which is which.
type turn struct {
	free chan struct{} // holds one element while somebody has the turn

	mu     sync.Mutex
	holder string // what has or had it last
}

func newTurn() *turn { return &turn{free: make(chan struct{}, 1)} }

// take waits for the turn of what is called id. If another has it, wait is told
// which, once.
func (t *turn) take(ctx context.Context, id string, wait func(holder string)) error {
	t.mu.Lock()
	select {
	case t.free <- struct{}{}:
		t.holder = id
		t.mu.Unlock()
		return nil
	default:
	}
	holder := t.holder
	t.mu.Unlock()
	wait(holder)
	select {
	case t.free <- struct{}{}:
		t.mu.Lock()
		t.holder = id
		t.mu.Unlock()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give gives the turn back.
func (t *turn) give() { <-t.free }
