package auth

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// wire keeps token requests as they are sent, byte for byte, and answers them in
// turn; the last answer again and again.
type wire struct {
	t       testing.TB
	answers []*transport.Hop

	mu   sync.Mutex
	sent []string
}

func (w *wire) send(_ context.Context, request *transport.Request) (*transport.Hop, error) {
	text := request.Method + " " + request.URL.String() + "\n"
	for _, f := range request.Header {
		text += f.Name + ": " + f.Value + "\n"
	}
	if request.Body != nil {
		text += "\n" + body(w.t, request)
	}
	if request.Redirects != 0 {
		w.t.Errorf("a token request that follows redirects")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, text)
	return w.answers[min(len(w.sent), len(w.answers))-1], nil
}

func (w *wire) requests() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]string(nil), w.sent...)
}

const issued = `{"access_token":"the-token","token_type":"bearer","expires_in":3600,"refresh_token":"the-refresh","id_token":"the-id-token"}`

// ofEntry is a reference to an entry of an environment file, with the names of
// JetBrains.
func ofEntry(pairs ...string) Reference {
	source := diag.NewSource("http-client.env.json", []byte("{}"))
	c := &Configured{At: Place{Source: source}, Provider: "oauth2", Names: map[string]string{
		"grant": "Grant Type", "token_url": "Token URL", "client_id": "Client ID", "redirect_url": "Redirect URL", "auth_url": "Auth URL", "token": "Token",
	}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if use, name, extra := strings.Cut(pairs[i], ":"); extra {
			c.Extras = append(c.Extras, Extra{Arg: Arg{Key: name, Value: pairs[i+1], Source: source, Project: true}, Use: Use(use)})
			continue
		}
		c.Params = append(c.Params, Arg{Key: pairs[i], Value: pairs[i+1], Source: source, Project: true})
	}
	return Reference{ID: "shop", Configured: c, Source: diag.NewSource("a.http", []byte("# @auth shop")), Span: diag.Span{Start: 8, End: 12}}
}

// applied binds what has no origins to that of a request, and applies it there.
func applied(t testing.TB, b *Binding) *http.Request {
	t.Helper()
	hop := hopTo(t, "https://api.example/")
	if err := b.CheckURL(hop.URL); err != nil {
		t.Fatal(explain(err))
	}
	return apply(t, b, hop.URL.String())
}

const tokenURL = "https://login.example/token"

// Every byte of token requests (RFC 6749 sections 2.3.1, 4.3.2, 4.4.2).
func TestOAuth2TokenRequests(t *testing.T) {
	const (
		form = "Content-Type: application/x-www-form-urlencoded\nAccept: application/json\n\n"
		post = "POST https://login.example/token\n"
	)
	credentials := []string{"token_url", tokenURL, "client_id", "id +:%", "client_secret", "s&cret/+"}
	plain := []string{"token_url", tokenURL, "client_id", "id", "client_secret", "secret"}
	for _, test := range []struct {
		name  string
		pairs []string
		want  string
	}{
		{"raw Basic is the default", plain, post + "Authorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=client_credentials"},
		{"JetBrains' names", append([]string{"grant", "Client Credentials", "client_auth", "basic"}, plain...),
			post + "Authorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=client_credentials"},
		{"true is Basic", append([]string{"client_auth", "true"}, plain...), post + "Authorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=client_credentials"},
		{"form-encoded Basic", append([]string{"basic_encoding", "form"}, credentials...), // base64 of id+%2B%3A%25:s%26cret%2F%2B
			post + "Authorization: Basic aWQrJTJCJTNBJTI1OnMlMjZjcmV0JTJGJTJC\n" + form + "grant_type=client_credentials"},
		{"in body", append([]string{"client_auth", "in body", "scope", "a b"}, credentials...),
			post + form + "grant_type=client_credentials&scope=a+b&client_id=id+%2B%3A%25&client_secret=s%26cret%2F%2B"},
		{"none", append([]string{"client_auth", "none"}, plain...), post + form + "grant_type=client_credentials&client_id=id"},
		{"false is none", append([]string{"client_auth", "false"}, plain...), post + form + "grant_type=client_credentials&client_id=id"},
		{"without a secret there is no Basic", plain[:4], post + form + "grant_type=client_credentials&client_id=id"},
		{"password", append([]string{"grant", "Password", "username", "ada", "password", "p&w", "scope", "x"}, plain...),
			post + "Authorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=password&username=ada&password=p%26w&scope=x"},
		{"audience and resource", append([]string{"audience", "https://api.example", "resource", "urn:r"}, plain...),
			post + "Authorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=client_credentials&audience=https%3A%2F%2Fapi.example&resource=urn%3Ar"},
		{"custom parameters", append([]string{":resource", "r1", ":resource", "r2", "auth:prompt", "login", "token:a", "", "header:X-Tenant", "t"}, plain...),
			post + "X-Tenant: t\nAuthorization: Basic aWQ6c2VjcmV0\n" + form + "grant_type=client_credentials&resource=r1&resource=r2&a="},
		{"a query of the endpoint stays, and so does its slash", []string{"token_url", "https://login.example/token/?api-version=1", "client_id", "id"},
			"POST https://login.example/token/?api-version=1\n" + form + "grant_type=client_credentials&client_id=id"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
			m, _ := testManager(t, w.send)
			hop := applied(t, bind(t, m, ofEntry(test.pairs...)))
			if got := hop.Header.Get("Authorization"); got != "Bearer the-token" {
				t.Errorf("applied %q", got)
			}
			if got := w.requests(); len(got) != 1 || got[0] != test.want {
				t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n---\n"), test.want)
			}
		})
	}
}

// A server that reads odd characters of id and secret in the other way answers
// as if they were wrong; the message tells of the other way. Keycloak's answer to
// a wrong secret is not the one of RFC 6749 section 5.2.
func TestOAuth2ClientHints(t *testing.T) {
	const (
		plain    = "check the client id and the client secret, and how"
		invalid  = `{"error": "invalid_client"}`
		keycloak = `{"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"}`
	)
	for _, test := range []struct {
		name   string
		pairs  []string
		status int
		body   string
		want   string
	}{
		{"nothing that encoding changes", []string{"client_secret", "a-b.c_d~e"}, 401, invalid, plain},
		{"raw", []string{"client_secret", "a+b"}, 401, invalid, "try `basic_encoding` `form`"},
		{"raw, status 400", []string{"client_secret", "a+b"}, 400, invalid, "try `basic_encoding` `form`"},
		{"form", []string{"client_secret", "a+b", "basic_encoding", "form"}, 401, invalid, "try `basic_encoding` `raw`"},
		{"in body", []string{"client_secret", "a+b", "client_auth", "body"}, 401, invalid, plain},
		{"Keycloak", []string{"client_secret", "secret"}, 401, keycloak, plain},
		{"Keycloak, raw", []string{"client_secret", "a+b"}, 401, keycloak, "try `basic_encoding` `form`"},
		{"a grant that is not for the client", []string{"client_secret", "a+b"}, 400, keycloak, "check that the client may use this grant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &wire{t: t, answers: []*transport.Hop{answer(test.status, test.body)}}
			m, _ := testManager(t, w.send)
			_, err := bind(t, m, ofEntry(append(test.pairs, "token_url", tokenURL, "client_id", "id")...)).Token(t.Context())
			if got := explain(err); !strings.Contains(got, test.want) || test.want == plain && strings.Contains(got, "basic_encoding") {
				t.Errorf("%s\nlacks %s", got, test.want)
			}
		})
	}
}

// The scheme of a directive is the same as an entry.
func TestOAuth2Directive(t *testing.T) {
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	m, _ := testManager(t, w.send)
	b := bind(t, m, directive("# @auth oauth2 grant=client_credentials token_url="+tokenURL+" client_id=id client_secret=secret client_auth=body"))
	if got := applied(t, b).Header.Get("Authorization"); got != "Bearer the-token" {
		t.Errorf("applied %q", got)
	}
	if got := w.requests()[0]; !strings.HasSuffix(got, "\n\ngrant_type=client_credentials&client_id=id&client_secret=secret") {
		t.Errorf("sent %s", got)
	}
}

// A token that has been rejected is replaced by its refresh token, with the
// client's credentials and the parameters of token requests (RFC 6749 section
// 6); if that is refused, by a login.
func TestOAuth2Refresh(t *testing.T) {
	w := &wire{t: t, answers: []*transport.Hop{
		answer(200, issued),
		answer(200, `{"access_token":"second","token_type":"Bearer","expires_in":1}`),
		answer(400, `{"error":"invalid_grant"}`),
		answer(200, `{"access_token":"third","token_type":"Bearer"}`),
	}}
	m, seen := testManager(t, w.send)
	b := bind(t, m, ofEntry("grant", "Password", "username", "ada", "password", "pass-word", "token_url", tokenURL, "client_id", "id",
		"scope", "x", "auth:prompt", "login", "token:tenant", "t"))
	for _, want := range []string{"the-token", "second", "third"} {
		hop := applied(t, b)
		if got := hop.Header.Get("Authorization"); got != "Bearer "+want {
			t.Fatalf("applied %q, want %s", got, want)
		}
		b.entry.mu.Lock()
		b.entry.token.rejected = true
		b.entry.mu.Unlock()
	}
	if seen.count(Refreshed) != 1 || seen.count(Fetched) != 2 {
		t.Errorf("%+v", seen.all)
	}
	for i, want := range []string{
		"grant_type=password&username=ada&password=pass-word&scope=x&tenant=t&client_id=id",
		"grant_type=refresh_token&refresh_token=the-refresh&tenant=t&client_id=id",
		"grant_type=refresh_token&refresh_token=the-refresh&tenant=t&client_id=id", // kept, for no other came
		"grant_type=password&username=ada&password=pass-word&scope=x&tenant=t&client_id=id",
	} {
		if got := w.requests()[i]; !strings.HasSuffix(got, "\n\n"+want) {
			t.Errorf("request %d is\n%s\nwant %s", i, got, want)
		}
	}
}

// The ID token is used where it is asked for, and never in the place of the
// access token by itself.
func TestOAuth2IDToken(t *testing.T) {
	pairs := []string{"token_url", tokenURL, "client_id", "id"}
	for _, test := range []struct {
		pairs             []string
		answer            string
		applied, asked, e string
	}{
		{nil, issued, "the-token", "the-id-token", ""},
		{[]string{"use_id_token", "true"}, issued, "the-id-token", "the-id-token", ""},
		{[]string{"use_id_token", "true"}, `{"id_token":"only"}`, "only", "only", ""},
		{[]string{"use_id_token", "true"}, `{"access_token":"x"}`, "", "", "there is no ID token\n\nask for one with `openid` in the scope"},
		{nil, `{"access_token":"x","id_token":"a b"}`, "", "", "the ID token: what should be the token holds ' '"},
	} {
		w := &wire{t: t, answers: []*transport.Hop{answer(200, test.answer)}}
		m, _ := testManager(t, w.send)
		b := bind(t, m, ofEntry(append(test.pairs, pairs...)...))
		hop := hopTo(t, "https://api.example/")
		_ = b.CheckURL(hop.URL)
		_, err := b.Apply(t.Context(), hop, nil)
		if test.e != "" {
			if got := explain(err); !strings.Contains(got, test.e) {
				t.Errorf("%s: %s", test.answer, got)
			}
			continue
		}
		if got := hop.Header.Get("Authorization"); got != "Bearer "+test.applied {
			t.Errorf("%v: applied %q, %v", test.pairs, got, err)
		}
		if got, err := b.Outright(t.Context(), true); got != test.asked || err != nil {
			t.Errorf("%v: ID token %q, %v", test.pairs, got, err)
		}
		if masked := m.config.Secrets.Mask("the-token the-id-token the-refresh"); test.answer == issued && masked != "*** *** ***" {
			t.Errorf("shown: %s", masked)
		}
		// A 401 is about the token that was applied.
		if again, _ := b.Challenge(t.Context(), unauthorized(hop)); !again || !b.entry.token.rejected {
			t.Errorf("%v: the token is not rejected", test.pairs)
		}
	}
}

// The types of JetBrains that send nothing.
func TestOAuth2Mock(t *testing.T) {
	m, _ := testManager(t, nil)
	b := bind(t, m, ofEntry("token", "made-up", "id_token", "made-up-id", "grant", "mock"))
	if got := applied(t, b).Header.Get("Authorization"); got != "Bearer made-up" {
		t.Errorf("applied %q", got)
	}
	if got, err := b.Outright(t.Context(), true); got != "made-up-id" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	b = bind(t, m, ofEntry("id_token", "made-up-id", "grant", "mock"))
	if _, err := b.Outright(t.Context(), false); !strings.Contains(explain(err), "`shop`: there is no token") {
		t.Errorf("%s", explain(err))
	}
}

// Everything that can be known before a request is told then, with the words of
// whoever has written it.
func TestOAuth2BindErrors(t *testing.T) {
	for _, test := range []struct {
		ref  Reference
		want string
	}{
		{ofEntry(), "PR407 a.http:1:9: `shop` needs Token URL and Client ID|set them in `Security.Auth.shop` in http-client.env.json"},
		{directive("# @auth oauth2"), "`oauth2` needs token_url= and client_id=|write `# @auth oauth2 token_url=… client_id=…`"},
		{ofEntry("grant", "Password", "token_url", tokenURL), "`shop` needs username and password"},
		{ofEntry("grant", "Authorization Code"), "`shop` needs Token URL, Auth URL and Client ID"},
		{ofEntry("grant", "Device Authorization"), "`shop` needs Token URL, device_auth_url and Client ID"},
		{ofEntry("grant", "Implicit"), "http-client.env.json:1:1: `shop`: the implicit grant is not supported|use `authorization_code`"},
		{ofEntry("grant", "pasword"), "unknown Grant Type `pasword`|did you mean `password`?"},
		{ofEntry("grant", "mock"), "there is no `Token`"},
		{ofEntry("client_auth", "jwt"), "signed client assertions and certificates (RFC 7523, RFC 8705) are not supported"},
		{ofEntry("client_auth", "header"), "unknown client_auth `header`|use `basic`, `body`"},
		{ofEntry("grant", "code", "pkce", "S512"), "unknown challenge method `s512` of PKCE"},
		{ofEntry("grant", "code", "pkce", "false", "code_verifier", strings.Repeat("v", 43)), "a verifier for PKCE, which is turned off"},
		{ofEntry("grant", "code", "code_verifier", "hush-hush"), "`code_verifier` cannot be a secret value: it must match"},
		{ofEntry("grant", "code", "response_type", "token"), "the response type `token` is not supported"},
		{ofEntry("grant", "code", "redirect_url", "https://shop.example/callback"), "`Redirect URL`: the browser's answer can be received at http on this machine only, not at `https://shop.example`|register `http://127.0.0.1/callback`"},
		{ofEntry("grant", "code", "redirect_url", "http://127.0.0.1.shop.example/"), "on this machine only"},
		{ofEntry("grant", "code", "redirect_url", "http://localhost.shop.example/"), "on this machine only"},
		{ofEntry("grant", "code", "redirect_url", "http://localhost/?x=1"), "neither user name nor query nor fragment"},
		{ofEntry("grant", "code", "issuer_required", "true"), "`issuer_required` says that the answer names its issuer, and there is no `issuer` to compare it with|set `issuer`"},
		{ofEntry("grant", "code", "issuer_required", "perhaps"), "`issuer_required` must be true or false"},
		{ofEntry("use_id_token", "perhaps"), "`use_id_token` must be true or false"},
		{ofEntry("token_url", "http://login.example/token", "client_id", "id"), "PR403 a.http:1:9: `shop` credentials would go to http://login.example in clear text|use an https URL, or allow it with `--allow-origin http://login.example`"},
		{ofEntry("token_url", "http://localhost.example/token", "client_id", "id"), "to http://localhost.example in clear text"},
		{ofEntry("token_url", "http://127.0.0.1./token", "client_id", "id"), "in clear text"}, // a name server is asked for it
		{ofEntry("token_url", "https://ada@login.example/token", "client_id", "id"), "has no user name"},
		{ofEntry("token_url", "https://login.example/token#x", "client_id", "id"), "neither query nor fragment"},
		{ofEntry("token_url", "https://login.example/token?a=b c", "client_id", "id"), "' ' is not allowed in a URL"},
		{ofEntry("token_url", tokenURL, "client_id", "a:b", "client_secret", "secret"), "http-client.env.json:1:1: `shop`: a user name of HTTP Basic authentication cannot hold `:`|set `basic_encoding` to `form`"},
		{ofEntry("token_url", tokenURL, "client_id", "id", "header:X-A", "a\nb"), "`X-A`: the value of a header field cannot hold the control character"},
	} {
		m, _ := testManager(t, nil)
		_, err := m.Bind(test.ref)
		got := explain(err)
		for part := range strings.SplitSeq(test.want, "|") {
			if !strings.Contains(got, part) {
				t.Errorf("%s\nlacks %s", got, part)
			}
		}
	}
}

// Whoever names an http origin on the command line means it; this machine needs
// no allowance.
func TestOAuth2ClearText(t *testing.T) {
	for _, url := range []string{"http://login.example:8080/token", "http://127.0.0.1:8080/token", "http://localhost/token", "http://login.localhost./token", "http://[::ffff:127.0.0.1]/token"} {
		w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
		m, _ := testManager(t, w.send, func(c *Config) { c.AllowedOrigins = []string{"http://login.example:8080"} })
		applied(t, bind(t, m, ofEntry("token_url", url, "client_id", "id")))
	}
}

// An entry with a secret of the private file, of the command line or of the
// environment is an ordinary request: whoever wrote the secret there meant it.
func TestOAuth2SecretOfAnotherFile(t *testing.T) {
	ref := ofEntry("token_url", tokenURL, "client_id", "id")
	ref.Configured.Params = append(ref.Configured.Params,
		Arg{Key: "client_secret", Value: "hush-hush", Secret: true, Project: true, Source: diag.NewSource("http-client.private.env.json", nil)})
	m, _ := testManager(t, nil)
	bind(t, m, ref)
	if got := m.config.Secrets.Mask("hush-hush"); got != "***" {
		t.Errorf("shown: %s", got)
	}
}

// Tokens are shared by what asks for the same one, and by nothing else.
func TestOAuth2Sharing(t *testing.T) {
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	m, _ := testManager(t, w.send)
	base := []string{"token_url", tokenURL, "client_id", "id"}
	for i, more := range [][]string{
		nil, {"scope", "a"}, {"audience", "a"}, {":audience", "a"}, {":audience", "b"}, {"token:audience", "a"}, {"client_auth", "body", "client_secret", "secret"},
		{"client_secret", "secret"}, {"expires_in", "7"},
	} {
		for range 2 {
			applied(t, bind(t, m, ofEntry(append(more, base...)...)))
		}
		if got := len(w.requests()); got != i+1 {
			t.Errorf("%v: %d requests, want %d", more, got, i+1)
		}
	}
	// How a token is used is nothing that it depends on.
	applied(t, bind(t, m, ofEntry(append([]string{"use_id_token", "true", "acquire_automatically", "true"}, base...)...)))
	if got := len(w.requests()); got != 9 {
		t.Errorf("%d requests", got)
	}
}

// What the answer does not say about the life of a token.
func TestOAuth2Life(t *testing.T) {
	for _, test := range []struct {
		pairs  []string
		answer string
		want   string
	}{
		{nil, `{"access_token":"x"}`, "15m0s default"},
		{[]string{"expires_in", "60"}, `{"access_token":"x"}`, "1m0s default"},
		{[]string{"expires_in", "60"}, `{"access_token":"x","expires_in":120}`, "2m0s expires_in"},
		{nil, `{"access_token":"x","expires_in":"300"}`, "5m0s expires_in"},
	} {
		w := &wire{t: t, answers: []*transport.Hop{answer(200, test.answer)}}
		m, seen := testManager(t, w.send)
		applied(t, bind(t, m, ofEntry(append(test.pairs, "token_url", tokenURL, "client_id", "id")...)))
		if got := fmt.Sprint(seen.all[0].Life, " ", seen.all[0].Source); got != test.want {
			t.Errorf("%v: %s, want %s", test.pairs, got, test.want)
		}
	}
}

// What a token endpoint says instead of a token (RFC 6749 section 5.2), and what
// to do about it.
func TestOAuth2Refusals(t *testing.T) {
	password := []string{"grant", "Password", "username", "ada", "password", "pass-word"}
	for _, test := range []struct {
		pairs  []string
		answer *transport.Hop
		want   string
	}{
		{nil, answer(401, `{"error":"invalid_client","error_description":"no such client","error_uri":"https://login.example/why"}`, "WWW-Authenticate", "Basic"),
			"PR404 a.http:1:9: no token for `shop`: POST https://login.example/token: answered 401 Unauthorized: `invalid_client: no such client`|explained at `https://login.example`|how the server wants them"},
		{password, answer(400, `{"error":"invalid_grant","error_description":"Wrong password: pass-word"}`), "`invalid_grant: Wrong password: ***`|check user name and password"},
		{nil, answer(400, `{"error":{"message":"bad"}}`), "400 Bad Request: `bad`"},
		{nil, answer(200, `{"error":"invalid_scope"}`), "answered 200 OK: `invalid_scope`|check the scope"},
		{nil, answer(200, `<!DOCTYPE html><title>Sign in</title>`, "Content-Type", "text/html"), "HTML, title `Sign in`|no proxy or log-in page answers for it"},
		{nil, answer(200, `{"access_token":"x","token_type":"DPoP"}`), "a token of type \"DPoP\", which is not supported"},
		{nil, answer(307, ``, "Location", "https://evil.example/token"), "307 Temporary Redirect to `https://evil.example`; token requests are not redirected"},
		{nil, answer(404, ``), "404 Not Found: an empty body"},
	} {
		w := &wire{t: t, answers: []*transport.Hop{test.answer}}
		m, _ := testManager(t, w.send)
		b := bind(t, m, ofEntry(append(test.pairs, "token_url", tokenURL, "client_id", "id", "client_secret", "secret")...))
		for range 2 { // what is refused is not asked again
			_, err := b.Outright(t.Context(), false)
			got := explain(err)
			for part := range strings.SplitSeq(test.want, "|") {
				if !strings.Contains(got, part) {
					t.Errorf("%s\nlacks %s", got, part)
				}
			}
		}
		if n := len(w.requests()); n != 1 && test.answer.Status != 307 && !strings.Contains(string(test.answer.Content), "DPoP") && !strings.HasPrefix(string(test.answer.Content), "<") {
			t.Errorf("%s: %d requests", test.want, n)
		}
	}
}

// What must not be acquired without being asked for is not.
func TestOAuth2OnDemand(t *testing.T) {
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	ref := ofEntry("token_url", tokenURL, "client_id", "id", "acquire_automatically", "false")
	m, _ := testManager(t, w.send)
	_, err := bind(t, m, ref).Outright(t.Context(), false)
	if got := explain(err); !strings.Contains(got, "not to be acquired automatically") || !strings.Contains(got, "postrider auth login shop") || len(w.requests()) > 0 {
		t.Errorf("%s, %d requests", got, len(w.requests()))
	}
	m, _ = testManager(t, w.send)
	b := bind(t, m, ref)
	if _, err := b.Login(t.Context()); err != nil {
		t.Error(explain(err))
	}
	if got, err := b.Outright(t.Context(), false); got != "the-token" {
		t.Errorf("%q, %v", got, err)
	}
}

// An entry may have the name of a scheme where a text names its token: that can
// mean nothing else.
func TestOAuth2EntryNamedAsAScheme(t *testing.T) {
	ref := ofEntry("grant", "mock", "token", "made-up")
	ref.ID = "oauth2"
	m, _ := testManager(t, nil)
	if _, err := m.Bind(ref); !strings.Contains(explain(err), "`oauth2` is a scheme of `@auth`, and the name of an entry") {
		t.Errorf("%s", explain(err))
	}
	ref.Outright = true
	if got, err := bind(t, m, ref).Outright(t.Context(), false); got != "made-up" {
		t.Errorf("%q, %v", got, err)
	}
}

// A token that a text has named is another for the next request after a 401.
func TestOAuth2Reject(t *testing.T) {
	w := &wire{t: t, answers: []*transport.Hop{answer(200, `{"access_token":"first"}`), answer(200, `{"access_token":"second"}`)}}
	m, _ := testManager(t, w.send)
	b := bind(t, m, ofEntry("token_url", tokenURL, "client_id", "id"))
	for _, want := range []string{"first", "second"} {
		got, err := b.Outright(t.Context(), false)
		if got != want {
			t.Fatalf("%q, %v", got, err)
		}
		b.Reject(got)
	}
}

// A definition of a vendor may leave its requests to the flow, and keeps its
// environment names and origins.
func TestOAuth2FlowOfADefinition(t *testing.T) {
	const text = `{
		"title": "Shop", "flow": "oauth2",
		"params": {
			"client_id": {"env": "SHOP_CLIENT_ID"}, "client_secret": {"env": "SHOP_CLIENT_SECRET", "secret": true},
			"token_url": {"env": "SHOP_TOKEN_URL", "default": "https://login.shop.example/token"},
			"scope": {"env": "SHOP_SCOPE", "default": "orders"}, "base_url": {"env": "SHOP_BASE_URL", "default": "https://api.shop.example"}
		},
		"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}], "origins": ["{{base_url}}"]
	}`
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	m, _ := testManager(t, w.send)
	source := diag.NewSource("http-client.env.json", []byte(text))
	ref := Reference{ID: "shop", Configured: &Configured{Definition: Place{source, diag.Span{End: len(text)}}}, Lookup: environment("SHOP_CLIENT_ID", "id", "SHOP_CLIENT_SECRET", "secret")}
	if _, err := m.Bind(ref); !strings.Contains(explain(err), "sends `client_id` from environment to https://") {
		t.Errorf("a project takes a secret: %s", explain(err))
	}
	m, _ = testManager(t, w.send, func(c *Config) {
		c.AllowedOrigins = []string{"https://login.shop.example", "https://api.shop.example"}
	})
	b := bind(t, m, ref)
	apply(t, b, "https://api.shop.example/x")
	if got := w.requests()[0]; !strings.HasSuffix(got, "\n\ngrant_type=client_credentials&scope=orders") || !strings.Contains(got, "Basic aWQ6c2VjcmV0") {
		t.Errorf("sent %s", got)
	}
	ref.Outright = true
	if _, err := m.Bind(ref); !strings.Contains(explain(err), "the token of `shop` goes to the origins of its provider alone") {
		t.Errorf("a text takes the token: %s", explain(err))
	}
	for text, want := range map[string]string{
		`{"flow": "oauth2", "apply": [{"header": "A", "value": "{{token}}"}], "origins": ["https://a.example"], "refresh": {"request": {"url": "https://a.example"}}}`: "has no requests of its own",
		`{"flow": "oauth1", "apply": [{"header": "A", "value": "x"}]}`: "unknown value \"oauth1\"",
	} {
		if got := explain(read(text)); !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
}

// What is kept between runs is the ID token, too; logging out revokes the
// refresh token, which takes the others with it (RFC 7009 section 2.1).
func TestOAuth2Kept(t *testing.T) {
	path := newPath(t)
	ref := ofEntry("token_url", tokenURL, "client_id", "id", "client_secret", "secret", "revoke_url", "https://login.example/revoke")
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued), answer(200, ``)}}
	run := func() *Binding {
		m, _ := testManager(t, w.send, keptIn(path))
		return bind(t, m, ref)
	}
	for range 2 {
		for id, want := range map[bool]string{false: "the-token", true: "the-id-token"} {
			b := run()
			if got, err := b.Outright(t.Context(), id); got != want {
				t.Errorf("%q, %v", got, err)
			}
			if got := b.manager.config.Secrets.Mask("the-id-token"); got != "***" {
				t.Error("the ID token is shown")
			}
		}
	}
	if found, revoked, err := run().Logout(t.Context()); !found || !revoked || err != nil {
		t.Errorf("%t, %t, %v", found, revoked, err)
	}
	const want = "POST https://login.example/revoke\nAuthorization: Basic aWQ6c2VjcmV0\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\ntoken=the-refresh"
	if got := w.requests(); len(got) != 2 || got[1] != want {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n---\n"), want)
	}
}

// Nobody is asked to log in before there is need: a token that is about to end
// serves to its end.
func TestOAuth2NotAheadOfNeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		short := answer(200, `{"access_token":"short","expires_in":120}`)
		w := &wire{t: t, answers: []*transport.Hop{answer(200, permissionAnswer), short, answer(200, permissionAnswer), short}}
		people := new(asked)
		m, _ := testManager(t, w.send, func(c *Config) { c.Interact = people.interact })
		b := bind(t, m, deviceEntry())
		for i, after := range []time.Duration{0, 100 * time.Second, 20 * time.Second} {
			time.Sleep(after)
			if _, err := b.Outright(t.Context(), false); err != nil {
				t.Fatal(explain(err))
			}
			synctest.Wait()
			if got, want := len(people.all), max(i, 1); got != want {
				t.Errorf("asked %d times after use %d, want %d", got, i, want)
			}
		}
	})
}
