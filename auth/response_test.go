package auth

import (
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// jwt returns a JWT with a payload.
func jwt(payload string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode([]byte(payload)) + ".c2ln"
}

func TestLifetime(t *testing.T) {
	const day = 24 * time.Hour
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	// The server's clock is two hours ahead of ours: what it says counts
	// relative to its own Date.
	header := http.Header{"Date": {now.Add(2 * time.Hour).Format(http.TimeFormat)}}
	tests := []struct {
		name, body string
		life       time.Duration
		source     string
	}{
		{"number", `{"t":"a","in":86400}`, day, "expires_in"},
		{"text", `{"t":"a","in":"300"}`, 5 * time.Minute, "expires_in"},
		{"decimal", `{"t":"a","in":300.0}`, 5 * time.Minute, "expires_in"},
		{"decimal text", `{"t":"a","in":"300.5"}`, 300500 * time.Millisecond, "expires_in"},
		{"exponent", `{"t":"a","in":3.6e3}`, time.Hour, "expires_in"},
		{"zero is unknown", `{"t":"a","in":0}`, 15 * time.Minute, "default"},
		{"negative is unknown", `{"t":"a","in":-5}`, 15 * time.Minute, "default"},
		{"absurd is unknown", `{"t":"a","in":1772366400}`, 15 * time.Minute, "default"},
		{"overflow is unknown", `{"t":"a","in":1e300}`, 15 * time.Minute, "default"},
		{"NaN is unknown", `{"t":"a","in":"NaN"}`, 15 * time.Minute, "default"},
		{"not a number", `{"t":"a","in":"soon"}`, 15 * time.Minute, "default"},
		{"null", `{"t":"a","in":null}`, 15 * time.Minute, "default"},
		{"none", `{"t":"a"}`, 15 * time.Minute, "default"},
		{"expires_in wins", `{"t":"a","in":60,"at":1772380800}`, time.Minute, "expires_in"},
		{"seconds", `{"t":"a","at":1772377200}`, time.Hour, "expires_at"}, // 15:00
		{"milliseconds", `{"t":"a","at":1772377200000}`, time.Hour, "expires_at"},
		{"seconds as text", `{"t":"a","at":"1772377200"}`, time.Hour, "expires_at"},
		{"RFC 3339", `{"t":"a","at":"2026-03-01T16:00:00+01:00"}`, time.Hour, "expires_at"},
		{"in the past", `{"t":"a","at":1700000000}`, 15 * time.Minute, "default"},
		{"JWT of 2016", `{"t":"` + jwt(`{"iat":1458785796,"exp":1458872196}`) + `"}`, day, "jwt"},
		{"JWT without iat", `{"t":"` + jwt(`{"exp":1772377200}`) + `"}`, time.Hour, "jwt"},
		{"JWT without exp", `{"t":"` + jwt(`{}`) + `"}`, 15 * time.Minute, "default"},
		{"two parts are no JWT", `{"t":"` + strings.Join(strings.Split(jwt(`{"iat":1,"exp":61}`), ".")[:2], ".") + `"}`, 15 * time.Minute, "default"},
		{"expires_in beats JWT", `{"t":"` + jwt(`{"iat":1,"exp":61}`) + `","in":7200}`, 2 * time.Hour, "expires_in"},
	}
	rule := responseRule{
		formats: []string{"json"}, token: []string{"t"}, expiresIn: []string{"in"}, expiresAt: []string{"at"},
		jwt: true, defaultTTL: 15 * time.Minute,
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := rule.read(header, []byte(test.body), now)
			if err != nil {
				t.Fatal(err)
			}
			if got.life != test.life || got.source != test.source {
				t.Errorf("got %s from %s, want %s from %s", got.life, got.source, test.life, test.source)
			}
		})
	}
}

func TestLeeway(t *testing.T) {
	tests := []struct{ life, want time.Duration }{
		{24 * time.Hour, time.Minute},
		{time.Hour, time.Minute},
		{5 * time.Minute, 30 * time.Second},
		{30 * time.Second, 5 * time.Second},
		{10 * time.Second, 2500 * time.Millisecond},
		{2 * time.Second, 500 * time.Millisecond}, // leaves time to use it
	}
	for _, test := range tests {
		if got := leewayOf(test.life); got != test.want {
			t.Errorf("of %s: got %s, want %s", test.life, got, test.want)
		}
	}
}

func TestTokenResponse(t *testing.T) {
	rule := responseRule{
		formats: []string{"json"}, token: []string{"accessToken", "access_token"}, kind: []string{"token_type"}, defaultTTL: time.Minute,
	}
	whole := responseRule{formats: []string{"json", "text"}, token: []string{"@this"}, defaultTTL: time.Minute}
	form := responseRule{formats: []string{"form"}, token: []string{"access_token"}, expiresIn: []string{"expires_in"}, defaultTTL: time.Minute}
	tests := []struct {
		name string
		rule responseRule
		body string
		want string // the token, or "error: …"
	}{
		{"first spelling", rule, `{"accessToken":"A1","access_token":"B1"}`, "A1"},
		{"second spelling", rule, `{"access_token":"B1","token_type":"bEaReR"}`, "B1"},
		{"byte order mark", rule, "\ufeff{\"access_token\":\"B1\"}\n", "B1"},
		{"JSON string", whole, `"ey.J.x"`, "ey.J.x"},
		{"plain text", whole, "ey.J.x\n", "ey.J.x"},
		{"form", form, "access_token=a%2Fb&expires_in=5", "a/b"},

		{"other type", rule, `{"access_token":"B1","token_type":"mac"}`, `error: a token of type "mac"`},
		{"no token", rule, `{"ok":true}`, "error: no token in the answer: expected it at `accessToken` and `access_token`"},
		{"null", rule, `{"access_token":null}`, "error: no token in the answer"},
		{"empty", rule, `{"access_token":""}`, "error: no token in the answer: it is empty"},
		{"number", rule, `{"access_token":17}`, "error: expected the token at `accessToken` and `access_token` to be text, found number"},
		{"object", whole, `{"type":"string"}`, "error: expected the token at `@this` to be text, found json"},
		{"white space", rule, `{"access_token":"a b"}`, "error: what should be the token holds ' '"},
		{"line feed", rule, `{"access_token":"a\nX: y"}`, `error: what should be the token holds '\n'`},
		{"markup", whole, `<html>`, "error: what should be the token holds '<'"},
		{"sentence", whole, `Service unavailable`, "error: what should be the token holds ' '"},
		{"other script", rule, `{"access_token":"tökén"}`, "error: what should be the token holds"},
		{"too long", rule, `{"access_token":"` + strings.Repeat("a", 70<<10) + `"}`, "error: a token of 70 KiB"},
		{"empty body", rule, ``, "error: not JSON: unexpected end of JSON input"},
		{"empty text", whole, ` `, "error: no token in the answer: it is empty"},
		{"text after it", rule, `{"access_token":"B1"}%`, "error: not JSON: invalid character '%' after top-level value at byte 22"},
		{"cut off", rule, `{"access_token":"B1`, "error: not JSON"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.rule.read(nil, []byte(test.body), time.Now())
			text := ""
			if err != nil {
				text = "error: " + err.Error()
			} else {
				text = got.value
			}
			if text != test.want && (err == nil || !strings.Contains(text, test.want)) {
				t.Errorf("got %s\nwant %s", text, test.want)
			}
		})
	}
}

func TestRefreshToken(t *testing.T) {
	rule := responseRule{
		formats: []string{"json"}, token: []string{"t"}, refresh: []string{"r"},
		refreshExpiresIn: []string{"rin"}, refreshExpiresAt: []string{"rat"}, defaultTTL: time.Minute,
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	header := http.Header{"Date": {now.Format(http.TimeFormat)}}
	tests := []struct {
		body       string
		now, later bool // whether it can be refreshed at once and after an hour and a half
	}{
		{`{"t":"a"}`, false, false},
		{`{"t":"a","r":"R"}`, true, true},
		{`{"t":"a","r":"R","rin":3600}`, true, false},
		{`{"t":"a","r":"R","rin":0}`, false, false},
		{`{"t":"a","rin":0}`, false, false},
		{`{"t":"a","r":"R","rin":null}`, true, true},
		{`{"t":"a","r":"R","rat":1772370000}`, true, false}, // 13:00
		{`{"t":"a","r":"R","rat":1772370000000}`, true, false},
		{`{"t":"a","r":null}`, false, false},
	}
	for _, test := range tests {
		got, err := rule.read(header, []byte(test.body), now)
		if err != nil {
			t.Fatal(err)
		}
		if at, later := got.refreshable(now), got.refreshable(now.Add(90*time.Minute)); at != test.now || later != test.later {
			t.Errorf("%s: got %v and %v, want %v and %v", test.body, at, later, test.now, test.later)
		}
	}
}

func FuzzTokenResponse(f *testing.F) {
	for _, seed := range []string{
		`{"access_token":"a","expires_in":86400,"refresh_token":"r","refresh_expires_in":0}`, `"ey.J.x"`, `a.b.c`, `{"access_token":{"a":[1,2]}}`,
		`{"access_token":"` + jwt(`{"iat":1,"exp":1e400}`) + `","expires_at":1e18}`, `[[[[`, "\x00", `a=b&access_token=c`,
	} {
		f.Add([]byte(seed))
	}
	rule := responseRule{
		formats: []string{"json", "form", "text"}, token: []string{"access_token", "@this"}, kind: []string{"token_type"},
		expiresIn: []string{"expires_in"}, expiresAt: []string{"expires_at"}, jwt: true,
		refresh: []string{"refresh_token"}, refreshExpiresIn: []string{"refresh_expires_in"}, defaultTTL: time.Minute,
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		now := time.Unix(1772366400, 0)
		got, err := rule.read(nil, body, now)
		if err != nil {
			if errors.Unwrap(err) == nil && err.Error() == "" {
				t.Error("an error without text")
			}
			return
		}
		if !believed(got.life) || got.leeway >= got.life || !got.fresh(now) {
			t.Errorf("life %s, leeway %s", got.life, got.leeway)
		}
		for _, c := range []byte(got.value) {
			if c <= ' ' || c > '~' || c == '<' {
				t.Errorf("the token holds %q", c)
			}
		}
	})
}
