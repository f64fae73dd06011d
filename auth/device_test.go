package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/transport"
)

// asked keeps what a person has been asked.
type asked struct {
	mu  sync.Mutex
	all []Prompt
}

func (a *asked) interact(_ context.Context, p Prompt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, p)
}

const permissionAnswer = `{"device_code":"the-device-code","user_code":"AB-CD","verification_uri":"https://login.example/device",
	"verification_uri_complete":"https://login.example/device?c=AB-CD","expires_in":600,"interval":5}`

func deviceEntry(pairs ...string) Reference {
	return ofEntry(append([]string{"grant", "Device Authorization", "device_auth_url", "https://login.example/device_code",
		"token_url", tokenURL, "client_id", "id", "scope", "a b"}, pairs...)...)
}

// The device flow from the first request to the token (RFC 8628): every byte,
// and when it is sent.
func TestDeviceCode(t *testing.T) {
	pending := answer(400, `{"error":"authorization_pending"}`)
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		w := &wire{t: t, answers: []*transport.Hop{
			answer(200, permissionAnswer), pending, answer(400, `{"error":"slow_down"}`), pending, answer(500, "oops"), answer(200, issued),
		}}
		var times []int
		send := func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
			times = append(times, int(time.Since(start)/time.Second))
			return w.send(ctx, r)
		}
		people := new(asked)
		m, _ := testManager(t, send, func(c *Config) { c.Interact = people.interact })
		b := bind(t, m, deviceEntry("auth:audience", "aud", "token:tenant", "t"))
		if got := applied(t, b).Header.Get("Authorization"); got != "Bearer the-token" {
			t.Errorf("applied %q", got)
		}
		// 5 s apart, 10 s after slow_down, twice that after a failure.
		if want := []int{0, 5, 10, 20, 30, 50}; !slices.Equal(times, want) {
			t.Errorf("sent after %v s, want %v", times, want)
		}
		const head = "\nContent-Type: application/x-www-form-urlencoded\nAccept: application/json\n\n"
		for i, want := range []string{
			"POST https://login.example/device_code" + head + "client_id=id&scope=a+b&audience=aud",
			"POST https://login.example/token" + head + "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=the-device-code&tenant=t&client_id=id",
		} {
			if got := w.requests()[i]; got != want {
				t.Errorf("sent\n%s\nwant\n%s", got, want)
			}
		}
		want := Prompt{ID: "shop", For: "https://api.example", URL: "https://login.example/device", Code: "AB-CD", End: start.Add(10 * time.Minute)}
		if len(people.all) != 1 || people.all[0] != want {
			t.Errorf("asked %+v", people.all)
		}
		if got := m.config.Secrets.Mask("the-device-code"); got != "***" {
			t.Error("the device code is shown")
		}
		// The next token comes from the refresh token: nobody is asked again.
		b.Reject("the-token")
		applied(t, b)
		if got := w.requests()[6]; !strings.HasSuffix(got, "\n\ngrant_type=refresh_token&refresh_token=the-refresh&tenant=t&client_id=id") {
			t.Errorf("sent %s", got)
		}
	})
}

// Whatever status a server asks for patience with, it is asked no more often than
// it wants (RFC 8628 section 3.5).
func TestDeviceCodeIsPatient(t *testing.T) {
	for _, test := range []struct {
		answer *transport.Hop
		want   []int // seconds
	}{
		{answer(429, `{"error":"slow_down"}`), []int{0, 5, 15, 30, 50}},
		{answer(429, `{"error":"slow_down"}`, "Retry-After", "0"), []int{0, 5, 15, 30, 50}},
		{answer(503, `{"error":"slow_down"}`), []int{0, 5, 15, 30, 50}},
		{answer(403, `{"error":"slow_down"}`), []int{0, 5, 15, 30, 50}},
		{answer(429, `{"error":"authorization_pending"}`), []int{0, 5, 10, 15, 20}},
		{answer(503, ``), []int{0, 5, 15, 35, 75}},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			w := &wire{t: t, answers: []*transport.Hop{answer(200, permissionAnswer), test.answer, test.answer, test.answer, answer(200, issued)}}
			var times []int
			send := func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
				times = append(times, int(time.Since(start)/time.Second))
				return w.send(ctx, r)
			}
			m, _ := testManager(t, send, func(c *Config) { c.Interact = new(asked).interact })
			applied(t, bind(t, m, deviceEntry()))
			if !slices.Equal(times, test.want) {
				t.Errorf("%d %s: sent after %v s, want %v", test.answer.Status, test.answer.Content, times, test.want)
			}
		})
	}
}

// A client with a secret authenticates at both endpoints, and is named in the
// body of the first all the same.
func TestDeviceCodeClientAuthentication(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{t: t, answers: []*transport.Hop{answer(200, permissionAnswer), answer(200, issued)}}
		people := new(asked)
		m, _ := testManager(t, w.send, func(c *Config) { c.Interact = people.interact })
		applied(t, bind(t, m, deviceEntry("client_secret", "secret", "open_complete_uri", "true")))
		for i, want := range []string{"client_id=id&scope=a+b", "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=the-device-code"} {
			if got := w.requests()[i]; !strings.Contains(got, "\nAuthorization: Basic aWQ6c2VjcmV0\n") || !strings.HasSuffix(got, "\n\n"+want) {
				t.Errorf("sent %s", got)
			}
		}
		if got := people.all[0].URL; got != "https://login.example/device?c=AB-CD" {
			t.Errorf("asked to open %s", got)
		}
	})
}

// How the device flow ends without a token.
func TestDeviceCodeRefused(t *testing.T) {
	pending := answer(400, `{"error":"authorization_pending"}`)
	for _, test := range []struct {
		name    string
		answers []*transport.Hop
		want    string
		after   time.Duration
	}{
		{"denied", []*transport.Hop{answer(200, permissionAnswer), pending, answer(400, `{"error":"access_denied"}`)},
			"no token for `shop`: POST https://login.example/token: answered 400 Bad Request: `access_denied`", 10 * time.Second},
		{"expired", []*transport.Hop{answer(200, permissionAnswer), answer(400, `{"error":"expired_token"}`)}, "`expired_token`", 5 * time.Second},
		{"nobody comes", []*transport.Hop{answer(200, permissionAnswer), pending}, "nobody has logged in within 10m0s", 10 * time.Minute},
		{"nobody is told how long", []*transport.Hop{answer(200, `{"device_code":"d-code","user_code":"u","verification_url":"http://localhost/d"}`), pending},
			"nobody has logged in within 5m0s", 5 * time.Minute},
		{"too long", []*transport.Hop{answer(200, `{"device_code":"d-code","user_code":"u","verification_url":"http://localhost/d","expires_in":86400,"interval":3600}`), pending},
			"nobody has logged in within 30m0s", 30 * time.Minute},
		{"unknown client", []*transport.Hop{answer(401, `{"error":"invalid_client"}`)}, "POST https://login.example/device_code: answered 401 Unauthorized: `invalid_client`", 0},
		{"not JSON", []*transport.Hop{answer(200, `<html>`)}, "answered 200 OK: HTML", 0},
		{"no code", []*transport.Hop{answer(200, `{"device_code":"d-code","verification_uri":"https://x.example"}`)}, "found no `user_code`", 0},
		{"a page in clear text", []*transport.Hop{answer(200, `{"device_code":"d-code","user_code":"u","verification_uri":"http://x.example"}`)}, "the page to log in at must be https, found `http://x.example`", 0},
		{"no page at all", []*transport.Hop{answer(200, `{"device_code":"d-code","user_code":"u","verification_uri":"file:///bin/sh"}`)}, "must be https, found `file:///bin/sh`", 0},
		{"a second page", []*transport.Hop{answer(200, `{"device_code":"d-code","user_code":"u","verification_uri":"https://x.example","verification_uri_complete":"javascript:1"}`)}, "must be https, found `javascript:1`", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wire{t: t, answers: test.answers}
				m, _ := testManager(t, w.send, func(c *Config) { c.Interact = new(asked).interact })
				b := bind(t, m, deviceEntry())
				start := time.Now()
				_, err := b.Outright(t.Context(), false)
				if got := explain(err); !strings.Contains(got, test.want) {
					t.Errorf("%s\nlacks %s", got, test.want)
				}
				if got := time.Since(start); got != test.after {
					t.Errorf("after %s, want %s", got, test.after)
				}
				n := len(w.requests())
				if _, again := b.Outright(t.Context(), false); again == nil || len(w.requests()) != n {
					t.Errorf("somebody is asked twice: %v", again)
				}
			})
		})
	}
}

// Whoever gives up waiting is not kept, and ends the login.
func TestDeviceCodeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{t: t, answers: []*transport.Hop{answer(200, permissionAnswer), answer(400, `{"error":"authorization_pending"}`)}}
		m, _ := testManager(t, w.send, func(c *Config) { c.Interact = new(asked).interact })
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(12*time.Second, cancel)
		_, err := bind(t, m, deviceEntry()).Outright(ctx, false)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		time.Sleep(time.Minute)
		if n := len(w.requests()); n != 3 {
			t.Errorf("%d requests", n)
		}
	})
}

// Two logins do not ask at once.
func TestLoginsTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var open, most int
		send := func(_ context.Context, r *transport.Request) (*transport.Hop, error) {
			mu.Lock()
			defer mu.Unlock()
			if strings.HasSuffix(r.URL.Path, "device_code") {
				return answer(200, permissionAnswer), nil
			}
			open--
			return answer(200, issued), nil
		}
		m, _ := testManager(t, send, func(c *Config) {
			c.Interact = func(context.Context, Prompt) {
				mu.Lock()
				defer mu.Unlock()
				open++
				most = max(most, open)
			}
		})
		var all sync.WaitGroup
		for _, scope := range []string{"a", "b", "c"} {
			b := bind(t, m, deviceEntry("audience", scope))
			all.Go(func() {
				if _, err := b.Outright(t.Context(), false); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if most != 1 {
			t.Errorf("%d logins at once", most)
		}
	})
}

// Where nobody can be asked, nothing is sent and nobody waits.
func TestNobodyToAsk(t *testing.T) {
	for _, ref := range []Reference{deviceEntry(), ofEntry("grant", "code", "auth_url", "https://login.example/auth", "token_url", tokenURL, "client_id", "id")} {
		m, _ := testManager(t, nil)
		_, err := bind(t, m, ref).Outright(t.Context(), false)
		got := explain(err)
		for _, want := range []string{"PR404 a.http:1:9: no token for `shop`: somebody must log in, and there is no terminal", "`postrider auth login shop`", "`client_credentials`"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s\nlacks %s", got, want)
			}
		}
	}
}
