package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// JetBrains' documentation writes answers to {{$historyFolder}}, which is below a
// dot-folder; what else lies there is the IDE's, and the rest of the rules hold.
func TestOutputInHistoryFolder(t *testing.T) {
	root := t.TempDir()
	files, err := NewFiles(root, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = files.Close() })
	history := filepath.Join(root, ".idea", "httpRequests")
	write := func(f *os.File) error { _, err := f.WriteString("{}"); return err }
	for _, path := range []string{filepath.Join(history, "out.json"), filepath.Join("..", ".idea", "httpRequests", "a", "out.json")} {
		if _, err := files.Save(filepath.Join(root, "api"), path, true, write); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if content, err := os.ReadFile(filepath.Join(history, "out.json")); err != nil || string(content) != "{}" {
		t.Errorf("out.json holds %q (%v)", content, err)
	}
	for _, path := range []string{
		".idea/workspace.xml", ".idea/httpRequests", ".idea/httpRequests/.git/config", ".idea/httpRequests/../workspace.xml",
		".idea/httpRequests/a.http", ".idea/httpRequests/key.pem", "a/.idea/httpRequests/x", ".idea/httpRequestsx/y",
	} {
		if err := files.CheckOutput(root, path); err == nil || !strings.Contains(err.Error(), "may not be written") {
			t.Errorf("%s: %v, want a refusal", path, err)
		}
	}
}
