package diag

import "testing"

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
