package runner

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestOutput protects what >> saves: the body of the last answer alone, to each of
// its files, whatever went before or went wrong with another file.
func TestOutput(t *testing.T) {
	long := strings.Repeat("long ", 1000)
	for _, test := range []struct {
		name, text string
		exit       int
		files      map[string]string // contents; "" for a file that must not be there
	}{
		{"behind a redirect with a longer body", "GET BASE/redirect\n\n>> a.txt", ExitPassed, map[string]string{"a.txt": "short"}},
		{"after a try with a longer body", "# @retry 2 every 1ms\nGET BASE/flaky\n\n>> a.txt", ExitPassed, map[string]string{"a.txt": "short"}},
		{"an empty answer", "GET BASE/empty\n\n>> a.txt", ExitPassed, map[string]string{"a.txt": "(empty)"}},
		{"a failed check", "# @assert text == \"no\"\nGET BASE/\n\n>> a.txt", ExitFailed, map[string]string{"a.txt": "short"}},
		{"a broken answer after a whole one", "# @retry 2 every 1ms\nGET BASE/breaks\n\n>> a.txt", ExitBroken, map[string]string{"a.txt": ""}},
		{"a broken answer", "GET BASE/broken\n\n>> a.txt", ExitBroken, map[string]string{"a.txt": ""}},
		{"no answer, then one", "# @retry 2 every 1ms\nGET BASE/closes\n\n>> a.txt", ExitPassed, map[string]string{"a.txt": "short"}},
		{"a folder in the way of the first", "GET BASE/\n\n>>! folder\n>> a.txt", ExitInvalid, map[string]string{"a.txt": "short"}},
		{"a file in the way of a folder", "GET BASE/\n\n>> taken/b.txt\n>> a.txt", ExitInvalid, map[string]string{"a.txt": "short"}},
		{"twice the same", "GET BASE/\n\n>> a.txt\n>> a.txt", ExitPassed, map[string]string{"a.txt": "short", "a-1.txt": "short"}},
		{"numbers that are taken", "GET BASE/\n\n>> taken", ExitPassed, map[string]string{"taken": "old", "taken-1": "short"}},
		{"replaced by something shorter", "GET BASE/\n\n>>! taken", ExitPassed, map[string]string{"taken": "short", "taken-1": ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var count atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				first := count.Add(1) == 1
				switch r.URL.Path {
				case "/redirect":
					w.Header().Set("Location", "/")
					w.WriteHeader(http.StatusFound)
					fmt.Fprint(w, long)
					return
				case "/flaky":
					if first {
						w.WriteHeader(http.StatusServiceUnavailable)
						fmt.Fprint(w, long)
						return
					}
				case "/empty":
					return
				case "/breaks", "/broken":
					if first && r.URL.Path == "/breaks" {
						w.WriteHeader(http.StatusServiceUnavailable)
						return
					}
					w.Header().Set("Content-Length", "10")
				case "/closes":
					if first {
						panic(http.ErrAbortHandler)
					}
				}
				fmt.Fprint(w, "short")
			}))
			defer server.Close()
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
				t.Fatal(err)
			}
			for name, text := range map[string]string{"x.http": "###\n" + strings.ReplaceAll(test.text, "BASE", server.URL) + "\n", "taken": "old"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			p := NewPlan(t.Context(), Options{Paths: []string{filepath.Join(dir, "x.http")}})
			defer p.Close()
			var told story
			if exit := p.Run(t.Context(), &told); exit != test.exit {
				t.Errorf("exit %d, want %d: %q", exit, test.exit, told.errors)
			}
			for name, want := range test.files {
				content, err := os.ReadFile(filepath.Join(dir, name))
				switch got := string(content); {
				case want == "" && err == nil:
					t.Errorf("%s is there: %.20q", name, got)
				case want == "(empty)" && (err != nil || got != ""), want != "" && want != "(empty)" && got != want:
					t.Errorf("%s is %.20q (%v), want %.20q", name, got, err, want)
				}
			}
			left, err := filepath.Glob(filepath.Join(dir, "*", ".postrider-*"))
			if more, _ := filepath.Glob(filepath.Join(dir, ".postrider-*")); err != nil || len(left)+len(more) > 0 {
				t.Errorf("left behind: %q %q", left, more)
			}
		})
	}
}

// What ends without an answer saves nothing, whatever it is called in the end.
func TestOutputWithoutAnswer(t *testing.T) {
	r := &running{output: new(output)}
	for _, outcome := range []Outcome{Passed, Failed} {
		done := &RequestFinished{Outcome: outcome}
		r.saveOutput(done) // would need a step, and its spool
		if len(done.Saved) > 0 || len(done.Problems) > 0 {
			t.Errorf("%s: saved %q", outcome, done.Saved)
		}
	}
}
