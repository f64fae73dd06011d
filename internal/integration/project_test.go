//go:build integration

package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// runLimit is how long a run may take, on a machine that is busy.
const runLimit = 2 * time.Minute

// A project is a folder of request files, with a user of its own: configuration
// and token cache are beside it.
type project struct {
	dir     string
	environ []string
	browser string // the log of the browser
}

// newProject makes a project of files by their names in it.
func newProject(t *testing.T, files map[string]string, environ ...string) *project {
	t.Helper()
	p := &project{dir: t.TempDir()}
	p.browser = filepath.Join(p.dir, "browser.log")
	for name, text := range files {
		p.write(t, name, text)
	}
	p.environ = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TERM=xterm", "BROWSER=" + p.browserThat(t, "yes"),
		"POSTRIDER_CONFIG_DIR=" + filepath.Join(p.dir, "config"), "POSTRIDER_AUTH_CACHE_DIR=" + p.cache(),
	}, environ...)
	return p
}

// browserThat returns the value of $BROWSER that agrees to everything, or not.
func (p *project) browserThat(t *testing.T, agrees string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return self + " browse " + agrees + " " + p.browser
}

func (p *project) cache() string { return filepath.Join(p.dir, "tokens") }

func (p *project) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(p.dir, "project", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A result is what has come of a run: everything that it has written, and its
// exit code.
type result struct {
	out  string
	exit int
}

// with returns the project with more environment.
func (p *project) with(environ ...string) *project {
	more := *p
	more.environ = append(append([]string{}, p.environ...), environ...)
	return &more
}

func (p *project) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = filepath.Join(p.dir, "project"), p.environ, time.Second
	return cmd
}

// run runs the program without a terminal.
func (p *project) run(t *testing.T, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	return finished(t, ctx, p.command(ctx, program, args...), nil)
}

// atTerminal runs the program at a pseudo-terminal. What it writes there is
// copied to watch, if that is not nil.
func (p *project) atTerminal(t *testing.T, watch io.Writer, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	words := make([]string, 0, len(args)+1)
	for _, word := range append([]string{program}, args...) {
		words = append(words, "'"+strings.ReplaceAll(word, "'", `'\''`)+"'")
	}
	return finished(t, ctx, p.command(ctx, "script", "-qec", strings.Join(words, " "), "/dev/null"), watch)
}

func finished(t *testing.T, ctx context.Context, cmd *exec.Cmd, watch io.Writer) result {
	t.Helper()
	var out bytes.Buffer
	var both io.Writer = &out
	if watch != nil {
		both = io.MultiWriter(&out, watch)
	}
	cmd.Stdout, cmd.Stderr = both, both
	err := cmd.Run()
	if cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out.String())
	}
	return result{out.String(), cmd.ProcessState.ExitCode()}
}

// want checks the exit code, and texts that must be in the output; those that
// begin with ! must not.
func (r result) want(t *testing.T, exit int, texts ...string) result {
	t.Helper()
	if r.exit != exit {
		t.Errorf("exit code %d, want %d\n%s", r.exit, exit, r.out)
		return r
	}
	for _, text := range texts {
		unwanted, not := strings.CutPrefix(text, "!")
		if not == strings.Contains(r.out, unwanted) {
			t.Errorf("want %q in the output:\n%s", text, r.out)
		}
	}
	return r
}

// together runs the program n times at once; every run must succeed.
func (p *project) together(t *testing.T, n int, args ...string) {
	t.Helper()
	var group sync.WaitGroup
	for range n {
		group.Go(func() { p.run(t, args...).want(t, 0) })
	}
	group.Wait()
}

// explain shows the log of the browser if the test has failed.
func (p *project) explain(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		if log, err := os.ReadFile(p.browser); err == nil && t.Failed() {
			t.Logf("the browser:\n%s", log)
		}
	})
}

// environment is an http-client.env.json with the environment dev.
func environment(t *testing.T, variables map[string]any) string {
	t.Helper()
	text, err := json.MarshalIndent(map[string]any{"dev": variables}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
