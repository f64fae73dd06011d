package runner

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/postrider/postrider/internal/cputime"
)

// reaching is a sink that reports the first event of a kind.
type reaching struct {
	retrying bool // report a failed try, instead of a request that starts
	reached  chan<- struct{}
}

func (s *reaching) Event(e *Event) error {
	_, failed := e.Data.(*TryFailed)
	_, started := e.Data.(*RequestStarted)
	if s.retrying && failed || !s.retrying && started {
		select {
		case s.reached <- struct{}{}:
		default:
		}
	}
	return nil
}

func (s *reaching) Close() error { return nil }

// soon is more than what ends at once takes on any machine, and less than a @teardown
// may take. No other limit ends what [TestCancel] waits for.
const soon = 20 * time.Second

// TestCancel protects Ctrl-C: wherever a request is, the run ends at once, as
// interrupted, and nothing of it is left.
func TestCancel(t *testing.T) {
	reached := make(chan struct{}, 100)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		for {
			conn, err := silent.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			reached <- struct{}{}
		}
	}()
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/upload": // reads a little of it
			_, _ = io.CopyN(io.Discard, r.Body, 1)
		case "/body":
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
		case "/redirect":
			http.Redirect(w, r, "/redirected", http.StatusFound)
			return
		case "/500":
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		reached <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-over: // a client that hangs up is not noticed while there is more to read
		}
	}))
	defer server.Close()
	defer close(over)

	for _, test := range []struct{ name, text, on string }{
		{"in the TLS handshake", "GET https://SILENT/", ""},
		{"before the answer", "GET BASE/silent", ""},
		{"in an upload", "POST BASE/upload\nContent-Type: application/octet-stream\n\n< ./big.bin", ""},
		{"in the body", "GET BASE/body", ""},
		{"in a body that is saved", "GET BASE/body\n\n>> out.txt", ""},
		{"behind a redirect", "GET BASE/redirect", ""},
		{"between two tries", "# @retry 2 every 1h\nGET BASE/500", "retry"},
		{"in @sleep", "# @sleep 1h\nGET BASE/silent", "start"},
		{"in a request that another needs", "# @needs b\nGET BASE/500\n\n### b\nGET BASE/silent", ""},
		{"in a loop", "# @loop for 100\nGET BASE/silent", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for len(reached) > 0 {
				<-reached
			}
			dir := t.TempDir()
			text := strings.NewReplacer("BASE", server.URL, "SILENT", silent.Addr().String()).Replace(test.text)
			if err := os.WriteFile(filepath.Join(dir, "a.http"), []byte("### a\n# @connection-timeout 1h\n"+text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "big.bin"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Truncate(filepath.Join(dir, "big.bin"), 64*mega); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			seen := make(chan struct{}, 1)
			p := NewPlan(ctx, Options{Paths: []string{filepath.Join(dir, "a.http")}, Timeout: time.Hour})
			exit := make(chan int)
			go func() { exit <- p.Run(ctx, &reaching{retrying: test.on == "retry", reached: seen}) }()
			if test.on == "" {
				<-reached
			} else {
				<-seen
			}
			start := time.Now()
			cancel()
			if got := <-exit; got != ExitInterrupted {
				t.Errorf("exit %d", got)
			}
			if took := time.Since(start); took > soon {
				t.Errorf("took %s", took)
			}
			p.Close()
			noneLeft(t)
			if _, err := os.Stat(filepath.Join(dir, "out.txt")); err == nil {
				t.Error("an answer that broke off is saved")
			}
		})
	}
}

// noneLeft fails if something of a run goes on after it.
func noneLeft(t *testing.T) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		left = left[:0]
		for stack := range strings.SplitSeq(string(stacks), "\n\n") {
			ours := strings.Contains(stack, "postrider/runner.(") || strings.Contains(stack, "internal/transport.") ||
				strings.Contains(stack, "postrider/auth.") || strings.Contains(stack, "(*persistConn)") || strings.Contains(stack, "(*Transport)")
			if ours && !strings.Contains(stack, "noneLeft") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 {
			return
		}
	}
	t.Errorf("%d goroutines are left:\n%s", len(left), strings.Join(left, "\n\n"))
}

// TestCancelChecks protects that checks which compute for long end with the run,
// and that one which was not made for this reason is no failure.
func TestCancelChecks(t *testing.T) {
	reached := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<r>"+strings.Repeat("<e/>", 4000)+"</r>")
		select {
		case reached <- struct{}{}:
		default: // nobody waits for it
		}
	}))
	defer server.Close()
	for _, slow := range []string{
		"# @assert xpath(\"count(//e[/r/e = 1])\") == 1",
		"# @assert count(1..20000, count(1..20000, # > 1) > 0) == 1",
		"# @assert count(1..20000, schema(1..20000, {\"items\": {\"type\": \"integer\"}})) == 1",
	} {
		for _, limit := range []time.Duration{0, time.Second} {
			path := filepath.Join(t.TempDir(), "a.http")
			text := "### a\n" + strings.Repeat(slow+"\n", 200) + "GET " + server.URL + "\n"
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			p := NewPlan(ctx, Options{Paths: []string{path}, MaxTime: limit})
			start, want := cputime.Used(), ExitBroken
			if limit == 0 {
				want = ExitInterrupted
				go func() {
					<-reached
					time.AfterFunc(time.Second, cancel)
				}()
			}
			if got := p.Run(ctx); got != want {
				t.Errorf("%s: exit %d, want %d", slow, got, want)
			}
			if took := cputime.Used() - start; took > 10*time.Second {
				t.Errorf("%s: took %s", slow, took)
			}
			cancel()
			p.Close()
		}
	}
}
