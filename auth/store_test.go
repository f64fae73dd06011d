package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/tokenstore"
	"github.com/postrider/postrider/internal/transport"
)

// keptIn gives a manager a store in a folder, as every process has one of its
// own.
func keptIn(path string) func(*Config) {
	return func(c *Config) { c.Store = tokenstore.NewFolder(path, tokenstore.Options{Warn: c.Warn}) }
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "tokens") }

// told records what is said about a store.
type told struct {
	mu  sync.Mutex
	all []string
}

func (w *told) add(c *Config) {
	c.Warn = func(d *diag.Diagnostic) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.all = append(w.all, d.Severity.String()+": "+d.Summary)
	}
}

func (w *told) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.all, "\n")
}

func bearer(t testing.TB, b *Binding, api string) string {
	t.Helper()
	return strings.TrimPrefix(apply(t, b, api).Header.Get("Authorization"), "Bearer ")
}

// A warm entry costs no token request, an expired one costs one.
func TestStoredTokenServesLaterRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		path := newPath(t)
		for _, step := range []struct {
			after time.Duration
			want  string
			kind  EventKind
			life  time.Duration
		}{
			{0, "T1", Fetched, time.Hour}, {0, "T1", Loaded, time.Hour}, {30 * time.Minute, "T1", Loaded, 30 * time.Minute},
			{30 * time.Minute, "T2", Fetched, time.Hour}, {time.Minute, "T2", Loaded, 59 * time.Minute},
		} {
			time.Sleep(step.after)
			m, seen := testManager(t, numbered(&requests, `,"expires_in":3600`), keptIn(path))
			b := bind(t, m, coroRef)
			for range 3 {
				if got := bearer(t, b, coroAPI); got != step.want {
					t.Errorf("after %s more: got %s, want %s", step.after, got, step.want)
				}
			}
			if seen.count(step.kind) != 1 || seen.count(Reused) != 2 || seen.all[0].Life != step.life {
				t.Errorf("after %s more: events %+v", step.after, seen.all)
			}
			m.Close()
		}
		if n := requests.Load(); n != 2 {
			t.Errorf("%d token requests, want 2", n)
		}
	})
}

// What a token depends on is in the key: no run sees the token of another
// account, and none that came by a way that is trusted less.
func TestStoredTokenIsForItsOwnKey(t *testing.T) {
	var requests atomic.Int32
	path := newPath(t)
	with := func(key, value string) Reference {
		ref := coroRef
		ref.Args = []Arg{{Key: key, Value: value}}
		return ref
	}
	by := func(route string) func(*Config) {
		return func(c *Config) {
			c.Route = func(u *url.URL) string {
				if u.String() != "https://api.secure.coro.net/oauth/token" {
					t.Errorf("the route to %s", u)
				}
				return route
			}
		}
	}
	for i, test := range []struct {
		ref  Reference
		more func(*Config)
		want string
	}{
		{coroRef, by("x"), "T1"}, {with("workspace", "ws_2"), by("x"), "T1"}, {with("client_secret", "other"), by("x"), "T2"},
		{with("client_id", "other"), by("x"), "T3"}, {coroRef, by("insecure"), "T4"}, {coroRef, by("x"), "T1"},
	} {
		m, _ := testManager(t, numbered(&requests, `,"expires_in":3600`), keptIn(path), test.more)
		if got := bearer(t, bind(t, m, test.ref), coroAPI); got != test.want {
			t.Errorf("%d: got %s, want %s", i, got, test.want)
		}
		m.Close()
	}
}

// Nothing that is secret is in a file but the tokens, and those only in the
// record; names and messages hold none.
func TestStoreHoldsTokensOnly(t *testing.T) {
	path := newPath(t)
	m, _ := testManager(t, new(rotating).answer, keptIn(path))
	apply(t, bind(t, m, comodoRef(t)), comodoAPI)
	texts := make(map[string][]byte)
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			texts[name], err = os.ReadFile(name)
		}
		return err
	})
	if err != nil || len(texts) != 4 { // record, its lock, salt, its lock
		t.Fatalf("%d files, %v", len(texts), err)
	}
	for name, text := range texts {
		for _, secret := range []string{"client-secret", "user-password", "PRIVATE KEY"} {
			if bytes.Contains(text, []byte(secret)) || strings.Contains(name, secret) {
				t.Errorf("%s holds %s", name, secret)
			}
		}
		for _, token := range []string{`"L1"`, `"R0"`} {
			if bytes.Contains(text, []byte(token)) != (filepath.Ext(name) == ".json") {
				t.Errorf("%s: %s", name, text)
			}
		}
	}
}

// A token of the store is as secret as one that is fetched.
func TestStoredTokenIsMasked(t *testing.T) {
	path := newPath(t)
	send := func(context.Context, *transport.Request) (*transport.Hop, error) {
		return answer(200, `{"accessToken":"stored-access","refreshToken":"stored-refresh"}`), nil
	}
	for range 2 {
		m, _ := testManager(t, send, keptIn(path))
		apply(t, bind(t, m, comodoRef(t)), comodoAPI)
		if got := m.config.Secrets.Mask("stored-access stored-refresh"); got != "*** ***" {
			t.Errorf("shown %s", got)
		}
		m.Close()
	}
}

// Of runs that find an expired token with a refresh token, one uses it. The
// others find what that one got, although they remember the old one.
func TestRefreshTokenIsUsedOnceByAllRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		vendor := &rotating{slow: time.Second}
		path := newPath(t)
		var bindings []*Binding
		for range 10 {
			m, _ := testManager(t, vendor.answer, keptIn(path))
			b := bind(t, m, comodoRef(t))
			apply(t, b, comodoAPI)
			bindings = append(bindings, b)
		}
		for round := 1; round <= 3; round++ {
			time.Sleep(time.Hour)
			var group sync.WaitGroup
			for _, b := range bindings {
				group.Go(func() {
					if got, want := bearer(t, b, comodoAPI), fmt.Sprintf("N%d", round); got != want {
						t.Errorf("got %s, want %s", got, want)
					}
				})
			}
			group.Wait()
		}
		if vendor.logins != 1 || vendor.renewals != 3 {
			t.Errorf("%d logins and %d renewals, want 1 and 3", vendor.logins, vendor.renewals)
		}
	})
}

// A refresh token that another program has used although we have the lock is
// looked for in the store again before anybody logs in.
func TestRefusedRefreshLooksAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		var other *Binding
		vendor := new(rotating)
		vendor.refuse = func() *transport.Hop { // one that knows no locks is faster
			folder := other.manager.config.Store.(*tokenstore.Folder)
			record := folder.Load(other.entry.key)
			record.Token, record.Issued = "foreign", time.Now()
			rewrite(t, folder, other.entry.key, record)
			return answer(400, `{"error":"invalid_grant"}`)
		}
		m, _ := testManager(t, vendor.answer, keptIn(path))
		other = bind(t, m, comodoRef(t))
		apply(t, other, comodoAPI)
		time.Sleep(time.Hour)
		if got := bearer(t, other, comodoAPI); got != "foreign" || vendor.logins != 1 {
			t.Errorf("got %s after %d logins", got, vendor.logins)
		}
	})
}

// rewrite replaces the file of a record without its lock.
func rewrite(t *testing.T, folder *tokenstore.Folder, key cacheKey, r *tokenstore.Record) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(copied, os.DirFS(folder.Path())); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(copied, 0o700); err != nil {
		t.Fatal(err)
	}
	other := tokenstore.NewFolder(copied, tokenstore.Options{})
	locked, err := other.Lock(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer locked.Unlock()
	if err := locked.Save(r); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(copied, "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatalf("records %q, %v", names, err)
	}
	if err := os.Rename(names[0], filepath.Join(folder.Path(), filepath.Base(names[0]))); err != nil {
		t.Fatal(err)
	}
}

// A token that the API rejects is replaced once by all runs that have it, and
// not by one that does not have it any more.
func TestRejectionIsCompared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		path := newPath(t)
		var bindings []*Binding
		var hops []*http.Request
		for range 3 {
			m, _ := testManager(t, numbered(&requests, `,"expires_in":86400`), keptIn(path))
			bindings = append(bindings, bind(t, m, coroRef))
			hops = append(hops, apply(t, bindings[len(bindings)-1], coroAPI))
		}
		time.Sleep(time.Hour)
		for i, b := range bindings {
			if again, err := b.Challenge(t.Context(), unauthorized(hops[i])); !again || err != nil {
				t.Errorf("got %t, %v", again, err)
			}
			if got := bearer(t, b, coroAPI); got != "T2" {
				t.Errorf("got %s", got)
			}
		}
		// What another run got a moment ago is as good as it gets.
		if again, _ := bindings[2].Challenge(t.Context(), unauthorized(apply(t, bindings[2], coroAPI))); again {
			t.Error("a token that is seconds old is replaced")
		}
		for _, age := range []time.Duration{0, 3 * time.Second} {
			time.Sleep(age)
			m, _ := testManager(t, nil, keptIn(path)) // one that knows nothing of the rejection
			b := bind(t, m, coroRef)
			if again, _ := b.Challenge(t.Context(), unauthorized(apply(t, b, coroAPI))); again != (age > doubtKept) {
				t.Errorf("a token of the store that is %s old is replaced: %t", age, again)
			}
		}
		if n := requests.Load(); n != 2 {
			t.Errorf("%d token requests, want 2", n)
		}
	})
}

// An endpoint that asks for patience gets it from all runs together.
func TestPatienceIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests atomic.Int32
		path := newPath(t)
		send := func(context.Context, *transport.Request) (*transport.Hop, error) {
			if requests.Add(1) == 1 {
				return answer(503, "", "Retry-After", "7"), nil
			}
			return answer(200, `{"access_token":"T","expires_in":3600}`), nil
		}
		var group sync.WaitGroup
		for range 10 {
			m, _ := testManager(t, send, keptIn(path))
			b := bind(t, m, coroRef)
			group.Go(func() { apply(t, b, coroAPI) })
		}
		start := time.Now()
		group.Wait()
		if n, took := requests.Load(), time.Since(start); n != 2 || took > 8*time.Second {
			t.Errorf("%d requests in %s, want 2 in 7s", n, took)
		}
	})
}

// A rejected token is not left in the store for others, even if the next cannot
// be had; its refresh token is.
func TestRejectedTokenIsNotLeft(t *testing.T) {
	for _, refreshable := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			down := false
			send := func(context.Context, *transport.Request) (*transport.Hop, error) {
				if down {
					return answer(500, "down"), nil
				}
				if refreshable {
					return answer(200, `{"accessToken":"T","refreshToken":"R"}`), nil
				}
				return answer(200, `{"accessToken":"T"}`), nil
			}
			path := newPath(t)
			m, _ := testManager(t, send, keptIn(path))
			b := bind(t, m, comodoRef(t))
			hop := apply(t, b, comodoAPI)
			time.Sleep(time.Minute)
			down = true
			if again, _ := b.Challenge(t.Context(), unauthorized(hop)); !again {
				t.Error("no repeat")
			}
			if _, err := b.Apply(t.Context(), hopTo(t, comodoAPI), owns()); err == nil {
				t.Error("a rejected token is used")
			}
			record := tokenstore.NewFolder(path, tokenstore.Options{}).Load(b.entry.key)
			if refreshable && (record == nil || record.Token != "" || record.Refresh != "R") || !refreshable && record != nil {
				t.Errorf("left %+v", record)
			}
		})
	}
}

// While the endpoint is down, what the store has serves to its end, in a run
// that has never fetched anything, too.
func TestStoredTokenServesWhileEndpointIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		var requests atomic.Int32
		send := func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
			if down.Load() {
				return answer(500, "down"), nil
			}
			return numbered(&requests, `,"expires_in":3600`)(ctx, r)
		}
		path := newPath(t)
		m, _ := testManager(t, send, keptIn(path))
		apply(t, bind(t, m, coroRef), coroAPI)
		m.Close()
		down.Store(true)
		time.Sleep(time.Hour - 30*time.Second) // within the leeway
		m, _ = testManager(t, send, keptIn(path))
		b := bind(t, m, coroRef)
		if got := bearer(t, b, coroAPI); got != "T1" {
			t.Errorf("got %s", got)
		}
		time.Sleep(time.Minute)
		if _, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns()); err == nil {
			t.Error("a token serves beyond its end")
		}
	})
}

// A token is replaced in the background while it still serves; what fails then
// is no failure of a request, is not tried all the time, and a refusal not again
// at all.
func TestTokenIsReplacedAheadOfNeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var requests, status atomic.Int32
		status.Store(200)
		m, seen := testManager(t, func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
			time.Sleep(time.Second)
			if status := int(status.Load()); status != 200 {
				requests.Add(1)
				return answer(status, "no"), nil
			}
			return numbered(&requests, `,"expires_in":3600`)(ctx, r)
		}, keptIn(newPath(t)))
		b := bind(t, m, coroRef)
		use := func(want string, sent int32) {
			t.Helper()
			start := time.Now()
			if got := bearer(t, b, coroAPI); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if requests.Load() > 1 && time.Since(start) != 0 {
				t.Errorf("a request waited for %s", time.Since(start))
			}
			time.Sleep(2 * time.Second)
			if n := requests.Load(); n != sent {
				t.Errorf("%d token requests, want %d", n, sent)
			}
		}
		use("T1", 1)
		time.Sleep(54 * time.Minute)
		use("T1", 1)
		time.Sleep(time.Minute)
		use("T1", 2) // less than five minutes are left
		use("T2", 2)

		status.Store(500)
		time.Sleep(55*time.Minute + 30*time.Second)
		for range 3 {
			use("T2", 3)
		}
		time.Sleep(time.Minute)
		status.Store(401)
		use("T2", 4)
		time.Sleep(time.Minute)
		use("T2", 4)
		if n := seen.count(Failed); n != 0 {
			t.Errorf("%d failures of what nobody needed yet", n)
		}
		time.Sleep(5 * time.Minute)
		if _, err := b.Apply(t.Context(), hopTo(t, coroAPI), owns()); err == nil || requests.Load() != 4 {
			t.Errorf("a refusal is not remembered: %v after %d requests", err, requests.Load())
		}
	})
}

// A short run in which a token is replaced ahead of need leaves the next run a
// new one, without being held up by a slow endpoint.
func TestCloseWaitsForAMoment(t *testing.T) {
	for _, test := range []struct {
		slow time.Duration
		want string
	}{{closeGrace / 2, "T2"}, {time.Minute, "T1"}} {
		synctest.Test(t, func(t *testing.T) {
			var requests atomic.Int32
			path := newPath(t)
			send := func(ctx context.Context, r *transport.Request) (*transport.Hop, error) {
				if requests.Load() > 0 {
					if err := sleep(ctx, test.slow); err != nil {
						return nil, err
					}
				}
				return numbered(&requests, `,"expires_in":3600`)(ctx, r)
			}
			m, _ := testManager(t, send, keptIn(path))
			apply(t, bind(t, m, coroRef), coroAPI)
			m.Close()
			time.Sleep(57 * time.Minute)
			start := time.Now()
			m, _ = testManager(t, send, keptIn(path))
			apply(t, bind(t, m, coroRef), coroAPI)
			m.Close()
			if took := time.Since(start); took > closeGrace {
				t.Errorf("closing took %s", took)
			}
			m, _ = testManager(t, nil, keptIn(path))
			if got := bearer(t, bind(t, m, coroRef), coroAPI); got != test.want {
				t.Errorf("the next run has %s, want %s", got, test.want)
			}
		})
	}
}

// A run that is longer than its tokens live never sends one that has ended.
func TestLongRunNeverFails(t *testing.T) {
	for _, ref := range []struct {
		name string
		of   func(testing.TB) Reference
		api  string
	}{
		{"login", func(testing.TB) Reference { return coroRef }, coroAPI},
		{"refresh", func(t testing.TB) Reference { return comodoRef(t) }, comodoAPI},
	} {
		t.Run(ref.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				ends := make(map[string]time.Time) // of each token, as the vendor knows it
				m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
					time.Sleep(time.Second)
					mu.Lock()
					defer mu.Unlock()
					end := time.Now().Add(5 * time.Minute)
					token := fmt.Sprintf("T%d", len(ends)+1)
					ends[token] = end
					return answer(200, fmt.Sprintf(`{"access_token":%[1]q,"accessToken":%[1]q,"refreshToken":"R","expires_in":300,"accessTokenExpiresAt":%[2]d}`, token, end.Unix())), nil
				}, keptIn(newPath(t)))
				b := bind(t, m, ref.of(t))
				for range 3 * 60 * 6 {
					used := bearer(t, b, ref.api)
					mu.Lock()
					if end, issued := ends[used]; !issued || time.Now().After(end) {
						t.Fatalf("a request carries %s, which ended %s ago", used, time.Since(end))
					}
					mu.Unlock()
					time.Sleep(10 * time.Second)
				}
				if n := len(ends); n < 36 || n > 60 {
					t.Errorf("%d tokens in three hours", n)
				}
			})
		})
	}
}

// The user's word to use no stored token holds once a run, and for refresh
// tokens too if a login is meant.
func TestRenew(t *testing.T) {
	path := newPath(t)
	vendor := new(rotating)
	run := func(do func(*Binding) string, more ...func(*Config)) string {
		m, _ := testManager(t, vendor.answer, append(more, keptIn(path))...)
		defer m.Close()
		return do(bind(t, m, comodoRef(t)))
	}
	use := func(b *Binding) string { return bearer(t, b, comodoAPI) + " " + bearer(t, b, comodoAPI) }
	must := func(_ Held, err error) {
		t.Helper()
		if err != nil {
			t.Error(explain(err))
		}
	}
	for _, step := range []struct {
		name string
		got  string
		want string
	}{
		{"first", run(use), "L1 L1"},
		{"renewed", run(use, func(c *Config) { c.Renew = true }), "N1 N1"},
		{"stored", run(use), "N1 N1"},
		{"Refresh", run(func(b *Binding) string { must(b.Refresh(t.Context())); return use(b) }), "N2 N2"},
		{"Login", run(func(b *Binding) string { must(b.Login(t.Context())); return use(b) }), "L2 L2"},
		{"stored again", run(use), "L2 L2"},
	} {
		if step.got != step.want {
			t.Errorf("%s: got %s, want %s", step.name, step.got, step.want)
		}
	}
}

// A login that the user asks for fails if the vendor refuses it, whatever is
// stored; what is stored stays.
func TestLoginFails(t *testing.T) {
	path := newPath(t)
	var requests atomic.Int32
	m, _ := testManager(t, numbered(&requests, `,"expires_in":3600`), keptIn(path))
	apply(t, bind(t, m, coroRef), coroAPI)
	m.Close()
	for _, status := range []int{401, 500} {
		m, _ = testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) { return answer(status, "no"), nil }, keptIn(path))
		if _, err := bind(t, m, coroRef).Login(t.Context()); err == nil {
			t.Errorf("%d: no error", status)
		}
		m.Close()
	}
	m, _ = testManager(t, nil, keptIn(path))
	if h := bind(t, m, coroRef).Held(); h.State != Valid || h.Storage != tokenstore.InFile {
		t.Errorf("held %+v", h)
	}
}

// Clocks may be wrong: what was issued in the future is not believed, a little
// ahead is, and a clock that jumps forward costs a login.
func TestClock(t *testing.T) {
	for _, test := range []struct {
		issued time.Duration // from now
		want   string
	}{
		{-time.Minute, "stored"}, {4 * time.Minute, "stored"}, {6 * time.Minute, "T1"},
		{-time.Hour, "T1"}, {-time.Hour + 30*time.Second, "T1"}, {-time.Hour + 90*time.Second, "stored"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var requests atomic.Int32
			m, _ := testManager(t, numbered(&requests, `,"expires_in":3600`), keptIn(newPath(t)))
			b := bind(t, m, coroRef)
			locked, err := m.config.Store.Lock(t.Context(), b.entry.key)
			if err != nil {
				t.Fatal(err)
			}
			record := &tokenstore.Record{Provider: "coro", Token: "stored", Issued: time.Now().Add(test.issued), Life: time.Hour}
			if err := locked.Save(record); err != nil {
				t.Fatal(err)
			}
			locked.Unlock()
			if got := bearer(t, b, coroAPI); got != test.want {
				t.Errorf("issued %s from now: got %s, want %s", test.issued, got, test.want)
			}
		})
	}
}

// A token that is not fit for a header field is none, wherever it stands.
func TestStoredTokenIsChecked(t *testing.T) {
	now := time.Now()
	for _, text := range []string{"two\r\nlines", "a b", "<html>", strings.Repeat("x", maxToken+1)} {
		if got := fromRecord(&tokenstore.Record{Token: text, Issued: now, Life: time.Hour}, now); got != nil {
			t.Errorf("%.20q is a token", text)
		}
	}
}

// Tokens of a few seconds are not kept, unless a refresh token comes with them.
func TestVeryShortLifeIsNotKept(t *testing.T) {
	for _, test := range []struct {
		more string
		want int
	}{{``, 0}, {`,"refreshToken":"R"`, 1}} {
		synctest.Test(t, func(t *testing.T) {
			path := newPath(t)
			m, _ := testManager(t, func(context.Context, *transport.Request) (*transport.Hop, error) {
				return answer(200, fmt.Sprintf(`{"accessToken":"T","accessTokenExpiresAt":%d%s}`, time.Now().Unix()+5, test.more)), nil
			}, keptIn(path))
			if got := bearer(t, bind(t, m, comodoRef(t)), comodoAPI); got != "T" {
				t.Errorf("got %s", got)
			}
			if names, _ := filepath.Glob(filepath.Join(path, "*.json")); len(names) != test.want {
				t.Errorf("%s: files %q", test.more, names)
			}
		})
	}
}

// Another process that has the lock is waited for, which the user is told; one
// that never gives it back is not waited for for ever, and what it may be using
// is not touched.
func TestLockIsHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, said := newPath(t), new(told)
		vendor := new(rotating)
		first, _ := testManager(t, vendor.answer, said.add, keptIn(path))
		b := bind(t, first, comodoRef(t))
		apply(t, b, comodoAPI)
		time.Sleep(time.Hour)
		held, err := first.config.Store.Lock(t.Context(), b.entry.key)
		if err != nil {
			t.Fatal(err)
		}
		defer held.Unlock()
		start := time.Now()
		if got := bearer(t, b, comodoAPI); got != "L2" { // although a refresh token is at hand
			t.Errorf("got %s", got)
		}
		if took := time.Since(start); took < defaultTimeout || took > defaultTimeout+time.Second {
			t.Errorf("it took %s", took)
		}
		const want = "note: waiting for another process that is getting a token of `comodo-one`\n" +
			"warning: the cached token of `comodo-one` cannot be locked: another process has held it for 30s; this run logs in by itself"
		if said.String() != want {
			t.Errorf("told %s", said)
		}
		if vendor.renewals != 0 {
			t.Error("a refresh token is used without the lock")
		}
		if r := held.Load(); r == nil || r.Token != "L1" {
			t.Errorf("the record is touched: %+v", r)
		}
	})
}

// What --timeout gives bounds the waiting for a lock, too, and logging out tells
// what it waits for.
func TestLockIsHeldNoLongerThanTheTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, said := newPath(t), new(told)
		m, _ := testManager(t, new(rotating).answer, said.add, keptIn(path), func(c *Config) { c.Timeout = 4 * time.Second })
		b := bind(t, m, comodoRef(t))
		held, err := tokenstore.NewFolder(path, tokenstore.Options{}).Lock(t.Context(), b.entry.key)
		if err != nil {
			t.Fatal(err)
		}
		defer held.Unlock()
		start := time.Now()
		if _, err := b.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 4*time.Second || took > 5*time.Second {
			t.Errorf("it took %s", took)
		}
		if _, _, err := b.Logout(t.Context()); err == nil {
			t.Error("logged out without the lock")
		}
		if n := strings.Count(said.String(), "note: waiting for another process"); n != 2 {
			t.Errorf("told %s", said)
		}
	})
}

// Who gives up while another process has the lock is not waited with.
func TestWaitingForALockEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		m, seen := testManager(t, nil, keptIn(path))
		b := bind(t, m, coroRef)
		held, err := tokenstore.NewFolder(path, tokenstore.Options{}).Lock(t.Context(), b.entry.key)
		if err != nil {
			t.Fatal(err)
		}
		defer held.Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Apply(ctx, hopTo(t, coroAPI), owns()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		m.Close()
		if seen.count(Failed) != 0 {
			t.Error("giving up is a failure")
		}
	})
}

// failingStore can be locked, and nothing else.
type failingStore struct{ tokenstore.Store }

func (failingStore) Lock(ctx context.Context, key tokenstore.Key) (tokenstore.Locked, error) {
	l, err := tokenstore.Memory{}.Lock(ctx, key)
	return failingLock{l}, err
}

type failingLock struct{ tokenstore.Locked }

func (failingLock) Save(*tokenstore.Record) error { return errors.New("no space left on device") }

// A store that cannot be written fails no request.
func TestTokenThatCannotBeKept(t *testing.T) {
	var requests atomic.Int32
	said := new(told)
	m, _ := testManager(t, numbered(&requests, `,"expires_in":3600`), said.add, func(c *Config) {
		c.Store = failingStore{tokenstore.Memory{}}
	})
	b := bind(t, m, coroRef)
	for range 2 {
		if got := bearer(t, b, coroAPI); got != "T1" {
			t.Errorf("got %s", got)
		}
	}
	if said.String() != "warning: the token of `coro` cannot be kept: no space left on device" {
		t.Errorf("told %s", said)
	}
}

// A logout tells the vendor if the definition says how, and drops the token in
// any case.
func TestLogout(t *testing.T) {
	for _, test := range []struct {
		name    string
		status  int
		revokes bool
		revoked bool
		err     string
	}{
		{"without revoke", 200, false, false, ""},
		{"revoked", 200, true, true, ""},
		{"refused", 400, true, false, "the token of `gone` is removed, but could not be revoked: POST https://gone.example/revoke: answered 400 Bad Request"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, path := t.TempDir(), newPath(t)
			revoke := ""
			if test.revokes {
				revoke = `"revoke": {"request": {"url": "https://gone.example/revoke", "form": {"token": "{{token}}", "refresh": "{{refresh_token}}", "id": "{{id}}"}}},`
			}
			definition := `{"params": {"id": {"env": "GONE_ID", "required": true}},
				"token": {"request": {"url": "https://gone.example/login", "form": {"id": "{{id}}"}}, "response": {"token": "t", "refresh": "r", "default_ttl": "1h"}},` + revoke + `
				"apply": [{"header": "Authorization", "value": "Bearer {{token}}"}], "origins": ["https://gone.example"]}`
			if err := os.WriteFile(filepath.Join(dir, "gone.json"), []byte(definition), 0o600); err != nil {
				t.Fatal(err)
			}
			var sent []string
			m, _ := testManager(t, func(_ context.Context, r *transport.Request) (*transport.Hop, error) {
				if r.URL.Path == "/login" {
					return answer(200, `{"t":"access+1","r":"refresh+1"}`), nil
				}
				sent = append(sent, body(t, r))
				return answer(test.status, ""), nil
			}, keptIn(path), func(c *Config) { c.UserProviders = dir })
			b := bind(t, m, Reference{ID: "gone", Lookup: environment("GONE_ID", "me")})
			if _, err := b.Login(t.Context()); err != nil {
				t.Fatal(explain(err))
			}
			found, revoked, err := b.Logout(t.Context())
			if !found || revoked != test.revoked || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("got %t, %t, %v", found, revoked, err)
			}
			if want := "token=access%2B1&refresh=refresh%2B1&id=me"; test.revokes && (len(sent) != 1 || sent[0] != want) {
				t.Errorf("sent %q", sent)
			}
			if h := b.Held(); h.State != Missing {
				t.Errorf("held %+v", h)
			}
			if found, _, err := b.Logout(t.Context()); found || err != nil {
				t.Errorf("again: %t, %v", found, err)
			}
		})
	}
}

// What is held is told without the token.
func TestHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		m, _ := testManager(t, new(rotating).answer, keptIn(path))
		b := bind(t, m, comodoRef(t))
		check := func(want HeldState) {
			t.Helper()
			h := b.Held()
			if h.State != want || h.ID != "comodo-one" || h.Storage != tokenstore.InFile || h.Account == "" {
				t.Errorf("held %+v, want %s", h, want)
			}
			all, err := HeldIn(tokenstore.NewFolder(path, tokenstore.Options{}))
			if want == Missing {
				if len(all) != 0 || err != nil {
					t.Errorf("in the folder %+v, %v", all, err)
				}
				return
			}
			if len(all) != 1 || err != nil || all[0] != h {
				t.Errorf("in the folder %+v, %v; want %+v", all, err, h)
			}
			if text := toJSON(t, all); strings.Contains(text, `"L1"`) || strings.Contains(text, `"R0"`) {
				t.Errorf("shown %s", text)
			}
		}
		check(Missing)
		apply(t, b, comodoAPI)
		check(Valid)
		time.Sleep(time.Hour)
		check(Expired)

		given := bind(t, m, Reference{ID: "cotalker", Lookup: environment("COTALKER_API_TOKEN", "given-token")})
		if h := given.Held(); h.State != Given {
			t.Errorf("held %+v", h)
		}
		if _, err := given.Login(t.Context()); err == nil || !strings.Contains(explain(err), "the token is given") {
			t.Errorf("got %v", err)
		}
		if text, err := given.Token(t.Context()); text != "given-token" || err != nil {
			t.Errorf("got %v", err)
		}
		basic := bind(t, m, Reference{ID: "basic", Args: []Arg{{Key: "username", Value: "u"}, {Key: "password", Value: "pass-word"}}})
		if _, err := basic.Token(t.Context()); err == nil || !strings.Contains(explain(err), "nothing logs in") {
			t.Errorf("got %v", err)
		}
	})
}
