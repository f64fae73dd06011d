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
	w.Set([]string{a, b, c}, time.Now())
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
	w.Set([]string{b}, time.Now())
	poll("what is watched no more")

	began := at.Add(-time.Second / 2)
	w.Set([]string{a, b}, began)
	poll("written while it was read", a)
	w.Set(nil, began)
	w.Set([]string{a, b}, time.Now())
	poll("written before")
}

// TestPollReplaced protects a file that is put in the place of another one with all
// that a look at its content tells, as a program does that keeps times.
func TestPollReplaced(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	at := time.Now().Add(-time.Hour)
	for _, path := range []string{a, b} {
		if err := os.WriteFile(path, []byte(filepath.Base(path)), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(a)
	if err != nil {
		t.Fatal(err)
	}
	if changed, _ := inode(info); changed.IsZero() {
		t.Log("NOT CHECKED, for the system does not tell such files apart")
		return
	}
	one, other := stateOf(a), stateOf(b)
	if other.changed = one.changed; one == other {
		t.Error("two files are one")
	}
	var known, unknown Watcher
	known.Set([]string{a}, time.Now())
	began := time.Now()
	for wait := began.Add(time.Second); time.Now().Before(wait); { // the clock of a disk goes in steps
		if err := os.Rename(b, a); err != nil {
			t.Fatal(err)
		}
		if info, err = os.Stat(a); err != nil {
			t.Fatal(err)
		}
		if changed, _ := inode(info); changed.After(began) {
			break
		}
		if err := os.Rename(a, b); err != nil {
			t.Fatal(err)
		}
	}
	unknown.Set([]string{a}, began)
	for name, w := range map[string]*Watcher{"known": &known, "not known": &unknown} {
		got := w.Poll()
		if len(got) == 0 {
			got = w.Poll()
		}
		if !slices.Equal(got, []string{a}) {
			t.Errorf("a file that was %s: %q", name, got)
		}
	}
}
