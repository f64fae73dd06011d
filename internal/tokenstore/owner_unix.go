//go:build unix

package tokenstore

import (
	"io/fs"
	"os"
	"syscall"
)

// isOwn reports whether the user owns a file: the one that the process acts
// for, so that sudo uses no folder of its caller.
func isOwn(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// exposed reports whether others than the owner may use a file.
func exposed(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }
