package transport

import (
	"context"
	"errors"
	"time"
)

// Why a context of ours ended.
var (
	errTimeout = errors.New("time limit of the exchange")
	errConnect = errors.New("time limit of the connection")
)

// clock ends an exchange that takes too long. It stands still while
// credentials are fetched: they have a limit of their own, and whether a token
// was at hand should not decide whether a request is fast enough.
type clock struct {
	timer *time.Timer // nil without a limit
	left  time.Duration
	since time.Time
}

func newClock(limit time.Duration, cancel context.CancelCauseFunc) *clock {
	c := &clock{left: limit}
	if limit > 0 {
		c.since = time.Now()
		c.timer = time.AfterFunc(limit, func() { cancel(errTimeout) })
	}
	return c
}

func (c *clock) stop() {
	if c.timer != nil && c.timer.Stop() {
		c.left -= time.Since(c.since)
	}
}

// resume is called after stop.
func (c *clock) resume() {
	if c.timer != nil {
		c.since = time.Now()
		c.timer.Reset(max(c.left, 0))
	}
}
