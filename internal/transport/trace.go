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
}

func (t *trace) hooks() *httptrace.ClientTrace {
	hooks := &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			t.stop()
			t.remote = info.Conn.RemoteAddr()
			establish(info.Conn)
		},
		TLSHandshakeStart:    func() { t.handshake.Store(true) },
		TLSHandshakeDone:     func(_ tls.ConnectionState, err error) { t.handshake.Store(err != nil) },
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
