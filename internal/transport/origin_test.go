package transport

import (
	"net/url"
	"testing"
)

func TestOrigin(t *testing.T) {
	tests := []struct{ url, want string }{
		{"https://api.example.com/x?y#z", "https://api.example.com"},
		{"HTTPS://API.Example.COM:443/", "https://api.example.com"},
		{"http://api.example.com:80", "http://api.example.com"},
		{"http://api.example.com:443", "http://api.example.com:443"},
		{"https://api.example.com:8443/", "https://api.example.com:8443"},
		{"https://api.example.com.", "https://api.example.com"},
		{"https://api.example.com.:444", "https://api.example.com:444"},
		{"https://user:pass@api.example.com/", "https://api.example.com"},
		{"https://api.example.com@evil.example/", "https://evil.example"},
		{"https://api.example.com:/", "https://api.example.com"},
		{"http://127.0.0.1:8080/", "http://127.0.0.1:8080"},
		{"http://127.0.0.01/", "http://127.0.0.01"},
		{"http://[::ffff:127.0.0.1]/", "http://[::ffff:127.0.0.1]"},
		{"http://[::1]:8080/", "http://[::1]:8080"},
		{"http://[0:0:0:0:0:0:0:1]/", "http://[::1]"},
		{"http://[FE80::1%25eth0]/", "http://[fe80::1%eth0]"},
		{"https://bücher.example/", "https://bücher.example"},
		{"https://B%C3%9CCHER.example/", "https://bÜcher.example"},
		{"https://api.example\u212a.com/", "https://api.example\u212a.com"}, // the Kelvin sign, whose lower case is k
		{"/relative", ""},
		{"//host/path", ""},
		{"https:///path", ""},
		{"https://./", ""},
		{"mailto:a@example.com", ""},
	}
	for _, test := range tests {
		if got := Origin(parseURL(t, test.url)); got != test.want {
			t.Errorf("Origin(%s) = %q, want %q", test.url, got, test.want)
		}
	}
	for _, one := range tests {
		for _, other := range tests {
			want := one.want != "" && one.want == other.want
			if got := SameOrigin(parseURL(t, one.url), parseURL(t, other.url)); got != want {
				t.Errorf("SameOrigin(%s, %s) = %v", one.url, other.url, got)
			}
		}
	}
	if SameOrigin(nil, nil) {
		t.Error("nothing has an origin")
	}
	if got := Origin(nil); got != "" {
		t.Errorf("Origin(nil) = %q", got)
	}
}

func TestSameOrigin(t *testing.T) {
	const base = "https://api.example.com/v1"
	for _, test := range []struct {
		url  string
		want bool
	}{
		{"https://API.example.com:443/v2?x", true},
		{"https://api.example.com./", true},
		{"http://api.example.com/", false},
		{"https://api.example.com:444/", false},
		{"https://sub.api.example.com/", false},
		{"https://example.com/", false},
		{"https://api.example.com@evil.example/", false},
		{"https://api.example.com.evil.example/", false},
		{"https://apiexample.com/", false},
		{"/v2", false},
	} {
		if got := SameOrigin(parseURL(t, base), parseURL(t, test.url)); got != test.want {
			t.Errorf("SameOrigin(%s, %s) = %v", base, test.url, got)
		}
	}
	if SameOrigin(&url.URL{}, &url.URL{}) {
		t.Error("two URLs without an origin have the same")
	}
}

// TestIsOrigin protects what may be shown although it stands beside secrets.
func TestIsOrigin(t *testing.T) {
	for text, want := range map[string]bool{
		"https://api.example.com": true, "http://localhost:8080/": true, "HTTPS://h": true,
		"https://h/T0/B1/xyz": false, "https://u:p@h": false, "https://h?k=v": false, "https://h#f": false,
		"ftp://h": false, "h": false, "": false, "https://": false,
	} {
		if got := IsOrigin(text); got != want {
			t.Errorf("IsOrigin(%q) = %v", text, got)
		}
	}
}
