package transport

import (
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/textproto"
	"sync/atomic"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// maxInformational is how many answers 1xx may come before the real one.
const maxInformational = 100

// trace watches a hop: how long it waits for a connection, which it gets, and
// how far it comes. What the goroutines of a connection tell is atomic: they may
// outlive the hop.
type trace struct {
	exchange      *exchange
	connect       *time.Timer
	remote        net.Addr
	start         time.Time
	first         atomic.Int64 // when the first byte of the answer came, from start; 0 for not yet
	handshake     atomic.Bool  // one of TLS is under way, or has failed
	written       atomic.Bool  // the whole request
	informational atomic.Int64 // answers 1xx
	reused        bool         // the connection was there already

	lookup, connection, handshakes period
}

// period is when something began and ended, from the start of a hop; 0 for not
// yet. Of what is tried several times at once, such as connections to several
// addresses, it begins with the first and ends with the last that succeeds.
type period struct{ begin, end atomic.Int64 }

func (p *period) began(start time.Time) { p.begin.CompareAndSwap(0, max(int64(time.Since(start)), 1)) }

func (p *period) ended(start time.Time, err error) {
	if err == nil {
		p.end.Store(int64(time.Since(start)))
	}
}

// length is how long it took; 0 if it did not happen.
func (p *period) length() time.Duration {
	return max(time.Duration(p.end.Load()-p.begin.Load()), 0)
}

// measure tells a hop where its time went.
func (t *trace) measure(hop *Hop) {
	hop.TTFB = min(time.Duration(t.first.Load()), hop.Total)
	if t.reused { // what was begun for this hop was not waited for
		return
	}
	hop.Lookup = min(t.lookup.length(), hop.TTFB)
	hop.Connect = min(t.connection.length(), hop.TTFB)
	hop.Handshake = min(t.handshakes.length(), hop.TTFB)
}

func (t *trace) hooks() *httptrace.ClientTrace {
	hooks := &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			t.stop()
			t.remote, t.reused = info.Conn.RemoteAddr(), info.Reused
			establish(info.Conn)
		},
		DNSStart:     func(httptrace.DNSStartInfo) { t.lookup.began(t.start) },
		DNSDone:      func(info httptrace.DNSDoneInfo) { t.lookup.ended(t.start, info.Err) },
		ConnectStart: func(string, string) { t.connection.began(t.start) },
		ConnectDone:  func(_, _ string, err error) { t.connection.ended(t.start, err) },
		TLSHandshakeStart: func() {
			t.handshake.Store(true)
			t.handshakes.began(t.start)
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			t.handshake.Store(err != nil)
			t.handshakes.ended(t.start, err)
		},
		WroteRequest:         func(info httptrace.WroteRequestInfo) { t.written.Store(info.Err == nil) },
		GotFirstResponseByte: func() { t.first.Store(int64(time.Since(t.start))) },
		Got1xxResponse: func(int, textproto.MIMEHeader) error {
			if t.informational.Add(1) <= maxInformational {
				return nil
			}
			return problem(diag.CodeLimit, suggestServer, "more than %d informational answers (1xx) came and no other", maxInformational)
		},
	}
	if limit := t.exchange.request.Connect; limit > 0 {
		hooks.GetConn = func(string) {
			t.stop()
			t.connect = time.AfterFunc(limit, func() { t.exchange.cancel(errConnect) })
		}
	}
	return hooks
}

// stop ends the time limit of the connection.
func (t *trace) stop() {
	if t.connect != nil {
		t.connect.Stop()
	}
}

// progress says how far a hop without an answer came.
func (t *trace) progress() string {
	switch {
	case t.first.Load() > 0 && t.informational.Load() > 0:
		return "informational answers (1xx) came, and no other"
	case t.first.Load() > 0:
		return "the header of the answer began and did not end"
	case t.written.Load():
		return "the request was sent, and nothing came back"
	case t.remote != nil:
		return "the request was still being sent"
	default:
		return "there was no connection yet"
	}
}
