package watch

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestPoll protects what counts as a change, and that a change is told once it is
// complete, and once only.
func TestPoll(t *testing.T) {
	dir := t.TempDir()
	a, b, c := filepath.Join(dir, "a"), filepath.Join(dir, "b"), filepath.Join(dir, "c")
	at := time.Now().Add(-time.Hour)
	write := func(path, text string) {
		t.Helper()
		at = at.Add(time.Second)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	var w Watcher
	poll := func(what string, want ...string) {
		t.Helper()
		if got := w.Poll(); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	write(a, "1")
	write(b, "1")
	w.Set([]string{a, b, c}, at.Add(time.Minute))
	poll("nothing")
	write(b, "2")
	poll("a change, perhaps not the last")
	write(a, "2")
	poll("another one")
	poll("both", a, b)
	poll("told once")
	write(c, "new")
	poll("a file that was not there")
	poll("it is told", c)
	if err := os.Remove(c); err != nil {
		t.Fatal(err)
	}
	poll("a file that goes")
	write(c, "new")
	poll("and comes back")
	poll("is a change", c)

	write(a, "of our own")
	w.Accept([]string{a, "unknown"})
	poll("what is accepted")
	write(a, "x")
	w.Poll()
	w.Set([]string{b}, at.Add(time.Minute))
	poll("what is watched no more")

	began := at.Add(-time.Second / 2)
	w.Set([]string{a, b}, began)
	poll("written while it was read", a)
}
