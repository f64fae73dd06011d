package transport

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"
)

// TestReach protects what waits for a server by connecting: it goes no further than
// requests may, and ends with its context.
func TestReach(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	for _, o := range []Options{{}, {LoopbackOnly: true}} {
		for _, to := range []string{address, "localhost:" + port} {
			if err := New(o).Reach(t.Context(), to); err != nil {
				t.Errorf("%s, %+v: %v", to, o, err)
			}
		}
	}
	if err := New(Options{}).Reach(t.Context(), nobody); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("nobody listens: %v", err)
	}
	for _, to := range []string{"192.0.2.1:80", "example.com:80", "no port"} {
		if err := New(Options{LoopbackOnly: true}).Reach(t.Context(), to); !errors.Is(err, errElsewhere) {
			t.Errorf("%s is not on this machine: %v", to, err)
		}
	}
	ended, end := context.WithTimeout(t.Context(), time.Nanosecond)
	defer end()
	if err := New(Options{}).Reach(ended, "192.0.2.1:80"); err == nil {
		t.Error("no error after its context has ended")
	}
}
