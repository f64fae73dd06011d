package runner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/eval"
)

// maxCheckFile is how large a file may be that a check reads.
const maxCheckFile = 16 << 20

// checkFiles are the files that the expressions of a file may read: those that
// its bodies may, too.
type checkFiles struct{ file *file }

var _ eval.Files = checkFiles{}

// Read implements eval.Files.
func (c checkFiles) Read(name string) (content []byte, path string, err error) {
	files, err := c.file.files()
	if err != nil {
		return nil, "", err
	}
	defer files.Close() // only read from
	return files.ReadCheck(c.file.dir, name, maxCheckFile)
}

// Expected implements eval.Files.
func (c checkFiles) Expected(name string) bool {
	name = filepath.FromSlash(strings.ReplaceAll(name, `\`, "/"))
	candidates := []string{name}
	if !filepath.IsAbs(name) {
		candidates = []string{filepath.Join(c.Dir(), name), filepath.Join(c.file.root(), name)}
	}
	for _, path := range candidates {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return slices.ContainsFunc(candidates, func(path string) bool { return c.file.suite.outputs[path] })
}

// findOutputs finds the files that the requests of the suite write.
func (s *suite) findOutputs() {
	s.outputs = make(map[string]bool)
	for _, f := range s.files {
		for _, b := range f.parsed.Blocks {
			for _, to := range b.Outputs {
				if to.Path.HasTemplate() {
					continue
				}
				path := filepath.FromSlash(strings.ReplaceAll(to.Path.String(), `\`, "/"))
				if !filepath.IsAbs(path) {
					path = filepath.Join(checkFiles{f}.Dir(), path)
				}
				s.outputs[filepath.Clean(path)] = true
			}
		}
	}
}

// Dir implements eval.Files.
func (c checkFiles) Dir() string {
	dir, err := filepath.Abs(c.file.dir)
	if err != nil {
		return c.file.dir
	}
	return dir
}
