//go:build unix

package project

import (
	"strings"
	"syscall"
	"testing"
)

// Opening a pipe would block the run for ever.
func TestFilesRefusePipe(t *testing.T) {
	tree(t, map[string]string{"p/a.json": ""})
	if err := syscall.Mkfifo("p/pipe", 0o600); err != nil {
		t.Fatal(err)
	}
	if got := readAll(newFiles(t, "p"), "p", "pipe"); !strings.HasPrefix(got, "PR104 `pipe` is no regular file | ") {
		t.Errorf("got %s", got)
	}
}
