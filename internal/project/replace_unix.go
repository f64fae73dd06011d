//go:build unix

package project

import (
	"os"
	"syscall"
)

// keepOwner gives a new file the owner and group of the one that it replaces, if
// that is allowed: a file must not become root's because a container formats it.
func keepOwner(file *os.File, old os.FileInfo) {
	if stat, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = file.Chown(int(stat.Uid), int(stat.Gid)) // only root may give files away
	}
}
