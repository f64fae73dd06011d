package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// inMemory runs test in a bubble of synctest, with a client whose connections
// are pipes to talk.
func inMemory(t *testing.T, talk func(conn net.Conn), test func(t *testing.T, c *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{})
		var wait sync.WaitGroup
		c.dial = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			wait.Go(func() {
				defer theirs.Close()
				talk(theirs)
			})
			return ours, nil
		}
		test(t, c)
		c.Close()
		wait.Wait()
	})
}

// until waits for the other side to hang up.
func until(conn net.Conn) { io.Copy(io.Discard, conn) }

func TestTimeLimits(t *testing.T) {
	silent := func(conn net.Conn) { until(conn) }
	drip := func(conn net.Conn) {
		readHeader(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
		for range 1000 {
			time.Sleep(time.Second)
			if _, err := conn.Write([]byte("x")); err != nil {
				return
			}
		}
	}
	circle := func(conn net.Conn) {
		for {
			if readHeader(conn) == "" {
				return
			}
			time.Sleep(2 * time.Second)
			io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")
		}
	}
	tests := []struct {
		name       string
		talk       func(net.Conn)
		request    Request
		took       time.Duration
		hops       int
		summary    string
		suggestion string
	}{
		{"no answer", silent, Request{Timeout: 3 * time.Second}, 3 * time.Second, 0,
			"no complete answer from api.example.com within 3s", "`# @timeout 6s`"},
		{"short limit", silent, Request{Timeout: 300 * time.Millisecond}, 300 * time.Millisecond, 0,
			"within 300ms", "`# @timeout 600ms`"},
		{"slow body", drip, Request{Timeout: 5500 * time.Millisecond}, 5500 * time.Millisecond, 1,
			"within 5.5s", "`# @timeout 11s`"},
		{"slow redirects together", circle, Request{Timeout: 5 * time.Second, Redirects: 10}, 5 * time.Second, 2,
			"within 5s", "`# @timeout 10s`"},
		{"connection limit does not count the answer", silent, Request{Timeout: 3 * time.Second, Connect: time.Second}, 3 * time.Second, 0,
			"no complete answer", "@timeout"},
		{"TLS handshake", silent, Request{Timeout: 30 * time.Second, Connect: 2 * time.Second, URL: parseURL(t, "https://api.example.com/?s3cret")}, 2 * time.Second, 0,
			"no connection to api.example.com within 2s", "`# @connection-timeout 4s`"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inMemory(t, test.talk, func(t *testing.T, c *Client) {
				r := test.request
				r.Method = "GET"
				if r.URL == nil {
					r.URL = parseURL(t, "http://api.example.com/?s3cret")
				}
				start := time.Now()
				x, d := fails(t, c, &r, diag.CodeTimeout, test.summary)
				if took := time.Since(start); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
				if len(x.Hops) != test.hops {
					t.Errorf("%d hops, want %d", len(x.Hops), test.hops)
				}
				if !strings.Contains(d.Suggestion, test.suggestion) || strings.Contains(d.Summary+d.Detail, "s3cret") {
					t.Errorf("message %q, %q, suggestion %q", d.Summary, d.Detail, d.Suggestion)
				}
			})
		})
	}
}

// The part of a body that came in time is kept.
func TestTimeLimitKeepsPart(t *testing.T) {
	inMemory(t, func(conn net.Conn) {
		readHeader(conn)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
		until(conn)
	}, func(t *testing.T, c *Client) {
		x, _ := fails(t, c, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Timeout: time.Second}, diag.CodeTimeout, "")
		if got := string(x.Final().Content); got != "hello" {
			t.Errorf("content %q", got)
		}
	})
}

func TestTimes(t *testing.T) {
	inMemory(t, func(conn net.Conn) {
		readHeader(conn)
		time.Sleep(2 * time.Second)
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
		time.Sleep(3 * time.Second)
		io.WriteString(conn, "ok")
		until(conn)
	}, func(t *testing.T, c *Client) {
		x := do(t, c, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Timeout: time.Minute})
		if hop := x.Final(); hop.TTFB != 2*time.Second || hop.Total != 5*time.Second || x.Duration() != 5*time.Second {
			t.Errorf("first byte after %s, total %s, exchange %s", hop.TTFB, hop.Total, x.Duration())
		}
	})
}

func TestCancel(t *testing.T) {
	tests := []struct {
		name    string
		context func() (context.Context, context.CancelFunc)
		code    string
	}{
		{"interrupted", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		}, diag.CodeCancelled},
		{"deadline of the caller", func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), time.Second)
		}, diag.CodeTimeout},
		{"cause of the caller", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(context.Background())
			time.AfterFunc(time.Second, func() {
				cancel(&diag.Diagnostic{Code: diag.CodeUsage, Severity: diag.Error, Summary: "mine"})
			})
			return ctx, func() { cancel(nil) }
		}, diag.CodeUsage},
		{"before it starts", func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			return ctx, cancel
		}, diag.CodeCancelled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inMemory(t, until, func(t *testing.T, c *Client) {
				ctx, cancel := test.context()
				defer cancel()
				_, err := c.Do(ctx, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Timeout: time.Minute, Connect: time.Minute})
				if err == nil {
					t.Fatal("no error")
				}
				if d := diagnostic(t, err); d.Code != test.code {
					t.Errorf("%s %s, want %s", d.Code, d.Summary, test.code)
				}
			})
		})
	}
}

func TestDialLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{})
		c.dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		start := time.Now()
		fails(t, c, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/"), Timeout: time.Minute, Connect: 10 * time.Second},
			diag.CodeTimeout, "no connection to api.example.com within 10s")
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("took %s", took)
		}
		c.Close() // ends the dial, or synctest reports a deadlock
	})
}

// What a broken server does must be told in words, without the query, and
// never look like an answer.
func TestBrokenServers(t *testing.T) {
	say := func(text string) func(net.Conn) { return func(conn net.Conn) { io.WriteString(conn, text) } }
	const ok = "HTTP/1.1 200 OK\r\n"
	tests := []struct {
		name          string
		talk          func(net.Conn)
		code, summary string
		hops          int
	}{
		{"closes at once", func(net.Conn) {}, diag.CodeNetwork, "closed the connection before it answered", 0},
		{"resets", func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) }, diag.CodeNetwork, "closed the connection before it answered", 0},
		{"half a status line", say("HTTP/1.1 20"), diag.CodeNetwork, "is not valid HTTP", 0},
		{"half a header", say(ok + "Content-Le"), diag.CodeNetwork, "is not valid HTTP", 0},
		{"garbage", say("SSH-2.0-OpenSSH_9.6\r\n\r\n"), diag.CodeNetwork, "is not valid HTTP", 0},
		{"strange status", say("HTTP/1.1 two hundred\r\n\r\n"), diag.CodeNetwork, "is not valid HTTP", 0},
		{"TLS alert", say("\x15\x03\x01\x00\x02\x02\x16\r\n\r\n"), diag.CodeTLS, "expects TLS", 0},
		{"header too large", say(ok + "X-A: " + strings.Repeat("a", maxHeaderBytes) + "\r\n\r\n"), diag.CodeLimit, "header of the answer", 0},
		{"body too short", say(ok + "Content-Length: 10\r\n\r\nhello"), diag.CodeNetwork, "in the middle of the body", 1},
		{"chunk too short", say(ok + "Transfer-Encoding: chunked\r\n\r\n10\r\nhello"), diag.CodeNetwork, "in the middle of the body", 1},
		{"no last chunk", say(ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"), diag.CodeNetwork, "in the middle of the body", 1},
		{"chunk without size", say(ok + "Transfer-Encoding: chunked\r\n\r\nxx\r\nhello\r\n0\r\n\r\n"), diag.CodeNetwork, "could not be read", 1},
		{"two lengths", say(ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), diag.CodeNetwork, "is not valid HTTP", 0},
		{"negative length", say(ok + "Content-Length: -5\r\n\r\nhello"), diag.CodeNetwork, "is not valid HTTP", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			address := rawServer(t, func(_ int, _ string, conn net.Conn) { test.talk(conn) })
			x, d := fails(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, "http://"+address+"/?s3cret")}, test.code, test.summary)
			if len(x.Hops) != test.hops {
				t.Errorf("%d hops, want %d", len(x.Hops), test.hops)
			}
			if test.hops > 0 && (x.Final().Status != 200 || !strings.HasPrefix("hello", string(x.Final().Content))) {
				t.Errorf("status %d, content %q", x.Final().Status, x.Final().Content)
			}
			if text := d.Summary + d.Detail; strings.Contains(text, "s3cret") || strings.Contains(d.Summary, "\n") {
				t.Errorf("message %q, %q", d.Summary, d.Detail)
			}
			t.Logf("%s (%s)", d.Summary, d.Detail)
		})
	}
}

// Messages are masked by others, who find a secret only if all of it is there.
func TestForeignTextIsNotCut(t *testing.T) {
	long := strings.Repeat("0123456789", 100)
	for _, text := range []string{long, strings.Repeat(long, 70)} {
		address := rawServer(t, func(_ int, _ string, conn net.Conn) { io.WriteString(conn, text+"\r\n\r\n") })
		_, d := fails(t, newClient(t, Options{}), &Request{Method: "GET", URL: parseURL(t, "http://"+address)}, diag.CodeNetwork, "is not valid HTTP")
		if n := strings.Count(d.Detail, "0123456789"); len(text) <= maxForeign && n != 100 || len(text) > maxForeign && n != 0 {
			t.Errorf("%d of %d parts in the detail", n, len(text)/10)
		}
		if len(d.Detail) > maxForeign+100 {
			t.Errorf("a detail of %d bytes", len(d.Detail))
		}
	}
	_, d := fails(t, newClient(t, Options{}), &Request{Method: long + " ", URL: parseURL(t, "http://127.0.0.1:1")}, diag.CodeValue, "is no word")
	if !strings.Contains(d.Summary, long) {
		t.Errorf("the method is cut: %q", d.Summary)
	}
}

// Only an error that comes before every connection says that nothing was sent.
func TestNotSent(t *testing.T) {
	closes := rawServer(t, func(int, string, net.Conn) {})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	hangsUp := listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	away := newServer(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "http://"+nobody, http.StatusFound) })
	secure := newTLSServer(t, false, nil, func(http.ResponseWriter, *http.Request) {})
	tests := []struct {
		name, url, proxy string
		options          Options
		want             bool
	}{
		{"refused", "http://" + nobody, "", Options{}, true},
		{"refused on this machine", "http://localhost:1", "", Options{LoopbackOnly: true}, true},
		{"proxy refused", "https://api.example.com", "http://" + nobody, Options{}, true},
		{"closed", "http://" + closes, "", Options{}, false},
		{"closed in the handshake", "https://" + hangsUp, "", Options{}, false},
		{"refused after a redirect", away.URL, "", Options{}, false},
		{"certificate", secure.URL, "", Options{}, false},
		{"not on this machine", "http://192.0.2.1/", "", Options{LoopbackOnly: true}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			client := newClient(t, test.options)
			if test.proxy != "" {
				client.proxy = func(*url.URL) (*url.URL, error) { return parseURL(t, test.proxy), nil }
			}
			ctx, cancel := patience()
			defer cancel()
			_, err := client.Do(ctx, &Request{Method: "POST", URL: parseURL(t, test.url), Redirects: 1})
			diagnostic(t, err)
			if got := errors.As(err, new(*NotSentError)); got != test.want {
				t.Errorf("NotSentError: %v, want %v: %v", got, test.want, err)
			}
		})
	}

	// A kept connection that breaks may have carried something.
	server := newServer(t, func(w http.ResponseWriter, r *http.Request) {})
	client := newClient(t, Options{})
	r := &Request{Method: "PUT", URL: parseURL(t, server.URL), Body: Bytes("x")}
	do(t, client, r)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		server.Listener.Close()
		panic(http.ErrAbortHandler)
	})
	_, err = client.Do(context.Background(), r)
	if d := diagnostic(t, err); !strings.Contains(d.Summary, "refused") {
		t.Fatalf("net/http has not tried again: %v", d)
	}
	if errors.As(err, new(*NotSentError)) {
		t.Error("what was sent on a kept connection counts as not sent")
	}
}

func TestNobodyThere(t *testing.T) {
	client := newClient(t, Options{})
	_, d := fails(t, client, &Request{Method: "GET", URL: parseURL(t, "http://u:s3cret@"+nobody+"/?s3cret")}, diag.CodeNetwork, "connection to "+nobody+" refused")
	if strings.Contains(d.Summary+d.Detail, "s3cret") || d.Suggestion == "" {
		t.Errorf("message %q, %q, suggestion %q", d.Summary, d.Detail, d.Suggestion)
	}

	dns := newClient(t, Options{})
	for _, test := range []struct {
		err     error
		summary string
	}{
		{&net.DNSError{Err: "no such host", Name: "API.example.com.", IsNotFound: true}, "host api.example.com does not exist"},
		{&net.DNSError{Err: "server misbehaving", Name: "api.example.com", IsTemporary: true}, "host api.example.com could not be looked up"},
		{errors.New("something else"), "exchange with api.example.com failed"},
	} {
		dns.dial = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: test.err}
		}
		dns.pools = make(map[poolKey]*http.Transport)
		fails(t, dns, &Request{Method: "GET", URL: parseURL(t, "http://api.example.com/")}, diag.CodeNetwork, test.summary)
	}
}

// A server may close a kept connection at the moment it is used again. Then a
// request is sent once more if that can do no harm, and never a POST of which
// something may have been read.
func TestKeptConnectionClosed(t *testing.T) {
	tests := []struct {
		method string
		header []Field
		again  bool
	}{
		{"GET", nil, true}, {"PUT", nil, true}, {"DELETE", nil, true}, {"HEAD", nil, true},
		{"POST", []Field{{"Idempotency-Key", "k"}}, true}, {"POST", []Field{{"idempotency-key", "k"}}, true},
		{"POST", nil, false}, {"PATCH", nil, false},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.method, test.header), func(t *testing.T) {
			var requests atomic.Int32
			address := rawServer(t, func(count int, header string, conn net.Conn) {
				requests.Add(1)
				io.CopyN(io.Discard, conn, int64(strings.Count(header, "Content-Length: 4")*4))
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				if count == 1 { // the second request on it is read and never answered
					if readHeader(conn) != "" {
						requests.Add(1)
					}
					return
				}
				until(conn)
			})
			client := newClient(t, Options{})
			r := &Request{Method: test.method, URL: parseURL(t, "http://"+address), Header: test.header}
			if test.method != "GET" && test.method != "HEAD" {
				r.Body = Bytes("body")
			}
			do(t, client, r)
			_, err := client.Do(context.Background(), r)
			if (err == nil) != test.again {
				t.Errorf("the second request: %v (%s)", err, diagnostic(t, err).Detail)
			}
			want := int32(2)
			if test.again {
				want = 3
			}
			if got := requests.Load(); got != want {
				t.Errorf("the server saw %d requests, want %d", got, want)
			}
			client.Close()
		})
	}
}
