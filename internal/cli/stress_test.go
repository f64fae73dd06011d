package cli

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
)

// setupStress starts two servers for a script: $ENCODED, whose path names the
// content codings of its answers, and $BAD, whose path names what is wrong with
// them.
func setupStress(env *testscript.Env) error {
	encoded := httptest.NewServer(http.HandlerFunc(serveEncoded))
	env.Defer(encoded.Close)
	env.Setenv("ENCODED", encoded.URL)
	bad, err := newBadServer()
	if err != nil {
		return err
	}
	env.Defer(bad.close)
	env.Setenv("BAD", "http://"+bad.listener.Addr().String())
	env.Setenv("BAD_TLS", "https://"+bad.listener.Addr().String())
	return nil
}

// serveEncoded answers /gzip,br with a body in these codings, which it makes up
// for those that do not exist. The query may set its content and its type, and
// how many bytes are cut off its end.
func serveEncoded(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	kind, content := query.Get("type"), []byte(query.Get("content"))
	if len(content) == 0 {
		content = []byte("{\"text\":\"Grüße\"}\n")
	}
	if kind == "" {
		kind = "application/json"
	}
	for coding := range strings.SplitSeq(strings.TrimPrefix(r.URL.Path, "/"), ",") {
		var b bytes.Buffer
		var encoder io.WriteCloser
		switch coding {
		case "plain":
			continue
		case "gzip":
			encoder = gzip.NewWriter(&b)
		case "br":
			encoder = brotli.NewWriter(&b)
		case "zstd":
			encoder, _ = zstd.NewWriter(&b) // fails for wrong options only
		default:
			w.Header().Add("Content-Encoding", coding)
			continue
		}
		_, _ = encoder.Write(content) // into memory
		_ = encoder.Close()
		content = b.Bytes()
		w.Header().Add("Content-Encoding", coding)
	}
	cut, _ := strconv.Atoi(query.Get("cut"))
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Accepted", strings.Join(r.Header["Accept-Encoding"], "|"))
	_, _ = w.Write(content[:len(content)-cut])
}

// badServer breaks the rules of HTTP, each path in its own way.
type badServer struct {
	listener net.Listener
	closing  chan struct{}
	wait     sync.WaitGroup
}

func newBadServer() (*badServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &badServer{listener: listener, closing: make(chan struct{})}
	s.wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.wait.Go(func() {
				defer conn.Close()
				s.serve(conn.(*net.TCPConn))
			})
		}
	})
	return s, nil
}

func (s *badServer) close() {
	close(s.closing)
	s.listener.Close()
	s.wait.Wait()
}

// pause waits, and reports false if the client has gone or the test has ended.
func (s *badServer) pause(d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-s.closing:
		return false
	}
}

// until waits for the client to hang up.
func (s *badServer) until(conn net.Conn) {
	go func() {
		<-s.closing
		conn.Close()
	}()
	_, _ = io.Copy(io.Discard, conn)
}

func (s *badServer) serve(conn *net.TCPConn) {
	const ok = "HTTP/1.1 200 OK\r\n"
	reader := bufio.NewReader(conn)
	if first, err := reader.Peek(1); err != nil || first[0] == 0x16 { // TLS
		return
	}
	line, err := reader.ReadString('\n')
	if err != nil {
		return
	}
	if _, err := textproto.NewReader(reader).ReadMIMEHeader(); err != nil {
		return
	}
	say := func(format string, args ...any) bool {
		_, err := fmt.Fprintf(conn, format, args...)
		return err == nil
	}
	path, _, _ := strings.Cut(strings.Fields(line)[1], "?")
	switch path {
	case "/drip":
		for say("%s", ok+"Content-Length: 1000\r\n\r\n"); s.pause(10*time.Millisecond) && say("x"); {
		}
	case "/drip-chunked":
		for say("%s", ok+"Transfer-Encoding: chunked\r\n\r\n"); s.pause(10*time.Millisecond) && say("1\r\nx\r\n"); {
		}
	case "/silent":
		s.until(conn)
	case "/slow-header":
		for say("HTTP/1.1 200 OK\r\nX-Slow: "); s.pause(10*time.Millisecond) && say("x"); {
		}
	case "/reads-nothing":
		<-s.closing
	case "/slow-1xx":
		for say("HTTP/1.1 103 Early Hints\r\n\r\n") && s.pause(100*time.Millisecond) {
		}
	case "/closes":
	case "/resets":
		_ = conn.SetLinger(0)
	case "/half-length":
		say("%s", ok+"Content-Length: 10\r\n\r\nhello")
	case "/half-chunked":
		say("%s", ok+"Transfer-Encoding: chunked\r\n\r\n10\r\nhello")
	case "/resets-in-body":
		say("%s", ok+"Content-Length: 10\r\n\r\nhello")
		_ = conn.SetLinger(0)
	case "/many-headers":
		var header strings.Builder // written at once: a busy machine takes long between two writes
		for i := range 100_000 {
			fmt.Fprintf(&header, "X-Header-%d: value\r\n", i)
		}
		say("%s%sContent-Length: 0\r\n\r\n", ok, header.String())
	case "/short-headers":
		say("%s%sContent-Length: 0\r\n\r\n", ok, strings.Repeat("a:\r\n", 100_000))
	case "/large-header":
		say("%sX-Large: %s\r\nContent-Length: 0\r\n\r\n", ok, strings.Repeat("x", 10<<20))
	case "/endless-1xx":
		for say("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n") {
		}
	case "/endless-redirect":
		say("HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", path)
	case "/garbage":
		say("%s", "\x00\x01\x02 SSH-2.0\r\n\r\n")
	case "/http-0.9":
		say("<html>hello</html>")
	case "/bad-chunk":
		say("%s", ok+"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")
	case "/huge-chunk":
		say("%s", ok+"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n")
	case "/negative":
		say("%s", ok+"Content-Length: -5\r\n\r\nhello")
	case "/two-lengths":
		say("%s", ok+"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!")
	case "/more-than-length":
		say("%s", ok+"Content-Length: 5\r\n\r\nhelloHTTP/1.1 500 s3cret-behind\r\n\r\n")
		s.until(conn)
	case "/large-length":
		say("%s", ok+"Content-Length: 209715200\r\n\r\n")
		s.until(conn)
	case "/large":
		say("%s", ok+"Content-Length: 209715200\r\n\r\n")
		block := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
		for range (200 << 20) / len(block) {
			if _, err := conn.Write(block); err != nil {
				return
			}
		}
	case "/refuses":
		say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large") // and hangs up with most of it unread
	}
}
