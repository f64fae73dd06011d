package querytext

import "testing"

// TestBracketed protects what is mended, and that nothing else is touched.
func TestBracketed(t *testing.T) {
	for _, test := range []struct{ path, want string }{
		{"", "$"}, {"token", "$.token"}, {"[0].id", "$[0].id"}, {".a", "$.a"}, {"$.a.b", "$.a.b"},
		{"x-user.id", `$["x-user"].id`}, {"$.a.x-y[?@.b-c == 'd.e-f']..g-h", `$.a["x-y"][?@.b-c == 'd.e-f']..["g-h"]`},
		{"$.a[", "$.a["},
	} {
		if got := Bracketed(Rooted(test.path)); got != test.want {
			t.Errorf("%s is %s, want %s", test.path, got, test.want)
		}
	}
}
