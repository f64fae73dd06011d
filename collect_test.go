package main

import "testing"

// TestCollectPercent protects that a small heap may triple, and that garbage beside a
// large one is bounded.
func TestCollectPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 200, 1 << 20: 200, 8 << 20: 200, 16 << 20: 100, 32 << 20: 50, 1 << 30: 50} {
		if got := collectPercent(live); got != want {
			t.Errorf("%d bytes: %d, want %d", live, got, want)
		}
	}
}
