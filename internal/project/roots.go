package project

import "sync"

// Roots finds the roots of folders, and looks for that of each folder once. It is
// for a time in which none of them changes, such as a run. The zero value is ready
// to be used, and safe for concurrent use.
type Roots struct {
	mu    sync.Mutex
	known map[string]string // by folder
}

// Of returns the [Root] of a folder.
func (r *Roots) Of(dir string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	root, known := r.known[dir]
	if !known {
		if r.known == nil {
			r.known = make(map[string]string)
		}
		root = Root(dir)
		r.known[dir] = root
	}
	return root
}
