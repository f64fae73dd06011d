package project

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// entries returns the names in a folder: nothing may be left behind in it.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range found {
		names = append(names, e.Name())
	}
	return names
}

func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.http")
	if err := os.WriteFile(path, []byte("old, and longer"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "new" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	after, err := os.Stat(path)
	if err != nil || after.Mode() != before.Mode() {
		t.Errorf("its mode is %v, want %v; %v", after.Mode(), before.Mode(), err)
	}
	if names := entries(t, dir); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}

// A disk that is full in the middle of writing must not cost the old content.
func TestReplaceFails(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.http")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	full := errors.New("no space left on device")
	err := replace(path, func(w io.Writer) error {
		if _, err := w.Write([]byte("half")); err != nil {
			t.Error(err)
		}
		return full
	})
	if !errors.Is(err, full) {
		t.Errorf("the error is %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if names := entries(t, dir); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}

func TestReplaceRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.http")
	if err := os.WriteFile(path, []byte("old"), 0o400); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("new")); !errors.Is(err, errReadOnly) {
		t.Errorf("a read-only file: %v", err)
	}
	if err := Replace(dir, []byte("new")); !errors.Is(err, errNotRegular) {
		t.Errorf("a folder: %v", err)
	}
	if err := Replace(filepath.Join(dir, "b.http"), []byte("new")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if names := entries(t, dir); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}
