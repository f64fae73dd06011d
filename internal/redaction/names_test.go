package redaction

import (
	"strings"
	"testing"
)

// TestMarked protects that credentials are hidden by their form where no name
// says what they are, and that other texts are shown.
func TestMarked(t *testing.T) {
	for text, want := range map[string]string{
		"Bearer abc.def.ghi12345":                              "Bearer ***",
		"bearer {{id}}-abc12345":                               "bearer {{id}}***",
		"Basic dXNlcjpwYXNzd29yZA==":                           "Basic ***",
		"Basic user:passw0rd":                                  "Basic user:***",
		"Token 0123abcd":                                       "Token ***",
		"Server=x;Password=zzzzzz9;Timeout=30":                 "Server=x;Password=***;Timeout=30",
		"Server={{host}};User Id=sa;pwd='zzzzzz9'":             "Server={{host}};User Id=sa;pwd='***'",
		"AccountName=a;AccountKey=AbCd1234==":                  "AccountName=a;AccountKey=***",
		"Endpoint=sb://x.example/;SharedAccessKey=AbCd1234=":   "Endpoint=sb://x.example/;SharedAccessKey=***",
		"host=db client_secret=zzzzzz9 dbname=test":            "host=db client_secret=*** dbname=test",
		"postgres://app:zzzzzz9@db/test":                       "postgres://app:***@db/test",
		"https://app:zzzzzz9@{{host}}/":                        "https://app:***@{{host}}/",
		"https://{{user}}:{{password}}@h/":                     "https://{{user}}:{{password}}@h/",
		"Bearer of good news":                                  "Bearer of good news",
		"Bearer {{token}}":                                     "Bearer {{token}}",
		"Basic training":                                       "Basic training",
		"Token gestures":                                       "Token gestures",
		"primaryKey=customerId;sort=key":                       "primaryKey=customerId;sort=key",
		"https://h/?grant_type=password&redirect=https://h2/a": "https://h/?grant_type=password&redirect=https://h2/a",
	} {
		for _, v := range []any{text, map[string]any{"a": []any{text}}} {
			f := newFinder(t)
			f.Marked(v)
			if got := f.Secrets.Mask(text); got != want {
				t.Errorf("%v: %q is shown as %q, want %q", v, text, got, want)
			}
		}
	}
}

// A target shows no password and no parameter that is secret by its name.
func TestHideTarget(t *testing.T) {
	for target, want := range map[string]string{
		"http://u:pw@h/x":                       "http://u:***@h/x",
		"http://h/x?access_token=abc&b=c":       "http://h/x?access_token=***&b=c",
		"{{base}}/x?api_key={{k}}#f":            "{{base}}/x?api_key=***#f",
		"http://h/cb#access_token=abc&state=s":  "http://h/cb#access_token=***&state=s",
		"http://h/x?a=1#top":                    "http://h/x?a=1#top",
		"http://h/a@b":                          "http://h/a@b",
		"http://u:pw@h/x?password=p&q=password": "http://u:***@h/x?password=***&q=password",
	} {
		if got := HideTarget(target); got != want {
			t.Errorf("HideTarget(%q) = %q, want %q", target, got, want)
		}
	}
}

// A field that carries credentials is known by its name; one that only sounds
// like it is shown.
func TestHideField(t *testing.T) {
	for field, want := range map[string]string{
		"Authorization: Basic dTpw":              "Basic ***",
		"Proxy-Authorization: token":             "***",
		"Set-Cookie: id=1":                       "***",
		"X-Auth-Token: abc":                      "***",
		"Ocp-Apim-Subscription-Key: abc":         "***",
		"Cookie: ":                               "",
		"Idempotency-Key: abc":                   "abc",
		"Access-Control-Allow-Credentials: true": "true",
		"Content-Type: text/plain":               "text/plain",
	} {
		name, text, _ := strings.Cut(field, ": ")
		if got := HideField(name, text); got != want {
			t.Errorf("%s is shown as %q, want %q", field, got, want)
		}
	}
}
