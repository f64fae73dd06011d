package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
)

// Files is the files of a project that a request may read: those inside the
// project root that are no dot-files, private environment files or keys, and
// what the user allows. It is safe for concurrent use.
type Files struct {
	root  string // absolute
	allow []allowance

	once   sync.Once
	opened *os.Root
	err    error

	observe func(path string) // may be nil
}

// Observe has every place told, as an absolute path, where a file that is asked
// for is looked for, before it is. It is called by whoever asks.
func (f *Files) Observe(observe func(path string)) { f.observe = observe }

// allowance is one pattern of --allow-file.
type allowance struct {
	pattern string
	path    bool // pattern is an absolute path, else it is a file name
}

// NewFiles returns the access to the files below root. The allowed patterns are
// the user's (--allow-file), in the syntax of filepath.Match. One without a
// separator is about file names, and lifts the protection of such files inside
// the root. One with a separator is a path, relative to the working directory,
// and may lead outside of the root.
func NewFiles(root string, allowed []string) (*Files, error) {
	f := &Files{root: root}
	if abs, err := filepath.Abs(root); err == nil {
		f.root = abs
	}
	for _, pattern := range allowed {
		a := allowance{pattern: pattern, path: strings.ContainsAny(filepath.ToSlash(pattern), "/")}
		if _, err := filepath.Match(pattern, ""); err != nil {
			return nil, &diag.Diagnostic{
				Code: diag.CodeUsage, Severity: diag.Error,
				Summary:    fmt.Sprintf("cannot read the pattern %q of --allow-file", pattern),
				Suggestion: "close the bracket",
			}
		}
		if abs, err := filepath.Abs(pattern); a.path && err == nil {
			a.pattern = abs
		}
		f.allow = append(f.allow, a)
	}
	return f, nil
}

// Close releases the root. Files that are open stay open.
func (f *Files) Close() error {
	f.once.Do(func() {})
	if f.opened == nil {
		return nil
	}
	return f.opened.Close()
}

// Open opens the file that a request names: path relative to fromDir, the
// folder of the request file, or else to the root. The error is a
// *diag.Diagnostic without a position.
func (f *Files) Open(fromDir, path string) (*os.File, error) { return f.open(fromDir, path, toSend) }

// OpenKey is Open for a certificate or key, which is used and never sent: key
// files inside the root are not protected from that.
func (f *Files) OpenKey(fromDir, path string) (*os.File, error) { return f.open(fromDir, path, toSign) }

// purpose is what a file is read for: what the refusal of a protected one says.
// A key that is used and never shown is not refused.
type purpose string

const (
	toSend  purpose = "sent"
	toCheck purpose = "read" // by a check, which shows it when it fails
	toSign  purpose = ""
)

func (f *Files) open(fromDir, path string, why purpose) (*os.File, error) {
	t, err := f.resolve(fromDir, path, why)
	if err != nil {
		return nil, err
	}
	return f.openTarget(path, t)
}

func (f *Files) openTarget(path string, t target) (*os.File, error) {
	var err error
	var file *os.File
	if t.outside {
		file, err = os.Open(t.path)
	} else {
		file, err = f.opened.Open(t.inside)
	}
	if err != nil {
		return nil, unreadable(path, t.path, err)
	}
	return file, nil
}

// ReadFile reads the file that Open would open.
func (f *Files) ReadFile(fromDir, path string) ([]byte, error) {
	opened, err := f.Open(fromDir, path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	content, err := io.ReadAll(opened)
	if err != nil {
		return nil, unreadable(path, path, err)
	}
	return content, nil
}

// ReadCheck reads a file that an answer is compared with, under the same rules as
// one that is sent, and returns its absolute path too. A file of more than limit
// bytes is an error.
func (f *Files) ReadCheck(fromDir, path string, limit int64) (content []byte, abs string, err error) {
	t, err := f.resolve(fromDir, path, toCheck)
	if err != nil {
		return nil, "", err
	}
	opened, err := f.openTarget(path, t)
	if err != nil {
		return nil, "", err
	}
	defer opened.Close()
	content, err = io.ReadAll(io.LimitReader(opened, limit+1))
	switch {
	case err != nil:
		return nil, "", unreadable(path, t.path, err)
	case int64(len(content)) > limit:
		return nil, "", problem(fmt.Sprintf("`%s` is too large", path), fmt.Sprintf("checks read files of at most %d MiB", limit>>20), "compare with a part of it")
	}
	return content, t.path, nil
}

// Stat describes the file that Open would open, with the same errors.
func (f *Files) Stat(fromDir, path string) (os.FileInfo, error) {
	t, err := f.resolve(fromDir, path, toSend)
	if err != nil {
		return nil, err
	}
	return t.info, nil
}

// target is a file that may be opened.
type target struct {
	path    string // absolute, as named
	inside  string // relative to the root, without symbolic links
	outside bool   // of the root, by leave of the user
	info    os.FileInfo
}

// resolve finds the file that path names and decides whether it may be read, or
// even sent.
func (f *Files) resolve(fromDir, path string, purpose purpose) (target, error) {
	from, err := filepath.Abs(fromDir)
	if err != nil {
		return target{}, unreadable(path, fromDir, err)
	}
	if path == "" {
		return target{}, problem("a file name is missing", "", "write the path of a file")
	}
	name := filepath.FromSlash(strings.ReplaceAll(path, `\`, "/")) // Visual Studio users write .\body.json
	candidates := []string{filepath.Clean(name)}
	if !filepath.IsAbs(name) {
		candidates[0] = filepath.Join(from, name)
	}
	if below := filepath.Join(f.root, name); filepath.IsLocal(name) && below != candidates[0] {
		candidates = append(candidates, below)
	}
	for _, candidate := range candidates {
		if f.observe != nil {
			f.observe(candidate)
		}
		t, err := f.check(path, candidate, purpose)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return t, err
		}
	}
	return target{}, missing(path, candidates)
}

// check decides about one absolute path. The error is fs.ErrNotExist if there
// is no such file.
func (f *Files) check(path, abs string, purpose purpose) (target, error) {
	t := target{path: abs}
	inside, err := filepath.Rel(f.root, abs)
	if err != nil || !filepath.IsLocal(inside) {
		return f.checkOutside(path, t)
	}
	f.once.Do(func() { f.opened, f.err = os.OpenRoot(f.root) })
	if f.err != nil {
		return t, unreadable(path, f.root, f.err)
	}
	// A link may lead to a protected file, or out of the root: what counts is
	// where it ends.
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return t, fs.ErrNotExist
		}
		return t, unreadable(path, abs, err)
	}
	realRoot, err := filepath.EvalSymlinks(f.root)
	if err != nil {
		return t, unreadable(path, f.root, err)
	}
	t.inside, err = filepath.Rel(realRoot, real)
	if err != nil || !filepath.IsLocal(t.inside) {
		return t, problem(
			fmt.Sprintf("`%s` leads out of the project", path),
			fmt.Sprintf("%s is a symbolic link to %s, and requests read files below %s", abs, real, f.root),
			"copy the file into the project",
		)
	}
	for _, checked := range []string{inside, t.inside} {
		if why := protected(checked); purpose != toSign && why != "" && !f.allowed(abs) {
			return t, problem(
				fmt.Sprintf("`%s` may not be %s", path, purpose),
				fmt.Sprintf("%s is %s", abs, why),
				fmt.Sprintf("if it must be %s, pass `--allow-file %s`", purpose, filepath.Base(abs)),
			)
		}
	}
	if t.info, err = f.opened.Stat(t.inside); err != nil {
		return t, unreadable(path, abs, err)
	}
	return t, regular(path, t)
}

// checkOutside decides about a path outside of the root.
func (f *Files) checkOutside(path string, t target) (target, error) {
	t.outside = true
	if !slices.ContainsFunc(f.allow, func(a allowance) bool { return a.path && a.matches(t.path) }) {
		return t, problem(
			fmt.Sprintf("`%s` is outside of the project", path),
			fmt.Sprintf("it is %s, and requests read files below %s", t.path, f.root),
			fmt.Sprintf("copy the file into the project, or pass `--allow-file %s`", t.path),
		)
	}
	var err error
	if t.info, err = os.Stat(t.path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return t, fs.ErrNotExist
		}
		return t, unreadable(path, t.path, err)
	}
	return t, regular(path, t)
}

// regular refuses what is no regular file: a folder, or a pipe, which would
// block.
func regular(path string, t target) error {
	switch {
	case t.info.Mode().IsRegular():
		return nil
	case t.info.IsDir():
		return problem(fmt.Sprintf("`%s` is a folder", path), fmt.Sprintf("found %s", t.path), "name a file in it")
	default:
		return problem(fmt.Sprintf("`%s` is no regular file", path), fmt.Sprintf("found %s", t.path), "name a regular file")
	}
}

func (f *Files) allowed(abs string) bool {
	return slices.ContainsFunc(f.allow, func(a allowance) bool { return a.matches(abs) })
}

func (a allowance) matches(abs string) bool {
	if !a.path {
		abs = filepath.Base(abs)
	}
	ok, err := filepath.Match(a.pattern, abs)
	return ok && err == nil
}

// protected says why a file of the project, relative to its root, is not sent;
// "" if nothing speaks against it.
func protected(inside string) string {
	for part := range strings.SplitSeq(filepath.ToSlash(inside), "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return "a dot-file, or below a dot-folder"
		}
	}
	base := strings.ToLower(filepath.Base(inside))
	switch {
	case strings.HasSuffix(base, ".private.env.json"), strings.HasSuffix(base, ".user"), strings.HasSuffix(base, ".env"):
		return "a private environment file"
	case slices.Contains([]string{"id_rsa", "id_dsa", "id_ecdsa", "id_ed25519"}, base):
		return "a private key"
	}
	switch filepath.Ext(base) {
	case ".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".ppk":
		return "a key file"
	}
	return ""
}

// missing is the message for a file that none of the candidates is.
func missing(path string, candidates []string) error {
	d := problem(fmt.Sprintf("no file `%s`", path), "looked for "+strings.Join(candidates, " and for "), "check the path; it counts from the folder of the request file")
	for _, candidate := range candidates {
		near := nearName(filepath.Dir(candidate), filepath.Base(candidate), func(name string) bool { return protected(name) == "" })
		if near != "" {
			d.Suggestion = "did you mean `" + strings.TrimSuffix(path, filepath.Base(candidate)) + near + "`?"
			break
		}
	}
	return d
}

func unreadable(path, at string, err error) error {
	return problem(fmt.Sprintf("cannot read `%s`", path), fmt.Sprintf("%s: %v", at, reason(err)), "make the file readable")
}

func problem(summary, detail, suggestion string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeBodyFile, Severity: diag.Error, Summary: summary, Detail: detail, Suggestion: suggestion}
}
