package tokenstore

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/postrider/postrider/internal/diag"
)

const (
	saltFile = "salt"
	saltSize = 32 // bytes

	nameSize      = 2 * sha256.Size // of the name of a record, in hexadecimal digits
	lockExtension = ".lock"

	recordExtension = ".json"

	// pollEvery is how often a lock that another process holds is tried.
	pollEvery = 10 * time.Millisecond

	// setupLimit bounds the waiting for another process that sets the folder up.
	setupLimit = 10 * time.Second
)

// extensions are those of the files that hold a record, or did.
var extensions = []string{recordExtension, ".bad", ".json.tmp"}

// Options configure a Folder.
type Options struct {
	Keyring bool                   // seal records with a key of the keyring
	Warn    func(*diag.Diagnostic) // told why the folder is not used; may be nil

	ring keyholder // what tests replace; nil for the keyring of the operating system
}

// Folder keeps each record in a file of its own, NAME.json, beside the lock
// NAME.lock. NAME is the HMAC-SHA256 of the key with a salt that is made with
// the folder, so that nobody can try passwords against the names. Files are
// 0600 in a folder 0700 of the user's own; another folder, or one that serves for
// something else, is not used.
//
// Nothing is read before the first Load or Lock, and nothing made before the
// first Lock.
type Folder struct {
	path    string
	options Options

	mu      sync.Mutex // guards what follows until the folder is open or refused
	refused bool
	root    *os.Root // nil unless the folder is open
	salt    []byte
	seal    *sealer // nil if records are in clear text

	swept sync.Once
}

var _ Store = (*Folder)(nil)

// NewFolder returns a store in the folder path.
func NewFolder(path string, o Options) *Folder {
	o.ring = cmp.Or[keyholder](o.ring, osKeyring{})
	return &Folder{path: path, options: o}
}

// Path returns the folder.
func (f *Folder) Path() string { return f.path }

// Kind implements Store.
func (f *Folder) Kind() Kind {
	f.usable(false)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.refused:
		return InMemory
	case f.options.Keyring:
		return InKeyring
	}
	return InFile
}

// Load implements Store.
func (f *Folder) Load(key Key) *Record {
	if !f.usable(false) {
		return nil
	}
	r, _ := f.read(f.name(key)) // a file that holds no record is put aside under the lock
	return r
}

// Lock implements Store.
func (f *Folder) Lock(ctx context.Context, key Key) (Locked, error) {
	if !f.usable(true) {
		return unkept{}, nil
	}
	return f.lock(ctx, f.name(key))
}

func (f *Folder) lock(ctx context.Context, name string) (*lockedFile, error) {
	l := f.lockFile(name)
	if _, err := l.TryLockContext(ctx, pollEvery); err != nil {
		return nil, bare(err)
	}
	return &lockedFile{folder: f, name: name, held: l}, nil
}

// lockFile returns the lock of a record. It belongs to the open file, so that
// the system gives it back when the process ends, however it ends. Its file is
// never removed: somebody may be waiting for it.
func (f *Folder) lockFile(name string) *flock.Flock {
	return flock.New(filepath.Join(f.path, name+lockExtension), flock.SetPermissions(0o600))
}

// name returns the name of a key's files, without their extensions.
func (f *Folder) name(key Key) string {
	h := hmac.New(sha256.New, f.salt)
	h.Write(key[:])
	return hex.EncodeToString(h.Sum(nil))
}

// read reads the file of a record: nil if there is none. The error is errOther,
// or that the file cannot be read.
func (f *Folder) read(name string) (*Record, error) {
	text, err := readFile(f.root, name+".json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return decode(name, text, f.seal)
}

// readFile reads a regular file that is not too large.
func readFile(root *os.Root, name string) ([]byte, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return nil, errCorrupt
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxFile))
}

// writeFile puts a file in the place of the one called name, as a whole: what
// is read is always the old or the new one. The caller holds the lock that
// belongs to name.
func writeFile(root *os.Root, name string, text []byte) error {
	// Nobody else writes a file of this name, so what is there was left by a
	// process that ended half-way.
	temporary := name + ".tmp"
	if err := root.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync())
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, root.Remove(temporary))
	}
	return root.Rename(temporary, name)
}

// lockedFile is a record of a folder whose lock is held.
type lockedFile struct {
	folder *Folder
	name   string
	held   *flock.Flock
}

// Load implements Locked.
func (l *lockedFile) Load() *Record {
	r, err := l.folder.read(l.name)
	if err != nil && !errors.Is(err, errOther) {
		// Perhaps somebody wants to know what has happened to it. If it cannot be
		// put aside, it is missing all the same.
		_ = l.folder.root.Rename(l.name+".json", l.name+".bad")
	}
	return r
}

// Save implements Locked.
func (l *lockedFile) Save(r *Record) error {
	text, err := encode(l.name, r, l.folder.seal)
	if err != nil {
		return err
	}
	if err := writeFile(l.folder.root, l.name+".json", text); err != nil {
		return bare(err)
	}
	l.folder.swept.Do(l.folder.sweep)
	return nil
}

// Remove implements Locked.
func (l *lockedFile) Remove() error {
	for _, extension := range extensions {
		if err := l.folder.root.Remove(l.name + extension); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return bare(err)
		}
	}
	return nil
}

// Unlock implements Locked.
func (l *lockedFile) Unlock() { _ = l.held.Unlock() } // the system gives it back anyway

// usable opens the folder unless that has been done or has failed, and reports
// whether it is open. Without create, one that is not there is not made.
func (f *Folder) usable(create bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root != nil || f.refused {
		return f.root != nil
	}
	err := f.open(create)
	if errors.Is(err, errNotMade) {
		return false
	}
	if f.refused = err != nil; f.refused && f.options.Warn != nil {
		f.options.Warn(f.explain(err))
	}
	return !f.refused
}

// explain returns why the folder is not used.
func (f *Folder) explain(err error) *diag.Diagnostic {
	if d := new(diag.Diagnostic); errors.As(err, &d) {
		return d
	}
	return f.problem("", "%v", bare(err))
}

// problem returns a warning that the folder is not used.
func (f *Folder) problem(suggestion, format string, args ...any) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: diag.CodeAuthCache, Severity: diag.Warning,
		Summary:    fmt.Sprintf("the token cache in %s is not used: %s", f.path, fmt.Sprintf(format, args...)),
		Detail:     "tokens are kept in memory, and end with this run",
		Suggestion: suggestion,
	}
}

// errNotMade says that something of the folder is not there yet.
var errNotMade = errors.New("not made yet")

// open opens the folder. With create it makes what is not there.
func (f *Folder) open(create bool) error {
	if create {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o700); err != nil {
			return err
		}
		if err := os.Mkdir(f.path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	root, err := f.openRoot()
	if !create && errors.Is(err, fs.ErrNotExist) {
		return errNotMade
	}
	if err != nil {
		return err
	}
	if err := f.prepare(root, create); err != nil {
		root.Close()
		return err
	}
	f.root = root // open to the end of the process
	return nil
}

// openRoot opens the folder if nobody but the user can have made what is in it.
func (f *Folder) openRoot() (*os.Root, error) {
	named, err := os.Lstat(f.path)
	if err != nil {
		return nil, err
	}
	const another = "choose another folder with `--auth-cache-dir` or POSTRIDER_AUTH_CACHE_DIR"
	switch {
	case named.Mode()&fs.ModeSymlink != 0:
		return nil, f.problem(another, "it is a symbolic link")
	case !named.IsDir():
		return nil, f.problem(another, "it is not a folder")
	}
	root, err := os.OpenRoot(f.path)
	if err != nil {
		return nil, err
	}
	opened, err := root.Stat(".")
	switch {
	case err != nil:
	case !os.SameFile(named, opened):
		err = f.problem("", "it was replaced while it was opened")
	case !isOwn(opened):
		err = f.problem(another, "it belongs to another user")
	case exposed(opened):
		err = f.problem("make it private with `chmod 700`", "others may look into it (mode %04o)", opened.Mode().Perm())
	default:
		var taken bool
		if taken, err = isTaken(root); taken {
			err = f.problem(another, "it holds files that are no tokens")
		}
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return root, nil
}

// prepare reads the salt, and the key of the keyring if records are sealed.
// With create it makes what is not there, in one process at a time.
func (f *Folder) prepare(root *os.Root, create bool) error {
	var err error
	if f.salt, err = readFile(root, saltFile); err != nil || len(f.salt) != saltSize {
		if !create {
			return errNotMade
		}
		if err := f.setUp(func() error { return f.makeSalt(root) }); err != nil {
			return err
		}
	}
	if !f.options.Keyring {
		return nil
	}
	key, err := keyOf(f.options.ring)
	if errors.Is(err, errNoKey) && !create {
		return errNotMade
	}
	if errors.Is(err, errNoKey) {
		err = f.setUp(func() error {
			key, err = makeKey(f.options.ring)
			return err
		})
	}
	if err != nil {
		return f.problem("start the keyring, or choose POSTRIDER_AUTH_CACHE=file or memory", "the keyring of the operating system cannot be used: %v", err)
	}
	f.seal, err = newSealer(key)
	return err
}

// setUp calls f with the lock of the whole folder.
func (f *Folder) setUp(do func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), setupLimit)
	defer cancel()
	l, err := f.lock(ctx, saltFile)
	if err != nil {
		return fmt.Errorf("it cannot be locked: %w", err)
	}
	defer l.Unlock()
	return do()
}

// makeSalt makes the salt, unless another process has.
func (f *Folder) makeSalt(root *os.Root) error {
	var err error
	if f.salt, err = readFile(root, saltFile); err == nil && len(f.salt) == saltSize {
		return nil
	}
	f.salt = random(saltSize)
	return writeFile(root, saltFile, f.salt)
}

// bare returns an error without the path of a file, which says nothing: it is a
// hash.
func bare(err error) error {
	if inner := new(fs.PathError); errors.As(err, &inner) {
		return inner.Err
	}
	if inner := new(os.LinkError); errors.As(err, &inner) {
		return inner.Err
	}
	return err
}
