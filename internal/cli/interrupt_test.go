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
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
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
		case <-time.After(time.Minute):
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

// Whoever interrupts a run is told at once why it goes on, whether its @teardown runs
// already or is next, and what ends it; reports know nothing of it.
func TestInterruptedTeardown(t *testing.T) {
	for _, interruptedAt := range []string{"/slow", "/clean"} {
		t.Run(interruptedAt, func(t *testing.T) {
			arrived := make(chan string, 10)
			told := make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- r.URL.Path
				switch {
				case r.URL.Path == "/clean":
					<-told
				case interruptedAt == "/slow":
					io.Copy(io.Discard, r.Body) // only then is the end of the connection noticed
					<-r.Context().Done()
				}
			}))
			defer server.Close()
			path := writeFile(t, "a.http", "GET {{base}}/slow\n\n### clean\n# @teardown\nGET {{base}}/clean\n")
			cmd := exec.Command("postrider", "-q", path, "--var", "base="+server.URL, "--report", "json")
			var out bytes.Buffer
			cmd.Stdout = &out
			errs, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for at := ""; at != interruptedAt; at = <-arrived {
			}
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(errs).ReadString('\n')
			if want := "note: interrupted; running @teardown, at most 30 s; Ctrl-C again ends at once\n"; line != want {
				t.Errorf("standard error starts with %q (%v)", line, err)
			}
			close(told)
			_ = cmd.Wait() // the exit code says it
			if code := cmd.ProcessState.ExitCode(); code != exitInterrupted || strings.Contains(out.String(), "Ctrl-C") {
				t.Errorf("exit %d, %s", code, out.String())
			}
		})
	}
}

// The second Ctrl-C ends the process at once, whatever it is doing, and leaves no
// temporary file.
func TestSecondInterruption(t *testing.T) {
	leftover := writeFile(t, ".postrider-ABC", "")
	cmd := exec.Command("stubborn")
	cmd.Env = append(os.Environ(), "LEFTOVER="+leftover)
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
	if _, err := os.Stat(leftover); err == nil {
		t.Error("a temporary file is left")
	}
}

// Who reads the output and goes away, as head does, does not end the run: its
// @teardown is sent, and its reports are written, which say what went wrong.
func TestReaderGoesAway(t *testing.T) {
	var cleaned atomic.Int32
	left := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/clean" {
			cleaned.Add(1)
			return
		}
		<-left
	}))
	defer server.Close()
	path := writeFile(t, "a.http", "GET {{base}}/\n\n### clean\n# @teardown\nGET {{base}}/clean\n")
	dir := t.TempDir()
	cmd := exec.Command("postrider", path, "--var", "base="+server.URL, "--report", "json="+filepath.Join(dir, "run.json"))
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	out.Close()
	close(left)
	_ = cmd.Wait() // the exit code says it
	if code := cmd.ProcessState.ExitCode(); code != exitUsage {
		t.Errorf("exit %d, want %d", code, exitUsage)
	}
	if cleaned.Load() != 1 {
		t.Errorf("the teardown was sent %d times", cleaned.Load())
	}
	if !strings.Contains(errs.String(), "error: standard output cannot be written: ") {
		t.Errorf("standard error holds %q", errs.String())
	}
	text, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil || !strings.Contains(string(text), `"exit":2}`) {
		t.Errorf("the report is %s (%v)", text, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v are in the folder of the report (%v)", entries, err)
	}
}

// Nobody may ever read the FIFO that a report goes to: Ctrl-C ends the wait.
func TestInterruptedBeforeReader(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "events")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	requests, w := io.Pipe()
	exit := make(chan int, 1)
	go func() {
		exit <- Main([]string{"postrider", "run", "-", "--report", "ndjson=" + fifo}, requests, &out, &errs)
	}()
	if _, err := io.WriteString(w, "GET http://127.0.0.1:1/\n"); err != nil { // is read when the signals are taken
		t.Fatal(err)
	}
	w.Close()
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case code := <-exit:
		if code != exitInterrupted || !strings.Contains(errs.String(), "interrupted before anybody read") {
			t.Errorf("exit %d, standard error %q", code, errs.String())
		}
	case <-time.After(time.Minute):
		t.Fatal("the run waits for a reader")
	}
}

// Signals are taken only while something runs, and given back.
func TestInterruptible(t *testing.T) {
	heard := make(chan os.Signal, 1) // takes SIGHUP from what runs the tests, which may ignore it
	signal.Notify(heard, syscall.SIGHUP)
	defer signal.Stop(heard)
	ctx, stop := interruptible(t.Context(), new(leftovers))
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		t.Fatal("a signal does not end the context")
	}
	stop()

	ctx, stop = interruptible(t.Context(), new(leftovers))
	stop()
	if ctx.Err() == nil {
		t.Error("stop does not end the context")
	}
}
