package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// coroGrant is the body of a token request that is granted.
func (w *world) coroGrant() map[string]any {
	return map[string]any{
		"client_id":     w.env["CORO_CLIENT_ID"],
		"client_secret": w.env["CORO_CLIENT_SECRET"],
		"audience":      "https://secure.coro.net/api",
		"grant_type":    "client_credentials",
	}
}

func (w *world) coroToken() string {
	w.Helper()
	a := w.send(w.http, "POST", w.env["CORO_BASE_URL"]+"/oauth/token", object(w.coroGrant()), jsonType)
	token, ok := a.body["access_token"].(string)
	if !ok {
		w.Fatalf("token request: %d %s", a.status, a.text)
	}
	return token
}

// coro calls the API with a token and the workspace.
func (w *world) coro(token, method, path, body string) answer {
	w.Helper()
	fields := []string{"Authorization: Bearer " + token, "Workspace: " + w.env["CORO_WORKSPACE"]}
	if body != "" {
		fields = append(fields, jsonType)
	}
	return w.send(w.http, method, w.env["CORO_BASE_URL"]+path, body, fields...)
}

// TestCoroToken protects the shape of the answer in the vendor's sample.
func TestCoroToken(t *testing.T) {
	for _, test := range []struct {
		ttl  time.Duration
		want float64
	}{{0, 86400}, {2 * time.Second, 2}} {
		w := newWorld(t, Options{TTL: test.ttl})
		a := w.send(w.http, "POST", w.env["CORO_BASE_URL"]+"/oauth/token", object(w.coroGrant()), jsonType+"; charset=utf-8")
		token, _ := a.body["access_token"].(string)
		if a.status != 200 || a.body["token_type"] != "Bearer" || a.body["expires_in"] != test.want || len(a.body) != 3 {
			t.Errorf("TTL %v: %d %v %v, %d members", test.ttl, a.status, a.body["token_type"], a.body["expires_in"], len(a.body))
		}
		if len(strings.Split(token, ".")) != 2 {
			t.Error("the token has not two parts")
		}
		if a.header.Get("Content-Type") != "application/json" {
			t.Errorf("Content-Type %q", a.header.Get("Content-Type"))
		}
	}
}

// TestCoroTokenRefuses protects every requirement of the token request.
func TestCoroTokenRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	grant := w.coroGrant()
	form := fmt.Sprintf("grant_type=client_credentials&client_id=%s&client_secret=%s&audience=https://secure.coro.net/api",
		grant["client_id"], grant["client_secret"])
	for _, test := range []struct {
		name, body, contentType string
		status                  int
		code, says              string
	}{
		{"form", form, "application/x-www-form-urlencoded", 400, "invalid_request", "Content-Type"},
		{"JSON called text", object(grant), "text/plain", 400, "invalid_request", "Content-Type"},
		{"no media type", object(grant), "", 400, "invalid_request", "Content-Type"},
		{"empty", "", "application/json", 400, "invalid_request", "JSON object"},
		{"null", "null", "application/json", 400, "invalid_request", "JSON object"},
		{"array", "[]", "application/json", 400, "invalid_request", "JSON object"},
		{"cut off", `{"client_id":`, "application/json", 400, "invalid_request", "JSON object"},
		{"two objects", object(grant) + "{}", "application/json", 400, "invalid_request", "goes on"},
		{"no client_id", object(grant, "client_id", nil), "application/json", 400, "invalid_request", "client_id"},
		{"no client_secret", object(grant, "client_secret", nil), "application/json", 400, "invalid_request", "client_secret"},
		{"no audience", object(grant, "audience", nil), "application/json", 400, "invalid_request", "audience"},
		{"no grant_type", object(grant, "grant_type", nil), "application/json", 400, "invalid_request", "grant_type"},
		{"empty client_id", object(grant, "client_id", ""), "application/json", 400, "invalid_request", "client_id"},
		{"number", object(grant, "client_secret", 7), "application/json", 400, "invalid_request", "client_secret"},
		{"camelCase", object(grant, "client_id", nil, "clientId", "x"), "application/json", 400, "invalid_request", "clientId"},
		{"unknown field", object(grant, "scope", "openid"), "application/json", 400, "invalid_request", "scope"},
		{"other grant", object(grant, "grant_type", "password"), "application/json", 400, "unsupported_grant_type", "client_credentials"},
		{"wrong client", object(grant, "client_id", "someone"), "application/json", 401, "invalid_client", ""},
		{"wrong secret", object(grant, "client_secret", "guess"), "application/json", 401, "invalid_client", ""},
		{"other audience", object(grant, "audience", "https://api.secure.coro.net"), "application/json", 403, "access_denied", "audience"},
	} {
		a := w.send(w.http, "POST", w.env["CORO_BASE_URL"]+"/oauth/token", test.body, "Content-Type: "+test.contentType)
		description, _ := a.body["error_description"].(string)
		if a.status != test.status || a.body["error"] != test.code || !strings.Contains(description, test.says) {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
	}
}

// TestCoroTraceID protects that every answer can be told to the vendor's
// support, and that no two have the same identifier.
func TestCoroTraceID(t *testing.T) {
	w := newWorld(t, Options{})
	seen := make(map[string]bool)
	for _, path := range []string{"/oauth/token", "/oath/token", "/v1/tickets", "/v1/users"} {
		id := w.send(w.http, "GET", w.env["CORO_BASE_URL"]+path, "").header.Get("X-Coro-Trace-Id")
		if id == "" || seen[id] {
			t.Errorf("%s: trace identifier %q", path, id)
		}
		seen[id] = true
	}
}

// TestCoroProtected protects what a call of the API must carry.
func TestCoroProtected(t *testing.T) {
	w := newWorld(t, Options{})
	token, workspace := w.coroToken(), "Workspace: "+w.env["CORO_WORKSPACE"]
	for _, path := range []string{"/v1/tickets", "/v1/tickets/t-1001", "/v1/tickets/t-1001/actions", "/v1/devices", "/v1/users"} {
		for _, test := range []struct {
			name   string
			status int
			fields []string
		}{
			{"both", 200, []string{"Authorization: Bearer " + token, workspace}},
			{"scheme in lower case", 200, []string{"Authorization: bearer " + token, workspace}},
			{"nothing", 401, nil},
			{"no token", 401, []string{workspace}},
			{"unknown token", 401, []string{"Authorization: Bearer x.y", workspace}},
			{"no scheme", 401, []string{"Authorization: " + token, workspace}},
			{"other scheme", 401, []string{"Authorization: Basic " + token, workspace}},
			{"the field of the vendor's text", 401, []string{"Authentication: Bearer " + token, workspace}},
			{"no workspace", 403, []string{"Authorization: Bearer " + token}},
			{"other workspace", 403, []string{"Authorization: Bearer " + token, "Workspace: other"}},
		} {
			a := w.send(w.http, "GET", w.env["CORO_BASE_URL"]+path, "", test.fields...)
			if a.status != test.status {
				t.Errorf("%s %s: %d %s", path, test.name, a.status, a.text)
			}
			challenge := a.header.Get("WWW-Authenticate")
			if (challenge == `Bearer error="invalid_token"`) != (test.status == 401) {
				t.Errorf("%s %s: WWW-Authenticate %q", path, test.name, challenge)
			}
			if test.status != 200 && a.body["error_description"] == nil {
				t.Errorf("%s %s: no error body: %s", path, test.name, a.text)
			}
		}
	}
}

// TestCoroExpiry protects that a token ends at its instant, neither before nor
// after, and that one token's end is not another's.
func TestCoroExpiry(t *testing.T) {
	w := newWorld(t, Options{TTL: 2 * time.Second})
	first := w.coroToken()
	w.clock.advance(time.Second)
	second := w.coroToken()
	for _, step := range []struct {
		wait          time.Duration
		first, second int
	}{
		{0, 200, 200},
		{time.Second - 1, 200, 200},
		{1, 401, 200},
		{time.Second - 1, 401, 200},
		{1, 401, 401},
	} {
		w.clock.advance(step.wait)
		if got := w.coro(first, "GET", "/v1/users", "").status; got != step.first {
			t.Errorf("first token after %v: %d", step.wait, got)
		}
		if got := w.coro(second, "GET", "/v1/users", "").status; got != step.second {
			t.Errorf("second token after %v: %d", step.wait, got)
		}
	}
}

// items returns the items of a list, which must not be null.
func (w *world) items(a answer) []any {
	w.Helper()
	items, ok := a.body["items"].([]any)
	if a.status != http.StatusOK || !ok {
		w.Fatalf("not a list: %d %s", a.status, a.text)
	}
	return items
}

// TestCoroLists protects paging and filters.
func TestCoroLists(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.coroToken()
	for _, test := range []struct {
		path         string
		count, total int
	}{
		{"/v1/tickets", 20, 30},
		{"/v1/tickets?page=0&pageSize=20", 20, 30},
		{"/v1/tickets?page=1", 10, 30},
		{"/v1/tickets?page=2", 0, 30},
		{"/v1/tickets?page=9223372036854775807&pageSize=9223372036854775807", 0, 30},
		{"/v1/tickets?pageSize=9223372036854775807", 30, 30},
		{"/v1/tickets?page=2&pageSize=15", 0, 30},
		{"/v1/tickets?processed=true", 5, 5},
		{"/v1/tickets?processed=false", 20, 25},
		{"/v1/tickets?processed=false&page=1", 5, 25},
		{"/v1/tickets?ticketIds=t-1001,t-1003", 2, 2},
		{"/v1/tickets?ticketIds=t-1001&ticketIds=t-1003", 2, 2},
		{"/v1/tickets?ticketIds=string", 0, 0},
		{"/v1/tickets?ticketTriggers=wifiPhishing&processed=false", 9, 9},
		{"/v1/tickets?fromTime=0&toTime=0", 20, 30}, // as in the vendor's sample: no limit
		{"/v1/tickets?toTime=1", 0, 0},
		{"/v1/devices", 20, 24},
		{"/v1/devices?page=1", 4, 24},
		{"/v1/users?pageSize=50", 24, 24}, // the page size of the vendor's other sample
	} {
		a := w.coro(token, "GET", test.path, "")
		if got := len(w.items(a)); got != test.count || a.body["totalElements"] != float64(test.total) {
			t.Errorf("%s: %d items of %v", test.path, got, a.body["totalElements"])
		}
	}

	from := w.clock.now().Add(-90 * time.Minute).UnixMilli()
	if got := len(w.items(w.coro(token, "GET", fmt.Sprintf("/v1/tickets?fromTime=%d", from), ""))); got != 1 {
		t.Errorf("tickets of the last 90 minutes: %d", got)
	}
	for _, query := range []string{"page=-1", "page=x", "pageSize=0", "processed=maybe", "fromTime=x", "toTime=-1"} {
		if a := w.coro(token, "GET", "/v1/tickets?"+query, ""); a.status != 400 || a.body["error"] != "invalid_request" {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
	}
}

// TestCoroActions protects the chain of the smoke tests: list, take one, read
// it, close it, read it again, as often as one likes.
func TestCoroActions(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.coroToken()
	for round, body := range []string{
		`{"eventAction":"markAsProcessed","metadata":{}}`,
		`{"eventAction":"markAsProcessed"}`,
		`{"action":"close"}`,
	} {
		list := w.coro(token, "GET", "/v1/tickets?processed=false", "")
		if list.body["totalElements"] != 25.0 {
			t.Errorf("round %d: %v open tickets", round, list.body["totalElements"])
		}
		id := w.items(list)[0].(map[string]any)["id"].(string)
		if a := w.coro(token, "GET", "/v1/tickets/"+id, ""); a.body["id"] != id || a.body["processed"] != false {
			t.Errorf("before: %s", a.text)
		}
		if got := len(w.items(w.coro(token, "GET", "/v1/tickets/"+id+"/actions", ""))); got != 1 {
			t.Errorf("before: %d actions", got)
		}
		for range 2 { // closing twice is no mistake: another client may have been first
			a := w.coro(token, "POST", "/v1/tickets/"+id+"/actions", body)
			status, _ := a.body["ticketActionsStatus"].(map[string]any)
			if a.status != 200 || status[id] != "SUCCESS" {
				t.Errorf("close: %d %s", a.status, a.text)
			}
		}
		if a := w.coro(token, "GET", "/v1/tickets/"+id, ""); a.body["processed"] != true {
			t.Errorf("after: %s", a.text)
		}
		if got := len(w.items(w.coro(token, "GET", "/v1/tickets/"+id+"/actions", ""))); got != 0 {
			t.Errorf("after: %d actions", got)
		}
		if a := w.coro(w.coroToken(), "GET", "/v1/tickets?ticketIds="+id, ""); w.items(a)[0].(map[string]any)["processed"] != true {
			t.Errorf("after, with a new token: %s", a.text)
		}
	}

	for _, test := range []struct {
		path, body string
		status     int
	}{
		{"/v1/tickets/t-1010/actions", `{"action":"reopen"}`, 400},
		{"/v1/tickets/t-1010/actions", `{"eventAction":"close"}`, 400},
		{"/v1/tickets/t-1010/actions", `{"eventAction":"nonsense","action":"close"}`, 400},
		{"/v1/tickets/t-1010/actions", `{"action":"close","force":true}`, 400},
		{"/v1/tickets/t-1010/actions", `{}`, 400},
		{"/v1/tickets/t-1010/actions", `close`, 400},
		{"/v1/tickets/none/actions", `{"action":"close"}`, 404},
	} {
		if a := w.coro(token, "POST", test.path, test.body); a.status != test.status || a.body["error"] == nil {
			t.Errorf("%s: %d %s", test.body, a.status, a.text)
		}
	}
	if a := w.coro(token, "GET", "/v1/tickets/t-1010", ""); a.body["processed"] != false {
		t.Error("a refused action closed the ticket")
	}
	for _, path := range []string{"/v1/tickets/none", "/v1/tickets/none/actions"} {
		if a := w.coro(token, "GET", path, ""); a.status != 404 || a.body["error"] != "not_found" {
			t.Errorf("%s: %d %s", path, a.status, a.text)
		}
	}
}
