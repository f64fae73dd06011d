package script

import "testing"

// TestURL protects the class URL (WHATWG URL section 6.1).
func TestURL(t *testing.T) {
	const parts = `var u = new URL("https://u:p@Example.com:8443/a/b?x=1&y=2#top"); `
	runSnippets(t, []snippet{
		{parts + `[u.protocol, u.username, u.password, u.host, u.hostname, u.port, u.pathname, u.search, u.hash, u.origin].join(" ")`,
			"https: u p example.com:8443 example.com 8443 /a/b ?x=1&y=2 #top https://example.com:8443"},
		{parts + `u.searchParams.get("y")`, "2"},
		{parts + `u.searchParams.append("z", "a b"); u.href`, "https://u:p@example.com:8443/a/b?x=1&y=2&z=a+b#top"},
		{parts + `u.searchParams.delete("x"); u.searchParams.delete("y"); u.search`, ""},
		{parts + `u.search = "q=7"; u.searchParams.get("q") + u.searchParams.size`, "71"},
		{parts + `u.searchParams === u.searchParams`, "true"},
		{parts + `u.pathname = "/c d/../e"; u.port = ""; u.hash = ""; u.protocol = "http"; u.host = "h:81"; u + ""`, "http://u:p@h:81/e?x=1&y=2"},
		{parts + `u.hostname = "H2"; u.username = "a@b"; u.password = ""; u.href`, "https://a%40b@h2:8443/a/b?x=1&y=2#top"},
		{parts + `u.port = "443"; u.host`, "example.com"},
		{parts + `u.href = "ftp://x/"; u.origin`, "ftp://x"},
		{parts + `JSON.stringify({u})`, `{"u":"https://u:p@example.com:8443/a/b?x=1&y=2#top"}`},
		{parts + `u.origin = "x"`, "`URL.origin` cannot be changed"},
		{parts + `u.port = "99999"`, "the port \"99999\" is no number from 0 to 65535"},
		{parts + `u.protocol = "mailto"`, "a scheme of another kind"},
		{parts + `u.href = "nothing"`, "it has no scheme"},
		{`new URL("nothing")`, "expected a URL, found \"nothing\": it has no scheme, such as `https://`, and no base"},
		{`new URL()`, "`url` is missing"},
		{`new URL("a", "b")`, "the base \"b\": it has no scheme"},
		{`URL.canParse("http://h") + "" + URL.canParse("h") + URL.canParse("a", "http://h")`, "truefalsetrue"},
		{`URL.parse("http://h").href + URL.parse("h")`, "http://h/null"},
		{`new URL(new URL("http://h/x"), "http://other").href`, "http://h/x"},
		{`new URL("b", new URL("http://h/a/c")).href`, "http://h/a/b"},
	})
}

// TestParseWebURL protects the reading of URLs, with the cases of the
// specification.
func TestParseWebURL(t *testing.T) {
	for _, test := range []struct{ url, base, want string }{
		{" https://example.com/././foo\t", "", "https://example.com/foo"},
		{"https:example.org", "", "https://example.org/"},
		{"https://////example.com///", "", "https://example.com///"},
		{`https:\\example.com\a`, "", "https://example.com/a"},
		{"https://example.com/%7Efoo/../%7Ebar/%2e%2E/x", "", "https://example.com/x"},
		{"HTTP://EXAMPLE.com:80", "", "http://example.com/"},
		{"http://h:", "", "http://h/"},
		{"http://münchen.example/ä?ö#ü", "", "http://xn--mnchen-3ya.example/%C3%A4?%C3%B6#%C3%BC"},
		{"http://0x7f.1/", "", "http://127.0.0.1/"},
		{"http://127.0.0.010", "", "http://127.0.0.8/"},
		{"http://[::0001]:80/", "", "http://[::1]/"},
		{"http://[::ffff:1.2.3.4]/", "", "http://[::ffff:102:304]/"},
		{"http://h/a b\"<>`{}?a b'\"#c d`", "", "http://h/a%20b%22%3C%3E%60%7B%7D?a%20b%27%22#c%20d%60"},
		{"http://h/{{x}}", "", "http://h/%7B%7Bx%7D%7D"},
		{"http://u%20:p@h/", "", "http://u%20:p@h/"},
		{"http://a@b@c/", "", "http://a%40b@c/"},
		{"mailto:a b@c?d", "", "mailto:a b@c?d"},
		{"data:text/plain,Hi there#x", "", "data:text/plain,Hi there#x"},
		{"postgres://u:p@Host:5432/db", "", "postgres://u:p@Host:5432/db"},
		{"urn:x", "", "urn:x"},
		{"file:///C:/a/../b", "", "file:///C:/b"},
		{"file://localhost/x", "", "file:///x"},
		{"x:/..//p", "", "x:/.//p"},
		{"//other/x", "https://h/a", "https://other/x"},
		{"/x", "https://h/a/b?q#f", "https://h/x"},
		{"x?y", "https://h/a/b?q#f", "https://h/a/x?y"},
		{"?y", "https://h/a/b?q#f", "https://h/a/b?y"},
		{"#y", "https://h/a/b?q#f", "https://h/a/b?q#y"},
		{"", "https://h/a/b?q#f", "https://h/a/b?q"},
		{"../../../x", "https://h/a/b/c", "https://h/x"},
		{".", "https://h/a/b/c", "https://h/a/b/"},
		{"https:x", "https://h/a/b", "https://h/a/x"},
		{"x", "file:///a/b", "file:///a/x"},
		{"x", "mailto:a", "error"},
		{"http://", "", "error"},
		{"http://h:99999", "", "error"},
		{"http://h:8o", "", "error"},
		{"http://a b/", "", "error"},
		{"http://a%00b/", "", "error"},
		{"http://[::1", "", "error"},
		{"http://[x]/", "", "error"},
		{"http://1.2.3.4.5/", "", "error"},
		{"http://256.0.0.1/", "", "error"},
		{"http://user@/", "", "error"},
		{"1http://h", "", "error"},
	} {
		var base *webURL
		if test.base != "" {
			base, _ = parseWebURL(test.base, nil)
		}
		u, err := parseWebURL(test.url, base)
		got := "error"
		if err == nil {
			got = u.String()
		}
		if got != test.want {
			t.Errorf("%q in %q = %q (%v), want %q", test.url, test.base, got, err, test.want)
		}
	}
}

// FuzzURL protects that a URL that was read is read again as the same.
func FuzzURL(f *testing.F) {
	for _, s := range []string{"http://h/a?b#c", "https:x", "mailto:a", "file://x/..//", "x:/.//p", "http://[::1]:1/", "http://1/", "//h", `http:\\\u@h`, "http://xn--a/", "a://%zz"} {
		f.Add(s, "https://u:p@h:1/a/b?q#f")
	}
	f.Fuzz(func(t *testing.T, s, b string) {
		base, err := parseWebURL(b, nil)
		if err != nil {
			base = nil
		}
		u, err := parseWebURL(s, base)
		if err != nil {
			return
		}
		again, err := parseWebURL(u.String(), nil)
		if err != nil {
			t.Fatalf("%q in %q is %q, which cannot be read: %v", s, b, u, err)
		}
		if again.String() != u.String() {
			t.Errorf("%q in %q is %q, and then %q", s, b, u, again)
		}
	})
}
