// Package lastrun keeps what did not pass the last time in the files of a project, so
// that a later run can repeat it. It holds names, lines and numbers of rows, and
// nothing that is sent.
package lastrun

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/postrider/postrider/internal/project"
)

// Record is what did not pass in the files of a project, each as of its own last run
// with an environment.
type Record struct {
	Version int               `json:"version"`
	Root    string            `json:"root"`
	Files   map[string][]Open `json:"files"` // those that were run, by their paths from the root
}

const version = 1

// Open is a request of a file that did not pass, or what of it did not.
type Open struct {
	Request string `json:"request"` // its identity; "" for the whole file, which could not be run
	Line    int    `json:"line,omitempty"`
	Row     int    `json:"row,omitempty"`       // of the data of the file, from 1; 0 without
	Own     int    `json:"iteration,omitempty"` // row of its own data, from 1; 0 without
}

// withoutLine is what tells o from others: lines change.
func (o Open) withoutLine() Open {
	o.Line = 0
	return o
}

// Key is what a record is about.
type Key struct{ Root, Environment string }

// Path returns the file of a record in a folder.
func (k Key) Path(dir string) string {
	digest := sha256.Sum256([]byte(k.Root + "\x00" + k.Environment))
	return filepath.Join(dir, "runs", hex.EncodeToString(digest[:16])+".json")
}

// Read reads a record; nil if there is none. The error is a clause about the file.
func Read(path string) (*Record, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, reason(err)
	}
	r := new(Record)
	if err := json.Unmarshal(content, r); err != nil {
		return nil, errors.New("it is damaged")
	}
	if r.Version != version {
		return nil, fmt.Errorf("it is of version %d, and this program knows version %d", r.Version, version)
	}
	return r, nil
}

// Update changes the files of a record, and lets nobody else do so meanwhile. A record
// that cannot be read is written anew.
func (k Key) Update(path string, change func(files map[string][]Open)) error {
	unlock, locked := project.LockState(path)
	if locked == nil {
		defer unlock()
	}
	r, _ := Read(path)
	if r == nil {
		r = &Record{Version: version, Root: k.Root}
	}
	before, _ := json.Marshal(r) // maps of texts and numbers never fail
	if r.Files == nil {
		r.Files = make(map[string][]Open)
	}
	change(r.Files)
	content, _ := json.Marshal(r)
	switch {
	case string(content) == string(before):
		return nil
	case locked != nil:
		return locked
	}
	return project.WriteState(path, append(content, '\n'))
}

// reason drops the path that fs.PathError repeats.
func reason(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
