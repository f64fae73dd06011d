package parser

import (
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	tests := []struct {
		in   string
		bare time.Duration
		want time.Duration
	}{
		{"300ms", time.Second, 300 * time.Millisecond},
		{"2s", time.Second, 2 * time.Second},
		{" 2 s ", time.Second, 2 * time.Second},
		{"1m", time.Second, time.Minute},
		{"1m30s", time.Second, 90 * time.Second},
		{"5", time.Second, 5 * time.Second},
		{"5", time.Millisecond, 5 * time.Millisecond},
		{"1.5", time.Second, 1500 * time.Millisecond},
		{"0", time.Second, 0},
	}
	for _, test := range tests {
		if got, err := ParseDuration(test.in, test.bare); err != nil || got != test.want {
			t.Errorf("%q is %v, %v; want %v", test.in, got, err, test.want)
		}
	}
	for in, want := range map[string]string{
		"":                     `"" is not a duration`,
		"soon":                 `"soon" is not a duration`,
		"-1s":                  `"-1s" is a negative duration`,
		"1 parsec":             `"1 parsec" is not a duration`,
		"1.2.3":                `"1.2.3" is not a duration`,
		"99999999999999999999": `"99999999999999999999" is too long a duration`,
		"NaN":                  `"NaN" is not a duration`,
	} {
		if got, err := ParseDuration(in, time.Second); err == nil || err.Error() != want {
			t.Errorf("%q is %v, %v; want the error %s", in, got, err, want)
		}
	}
}
