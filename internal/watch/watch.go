// Package watch finds out which files change, by looking at their size and time
// from time to time. That works on every system and every kind of disk, and for
// files that are not there yet; what notifies of changes does not on some.
package watch

import (
	"maps"
	"os"
	"slices"
	"time"
)

// Watcher looks at files and folders. It is not safe for concurrent use.
type Watcher struct {
	known   map[string]state
	pending map[string]bool // changed, and perhaps not yet done
}

// state is what a look at a file tells; the zero state is that of none.
type state struct {
	size    int64
	time    time.Time // of the last change to the content
	changed time.Time // of the last change to anything, such as the name; zero where the system does not tell
	mode    os.FileMode
	id      uint64 // tells it from another file of the same name; 0 where the system does not tell
}

func stateOf(path string) state {
	info, err := os.Stat(path)
	if err != nil {
		return state{}
	}
	s := state{time: info.ModTime(), mode: info.Mode()}
	s.changed, s.id = inode(info)
	if !info.IsDir() {
		s.size = info.Size()
	}
	return s
}

// after reports whether a file was written, or put in its place, after a time.
func (s state) after(since time.Time) bool { return s.time.After(since) || s.changed.After(since) }

// Set makes the watcher look at these paths and at no others. One that it has not
// known so far counts as changed if it was written, or put there, after a time, such
// as that at which somebody began to read it.
func (w *Watcher) Set(paths []string, since time.Time) {
	known := make(map[string]state, len(paths))
	for _, path := range paths {
		s, ok := w.known[path]
		if !ok {
			if s = stateOf(path); s.after(since) {
				w.mark(path)
			}
		}
		known[path] = s
	}
	w.known = known
	maps.DeleteFunc(w.pending, func(path string, _ bool) bool { _, ok := known[path]; return !ok })
}

func (w *Watcher) mark(path string) {
	if w.pending == nil {
		w.pending = make(map[string]bool)
	}
	w.pending[path] = true
}

// Accept takes what is there now for known.
func (w *Watcher) Accept(paths []string) {
	for _, path := range paths {
		if _, ok := w.known[path]; ok {
			w.known[path] = stateOf(path)
			delete(w.pending, path)
		}
	}
}

// Poll looks once, and returns what has changed, sorted, as soon as a look finds
// nothing more: a program that writes several files, or one in several steps, is
// waited for.
func (w *Watcher) Poll() []string {
	more := false
	for path, before := range w.known {
		if now := stateOf(path); now != before {
			w.known[path], more = now, true
			w.mark(path)
		}
	}
	if more || len(w.pending) == 0 {
		return nil
	}
	changed := slices.Sorted(maps.Keys(w.pending))
	w.pending = nil
	return changed
}
