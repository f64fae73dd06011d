package report

import (
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
		if s.file, s.err = os.CreateTemp("", "postrider-*"); s.err == nil {
			_ = os.Remove(s.file.Name()) // now, where a file can live without a name: a killed process leaves none
		}
	}
	if s.err == nil {
		_, s.err = s.file.WriteAt(p, s.stored)
		s.stored += int64(len(p))
	}
	s.recent = s.recent[:0]
}

func (s *spool) size() int64 { return s.stored + int64(len(s.recent)) }

// text returns what is kept between two offsets. After an error there is nothing
// to read.
func (s *spool) text(start, end int64) (string, error) {
	if s.err != nil {
		return "", s.err
	}
	if start >= s.stored { // the usual case: nothing is in a file
		return string(s.recent[start-s.stored : end-s.stored]), nil
	}
	text := make([]byte, end-start)
	n := min(end, s.stored) - start
	if _, err := s.file.ReadAt(text[:n], start); err != nil {
		return "", err
	}
	copy(text[n:], s.recent)
	return string(text), nil
}

// copyTo writes everything that is kept.
func (s *spool) copyTo(w io.Writer) error {
	if s.err != nil {
		return s.err
	}
	if s.file != nil {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, 0, s.stored)); err != nil {
			return err
		}
	}
	_, err := w.Write(s.recent)
	return err
}

func (s *spool) discard() {
	if s.file != nil {
		_ = s.file.Close() // nobody wants it any more
		_ = os.Remove(s.file.Name())
	}
	*s = spool{err: s.err}
}
