package runner

import (
	"bytes"
	"io"

	"github.com/postrider/postrider/internal/transport"
)

// bodySource is one piece of a request body: bytes in memory, or a file that
// is opened anew each time the body is sent.
type bodySource struct {
	bytes []byte
	file  bool // bytes are those of a file: its line ends stay
	open  func() (io.ReadCloser, error)
	size  int64
	path  string // what open opens
}

// body is a request body in pieces. Files are streamed from disk.
type body []bodySource

var _ transport.Body = body(nil)

// Size returns the bytes of all pieces together.
func (b body) Size() int64 {
	var n int64
	for _, s := range b {
		n += s.length()
	}
	return n
}

func (s bodySource) length() int64 {
	if s.open == nil {
		return int64(len(s.bytes))
	}
	return s.size
}

// Open returns a reader over all pieces. Files are opened one after the other.
func (b body) Open() (io.ReadCloser, error) {
	if len(b) == 1 && b[0].open == nil {
		return io.NopCloser(bytes.NewReader(b[0].bytes)), nil
	}
	return &bodyReader{rest: b}, nil
}

type bodyReader struct {
	rest    body
	current io.ReadCloser
}

func (r *bodyReader) Read(p []byte) (int, error) {
	for {
		if r.current == nil {
			if len(r.rest) == 0 {
				return 0, io.EOF
			}
			next := r.rest[0]
			r.rest = r.rest[1:]
			if next.open == nil {
				r.current = io.NopCloser(bytes.NewReader(next.bytes))
			} else {
				f, err := next.open()
				if err != nil {
					return 0, err
				}
				// what was announced as Content-Length is what is sent
				r.current = limited{io.LimitReader(f, next.size), f}
			}
		}
		n, err := r.current.Read(p)
		if err == io.EOF {
			_ = r.current.Close() // a file that was only read
			r.current = nil
			if n == 0 {
				continue
			}
			return n, nil
		}
		return n, err
	}
}

func (r *bodyReader) Close() error {
	r.rest = nil
	if r.current != nil {
		return r.current.Close()
	}
	return nil
}

type limited struct {
	io.Reader
	io.Closer
}

// head returns at most n bytes from the start of the body, for previews.
func head(b transport.Body, n int64) []byte {
	if b == nil {
		return nil
	}
	r, err := b.Open()
	if err != nil {
		return nil
	}
	defer r.Close()
	content, _ := io.ReadAll(io.LimitReader(r, n)) // a preview may be short
	return content
}
