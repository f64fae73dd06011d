package urltext

import "testing"

// TestEncodeForm protects a form over several lines, and that nothing is encoded twice.
func TestEncodeForm(t *testing.T) {
	tests := []struct{ text, want string }{
		{"a = 1 &\nb=two words&\nc=x%20y", "a=1&b=two%20words&c=x%20y"},
		{"a=1\n&b=2", "a=1&b=2"},
		{"a=1&b", "a=1&b"},
		{"a=é&b=#", "a=%C3%A9&b=%23"},
		{"a=b=c", "a=b=c"},
		{"u=https://h/a b", "u=https://h/a%20b"},
		{"a=1+1", "a=1+1"},
		{"", ""},
	}
	for _, test := range tests {
		if got := EncodeForm(test.text); got != test.want {
			t.Errorf("EncodeForm(%q) = %q, want %q", test.text, got, test.want)
		}
	}
}
