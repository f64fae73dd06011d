package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"
)

const utf8Charset = "Accept-Charset: utf-8"

func (w *world) cotalkerLogin() map[string]any {
	return map[string]any{"email": w.env["COTALKER_EMAIL"], "password": w.env["COTALKER_PASSWORD"]}
}

func (w *world) cotalkerToken() string {
	w.Helper()
	a := w.send(w.http, "POST", w.env["COTALKER_BASE_URL"]+"/auth/local", object(w.cotalkerLogin()), jsonType, utf8Charset)
	token, ok := a.body["token"].(string)
	if !ok || len(a.body) != 1 {
		w.Fatalf("login: %d %s", a.status, a.text)
	}
	return token
}

func (w *world) cotalker(token, method, path, body string, more ...string) answer {
	w.Helper()
	if body != "" {
		more = append(more, jsonType)
	}
	return w.send(w.http, method, w.env["COTALKER_BASE_URL"]+path, body, append(more, "Authorization: Bearer "+token)...)
}

// claims returns the payload of a JWT.
func (w *world) claims(token string) map[string]any {
	w.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		w.Fatalf("no JWT: %d parts", len(parts))
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		w.Fatalf("no JWT: %v", err)
	}
	return claims
}

// TestCotalkerToken protects that the token alone knows its life, and ends when
// it says.
func TestCotalkerToken(t *testing.T) {
	for _, test := range []struct{ ttl, life time.Duration }{{0, 24 * time.Hour}, {2 * time.Second, 2 * time.Second}} {
		w := newWorld(t, Options{TTL: test.ttl})
		token := w.cotalkerToken()
		if claims := w.claims(token); claims["exp"].(float64)-claims["iat"].(float64) != test.life.Seconds() {
			t.Errorf("claims %v", claims)
		}
		w.clock.advance(test.life - 1)
		if a := w.cotalker(token, "GET", "/api/v2/users", ""); a.status != 200 {
			t.Errorf("just before its end: %d", a.status)
		}
		w.clock.advance(1)
		if a := w.cotalker(token, "GET", "/api/v2/users", ""); a.status != 401 {
			t.Errorf("at its end: %d", a.status)
		}
	}
}

// TestCotalkerLoginRefuses protects every requirement of the login, the
// character set among them.
func TestCotalkerLoginRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	login := w.cotalkerLogin()
	for _, test := range []struct {
		name, body string
		fields     []string
		status     int
		says       string
	}{
		{"no character set", object(login), []string{jsonType}, 400, "Accept-Charset"},
		{"other character set", object(login), []string{jsonType, "Accept-Charset: latin1"}, 400, "Accept-Charset"},
		{"no media type", object(login), []string{utf8Charset}, 400, "Content-Type"},
		{"form", "email=a&password=b", []string{formType, utf8Charset}, 400, "Content-Type"},
		{"no JSON", "{", []string{jsonType, utf8Charset}, 400, "JSON"},
		{"unknown field", object(login, "grant_type", "password"), []string{jsonType, utf8Charset}, 400, "grant_type"},
		{"no email", object(login, "email", nil), []string{jsonType, utf8Charset}, 400, "required"},
		{"empty password", object(login, "password", ""), []string{jsonType, utf8Charset}, 400, "required"},
		{"password a number", object(login, "password", 7), []string{jsonType, utf8Charset}, 400, "required"},
		{"wrong email", object(login, "email", "a@example.com"), []string{jsonType, utf8Charset}, 401, "incorrect"},
		{"wrong password", object(login, "password", "guess"), []string{jsonType, utf8Charset}, 401, "incorrect"},
	} {
		a := w.send(w.http, "POST", w.env["COTALKER_BASE_URL"]+"/auth/local", test.body, test.fields...)
		if message, _ := a.body["message"].(string); a.status != test.status || !strings.Contains(message, test.says) || len(a.body) != 1 {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
	}
}

// TestCotalkerProtected protects which calls need the token, and which need
// Admin besides.
func TestCotalkerProtected(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cotalkerToken()
	id := w.list(w.cotalker(token, "GET", "/api/v2/users", ""), "users")[1].(map[string]any)["_id"].(string)
	channel := w.list(w.cotalker(token, "GET", "/api/v2/channels", ""), "channels")[0].(map[string]any)["_id"].(string)
	message := object(map[string]any{"channel": channel, "content": "c", "contentType": "text/plain"})
	for _, test := range []struct {
		method, path, body string
		plain, admin       int
	}{
		{"GET", "/api/v2/users", "", 200, 200},
		{"GET", "/api/v2/users/" + id, "", 200, 200},
		{"PATCH", "/api/v2/users/" + id, `{"job":"Chief"}`, 403, 200},
		{"GET", "/api/v2/channels", "", 200, 200},
		{"GET", "/api/v1/tasks/group", "", 403, 200},
		{"POST", "/api/v1/messages", message, 201, 201}, // not listed by the vendor as one that needs Admin
		{"GET", "/api/v1/messages/channel/" + channel + "/modified/2020-01-01T00:00:00.000Z", "", 200, 200},
	} {
		if a := w.cotalker(token, test.method, test.path, test.body); a.status != test.plain {
			t.Errorf("%s %s: %d %s", test.method, test.path, a.status, a.text)
		}
		if a := w.cotalker(token, test.method, test.path, test.body, "Admin: true"); a.status != test.admin {
			t.Errorf("%s %s as administrator: %d %s", test.method, test.path, a.status, a.text)
		}
		if a := w.cotalker(token, test.method, test.path, test.body, "Admin: false"); a.status != test.plain {
			t.Errorf("%s %s with Admin: false: %d", test.method, test.path, a.status)
		}
		for _, bad := range []string{"", "unknown", token + "x"} {
			a := w.cotalker(bad, test.method, test.path, test.body, "Admin: true")
			if a.status != 401 || a.body["message"] != "Unauthorized" || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %s with a bad token: %d %s", test.method, test.path, a.status, a.text)
			}
		}
	}
}

// TestCotalkerLists protects paging, filters and the count.
func TestCotalkerLists(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cotalkerToken()
	for _, test := range []struct {
		path, name     string
		count, counter int // -1 for a refusal, and for no counter
	}{
		{"/api/v2/users", "users", 10, -1},
		{"/api/v2/users?limit=5&page=1&count=true", "users", 5, 24},
		{"/api/v2/users?limit=10&page=3", "users", 4, -1},
		{"/api/v2/users?page=4&count=true", "users", 0, 24},
		{"/api/v2/users?isActive=false&count=true", "users", 3, 3},
		{"/api/v2/users?isActive=all&count=true&limit=100", "users", 27, 27},
		{"/api/v2/users?search=PERSON+1", "users", 9, -1},
		{"/api/v2/users?email=" + url.QueryEscape(w.env["COTALKER_EMAIL"]), "users", 1, -1},
		{"/api/v2/users?email[]=person01@example.com&email[]=person02@example.com", "users", 2, -1},
		{"/api/v2/channels?search=site+01", "channels", 1, -1},
		{"/api/v2/channels?group=none", "channels", 0, -1},
		{"/api/v1/tasks/group?count=true", "groups", 10, 12},
		{"/api/v2/users?limit=0", "", -1, -1},
		{"/api/v2/users?page=0", "", -1, -1},
		{"/api/v2/users?orderBy=name", "", -1, -1},
		{"/api/v2/users?isActive=maybe", "", -1, -1},
		{"/api/v2/users?count=1", "", -1, -1},
	} {
		a := w.cotalker(token, "GET", test.path, "", "Admin: true")
		if test.count < 0 {
			if a.status != 400 || a.body["message"] == nil {
				t.Errorf("%s: %d %s", test.path, a.status, a.text)
			}
			continue
		}
		counter := -1
		if n, ok := a.body["counter"].(float64); ok {
			counter = int(n)
		}
		if got := len(w.list(a, test.name)); got != test.count || counter != test.counter {
			t.Errorf("%s: %d of %d, want %d of %d", test.path, got, counter, test.count, test.counter)
		}
	}
	first := func(order string) any {
		return w.list(w.cotalker(token, "GET", "/api/v2/channels?limit=1&orderBy="+order, ""), "channels")[0].(map[string]any)["nameDisplay"]
	}
	if first("asc") != "Site 01" || first("desc") != "Site 12" {
		t.Errorf("order: %v, %v", first("asc"), first("desc"))
	}
}

// TestCotalkerMessages protects the chain of the smoke tests: a message that is
// written is found from its own time on.
func TestCotalkerMessages(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cotalkerToken()
	channel := w.list(w.cotalker(token, "GET", "/api/v2/channels", ""), "channels")[0].(map[string]any)["_id"].(string)
	fields := map[string]any{"channel": channel, "content": "hello", "contentType": "text/plain"}
	sent := w.cotalker(token, "POST", "/api/v1/messages", object(fields))
	at, _ := sent.body["createdAt"].(string)
	if sent.status != 201 || sent.body["content"] != "hello" || len(sent.body["_id"].(string)) != 24 {
		t.Fatalf("%d %s", sent.status, sent.text)
	}
	since := func(when string) int {
		return len(w.list(w.cotalker(token, "GET", "/api/v1/messages/channel/"+channel+"/modified/"+when, ""), "messages"))
	}
	if since("2020-01-01T00:00:00.000Z") != 4 || since(at) != 1 || since("2999-01-01T00:00:00Z") != 0 {
		t.Errorf("%d, %d, %d messages", since("2020-01-01T00:00:00.000Z"), since(at), since("2999-01-01T00:00:00Z"))
	}
	for _, test := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/api/v1/messages", object(fields, "content", nil), 400},
		{"POST", "/api/v1/messages", object(fields, "contentType", ""), 400},
		{"POST", "/api/v1/messages", object(fields, "content", 7), 400},
		{"POST", "/api/v1/messages", object(fields, "x", "y"), 400},
		{"POST", "/api/v1/messages", "hello", 400},
		{"POST", "/api/v1/messages", object(fields, "channel", "none"), 404},
		{"GET", "/api/v1/messages/channel/none/modified/2020-01-01T00:00:00.000Z", "", 404},
		{"GET", "/api/v1/messages/channel/" + channel + "/modified/yesterday", "", 400},
		{"GET", "/api/v2/users/none", "", 404},
		{"PATCH", "/api/v2/users/none", `{"job":"x"}`, 404},
		{"PATCH", "/api/v2/users/none", `{"job":7}`, 400},
	} {
		if a := w.cotalker(token, test.method, test.path, test.body, "Admin: true"); a.status != test.status || a.body["message"] == nil {
			t.Errorf("%s %s %s: %d %s", test.method, test.path, test.body, a.status, a.text)
		}
	}
	if since(at) != 1 {
		t.Error("a refused message was sent")
	}
}
