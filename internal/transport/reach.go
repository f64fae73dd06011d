package transport

import (
	"context"
	"net"
)

// Reach makes a TCP connection to an address, host:port, and ends it. It goes
// directly, and no further than requests may.
func (c *Client) Reach(ctx context.Context, address string) error {
	to := anywhere
	if c.options.LoopbackOnly {
		to = loopbackOnly
	}
	conn, err := c.dialer(to)(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return conn.Close()
}

// dialer returns what makes connections that go so far.
func (c *Client) dialer(r reach) dialFunc {
	dial := c.dial
	if dial == nil {
		dial = (&net.Dialer{ControlContext: c.control(r)}).DialContext
	}
	dial = localhostHere(dial)
	if r == loopbackOnly {
		dial = onlyLoopback(dial)
	}
	return dial
}
