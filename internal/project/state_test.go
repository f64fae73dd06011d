package project

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// What is kept between runs lies where the system has it, unless the process
// environment says otherwise; an XDG_STATE_HOME that is relative does not count.
func TestStateDir(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "LocalAppData", "AppData"} {
		t.Setenv(name, home)
	}
	environ := func(vars map[string]string) func(string) (string, bool) {
		return func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	}
	if got := StateDir(environ(map[string]string{"POSTRIDER_STATE_DIR": "elsewhere"})); got != "elsewhere" {
		t.Errorf("POSTRIDER_STATE_DIR: %q", got)
	}
	standard := map[string]string{
		"windows": home, "darwin": filepath.Join(home, "Library", "Application Support"),
	}[runtime.GOOS]
	if standard == "" {
		standard = filepath.Join(home, ".local", "state")
		if got := StateDir(environ(map[string]string{"XDG_STATE_HOME": home})); got != filepath.Join(home, "postrider") {
			t.Errorf("XDG_STATE_HOME: %q", got)
		}
		if got := StateDir(environ(map[string]string{"XDG_STATE_HOME": "relative"})); got != filepath.Join(standard, "postrider") {
			t.Errorf("a relative XDG_STATE_HOME: %q", got)
		}
	}
	if got := StateDir(environ(nil)); got != filepath.Join(standard, "postrider") {
		t.Errorf("got %q", got)
	}
	for _, name := range []string{"HOME", "LocalAppData", "AppData"} {
		t.Setenv(name, "")
	}
	if got := StateDir(environ(nil)); got != "" {
		t.Errorf("without a home: %q", got)
	}
}

// A file is written whole, for the user alone, and nothing is left behind when that
// fails.
func TestWriteState(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, "x.json")
	for _, content := range []string{"first, and longer", "second"} {
		if err := WriteState(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != content {
			t.Errorf("%q, %v", got, err)
		}
	}
	if runtime.GOOS != "windows" {
		for at, want := range map[string]os.FileMode{path: 0o600, dir: 0o700, filepath.Dir(dir): 0o700} {
			if info, err := os.Stat(at); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v", at, info.Mode(), err)
			}
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{filepath.Join(path, "below"), filepath.Join(dir, "folder")} {
		if err := WriteState(wrong, []byte("x")); err == nil {
			t.Errorf("%s is written", wrong)
		}
	}
	if names := entries(t, dir); len(names) != 2 {
		t.Errorf("the folder holds %q", names)
	}
}
