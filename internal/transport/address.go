package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"

	"github.com/postrider/postrider/internal/diag"
)

// reach is how far connections may go.
type reach uint8

const (
	anywhere reach = iota
	publicOnly
	loopbackOnly
)

// permit returns the error for a connection that must not be made. It sees the
// address after name resolution, just before it is dialled, so that no name
// and no change of mind of a name server leads around it.
func (r reach) permit(address netip.AddrPort, private func(netip.AddrPort) bool) error {
	switch {
	case r == loopbackOnly && !IsLoopback(address.Addr().String()):
		return errElsewhere
	case r == publicOnly && private(address):
		return intoPrivate(address.Addr().String())
	}
	return nil
}

// intoPrivate is the error for a redirect by which a public server would use
// us to reach what it cannot reach itself: this machine, its network, a cloud's
// metadata service.
func intoPrivate(target string) error {
	return &diag.Diagnostic{
		Code: diag.CodeRedirect, Severity: diag.Error,
		Summary:    fmt.Sprintf("redirect from a public address to the private address %s", target),
		Suggestion: "request the target of the redirect itself if that is where it should go",
	}
}

// control returns what a net.Dialer calls before it connects.
func (c *Client) control(r reach) func(context.Context, string, string, syscall.RawConn) error {
	if r == anywhere {
		return nil
	}
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		resolved, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("dialled address %q is not numeric", address)
		}
		return r.permit(resolved, c.private)
	}
}

// errElsewhere says that a connection would leave this machine and must not.
var errElsewhere = errors.New("not on this machine")

// isPrivate reports whether an address belongs to this machine, to the network
// around it, or to a provider's (RFC 6890). An IPv4 address inside an IPv6
// address counts for itself.
func isPrivate(address netip.AddrPort) bool {
	ip := address.Addr().Unmap()
	if translated.Contains(ip) { // RFC 6052
		bytes := ip.As16()
		ip = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() ||
		ip.IsMulticast() || sharedSpace.Contains(ip) || thisNetwork.Contains(ip)
}

var (
	translated  = netip.MustParsePrefix("64:ff9b::/96")
	sharedSpace = netip.MustParsePrefix("100.64.0.0/10") // RFC 6598; a cloud's metadata service lives here
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8")
)

// namesPrivate reports whether a URL names a private place by itself. It is
// all that can be known when a proxy resolves the name.
func (c *Client) namesPrivate(u *url.URL) bool {
	if isLocalhost(u.Hostname()) {
		return true
	}
	ip, err := netip.ParseAddr(strings.TrimSuffix(u.Hostname(), "."))
	return err == nil && c.private(netip.AddrPortFrom(ip, 0))
}

// isPrivateAddr is private for an address of a connection; what is no IP
// address, such as a pipe, is on this machine.
func (c *Client) isPrivateAddr(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return !ok || c.private(tcp.AddrPort())
}
