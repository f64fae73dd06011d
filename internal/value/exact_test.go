package value

import (
	"strings"
	"testing"
)

// Divisibility and wholeness are told exactly, and without writing numbers out.
func TestExact(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"0.3", "0.1", true}, {"0.35", "0.1", false}, {"0", "3", true}, {"-6", "4", false}, {"-8", "-4", true}, {"1", "0", false}, {"10", "2.5", true},
		{"1e400", "1e399", true}, {"1e399", "1e400", false}, {"1e99999999999999999", "7", false}, {"1e99999999999999999", "0.0032", true},
		{strings.Repeat("12", 100_000), "3", true}, {strings.Repeat("12", 100_000) + "1", "3", false}, {"9007199254740993", "2", false}, {"123456789012345678900", "3", true},
	} {
		if got := IsMultiple(mustDecode(t, test.a), mustDecode(t, test.b)); got != test.want {
			t.Errorf("IsMultiple(%s, %s) = %t", Shorten(test.a, 40), test.b, got)
		}
	}
	for text, want := range map[string]bool{"1": true, "1.0": true, "1.5": false, "1e400": true, "1e-1": false, "10e-1": true, `"1"`: false} {
		if IsInteger(mustDecode(t, text)) != want {
			t.Errorf("IsInteger(%s) = %t", text, !want)
		}
	}
	if IsMultiple("a", 1) || IsMultiple(1, nil) {
		t.Error("text is a multiple")
	}
}

// Key and Equal agree.
func TestKey(t *testing.T) {
	texts := []string{`1`, `1.0`, `10e-1`, `"1"`, `true`, `null`, `[1,2]`, `[12]`, `[[1],2]`, `{"a":1}`, `{"a":1.0}`, `{"b":1}`, `{"a":{}}`, `{}`, `[]`, `"[]"`, `1e400`, `1e401`, `-0`, `0.0`, `"a\",b"`, `["a","b"]`}
	for _, s := range texts {
		for _, u := range texts {
			a, b := mustDecode(t, s), mustDecode(t, u)
			if (Key(a) == Key(b)) != equal(a, b) {
				t.Errorf("Key(%s) = %s, Key(%s) = %s", s, Key(a), u, Key(b))
			}
		}
	}
}
