//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A named pipe in place of a file would keep a run waiting for ever.
func TestNamedPipes(t *testing.T) {
	tests := []struct {
		name, text string
		path       string
		want       string
	}{
		{"request file", "GET http://127.0.0.1:1/\n", "pipe", "pipe is no regular file [PR101]"},
		{"body file", "POST http://127.0.0.1:1/\n\n< ./pipe\n", "a.http", "a.http:3:3: `./pipe` is no regular file [PR104]"},
		{"import", "# @import pipe\n\n###\nGET http://127.0.0.1:1/\n", "a.http", "a.http:1:11: `pipe` is no regular file"},
		{"table", "# @data pipe\n\n###\nGET http://127.0.0.1:1/\n", "a.http", "a.http:1:9: `pipe` is no regular file"},
		{"device", "POST http://127.0.0.1:1/\n\n< /dev/zero\n", "a.http", "a.http:3:3: `/dev/zero` is outside of the project [PR104]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("POSTRIDER_CONFIG_DIR", dir)
			t.Chdir(dir)
			if err := os.WriteFile(filepath.Join(dir, "a.http"), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				exit, stdout, stderr := execute("run", test.path)
				if out := stdout + stderr; exit != 2 || !strings.Contains(out, test.want) {
					t.Errorf("exit code %d:\n%s", exit, out)
				}
			}()
			select {
			case <-ended:
			case <-time.After(time.Minute):
				t.Fatal("it waits")
			}
		})
	}
}
