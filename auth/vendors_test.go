package auth

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

var certificates sync.Map // serial number to PEM

// testCertificate returns a self-signed certificate with its key as PEM.
func testCertificate(t testing.TB, serial int64) string {
	t.Helper()
	if text, ok := certificates.Load(serial); ok {
		return text.(string)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
	actual, _ := certificates.LoadOrStore(serial, text)
	return actual.(string)
}

// The token of Coro's documentation: two parts, so no JWT.
const coroToken = "TRDNxdkVHYms0R2U1IiwiaWF0IjoxNjTRDNxdkVHYms0R2U1IiwiaWF0IjoxNjTRDNxdkVHYms0R2U1IiwiaWF0IjoxNjTRDNxdkVHYms0R2U1IiwiaWF0IjoxNj.dcukG0cw3eh4jqEMCwxZ2N3mziZ2hpFbv4--VYrXA3Q"

// coro is the vendor's endpoint, which accepts the sample of its documentation.
func coro(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Coro-Trace-Id", "abcdefghifk")
		w.Header().Set("Content-Type", "application/json")
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if r.Method != "POST" || r.URL.Path != "/oauth/token" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s, %s", r.Method, r.URL, r.Header.Get("Content-Type"))
		}
		const want = `{"client_id":"2qDgzSrZxnUCs4jqmfdEP5MVkEmA3Uak",` +
			`"client_secret":"9c9Dabz5nQT65LXfYt_61wxb9UssT7tpzTM-gVB4RJZB9gKDf1_TjO6o3eLcBaba",` +
			`"audience":"https://secure.coro.net/api","grant_type":"client_credentials"}`
		if string(text) != want {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"access_denied","error_description":"Unauthorized"}`)
			return
		}
		fmt.Fprintf(w, `{"access_token":"%s","token_type":"Bearer","expires_in":86400}`, coroToken)
	}
}

func coroAt(base string, more ...string) Reference {
	return Reference{ID: "coro", Lookup: environment(append([]string{
		"CORO_CLIENT_ID", "2qDgzSrZxnUCs4jqmfdEP5MVkEmA3Uak",
		"CORO_CLIENT_SECRET", "9c9Dabz5nQT65LXfYt_61wxb9UssT7tpzTM-gVB4RJZB9gKDf1_TjO6o3eLcBaba",
		"CORO_WORKSPACE", "corodevonmicrosoftcom_TX7T_u",
		"CORO_BASE_URL", base,
	}, more...)...)}
}

func TestCoro(t *testing.T) {
	base, send := serve(t, coro(t))
	m, seen := testManager(t, nil, send)
	hop := apply(t, bind(t, m, coroAt(base)), base+"/v1/tickets")
	if got := hop.Header.Get("Authorization"); got != "Bearer "+coroToken {
		t.Errorf("Authorization: %s", got)
	}
	if got := hop.Header.Get("Workspace"); got != "corodevonmicrosoftcom_TX7T_u" {
		t.Errorf("Workspace: %s", got)
	}
	if e := seen.all[0]; len(seen.all) != 1 || e.Kind != Fetched || e.Provider != "coro" || e.Account != "2qDgzSrZxnUCs4jqmfdEP5MVkEmA3Uak" ||
		e.Life != 24*time.Hour || e.Source != "expires_in" {
		t.Errorf("events %+v", seen.all)
	}
}

// The message about a refusal says everything that the vendor's support asks
// for, and nothing that is secret.
func TestCoroRefuses(t *testing.T) {
	base, send := serve(t, coro(t))
	m, _ := testManager(t, nil, send)
	b := bind(t, m, coroAt(base, "CORO_AUDIENCE", "https://other.example"))
	_, err := b.Apply(t.Context(), hopTo(t, base+"/v1/tickets"), owns())
	got := explain(err)
	for _, want := range []string{
		"PR404", "no token for `coro`", "POST " + base + "/oauth/token", "answered 401 Unauthorized", "`Unauthorized: access_denied`",
		"X-Coro-Trace-Id: abcdefghifk", "CORO_AUDIENCE=https://api.secure.coro.net",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %q", got, want)
		}
	}
	if strings.Contains(got, "9c9Dabz5nQT65") {
		t.Errorf("the secret is shown: %s", got)
	}
}

// comodo is the vendor's two endpoints.
type comodo struct {
	t          *testing.T
	snake      bool // the overview's spelling of the fields
	milli      bool
	badStatus  int // of a wrong password
	skew       time.Duration
	renewals   int
	wantSerial int64
}

func (c *comodo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now().Add(c.skew)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	fail := func(status int, message string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message":%q}`, message)
	}
	user, password, _ := r.BasicAuth()
	var sent map[string]string
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		c.t.Error(err)
	}
	switch {
	case len(r.TLS.PeerCertificates) == 0:
		fail(400, "Certificate is not verified")
		return
	case r.TLS.PeerCertificates[0].SerialNumber.Int64() != c.wantSerial:
		fail(400, "Serial number is not match")
		return
	case user != "client-1" || password != "client-secret":
		fail(401, "Not authorized")
		return
	}
	switch r.URL.Path {
	case "/auth/login":
		if sent["username"] != "user-1" || sent["password"] != "user-password" || len(sent) != 2 {
			fail(c.badStatus, "Username or passsword is incorrect")
			return
		}
	case "/auth/renew":
		if len(sent) != 1 || sent["refreshToken"] != fmt.Sprintf("R%d", c.renewals) {
			fail(401, "Not authorized")
			return
		}
		c.renewals++
	default:
		fail(404, "no such page")
		return
	}
	access, refresh := now.Add(time.Hour).Unix(), now.Add(7*24*time.Hour).Unix()
	if c.milli {
		access, refresh = access*1000, refresh*1000
	}
	names := []any{"tokenType", "accessToken", "refreshToken", "accessTokenExpiresAt", "refreshTokenExpiresAt"}
	if c.snake {
		names = []any{"token_type", "access_token", "refresh_token", "access_token_expires_at", "refresh_token_expires_at"}
	}
	fmt.Fprintf(w, fmt.Sprintf(`{"%s":"bearer","%s":"A%%d","%s":"R%%d","%s":%%d,"%s":%%d}`, names...), c.renewals, c.renewals, access, refresh)
}

func TestComodoOne(t *testing.T) {
	for _, vendor := range []*comodo{
		{},
		{snake: true},
		{milli: true},
		{skew: 48 * time.Hour}, // the timestamps count from the vendor's own Date
		{skew: -48 * time.Hour, milli: true, snake: true},
	} {
		vendor.t, vendor.wantSerial = t, 1
		base, send := serve(t, vendor.ServeHTTP)
		m, seen := testManager(t, nil, send)
		b := bind(t, m, comodoRef(t, "C1_BASE_URL", base))

		hop := apply(t, b, base+"/company")
		if got := hop.Header.Get("Authorization"); got != "Bearer A0" {
			t.Errorf("%+v: %q", vendor, got)
		}
		if life := seen.all[0].Life; seen.all[0].Source != "expires_at" || life != time.Hour {
			t.Errorf("%+v: event %+v", vendor, seen.all[0])
		}
		if again, err := b.Challenge(t.Context(), unauthorized(hop)); !again || err != nil {
			t.Errorf("%+v: %v, %v", vendor, again, err)
		}
		if got := apply(t, b, base+"/company").Header.Get("Authorization"); got != "Bearer A1" {
			t.Errorf("%+v: after renewal %q", vendor, got)
		}

		// The other reading of the documentation, with the same token.
		b = bind(t, m, comodoRef(t, "C1_BASE_URL", base, "C1_TOKEN_HEADER", "c1_access_token"))
		hop = apply(t, b, base+"/company")
		if got := exact(hop.Header, "c1_access_token"); len(got) != 1 || got[0] != "A1" {
			t.Errorf("%+v: header %v", vendor, hop.Header)
		}
		if user, password, _ := hop.BasicAuth(); user != "client-1" || password != "client-secret" {
			t.Errorf("%+v: %q %q", vendor, user, password)
		}
		if again, err := b.Challenge(t.Context(), unauthorized(hop)); again || err != nil {
			t.Errorf("%+v: a token that replaced another is replaced: %v, %v", vendor, again, err)
		}
		if seen.count(Fetched) != 1 || seen.count(Refreshed) != 1 {
			t.Errorf("%+v: events %+v", vendor, seen.all)
		}
	}
}

func TestComodoOneRefuses(t *testing.T) {
	tests := []struct {
		name   string
		vendor comodo
		more   []string
		want   []string
	}{
		{"password, 400", comodo{badStatus: 400, wantSerial: 1}, []string{"C1_PASSWORD", "wrong-password"},
			[]string{"answered 400 Bad Request: `Username or passsword is incorrect`", "check C1_USERNAME and C1_PASSWORD"}},
		{"password, 401", comodo{badStatus: 401, wantSerial: 1}, []string{"C1_PASSWORD", "wrong-password"},
			[]string{"answered 401 Unauthorized: `Username or passsword is incorrect`", "check C1_USERNAME and C1_PASSWORD"}},
		{"password, 500", comodo{badStatus: 500, wantSerial: 1}, []string{"C1_PASSWORD", "wrong-password"},
			[]string{"answered 500 Internal Server Error: `Username or passsword is incorrect`"}},
		{"client secret", comodo{wantSerial: 1}, []string{"C1_CLIENT_SECRET", "wrong-secret"},
			[]string{"answered 401 Unauthorized: `Not authorized`", "check C1_CLIENT_ID"}},
		{"serial number", comodo{wantSerial: 2}, nil,
			[]string{"`Serial number is not match`", "C1_CLIENT_CERT"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			attempts := 0
			test.vendor.t = t
			base, send := serve(t, func(w http.ResponseWriter, r *http.Request) {
				attempts++
				test.vendor.ServeHTTP(w, r)
			})
			m, _ := testManager(t, nil, send)
			b := bind(t, m, comodoRefWith(t, append([]string{"C1_BASE_URL", base}, test.more...)...))
			for range 3 {
				_, err := b.Apply(t.Context(), hopTo(t, base+"/company"), owns())
				got := explain(err)
				for _, want := range test.want {
					if !strings.Contains(got, want) {
						t.Errorf("%s\nlacks %q", got, want)
					}
				}
				for _, secret := range []string{"wrong-password", "wrong-secret", "user-password", "client-secret"} {
					if strings.Contains(got, secret) {
						t.Errorf("the secret is shown: %s", got)
					}
				}
			}
			if attempts != 1 {
				t.Errorf("%d attempts, want 1", attempts)
			}
		})
	}
}

// comodoRefWith is comodoRef with other values in place of some.
func comodoRefWith(t *testing.T, instead ...string) Reference {
	usual := comodoRef(t).Lookup
	changed := environment(instead...)
	return Reference{ID: "comodo-one", Lookup: func(name string) (Found, bool) {
		if found, ok := changed(name); ok {
			return found, ok
		}
		return usual(name)
	}}
}

func TestClientCertificate(t *testing.T) {
	m, _ := testManager(t, nil)
	one, two := testCertificate(t, 1), testCertificate(t, 2)
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cert, key, _ := strings.Cut(one, "-----BEGIN PRIVATE KEY")
	key = "-----BEGIN PRIVATE KEY" + key

	keys := make(map[cacheKey]bool)
	for _, more := range [][]string{
		{"C1_CLIENT_CERT", one},
		{"C1_CLIENT_CERT", two},
		{"C1_CLIENT_CERT", write("both.pem", one)},
		{"C1_CLIENT_CERT", write("cert.pem", cert), "C1_CLIENT_KEY", write("key.pem", key)},
		{"C1_CLIENT_CERT", cert, "C1_CLIENT_KEY", key},
	} {
		b := bind(t, m, comodoRefWith(t, more...))
		keys[b.key()] = true
		u := hopTo(t, comodoAPI).URL
		if got, err := b.Certificate(u); err != nil || got == nil {
			t.Errorf("no certificate for the vendor: %v", err)
		}
		u.Host = "evil.example"
		if got, err := b.Certificate(u); err != nil || got != nil {
			t.Error("the certificate is shown to others")
		}
	}
	if len(keys) != 5 {
		t.Errorf("%d keys for 5 settings", len(keys))
	}

	// A certificate that is exchanged under the same path is another identity.
	path := write("rotated.pem", one)
	before := bind(t, m, comodoRefWith(t, "C1_CLIENT_CERT", path)).key()
	write("rotated.pem", two)
	if bind(t, m, comodoRefWith(t, "C1_CLIENT_CERT", path)).key() == before {
		t.Error("the fingerprint is not part of the key")
	}

	for _, test := range []struct {
		name string
		more []string
		want string
	}{
		{"missing", []string{"C1_CLIENT_CERT", ""}, "`comodo-one` needs C1_CLIENT_CERT"},
		{"no file", []string{"C1_CLIENT_CERT", filepath.Join(folder, "none.pem")}, "C1_CLIENT_CERT: neither PEM text nor a file: no such file"},
		{"no key", []string{"C1_CLIENT_CERT", cert}, "C1_CLIENT_CERT: expected a private key, found none"},
		{"other key", []string{"C1_CLIENT_CERT", two, "C1_CLIENT_KEY", key}, "C1_CLIENT_KEY: it is not the private key of the certificate in C1_CLIENT_CERT"},
		{"encrypted key", []string{"C1_CLIENT_CERT", "testdata/keys/ec.cert.pem", "C1_CLIENT_KEY", "testdata/keys/ec.pkcs8-encrypted.pem"},
			"C1_CLIENT_KEY: it is encrypted, and there is no passphrase"},
		{"wrong passphrase", []string{"C1_CLIENT_CERT", "testdata/keys/ec.p12", "C1_KEY_PASSPHRASE", "wrong"}, "C1_CLIENT_CERT: the passphrase does not fit"},
		{"text", []string{"C1_CLIENT_CERT", "MIIB\nMIIC"}, "C1_CLIENT_CERT: neither PEM text nor the path of a file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			lookup := comodoRefWith(t, test.more...)
			_, err := m.Bind(lookup)
			if got := explain(err); !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// What an endpoint can do wrong is said as it is, and never followed.
func TestEndpointErrors(t *testing.T) {
	tests := []struct {
		name   string
		answer *transport.Hop
		want   []string
		final  bool
	}{
		{"redirect", answer(307, "", "Location", "https://evil.example/oauth/token"),
			[]string{"answered 307 Temporary Redirect to `https://evil.example`; token requests are not redirected"}, false},
		{"page", answer(200, "<!DOCTYPE html><html><head>\n<title>Log  in\x1b[2J</title>", "Content-Type", "text/html"),
			[]string{"answered 200 OK: HTML, title `Log in\\x1b[2J`", "not JSON", "log-in page"}, false},
		{"gateway's page", answer(500, "<html><title>Oops</title>"), []string{"answered 500 Internal Server Error: HTML, title `Oops`"}, false},
		{"error with 200", answer(200, `{"error":"invalid_client"}`), []string{"answered 200 OK: `invalid_client`", "expected it at `access_token`"}, true},
		{"trailing percent sign", answer(200, `{"access_token":"T"}%`), []string{"not JSON: invalid character '%' after top-level value at byte 21"}, false},
		{"unread token", answer(200, `{"access_token":"unregistered",}`), []string{"answered 200 OK: a body of 32 bytes", "not JSON"}, false},
		{"secret at the cut", answer(400, strings.Repeat("x", 295)+"coro-secret"), []string{"xxx**"}, true},
		{"nothing", answer(401, ""), []string{"answered 401 Unauthorized: an empty body"}, true},
		{"long text", answer(400, strings.Repeat("ä", 400)), []string{"`" + strings.Repeat("ä", 150) + "…`"}, true},
		{"terminal", answer(400, "a\x1b]0;x\x07\u202eb\nc"), []string{"`a\\x1b]0;x\\a\\u202eb\\nc`"}, true},
		{"secret in it", answer(400, `{"message":"coro-secret is wrong"}`), []string{"`*** is wrong`"}, true},
		{"no content", answer(204, ""), []string{"answered 204 No Content", "not JSON"}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sent := 0
			m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
				sent++
				return test.answer, nil
			})
			b := bind(t, m, coroRef)
			for range 2 {
				_, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns())
				for _, want := range test.want {
					if got := explain(err); !strings.Contains(got, want) {
						t.Errorf("%s\nlacks %q", got, want)
					}
				}
				if got := explain(err); strings.Contains(got, "unregistered") || strings.Contains(got, "xcoro") {
					t.Errorf("a secret is shown: %s", got)
				}
			}
			if (sent == 1) != test.final {
				t.Errorf("%d requests; final should be %v", sent, test.final)
			}
		})
	}
}

// An address in an answer may hold a token that nobody has registered: no more of
// it is shown than where it leads.
func TestAddressesInAnswers(t *testing.T) {
	const token = "UNKNOWN-TOKEN"
	for address, want := range map[string]string{
		"https://login.example:8443/cb?access_token=" + token + "#id_token=" + token: "`https://login.example:8443`",
		"https://" + token + "@login.example/":                                       "`https://login.example`",
		"/cb/" + token:                                                               "`https://api.secure.coro.net`",
		"//login.example?" + token:                                                   "`https://login.example`",
		"javascript:" + token:                                                        "what is no address on the web",
		"https://a b/" + token:                                                       "what is no address on the web",
		"com.example.app://" + token:                                                 "what is no address on the web",
		"https://login.example/%zz" + token:                                          "what is no address on the web",
	} {
		for _, hop := range []*transport.Hop{answer(302, "", "Location", address), answer(400, `{"error":"no","error_uri":`+toJSON(t, address)+`}`)} {
			m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) { return hop, nil })
			_, err := bind(t, m, coroRef).Apply(t.Context(), hopTo(t, coroAPI), owns())
			got := explain(err)
			if hop.Status == 400 {
				_, got, _ = strings.Cut(got, "\n") // the address is not part of what the endpoint says
			}
			if !strings.Contains(got, want) || strings.Contains(got, token) {
				t.Errorf("%s: %s\nlacks %s, or shows the token", address, got, want)
			}
		}
	}
}

// A quotation is cut; what is left of a secret at the cut is shown nowhere.
func TestQuotationsAreMaskedBeforeTheyAreCut(t *testing.T) {
	const secret, part = "coro-secret", "coro-"
	text := strings.Repeat("x", maxQuote-len(part)) + secret
	challenge := `Bearer error="` + text + `"`
	for _, hop := range []*transport.Hop{
		answer(302, "", "Location", text),
		answer(401, "", "X-Coro-Trace-Id", text),
		answer(401, "", "WWW-Authenticate", challenge),
		answer(401, `{"message":"`+text+`"}`),
		answer(401, text),
	} {
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) { return hop, nil })
		b := bind(t, m, coroRef)
		_, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns())
		shown := []string{explain(err)}
		if d := b.Rejected(hop); d != nil {
			shown = append(shown, explain(d))
		}
		for _, got := range shown {
			if strings.Contains(got, "x"+part) {
				t.Errorf("%v %s: a part of the secret is shown: %s", hop.Header, hop.Content, got)
			}
		}
	}
}

func TestEndpointIsDown(t *testing.T) {
	base, send := serve(t, func(http.ResponseWriter, *http.Request) {})
	m, _ := testManager(t, nil, send)
	// Nothing listens on the discard port.
	_, err := bind(t, m, coroAt("https://127.0.0.1:9")).Apply(t.Context(), hopTo(t, "https://127.0.0.1:9/v1"), owns())
	if got := explain(err); !strings.Contains(got, "no token for `coro`: POST https://127.0.0.1:9/oauth/token: ") {
		t.Errorf("got %s", got)
	}
	_, err = bind(t, m, coroAt(base)).Apply(t.Context(), hopTo(t, base), owns())
	if got := explain(err); !strings.Contains(got, "answered 200 OK: an empty body") {
		t.Errorf("got %s", got)
	}
}
