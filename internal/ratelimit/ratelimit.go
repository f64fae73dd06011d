// Package ratelimit says when requests may be sent that @ratelimit holds back, which
// httpYac has.
package ratelimit

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/postrider/postrider/parser"
)

// Limit is a @ratelimit: at most max requests in expire, and at least minIdle
// between two. Requests of one slot count together, over all files of a run.
type Limit struct {
	slot    string
	minIdle time.Duration
	max     int // 0 for no limit
	expire  time.Duration
}

// Form is a directive as people may write it, for suggestions.
const Form = "# @ratelimit max 10 expire 1s"

// Parse reads httpYac's arguments, in any order and with or without
// colons: slot NAME, minIdleTime D, max N, expire D. A number without a unit
// counts milliseconds. The error is a clause.
func Parse(text string) (*Limit, error) {
	limit := new(Limit)
	words := strings.Fields(strings.ReplaceAll(text, ":", " "))
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

// Slots are the slots of a run. The zero value is ready to use, and they are safe for
// concurrent use.
type Slots struct {
	mu    sync.Mutex
	slots map[string][]time.Time // when requests were or will be sent, ascending
}

// Reserve takes the next place in the slot of a limit and returns when it is.
func (l *Slots) Reserve(limit *Limit, now time.Time) time.Time {
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
