package runner

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// An interruption ends what is running, and teardown still cleans up.
func TestTeardownAfterInterruption(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var mu sync.Mutex
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, r.URL.Path)
		mu.Unlock()
		if r.URL.Path == "/slow" {
			interrupt()
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "a.http")
	text := strings.ReplaceAll("### slow\nGET $/slow\n\n### never\nGET $/never\n\n### clean\n# @teardown\nGET $/clean\n", "$", server.URL)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := NewPlan(ctx, Options{Paths: []string{path}})
	defer p.Close()
	var got story
	if exit := p.Run(ctx, &got); exit != ExitInterrupted {
		t.Errorf("exit %d, want %d", exit, ExitInterrupted)
	}
	if want := []string{"/slow", "/clean"}; !slices.Equal(seen, want) {
		t.Errorf("sent %q, want %q", seen, want)
	}
	if want := []string{"slow interrupted", "never skipped: the run was interrupted", "clean passed"}; !slices.Equal(got.lines, want) {
		t.Errorf("requests %q, want %q", got.lines, want)
	}
}

// TestSetupAndTeardown protects what is left to do when @setup fails, and that nothing
// is torn down that was not begun.
func TestSetupAndTeardown(t *testing.T) {
	api := newAPI(t)
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"@setup fails", "### up\n# @setup\nGET $/status/500\n\n### more\n# @setup\nGET $/more\n\n### a\nGET $/a\n\n### down\n# @teardown\nGET $/down\n",
			[]string{"up failed", "more passed", "a skipped: @setup `up` failed", "down passed"}},
		{"@setup is skipped", "### up\n# @setup\n# @skip\nGET $/up\n\n### a\nGET $/a\n\n### down\n# @teardown\nGET $/down\n",
			[]string{"up skipped: @skip", "a passed", "down passed"}},
		{"nothing was begun", "### a\n# @if 1 > 2\nGET $/a\n\n### down\n# @teardown\nGET $/down\n",
			[]string{"a skipped: `1 > 2` is false", "down skipped: nothing was begun"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			tree(t, api.URL, map[string]string{"a.http": test.text})
			if got, exit := play(t, Options{Paths: []string{"a.http"}}); !slices.Equal(got.lines, test.want) {
				t.Errorf("exit %d, %q, want %q; %q", exit, got.lines, test.want, got.errors)
			}
		})
	}
}
