package runner

import (
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
)

// The hosts of [inBubble].
const (
	answering = "answers.example" // has the handler
	silent    = "silent.example"  // takes connections, and says nothing
	refusing  = "refuses.example" // takes none
)

// inBubble runs a test in a bubble of synctest, where time passes only while all
// wait: how long something takes is what it waits for, on every machine. Requests
// of the options that it is given go to servers in memory.
func inBubble(t *testing.T, h http.Handler, test func(t *testing.T, o Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		network := &memoryNetwork{accepted: make(chan net.Conn), closed: make(chan struct{})}
		server := &http.Server{Handler: h}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(network) }) // the error says that it was closed
		test(t, Options{
			Paths: []string{"."}, Environ: func(string) (string, bool) { return "", false },
			dial: network.dial,
		})
		_ = server.Shutdown(context.Background()) // waits for the handlers
		serving.Wait()
	})
}

// memoryNetwork makes connections to the hosts of [inBubble], and is the listener
// of the one that answers.
type memoryNetwork struct {
	accepted chan net.Conn
	closed   chan struct{}
	end      sync.Once
}

func (n *memoryNetwork) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	ours, theirs := net.Pipe()
	switch host {
	case answering:
		select {
		case n.accepted <- theirs:
			return ours, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case silent:
		go io.Copy(io.Discard, theirs) // until the client hangs up
		return ours, nil
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

func (n *memoryNetwork) Accept() (net.Conn, error) {
	select {
	case conn := <-n.accepted:
		return conn, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n *memoryNetwork) Close() error {
	n.end.Do(func() { close(n.closed) })
	return nil
}

func (n *memoryNetwork) Addr() net.Addr { return &net.TCPAddr{} }
