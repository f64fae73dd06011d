package project

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folders returns the folders in which Find looks for request files, whose content
// decides what it finds: those among the paths with the ones below them, and those
// that patterns begin with.
func Folders(paths []string, dir string) []string {
	f := finder{dir: dir}
	var all []string
	for _, path := range paths {
		root := f.real(path)
		if info, err := os.Stat(root); err != nil || !info.IsDir() {
			i := strings.IndexAny(path, "*?[")
			if i < 0 || err == nil {
				continue
			}
			root = f.real(filepath.Dir(path[:i] + "x"))
		}
		_ = filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil || !entry.IsDir():
				return nil
			case at != root && isSkipped(entry.Name()):
				return fs.SkipDir
			}
			all = append(all, at)
			return nil
		})
	}
	slices.Sort(all)
	return slices.Compact(all)
}
