package transport

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// writeGrace is how long an answer that has come may take to be read.
const writeGrace = time.Second

// conn is a connection on which an answer is not lost that comes before the
// request has been read. A server that refuses a body answers and hangs up; what
// is written then fails, and net/http reports that, though the answer may lie
// there unread. So what fails to be written waits for the end of what can be read.
type conn struct {
	net.Conn
	established atomic.Bool // somebody reads, whatever is written
	once        sync.Once
	ended       chan struct{} // closed when nothing more can be read
}

// patiently returns dial for connections of the type conn.
func patiently(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &conn{Conn: c, ended: make(chan struct{})}, nil
	}
}

// establish is told which connection a request got. Before, in the handshake of
// TLS and with a proxy, nobody reads while something is written.
func establish(c net.Conn) {
	for {
		switch inner := c.(type) {
		case *conn:
			inner.established.Store(true)
			return
		case interface{ NetConn() net.Conn }: // *tls.Conn
			c = inner.NetConn()
		default:
			return
		}
	}
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		c.end()
	}
	return n, err
}

// Write implements net.Conn.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil && c.established.Load() {
		grace := time.NewTimer(writeGrace)
		defer grace.Stop()
		select {
		case <-c.ended:
		case <-grace.C:
		}
	}
	return n, err
}

// SetWriteDeadline implements net.Conn. TLS calls it for its last words, when
// nobody reads any more.
func (c *conn) SetWriteDeadline(t time.Time) error {
	c.end()
	return c.Conn.SetWriteDeadline(t)
}

// Close implements net.Conn.
func (c *conn) Close() error {
	c.end()
	return c.Conn.Close()
}

func (c *conn) end() { c.once.Do(func() { close(c.ended) }) }
