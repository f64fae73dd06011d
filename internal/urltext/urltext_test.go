package urltext

import "testing"

// TestParse protects how a request target becomes a URL: every dialect's
// shorthand, and encoding that never encodes twice.
func TestParse(t *testing.T) {
	tests := []struct{ target, host, want string }{
		{"http://h/x?city=New York&m=é", "", "http://h/x?city=New%20York&m=%C3%A9"},
		{"http://h/x?a=%20b", "", "http://h/x?a=%20b"},
		{"http://h/100%", "", "http://h/100%25"},
		{"http://h/%zz", "", "http://h/%25zz"},
		{"http://h?a={b}|c", "", "http://h?a=%7Bb%7D%7Cc"},
		{"http://h/a+b", "", "http://h/a+b"},
		{"http://h/x#fragment", "", "http://h/x"},
		{"HTTPS://h/x", "", "https://h/x"},
		{"http://h:80/x", "", "http://h/x"},
		{"https://h:443/x", "", "https://h/x"},
		{"https://h:80/x", "", "https://h:80/x"},
		{"http://[::1]:80/x", "", "http://[::1]/x"},
		{"http://h:/x", "", "http://h/x"},
		{"h.example/x", "", "http://h.example/x"},
		{"localhost:8080/x", "", "http://localhost:8080/x"},
		{"h.example/to/http://other", "", "http://h.example/to/http://other"},
		{"/x", "h", "http://h/x"},
		{"/x", "h:8443", "https://h:8443/x"},
		{"/x", "h:443", "https://h/x"},
		{"/x", "http://h/", "http://h/x"},
		{"  http://h/x  ", "", "http://h/x"},
	}
	for _, test := range tests {
		u, err := Parse(test.target, test.host)
		if err != nil {
			t.Errorf("Parse(%q, %q): %v", test.target, test.host, err)
			continue
		}
		if got := u.String(); got != test.want {
			t.Errorf("Parse(%q, %q) = %s, want %s", test.target, test.host, got, test.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct{ target, host, want string }{
		{"", "", "the URL is empty"},
		{"/x", "", "`/x` has no host"},
		{"ftp://h/x", "", "`ftp://h/x` is no http or https URL"},
		{"http:///x", "", "`http:///x` has no host"},
		{"http://h:99999/x", "", "`http://h:99999/x` is not a URL: there is no port 99999, the last one is 65535"},
		{"http://h:port/", "", "`http://h:port/` is not a URL: invalid port \":port\" after host"},
	}
	for _, test := range tests {
		u, err := Parse(test.target, test.host)
		if err == nil {
			t.Errorf("Parse(%q) = %s, want an error", test.target, u)
		} else if err.Error() != test.want {
			t.Errorf("Parse(%q): %q, want %q", test.target, err, test.want)
		}
	}
}

// FuzzParse protects the promise that a URL is encoded once: what comes
// out goes in again unchanged.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"http://h/x?a=%20b c", "/x", "h/é", "http://[::1]:80/{}", "http://h/%%%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		u, err := Parse(target, "h")
		if err != nil {
			return
		}
		again, err := Parse(u.String(), "h")
		if err != nil {
			t.Fatalf("Parse(%q) = %s, which is refused: %v", target, u, err)
		}
		if again.String() != u.String() {
			t.Errorf("Parse(%q) = %s, and again %s", target, u, again)
		}
	})
}

// TestParseVerbatim protects that what is sent is what is written, or nothing.
func TestParseVerbatim(t *testing.T) {
	for target, want := range map[string]string{
		"http://h/a?a=b|c{d}\"%": "http://h/a?a=b|c{d}\"%",
		"http://h/a%20b#c":       "http://h/a%20b",
		"http://h/%zz":           "the path `/%zz` cannot be sent without percent-encoding",
		"http://h/a?a=b c":       "`http://h/a?a=b c` holds a blank, which `@no-auto-encoding` leaves unencoded",
		"":                       "the URL is empty",
	} {
		got := ""
		if u, err := ParseVerbatim(target, ""); err != nil {
			got = err.Error()
		} else {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", target, got, want)
		}
	}
}
