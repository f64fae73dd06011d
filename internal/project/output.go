package project

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// CheckOutput finds out whether a request may write a file: path relative to
// fromDir, inside the root, and no file that requests must not read either. The
// error is a *diag.Diagnostic without a position.
func (f *Files) CheckOutput(fromDir, path string) error {
	_, err := f.output(fromDir, path)
	return err
}

// Save writes a file that a request names, all of it or none: write is called
// once, with a new file. An existing file is replaced if overwrite is set, else
// the name gets a number: answer-1.json. Missing folders are made. It returns
// the name that was written, as path writes it. Errors are those of CheckOutput,
// of write, and of the file system, the last as a *diag.Diagnostic.
func (f *Files) Save(fromDir, path string, overwrite bool, write func(*os.File) error) (string, error) {
	inside, err := f.output(fromDir, path)
	if err != nil {
		return "", err
	}
	failed := func(err error) error {
		return outputProblem(fmt.Sprintf("cannot write `%s`", path), fmt.Sprintf("%s: %v", filepath.Join(f.root, inside), reason(err)), "choose another file, or make room for it")
	}
	folder := filepath.Dir(inside)
	if err := f.opened.MkdirAll(folder, 0o777); err != nil {
		return "", failed(err)
	}
	part := filepath.Join(folder, ".postrider-"+rand.Text()) // several may write one name at a time
	temp, err := f.opened.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return "", failed(err)
	}
	defer f.opened.Remove(part) // where it has not been renamed; else there is none
	if err := write(temp); err != nil {
		_ = temp.Close() // what is wrong is known already
		return "", err
	}
	if err := temp.Close(); err != nil {
		return "", failed(err)
	}
	name, taken := inside, path
	for n := 1; !overwrite; n++ {
		reserved, err := f.opened.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
		if err == nil {
			_ = reserved.Close() // nothing was written
			break
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", failed(err)
		}
		name, taken = numbered(inside, n), numbered(path, n)
	}
	if err := f.opened.Rename(part, name); err != nil {
		return "", failed(err)
	}
	return taken, nil
}

// numbered puts a number behind the name of a file and before its extension.
func numbered(path string, n int) string {
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(path, ext), n, ext)
}

// output returns where a file would be written, relative to the root.
func (f *Files) output(fromDir, path string) (string, error) {
	from, err := filepath.Abs(fromDir)
	if err != nil {
		return "", outputProblem(fmt.Sprintf("cannot write `%s`", path), reason(err).Error(), "name a file in the project")
	}
	if path == "" {
		return "", outputProblem("a file name is missing", "", "write the path of a file")
	}
	abs := filepath.FromSlash(strings.ReplaceAll(path, `\`, "/"))
	if !filepath.IsAbs(abs) {
		abs = filepath.Join(from, abs)
	}
	inside, err := filepath.Rel(f.root, abs)
	if err != nil || !filepath.IsLocal(inside) || inside == "." {
		return "", outputProblem(
			fmt.Sprintf("`%s` is outside of the project", path),
			fmt.Sprintf("it is %s, and requests write files below %s", abs, f.root),
			"name a file in the project",
		)
	}
	why := protected(withoutHistory(inside))
	if base := strings.ToLower(filepath.Base(inside)); IsRequestFile(base) || strings.HasPrefix(base, "http-client.") {
		why = "a file of requests, or of their environments"
	}
	if why != "" {
		return "", outputProblem(fmt.Sprintf("`%s` may not be written", path), fmt.Sprintf("%s is %s", abs, why), "choose another name")
	}
	f.once.Do(func() { f.opened, f.err = os.OpenRoot(f.root) })
	if f.err != nil {
		return "", outputProblem(fmt.Sprintf("cannot write `%s`", path), reason(f.err).Error(), "make the folder of the project readable")
	}
	return inside, nil
}

// withoutHistory returns what a path names in the folder where JetBrains IDEs keep
// answers, $historyFolder, which is below a dot-folder; any other path as it is.
func withoutHistory(inside string) string {
	name, _ := strings.CutPrefix(filepath.ToSlash(inside), ".idea/httpRequests/")
	return name
}

func outputProblem(summary, detail, suggestion string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeOutput, Severity: diag.Error, Summary: summary, Detail: detail, Suggestion: suggestion}
}
