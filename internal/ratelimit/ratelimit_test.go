package ratelimit

import (
	"testing"
	"time"
)

// TestReserve protects the times at which the requests of a slot are sent.
func TestReserve(t *testing.T) {
	start := time.Unix(0, 0)
	for _, test := range []struct {
		args string
		want []int // milliseconds, of requests that all come at 0
	}{
		{"minIdleTime 100", []int{0, 100, 200, 300}},
		{"max 2 expire 1000", []int{0, 0, 1000, 1000, 2000}},
		{"slot a max 2 expire 1s minIdleTime 10ms", []int{0, 10, 1000, 1010, 2000}},
	} {
		limit, err := Parse(test.args)
		if err != nil {
			t.Fatal(err)
		}
		var l Slots
		for i, want := range test.want {
			if got := l.Reserve(limit, start).Sub(start); got != time.Duration(want)*time.Millisecond {
				t.Errorf("%s: request %d is sent after %v, want %d ms", test.args, i, got, want)
			}
		}
	}
}

// TestParse protects that a limit which limits nothing, or cannot be read, is told.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"slot: a max: many":  "`many` is no number of requests",
		"max 2":              "`max` needs `expire`, the time in which so many may be sent",
		"max 0 expire 1s":    "`0` is no number of requests",
		"slot a":             "it limits nothing: give `minIdleTime`, or `max` and `expire`",
		"max 2 expire":       "nothing behind `expire`",
		"often 2":            "expected `slot`, `minIdleTime`, `max` or `expire`, found `often`",
		"MAX: 2 Expire: 10s": "",
	} {
		got := ""
		if _, err := Parse(text); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
