package sandbox

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"sync"
	"time"
)

// tokens are the tokens of one kind that a vendor has issued and that have not
// expired by the vendor's own clock.
type tokens struct {
	now     func() time.Time
	mu      sync.Mutex
	expires map[string]time.Time
}

func newTokens(now func() time.Time) *tokens {
	return &tokens{now: now, expires: make(map[string]time.Time)}
}

// add makes token valid until the instant expires, exclusive.
func (t *tokens) add(token string, expires time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	maps.DeleteFunc(t.expires, func(_ string, at time.Time) bool { return !now.Before(at) })
	t.expires[token] = expires
}

// valid reports whether token was issued and has not expired.
func (t *tokens) valid(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	expires, ok := t.expires[token]
	return ok && t.now().Before(expires)
}

// take is valid for a token that works once: it is spent by the call.
func (t *tokens) take(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	expires, ok := t.expires[token]
	delete(t.expires, token)
	return ok && t.now().Before(expires)
}

// randomText returns n random bytes in base64url without padding.
func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// newJWT returns a JWT (RFC 7519) signed with HMAC-SHA256.
func newJWT(key []byte, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil)), nil
}
