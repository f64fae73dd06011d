package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/transport"
)

// coroRef and cotalkerRef are references with credentials in the environment.
var (
	coroRef     = Reference{ID: "coro", Lookup: environment("CORO_CLIENT_ID", "id-1", "CORO_CLIENT_SECRET", "coro-secret", "CORO_WORKSPACE", "ws_1")}
	cotalkerRef = Reference{ID: "cotalker", Lookup: environment("COTALKER_EMAIL", "a@example.com", "COTALKER_PASSWORD", "cotalker-secret")}
)

const coroAPI = "https://api.secure.coro.net/v1/tickets"

// numbered answers every request with the next token.
func numbered(requests *atomic.Int32, more string) endpoint {
	return func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, fmt.Sprintf(`{"access_token":"T%d"%s}`, requests.Add(1), more)), nil
	}
}

func TestSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, seen := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			time.Sleep(time.Second) // long enough for everybody to ask
			return answer(200, fmt.Sprintf(`{"access_token":"T%d","expires_in":86400}`, requests.Add(1))), nil
		})
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				// Each has a binding of its own: what is shared is the token.
				if got := apply(t, bind(t, m, coroRef), coroAPI).Header.Get("Authorization"); got != "Bearer T1" {
					t.Errorf("got %q", got)
				}
			})
		}
		group.Wait()
		if n := requests.Load(); n != 1 {
			t.Errorf("%d token requests, want 1", n)
		}
		if f, r := seen.count(Fetched), seen.count(Reused); f != 1 || r != 49 {
			t.Errorf("%d fetched and %d reused, want 1 and 49", f, r)
		}
	})
}

// A wrong password must be tried once, or accounts get locked.
func TestRefusalIsRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, seen := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			requests.Add(1)
			time.Sleep(time.Second)
			return answer(401, `{"message":"wrong password"}`), nil
		})
		try := func() {
			b := bind(t, m, cotalkerRef)
			_, err := b.Apply(t.Context(), hopTo(t, "https://www.cotalker.com/api/v2/users"), owns())
			if err == nil || !strings.Contains(err.Error(), "wrong password") {
				t.Errorf("got %v", err)
			}
		}
		var group sync.WaitGroup
		for range 50 {
			group.Go(try)
		}
		group.Wait()
		time.Sleep(time.Hour)
		try()
		if n := requests.Load(); n != 1 {
			t.Errorf("%d attempts, want 1", n)
		}
		if n := seen.count(Failed); n != 1 {
			t.Errorf("%d failed events, want 1", n)
		}
	})
}

// A failure without an answer is shared by those that wait, and tried again by
// those that come later, but not for ever.
func TestUnreachableIsTriedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			time.Sleep(time.Second)
			if requests.Add(1) == 2 {
				return answer(200, `{"access_token":"T","expires_in":2}`), nil
			}
			return nil, errors.New("connection refused")
		})
		b := bind(t, m, coroRef)
		try := func() error {
			_, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns())
			return err
		}
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if err := try(); err == nil || !strings.Contains(err.Error(), "connection refused") {
					t.Errorf("got %v", err)
				}
			})
		}
		group.Wait()
		if err := try(); err != nil {
			t.Errorf("the second attempt: %v", err)
		}
		for range 5 { // a success in between has reset the count
			time.Sleep(time.Minute)
			if err := try(); err == nil {
				t.Error("no error")
			}
		}
		if n := requests.Load(); n != 4 {
			t.Errorf("%d requests, want 4", n)
		}
	})
}

// A caller that gives up does not take the token from those that wait on.
func TestOneWaiterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, func(ctx context.Context, _ *transport.Request) (*transport.Hop, error) {
			requests.Add(1)
			if err := sleep(ctx, 10*time.Second); err != nil {
				return nil, err
			}
			return answer(200, `{"access_token":"T","expires_in":86400}`), nil
		})
		b := bind(t, m, coroRef)
		var group sync.WaitGroup
		group.Go(func() { // the one that has started the fetch
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := b.Apply(ctx, hopTo(t, coroAPI), owns()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v", err)
			}
		})
		group.Go(func() {
			time.Sleep(500 * time.Millisecond)
			if got := apply(t, b, coroAPI).Header.Get("Authorization"); got != "Bearer T" {
				t.Errorf("got %q", got)
			}
		})
		group.Wait()
		if n := requests.Load(); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	})
}

// When the last caller gives up, the login ends, is no failure, and the next
// caller begins another.
func TestLastWaiterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests, ended atomic.Int32
		m, seen := testManager(t, func(ctx context.Context, _ *transport.Request) (*transport.Hop, error) {
			if requests.Add(1) == 1 {
				<-ctx.Done()
				ended.Add(1)
				return nil, ctx.Err()
			}
			return answer(200, `{"access_token":"T","expires_in":86400}`), nil
		})
		b := bind(t, m, coroRef)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Apply(ctx, hopTo(t, coroAPI), owns()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if ended.Load() != 1 {
			t.Error("the login goes on although nobody waits")
		}
		apply(t, b, coroAPI)
		if n := seen.count(Failed); n != 0 {
			t.Errorf("%d failed events, want none", n)
		}
	})
}

func TestTokenIsReplacedBeforeItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, numbered(&requests, `,"expires_in":3600`))
		b := bind(t, m, coroRef)
		for _, step := range []struct {
			after time.Duration
			want  string
		}{{0, "T1"}, {30 * time.Minute, "T1"}, {28 * time.Minute, "T1"}, {90 * time.Second, "T2"}, {time.Hour, "T3"}} {
			time.Sleep(step.after)
			if got := apply(t, b, coroAPI).Header.Get("Authorization"); got != "Bearer "+step.want {
				t.Errorf("after %s more: got %q, want %s", step.after, got, step.want)
			}
		}
	})
}

// Tokens that live for two seconds are used for more than one request.
func TestVeryShortLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, numbered(&requests, `,"expires_in":2`))
		b := bind(t, m, coroRef)
		for range 10 {
			apply(t, b, coroAPI)
			time.Sleep(400 * time.Millisecond)
		}
		if n := requests.Load(); n != 3 {
			t.Errorf("%d requests in 4 s, want 3", n)
		}
	})
}

// What only says how a token is applied does not cost another token; what the
// token depends on does.
func TestKey(t *testing.T) {
	var requests atomic.Int32
	m, _ := testManager(t, numbered(&requests, ``))
	with := func(key, value string) Reference {
		ref := coroRef
		ref.Args = []Arg{{Key: key, Value: value}}
		return ref
	}
	for _, test := range []struct {
		ref  Reference
		api  string
		want int32
	}{
		{coroRef, coroAPI, 1},
		{with("workspace", "ws_2"), coroAPI, 1},
		{with("audience", "https://api.secure.coro.net"), coroAPI, 2},
		{with("client_secret", "other"), coroAPI, 3},
		{with("region", "eu"), "https://api.secure-eu.coro.net/v1/tickets", 4},
		{with("region", "us"), coroAPI, 4}, // to say the default changes nothing
	} {
		apply(t, bind(t, m, test.ref), test.api)
		if n := requests.Load(); n != test.want {
			t.Errorf("%v: %d requests, want %d", test.ref.Args, n, test.want)
		}
	}
}

// Corti's answer says refresh_expires_in 0, which means that there is nothing
// to refresh: the login is repeated.
func TestRefreshExpiresInZero(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bodies []string
		m, _ := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
			bodies = append(bodies, body(t, request))
			return answer(200, `{"access_token":"T","expires_in":100,"refresh_expires_in":0,"token_type":"Bearer","scope":"openid"}`), nil
		})
		b := bind(t, m, Reference{ID: "corti", Lookup: environment("CORTI_CLIENT_ID", "id", "CORTI_CLIENT_SECRET", "s e+c&ret")})
		const api = "https://api.eu.corti.app/v2/interactions/"
		if got := apply(t, b, api).Header.Get("Tenant-Name"); got != "base" {
			t.Errorf("Tenant-Name: %q", got)
		}
		time.Sleep(69 * time.Second)
		apply(t, b, api)
		synctest.Wait()
		if len(bodies) != 1 {
			t.Fatalf("%d requests, want 1: another token is not needed yet", len(bodies))
		}
		time.Sleep(22 * time.Second) // the leeway is a tenth of the life
		apply(t, b, api)
		const want = "grant_type=client_credentials&client_id=id&client_secret=s+e%2Bc%26ret&scope=openid"
		if len(bodies) != 2 || bodies[0] != want || bodies[1] != want {
			t.Errorf("got %q", bodies)
		}
	})
}

// rotating is an endpoint whose refresh tokens are good for one use.
type rotating struct {
	logins, renewals int
	refuse           func() *transport.Hop // of a renewal; nil to answer it
	slow             time.Duration
}

func (r *rotating) answer(ctx context.Context, request *transport.Request) (*transport.Hop, error) {
	if strings.HasSuffix(request.URL.Path, "/login") {
		r.logins++
		return answer(200, fmt.Sprintf(`{"accessToken":"L%d","refreshToken":"R%d","accessTokenExpiresAt":%d}`,
			r.logins, r.renewals, time.Now().Add(time.Hour).Unix())), nil
	}
	if err := sleep(ctx, r.slow); err != nil {
		return nil, err
	}
	if r.refuse != nil {
		return r.refuse(), nil
	}
	want := fmt.Sprintf(`{"refreshToken":"R%d"}`, r.renewals)
	read, err := request.Body.Open()
	if err != nil {
		return nil, err
	}
	sent := make([]byte, 100)
	n, _ := read.Read(sent)
	if string(sent[:n]) != want {
		return answer(401, `{"message":"Not authorized"}`), nil
	}
	r.renewals++
	return answer(200, fmt.Sprintf(`{"accessToken":"N%d","refreshToken":"R%d","accessTokenExpiresAt":%d}`,
		r.renewals, r.renewals, time.Now().Add(time.Hour).Unix())), nil
}

const comodoAPI = "https://api.one.comodo.com/company"

func comodoRef(t testing.TB, more ...string) Reference {
	return Reference{ID: "comodo-one", Lookup: environment(append([]string{
		"C1_CLIENT_ID", "client-1", "C1_CLIENT_SECRET", "client-secret", "C1_USERNAME", "user-1", "C1_PASSWORD", "user-password",
		"C1_CLIENT_CERT", testCertificate(t, 1),
	}, more...)...)}
}

func TestRefreshTokensRotate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := new(rotating)
		m, seen := testManager(t, vendor.answer)
		b := bind(t, m, comodoRef(t))
		for i, want := range []string{"L1", "N1", "N2"} {
			if got := apply(t, b, comodoAPI).Header.Get("Authorization"); got != "Bearer "+want {
				t.Errorf("%d: got %q, want %s", i, got, want)
			}
			time.Sleep(time.Hour)
		}
		if vendor.logins != 1 || seen.count(Refreshed) != 2 || seen.count(Fetched) != 1 {
			t.Errorf("%d logins, %d renewals", vendor.logins, vendor.renewals)
		}
	})
}

// A refresh token that is refused leads to one login.
func TestRefusedRefreshLogsIn(t *testing.T) {
	for _, status := range []int{400, 401} {
		synctest.Test(t, func(t *testing.T) {
			vendor := &rotating{refuse: func() *transport.Hop { return answer(status, `{"error":"invalid_grant"}`) }}
			m, seen := testManager(t, vendor.answer)
			b := bind(t, m, comodoRef(t))
			apply(t, b, comodoAPI)
			time.Sleep(time.Hour)
			if got := apply(t, b, comodoAPI).Header.Get("Authorization"); got != "Bearer L2" {
				t.Errorf("%d: got %q", status, got)
			}
			if seen.count(Failed) != 0 || seen.count(Fetched) != 2 {
				t.Errorf("%d: events %+v", status, seen.all)
			}
		})
	}
}

// While the endpoint is down, a token that still lives serves to its end.
func TestOldTokenServesWhileRefreshFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := &rotating{refuse: func() *transport.Hop { return answer(500, `oops`) }}
		m, _ := testManager(t, vendor.answer)
		b := bind(t, m, comodoRef(t))
		apply(t, b, comodoAPI)
		time.Sleep(time.Hour - 30*time.Second) // within the leeway
		if got := apply(t, b, comodoAPI).Header.Get("Authorization"); got != "Bearer L1" {
			t.Errorf("got %q", got)
		}
		time.Sleep(time.Minute)
		if _, err := b.Apply(t.Context(), hopTo(t, comodoAPI), owns()); err == nil || !strings.Contains(err.Error(), "answered 500") {
			t.Errorf("got %v", err)
		}
		if vendor.logins != 1 {
			t.Errorf("%d logins", vendor.logins)
		}
	})
}

// A refresh that has begun is carried through although nobody waits, and Close
// waits for it.
func TestRefreshIsNotCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := &rotating{slow: 10 * time.Second}
		m, seen := testManager(t, vendor.answer)
		b := bind(t, m, comodoRef(t))
		apply(t, b, comodoAPI)
		time.Sleep(time.Hour)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Apply(ctx, hopTo(t, comodoAPI), owns()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		m.Close()
		if vendor.renewals != 1 || seen.count(Refreshed) != 1 {
			t.Error("the refresh was cut off")
		}
		if got := apply(t, b, comodoAPI).Header.Get("Authorization"); got != "Bearer N1" {
			t.Errorf("got %q", got)
		}
	})
}

func TestClosedManagerSendsNothing(t *testing.T) {
	m, _ := testManager(t, nil)
	b := bind(t, m, coroRef)
	m.Close()
	if _, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns()); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}

func TestChallenge(t *testing.T) {
	challenge := func(b *Binding, hop string, token string) bool {
		again, err := b.Challenge(t.Context(), unauthorized(hopTo(t, hop, "Authorization", "Bearer "+token)))
		if err != nil {
			t.Fatal(err)
		}
		return again
	}
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, numbered(&requests, `,"expires_in":86400`))
		b := bind(t, m, coroRef)
		apply(t, b, coroAPI)

		for range 2 {
			if !challenge(b, coroAPI, "T1") {
				t.Error("a rejected token is worth a repeat, for everybody who sent it")
			}
		}
		if got := apply(t, b, coroAPI).Header.Get("Authorization"); got != "Bearer T2" {
			t.Errorf("after the rejection: %q", got)
		}
		if !challenge(b, coroAPI, "T1") {
			t.Error("who sent the old token can repeat with the new one")
		}
		if challenge(b, coroAPI, "T2") {
			t.Error("a fresh token that is rejected is not replaced again")
		}
		if got := apply(t, b, coroAPI).Header.Get("Authorization"); got != "Bearer T2" || requests.Load() != 2 {
			t.Errorf("got %q after %d requests", got, requests.Load())
		}
		time.Sleep(time.Hour)
		if !challenge(b, coroAPI, "T2") {
			t.Error("a token that has served for an hour may have been revoked")
		}
		if got := apply(t, b, coroAPI).Header.Get("Authorization"); got != "Bearer T3" {
			t.Errorf("got %q", got)
		}
	})
}

// Fifty requests that are rejected together cost one other token.
func TestChallengeTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			time.Sleep(time.Second)
			return answer(200, fmt.Sprintf(`{"access_token":"T%d","expires_in":86400}`, requests.Add(1))), nil
		})
		b := bind(t, m, coroRef)
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() {
				hop := apply(t, b, coroAPI)
				for hop.Header.Get("Authorization") == "Bearer T1" {
					again, err := b.Challenge(t.Context(), unauthorized(hop))
					if err != nil || !again {
						t.Errorf("got %v, %v", again, err)
					}
					hop = apply(t, b, coroAPI)
				}
			})
		}
		group.Wait()
		if n := requests.Load(); n != 2 {
			t.Errorf("%d requests, want 2", n)
		}
	})
}

// A refresh token survives the rejection of its access token.
func TestChallengeRefreshes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := new(rotating)
		m, _ := testManager(t, vendor.answer)
		b := bind(t, m, comodoRef(t))
		again, err := b.Challenge(t.Context(), unauthorized(apply(t, b, comodoAPI)))
		if err != nil || !again {
			t.Fatalf("got %v, %v", again, err)
		}
		if got := apply(t, b, comodoAPI).Header.Get("Authorization"); got != "Bearer N1" || vendor.logins != 1 {
			t.Errorf("got %q after %d logins", got, vendor.logins)
		}
	})
}

func TestPatience(t *testing.T) {
	tests := []struct {
		name    string
		answers []*transport.Hop
		want    string // an error; empty for success
		took    time.Duration
		sent    int
	}{
		{"Retry-After in seconds", []*transport.Hop{answer(503, "", "Retry-After", "7"), answer(200, `{"access_token":"T"}`)}, "", 7 * time.Second, 2},
		{"Retry-After as a date", []*transport.Hop{answer(429, "", "Retry-After", "Sat, 01 Jan 2000 00:00:09 GMT"), answer(200, `{"access_token":"T"}`)}, "", 9 * time.Second, 2},
		{"three attempts", []*transport.Hop{answer(502, "", "Retry-After", "1"), answer(502, "", "Retry-After", "1"), answer(502, "bad")}, "answered 502 Bad Gateway: `bad`", 2 * time.Second, 3},
		{"longer than the limit", []*transport.Hop{answer(503, "later", "Retry-After", "31")}, "answered 503 Service Unavailable: `later`", 0, 1},
		{"429 without Retry-After", []*transport.Hop{answer(429, ""), answer(429, "trial")}, "answered 429 Too Many Requests: `trial`", -1, 2},
		{"500 is not repeated", []*transport.Hop{answer(500, "oops")}, "answered 500 Internal Server Error: `oops`", 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
					sent++
					return test.answers[sent-1], nil
				})
				start := time.Now()
				_, err := bind(t, m, coroRef).Apply(t.Context(), hopTo(t, coroAPI), owns())
				if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %s", err, test.want)
				}
				if took := time.Since(start); test.took >= 0 && took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
				if sent != test.sent {
					t.Errorf("%d requests, want %d", sent, test.sent)
				}
			})
		})
	}
}

// A Retry-After is followed as far as the time limit that the user has set.
func TestRetryAfterWithinTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
			if sent++; sent == 1 {
				return answer(503, "", "Retry-After", "90"), nil
			}
			return answer(200, `{"access_token":"T"}`), nil
		}, func(c *Config) { c.Timeout = 2 * time.Minute })
		start := time.Now()
		apply(t, bind(t, m, coroRef), coroAPI)
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// An endpoint that has no connection for us may be back in a moment. A request
// that may have been sent is not sent again: the answer that was lost may have
// been a refusal that counts, or a refresh token that is now used up.
func TestUnsentIsRepeated(t *testing.T) {
	refused := &diag.Diagnostic{Code: diag.CodeNetwork, Severity: diag.Error, Summary: "connection refused"}
	unsent := &transport.NotSentError{Err: refused}
	tests := []struct {
		name    string
		errs    []error // nil for a token
		slow    time.Duration
		timeout time.Duration
		sent    int
		within  time.Duration
	}{
		{"back in a moment", []error{unsent, nil}, 0, 0, 2, maxUnsent},
		{"back in two moments", []error{unsent, unsent, nil}, 0, 0, 3, maxUnsent},
		{"down", []error{unsent, unsent, unsent, nil}, 0, 0, 3, maxUnsent},
		{"slow to refuse", []error{unsent, nil}, 3 * time.Second, 0, 1, 3 * time.Second},
		{"no time left", []error{unsent, nil}, time.Second, time.Second, 1, time.Second},
		{"perhaps sent", []error{refused, nil}, 0, 0, 1, 0},
		{"perhaps sent the second time", []error{unsent, refused, nil}, 0, 0, 2, maxUnsent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				m, seen := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
					time.Sleep(test.slow)
					if sent++; test.errs[sent-1] != nil {
						return nil, test.errs[sent-1]
					}
					return answer(200, `{"access_token":"T"}`), nil
				}, func(c *Config) { c.Timeout = test.timeout })
				start := time.Now()
				_, err := bind(t, m, coroRef).Apply(t.Context(), hopTo(t, coroAPI), owns())
				if want := test.errs[test.sent-1] != nil; (err != nil) != want || want && seen.count(Failed) != 1 {
					t.Errorf("got %v with %d failures", err, seen.count(Failed))
				}
				if took := time.Since(start); sent != test.sent || took > test.within {
					t.Errorf("%d requests in %s, want %d within %s", sent, took, test.sent, test.within)
				}
			})
		})
	}
}

// The same with connections: what the transport says is what is repeated.
func TestUnsentOverTransport(t *testing.T) {
	client := transport.New(transport.Options{})
	t.Cleanup(client.Close)
	for _, test := range []struct {
		name  string
		serve bool // accept connections and close them
		sent  int
	}{{"refused", false, 3}, {"closed", true, 1}} {
		t.Run(test.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
			defer server.Close()
			if !test.serve {
				server.Close()
			}
			sent := 0
			m, _ := testManager(t, nil, func(c *Config) {
				c.Send = func(ctx context.Context, request *transport.Request) (*transport.Exchange, error) {
					sent++
					return client.Do(ctx, request)
				}
			})
			start := time.Now()
			_, err := bind(t, m, coroAt(server.URL)).Apply(t.Context(), hopTo(t, server.URL), owns())
			if err == nil || sent != test.sent || time.Since(start) > 10*time.Second {
				t.Errorf("%d requests in %s, want %d: %s", sent, time.Since(start), test.sent, explain(err))
			}
		})
	}
}

func TestSlowEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, _ := testManager(t, func(ctx context.Context, _ *transport.Request) (*transport.Hop, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, func(c *Config) { c.Timeout = 5 * time.Second })
		start := time.Now()
		_, err := bind(t, m, coroRef).Apply(t.Context(), hopTo(t, coroAPI), owns())
		if err == nil || !strings.Contains(err.Error(), "POST https://api.secure.coro.net/oauth/token: no answer within 5s") {
			t.Errorf("got %v", err)
		}
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A renewal that brings no refresh token leaves the old one in force (RFC 6749
// section 6).
func TestRefreshTokenIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		m, _ := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
			sent = append(sent, body(t, request))
			if len(sent) == 1 {
				return answer(200, `{"accessToken":"L","refreshToken":"R"}`), nil
			}
			return answer(200, `{"accessToken":"N"}`), nil
		})
		b := bind(t, m, comodoRef(t))
		for range 3 {
			apply(t, b, comodoAPI)
			time.Sleep(time.Hour)
		}
		if len(sent) != 3 || sent[1] != `{"refreshToken":"R"}` || sent[2] != sent[1] {
			t.Errorf("sent %q", sent)
		}
	})
}

// A refresh token that was refused is not sent again, even if the login that
// follows fails.
func TestRefusedRefreshTokenIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var paths []string
		m, _ := testManager(t, func(_ context.Context, request *transport.Request) (*transport.Hop, error) {
			paths = append(paths, request.URL.Path)
			switch {
			case len(paths) == 1:
				return answer(200, `{"accessToken":"L1","refreshToken":"R"}`), nil
			case request.URL.Path == "/auth/renew":
				return answer(400, `{"error":"invalid_grant"}`), nil
			case len(paths) == 3:
				return answer(500, ``), nil
			}
			return answer(200, `{"accessToken":"L2"}`), nil
		})
		b := bind(t, m, comodoRef(t))
		apply(t, b, comodoAPI)
		time.Sleep(time.Hour)
		if _, err := b.Apply(t.Context(), hopTo(t, comodoAPI), owns()); err == nil {
			t.Error("no error")
		}
		apply(t, b, comodoAPI)
		if got := strings.Join(paths, " "); got != "/auth/login /auth/renew /auth/login /auth/login" {
			t.Errorf("sent %s", got)
		}
	})
}

// A certificate that is not accepted is not tried again.
func TestTLSFailureIsFinal(t *testing.T) {
	requests := 0
	m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
		requests++
		return nil, &diag.Diagnostic{Code: diag.CodeTLS, Severity: diag.Error, Summary: "bad certificate", Suggestion: "use another"}
	})
	for range 2 {
		_, err := bind(t, m, comodoRef(t)).Apply(t.Context(), hopTo(t, comodoAPI), owns())
		if got := explain(err); !strings.Contains(got, "/auth/login: bad certificate") || !strings.Contains(got, "use another") {
			t.Errorf("got %s", got)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests, want 1", requests)
	}
}
