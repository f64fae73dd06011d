package report

import (
	"bytes"
	"io"
	"os"
)

// spoolMemory is what a spool keeps in memory before it makes a file.
const spoolMemory = 64 << 10

// spool keeps texts that are needed later: in memory while they are short, else in
// a temporary file. Its first error stays.
type spool struct {
	recent []byte // behind what is in the file
	file   *os.File
	stored int64 // bytes in the file
	err    error
}

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	if len(s.recent)+len(p) > spoolMemory {
		if s.store(s.recent); len(p) > spoolMemory {
			s.store(p)
			return len(p), s.err
		}
	}
	s.recent = append(s.recent, p...)
	return len(p), s.err
}

// store moves bytes to the file. What was recent is in there afterwards.
func (s *spool) store(p []byte) {
	if s.file == nil && s.err == nil {
		s.file, s.err = os.CreateTemp("", "postrider-*")
	}
	if s.err == nil {
		_, s.err = s.file.WriteAt(p, s.stored)
		s.stored += int64(len(p))
	}
	s.recent = s.recent[:0]
}

func (s *spool) size() int64 { return s.stored + int64(len(s.recent)) }

// section returns a reader of n bytes at an offset, until the next Write. After an
// error there is nothing to read.
func (s *spool) section(offset, n int64) io.Reader {
	if s.err != nil {
		return bytes.NewReader(nil)
	}
	var parts []io.Reader
	if fromFile := min(n, s.stored-offset); fromFile > 0 {
		parts = append(parts, io.NewSectionReader(s.file, offset, fromFile))
		offset, n = offset+fromFile, n-fromFile
	}
	start := offset - s.stored
	if n > 0 {
		parts = append(parts, bytes.NewReader(s.recent[start:start+n]))
	}
	return io.MultiReader(parts...)
}

// copyTo writes everything that is kept, and forgets it.
func (s *spool) copyTo(w io.Writer) error {
	defer s.discard()
	if s.err != nil {
		return s.err
	}
	_, err := io.Copy(w, s.section(0, s.size()))
	return err
}

func (s *spool) discard() {
	if s.file != nil {
		_ = s.file.Close() // nobody wants it any more
		_ = os.Remove(s.file.Name())
	}
	*s = spool{err: s.err}
}
