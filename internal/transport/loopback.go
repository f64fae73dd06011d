package transport

import (
	"context"
	"net"
	"net/netip"
	"strings"
)

// IsLoopback reports whether a host of a URL is this machine. It is the one rule
// for that: what requests of a sandbox may reach, where credentials may go in
// clear text, what a browser may return to, and what no proxy is asked for.
//
//   - An address is if it is of 127.0.0.0/8 or ::1, written as IPv6 that holds
//     IPv4 too (::ffff:127.0.0.1), and with a zone. Brackets are not part of it.
//     With a dot at its end it is a name to a resolver, and so is what only some
//     readers take for an address, such as 127.1 and 0x7f.1: neither is.
//   - A name is if it is localhost or lies under it, in any case and with or
//     without a dot at its end (RFC 6761 section 6.3).
//
// No name server is asked, here or when such a name is connected to: what one
// answers would decide where credentials go.
func IsLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return isLocalhost(host)
	}
	return address.Unmap().WithZone("").IsLoopback()
}

// isLocalhost reports whether a host name is localhost or lies under it.
func isLocalhost(host string) bool {
	host = strings.TrimSuffix(asciiLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// dialFunc makes a connection, as net.Dialer.DialContext does.
type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// localhostHere returns dial without a look-up of the names of this machine, so
// that they lead nowhere else.
func localhostHere(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || !isLocalhost(host) {
			return dial(ctx, network, address)
		}
		conn, err := dial(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		if conn, otherErr := dial(ctx, network, net.JoinHostPort("::1", port)); otherErr == nil {
			return conn, nil
		}
		return nil, err
	}
}

// onlyLoopback returns dial for this machine alone. No name is ever looked up: a
// look-up itself tells somebody else what is asked for.
func onlyLoopback(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil || !IsLoopback(host) {
			return nil, errElsewhere
		}
		return dial(ctx, network, address)
	}
}
