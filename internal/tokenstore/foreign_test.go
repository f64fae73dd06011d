package tokenstore

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// foreign are files that somebody else has, some of them nearly named as ours.
var foreign = []string{
	"package.json", "notes.bad", "x.json.tmp", "tsconfig.json", ".json",
	strings.Repeat("0", 63) + ".json", strings.Repeat("0", 65) + ".json", strings.Repeat("A", 64) + ".json",
	strings.Repeat("0", 64) + ".json.bak", strings.Repeat("0", 64) + ".txt", strings.Repeat("0", 64),
}

func putForeign(t *testing.T, path string, names ...string) {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(path, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func left(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Clearing a folder removes what postrider has put there, and nothing else.
func TestClearLeavesForeignFiles(t *testing.T) {
	path := newPath(t)
	f := NewFolder(path, Options{})
	save(t, f, keyA, testRecord())
	putForeign(t, path, foreign...)
	if entries, err := f.List(); len(entries) != 1 || err != nil {
		t.Errorf("listed %v, %v", entries, err)
	}
	if n, err := NewFolder(path, Options{}).Clear(t.Context()); n != 1 || err != nil {
		t.Errorf("cleared %d, %v", n, err)
	}
	names := left(t, path)
	for _, name := range foreign {
		if !slices.Contains(names, name) {
			t.Errorf("%s is gone", name)
		}
	}
	if slices.Contains(names, f.name(keyA)+".json") {
		t.Error("the record is left")
	}
}

// A folder that serves for something else is not taken for one of tokens, whatever
// is asked of it.
func TestFolderOfSomethingElse(t *testing.T) {
	for _, name := range foreign {
		path, told := newPath(t), new(warnings)
		putForeign(t, path, name)
		f := NewFolder(path, Options{Warn: told.add})
		save(t, f, keyA, testRecord())
		if f.Load(keyA) != nil || f.Kind() != InMemory {
			t.Errorf("%s: the folder is used", name)
		}
		if len(told.all) != 1 || !strings.Contains(told.String(), "it holds files that are no tokens choose another folder") {
			t.Errorf("%s: told %q", name, told.all)
		}
		if _, err := f.Clear(t.Context()); err == nil {
			t.Errorf("%s: the folder is cleared", name)
		}
		if names := left(t, path); !slices.Equal(names, []string{name}) {
			t.Errorf("it holds %v", names)
		}
	}
}

// What is left of a folder of tokens that has lost its salt, or has not got it yet,
// is one.
func TestFolderWithoutSalt(t *testing.T) {
	path, told := newPath(t), new(warnings)
	stray := strings.Repeat("0", 64)
	putForeign(t, path, stray+".json", stray+".lock", stray+".bad", stray+".json.tmp", "salt.lock", "salt.tmp")
	f := NewFolder(path, Options{Warn: told.add})
	save(t, f, keyA, testRecord())
	if f.Load(keyA) == nil || told.String() != "" {
		t.Errorf("not used: %s", told)
	}
	if n, err := f.Clear(t.Context()); n != 2 || err != nil {
		t.Errorf("cleared %d, %v", n, err)
	}
}
