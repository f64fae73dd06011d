package secret

import (
	"bytes"
	"io"
)

// Writer masks what is written to it, line by line, so that a secret that
// arrives in two pieces is found. The text after the last newline is held back
// until it ends or Close is called. It is not safe for concurrent use.
type Writer struct {
	set  *Set
	to   io.Writer
	held []byte
}

// Writer returns a Writer that writes to w.
func (s *Set) Writer(w io.Writer) *Writer { return &Writer{set: s, to: w} }

// Write takes text. It reports len(p) unless the underlying writer fails.
func (w *Writer) Write(p []byte) (int, error) {
	end := bytes.LastIndexByte(p, '\n') + 1
	if end > 0 {
		line := append(w.held, p[:end]...)
		w.held = w.held[:0]
		if _, err := w.to.Write(w.set.MaskBytes(line)); err != nil {
			return 0, err
		}
	}
	w.held = append(w.held, p[end:]...)
	return len(p), nil
}

// Close writes what is held back. It does not close the underlying writer.
func (w *Writer) Close() error {
	if len(w.held) == 0 {
		return nil
	}
	_, err := w.to.Write(w.set.MaskBytes(w.held))
	w.held = nil
	return err
}
