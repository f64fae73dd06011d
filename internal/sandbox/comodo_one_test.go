package sandbox

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"
)

var companyFields = map[string]any{
	"name":                  "Acme",
	"description":           "A customer",
	"contactEmail":          "it@example.com",
	"authenticatedAdminIds": []any{"1001"},
}

// basic is the field of HTTP Basic with the client's credentials.
func (w *world) basic() string {
	pair := w.env["C1_CLIENT_ID"] + ":" + w.env["C1_CLIENT_SECRET"]
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func (w *world) c1Owner() map[string]any {
	return map[string]any{"username": w.env["C1_USERNAME"], "password": w.env["C1_PASSWORD"]}
}

// c1 calls the authentication service with everything that it checks.
func (w *world) c1(path, body string) answer {
	w.Helper()
	return w.send(w.mtls, "POST", w.env["C1_BASE_URL"]+path, body, jsonType, w.basic())
}

func (w *world) c1Login() map[string]any {
	w.Helper()
	a := w.c1("/auth/login", object(w.c1Owner()))
	if a.status != http.StatusOK {
		w.Fatalf("login: %d %s", a.status, a.text)
	}
	return a.body
}

func (w *world) c1Renew(refresh any) answer {
	w.Helper()
	return w.c1("/auth/renew", object(map[string]any{"refreshToken": refresh}))
}

// TestC1Tokens protects the shape of the answer in the vendor's table, for
// both ways to get it, and the documented lives.
func TestC1Tokens(t *testing.T) {
	for _, test := range []struct{ ttl, access, refresh time.Duration }{
		{0, time.Hour, 7 * 24 * time.Hour},
		{2 * time.Second, 2 * time.Second, 336 * time.Second},
	} {
		w := newWorld(t, Options{TTL: test.ttl})
		first := w.c1Login()
		second := w.c1Renew(first["refreshToken"]).body
		for _, body := range []map[string]any{first, second} {
			if body["tokenType"] != "bearer" || len(body) != 5 {
				t.Errorf("tokenType %v, %d members", body["tokenType"], len(body))
			}
			if token, _ := body["accessToken"].(string); !strings.HasPrefix(token, "eyJ") || strings.Count(token, ".") != 2 {
				t.Error("the access token is no JWT")
			}
			for name, life := range map[string]time.Duration{
				"accessTokenExpiresAt": test.access, "refreshTokenExpiresAt": test.refresh,
			} {
				if want := float64(w.clock.now().Add(life).Unix()); body[name] != want {
					t.Errorf("%s is %v, expected %v", name, body[name], want)
				}
			}
		}
		if first["accessToken"] == second["accessToken"] || first["refreshToken"] == second["refreshToken"] {
			t.Error("a renewal returned an old token")
		}
	}
}

// TestC1LoginRefuses protects every requirement of a login and the vendor's
// words for it.
func TestC1LoginRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	owner := w.c1Owner()
	certificate, key, _, err := w.authority.client("unregistered")
	if err != nil {
		t.Fatal(err)
	}
	foreign := w.client(certificate, key)
	wrongClient := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(w.env["C1_CLIENT_ID"]+":guess"))
	const (
		unauthorized = "Not authorized"
		invalid      = "Invalid request"
		null         = "Login parameters cannot be null"
		incorrect    = "Username or passsword is incorrect"
	)
	for _, test := range []struct {
		name    string
		client  *http.Client
		body    string
		fields  []string
		status  int
		message string
	}{
		{"no client credentials", w.mtls, object(owner), []string{jsonType}, 401, unauthorized},
		{"wrong client secret", w.mtls, object(owner), []string{jsonType, wrongClient}, 401, unauthorized},
		{"client credentials as a token", w.mtls, object(owner), []string{jsonType, "Authorization: Bearer x"}, 401, unauthorized},
		{"no certificate", w.http, object(owner), []string{jsonType, w.basic()}, 400, "Certificate is not verified"},
		{"unregistered serial number", foreign, object(owner), []string{jsonType, w.basic()}, 400, "Serial number is not match"},
		{"form", w.mtls, "username=a&password=b", []string{"Content-Type: application/x-www-form-urlencoded", w.basic()}, 400, invalid},
		{"no media type", w.mtls, object(owner), []string{w.basic()}, 400, invalid},
		{"no JSON", w.mtls, "{", []string{jsonType, w.basic()}, 400, invalid},
		{"unknown field", w.mtls, object(owner, "grant_type", "password"), []string{jsonType, w.basic()}, 400, invalid},
		{"no fields", w.mtls, "{}", []string{jsonType, w.basic()}, 400, null},
		{"no username", w.mtls, object(owner, "username", nil), []string{jsonType, w.basic()}, 400, null},
		{"password null", w.mtls, `{"username":"a","password":null}`, []string{jsonType, w.basic()}, 400, null},
		{"wrong username", w.mtls, object(owner, "username", "someone"), []string{jsonType, w.basic()}, 400, incorrect},
		{"wrong password", w.mtls, object(owner, "password", "guess"), []string{jsonType, w.basic()}, 400, incorrect},
		{"password a number", w.mtls, object(owner, "password", 7), []string{jsonType, w.basic()}, 400, incorrect},
	} {
		a := w.send(test.client, "POST", w.env["C1_BASE_URL"]+"/auth/login", test.body, test.fields...)
		if a.status != test.status || a.body["message"] != test.message || len(a.body) != 1 {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
		if got := a.header.Get("WWW-Authenticate"); strings.HasPrefix(got, "Basic ") != (test.status == 401) {
			t.Errorf("%s: WWW-Authenticate %q", test.name, got)
		}
	}
}

// TestC1ForeignAuthority protects that a certificate of somebody else's
// authority does not survive the handshake.
func TestC1ForeignAuthority(t *testing.T) {
	w, other := newWorld(t, Options{}), newWorld(t, Options{})
	foreign, err := tls.X509KeyPair([]byte(other.env["C1_CLIENT_CERT"]), []byte(other.env["C1_CLIENT_KEY"]))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(w.CA())
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		connection, err := tls.Dial("tcp", strings.TrimPrefix(w.env["C1_BASE_URL"], "https://"), &tls.Config{
			RootCAs:    roots,
			MaxVersion: version,
			// Sent although the server asks for one of its own authority.
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &foreign, nil },
		})
		if err == nil { // in TLS 1.3 the client learns of it when it reads
			_, err = connection.Read(make([]byte, 1))
			connection.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: error %v", tls.VersionName(version), err)
		}
	}
}

// TestC1RenewRefuses protects that a renewal wants the client, its certificate
// and a refresh token that has not been used.
func TestC1RenewRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	pair := w.c1Login()
	body := object(map[string]any{"refreshToken": pair["refreshToken"]})
	url := w.env["C1_BASE_URL"] + "/auth/renew"
	for name, a := range map[string]answer{
		"Not authorized":              w.send(w.mtls, "POST", url, body, jsonType),
		"Certificate is not verified": w.send(w.http, "POST", url, body, jsonType, w.basic()),
	} {
		if a.status/100 != 4 || a.body["message"] != name {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
	}
	for _, refused := range []string{
		"{}", `{"refreshToken":null}`, `{"refreshToken":7}`, `{"refreshToken":""}`, `{"refreshToken":"unknown"}`,
		`{"refresh_token":"x"}`, "[]", object(map[string]any{"refreshToken": pair["accessToken"]}),
	} {
		if a := w.c1("/auth/renew", refused); a.status != 400 || a.body["message"] != "Invalid request" {
			t.Errorf("%d %s", a.status, a.text)
		}
	}
	renewed := w.c1Renew(pair["refreshToken"]) // none of the refusals has used it up
	if renewed.status != 200 {
		t.Fatalf("first use: %d %s", renewed.status, renewed.text)
	}
	if a := w.c1Renew(pair["refreshToken"]); a.status != 400 {
		t.Errorf("second use: %d", a.status)
	}
	if a := w.c1Renew(renewed.body["refreshToken"]); a.status != 200 {
		t.Errorf("use of the new one: %d %s", a.status, a.text)
	}
	if a := w.send(w.http, "GET", w.env["C1_BASE_URL"]+"/company", "", "Authorization: Bearer "+pair["accessToken"].(string)); a.status != 200 {
		t.Errorf("a renewal ended the old access token: %d", a.status)
	}
}

// TestC1Expiry protects that both tokens end at their instants.
func TestC1Expiry(t *testing.T) {
	w := newWorld(t, Options{TTL: 2 * time.Second})
	first, second := w.c1Login(), w.c1Login()
	call := func() int {
		return w.send(w.http, "GET", w.env["C1_BASE_URL"]+"/company", "", "Authorization: Bearer "+first["accessToken"].(string)).status
	}
	w.clock.advance(2*time.Second - 1)
	if got := call(); got != 200 {
		t.Errorf("access token just before its end: %d", got)
	}
	w.clock.advance(1)
	if got := call(); got != 401 {
		t.Errorf("access token at its end: %d", got)
	}
	w.clock.advance(334*time.Second - 1)
	if a := w.c1Renew(first["refreshToken"]); a.status != 200 {
		t.Errorf("refresh token just before its end: %d %s", a.status, a.text)
	}
	w.clock.advance(1)
	if a := w.c1Renew(second["refreshToken"]); a.status != 400 {
		t.Errorf("refresh token at its end: %d", a.status)
	}
}

// TestC1Protected protects both readings of how the token is sent, without a
// client certificate.
func TestC1Protected(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.c1Login()["accessToken"].(string)
	for _, test := range []struct {
		name   string
		status int
		fields []string
	}{
		{"bearer", 200, []string{"Authorization: Bearer " + token}},
		{"own field with client credentials", 200, []string{"c1_access_token: " + token, w.basic()}},
		{"nothing", 401, nil},
		{"client credentials alone", 401, []string{w.basic()}},
		{"own field alone", 401, []string{"c1_access_token: " + token}},
		{"own field, wrong client", 401, []string{"c1_access_token: " + token, "Authorization: Basic eDp5"}},
		{"own field, unknown token", 401, []string{"c1_access_token: x", w.basic()}},
		{"unknown token", 401, []string{"Authorization: Bearer x"}},
	} {
		a := w.send(w.http, "GET", w.env["C1_BASE_URL"]+"/company", "", test.fields...)
		if a.status != test.status || test.status == 401 && a.body["message"] != "Not authorized" {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
		if got := a.header.Get("WWW-Authenticate"); strings.HasPrefix(got, "Bearer ") != (test.status == 401) {
			t.Errorf("%s: WWW-Authenticate %q", test.name, got)
		}
	}
}

// TestC1Companies protects the chain of the smoke tests: create, read, list,
// change, read again.
func TestC1Companies(t *testing.T) {
	w := newWorld(t, Options{})
	access := "Authorization: Bearer " + w.c1Login()["accessToken"].(string)
	call := func(method, path, body string) answer {
		t.Helper()
		return w.send(w.http, method, w.env["C1_BASE_URL"]+path, body, jsonType, access)
	}
	data := func(a answer) map[string]any {
		t.Helper()
		m, ok := a.body["data"].(map[string]any)
		if a.status != 200 || !ok || a.body["status"] != "success" || a.body["code"] != "200" || a.body["message"] == "" {
			t.Fatalf("%d %s", a.status, a.text)
		}
		return m
	}

	created := data(call("POST", "/company", object(companyFields, "address", "1 Main Street", "postalCode", "12345")))
	if created["displayName"] != "Acme" || created["parentId"] == nil || created["types"] == nil {
		t.Errorf("created %v", created)
	}
	id := created["entry"].(map[string]any)["id"].(string)
	if got := data(call("GET", "/company/"+id, "")); got["displayName"] != "Acme" {
		t.Errorf("read %v", got)
	}
	if got := data(call("PUT", "/company/"+id, object(companyFields, "name", "Acme & Sons"))); got["displayName"] != "Acme & Sons" {
		t.Errorf("changed %v", got)
	}
	entry := data(call("GET", "/company/"+id, ""))["entry"].(map[string]any)
	if entry["name"] != "Acme & Sons" || entry["id"] != id || entry["address"] != nil {
		t.Errorf("read again %v", entry)
	}
	for _, test := range []struct {
		query        string
		count, total int
	}{
		{"", 20, 24}, {"?page=1", 4, 24}, {"?page=2", 0, 24}, {"?pageSize=5&page=4", 4, 24},
		{"?name=Acme+%26+Sons", 1, 1}, {"?name=Acme", 0, 0}, {"?name=", 0, 0},
	} {
		list := data(call("GET", "/company"+test.query, ""))
		if len(list["items"].([]any)) != test.count || list["total"] != float64(test.total) {
			t.Errorf("list%s: %d of %v", test.query, len(list["items"].([]any)), list["total"])
		}
	}

	for _, test := range []struct {
		name, method, path, body string
		status                   int
	}{
		{"no name", "POST", "/company", object(companyFields, "name", nil), 400},
		{"no description", "POST", "/company", object(companyFields, "description", nil), 400},
		{"no email", "POST", "/company", object(companyFields, "contactEmail", nil), 400},
		{"no admins", "POST", "/company", object(companyFields, "authenticatedAdminIds", nil), 400},
		{"empty admins", "POST", "/company", object(companyFields, "authenticatedAdminIds", []any{}), 400},
		{"admins no list", "POST", "/company", object(companyFields, "authenticatedAdminIds", "1001"), 400},
		{"empty name", "POST", "/company", object(companyFields, "name", ""), 400},
		{"address a number", "POST", "/company", object(companyFields, "address", 1), 400},
		{"unknown field", "POST", "/company", object(companyFields, "phone", "1"), 400},
		{"no JSON", "POST", "/company", "name=Acme", 400},
		{"PUT without name", "PUT", "/company/" + id, object(companyFields, "name", nil), 400},
		{"PUT unknown", "PUT", "/company/none", object(companyFields), 404},
		{"GET unknown", "GET", "/company/none", "", 404},
		{"page", "GET", "/company?page=x", "", 400},
	} {
		if a := call(test.method, test.path, test.body); a.status != test.status || a.body["message"] == nil {
			t.Errorf("%s: %d %s", test.name, a.status, a.text)
		}
	}
	if got := data(call("GET", "/company", ""))["total"]; got != 24.0 {
		t.Errorf("a refused request made a company: %v", got)
	}
}
