package runner

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMaxTime protects what --max-time does: it ends what is under way, wherever it
// is, says so of each request, lets @teardown clean up, and is no interruption.
func TestMaxTime(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.URL.Path)
		mu.Unlock()
		switch r.URL.Path {
		case "/slow":
			<-r.Context().Done()
		case "/trickle":
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("x"))
				w.(http.Flusher).Flush()
				time.Sleep(time.Millisecond)
			}
		case "/fails":
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	tests := map[string]string{
		"waiting for an answer": "### a\nGET $/slow\n", "reading one": "### a\nGET $/trickle\n",
		"sleeping": "### a\n# @sleep 1h\nGET $/fails\n", "between tries": "### a\n# @retry 9 every 1h\nGET $/fails\n",
		"behind the answer": "### a\n# @sleep 1h\nGET $/a\n",
		"what it needs":     "### a\n# @needs b\nGET $/a\n\n### b\nGET $/slow\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			seen = nil
			tree(t, server.URL, map[string]string{"a.http": "### begin\nGET $/begin\n\n" + text + "\n### later\nGET $/later\n\n### clean\n# @teardown\nGET $/clean\n"})
			start := time.Now()
			got, exit := play(t, Options{Paths: []string{"."}, MaxTime: 150 * time.Millisecond})
			if exit != ExitBroken {
				t.Errorf("exit %d, want %d: %q", exit, ExitBroken, got.errors)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			if !slices.Contains(got.lines, "later skipped: the run has taken all the time of --max-time") || got.lines[len(got.lines)-1] != "clean passed" {
				t.Errorf("%q", got.lines)
			}
			broken := 0
			for _, line := range got.lines {
				if strings.Contains(line, "broken") {
					broken++
				}
				if strings.Contains(line, "interrupted") {
					t.Errorf("nobody has interrupted anything: %s", line)
				}
			}
			const want = "the run has taken 150ms, which is all that --max-time allows"
			if broken != 1 || !slices.Contains(got.errors, want) || got.errors[len(got.errors)-1] != want {
				t.Errorf("%q\n%q", got.lines, got.errors)
			}
		})
	}
	t.Run("a run that is quick enough", func(t *testing.T) {
		tree(t, server.URL, map[string]string{"a.http": "GET $/a\n"})
		if got, exit := play(t, Options{Paths: []string{"."}, MaxTime: time.Hour}); exit != ExitPassed {
			t.Errorf("exit %d: %q", exit, got.errors)
		}
	})
	t.Run("a failure counts less, a mistake more", func(t *testing.T) {
		tree(t, server.URL, map[string]string{"a.http": "### fails\nGET $/fails\n\n### slow\nGET $/slow\n"})
		if got, exit := play(t, Options{Paths: []string{"."}, MaxTime: 100 * time.Millisecond}); exit != ExitBroken {
			t.Errorf("exit %d: %q", exit, got.errors)
		}
		tree(t, server.URL, map[string]string{"a.http": "GET $/slow\n", "b.http": "GET $/{{nope}}\n"})
		if got, exit := play(t, Options{Paths: []string{"."}, MaxTime: 100 * time.Millisecond}); exit != ExitInvalid {
			t.Errorf("exit %d: %q", exit, got.errors)
		}
	})
}
