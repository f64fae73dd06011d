package runner

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/parser"
)

// rateLimit is a @ratelimit: at most max requests in expire, and at least minIdle
// between two. Requests of one slot count together, over all files of a run.
type rateLimit struct {
	slot    string
	minIdle time.Duration
	max     int // 0 for no limit
	expire  time.Duration
	at      parser.Text
}

const rateLimitForm = "# @ratelimit max 10 expire 1s"

// readRateLimit reads httpYac's arguments, in any order and with or without
// colons: slot NAME, minIdleTime D, max N, expire D. A number without a unit
// counts milliseconds. The error is a clause.
func readRateLimit(text parser.Text) (*rateLimit, error) {
	limit := &rateLimit{at: text}
	words := strings.Fields(strings.ReplaceAll(text.String(), ":", " "))
	for i := 0; i < len(words); i += 2 {
		if i+1 == len(words) {
			return nil, fmt.Errorf("nothing behind `%s`", words[i])
		}
		var err error
		switch value := words[i+1]; strings.ToLower(words[i]) {
		case "slot":
			limit.slot = value
		case "minidletime":
			limit.minIdle, err = parser.ParseDuration(value, time.Millisecond)
		case "expire":
			limit.expire, err = parser.ParseDuration(value, time.Millisecond)
		case "max":
			if limit.max, err = strconv.Atoi(value); err == nil && limit.max < 1 || err != nil {
				err = fmt.Errorf("`%s` is no number of requests", value)
			}
		default:
			return nil, fmt.Errorf("expected `slot`, `minIdleTime`, `max` or `expire`, found `%s`", words[i])
		}
		if err != nil {
			return nil, err
		}
	}
	switch {
	case limit.max > 0 && limit.expire == 0:
		return nil, fmt.Errorf("`max` needs `expire`, the time in which so many may be sent")
	case limit.max == 0 && limit.minIdle == 0:
		return nil, fmt.Errorf("it limits nothing: give `minIdleTime`, or `max` and `expire`")
	}
	return limit, nil
}

// limiters are the slots of a run. The zero value is ready to use.
type limiters struct {
	mu    sync.Mutex
	slots map[string][]time.Time // when requests were or will be sent, ascending
}

// reserve takes the next place of a slot and returns when it is.
func (l *limiters) reserve(limit *rateLimit, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	sent := l.slots[limit.slot]
	if n := len(sent); n > 0 {
		if next := sent[n-1].Add(limit.minIdle); next.After(now) {
			now = next
		}
		if limit.max > 0 && n >= limit.max {
			if next := sent[n-limit.max].Add(limit.expire); next.After(now) {
				now = next
			}
		}
	}
	if keep := max(limit.max, 1); len(sent) >= 2*keep { // what is older decides nothing
		sent = append(sent[:0], sent[len(sent)-keep:]...)
	}
	if l.slots == nil {
		l.slots = make(map[string][]time.Time)
	}
	l.slots[limit.slot] = append(sent, now)
	return now
}

// throttle waits until the rate limit of the request lets it be sent.
func (r *running) throttle(ctx context.Context) *diag.Diagnostic {
	limit := r.step.rateLimit
	if limit == nil {
		return nil
	}
	until := time.Until(r.session.plan.limits.reserve(limit, time.Now()))
	return r.wait(ctx, until, limit.at)
}
