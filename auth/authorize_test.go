package auth

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

// A browserTest is what a person's browser does with the page of a login: it returns
// what it is redirected to, by changing the right answer. It sees the status of
// the page it lands at.
type browserTest struct {
	t      *testing.T
	change func(url.Values) // of the answer
	asked  *url.URL
	status chan int
}

func newBrowser(t *testing.T) *browserTest { return &browserTest{t: t, status: make(chan int, 1)} }

func (b *browserTest) interact(_ context.Context, p Prompt) {
	u, err := url.Parse(p.URL)
	if err != nil {
		b.t.Error(err)
		return
	}
	b.asked = u
	redirect := u.Query().Get("redirect_uri")
	answer := url.Values{"code": {"the-code"}, "state": {u.Query().Get("state")}}
	if b.change != nil {
		b.change(answer)
	}
	target := redirect + "?" + answer.Encode()
	go func() {
		r, err := http.Get(target)
		if err != nil {
			b.t.Error(err)
			b.status <- 0
			return
		}
		text, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode == 200 && (!strings.Contains(string(text), "You can close this page") || r.Header.Get("Cache-Control") != "no-store") {
			b.t.Errorf("the page is %s", text)
		}
		b.status <- r.StatusCode
	}()
}

func codeEntry(pairs ...string) Reference {
	return ofEntry(append([]string{"grant", "Authorization Code", "auth_url", "https://login.example/auth?tenant=t", "token_url", tokenURL, "client_id", "id"}, pairs...)...)
}

// freePort returns a port that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// The browser's answer is received on this machine alone.
func TestRedirectListensOnLoopback(t *testing.T) {
	for _, text := range []string{"", "http://localhost/x", "http://LOCALHOST:0", "http://shop.localhost.:0/x", "http://[::ffff:127.0.0.1]/x", "http://127.0.0.1", "http://127.0.0.1:" + freePort(t)} {
		where, err := parseRedirect(text)
		if err != nil {
			t.Fatal(err)
		}
		listeners, uri, err := where.listen(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(listeners) == 0 {
			t.Errorf("%q: nobody listens", text)
		}
		for _, l := range listeners {
			if address, ok := l.Addr().(*net.TCPAddr); !ok || !address.IP.IsLoopback() {
				t.Errorf("%q: listens at %s for %s", text, l.Addr(), uri)
			}
			l.Close()
		}
	}
}

// The authorization request and the exchange of the code, byte for byte (RFC
// 6749 section 4.1, RFC 7636 section 4, RFC 8252 section 7.3).
func TestAuthorizationCode(t *testing.T) {
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
	port := freePort(t)
	for _, test := range []struct {
		name        string
		pairs       []string
		asked, sent string // RANDOM and PORT stand for what cannot be known
		answer      func(url.Values)
	}{
		{
			name: "as little as can be", asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&state=RANDOM&code_challenge=RANDOM&code_challenge_method=S256",
			sent: "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&code_verifier=RANDOM&client_id=id",
		},
		{
			name: "everything", pairs: []string{"redirect_url", "http://localhost:" + port + "/a/b", "state", "my-state", "pkce", "SHA-256", "code_verifier", verifier, "scope", "openid x",
				"client_secret", "secret", "audience", "aud", "auth:access_type", "offline", "token:tenant", "t"},
			asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2Flocalhost%3A" + port + "%2Fa%2Fb&scope=openid+x&state=my-state" +
				"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&audience=aud&access_type=offline",
			sent: "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2Flocalhost%3A" + port + "%2Fa%2Fb&code_verifier=" + verifier + "&audience=aud&tenant=t",
		},
		{
			name: "plain", pairs: []string{"pkce", "Plain", "code_verifier", verifier, "redirect_url", "http://127.0.0.1"},
			asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT&state=RANDOM&code_challenge=" + verifier + "&code_challenge_method=plain",
			sent:  "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT&code_verifier=" + verifier + "&client_id=id",
		},
		{
			name: "without PKCE", pairs: []string{"pkce", "false", "client_auth", "in body", "client_secret", "secret", "redirect_url", "http://localhost/x"},
			asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2Flocalhost%3APORT%2Fx&state=RANDOM",
			sent:  "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2Flocalhost%3APORT%2Fx&client_id=id&client_secret=secret",
		},
		{
			name: "the issuer is at home there", answer: func(v url.Values) { v.Set("iss", "https://login.example/realm") },
			asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&state=RANDOM&code_challenge=RANDOM&code_challenge_method=S256",
			sent:  "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&code_verifier=RANDOM&client_id=id",
		},
		{
			name: "the issuer that is configured, which the answer need not name", pairs: []string{"issuer", "https://issuer.example/realm"},
			asked: "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&state=RANDOM&code_challenge=RANDOM&code_challenge_method=S256",
			sent:  "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&code_verifier=RANDOM&client_id=id",
		},
		{
			name: "the issuer that is required", pairs: []string{"issuer", "https://issuer.example/realm", "issuer_required", "True"},
			answer: func(v url.Values) { v.Set("iss", "https://issuer.example/realm") },
			asked:  "tenant=t&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&state=RANDOM&code_challenge=RANDOM&code_challenge_method=S256",
			sent:   "grant_type=authorization_code&code=the-code&redirect_uri=http%3A%2F%2F127.0.0.1%3APORT%2Fcallback&code_verifier=RANDOM&client_id=id",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
			person := newBrowser(t)
			person.change = test.answer
			m, _ := testManager(t, w.send, func(c *Config) { c.Interact = person.interact })
			if got := applied(t, bind(t, m, codeEntry(test.pairs...))).Header.Get("Authorization"); got != "Bearer the-token" {
				t.Errorf("applied %q", got)
			}
			if status := <-person.status; status != 200 {
				t.Errorf("the browser lands at %d", status)
			}
			pattern := func(text string) *regexp.Regexp {
				text = regexp.QuoteMeta(text)
				return regexp.MustCompile("^" + strings.NewReplacer("RANDOM", "[A-Za-z0-9_-]{43}", "PORT", "[0-9]+").Replace(text) + "$")
			}
			if got := person.asked.String(); !pattern("https://login.example/auth?" + test.asked).MatchString(got) {
				t.Errorf("asked\n%s\nwant\n%s", got, test.asked)
			}
			_, sent, _ := strings.Cut(w.requests()[0], "\n\n")
			if !pattern(test.sent).MatchString(sent) {
				t.Errorf("sent\n%s\nwant\n%s", sent, test.sent)
			}
			form, _ := url.ParseQuery(sent)
			if verifier := form.Get("code_verifier"); person.asked.Query().Get("code_challenge_method") == "S256" {
				sum := sha256.Sum256([]byte(verifier))
				if got := person.asked.Query().Get("code_challenge"); got != base64.RawURLEncoding.EncodeToString(sum[:]) {
					t.Errorf("the challenge %s does not fit", got)
				}
				if m.config.Secrets.Mask(verifier) != "***" {
					t.Error("the verifier is shown")
				}
			}
			if m.config.Secrets.Mask("the-code") != "***" {
				t.Error("the code is shown")
			}
		})
	}
}

// Whatever a file says, nothing is listened at but this machine.
func FuzzParseRedirect(f *testing.F) {
	for _, text := range []string{"", "http://localhost:8080/x", "http://shop.localhost/", "http://evillocalhost/", "http://[::ffff:127.0.0.1]/", "http://127.0.0.1:0", "http://[::1]/", "http://127.0.0.1.evil.example/", "http://evil.example@localhost/", "http://localhost:x/", "https://localhost"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseRedirect(text)
		if err != nil {
			return
		}
		host := r.url.Hostname()
		name := strings.ToLower(strings.TrimSuffix("."+host, "."))
		if ip := net.ParseIP(strings.Split(host, "%")[0]); !strings.HasSuffix(name, ".localhost") && (ip == nil || !ip.IsLoopback()) {
			t.Errorf("%q leads to %q", text, host)
		}
	})
}

// State, verifier and port are others each time.
func TestAuthorizationCodeIsFresh(t *testing.T) {
	seen := make(map[string]bool)
	for i := range 2 {
		person := newBrowser(t)
		w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
		m, _ := testManager(t, w.send, func(c *Config) { c.Interact = person.interact })
		applied(t, bind(t, m, codeEntry("audience", fmt.Sprint(i))))
		<-person.status
		for _, name := range []string{"state", "code_challenge"} {
			value := person.asked.Query().Get(name)
			if seen[value] {
				t.Errorf("%s %s twice", name, value)
			}
			seen[value] = true
		}
	}
}

// Answers that are not to be believed send no code anywhere.
func TestAuthorizationCodeRefused(t *testing.T) {
	set := func(pairs ...string) func(url.Values) {
		return func(v url.Values) {
			for i := 0; i+1 < len(pairs); i += 2 {
				v.Set(pairs[i], pairs[i+1])
			}
		}
	}
	for _, test := range []struct {
		name   string
		pairs  []string
		change func(url.Values)
		want   string
	}{
		{"denied", nil, func(v url.Values) {
			v.Del("code")
			set("error", "access_denied", "error_description", "no\x1b[31m", "error_uri", "https://login.example/why")(v)
		}, "the server answered `access_denied: no\\x1b[31m`|explained at `https://login.example`|permit the access"},
		{"another state", nil, set("state", "wrong"), "belongs to another login"},
		{"no state", nil, func(v url.Values) { v.Del("state") }, "belongs to another login"},
		{"a start of the state", []string{"state", "my-state"}, set("state", "my-"), "belongs to another login"},
		{"an error of another login", nil, set("state", "wrong", "error", "access_denied"), "belongs to another login"},
		{"another issuer", nil, set("iss", "https://evil.example"), "the issuer `https://evil.example`, not from https://login.example"},
		{"no URL for an issuer", nil, set("iss", "login.example"), "the issuer `login.example`"},
		{"an empty issuer", nil, set("iss", ""), "the issuer ``"},
		{"a configured issuer", []string{"issuer", "https://login.example/a"}, set("iss", "https://login.example/b"), "not from `https://login.example/a`"},
		{"a slash more", []string{"issuer", "https://login.example/a"}, set("iss", "https://login.example/a/"), "not from `https://login.example/a`"},
		{"no issuer where one is promised", []string{"issuer", "https://login.example", "issuer_required", "true"}, nil,
			"the answer does not name the issuer `https://login.example`|`authorization_response_iss_parameter_supported`"},
		{"an error without the issuer that is promised", []string{"issuer", "https://login.example", "issuer_required", "true"},
			func(v url.Values) { v.Del("code"); v.Set("error", "access_denied") }, "the answer does not name the issuer"},
		{"another issuer than the promised one", []string{"issuer", "https://login.example", "issuer_required", "true"}, set("iss", "https://evil.example"),
			"the issuer `https://evil.example`, not from `https://login.example`"},
		{"no code", nil, func(v url.Values) { v.Set("code", "") }, "has no `code`"},
		{"two codes", nil, func(v url.Values) { v.Add("code", "x") }, "has `code` twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			person := newBrowser(t)
			person.change = test.change
			m, _ := testManager(t, nil, func(c *Config) { c.Interact = person.interact })
			b := bind(t, m, codeEntry(test.pairs...))
			_, err := b.Outright(t.Context(), false)
			<-person.status
			got := explain(err)
			for part := range strings.SplitSeq(test.want, "|") {
				if !strings.Contains(got, part) {
					t.Errorf("%s\nlacks %s", got, part)
				}
			}
			if _, again := b.Outright(t.Context(), false); explain(again) != got {
				t.Errorf("somebody is asked twice: %s", explain(again))
			}
		})
	}
}

// A mix-up (RFC 9207 section 1, RFC 9700 section 4.4): the person chose a server
// that is an attacker's, which sends the browser on to an honest one; the code of
// the honest one must not be handed to the attacker's token endpoint. The honest
// server names itself, the attacker can leave out no name that is promised.
func TestMixUp(t *testing.T) {
	const honest, attacker = "https://honest.example", "https://attacker.example"
	for _, test := range []struct {
		name, iss string
		pairs     []string
	}{
		{"the honest server names itself", honest, nil},
		{"and the attacker's issuer is configured", honest, []string{"issuer", attacker}},
		{"the name is taken out on the way", "", []string{"issuer", attacker, "issuer_required", "true"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			person := newBrowser(t)
			person.change = func(v url.Values) {
				if test.iss != "" {
					v.Set("iss", test.iss)
				}
			}
			m, _ := testManager(t, func(_ context.Context, r *transport.Request) (*transport.Hop, error) {
				t.Errorf("sent to %s: %s", r.URL, body(t, r))
				return answer(200, issued), nil
			}, func(c *Config) { c.Interact = person.interact })
			pairs := append([]string{"auth_url", attacker + "/auth", "token_url", attacker + "/token"}, test.pairs...)
			_, err := bind(t, m, ofEntry(append([]string{"grant", "code", "client_id", "id"}, pairs...)...)).Outright(t.Context(), false)
			<-person.status
			if got := explain(err); !strings.Contains(got, "issuer") {
				t.Errorf("%s", got)
			}
		})
	}
}

// An exchange that is refused says what the token endpoint said.
func TestAuthorizationCodeExchangeRefused(t *testing.T) {
	person := newBrowser(t)
	w := &wire{t: t, answers: []*transport.Hop{answer(400, `{"error":"invalid_grant","error_description":"code the-code has ended"}`)}}
	m, _ := testManager(t, w.send, func(c *Config) { c.Interact = person.interact })
	_, err := bind(t, m, codeEntry()).Outright(t.Context(), false)
	<-person.status
	if got := explain(err); !strings.Contains(got, "`invalid_grant: code *** has ended`") || !strings.Contains(got, "log in again") {
		t.Errorf("%s", got)
	}
}

// A port that must be that one and is taken.
func TestAuthorizationCodePortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m, _ := testManager(t, nil, func(c *Config) {
		c.Interact = func(context.Context, Prompt) { t.Error("somebody is asked in vain") }
	})
	_, err = bind(t, m, codeEntry("redirect_url", "http://"+l.Addr().String()+"/x")).Outright(t.Context(), false)
	if got := explain(err); !strings.Contains(got, l.Addr().String()+" cannot be listened at") || !strings.Contains(got, "end what uses the port") {
		t.Errorf("%s", got)
	}
}

// What comes to the port and is no answer does not end the login.
func TestAuthorizationCodeOtherVisitors(t *testing.T) {
	person := newBrowser(t)
	w := &wire{t: t, answers: []*transport.Hop{answer(200, issued)}}
	m, _ := testManager(t, w.send, func(c *Config) {
		c.Interact = func(ctx context.Context, p Prompt) {
			u, _ := url.Parse(p.URL)
			base := u.Query().Get("redirect_uri")
			for _, visit := range []struct {
				method, url, host string
				want              int
			}{
				{"GET", strings.Replace(base, "/callback", "/favicon.ico", 1), "", 404},
				{"GET", base, "", 400},
				{"GET", base + "?x=1", "", 400},
				{"POST", base + "?code=x&state=y", "", 405},
				{"GET", base + "?code=x&state=y", "rebound.example", 404},
			} {
				r, _ := http.NewRequestWithContext(ctx, visit.method, visit.url, nil)
				if visit.host != "" {
					r.Host = visit.host
				}
				answer, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Error(err)
					continue
				}
				answer.Body.Close()
				if answer.StatusCode != visit.want {
					t.Errorf("%s %s of %s: %d, want %d", visit.method, visit.url, visit.host, answer.StatusCode, visit.want)
				}
			}
			person.interact(ctx, p)
		}
	})
	applied(t, bind(t, m, codeEntry()))
	<-person.status
	if _, err := http.Get(person.asked.Query().Get("redirect_uri")); err == nil {
		t.Error("the port is still open")
	}
}

// Nobody comes back.
func TestAuthorizationCodeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := testManager(t, nil)
		i := &issuer{def: &definition{id: "shop"}, config: &m.config, values: settings{}.get}
		ctx, cancel := context.WithTimeout(t.Context(), loginTimeout)
		defer cancel()
		<-ctx.Done()
		if got := explain(i.late(ctx, loginTimeout)); !strings.Contains(got, "nobody has logged in within 5m0s") {
			t.Errorf("%s", got)
		}
	})
	m, _ := testManager(t, nil, func(c *Config) { c.Interact = new(asked).interact })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := bind(t, m, codeEntry()).Outright(ctx, false); err != context.DeadlineExceeded {
		t.Errorf("%v", err)
	}
}
