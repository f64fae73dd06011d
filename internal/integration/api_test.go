//go:build integration

package integration

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// An api takes the tokens of an issuer: it checks signature, issuer and time with
// the keys that the issuer publishes, as a vendor's gateway does. A request
// without such a token is answered 401 with an empty body and the reason in
// WWW-Authenticate. One with a token is answered with its claims.
type api struct {
	*httptest.Server
	issuer, published string // published is the URL of the keys

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	tenants []string // of Tenant-Name of the requests that were let in
	denied  int
}

func newAPI(t *testing.T, issuer, published string) *api {
	a := &api{issuer: issuer, published: published}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	claims, err := a.verify(token)
	if err != nil {
		a.denied++
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer error=\"invalid_token\", error_description=%q", err))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	a.tenants = append(a.tenants, r.Header.Get("Tenant-Name"))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(claims)
}

// verify checks a JWT signed with RS256 (RFC 7519, RFC 7518 section 3.3).
func (a *api) verify(token string) (map[string]any, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, errors.New("not a JWT")
	}
	var head struct{ Alg, Kid string }
	claims := make(map[string]any)
	for n, into := range []any{&head, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[n])
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return nil, err
		}
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	key, err := a.key(head.Kid)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature); err != nil || head.Alg != "RS256" {
		return nil, errors.New("the signature is wrong")
	}
	end, _ := claims["exp"].(float64)
	switch {
	case claims["iss"] != a.issuer:
		return nil, fmt.Errorf("the issuer is %v", claims["iss"])
	case time.Unix(int64(end), 0).Before(time.Now()):
		return nil, errors.New("the token has expired")
	}
	return claims, nil
}

// key returns a key of the issuer (RFC 7517).
func (a *api) key(id string) (*rsa.PublicKey, error) {
	if a.keys == nil {
		response, err := http.Get(a.published)
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		var set struct {
			Keys []struct{ Kid, Kty, N, E string }
		}
		if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
			return nil, err
		}
		a.keys = make(map[string]*rsa.PublicKey)
		for _, k := range set.Keys {
			n, err1 := base64.RawURLEncoding.DecodeString(k.N)
			e, err2 := base64.RawURLEncoding.DecodeString(k.E)
			if k.Kty == "RSA" && err1 == nil && err2 == nil {
				a.keys[k.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
			}
		}
	}
	if k := a.keys[id]; k != nil {
		return k, nil
	}
	return nil, errors.New("the key is not of this issuer")
}

// served returns the values of Tenant-Name of the requests that were let in,
// and how many were not.
func (a *api) served() (tenants []string, denied int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tenants, a.denied
}
