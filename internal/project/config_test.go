package project

import (
	"os"
	"path/filepath"
	"testing"
)

// The user's configuration is where the operating system has it, unless the
// process environment says otherwise.
func TestConfigDir(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, home)
	}
	standard, err := os.UserConfigDir()
	if err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{"": filepath.Join(standard, "postrider"), "elsewhere": "elsewhere"} {
		got := ConfigDir(func(name string) (string, bool) { return given, name == "POSTRIDER_CONFIG_DIR" })
		if got != want {
			t.Errorf("POSTRIDER_CONFIG_DIR=%q: %q, want %q", given, got, want)
		}
	}
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "AppData"} {
		t.Setenv(name, "")
	}
	if got := ConfigDir(func(string) (string, bool) { return "", false }); got != "" {
		t.Errorf("without a home: %q", got)
	}
}
