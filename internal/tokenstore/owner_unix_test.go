//go:build unix

package tokenstore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder of another user is not used, as under sudo.
func TestFolderOfAnotherUser(t *testing.T) {
	path, told := "/", new(warnings) // of root
	if os.Geteuid() == 0 {
		path = filepath.Join(t.TempDir(), "tokens")
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(path, 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	f := NewFolder(path, Options{Warn: told.add})
	if f.Load(keyA) != nil || f.Kind() != InMemory || !strings.Contains(told.String(), "it belongs to another user") {
		t.Errorf("told %q", told.all)
	}
}
