package tokenstore

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// Entry is a record that is in a folder.
type Entry struct {
	Record *Record // nil if it is sealed with a key that is not at hand
	Kind   Kind    // how it is kept
}

// List returns the records that there are, sealed or not, in the order of their
// names. It needs no lock. A folder that is not there has none, and is not made.
func (f *Folder) List() ([]Entry, error) {
	root, err := f.existing()
	if root == nil {
		return nil, err
	}
	defer root.Close()
	names, err := recordNames(root)
	if err != nil {
		return nil, err
	}
	var seal *sealer
	var entries []Entry
	for _, name := range names {
		text, err := readFile(root, name+".json")
		if err != nil {
			continue // it is gone by now, or was none
		}
		e := Entry{Kind: InFile}
		if e.Record, err = decode(name, text, nil); errors.Is(err, errOther) {
			e.Kind = InKeyring
			if seal == nil && f.options.Keyring {
				if key, err := keyOf(f.options.ring); err == nil {
					seal, _ = newSealer(key) // a key of keyOf is one
				}
			}
			if seal != nil {
				e.Record, err = decode(name, text, seal)
			}
		}
		if err == nil || errors.Is(err, errOther) {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// sweep removes the records that nobody can use any more, such as those of a
// password that has been changed. What somebody has the lock of is left alone,
// and what cannot be removed stays.
func (f *Folder) sweep() {
	names, err := recordNames(f.root)
	if err != nil {
		return
	}
	for _, name := range names {
		if r, _ := f.read(name); r == nil || !r.ended(time.Now()) {
			continue
		}
		l := f.lockFile(name)
		if held, err := l.TryLock(); err != nil || !held {
			continue
		}
		locked := &lockedFile{folder: f, name: name, held: l}
		if r, _ := f.read(name); r != nil && r.ended(time.Now()) {
			_ = locked.Remove()
		}
		locked.Unlock()
	}
}

// Clear removes all records, whatever state they are in, and returns how many
// there were. It waits for those that use one. A folder that is not there has
// none, and is not made.
func (f *Folder) Clear(ctx context.Context) (int, error) {
	root, err := f.existing()
	if root == nil {
		return 0, err
	}
	defer root.Close()
	names, err := recordNames(root)
	if err != nil {
		return 0, err
	}
	opened := &Folder{path: f.path, root: root}
	for n, name := range names {
		l, err := opened.lock(ctx, name)
		if err != nil {
			return n, err
		}
		err = l.Remove()
		l.Unlock()
		if err != nil {
			return n, err
		}
	}
	return len(names), nil
}

// existing opens the folder; nil if it is not there.
func (f *Folder) existing() (*os.Root, error) {
	root, err := f.openRoot()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		d := *f.explain(err)
		d.Severity, d.Detail = diag.Error, "" // there is no run that goes on without it
		return nil, &d
	}
	return root, nil
}

// recordNames returns the names of the records in a folder, sorted.
func recordNames(root *os.Root) ([]string, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, bare(err)
	}
	defer dir.Close()
	files, err := dir.ReadDir(-1)
	if err != nil {
		return nil, bare(err)
	}
	found := make(map[string]bool)
	for _, file := range files {
		for _, extension := range extensions {
			if name, ok := strings.CutSuffix(file.Name(), extension); ok {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
