package transport

import (
	"io"
	"net"
	"testing"
)

// zeros is a body of that many bytes, which is not in memory.
type zeros int64

func (z zeros) Size() int64 { return int64(z) }

func (z zeros) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.LimitReader(zeroReader{}, int64(z))), nil
}

type zeroReader struct{}

func (zeroReader) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A server may answer before it has read the whole request, and hang up, as it
// does for a body that is too large. That answer is what happened, not the broken
// connection.
func TestAnswerBeforeTheRequestIsRead(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(conn *net.TCPConn)
	}{
		{"closes", func(*net.TCPConn) {}}, // with unread bytes, which resets the connection
		{"closes in order", func(conn *net.TCPConn) {
			conn.CloseWrite()
			io.Copy(io.Discard, conn)
		}},
		{"reads no more", func(conn *net.TCPConn) { conn.CloseWrite() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			address := rawServer(t, func(_ int, _ string, conn net.Conn) {
				io.WriteString(conn, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large")
				test.end(conn.(*net.TCPConn))
			})
			client := newClient(t, Options{})
			for range 20 {
				ctx, cancel := patience()
				x, err := client.Do(ctx, &Request{Method: "POST", URL: parseURL(t, "http://"+address), Body: zeros(64 << 20)})
				cancel()
				if err != nil {
					t.Fatal(err)
				}
				if hop := x.Final(); hop.Status != 413 || string(hop.Content) != "too large" {
					t.Errorf("status %d, %q", hop.Status, hop.Content)
				}
			}
		})
	}
}
