package runner

import (
	"os"
	"path/filepath"
	"testing"
)

// TestRecordIsLeft protects the start of a run that changes nothing of what is kept:
// it locks and reads nothing a second time. Any other does.
func TestRecordIsLeft(t *testing.T) {
	server := newFailing(t)
	dir := tree(t, server.URL, map[string]string{"a.http": "GET $/a\n", "b.http": "GET $/b\n"})
	state := filepath.Join(t.TempDir(), "state")
	for i, run := range []struct {
		paths   []string
		fail    string
		changes bool
	}{
		{[]string{"a.http"}, "", true}, // the first one of it
		{[]string{"a.http"}, "", false},
		{[]string{"a.http", "b.http"}, "", true}, // the first one of b.http
		{[]string{"a.http", "b.http"}, "", false},
		{[]string{"b.http"}, "", false},
		{[]string{"a.http", "b.http"}, "/b", true},
		{[]string{"a.http"}, "", false},
		{[]string{"b.http"}, "/b", true}, // nothing changes, but could have meanwhile
		{[]string{"b.http"}, "", true},
		{[]string{"b.http"}, "", false},
		{[]string{"a.http", "gone.http"}, "", false},
	} {
		server.fail(run.fail)
		locks, _ := filepath.Glob(filepath.Join(state, "runs", "*.lock"))
		for _, lock := range locks {
			if err := os.Remove(lock); err != nil {
				t.Fatal(err)
			}
		}
		play(t, Options{Paths: run.paths, Dir: dir, StateDir: state})
		locks, _ = filepath.Glob(filepath.Join(state, "runs", "*.lock"))
		if locked := len(locks) > 0; locked != run.changes {
			t.Errorf("run %d of %v: it locks what is kept: %v, want %v", i+1, run.paths, locked, run.changes)
		}
	}
}
