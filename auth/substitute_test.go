package auth

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// given returns values for pairs of name and value.
func given(pairs ...string) values {
	return func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], pairs[i+1] != ""
			}
		}
		return "", false
	}
}

// requestOf reads a token request.
func requestOf(t *testing.T, text string) *requestRule {
	t.Helper()
	source := diag.NewSource("d.json", []byte(text))
	root, problem := parseJSON(Place{source, diag.Span{End: len(source.Text())}})
	if problem != nil {
		t.Fatal(problem)
	}
	r := &reader{source: source}
	rule := r.request(root)
	if len(r.problems) > 0 {
		t.Fatal(r.problems[0])
	}
	return rule
}

// A value fills its place and cannot change the structure round it.
func TestSubstitutionIsStructural(t *testing.T) {
	hostile := []string{
		`","admin":true,"x":"`, `&admin=true`, "a b", `\`, `"`, "\u2028", "line\nfeed", "<script>", "ä", "{{secret}}", "%2e%2e%2f", "../..", "a/b?c#d", "@evil.example",
	}
	rule := requestOf(t, `{
		"url": "https://api.example.com/{{v}}/token?q={{v}}",
		"query": {"v": "{{v}}"},
		"json": {"v": "{{v}}", "n": 1.50, "list": ["{{v}}", null], "unset": "{{nothing}}", "text": "a {{v}} b"}
	}`)
	form := requestOf(t, `{"url": "https://api.example.com/", "form": {"v": "{{v}}", "unset": "{{nothing}}", "w": "x"}}`)
	for _, value := range hostile {
		v := given("v", value, "secret", "leaked")
		u, err := rule.url.url(v)
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		request, err := rule.build(u, v)
		if err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		if u := request.URL; u.Host != "api.example.com" || u.Fragment != "" || u.Path != "/"+value+"/token" {
			t.Errorf("%q: URL %s", value, u)
		}
		if q := request.URL.Query(); len(q) != 2 || q.Get("q") != value || q.Get("v") != value {
			t.Errorf("%q: query %v", value, q)
		}
		var document map[string]any
		if err := json.Unmarshal([]byte(body(t, request)), &document); err != nil {
			t.Fatalf("%q: %v", value, err)
		}
		if len(document) != 4 || document["v"] != value || document["text"] != "a "+value+" b" {
			t.Errorf("%q: document %v", value, document)
		}
		if !strings.Contains(body(t, request), `"n":1.50`) {
			t.Errorf("%q: a number was rewritten: %s", value, body(t, request))
		}

		request, err = form.build(&url.URL{Scheme: "https", Host: "api.example.com"}, v)
		if err != nil {
			t.Fatal(err)
		}
		fields, err := url.ParseQuery(body(t, request))
		if err != nil || len(fields) != 2 || fields.Get("v") != value {
			t.Errorf("%q: form %v, %v", value, fields, err)
		}
	}
}

func TestHeaderValuesHoldNoControlCharacters(t *testing.T) {
	rule := requestOf(t, `{"url": "https://api.example.com/", "headers": {"X-V": "v {{v}}"}}`)
	for _, value := range []string{"a\r\nAdmin: true", "a\nb", "a\x00b", "a\x7fb", "\x1b[2J"} {
		if _, err := rule.build(new(url.URL), given("v", value)); err == nil || strings.Contains(err.Error(), "Admin: true") {
			t.Errorf("%q: got %v", value, err)
		}
	}
	if _, err := rule.build(new(url.URL), given("v", "a\tb ü")); err != nil {
		t.Errorf("a harmless value is refused: %v", err)
	}
}

// The host of a URL is decided by the definition, a base URL, or labels.
func TestURLTemplates(t *testing.T) {
	tests := []struct{ template, value, want string }{
		{"{{v}}/oauth/token", "https://api.example.com", "https://api.example.com/oauth/token"},
		{"{{v}}/oauth/token", "https://gateway.example.com/vendor/", "https://gateway.example.com/vendor/oauth/token"},
		{"{{v}}/x", "http://localhost:8080", "http://localhost:8080/x"},
		{"https://auth.{{v}}.example.com/x", "eu", "https://auth.eu.example.com/x"},

		{"{{v}}/x", "https://api.example.com@evil.example", "user name"},
		{"{{v}}/x", "https://api.example.com?x=", "neither query nor fragment"},
		{"{{v}}/x", "https://api.example.com#", "neither query nor fragment"},
		{"{{v}}/x", `https://api.example.com\@evil.example`, "not allowed in a URL"},
		{"{{v}}/x", "https://api.example.com\n.evil.example", "not allowed in a URL"},
		{"{{v}}/x", "//evil.example", "expected an absolute http or https URL"},
		{"{{v}}/x", "ftp://evil.example", "expected an absolute http or https URL"},
		{"{{v}}/x", "https:///x", "expected an absolute http or https URL"},
		{"{{v}}/x", "evil.example", "expected an absolute http or https URL"},
		{"{{v}}/x", "", "`v` is not set"},
		{"https://auth.{{v}}.example.com/x", "evil.example/#", "cannot be part of a host name"},
		{"https://auth.{{v}}.example.com/x", "evil@", "cannot be part of a host name"},
		{"https://auth.{{v}}.example.com/x", "eu:443", "cannot be part of a host name"},
		{"https://auth.{{v}}.example.com/x", "EU-1.a2", "https://auth.EU-1.a2.example.com/x"},
		{"https://auth.{{v}}.example.com/x", "e[u", "cannot be part of a host name"},
		{"https://auth.{{v}}.example.com/x", "e`u", "cannot be part of a host name"},
		{"https://auth.{{v}}.example.com/x", "eu..", "cannot be part of a host name"},
		{"https://api.example.com/a/{{v}}/x", "..", "cannot be a segment of a path"},
		{"https://api.example.com/a/{{v}}/x", "../../b", "https://api.example.com/a/..%2F..%2Fb/x"},
		{"https://api.example.com/a?x={{v}}", "1&y=2", "https://api.example.com/a?x=1%26y%3D2"},
	}
	for _, test := range tests {
		tmpl, err := parseTemplate(test.template)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if u, err := tmpl.url(given("v", test.value)); err != nil {
			got = err.Error()
		} else {
			got = u.String()
		}
		if got != test.want && (strings.HasPrefix(test.want, "http") || !strings.Contains(got, test.want)) {
			t.Errorf("%s with %q: got %s, want %s", test.template, test.value, got, test.want)
		}
	}
}

// A password in a base URL must not appear in the message about it.
func TestURLErrorsKeepPasswords(t *testing.T) {
	for _, text := range []string{"https://user:hunter22@api.example.com", "https://user:hunter22@api.example.com:port"} {
		_, err := parseBase(text)
		if err == nil || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestHTTPBasic(t *testing.T) {
	rule := requestOf(t, `{"url": "https://api.example.com/", "basic": {"username": "{{u}}", "password": "{{p}}"}}`)
	request, err := rule.build(new(url.URL), given("u", "Aladdin", "p", "open sesame"))
	if err != nil {
		t.Fatal(err)
	}
	check := &http.Request{Header: http.Header{"Authorization": {field(request, "Authorization")}}}
	if user, password, ok := check.BasicAuth(); !ok || user != "Aladdin" || password != "open sesame" {
		t.Errorf("got %q %q %v", user, password, ok)
	}
	if _, err := rule.build(new(url.URL), given("u", "a:b", "p", "c")); err == nil {
		t.Error("a user name with a colon changes the password")
	}
}
