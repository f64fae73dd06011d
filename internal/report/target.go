package report

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Target is where a report is written to: standard output, or a file, which
// stands in its place only once the report is whole.
type Target struct {
	name  string // for messages
	path  string // of the file; "" for a stream
	temp  string // what is renamed to path at the end; "" if path is written itself
	file  *os.File
	w     *bufio.Writer
	ended bool
}

// targetBuffer is what a Target keeps back until it is flushed.
const targetBuffer = 32 << 10

// StreamTarget returns the Target of a stream that stays open, such as standard
// output.
func StreamTarget(name string, w io.Writer) *Target {
	return &Target{name: name, w: bufio.NewWriterSize(w, targetBuffer)}
}

// FileTarget opens a file for a report, and makes its folder. What cannot be
// written is found now. The report is written to a hidden file beside, which
// replaces path when the report is committed; if direct, and to what is no regular
// file, it goes to path itself. To open a FIFO waits for its reader until ctx ends,
// whose error is returned then.
func FileTarget(ctx context.Context, path string, direct bool) (*Target, error) {
	t := &Target{name: path, path: Resolve(path)} // a link stays one
	mode := fs.FileMode(0o666)
	info, err := os.Stat(t.path)
	switch {
	case err == nil && info.IsDir():
		return nil, t.problem(errors.New("it is a folder"))
	case err == nil && !info.Mode().IsRegular(): // it is written itself, and never made
	case err == nil:
		mode = info.Mode().Perm()
		existing, err := os.OpenFile(t.path, os.O_WRONLY, 0) // to replace a file takes no right to write to it
		if err != nil {
			return nil, t.problem(err)
		}
		_ = existing.Close() // nothing was written
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(t.path), 0o777); err != nil {
			return nil, t.problem(err)
		}
	default:
		return nil, t.problem(err)
	}
	if info != nil && !info.Mode().IsRegular() {
		if t.file, err = openDevice(ctx, t.path); err != nil {
			return nil, t.problem(err)
		}
		t.w = bufio.NewWriterSize(t.file, targetBuffer)
		return t, nil
	}
	name, flags := t.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC
	if !direct {
		t.temp = filepath.Join(filepath.Dir(t.path), ".postrider-"+rand.Text()[:10]) // a name as long as a name may be has no room for more
		name, flags = t.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL
	}
	if t.file, err = os.OpenFile(name, flags, mode); err != nil {
		return nil, t.problem(err)
	}
	t.w = bufio.NewWriterSize(t.file, targetBuffer)
	return t, nil
}

// openDevice opens what is there and is no regular file. It makes none in its place:
// who gave up waiting may have removed it by now.
func openDevice(ctx context.Context, path string) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened)
	go func() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		select {
		case done <- opened{f, err}:
		case <-ctx.Done():
			if err == nil {
				_ = f.Close() // nobody wants it any more
			}
		}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Resolve returns the absolute path of the file that a path leads to, or would lead
// to if it existed: links are followed, also where there is nothing yet.
func Resolve(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	const mostLinks = 40 // they may lead in a circle
	return resolve(absolute, mostLinks)
}

func resolve(path string, links int) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		return resolved
	}
	dir := filepath.Dir(path)
	if dir == path {
		return path
	}
	if link, err := os.Readlink(path); err == nil && links > 0 {
		if !filepath.IsAbs(link) {
			link = filepath.Join(resolve(dir, links-1), link)
		}
		return resolve(link, links-1)
	}
	return filepath.Join(resolve(dir, links), filepath.Base(path))
}

// Temp returns the path of the hidden file; "" without one.
func (t *Target) Temp() string { return t.temp }

// Write implements io.Writer.
func (t *Target) Write(p []byte) (int, error) {
	n, err := t.w.Write(p)
	return n, t.problem(err)
}

// Flush writes what was kept back.
func (t *Target) Flush() error { return t.problem(t.w.Flush()) }

// mark returns where the next byte is written, for rewind; it is of use for files
// only.
func (t *Target) mark() (int64, error) {
	if err := t.Flush(); err != nil || t.file == nil {
		return 0, err
	}
	at, err := t.file.Seek(0, io.SeekCurrent)
	if err != nil { // of a pipe there is no way back
		return 0, nil
	}
	return at, nil
}

// rewind takes back what was written since a mark, and reports whether it could.
func (t *Target) rewind(at int64) bool {
	if t.ended || t.file == nil || t.Flush() != nil || t.file.Truncate(at) != nil {
		return false
	}
	_, err := t.file.Seek(at, io.SeekStart)
	return err == nil
}

// Commit puts the report in its place.
func (t *Target) Commit() error {
	if t.ended {
		return nil
	}
	if err := t.Flush(); err != nil {
		t.Discard()
		return err
	}
	t.ended = true
	if t.file == nil {
		return nil
	}
	err := t.file.Close()
	if t.temp == "" {
		return t.problem(err)
	}
	if err == nil {
		err = os.Rename(t.temp, t.path)
	}
	if err != nil {
		_ = os.Remove(t.temp) // what is wrong is told already
	}
	return t.problem(err)
}

// Discard gives the report up: what was in its place stays there.
func (t *Target) Discard() {
	if t.ended {
		return
	}
	t.ended = true
	if t.file != nil {
		_ = t.file.Close() // nobody wants it any more
	}
	if t.temp != "" {
		_ = os.Remove(t.temp)
	}
}

// problem names the report in an error, in place of the file beside it.
func (t *Target) problem(err error) error {
	if err == nil {
		return nil
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	} else if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	return fmt.Errorf("%s: %w", t.name, err)
}
