package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// strict is a vendor that counts. Its refresh tokens are good for one use; when
// one is used again, it revokes everything that came of the same login.
type strict struct {
	*httptest.Server
	dir string // of the project; beside it are configuration and tokens

	mu       sync.Mutex
	life     int           // seconds, of the access tokens that it issues
	slow     time.Duration // at most, before and after it decides
	password string
	logins   int
	renewals int
	reused   int            // refresh tokens that came a second time
	denied   int            // API requests with a token that does not count
	served   int            // API requests with one that does
	family   int            // of the last login
	current  map[string]int // refresh tokens that can be used: their families
	used     map[string]int // those that were
	access   map[string]int // access tokens: their families
}

const strictProvider = `{
  "title": "Strict", "account": "{{user}}",
  "params": {
    "user": {"env": "STRICT_USER", "required": true},
    "password": {"env": "STRICT_PASSWORD", "secret": true, "required": true},
    "base_url": {"env": "STRICT_BASE_URL", "required": true}
  },
  "token": {
    "request": {"url": "{{base_url}}/login", "form": {"user": "{{user}}", "password": "{{password}}"}},
    "response": {"token": "access", "expires_in": "life", "refresh": "refresh", "default_ttl": "1h"}
  },
  "refresh": {"request": {"url": "{{base_url}}/renew", "form": {"refresh": "{{refresh_token}}"}}},
  "apply": [{"header": "Authorization", "value": "Bearer {{token}}"}],
  "origins": ["{{base_url}}"], "errors": {"message": "error"}
}`

func newStrict(t *testing.T) *strict {
	s := &strict{
		dir: t.TempDir(), life: 3600, password: "open-sesame",
		current: make(map[string]int), used: make(map[string]int), access: make(map[string]int),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /renew", s.renew)
	mux.HandleFunc("GET /api", s.api)
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	s.write(t, "config/providers/strict.json", strictProvider)
	s.write(t, "project/a.http", "# @auth strict\nGET "+s.URL+"/api\n")
	return s
}

func (s *strict) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// pause gives others the time to interfere.
func (s *strict) pause() {
	s.mu.Lock()
	slow := s.slow
	s.mu.Unlock()
	if slow > 0 {
		time.Sleep(rand.N(slow))
	}
}

func (s *strict) login(w http.ResponseWriter, r *http.Request) {
	s.pause()
	defer s.pause()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins++
	if r.FormValue("password") != s.password {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "wrong password"})
		return
	}
	s.family++
	s.issue(w, s.family)
}

func (s *strict) renew(w http.ResponseWriter, r *http.Request) {
	s.pause()
	defer s.pause()
	s.mu.Lock()
	defer s.mu.Unlock()
	refresh := r.FormValue("refresh")
	family, ok := s.current[refresh]
	if !ok {
		if family, again := s.used[refresh]; again {
			s.reused++
			for _, tokens := range []map[string]int{s.current, s.access} {
				for token, of := range tokens {
					if of == family {
						delete(tokens, token)
					}
				}
			}
		}
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	delete(s.current, refresh)
	s.used[refresh] = family
	s.renewals++
	s.issue(w, family)
}

// issue answers with two new tokens. The caller holds the mutex.
func (s *strict) issue(w http.ResponseWriter, family int) {
	n := s.logins + s.renewals
	access, refresh := fmt.Sprintf("strict-access-%d", n), fmt.Sprintf("strict-refresh-%d", n)
	s.access[access], s.current[refresh] = family, family
	answer(w, http.StatusOK, map[string]any{"access": access, "refresh": refresh, "life": s.life})
}

func (s *strict) api(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]; !ok {
		s.denied++
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid token"})
		return
	}
	s.served++
	answer(w, http.StatusOK, map[string]any{})
}

// counts returns logins, renewals, and refresh tokens that came twice.
func (s *strict) counts() [3]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return [3]int{s.logins, s.renewals, s.reused}
}

func (s *strict) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// requests returns how many requests of the API were denied, and how many were
// served.
func (s *strict) requests() (denied, served int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.denied, s.served
}

func (s *strict) tokens() string { return filepath.Join(s.dir, "tokens") }

// command is postrider as a process of its own.
func (s *strict) command(args ...string) *exec.Cmd {
	cmd := exec.Command("postrider", args...)
	cmd.Dir = filepath.Join(s.dir, "project")
	cmd.Env = append(os.Environ(),
		"STRICT_USER=ada", "STRICT_PASSWORD=open-sesame", "STRICT_BASE_URL="+s.URL,
		"POSTRIDER_CONFIG_DIR="+filepath.Join(s.dir, "config"),
		cacheDirVariable+"="+s.tokens(), cacheVariable+"=file", "GORACE=atexit_sleep_ms=0",
	)
	return cmd
}

// together runs n processes at the same time and fails if one of them does.
func (s *strict) together(t *testing.T, n int) {
	t.Helper()
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			if out, err := s.command("a.http").CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	group.Wait()
}

// Many processes that start together need one login, and one refresh when the
// token has ended: the vendor here revokes everything when two use one refresh
// token.
func TestProcessesShareATokenRequest(t *testing.T) {
	s := newStrict(t)
	s.set(func() { s.slow = 50 * time.Millisecond })
	for _, step := range []struct {
		name      string
		life      int // of the token that is there before; 0 leaves it as it is
		processes int
		want      [3]int
	}{
		{"an empty cache", 0, 20, [3]int{1, 0, 0}},
		{"an expired token", 5, 20, [3]int{1, 2, 0}},
		{"a warm cache", 0, 3, [3]int{1, 2, 0}},
	} {
		if step.life != 0 { // too short to be kept: what is left is the refresh token
			s.set(func() { s.life = step.life })
			if out, err := s.command("auth", "refresh", "strict").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			s.set(func() { s.life = 3600 })
		}
		s.together(t, step.processes)
		if got := s.counts(); got != step.want {
			t.Errorf("%s: %v logins, renewals and refresh tokens used twice; want %v", step.name, got, step.want)
		}
	}
	if denied, served := s.requests(); denied != 0 || served != 43 {
		t.Errorf("%d requests denied and %d served, want 0 and 43", denied, served)
	}
	s.checkFiles(t)
}

// A process that is killed while it gets a token leaves no lock and nothing that
// the next cannot read; one that waits for it goes on. POSTRIDER_TEST_KILLS says how many are killed.
func TestKilledHolders(t *testing.T) {
	kills := 20
	if text := os.Getenv("POSTRIDER_TEST_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	s := newStrict(t)
	s.set(func() { s.life, s.slow = 5, 10*time.Millisecond }) // each process has to refresh
	start := time.Now()
	s.together(t, 1)
	usual := time.Since(start)
	killed := 0
	for range kills {
		cmd := s.command("a.http")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		moment := time.NewTimer(rand.N(usual))
		var other sync.WaitGroup
		other.Go(func() { s.together(t, 1) })
		<-moment.C
		if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		if exit := new(exec.ExitError); errors.As(cmd.Wait(), &exit) && exit.ExitCode() == -1 {
			killed++
		}
		other.Wait()
	}
	s.together(t, 1) // what the last one sent before it was killed arrives meanwhile
	during := s.counts()
	// A refresh token whose holder was killed before it could save the next comes
	// twice; no lock can help that, and what follows is a login. It may come so
	// late that the vendor revokes what the next holder got: then a 401 is
	// repeated.
	denied, _ := s.requests()
	t.Logf("%d of %d processes killed; %v logins, renewals and refresh tokens used twice; %d requests repeated", killed, kills, during, denied)
	if killed == 0 {
		t.Fatal("no process was killed in time")
	}

	s.set(func() { s.life = 3600 })
	s.together(t, 10) // each asks by itself if it waits in vain for a lock that is left
	after := s.counts()
	if more := after[0] + after[1] - during[0] - during[1]; more != 1 {
		t.Errorf("%d token requests of the processes behind them, want 1", more)
	}
	s.checkFiles(t)
}

// checkFiles checks that the folder of tokens holds whole records, and nothing
// else that anybody could be confused by.
func (s *strict) checkFiles(t *testing.T) {
	t.Helper()
	records := 0
	err := filepath.WalkDir(s.tokens(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", path, info.Mode().Perm())
		}
		switch filepath.Ext(path) {
		case ".bad", ".tmp":
			t.Errorf("%s is left", path)
		case ".json":
			records++
			text, err := os.ReadFile(path)
			if err != nil || !json.Valid(text) {
				t.Errorf("%s: %v: %s", path, err, text)
			}
		}
		return nil
	})
	if err != nil || records != 1 {
		t.Errorf("%d records, %v", records, err)
	}
}

// A wrong password is tried once by a run, however many requests need the
// token.
func TestWrongPasswordIsTriedOnce(t *testing.T) {
	s := newStrict(t)
	s.set(func() { s.password = "changed" })
	text := "# @auth strict\n"
	for n := range 10 {
		text += fmt.Sprintf("\n### r%d\nGET %s/api\n", n, s.URL)
	}
	for n := range 5 {
		s.write(t, fmt.Sprintf("project/many/%d.http", n), text)
	}
	out, err := s.command("many", "--jobs", "5").CombinedOutput()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != exitBroken {
		t.Errorf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "50 broken") && strings.Count(string(out), "wrong password") < 50 {
		t.Errorf("not all requests failed:\n%s", out)
	}
	if got := s.counts(); got != [3]int{1, 0, 0} {
		t.Errorf("%v logins, renewals and reused refresh tokens; want one login", got)
	}
}
