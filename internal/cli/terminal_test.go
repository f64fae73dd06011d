package cli

import (
	"bytes"
	"io"
	"os"
	"testing"

	"golang.org/x/term"
)

// The progress line belongs to terminals that can redraw a line: in a pipe, a
// file or the log of a CI job it would stay.
func TestProgressColumns(t *testing.T) {
	r, pipe, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer pipe.Close()
	type test struct {
		name string
		w    io.Writer
		env  map[string]string
		want bool
	}
	tests := []test{
		{"buffer", new(bytes.Buffer), nil, false},
		{"pipe", pipe, nil, false},
		{"pipe and FORCE_COLOR", pipe, map[string]string{"FORCE_COLOR": "1"}, false},
	}
	if tty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err == nil { // not every system has one
		defer tty.Close()
		if term.IsTerminal(int(tty.Fd())) {
			tests = append(tests,
				test{"terminal", tty, map[string]string{"TERM": "xterm"}, true},
				test{"terminal without colour", tty, map[string]string{"NO_COLOR": "1"}, true},
				test{"terminal of a CI system", tty, map[string]string{"CI": "true"}, false},
				test{"terminal and CI=false", tty, map[string]string{"CI": "false"}, true},
				test{"dumb terminal", tty, map[string]string{"TERM": "dumb"}, false},
			)
		}
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := &program{lookupEnv: func(name string) (string, bool) {
				v, ok := tt.env[name]
				return v, ok
			}}
			if got := p.progressColumns(tt.w) != nil; got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
