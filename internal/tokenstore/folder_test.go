package tokenstore

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postrider/postrider/internal/diag"
)

// fakeRing is a keyring in memory.
type fakeRing struct {
	mu   sync.Mutex
	key  string
	sets int
	fail error
	slow time.Duration
}

func (r *fakeRing) get() (string, error) {
	time.Sleep(r.slow)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.fail != nil:
		return "", r.fail
	case r.key == "":
		return "", errNoKey
	}
	return r.key, nil
}

func (r *fakeRing) set(key string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sets++
	r.key = key
	return r.fail
}

// warnings records what a folder says about itself.
type warnings struct {
	mu  sync.Mutex
	all []string
}

func (w *warnings) add(d *diag.Diagnostic) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, d.Summary+" "+d.Suggestion)
}

func (w *warnings) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.all, "\n")
}

var (
	keyA = Key{1}
	keyB = Key{2}
)

func testRecord() *Record {
	return &Record{
		Provider: "acme", Account: "ada", Token: "access-token-1", Source: "expires_in",
		Issued: time.Now().UTC(), Life: time.Hour, Refresh: "refresh-token-1",
	}
}

func save(t testing.TB, s Store, key Key, r *Record) {
	t.Helper()
	l := lock(t, s, key)
	defer l.Unlock()
	if err := l.Save(r); err != nil {
		t.Fatal(err)
	}
}

func lock(t testing.TB, s Store, key Key) Locked {
	t.Helper()
	l, err := s.Lock(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "postrider", "tokens") }

// A record is what it was, in every kind of file and for every process.
func TestRoundTrip(t *testing.T) {
	for _, keyring := range []bool{false, true} {
		path, ring, told := newPath(t), new(fakeRing), new(warnings)
		open := func() *Folder {
			return NewFolder(path, Options{Keyring: keyring, Warn: told.add, ring: ring})
		}
		first := open()
		if r := first.Load(keyA); r != nil {
			t.Fatalf("an empty folder has %+v", r)
		}
		want := testRecord()
		save(t, first, keyA, want)
		for _, f := range []*Folder{first, open()} {
			if got := f.Load(keyA); !reflect.DeepEqual(got, want) {
				t.Errorf("keyring %t: got %+v, want %+v", keyring, got, want)
			}
			if got := f.Load(keyB); got != nil {
				t.Errorf("keyring %t: another key has %+v", keyring, got)
			}
		}
		l := lock(t, open(), keyA)
		if err := l.Remove(); err != nil {
			t.Fatal(err)
		}
		if err := l.Remove(); err != nil {
			t.Fatalf("removing what is not there: %v", err)
		}
		l.Unlock()
		if got := first.Load(keyA); got != nil {
			t.Errorf("keyring %t: a removed record is %+v", keyring, got)
		}
		if told.String() != "" {
			t.Errorf("told %s", told)
		}
	}
}

// No file but the record holds a token, a sealed one does not either, and none
// is open to others.
func TestFilesShowNothing(t *testing.T) {
	for _, keyring := range []bool{false, true} {
		path, ring := newPath(t), new(fakeRing)
		f := NewFolder(path, Options{Keyring: keyring, ring: ring})
		save(t, f, keyA, testRecord())
		records := 0
		err := filepath.WalkDir(filepath.Dir(path), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			want := fs.FileMode(0o600)
			if entry.IsDir() {
				want = 0o700
			}
			if info.Mode().Perm() != want {
				t.Errorf("%s has mode %o, want %o", name, info.Mode().Perm(), want)
			}
			if entry.IsDir() {
				return nil
			}
			text, err := os.ReadFile(name)
			isRecord := filepath.Ext(name) == ".json"
			if isRecord {
				records++
			}
			for _, secret := range []string{"access-token-1", "refresh-token-1"} {
				if bytes.Contains(text, []byte(secret)) != (isRecord && !keyring) || strings.Contains(name, secret) {
					t.Errorf("keyring %t: %s: %s", keyring, name, text)
				}
			}
			for _, hidden := range [][]byte{keyA[:], []byte(ring.key)} {
				if len(hidden) > 0 && bytes.Contains(text, hidden) {
					t.Errorf("%s holds a key", name)
				}
			}
			return err
		})
		if err != nil || records != 1 {
			t.Fatalf("%d records, %v", records, err)
		}
	}
}

// The names of files are of no use without the salt.
func TestNamesDependOnTheSalt(t *testing.T) {
	one, two := NewFolder(newPath(t), Options{}), NewFolder(newPath(t), Options{})
	save(t, one, keyA, testRecord())
	save(t, two, keyA, testRecord())
	if one.name(keyA) == two.name(keyA) || one.name(keyA) == one.name(keyB) || len(one.salt) != saltSize {
		t.Error("names do not depend on key and salt")
	}
}

// Files that hold no record are missing, and put aside by whoever has the lock.
// A record of another key is none, however it got there.
func TestCorruptFiles(t *testing.T) {
	path := newPath(t)
	f := NewFolder(path, Options{})
	save(t, f, keyB, testRecord())
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(path, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	good := strings.ReplaceAll(read(f.name(keyB)+".json"), f.name(keyB), f.name(keyA))
	if _, err := decode(f.name(keyA), []byte(good), nil); err != nil {
		t.Fatal("what the cases are made of is no record")
	}
	for name, text := range map[string]string{
		"empty":              "",
		"half":               good[:len(good)/2],
		"not JSON":           "token",
		"more behind it":     good + "{}",
		"another version":    strings.Replace(good, `"v":1`, `"v":2`, 1),
		"unknown field":      strings.Replace(good, `"v":1`, `"v":1,"x":1`, 1),
		"of another key":     strings.ReplaceAll(good, f.name(keyA), f.name(keyB)),
		"of no key":          strings.Replace(good, `"key":`, `"account":`, 1),
		"no tokens":          strings.NewReplacer(`"token":"access-token-1",`, "", `"refresh":"refresh-token-1"`, `"refresh":""`).Replace(good),
		"ends before issued": strings.Replace(good, `"expires_at":"2`, `"expires_at":"1`, 1),
		"lives for ever":     strings.Replace(good, `"expires_at":"2`, `"expires_at":"3`, 1),
		"huge":               good + strings.Repeat(" ", maxFile),
	} {
		t.Run(name, func(t *testing.T) {
			if text == good {
				t.Fatal("the case changes nothing")
			}
			file := filepath.Join(path, f.name(keyA)+".json")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := f.Load(keyA); got != nil {
				t.Errorf("got %+v", got)
			}
			if read(f.name(keyA)+".json") != text {
				t.Error("the file is put aside without the lock")
			}
			l := lock(t, f, keyA)
			defer l.Unlock()
			if got := l.Load(); got != nil {
				t.Errorf("with the lock: got %+v", got)
			}
			if read(f.name(keyA)+".bad") != text {
				t.Error("the file is not put aside")
			}
			if err := l.Save(testRecord()); err != nil {
				t.Fatal(err)
			}
			if f.Load(keyA) == nil {
				t.Error("no record can be saved where a corrupt one was")
			}
		})
	}
}

// What is left of a process that ended in the middle of a save is no obstacle,
// and never read.
func TestHalfASave(t *testing.T) {
	path := newPath(t)
	f := NewFolder(path, Options{})
	save(t, f, keyA, testRecord())
	left := filepath.Join(path, f.name(keyA)+".json.tmp")
	if err := os.WriteFile(left, []byte(`{"v":1,"key`), 0o600); err != nil {
		t.Fatal(err)
	}
	next := testRecord()
	next.Token = "access-token-2"
	save(t, f, keyA, next)
	if got := f.Load(keyA); got == nil || got.Token != "access-token-2" {
		t.Errorf("got %+v", got)
	}
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the leftover remains: %v", err)
	}
}

// One that seals does not read what is not sealed, and the other way round;
// neither takes it for corrupt.
func TestOtherKindOfFile(t *testing.T) {
	path, ring := newPath(t), new(fakeRing)
	plain, sealed := NewFolder(path, Options{}), NewFolder(path, Options{Keyring: true, ring: ring})
	for _, pair := range [][2]*Folder{{plain, sealed}, {sealed, plain}} {
		save(t, pair[0], keyA, testRecord())
		l := lock(t, pair[1], keyA)
		if got := l.Load(); got != nil {
			t.Errorf("got %+v", got)
		}
		l.Unlock()
		if pair[0].Load(keyA) == nil {
			t.Error("the record is gone")
		}
	}
}

// A sealed record is bound to its key, in the keyring and in the store.
func TestSealedRecordIsBound(t *testing.T) {
	path, ring := newPath(t), new(fakeRing)
	f := NewFolder(path, Options{Keyring: true, ring: ring})
	save(t, f, keyA, testRecord())
	move := func(from, to Key) {
		text, err := os.ReadFile(filepath.Join(path, f.name(from)+".json"))
		if err == nil {
			err = os.WriteFile(filepath.Join(path, f.name(to)+".json"), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	move(keyA, keyB)
	if got := f.Load(keyB); got != nil {
		t.Errorf("the record of another key: %+v", got)
	}
	other := NewFolder(path, Options{Keyring: true, ring: new(fakeRing)})
	if got := other.Load(keyA); got != nil {
		t.Errorf("with another key in the keyring: %+v", got)
	}
}

// Processes that start together agree on one key.
func TestOneKeyInTheKeyring(t *testing.T) {
	path, ring := newPath(t), new(fakeRing)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { NewFolder(path, Options{Keyring: true, ring: ring}).Load(keyA) })
	}
	group.Wait()
	if ring.sets != 0 {
		t.Errorf("%d keys were made to look for a record", ring.sets)
	}
	for range 8 {
		group.Go(func() {
			l, err := NewFolder(path, Options{Keyring: true, ring: ring}).Lock(t.Context(), keyA)
			if err != nil {
				t.Error(err)
				return
			}
			l.Unlock()
		})
	}
	group.Wait()
	if ring.sets != 1 {
		t.Errorf("%d keys were made", ring.sets)
	}
}

// A keyring that cannot be used is said once; nothing is then kept, least of
// all in clear text.
func TestKeyringFails(t *testing.T) {
	for name, test := range map[string]struct {
		ring *fakeRing
		want string
	}{
		"without a service": {&fakeRing{fail: errors.New("no session bus")}, "cannot be used: no session bus"},
		"that hangs":        {&fakeRing{slow: time.Hour}, "cannot be used: no answer within 3s"},
		"with another's":    {&fakeRing{key: "hunter2"}, "what it has for postrider is no key"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path, told := newPath(t), new(warnings)
				f := NewFolder(path, Options{Keyring: true, Warn: told.add, ring: test.ring})
				start := time.Now()
				save(t, f, keyA, testRecord())
				if f.Load(keyA) != nil || f.Kind() != InMemory {
					t.Error("a record is kept")
				}
				if took := time.Since(start); took > keyringLimit {
					t.Errorf("it took %s", took)
				}
				if len(told.all) != 1 || !strings.Contains(told.String(), test.want) || strings.Contains(told.String(), "hunter2") {
					t.Errorf("told %q", told.all)
				}
				if names, _ := filepath.Glob(filepath.Join(path, "*.json")); names != nil {
					t.Errorf("files %q", names)
				}
				time.Sleep(test.ring.slow) // let the call of the keyring end
			})
		})
	}
}

// A folder that others can reach is not used, and nothing is put into it.
func TestFolderThatIsNotOurs(t *testing.T) {
	for name, test := range map[string]struct {
		make func(path string) error
		want string
	}{
		"a link": {func(path string) error {
			if err := os.Mkdir(path+"-target", 0o700); err != nil {
				return err
			}
			return os.Symlink(path+"-target", path)
		}, "it is a symbolic link choose another folder with `--auth-cache-dir`"},
		"a file":    {func(path string) error { return os.WriteFile(path, nil, 0o600) }, "it is not a folder"},
		"open":      {func(path string) error { return openFolder(path, 0o755) }, "others may look into it (mode 0755) make it private"},
		"group":     {func(path string) error { return openFolder(path, 0o710) }, "others may look into it (mode 0710)"},
		"writeable": {func(path string) error { return openFolder(path, 0o702) }, "others may look into it (mode 0702)"},
	} {
		t.Run(name, func(t *testing.T) {
			path, told := filepath.Join(t.TempDir(), "tokens"), new(warnings)
			if err := test.make(path); err != nil {
				t.Fatal(err)
			}
			f := NewFolder(path, Options{Warn: told.add})
			save(t, f, keyA, testRecord())
			if f.Load(keyA) != nil || f.Kind() != InMemory {
				t.Error("the folder is used")
			}
			if len(told.all) != 1 || !strings.Contains(told.String(), test.want) {
				t.Errorf("told %q", told.all)
			}
			if entries, _ := os.ReadDir(path); len(entries) > 0 {
				t.Errorf("it holds %v", entries)
			}
			if _, err := f.List(); err == nil || !strings.Contains(err.Error(), "tokens is not used") {
				t.Errorf("List: %v", err)
			}
		})
	}
}

func openFolder(path string, mode fs.FileMode) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return os.Chmod(path, mode)
}

// Nothing is made before it is needed, and nothing to look for what is not
// there.
func TestNothingIsMadeEarly(t *testing.T) {
	path := newPath(t)
	f := NewFolder(path, Options{Keyring: true, ring: &fakeRing{fail: errors.New("asked")}})
	if all, err := f.List(); err != nil || all != nil {
		t.Errorf("got %v, %v", all, err)
	}
	if n, err := f.Clear(t.Context()); err != nil || n != 0 {
		t.Errorf("got %d, %v", n, err)
	}
	for _, keyring := range []bool{false, true} {
		f := NewFolder(path, Options{Keyring: keyring, ring: new(fakeRing)})
		if r, kind := f.Load(keyA), f.Kind(); r != nil || kind == InMemory {
			t.Errorf("loaded %v, kept in %s", r, kind)
		}
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
}

// A lock has one holder; the others wait until it is given back, or give up. A
// key does not wait for another.
func TestLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		one, two := NewFolder(path, Options{}), NewFolder(path, Options{})
		held := lock(t, one, keyA)
		lock(t, two, keyB).Unlock()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := two.Lock(ctx, keyA); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a lock that is held: %v", err)
		}
		start := time.Now()
		time.AfterFunc(time.Minute, held.Unlock)
		lock(t, two, keyA).Unlock()
		if waited := time.Since(start); waited < time.Minute || waited > time.Minute+time.Second {
			t.Errorf("it was had after %s", waited)
		}
		if _, err := os.Stat(filepath.Join(path, one.name(keyA)+".lock")); err != nil {
			t.Errorf("the file of the lock: %v", err) // somebody may be waiting for it
		}
	})
}

// Listing tells what can be told of each file; clearing removes them all.
func TestListAndClear(t *testing.T) {
	path, ring := newPath(t), new(fakeRing)
	plain, sealed := NewFolder(path, Options{}), NewFolder(path, Options{Keyring: true, ring: ring})
	save(t, plain, keyA, testRecord())
	save(t, sealed, keyB, testRecord())
	if err := os.WriteFile(filepath.Join(path, strings.Repeat("0", 64)+".json"), []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		folder *Folder
		want   []string
	}{
		"plain":            {NewFolder(path, Options{}), []string{"file ada", "keyring -"}},
		"sealed":           {NewFolder(path, Options{Keyring: true, ring: ring}), []string{"file ada", "keyring ada"}},
		"without its key":  {NewFolder(path, Options{Keyring: true, ring: new(fakeRing)}), []string{"file ada", "keyring -"}},
		"without keyring ": {NewFolder(path, Options{Keyring: true, ring: &fakeRing{fail: errors.New("none")}}), []string{"file ada", "keyring -"}},
	} {
		entries, err := test.folder.List()
		var got []string
		for _, e := range entries {
			account := "-"
			if e.Record != nil {
				account = e.Record.Account
			}
			got = append(got, string(e.Kind)+" "+account)
		}
		slices.Sort(got)
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if n, err := plain.Clear(t.Context()); n != 3 || err != nil {
		t.Errorf("cleared %d, %v", n, err)
	}
	left, err := filepath.Glob(filepath.Join(path, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range left {
		if extension := filepath.Ext(name); extension != ".lock" && filepath.Base(name) != saltFile {
			t.Errorf("%s is left", name)
		}
	}
}

// A save removes what is of no use to anybody, and nothing else: not what may
// still be refreshed, what is in use, or what it cannot read.
func TestSweep(t *testing.T) {
	path := newPath(t)
	ago := func(d time.Duration, change func(*Record)) *Record {
		r := testRecord()
		r.Issued, r.Refresh = time.Now().Add(-d), ""
		if change != nil {
			change(r)
		}
		return r
	}
	const day = 24 * time.Hour
	records := []struct {
		record *Record
		stays  bool
	}{
		{ago(0, nil), true}, {ago(2*time.Hour, nil), true}, {ago(26*time.Hour, nil), false}, {ago(300*day, nil), false},
		{ago(300*day, func(r *Record) { r.Refresh = "r" }), true}, {ago(402*day, func(r *Record) { r.Refresh = "r" }), false},
		{ago(9*day, func(r *Record) { r.Refresh, r.RefreshUntil = "r", r.Issued.Add(7*day) }), false},
		{ago(9*day, func(r *Record) { r.Refresh, r.RefreshUntil = "r", r.Issued.Add(30*day) }), true},
		{ago(300*day, nil), true}, // its lock is held below
	}
	f := NewFolder(path, Options{})
	f.swept.Do(func() {})
	for i, r := range records {
		save(t, f, Key{0, byte(i)}, r.record)
	}
	held := lock(t, f, Key{0, byte(len(records) - 1)})
	defer held.Unlock()
	other := filepath.Join(path, strings.Repeat("0", 64)+".json")
	if err := os.WriteFile(other, []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	save(t, NewFolder(path, Options{}), keyA, testRecord())
	for i, r := range records {
		if stays := f.Load(Key{0, byte(i)}) != nil; stays != r.stays {
			t.Errorf("%+v stays: %t", r.record, stays)
		}
	}
	if _, err := os.Stat(other); err != nil {
		t.Error(err)
	}
}

// A save removes what is left of records for a day, too, unless somebody has the
// lock: it may hold a token.
func TestSweepOfLeftovers(t *testing.T) {
	path := newPath(t)
	f := NewFolder(path, Options{})
	f.swept.Do(func() {})
	save(t, f, Key{1, 1}, testRecord())
	held := lock(t, f, Key{1, 2})
	defer held.Unlock()
	files := []struct {
		name  string
		age   time.Duration
		stays bool
	}{
		{f.name(Key{1, 0}) + ".bad", 25 * time.Hour, false}, {f.name(Key{1, 0}) + ".json.tmp", 25 * time.Hour, false},
		{f.name(Key{1, 1}) + ".bad", 25 * time.Hour, false}, {f.name(Key{1, 1}) + ".json.tmp", 23 * time.Hour, true},
		{f.name(Key{1, 2}) + ".bad", 25 * time.Hour, true}, {f.name(Key{1, 2}) + ".json.tmp", 25 * time.Hour, true},
		{f.name(Key{1, 3}) + ".bad", 23 * time.Hour, true}, {f.name(Key{1, 4}) + ".json", 25 * time.Hour, true},
		{"notes.bad", 25 * time.Hour, true}, {"notes.json.tmp", 25 * time.Hour, true},
	}
	for _, file := range files {
		name, at := filepath.Join(path, file.name), time.Now().Add(-file.age)
		if err := os.WriteFile(name, []byte("leftover-token"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, at, at); err != nil {
			t.Fatal(err)
		}
	}
	save(t, NewFolder(path, Options{}), keyB, testRecord())
	for _, file := range files {
		if _, err := os.Stat(filepath.Join(path, file.name)); (err == nil) != file.stays {
			t.Errorf("%s of %s stays: %t", file.name, file.age, err == nil)
		}
	}
	if f.Load(Key{1, 1}) == nil {
		t.Error("a record is gone with what was left beside it")
	}
}

// A salt that is lost or cut makes all records unknown, and nothing worse.
func TestLostSalt(t *testing.T) {
	path := newPath(t)
	save(t, NewFolder(path, Options{}), keyA, testRecord())
	if err := os.WriteFile(filepath.Join(path, saltFile), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := NewFolder(path, Options{})
	if f.Load(keyA) != nil {
		t.Error("a record without its salt")
	}
	save(t, f, keyA, testRecord())
	if NewFolder(path, Options{}).Load(keyA) == nil {
		t.Error("no record with the new salt")
	}
}

// FuzzDecode protects against what may be in a file: it never panics, and what
// is read is a record of the very key that is asked for.
func FuzzDecode(f *testing.F) {
	const name, other = "00aa", "00bb"
	seal, err := newSealer(make([]byte, keySize))
	if err != nil {
		f.Fatal(err)
	}
	r := &Record{Provider: "p", Account: "a", Token: "t", Issued: time.Unix(1e9, 0), Life: time.Hour, Refresh: "r"}
	for _, of := range []string{name, other} {
		for _, s := range []*sealer{nil, seal} {
			text, err := encode(of, r, s)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
			f.Add(text[:len(text)-3])
		}
	}
	f.Add([]byte(`{"v":1,"sealed":""}`))
	f.Add([]byte(`{"v":1,"key":"00aa","KEY":"00bb","token":"t","issued_at":"2001-01-01T00:00:00Z","expires_at":"2001-01-02T00:00:00Z"}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, s := range []*sealer{nil, seal} {
			got, err := decode(name, text, s)
			if (got == nil) == (err == nil) {
				t.Fatalf("got %+v and %v", got, err)
			}
			if got == nil {
				continue
			}
			if also, _ := decode(other, text, s); also != nil {
				t.Error("one file is the record of two keys")
			}
			if got.Token == "" && got.Refresh == "" || got.Life <= 0 || got.Life > maxLife {
				t.Errorf("got %+v", got)
			}
			again, err := encode(name, got, s)
			if err != nil {
				t.Fatal(err)
			}
			if same, err := decode(name, again, s); err != nil || same.Token != got.Token || same.Refresh != got.Refresh {
				t.Errorf("written and read again: %+v, %v", same, err)
			}
		}
	})
}
