package runner

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/readiness"
)

func mustWait(t *testing.T, text string) readiness.Server {
	t.Helper()
	w, err := readiness.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestWaitFor protects that nothing is sent before the servers are there, and what
// counts for that: any answer below 500, and for tcp a connection.
func TestWaitFor(t *testing.T) {
	var asked atomic.Int64
	var early atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/health":
			if asked.Add(1) < 4 {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		case "/missing":
			w.WriteHeader(http.StatusNotFound)
		case "/moved":
			http.Redirect(w, r, "/broken", http.StatusFound)
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/a":
			early.Store(early.Load() || asked.Load() < 4)
		}
	}))
	defer server.Close()
	tree(t, server.URL, map[string]string{"a.http": "GET $/a\n"})
	waits := []readiness.Server{
		mustWait(t, server.URL+"/health 30s"), mustWait(t, server.URL+"/missing"), mustWait(t, server.URL+"/moved"),
		mustWait(t, strings.Replace(server.URL, "http:", "tcp:", 1)),
	}
	got, exit := play(t, Options{Paths: []string{"."}, WaitFor: waits})
	if exit != ExitPassed || early.Load() || asked.Load() != 4 {
		t.Errorf("exit %d, %q; asked %d times", exit, got.errors, asked.Load())
	}
}

// TestWaitForNothing protects the end of waiting: requests are skipped, the code is 3,
// and the message says what the last try failed with.
func TestWaitForNothing(t *testing.T) {
	broken := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	tree(t, "http://"+answering, map[string]string{"a.http": "### a\nGET $/a\n\n### b\n# @teardown\nGET $/b\n"})
	for _, test := range []struct{ url, want string }{
		{"http://" + answering + "/h?token=hush 300ms", "http://" + answering + "/h was not there after 300ms: it answers 502 Bad Gateway"},
		{"http://" + silent + " 300ms", "was not there after 300ms: "},
		{"tcp://" + refusing + ":80 300ms", "connection refused"},
		{"http://" + refusing + " 300ms", "refused"},
	} {
		inBubble(t, broken, func(t *testing.T, o Options) {
			o.WaitFor = []readiness.Server{mustWait(t, test.url)}
			start := time.Now()
			got, exit := play(t, o)
			if exit != ExitBroken || len(got.errors) != 1 || !strings.Contains(got.errors[0], test.want) {
				t.Errorf("%s: exit %d, %q", test.url, exit, got.errors)
			}
			if strings.Join(got.lines, ", ") != "a skipped: --wait-for: a server was not there, b skipped: nothing was begun" {
				t.Errorf("%q", got.lines)
			}
			if took := time.Since(start); took != o.WaitFor[0].For {
				t.Errorf("%s: it took %s", test.url, took)
			}
		})
	}
}

// TestWaitForEnds protects that waiting ends with the run.
func TestWaitForEnds(t *testing.T) {
	tree(t, "http://"+answering, map[string]string{"a.http": "GET $/a\n"})
	wait := func(t *testing.T, test func(t *testing.T, o Options)) {
		inBubble(t, http.NotFoundHandler(), func(t *testing.T, o Options) {
			o.WaitFor = []readiness.Server{mustWait(t, "http://"+silent+" 1h")}
			test(t, o)
		})
	}
	t.Run("interruption", func(t *testing.T) {
		wait(t, func(t *testing.T, o Options) {
			ctx, interrupt := context.WithCancel(t.Context())
			time.AfterFunc(50*time.Millisecond, interrupt)
			p := NewPlan(ctx, o)
			defer p.Close()
			var got story
			start := time.Now()
			if exit := p.Run(ctx, &got); exit != ExitInterrupted || len(got.errors) > 0 || time.Since(start) != 50*time.Millisecond {
				t.Errorf("exit %d after %s, %q", exit, time.Since(start), got.errors)
			}
		})
	})
	t.Run("--max-time", func(t *testing.T) {
		wait(t, func(t *testing.T, o Options) {
			o.MaxTime = 50 * time.Millisecond
			start := time.Now()
			got, exit := play(t, o)
			if exit != ExitBroken || len(got.errors) != 1 || !strings.Contains(got.errors[0], "--max-time") || time.Since(start) != o.MaxTime {
				t.Errorf("exit %d after %s, %q", exit, time.Since(start), got.errors)
			}
		})
	})
	t.Run("a sandbox", func(t *testing.T) {
		got, exit := play(t, Options{Paths: []string{"."}, WaitFor: []readiness.Server{mustWait(t, "http://192.0.2.1 1h")}, Sandbox: map[string]string{"A": "b"}})
		if exit != ExitInvalid || !strings.Contains(strings.Join(got.errors, "\n"), "is not on this machine") {
			t.Errorf("exit %d, %q", exit, got.errors)
		}
	})
	t.Run("a mistake in the files", func(t *testing.T) {
		tree(t, "", map[string]string{"a.http": "GET http://127.0.0.1/{{nope}}\n"})
		wait(t, func(t *testing.T, o Options) {
			if got, exit := play(t, o); exit != ExitInvalid {
				t.Errorf("exit %d, %q", exit, got.errors)
			}
		})
	})
}
