// Package project is the files around a request file: the project root, the
// request files that paths name, and which files a request may read.
package project

import (
	"os"
	"path/filepath"
)

// Root returns the project root of a folder, as an absolute path: its nearest
// ancestor that holds .git, a folder or a file as in a work tree, or else the
// folder itself.
func Root(dir string) string {
	start, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for folder := start; ; {
		if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return start
		}
		folder = parent
	}
}
