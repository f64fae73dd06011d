package sandbox

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const formType = "Content-Type: application/x-www-form-urlencoded"

// cortiGrant is the body of a token request that is granted, with some fields
// replaced; one without a value is left out.
func (w *world) cortiGrant(changes ...string) string {
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"openid"},
		"client_id": {w.env["CORTI_CLIENT_ID"]}, "client_secret": {w.env["CORTI_CLIENT_SECRET"]},
	}
	for i := 0; i < len(changes); i += 2 {
		if form.Set(changes[i], changes[i+1]); changes[i+1] == "" {
			form.Del(changes[i])
		}
	}
	return form.Encode()
}

func (w *world) cortiTokenURL() string {
	return w.env["CORTI_AUTH_URL"] + "/realms/" + w.env["CORTI_TENANT"] + "/protocol/openid-connect/token"
}

func (w *world) cortiToken() string {
	w.Helper()
	a := w.send(w.http, "POST", w.cortiTokenURL(), w.cortiGrant(), formType)
	token, ok := a.body["access_token"].(string)
	if !ok {
		w.Fatalf("token request: %d %s", a.status, a.text)
	}
	return token
}

// corti calls the API with a token and the tenant.
func (w *world) corti(token, method, path, body string) answer {
	w.Helper()
	fields := []string{"Authorization: Bearer " + token, "Tenant-Name: " + w.env["CORTI_TENANT"]}
	if body != "" {
		fields = append(fields, jsonType)
	}
	return w.send(w.http, method, w.env["CORTI_BASE_URL"]+path, body, fields...)
}

// TestCortiToken protects the shape of the answer in the vendor's sample: with
// an identity token and openid among the scopes exactly if it was asked for,
// and a refresh_expires_in of 0.
func TestCortiToken(t *testing.T) {
	for _, test := range []struct {
		ttl     time.Duration
		expires float64
		scope   string
		granted string
		members int
	}{
		{0, 300, "openid", "openid email profile", 7},
		{2 * time.Second, 2, "profile openid", "openid email profile", 7},
		{0, 300, "", "email profile", 6}, // the vendor's JavaScript sample
	} {
		w := newWorld(t, Options{TTL: test.ttl})
		a := w.send(w.http, "POST", w.cortiTokenURL(), w.cortiGrant("scope", test.scope), formType+"; charset=utf-8")
		zero, present := a.body["refresh_expires_in"]
		if a.status != 200 || a.body["token_type"] != "Bearer" || a.body["expires_in"] != test.expires || a.body["scope"] != test.granted ||
			zero != 0.0 || !present || a.body["not-before-policy"] != 0.0 || len(a.body) != test.members {
			t.Errorf("%+v: %d %s", test, a.status, a.text)
		}
		if token, _ := a.body["access_token"].(string); strings.Count(token, ".") != 2 || a.body["id_token"] == token {
			t.Errorf("%+v: access token %q", test, token)
		}
	}
}

// TestCortiTokenRefuses protects every requirement of the token request, and
// that a wrong client and a wrong secret are told apart as the vendor does.
func TestCortiTokenRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	basic := "Authorization: Basic eDp5"
	for _, test := range []struct {
		name, body string
		fields     []string
		status     int
		code       string
	}{
		{"wrong client", w.cortiGrant("client_id", "someone"), []string{formType}, 401, "invalid_client"},
		{"no client", w.cortiGrant("client_id", ""), []string{formType}, 401, "invalid_client"},
		{"client in Basic alone", w.cortiGrant("client_id", "", "client_secret", ""), []string{formType, basic}, 401, "invalid_client"},
		{"wrong secret", w.cortiGrant("client_secret", "guess"), []string{formType}, 401, "unauthorized_client"},
		{"no secret", w.cortiGrant("client_secret", ""), []string{formType}, 401, "unauthorized_client"},
		{"secret not escaped", strings.ReplaceAll(w.cortiGrant(), "%2B", "+"), []string{formType}, 401, "unauthorized_client"},
		{"no grant", w.cortiGrant("grant_type", ""), []string{formType}, 400, "invalid_request"},
		{"other grant", w.cortiGrant("grant_type", "password"), []string{formType}, 400, "unsupported_grant_type"},
		{"unknown scope", w.cortiGrant("scope", "openid admin"), []string{formType}, 400, "invalid_scope"},
		{"twice", w.cortiGrant() + "&scope=openid", []string{formType}, 400, "invalid_request"},
		{"JSON", `{"grant_type":"client_credentials"}`, []string{jsonType}, 415, "HTTP 415 Unsupported Media Type"},
		{"no media type", w.cortiGrant(), nil, 415, "HTTP 415 Unsupported Media Type"},
		{"no form", "a=%zz", []string{formType}, 400, "HTTP 400 Bad Request"},
	} {
		a := w.send(w.http, "POST", w.cortiTokenURL(), test.body, test.fields...)
		if a.status != test.status || a.body["error"] != test.code || a.body["access_token"] != nil {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
	}
	a := w.send(w.http, "POST", strings.Replace(w.cortiTokenURL(), w.env["CORTI_TENANT"], "base", 1), w.cortiGrant(), formType)
	if a.status != 404 || a.body["error"] != "Realm does not exist" {
		t.Errorf("other realm: %d %s", a.status, a.text)
	}
}

// TestCortiProtected protects that a 401 has no body and says why in
// WWW-Authenticate, and that every call needs the tenant.
func TestCortiProtected(t *testing.T) {
	w := newWorld(t, Options{})
	token, tenant := w.cortiToken(), "Tenant-Name: "+w.env["CORTI_TENANT"]
	id := w.list(w.corti(token, "GET", "/v2/interactions/", ""), "interactions")[0].(map[string]any)["id"].(string)
	for _, path := range []string{"/v2/interactions", "/v2/interactions/", "/v2/interactions/" + id, "/v2/interactions/" + id + "/facts", "/v2/templates/", "/v2/templates/soap-en"} {
		for _, test := range []struct {
			name      string
			status    int
			challenge string
			fields    []string
		}{
			{"both", 200, "", []string{"Authorization: Bearer " + token, tenant}},
			{"nothing", 401, "Bearer", nil},
			{"no token", 401, "Bearer", []string{tenant}},
			{"unknown token", 401, `Bearer error="invalid_token", error_description="The token is unknown or has expired"`, []string{"Authorization: Bearer x.y.z", tenant}},
			{"other scheme", 401, "Bearer", []string{"Authorization: Basic " + token, tenant}},
			{"no tenant", 400, "", []string{"Authorization: Bearer " + token}},
			{"other tenant", 403, "", []string{"Authorization: Bearer " + token, "Tenant-Name: base"}},
		} {
			a := w.send(w.http, "GET", w.env["CORTI_BASE_URL"]+path, "", test.fields...)
			if a.status != test.status || a.header.Get("WWW-Authenticate") != test.challenge {
				t.Errorf("%s %s: %d %q", path, test.name, a.status, a.header.Get("WWW-Authenticate"))
			}
			switch {
			case test.status == 401 && a.text != "":
				t.Errorf("%s %s: a 401 has a body: %s", path, test.name, a.text)
			case test.status == 400 || test.status == 403:
				if a.body["status"] != float64(test.status) || a.body["requestid"] == nil || a.body["type"] == nil || a.body["detail"] == nil || a.body["validationErrors"] == nil {
					t.Errorf("%s %s: %s", path, test.name, a.text)
				}
			}
		}
	}
}

// TestCortiExpiry protects that a token ends at its instant.
func TestCortiExpiry(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cortiToken()
	w.clock.advance(5*time.Minute - 1)
	if a := w.corti(token, "GET", "/v2/templates", ""); a.status != 200 {
		t.Errorf("just before its end: %d", a.status)
	}
	w.clock.advance(1)
	if a := w.corti(token, "GET", "/v2/templates", ""); a.status != 401 || !strings.Contains(a.header.Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("at its end: %d %v", a.status, a.header)
	}
}

// list returns the list of an answer, which must not be null.
func (w *world) list(a answer, name string) []any {
	w.Helper()
	items, ok := a.body[name].([]any)
	if a.status != http.StatusOK || !ok {
		w.Fatalf("no list %s: %d %s", name, a.status, a.text)
	}
	return items
}

// TestCortiLists protects paging, which counts from 1, and filters.
func TestCortiLists(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cortiToken()
	for path, count := range map[string]int{
		"/v2/interactions":                                   10,
		"/v2/interactions/?index=1&pageSize=20":              20,
		"/v2/interactions/?index=3":                          3,
		"/v2/interactions/?index=4":                          0,
		"/v2/interactions/?index=9223372036854775807":        0,
		"/v2/interactions/?encounterStatus=completed":        5,
		"/v2/interactions/?encounterStatus=deleted":          0,
		"/v2/interactions/?patient=P-101":                    4,
		"/v2/interactions/?patient=":                         0,
		"/v2/interactions/?sort=updatedAt&direction=asc":     10,
		"/v2/interactions/?patient=P-101&encounterStatus=on": -1,
		"/v2/interactions/?index=0":                          -1,
		"/v2/interactions/?pageSize=x":                       -1,
		"/v2/interactions/?sort=name":                        -1,
		"/v2/interactions/?direction=up":                     -1,
	} {
		a := w.corti(token, "GET", path, "")
		if count < 0 {
			if errs, _ := a.body["validationErrors"].([]any); a.status != 400 || len(errs) != 1 {
				t.Errorf("%s: %d %s", path, a.status, a.text)
			}
		} else if got := len(w.list(a, "interactions")); got != count {
			t.Errorf("%s: %d interactions, want %d", path, got, count)
		}
	}
	first := func(direction string) any {
		return w.list(w.corti(token, "GET", "/v2/interactions/?direction="+direction, ""), "interactions")[0].(map[string]any)["encounter"].(map[string]any)["identifier"]
	}
	if first("asc") != "E-1001" || first("desc") != "E-1023" {
		t.Errorf("order: %v, %v", first("asc"), first("desc"))
	}
	for path, count := range map[string]int{"/v2/templates/": 6, "/v2/templates?lang=en": 3, "/v2/templates?status=draft": 0} {
		if got := len(w.list(w.corti(token, "GET", path, ""), "data")); got != count {
			t.Errorf("%s: %d templates, want %d", path, got, count)
		}
	}
	if a := w.corti(token, "GET", "/v2/templates/none", ""); a.status != 404 {
		t.Errorf("unknown template: %d", a.status)
	}
}

// TestCortiInteractions protects the chain of the smoke tests: create, read,
// change, read again.
func TestCortiInteractions(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cortiToken()
	encounter := map[string]any{"identifier": "E-1", "status": "planned", "type": "consultation", "title": "T"}
	created := w.corti(token, "POST", "/v2/interactions/", object(map[string]any{"encounter": encounter, "patient": map[string]any{"identifier": "P-9"}}))
	id, _ := created.body["interactionId"].(string)
	if socket, _ := created.body["websocketUrl"].(string); created.status != 201 || len(created.body) != 2 || !strings.HasPrefix(socket, "wss://") {
		t.Fatalf("%d %s", created.status, created.text)
	}
	if got := w.list(w.corti(token, "GET", "/v2/interactions/"+id+"/facts/", ""), "facts"); len(got) != 0 {
		t.Errorf("facts %v", got)
	}
	w.clock.advance(time.Second)
	changed := w.corti(token, "PATCH", "/v2/interactions/"+id, `{"encounter":{"status":"completed"}}`)
	read := w.corti(token, "GET", "/v2/interactions/"+id, "")
	for _, a := range []answer{changed, read} {
		e, _ := a.body["encounter"].(map[string]any)
		if a.status != 200 || a.body["id"] != id || e["status"] != "completed" || e["title"] != "T" || a.body["updatedAt"] == a.body["createdAt"] {
			t.Errorf("%d %s", a.status, a.text)
		}
	}
	for _, test := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"no encounter", "POST", "/v2/interactions", `{}`, 400},
		{"no status", "POST", "/v2/interactions", `{"encounter":` + object(encounter, "status", nil) + `}`, 400},
		{"unknown type", "POST", "/v2/interactions", `{"encounter":` + object(encounter, "type", "x") + `}`, 400},
		{"unknown member", "POST", "/v2/interactions", `{"encounter":` + object(encounter, "x", "y") + `}`, 400},
		{"no text", "POST", "/v2/interactions", `{"encounter":` + object(encounter, "title", 1) + `}`, 400},
		{"no JSON", "POST", "/v2/interactions", `encounter`, 400},
		{"nothing to change", "PATCH", "/v2/interactions/" + id, `{}`, 400},
		{"unknown status", "PATCH", "/v2/interactions/" + id, `{"encounter":{"status":"done"}}`, 400},
		{"half of it is wrong", "PATCH", "/v2/interactions/" + id, `{"encounter":{"identifier":"E-2","status":"done"}}`, 400},
		{"unknown interaction", "PATCH", "/v2/interactions/none", `{"encounter":{"status":"planned"}}`, 404},
		{"read unknown", "GET", "/v2/interactions/none", "", 404},
		{"facts of unknown", "GET", "/v2/interactions/none/facts", "", 404},
	} {
		if a := w.corti(token, test.method, test.path, test.body); a.status != test.status || a.body["status"] != float64(test.status) {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
	}
	if again := w.corti(token, "GET", "/v2/interactions/"+id, ""); again.text != read.text {
		t.Errorf("a refused change changed it: %s", again.text)
	}
}
