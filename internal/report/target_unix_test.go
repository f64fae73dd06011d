//go:build unix

package report

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// Who gives up waiting for the reader of a FIFO leaves nothing behind: no file in the
// place of a FIFO that is gone by then, and for a reader that comes late the end of
// file at once.
func TestFileTargetGivesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FileTarget(ctx, path, true); !errors.Is(err, context.Canceled) {
		t.Fatalf("the target of a run that was interrupted: %v", err)
	}
	late, err := os.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	if text, err := io.ReadAll(late); err != nil || len(text) > 0 {
		t.Errorf("a late reader reads %q, %v", text, err)
	}

	gone := filepath.Join(t.TempDir(), "events")
	if f, err := openDevice(t.Context(), gone); err == nil {
		f.Close()
		t.Error("a file is made in the place of a FIFO that is gone")
	}
}
