package watch

import (
	"os"
	"syscall"
	"time"
)

// inode returns what a file is besides its content.
func inode(info os.FileInfo) (changed time.Time, id uint64) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, 0
	}
	return time.Unix(s.Ctim.Unix()), uint64(s.Ino)
}
