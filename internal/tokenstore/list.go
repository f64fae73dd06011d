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

// leftFor is how long what is no record is kept: somebody may want to know what
// has happened to it.
const leftFor = 24 * time.Hour

// sweep removes the records that nobody can use any more, such as those of a
// password that has been changed, and what is left of others: they may hold
// tokens, too. What somebody has the lock of is left alone, and what cannot be
// removed stays.
func (f *Folder) sweep() {
	names, err := recordNames(f.root)
	if err != nil {
		return
	}
	for _, name := range names {
		if !f.ended(name) && len(f.leftovers(name)) == 0 {
			continue
		}
		l := f.lockFile(name)
		if held, err := l.TryLock(); err != nil || !held {
			continue
		}
		locked := &lockedFile{folder: f, name: name, held: l}
		for _, file := range f.leftovers(name) {
			_ = f.root.Remove(file)
		}
		if f.ended(name) {
			_ = locked.Remove()
		}
		locked.Unlock()
	}
}

// ended reports whether there is a record that nobody can use any more.
func (f *Folder) ended(name string) bool {
	r, _ := f.read(name)
	return r != nil && r.ended(time.Now())
}

// leftovers returns the old files of a name that hold no record: those that were
// put aside, and those of a process that ended half-way.
func (f *Folder) leftovers(name string) []string {
	var old []string
	for _, extension := range extensions {
		if extension == recordExtension {
			continue
		}
		info, err := f.root.Lstat(name + extension)
		if err == nil && time.Since(info.ModTime()) > leftFor {
			old = append(old, name+extension)
		}
	}
	return old
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

// recordNames returns the names of the records in a folder, sorted. A file that
// is not named as ours are is none.
func recordNames(root *os.Root) ([]string, error) {
	files, err := fileNames(root)
	if err != nil {
		return nil, err
	}
	found := make(map[string]bool)
	for _, file := range files {
		if name, extension := splitName(file); slices.Contains(extensions, extension) {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// fileNames returns the names of all that is in a folder.
func fileNames(root *os.Root) ([]string, error) {
	dir, err := root.Open(".")
	if err != nil {
		return nil, bare(err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, bare(err)
	}
	return names, nil
}

// splitName parts the name of a record from the extension of its file. Both are
// empty for a file that is not named as ours are.
func splitName(file string) (name, extension string) {
	name, extension = file, ""
	if dot := strings.IndexByte(file, '.'); dot >= 0 {
		name, extension = file[:dot], file[dot:]
	}
	hexDigit := func(r rune) bool { return '0' <= r && r <= '9' || 'a' <= r && r <= 'f' }
	if len(name) != nameSize || strings.TrimFunc(name, hexDigit) != "" {
		return "", ""
	}
	if extension != lockExtension && !slices.Contains(extensions, extension) {
		return "", ""
	}
	return name, extension
}

// isTaken reports whether a folder serves for something else: it has no salt, and
// files that are not ours.
func isTaken(root *os.Root) (bool, error) {
	files, err := fileNames(root)
	if err != nil || slices.Contains(files, saltFile) {
		return false, err
	}
	return slices.ContainsFunc(files, func(file string) bool {
		name, _ := splitName(file)
		return name == "" && file != saltFile+".tmp" && file != saltFile+lockExtension
	}), nil
}
