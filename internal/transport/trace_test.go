package transport

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestTimesOfConnections protects what a hop tells of its time: a new connection takes some, of
// which each part fits into the time to the first byte, and one that is there
// already takes none.
func TestTimesOfConnections(t *testing.T) {
	server := newTLSServer(t, false, nil, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(time.Millisecond)
		_, _ = w.Write([]byte("x"))
	})
	client := newTLSClient(t, Options{})
	client.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	for i, first := range []bool{true, false} {
		x, err := client.Do(t.Context(), &Request{Method: "GET", URL: parseURL(t, server.URL)})
		if err != nil {
			t.Fatal(err)
		}
		h := x.Final()
		if first != (h.Connect > 0) || first != (h.Handshake > 0) || h.Lookup != 0 {
			t.Errorf("request %d: lookup %v, connect %v, handshake %v", i, h.Lookup, h.Connect, h.Handshake)
		}
		if h.Connect+h.Handshake > h.TTFB || h.TTFB > h.Total {
			t.Errorf("request %d: connect %v and handshake %v in %v to the first byte, of %v", i, h.Connect, h.Handshake, h.TTFB, h.Total)
		}
	}
}
