package runner

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestMaxTime protects what --max-time does: it ends what is under way at once,
// wherever it is, says so of each request, lets @teardown clean up, and is no
// interruption.
func TestMaxTime(t *testing.T) {
	server := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
	})
	const base = "http://" + answering
	tests := map[string]string{
		"waiting for an answer": "### a\nGET $/slow\n", "reading one": "### a\nGET $/trickle\n",
		"sleeping": "### a\n# @sleep 1h\nGET $/fails\n", "between tries": "### a\n# @retry 9 every 1h\nGET $/fails\n",
		"behind the answer": "### a\n# @sleep 1h\nGET $/a\n",
		"what it needs":     "### a\n# @needs b\nGET $/a\n\n### b\nGET $/slow\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			tree(t, base, map[string]string{"a.http": "### begin\nGET $/begin\n\n" + text + "\n### later\nGET $/later\n\n### clean\n# @teardown\nGET $/clean\n"})
			inBubble(t, server, func(t *testing.T, o Options) {
				o.MaxTime = 150 * time.Millisecond
				start := time.Now()
				got, exit := play(t, o)
				if exit != ExitBroken {
					t.Errorf("exit %d, want %d: %q", exit, ExitBroken, got.errors)
				}
				if took := time.Since(start); took != o.MaxTime {
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
		})
	}
	t.Run("a run that is quick enough", func(t *testing.T) {
		tree(t, base, map[string]string{"a.http": "GET $/a\n"})
		inBubble(t, server, func(t *testing.T, o Options) {
			o.MaxTime = time.Hour
			if got, exit := play(t, o); exit != ExitPassed {
				t.Errorf("exit %d: %q", exit, got.errors)
			}
		})
	})
	for name, test := range map[string]struct {
		files map[string]string
		exit  int
	}{
		"a failure counts less": {map[string]string{"a.http": "### fails\nGET $/fails\n\n### slow\nGET $/slow\n"}, ExitBroken},
		"a mistake counts more": {map[string]string{"a.http": "GET $/slow\n", "b.http": "GET $/{{nope}}\n"}, ExitInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			tree(t, base, test.files)
			inBubble(t, server, func(t *testing.T, o Options) {
				o.MaxTime = 100 * time.Millisecond
				if got, exit := play(t, o); exit != test.exit {
					t.Errorf("exit %d: %q", exit, got.errors)
				}
			})
		})
	}
}
