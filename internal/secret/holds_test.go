package secret

import (
	"fmt"
	"slices"
	"testing"
)

// TestWithin protects that the secrets in a text are found one by one, though one is
// a part of another.
func TestWithin(t *testing.T) {
	var s Set
	s.Add("opensesame", " sesame\n", "yes", "other")
	if got, want := s.Within("yes, opensesame"), []string{"opensesame", "sesame"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for i := range 1000 { // so many that it is the text that is gone through
		s.Add(fmt.Sprintf("other-%04d", i))
	}
	if got, want := s.Within("yes, opensesame and other-0007"), []string{"opensesame", "other", "other-0007", "sesame"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := s.Within("yes"); got != nil {
		t.Errorf("%q in a text without any", got)
	}
}

// TestHolds protects what must not be written down: also secrets that are not
// masked, since they are too short, too common, or shown on purpose.
func TestHolds(t *testing.T) {
	for _, shown := range []bool{false, true} {
		var s Set
		if shown {
			s.Show()
		}
		s.Add("opensesame", "yes", " 17 ")
		for text, want := range map[string]bool{
			"opensesame": true, "say opensesame!": true, "yes": true, "17": true,
			"": false, "yesterday": false, "170": false, "sesame": false,
		} {
			if got := s.Holds(text); got != want {
				t.Errorf("%q: %v, want %v (shown: %v)", text, got, want, shown)
			}
		}
	}
}
