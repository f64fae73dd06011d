package runner

import (
	"path/filepath"

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

// Dir implements eval.Files.
func (c checkFiles) Dir() string {
	dir, err := filepath.Abs(c.file.dir)
	if err != nil {
		return c.file.dir
	}
	return dir
}
