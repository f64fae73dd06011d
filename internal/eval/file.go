package eval

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// Files reads the files of the project that expressions name. It is safe for
// concurrent use.
type Files interface {
	// Read returns the content of a file and its absolute path. A relative name
	// counts from Dir. The error is a [*diag.Diagnostic] if it says what to do.
	Read(name string) (content []byte, path string, err error)

	// Expected reports whether a file is not there yet, but may be when a program
	// runs, because a request is to write it.
	Expected(name string) bool

	// Dir is the folder of the request file, as an absolute path.
	Dir() string
}

// prepareFile looks whether a file that is named outright can be read. What is
// compared is read when the check is made: a request may have written it, and may
// be what makes it.
func prepareFile(c *compiler, p *part) *Error {
	c.readsFiles = true
	name, ok := p.operands[0].literal.(string)
	if !ok {
		return nil
	}
	files := c.files()
	if _, _, err := readFile(files, name); err != nil && (files == nil || !files.Expected(name)) {
		return place(err, p.operands[0].start, p.operands[0].end)
	}
	return nil
}

// callFile is file(path): the content of a file of the project as text, byte for
// byte.
func callFile(r *run, args []any) (any, error) {
	content, _, err := readFile(r.files, args[0].(string))
	if err != nil {
		return nil, r.hideName(err, args[0].(string))
	}
	return string(content), r.spendText(len(content))
}

// hideName replaces an error that quotes a name in which something is hidden.
func (r *run) hideName(err *Error, name string) *Error {
	if r.visible(r.call, name) {
		return err
	}
	e := errorf("the file `%s` cannot be read", r.quote(r.call, name))
	e.Code = err.Code
	return e
}

func readFile(files Files, name string) (content []byte, path string, problem *Error) {
	if files == nil {
		return nil, "", errorf("there are no files here")
	}
	content, path, err := files.Read(name)
	if err != nil {
		return nil, "", fileError(err)
	}
	return content, path, nil
}

// fileError is what a file could not be read for.
func fileError(err error) *Error {
	e := errorf("%v", err)
	e.cause = err
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		e.Code, e.Summary, e.Detail, e.Suggestion = d.Code, d.Summary, d.Detail, d.Suggestion
	}
	return e
}

// fileURI returns the URI of an absolute path (RFC 8089).
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// filePath is the path of a file URI. It reports false for any other URI.
func filePath(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Host != "" {
		return "", false
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' { // /C:/…
		path = path[1:]
	}
	return filepath.FromSlash(path), true
}
