package runner

import (
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/scope"
	"github.com/postrider/postrider/internal/secret"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// TestKeepVariable protects which values are hidden from the start: every
// secret, except the origin of a service in a private environment file.
func TestKeepVariable(t *testing.T) {
	text := func(s string) parser.Text { return parser.Literal(nil, diag.Span{}, s) }
	tests := []struct {
		v      scope.Variable
		hidden string // what must not be shown; "" if everything may be
	}{
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("hunter2-hunter2")}, "hunter2-hunter2"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://api.example.com/")}, ""},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://hooks.example.com/T0/B1/xyz")}, "https://hooks.example.com/T0/B1/xyz"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Text: text("https://u:p4ssw0rd@api.example.com")}, "p4ssw0rd"},
		{scope.Variable{Tier: scope.CommandLine, Secret: true, Value: "https://api.example.com"}, "https://api.example.com"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Value: map[string]any{"a": []any{"inner-secret", 88112233}}}, "inner-secret"},
		{scope.Variable{Tier: scope.Environment, Secret: true, Value: 99887766}, "99887766"},
		{scope.Variable{Tier: scope.File, Text: text("shown-value")}, ""},
	}
	for _, test := range tests {
		p := &Plan{secrets: new(secret.Set)}
		p.keepVariable(&test.v)
		shown := "value " + test.v.Text.String()
		if test.v.Text.IsZero() {
			shown = "value " + value.Text(test.v.Value)
		}
		masked := p.secrets.Mask(shown)
		if test.hidden == "" && masked != shown {
			t.Errorf("%q is shown as %q", shown, masked)
		}
		if test.hidden != "" && (!strings.Contains(shown, test.hidden) || strings.Contains(masked, test.hidden)) {
			t.Errorf("%q is shown as %q", shown, masked)
		}
	}
}

// TestKeepMarked protects that credentials are hidden by their form where no name
// says what they are, and that other texts are shown.
func TestKeepMarked(t *testing.T) {
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
		p := &Plan{secrets: new(secret.Set)}
		p.keepVariable(&scope.Variable{Tier: scope.File, Text: parser.Literal(nil, diag.Span{}, text)})
		if got := p.secrets.Mask(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
		p = &Plan{secrets: new(secret.Set)}
		p.keepVariable(&scope.Variable{Tier: scope.CommandLine, Value: map[string]any{"a": []any{text}}})
		if got := p.secrets.Mask(text); got != want {
			t.Errorf("%q in a structure is shown as %q, want %q", text, got, want)
		}
	}
}

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
		if got := hideTarget(target); got != want {
			t.Errorf("hideTarget(%q) = %q, want %q", target, got, want)
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
		if got := hideField(name, text); got != want {
			t.Errorf("%s is shown as %q, want %q", field, got, want)
		}
	}
}
