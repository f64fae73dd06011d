package project

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Input is a request file to read.
type Input struct {
	Name  string // as the user wrote it, or as it follows from the folder or pattern that they wrote; "<stdin>"
	Path  string // to open it; empty for standard input
	Abs   string // Path from the root, which tells files apart; empty for standard input
	Stdin bool
}

// Find returns the request files that paths name: files, folders (searched for
// *.http and *.rest, without dot-folders, node_modules and vendor), patterns
// (*, ?, [a-z], and ** for any folders) and "-" for standard input. Relative
// paths count from dir; an empty dir is the working directory. No paths at all
// stand for dir itself.
//
// Files come in the order of paths, those of a folder sorted by name, each
// once. A path that leads to no request file is a diagnostic. So is a file that
// cannot be read; these are among the problems and returned as unread.
func Find(paths []string, dir string) (inputs []Input, problems diag.List, unread []Input) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	f := finder{dir: dir, seen: map[string]bool{}}
	for _, p := range paths {
		f.path(p)
	}
	return f.inputs, f.problems, f.unread
}

type finder struct {
	dir      string
	here     string // the working directory, once it is known
	inputs   []Input
	problems diag.List
	unread   []Input
	seen     map[string]bool // by absolute path
	stdin    bool
}

// path adds what one path of the user names.
func (f *finder) path(name string) {
	if name == "-" {
		if !f.stdin {
			f.stdin = true
			f.inputs = append(f.inputs, Input{Name: "<stdin>", Stdin: true})
		}
		return
	}
	info, err := os.Stat(f.real(name))
	switch {
	case err == nil && info.IsDir():
		before := len(f.problems)
		files := f.walk(name)
		if len(files) == 0 && len(f.problems) == before {
			f.problem(fmt.Sprintf("no request files in %s", name), "", "name a folder that holds *.http or *.rest files")
		}
		f.add(files)
	case err == nil && !info.Mode().IsRegular() && !isStream(f.real(name)):
		f.problem(fmt.Sprintf("%s is no regular file", name), "", "name a file or a folder, or `-` for standard input")
	case err == nil:
		f.file(name)
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, "*?["):
		f.pattern(name)
	case errors.Is(err, fs.ErrNotExist):
		f.missing(name)
	default:
		f.unreadable(name, err)
	}
}

// isStream reports whether a path is where the system keeps what a process has
// open, such as /dev/stdin, and what <(…) of a shell stands for.
func isStream(path string) bool {
	return strings.HasPrefix(path, "/dev/") || strings.HasPrefix(path, "/proc/")
}

// real returns the path to open a name by.
func (f *finder) real(name string) string {
	if f.dir == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(f.dir, name)
}

// file adds a file that the user named outright, whatever it is called.
func (f *finder) file(name string) {
	opened, err := os.Open(f.real(name))
	if err != nil {
		f.unreadableFile(name, err)
		return
	}
	opened.Close()
	f.add([]string{name})
}

func (f *finder) add(names []string) {
	for _, name := range names {
		in := f.input(name)
		if !f.seen[in.Abs] {
			f.seen[in.Abs] = true
			f.inputs = append(f.inputs, in)
		}
	}
}

func (f *finder) input(name string) Input {
	real := f.real(name)
	return Input{Name: name, Path: real, Abs: f.absolute(real)}
}

// absolute asks the system for the working directory once, not for every file.
func (f *finder) absolute(path string) string {
	if !filepath.IsLocal(path) {
		if abs, err := filepath.Abs(path); err == nil {
			return abs
		}
		return path
	}
	if f.here == "" {
		here, err := os.Getwd()
		if err != nil {
			return path
		}
		f.here = here
	}
	return filepath.Join(f.here, path)
}

// walk returns the request files below a folder.
func (f *finder) walk(folder string) []string {
	entries, err := os.ReadDir(f.real(folder))
	if err != nil {
		f.unreadable(folder, err)
		return nil
	}
	var files []string
	for _, entry := range entries {
		name := join(folder, entry.Name())
		switch {
		case entry.IsDir() && !isSkipped(entry.Name()):
			files = append(files, f.walk(name)...)
		case !entry.IsDir() && f.isRequestFile(name):
			files = append(files, name)
		}
	}
	return files
}

// isRequestFile reports whether an entry that is no folder is a request file. A
// link with the name of one must lead somewhere.
func (f *finder) isRequestFile(name string) bool {
	if !IsRequestFile(name) {
		return false
	}
	info, err := os.Stat(f.real(name))
	if err != nil {
		f.unreadableFile(name, err)
		return false
	}
	return info.Mode().IsRegular()
}

// join puts a name behind a folder and keeps the way the folder is written.
func join(folder, name string) string {
	switch {
	case folder == "" || folder == ".":
		return name
	case os.IsPathSeparator(folder[len(folder)-1]):
		return folder + name
	default:
		return folder + "/" + name
	}
}

// IsRequestFile reports whether a file is called *.http or *.rest.
func IsRequestFile(name string) bool {
	ext := filepath.Ext(name)
	return strings.EqualFold(ext, ".http") || strings.EqualFold(ext, ".rest")
}

// isSkipped reports whether a folder holds no request files of the user's own.
func isSkipped(folder string) bool {
	return strings.HasPrefix(folder, ".") || folder == "node_modules" || folder == "vendor"
}

// pattern adds the request files that a pattern matches.
func (f *finder) pattern(pattern string) {
	slashed := filepath.ToSlash(pattern)
	if _, err := path.Match(slashed, ""); err != nil {
		f.problem(fmt.Sprintf("cannot read the pattern %s", pattern), "", "close the bracket")
		return
	}
	folder := ""
	if strings.HasPrefix(slashed, "/") {
		folder, slashed = "/", strings.TrimLeft(slashed, "/")
	}
	before := len(f.problems)
	found := f.match(folder, strings.Split(slashed, "/"))
	slices.Sort(found)
	if len(found) == 0 && len(f.problems) == before {
		f.problem(fmt.Sprintf("no request file matches %s", pattern),
			"patterns match *.http and *.rest files", "name a file or a folder")
		return
	}
	f.add(found)
}

// match returns the request files below folder whose path matches segments.
func (f *finder) match(folder string, segments []string) []string {
	if segments[0] == ".." || segments[0] == "." {
		if len(segments) == 1 {
			return nil
		}
		return f.match(join(folder, segments[0])+"/", segments[1:])
	}
	read := folder
	if read == "" {
		read = "."
	}
	entries, err := os.ReadDir(f.real(read))
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			f.unreadable(read, err)
		}
		return nil
	}
	var found []string
	if segments[0] == "**" {
		if len(segments) > 1 {
			found = f.match(folder, segments[1:]) // no folder at all
		}
		for _, entry := range entries {
			name := join(folder, entry.Name())
			switch {
			case entry.IsDir() && !isSkipped(entry.Name()):
				found = append(found, f.match(name, segments)...)
			case !entry.IsDir() && len(segments) == 1 && f.isRequestFile(name):
				found = append(found, name)
			}
		}
		return found
	}
	for _, entry := range entries {
		if ok, _ := path.Match(segments[0], entry.Name()); !ok {
			continue
		}
		name := join(folder, entry.Name())
		if len(segments) > 1 {
			found = append(found, f.match(name, segments[1:])...)
		} else if !entry.IsDir() && f.isRequestFile(name) {
			found = append(found, name)
		}
	}
	return found
}

func (f *finder) missing(name string) {
	folder, base := filepath.Split(name)
	suggestion := "check the path"
	if near := nearName(f.real(folder), base, IsRequestFile); near != "" {
		suggestion = "did you mean `" + folder + near + "`?"
	}
	f.problem(fmt.Sprintf("no such file or folder: %s", name), "", suggestion)
}

func (f *finder) unreadable(name string, err error) {
	f.problem(fmt.Sprintf("cannot read %s: %v", name, reason(err)), "", "make it readable, or leave it out")
}

func (f *finder) unreadableFile(name string, err error) {
	f.unreadable(name, err)
	f.unread = append(f.unread, f.input(name))
}

func (f *finder) problem(summary, detail, suggestion string) {
	f.problems = append(f.problems, &diag.Diagnostic{
		Code: diag.CodeNoInput, Severity: diag.Error, Summary: summary, Detail: detail, Suggestion: suggestion,
	})
}

// nearName returns the entry of a folder that base was probably meant to be:
// a folder, or a file that is eligible.
func nearName(folder, base string, eligible func(name string) bool) string {
	if folder == "" {
		folder = "."
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() && !isSkipped(entry.Name()) || !entry.IsDir() && eligible(entry.Name()) {
			names = append(names, entry.Name())
		}
	}
	// A forgotten extension is the most frequent slip.
	for _, name := range names {
		if strings.TrimSuffix(name, filepath.Ext(name)) == base {
			return name
		}
	}
	return diag.Nearest(base, names)
}

// reason returns the cause of a file error without the operation and the path.
func reason(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
