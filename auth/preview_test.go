package auth

import (
	"reflect"
	"testing"
)

// TestPreview protects a dry run: the credentials are put where a run puts them,
// and nobody is asked for a token.
func TestPreview(t *testing.T) {
	env := func(name string) (Found, bool) {
		v, ok := map[string]string{"CORO_CLIENT_ID": "id", "CORO_CLIENT_SECRET": "s3cret-1", "CORO_WORKSPACE": "ws"}[name]
		return Found{Value: v, From: FromEnvironment + name}, ok
	}
	for _, c := range []struct {
		name    string
		ref     Reference
		url     string
		field   string // Authorization of the hop
		want    Preview
		standIn bool
	}{
		{"a provider", Reference{ID: "coro", Lookup: env}, "https://api.secure.coro.net/v1", "Bearer stand-in",
			Preview{ID: "coro", Provider: "coro", Endpoint: "https://api.secure.coro.net/oauth/token", Environment: map[string]string{"s3cret-1": "CORO_CLIENT_SECRET"}}, true},
		{"another origin", Reference{ID: "coro", Lookup: env}, "https://elsewhere.example/", "",
			Preview{ID: "coro", Provider: "coro", Endpoint: "https://api.secure.coro.net/oauth/token", Environment: map[string]string{"s3cret-1": "CORO_CLIENT_SECRET"}}, true},
		{"a token that is given", Reference{ID: "bearer", Args: []Arg{{Key: "token", Value: "abcd"}}}, "https://api.example/", "Bearer abcd",
			Preview{ID: "bearer", Provider: "bearer", IsScheme: true}, false},
		{"a digest", Reference{ID: "digest", Args: []Arg{{Key: "username", Value: "me"}, {Key: "password", Value: "s3cret-2"}}}, "https://api.example/", "",
			Preview{ID: "digest", Provider: "digest", IsScheme: true, Digest: &Pair{"me", "s3cret-2"}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, seen := testManager(t, nil)
			b := bind(t, m, c.ref)
			hop := hopTo(t, c.url)
			if c.want.IsScheme {
				if err := b.CheckURL(hop.URL); err != nil {
					t.Fatal(err)
				}
			}
			asked := false
			shown, got := b.Preview(func(Preview) string {
				asked = true
				return "stand-in"
			})
			if c.want.Environment == nil {
				c.want.Environment = map[string]string{}
			}
			if !reflect.DeepEqual(got, c.want) || asked != c.standIn {
				t.Errorf("preview %+v, want %+v", got, c.want)
			}
			if _, err := shown.Apply(t.Context(), hop, nil); err != nil {
				t.Fatal(explain(err))
			}
			if field := hop.Header.Get("Authorization"); field != c.field {
				t.Errorf("Authorization: %q, want %q", field, c.field)
			}
			if len(seen.all) > 0 {
				t.Errorf("a token was asked for: %v", seen.all)
			}
		})
	}
}
