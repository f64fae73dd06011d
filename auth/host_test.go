package auth

import (
	"strings"
	"testing"
)

// The header field Host decides which of the hosts behind an address gets the
// credentials, and so is bound to the origin as the URL is.
func TestHostOfAnotherAuthority(t *testing.T) {
	tests := []struct {
		host, allowed string
		refused       bool
	}{
		{host: ""},
		{host: "api.secure.coro.net"},
		{host: "API.secure.coro.net:443"},
		{host: "evil.example", refused: true},
		{host: "api.secure.coro.net:8443", refused: true},
		{host: "api.secure.coro.net.evil.example", refused: true},
		{host: "a:b:c", refused: true},
		{host: "mine.example", allowed: "https://mine.example"},
	}
	for _, test := range tests {
		t.Run(test.host, func(t *testing.T) {
			w := &wire{t: t}
			w.answers = append(w.answers, answer(200, issued))
			m, _ := testManager(t, w.send, func(c *Config) {
				if test.allowed != "" {
					c.AllowedOrigins = []string{test.allowed}
				}
			})
			for _, ref := range []Reference{coroRef, {ID: "bearer", Args: []Arg{{Key: "token", Value: "the-token"}}}} {
				b := bind(t, m, ref)
				hop := hopTo(t, coroAPI)
				hop.Host = test.host
				if err := b.CheckURL(hop.URL); err != nil {
					t.Fatal(explain(err))
				}
				_, err := b.Apply(t.Context(), hop, owns())
				if refused := strings.HasPrefix(explain(err), "PR403 "); refused != test.refused || err != nil && !refused {
					t.Errorf("%s: refused: %v, want %v: %s", ref.ID, refused, test.refused, explain(err))
				}
				if applied := hop.Header.Get("Authorization") != ""; applied == test.refused {
					t.Errorf("%s: applied: %v", ref.ID, applied)
				}
			}
		})
	}
}
