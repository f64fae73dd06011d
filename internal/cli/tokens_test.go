package cli

import (
	"testing"
	"time"

	"github.com/postrider/postrider/runner"
)

// Each state of a token has words of its own, and none claims too much.
func TestHeldText(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for want, h := range map[string]runner.HeldToken{
		"  acme  ada  valid for 59m 30s  by jwt  a file\n":                                 {ID: "acme", Account: "ada", State: runner.TokenValid, Expires: now.Add(59*time.Minute + 30*time.Second), Source: "jwt", Storage: runner.InFile},
		"  acme  -  expired, can be refreshed  by expires_in  a file\n":                    {ID: "acme", State: runner.TokenExpired, Expires: now.Add(-time.Hour), Source: "expires_in", Refreshable: true, Storage: runner.InFile},
		"  ?  -  sealed with a key that is not at hand  -  a file sealed by the keyring\n": {State: runner.TokenSealed, Storage: runner.InKeyring},
		"  acme  ada  given by its parameters  -  memory\n":                                {ID: "acme", Account: "ada", State: runner.TokenGiven, Storage: runner.InMemory},
		"  a\\x1bb  -  no token  -  memory\n":                                              {ID: "a\x1bb", State: runner.TokenMissing, Storage: runner.InMemory},
	} {
		if got := heldText([]runner.HeldToken{h}, now); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestLifeText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		24*time.Hour - time.Millisecond: "1d 0h", 30 * time.Hour: "1d 6h", 23*time.Hour + 59*time.Minute: "23h 59m",
		90 * time.Second: "1m 30s", 59 * time.Second: "59s", time.Millisecond: "0s",
	} {
		if got := lifeText(d); got != want {
			t.Errorf("%s: got %s, want %s", d, got, want)
		}
	}
}
