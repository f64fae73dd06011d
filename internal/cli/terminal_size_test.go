//go:build linux || darwin

package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"unsafe"
)

// The manual is as wide as the terminal, also behind the pipe of a pager or of head,
// and not in a file.
func TestManualWidth(t *testing.T) {
	tty, width := terminalOf(t)
	r, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer pipe.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, tt := range []struct {
		name           string
		stdout, stderr io.Writer
		want           int
	}{
		{"terminal", tty, tty, width}, {"pipe", pipe, tty, width}, {"file", file, tty, 0}, {"pipe and no terminal", pipe, file, 0}, {"buffer", new(bytes.Buffer), tty, 0},
	} {
		p := &program{stdout: tt.stdout, stderr: tt.stderr}
		if got := p.manualWidth(); got != tt.want {
			t.Errorf("%s: %d columns, want %d", tt.name, got, tt.want)
		}
	}
}

// terminalOf returns a terminal and its width, or where the system has none what is
// taken for none.
func terminalOf(t *testing.T) (io.Writer, int) {
	tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return new(bytes.Buffer), 0
	}
	t.Cleanup(func() { tty.Close() })
	size := [4]uint16{24, 40} // struct winsize: rows and columns first
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, tty.Fd(), syscall.TIOCSWINSZ, uintptr(unsafe.Pointer(&size))); errno != 0 {
		t.Logf("the terminal has no size: %v", errno)
	}
	return tty, terminalWidth(tty)
}
