package querytext

import (
	"fmt"
	"strings"
	"testing"
)

// What does not exist matches no pattern (RFC 9535 §2.4.6), and is no reason to
// panic.
func TestPatterns(t *testing.T) {
	doc := []any{map[string]any{"b": "x1"}, map[string]any{"c": "x2"}, map[string]any{"c": 3}, "x"}
	for path, want := range map[string]string{
		`$[?match(@.c,'x.')]`:    "[map[c:x2]]",
		`$[?search(@.c,'2')]`:    "[map[c:x2]]",
		`$[?match('x2',@.none)]`: "[]",
		`$[?!match(@.c,'x.')]`:   "[map[b:x1] map[c:3] x]",
	} {
		p, err := Parse(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if got := fmt.Sprint([]any(p.Select(doc))); got != want {
			t.Errorf("%s selects %s, want %s", path, got, want)
		}
	}
	if _, err := Parse(`$[?search(@.c,'(')]`); err == nil || !strings.Contains(err.Error(), "the pattern `(` cannot be read") {
		t.Errorf("a pattern that cannot be read: %v", err)
	}
}
