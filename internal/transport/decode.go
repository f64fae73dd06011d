package transport

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
)

var errTooLarge = errors.New("body too large")

// unlimited is the limit of what takes no memory; a little less than all, so
// that something can be added to it.
const unlimited = math.MaxInt64 / 2

// keep returns how much of a body is kept, and how much is read at most.
func (r *Request) keep() (keep, limit int64) {
	keep, limit = r.Keep, r.MaxBody
	if limit <= 0 && keep > 0 {
		limit = unlimited
	} else if limit <= 0 {
		limit = DefaultMaxBody
	}
	if keep <= 0 {
		keep = limit
	}
	return min(keep, limit), limit
}

// readBody reads and decodes the body of an answer, at most limit bytes of it,
// and keeps the first of them. With an error the hop holds what was read before
// it. Codings that are not known are left (RFC 9110 section 8.4). All of the
// decoded body is written to save, unless that is nil.
func (h *Hop) readBody(answer *http.Response, keep, limit int64, save io.Writer) (err error) {
	if answer.StatusCode == http.StatusSwitchingProtocols || answer.Body == http.NoBody {
		return nil // after 101 the connection is no longer HTTP
	}
	size := answer.ContentLength
	codings := contentCodings(answer.Header)
	switch {
	case len(codings) > maxCodings:
		h.Encoding = strings.Join(codings, ", ")
		return errTooEncoded
	case len(codings) > 0:
		size = -1
	case size > limit:
		return errTooLarge
	}
	decoding := decode(wire{answer.Body}, codings, limit)
	defer decoding.close()
	h.Encoding = decoding.rest
	var decoded io.Reader = &limited{decoding, limit}
	if save != nil {
		decoded = io.TeeReader(decoded, saver{save})
	}
	if keep == limit {
		h.Content, err = readAll(decoded, size)
		return err
	}
	if h.Content, err = readAll(io.LimitReader(decoded, keep), min(size, keep)); err != nil || int64(len(h.Content)) < keep {
		return err
	}
	h.Rest, err = readRest(decoded)
	return err
}

// saver marks the errors of a writer, so that they are not taken for those of
// the connection.
type saver struct{ to io.Writer }

// saveError is that an answer cannot be saved.
type saveError struct{ cause error }

func (e *saveError) Error() string { return e.cause.Error() }

func (s saver) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	if err != nil {
		err = &saveError{err}
	}
	return n, err
}

// wire marks the errors of the connection, so that a cut connection and cut
// data are told apart.
type wire struct{ from io.Reader }

func (w wire) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if err != nil && err != io.EOF {
		err = &wireError{err}
	}
	return n, err
}

type wireError struct{ cause error }

func (e *wireError) Error() string { return e.cause.Error() }
func (e *wireError) Unwrap() error { return e.cause }

// limited is a reader that fails with errTooLarge where more than left bytes
// come.
type limited struct {
	from io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if l.left == 0 {
		var more [1]byte
		n, err := l.from.Read(more[:])
		if n > 0 {
			return 0, errTooLarge
		}
		return 0, err
	}
	n, err := l.from.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// readAll is io.ReadAll for a body whose size may be known. What a server
// claims is believed up to a megabyte only.
func readAll(r io.Reader, size int64) ([]byte, error) {
	content := make([]byte, 0, min(max(size, 511), 1<<20)+1) // one more finds the end without growing
	for {
		n, err := r.Read(content[len(content):cap(content)])
		content = content[:len(content)+n]
		if err == io.EOF {
			return content, nil
		}
		if err != nil {
			return content, err
		}
		if len(content) == cap(content) {
			content = append(content, 0)[:len(content)]
		}
	}
}

// readRest reads to the end and returns how much that was.
func readRest(r io.Reader) (size int64, err error) {
	buffer := make([]byte, 64<<10) // io.Copy takes an eighth, and many more system calls
	for {
		n, err := r.Read(buffer)
		size += int64(n)
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return size, err
		}
	}
}
