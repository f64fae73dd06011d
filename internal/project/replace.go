package project

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Errors of Replace for what it will not write to.
var (
	errReadOnly   = errors.New("it is read-only")
	errNotRegular = errors.New("it is not a regular file")
)

// Replace gives a file another content, all of it or none: after an error, a
// full disk or a crash the file is what it was. It keeps its permissions, and
// where path is a symbolic link, the file that it leads to is replaced. The
// error is the cause without the path.
func Replace(path string, content []byte) error {
	return reason(replace(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}))
}

// replace writes a new file beside the old one and renames it.
func replace(path string, write func(io.Writer) error) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if err := checkWritable(path, info); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".postrider-*")
	if err != nil {
		return err
	}
	err = errors.Join(
		func() error {
			if err := write(temp); err != nil {
				return err
			}
			keepOwner(temp, info)
			if err := temp.Chmod(info.Mode().Perm()); err != nil {
				return err
			}
			return temp.Sync()
		}(),
		temp.Close(),
	)
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		os.Remove(temp.Name()) // what is wrong is known already
	}
	return err
}

// checkWritable reports why a file must not be replaced: a rename does not ask
// the file itself.
func checkWritable(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return errNotRegular
	}
	if info.Mode().Perm()&0o222 == 0 {
		return errReadOnly
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return file.Close()
}
