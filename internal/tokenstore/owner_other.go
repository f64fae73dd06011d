//go:build !unix

package tokenstore

import "io/fs"

// isOwn reports whether the user owns a file. Where there is no such owner,
// access is inherited from the user's own folder.
func isOwn(fs.FileInfo) bool { return true }

// exposed reports whether others than the owner may use a file; the mode does
// not say here.
func exposed(fs.FileInfo) bool { return false }
