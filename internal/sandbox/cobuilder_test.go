package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func (w *world) cobuilderGrant() map[string]any {
	return map[string]any{
		"clientId": w.env["COBUILDER_CLIENT_ID"], "clientSecret": w.env["COBUILDER_CLIENT_SECRET"], "audienceUrl": w.env["COBUILDER_AUDIENCE_URL"],
	}
}

func (w *world) cobuilderTokenURL() string {
	return w.env["COBUILDER_BASE_URL"] + "/authentication/api/v1/oauth2/token"
}

func (w *world) cobuilderToken() string {
	w.Helper()
	a := w.send(w.http, "POST", w.cobuilderTokenURL(), object(w.cobuilderGrant()), jsonType)
	if a.status != http.StatusOK {
		w.Fatalf("token request: %d %s", a.status, a.text)
	}
	return a.text // plain, as no Accept field asks for JSON
}

func (w *world) cobuilder(token, method, path, body string) answer {
	w.Helper()
	fields := []string{"Authorization: Bearer " + token}
	if body != "" {
		fields = append(fields, jsonType)
	}
	return w.send(w.http, method, w.env["COBUILDER_BASE_URL"]+path, body, fields...)
}

// TestCobuilderToken protects the three representations of the token: the
// client says which, and plain text is what it gets without saying.
func TestCobuilderToken(t *testing.T) {
	w := newWorld(t, Options{})
	for _, test := range []struct{ accept, contentType string }{
		{"", "text/plain"},
		{"*/*", "text/plain"},
		{"text/plain", "text/plain"},
		{"application/json", "application/json"},
		{"text/json", "text/json"},
		{"application/json, text/plain;q=0.5, application/problem+json", "application/json"},
		{"text/plain;q=0.5, application/json", "application/json"},
		{"text/plain, application/json;q=0.5", "text/plain"},
		{"application/json;q=0, text/json;q=0.1", "text/json"},
		{"application/json;q=x", "text/plain"},
		{"text/html", "text/plain"},
		{"nonsense", "text/plain"},
	} {
		fields := []string{jsonType}
		if test.accept != "" {
			fields = append(fields, "Accept: "+test.accept)
		}
		a := w.send(w.http, "POST", w.cobuilderTokenURL(), object(w.cobuilderGrant()), fields...)
		token := a.text
		if strings.HasSuffix(test.contentType, "json") {
			if err := json.Unmarshal([]byte(a.text), &token); err != nil {
				t.Errorf("%q: %v", test.accept, err)
			}
		}
		if a.status != 200 || a.header.Get("Content-Type") != test.contentType+"; charset=utf-8" || strings.Count(token, ".") != 2 || strings.Contains(token, `"`) {
			t.Errorf("%q: %d %s %s", test.accept, a.status, a.header.Get("Content-Type"), a.text)
		}
	}
	// Both are optional by the document.
	for _, fields := range [][]string{nil, {jsonType}} {
		if a := w.send(w.http, "POST", w.cobuilderTokenURL(), object(w.cobuilderGrant(), "audienceUrl", nil), fields...); a.status != 200 {
			t.Errorf("%q: %d %s", fields, a.status, a.text)
		}
	}
}

// TestCobuilderExpiry protects that a token says its life, and ends with it.
func TestCobuilderExpiry(t *testing.T) {
	for _, test := range []struct{ ttl, life time.Duration }{{0, time.Hour}, {2 * time.Second, 2 * time.Second}} {
		w := newWorld(t, Options{TTL: test.ttl})
		token := w.cobuilderToken()
		if claims := w.claims(token); claims["exp"].(float64)-claims["iat"].(float64) != test.life.Seconds() {
			t.Errorf("claims %v", claims)
		}
		w.clock.advance(test.life - 1)
		if a := w.cobuilder(token, "GET", cobuilderTemplates+"/templates", ""); a.status != 200 {
			t.Errorf("just before its end: %d", a.status)
		}
		w.clock.advance(1)
		if a := w.cobuilder(token, "GET", cobuilderTemplates+"/templates", ""); a.status != 401 {
			t.Errorf("at its end: %d", a.status)
		}
	}
}

// problem checks that an answer is ProblemDetails with all the members of the
// vendor's schema.
func (w *world) problem(name string, a answer, status int) {
	w.Helper()
	_, extended := a.body["extensions"].(map[string]any)
	for _, member := range []string{"type", "title", "detail", "instance"} {
		if text, _ := a.body[member].(string); text == "" {
			w.Errorf("%s: no %s: %s", name, member, a.text)
		}
	}
	if a.status != status || a.body["status"] != float64(status) || !extended || len(a.body) != 6 ||
		a.header.Get("Content-Type") != "application/problem+json; charset=utf-8" {
		w.Errorf("%s: %d %s %s", name, a.status, a.header.Get("Content-Type"), a.text)
	}
}

// TestCobuilderTokenRefuses protects every requirement of the token request.
func TestCobuilderTokenRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	grant := w.cobuilderGrant()
	for _, test := range []struct {
		name, body, contentType string
		status                  int
	}{
		{"form", "clientId=a", "application/x-www-form-urlencoded", 415},
		{"text", object(grant), "text/plain", 415},
		{"no JSON", "{body}", "application/json", 400}, // the vendor's curl sample
		{"snake_case", object(grant, "clientId", nil, "client_id", "x"), "application/json", 400},
		{"unknown field", object(grant, "grant_type", "client_credentials"), "application/json", 400},
		{"no client id", object(grant, "clientId", nil), "application/json", 400},
		{"empty secret", object(grant, "clientSecret", ""), "application/json", 400},
		{"secret a number", object(grant, "clientSecret", 7), "application/json", 400},
		{"audience no URI", object(grant, "audienceUrl", "string"), "application/json", 400},
		{"audience empty", object(grant, "audienceUrl", ""), "application/json", 400},
		{"audience null", `{"clientId":"a","clientSecret":"b","audienceUrl":null}`, "application/json", 400},
		{"wrong client", object(grant, "clientId", "someone"), "application/json", 401},
		{"wrong secret", object(grant, "clientSecret", "guess"), "application/json", 401},
		{"other audience", object(grant, "audienceUrl", "https://other.example"), "application/json", 401},
	} {
		w.problem(test.name, w.send(w.http, "POST", w.cobuilderTokenURL(), test.body, "Content-Type: "+test.contentType), test.status)
	}
}

// TestCobuilderProtected protects that it is the gateway that refuses, in a
// body of its own.
func TestCobuilderProtected(t *testing.T) {
	w := newWorld(t, Options{})
	for _, path := range []string{cobuilderTemplates + "/templates", cobuilderTemplates + "/templates/x", cobuilderTemplates + "/templates/versions/x/construction-object", cobuilderProducts + "/products", cobuilderProducts + "/products/x"} {
		for _, fields := range [][]string{nil, {"Authorization: Bearer x.y.z"}, {"Authorization: " + w.cobuilderToken()}} {
			a := w.send(w.http, "GET", w.env["COBUILDER_BASE_URL"]+path, "", fields...)
			if a.status != 401 || a.body["statusCode"] != 401.0 || a.body["message"] == nil || len(a.body) != 2 || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s %d fields: %d %s", path, len(fields), a.status, a.text)
			}
		}
	}
}

// TestCobuilderLists protects paging with its links.
func TestCobuilderLists(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cobuilderToken()
	path := cobuilderTemplates + "/templates"
	for _, test := range []struct {
		query      string
		count      int
		next, prev any
	}{
		{"", 20, path + "?offset=20&limit=20", nil},
		{"?offset=0&limit=5&culture=en-GB", 5, path + "?offset=5&limit=5", nil},
		{"?offset=5&limit=5", 5, path + "?offset=10&limit=5", path + "?offset=0&limit=5"},
		{"?offset=2&limit=5", 5, path + "?offset=7&limit=5", path + "?offset=0&limit=5"},
		{"?offset=25&limit=5", 1, nil, path + "?offset=20&limit=5"},
		{"?offset=9223372036854775807&limit=9223372036854775807", 0, nil, path + "?offset=0&limit=9223372036854775807"},
		{"?limit=26", 26, nil, nil},
	} {
		a := w.cobuilder(token, "GET", path+test.query, "")
		page, _ := a.body["pagination"].(map[string]any)
		if got := len(w.list(a, "results")); got != test.count || page["returned"] != float64(test.count) || page["total"] != 26.0 {
			t.Errorf("%s: %d results, %v", test.query, got, page)
		}
		if page["next"] != test.next || page["prev"] != test.prev {
			t.Errorf("%s: next %v, prev %v", test.query, page["next"], page["prev"])
		}
	}
	for _, query := range []string{"?offset=-1", "?limit=0", "?limit=x"} {
		w.problem(query, w.cobuilder(token, "GET", path+query, ""), 400)
	}
}

// TestCobuilderProducts protects the chain of the smoke tests: a template, its
// construction object, a product of it, a change.
func TestCobuilderProducts(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.cobuilderToken()
	template := w.list(w.cobuilder(token, "GET", cobuilderTemplates+"/templates", ""), "results")[3].(map[string]any)
	if a := w.cobuilder(token, "GET", cobuilderTemplates+"/templates/"+template["guid"].(string), ""); a.status != 200 || a.body["versionGuid"] != template["versionGuid"] {
		t.Errorf("%d %s", a.status, a.text)
	}
	a := w.cobuilder(token, "GET", cobuilderTemplates+"/templates/versions/"+template["versionGuid"].(string)+"/construction-object", "")
	if a.status != 200 || a.body["versionGuid"] != template["versionGuid"] || a.body["conceptGuid"] == nil || len(a.body) != 4 {
		t.Errorf("%d %s", a.status, a.text)
	}

	products := cobuilderProducts + "/products"
	fields := map[string]any{"country": "NO", "name": "Door & frame", "spn": "S-1", "templateGuid": template["guid"]}
	created := w.cobuilder(token, "POST", products, object(fields))
	id, _ := created.body["id"].(string)
	if created.status != 201 || id == "" || created.body["spn"] != "S-1" {
		t.Fatalf("%d %s", created.status, created.text)
	}
	if a := w.cobuilder(token, "PUT", products+"/"+id, object(fields, "spn", nil, "gtin", "07038010000000")); a.status != 200 || a.body["id"] != id {
		t.Errorf("%d %s", a.status, a.text)
	}
	read := w.cobuilder(token, "GET", products+"/"+id, "")
	if read.status != 200 || read.body["gtin"] != "07038010000000" || read.body["spn"] != nil || read.body["name"] != "Door & frame" {
		t.Errorf("%d %s", read.status, read.text)
	}
	if got := len(w.list(w.cobuilder(token, "GET", products+"?name=door", ""), "results")); got != 1 {
		t.Errorf("%d products found", got)
	}
	for _, test := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"no name", "POST", products, object(fields, "name", nil), 400},
		{"empty country", "POST", products, object(fields, "country", ""), 400},
		{"no template", "POST", products, object(fields, "templateGuid", nil), 400},
		{"unknown template", "POST", products, object(fields, "templateGuid", "none"), 400},
		{"number", "POST", products, object(fields, "gtin", 7), 400},
		{"unknown field", "POST", products, object(fields, "colour", "red"), 400},
		{"no JSON", "POST", products, "name", 400},
		{"change without name", "PUT", products + "/" + id, object(fields, "name", nil), 400},
		{"change unknown", "PUT", products + "/none", object(fields), 404},
		{"read unknown", "GET", products + "/none", "", 404},
		{"unknown template", "GET", cobuilderTemplates + "/templates/none", "", 404},
		{"unknown version", "GET", cobuilderTemplates + "/templates/versions/none/construction-object", "", 404},
	} {
		w.problem(test.name, w.cobuilder(token, test.method, test.path, test.body), test.status)
	}
	if again := w.cobuilder(token, "GET", products+"/"+id, ""); again.text != read.text {
		t.Errorf("a refused change changed it: %s", again.text)
	}
}
