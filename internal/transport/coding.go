package transport

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxCodings is how often a body may be encoded.
const maxCodings = 5

var errTooEncoded = errors.New("too many content codings")

// contentCodings returns the codings in the order they were applied.
func contentCodings(header http.Header) []string {
	var codings []string
	for _, line := range header["Content-Encoding"] {
		for coding := range strings.SplitSeq(line, ",") {
			coding = strings.TrimSpace(coding)
			if coding != "" && !strings.EqualFold(coding, "identity") {
				codings = append(codings, coding)
			}
		}
	}
	return codings
}

// decoding is a body whose codings are undone as it is read.
type decoding struct {
	io.Reader
	layers []*decoder // the outermost first
	rest   string     // the codings that are left, because they are unknown
}

// decode undoes codings, the last first, up to one that it does not know. Every
// coding reads a limited amount, or a bomb inside a bomb would cost time without
// end; encoded text may be longer than what it stands for, but only by a little.
func decode(from io.Reader, codings []string, limit int64) *decoding {
	slack := limit + limit>>10 + 64<<10
	d := &decoding{Reader: from}
	for n := len(codings); n > 0; n-- {
		coding := codings[n-1]
		open := opener(strings.ToLower(coding))
		if open == nil {
			d.rest = strings.Join(codings[:n], ", ")
			break
		}
		layer := &decoder{coding: coding, open: open}
		layer.encoded.from = &limited{d.Reader, slack}
		layer.from = bufio.NewReader(&layer.encoded)
		d.layers, d.Reader = append(d.layers, layer), layer
	}
	return d
}

// close releases what the codings hold; the body itself stays open.
func (d *decoding) close() {
	for _, layer := range d.layers {
		if c, ok := layer.decoded.(io.Closer); ok {
			_ = c.Close() // it has only been read
		}
	}
}

// opener returns how to read a coding of the registry of IANA, or nil.
func opener(coding string) func(*bufio.Reader) (io.Reader, error) {
	switch coding {
	case "gzip", "x-gzip":
		return func(r *bufio.Reader) (io.Reader, error) { return gzip.NewReader(r) }
	case "deflate":
		return openDeflate
	case "br":
		return func(r *bufio.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }
	case "zstd":
		return openZstd
	default:
		return nil
	}
}

// openDeflate reads what "deflate" means (RFC 1950) and what many servers send
// under that name (RFC 1951).
func openDeflate(r *bufio.Reader) (io.Reader, error) {
	head, err := r.Peek(2)
	if err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(r)
	}
	return flate.NewReader(r), nil
}

// maxWindow is how far back zstd may refer, which is memory that an answer makes
// us take: as much as RFC 9659 lets a server ask for. That of brotli is at most
// 16 MiB by its format.
const maxWindow = 8 << 20

func openZstd(r *bufio.Reader) (io.Reader, error) {
	d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		return nil, err
	}
	return d.IOReadCloser(), nil
}

// decoder reads a coding. An empty body is valid in any coding: servers name
// the coding of a body that they then do not send.
type decoder struct {
	coding  string
	open    func(*bufio.Reader) (io.Reader, error)
	encoded counted
	from    *bufio.Reader // of encoded
	decoded io.Reader     // nil before the first Read
}

func (d *decoder) Read(p []byte) (int, error) {
	if d.decoded == nil {
		if _, err := d.from.Peek(1); err != nil {
			return 0, err
		}
		decoded, err := d.open(d.from)
		if err != nil {
			return 0, d.explain(err)
		}
		d.decoded = decoded
	}
	n, err := d.decoded.Read(p)
	return n, d.explain(err)
}

// explain keeps the errors that are not about the coding.
func (d *decoder) explain(err error) error {
	var fromWire *wireError
	var fromInner *codingError
	switch {
	case err == nil, err == io.EOF && d.decoded != nil, errors.Is(err, errTooLarge),
		errors.As(err, &fromWire), errors.As(err, &fromInner):
		return err
	}
	return &codingError{d.coding, d.encoded.n - int64(d.from.Buffered()), err}
}

// counted is a reader that counts what is read.
type counted struct {
	from io.Reader
	n    int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// codingError says that a body is not what its Content-Encoding promises.
type codingError struct {
	coding string
	offset int64 // how many encoded bytes had been read
	cause  error
}

func (e *codingError) Error() string {
	if errors.Is(e.cause, io.ErrUnexpectedEOF) || e.cause == io.EOF {
		return fmt.Sprintf("the %s data end too early, at byte %d", e.coding, e.offset)
	}
	return fmt.Sprintf("at or before byte %d: %v", e.offset, e.cause)
}
