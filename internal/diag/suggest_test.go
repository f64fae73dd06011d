package diag

import (
	"fmt"
	"testing"
)

func TestNearest(t *testing.T) {
	vendors := []string{"coro", "corti", "cotalker", "cobuilder", "comodo-one"}
	tests := []struct {
		name       string
		candidates []string
		want       string
	}{
		{"core", vendors, "coro"},
		{"cotlaker", vendors, "cotalker"}, // two letters swapped
		{"Comodo_One", vendors, "comodo-one"},
		{"comodoone", vendors, "comodo-one"},
		{"github", vendors, ""},
		{"", vendors, ""},
		{"-", []string{"_", "."}, ""},
		{"coro", []string{"coro"}, ""}, // the same name is no suggestion
		{"x", []string{"k", "e"}, ""},  // half of a short name is no slip
		{"E", []string{"e"}, "e"},
		{"nam", []string{"name"}, "name"},
		{"id", []string{"url"}, ""},
		{"statsu", []string{"state", "status"}, "status"},
		{"abcd", []string{"abce", "abcf"}, "abce"}, // the first of equals
		{"größe", []string{"grösse"}, "grösse"},
		{"日本語日本語", []string{"日本"}, ""},
		{"日本語日本", []string{"日本語"}, "日本語"}, // counted in characters, not bytes
	}
	for _, tt := range tests {
		if got := Nearest(tt.name, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.name, tt.candidates, got, tt.want)
		}
	}
	if got, want := DidYouMean("core", vendors), "did you mean `coro`?"; got != want {
		t.Errorf("DidYouMean = %q, want %q", got, want)
	}
	if got := DidYouMean("github", vendors); got != "" {
		t.Errorf("DidYouMean of nothing near = %q, want none", got)
	}
}

// A speller answers like Nearest, asks for the names once, and gives up in a text
// that is full of mistakes.
func TestSpeller(t *testing.T) {
	asked := 0
	s := NewSpeller(func() []string { asked++; return []string{"coro", "corti"} })
	if asked != 0 {
		t.Error("the names were asked for before they were needed")
	}
	for range 2 {
		if got := s.Nearest("core"); got != "coro" {
			t.Errorf("Nearest(core) = %q, want coro", got)
		}
	}
	for i := range maxSpelled {
		s.Nearest(fmt.Sprintf("github%d", i))
	}
	if got := s.DidYouMean("cotri"); got != "" {
		t.Errorf("name %d: %q, want no suggestion any more", maxSpelled+2, got)
	}
	if got := s.DidYouMean("core"); got != "did you mean `coro`?" {
		t.Errorf("a name that was looked for before: %q", got)
	}
	if asked != 1 {
		t.Errorf("the names were asked for %d times, want once", asked)
	}
}
