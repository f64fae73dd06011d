//go:build unix

package cli

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ctrl-C is how a sandbox is meant to end: it serves until then and ends with 0.
func TestSandboxServesUntilInterrupted(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		r, w := io.Pipe()
		var errs strings.Builder
		exit := make(chan int, 1)
		go func() {
			exit <- Main([]string{"postrider", "sandbox"}, nil, w, &errs)
			w.Close()
		}()
		var exported []string
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			exported = append(exported, lines.Text())
			if strings.HasPrefix(lines.Text(), "-----END") && strings.Contains(strings.Join(exported, "\n"), "POSTRIDER_CACERT") {
				break
			}
		}
		if len(exported) == 0 || !strings.Contains(exported[0], "SANDBOX: simulated vendors") {
			t.Fatalf("the output does not start with the notice: %q, stderr %q", exported, errs.String())
		}
		if err := syscall.Kill(syscall.Getpid(), signal); err != nil {
			t.Fatal(err)
		}
		go io.Copy(io.Discard, r)
		select {
		case code := <-exit:
			if code != 0 {
				t.Errorf("%v: exit %d, stderr %q", signal, code, errs.String())
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%v does not end the sandbox", signal)
		}
	}
}

// The first Ctrl-C ends a run in order: what was going on is cut short, nothing
// more is sent, what has happened is summed up, and the exit code is 130. It
// makes no difference whether the request waits, or the token that it needs.
func TestInterruptedRun(t *testing.T) {
	tests := []struct{ name, first string }{
		{"request", "GET {{base}}/wait\n"},
		{"token", "# @auth coro\nGET {{base}}/v1/users\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			arrived := make(chan string, 10)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- r.URL.Path
				if r.URL.Path != "/" {
					io.Copy(io.Discard, r.Body) // only then is the end of the connection noticed
					<-r.Context().Done()
				}
			}))
			defer server.Close()
			path := writeFile(t, "slow.http", "GET {{base}}/\n\n###\n"+test.first+"\n###\nGET {{base}}/after\n")
			var out bytes.Buffer
			cmd := exec.Command("postrider", path, "--var", "base="+server.URL)
			cmd.Env = append(os.Environ(), "CORO_BASE_URL="+server.URL, "CORO_CLIENT_ID=id", "CORO_CLIENT_SECRET=hush", "CORO_WORKSPACE=w", cacheDirVariable+"="+t.TempDir())
			cmd.Stdout = &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-arrived // the request that ends
			<-arrived // the one that does not
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait() // the exit code says it
			if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
				t.Errorf("exit %d, want %d", code, exitInterrupted)
			}
			for _, want := range []string{"INTERRUPTED (exit 130)\n", "  requests  3: 1 passed, 1 interrupted, 1 skipped\n", "the run was interrupted\n"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("the output lacks %q", want)
				}
			}
			if t.Failed() {
				t.Log(out.String())
			}
			select {
			case path := <-arrived:
				t.Errorf("%s was sent after the interruption", path)
			default:
			}
		})
	}
}

// The second Ctrl-C ends the process at once, whatever it is doing.
func TestSecondInterruption(t *testing.T) {
	cmd := exec.Command("stubborn")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); { // "ready", then "asked"
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
		t.Errorf("exit %d, want %d", code, exitInterrupted)
	}
}

// Signals are taken only while something runs, and given back.
func TestInterruptible(t *testing.T) {
	ctx, stop := interruptible(t.Context())
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("a signal does not end the context")
	}
	stop()

	ctx, stop = interruptible(t.Context())
	stop()
	if ctx.Err() == nil {
		t.Error("stop does not end the context")
	}
}
