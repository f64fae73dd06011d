package runner

import (
	"maps"
	"path/filepath"
	"slices"
	"sync"
)

// FileReads is what a request file of the command line depends on.
type FileReads struct {
	Path string // of the request file, absolute

	// Files are the absolute paths of all that was read, or looked for, to plan and to
	// run it: itself, imports, environments, tables, bodies, schemas, keys.
	Files []string

	// Wrote are the absolute paths of the answers that a run has saved.
	Wrote []string
}

// lookups are the paths of files that requests name, as they are looked for.
type lookups struct {
	mu    sync.Mutex
	paths map[string]bool
	saved []string
}

func (l *lookups) add(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paths == nil {
		l.paths = make(map[string]bool)
	}
	l.paths[path] = true
}

// wrote notes that an answer was saved, under a name that counts from a folder.
func (l *lookups) wrote(dir, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if name = filepath.FromSlash(name); !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	l.saved = append(l.saved, absolute(name))
}

// Reads returns what each request file of the plan depends on, in the order of the
// files, also of those that hold no requests. What only a run reads, such as a body
// whose name holds a variable, is known after it. Standard input is left out.
func (p *Plan) Reads() []FileReads {
	var all []FileReads
	byPath := make(map[string]*suite, len(p.suites))
	for _, s := range p.suites {
		byPath[s.path] = s
	}
	table := ""
	if p.options.Data != "" {
		table = absolute(p.options.real(p.options.Data))
	}
	for _, in := range p.inputs {
		if in.Stdin {
			continue
		}
		files, wrote := map[string]bool{in.Abs: true}, []string(nil)
		if table != "" {
			files[table] = true
		}
		if s := byPath[in.Abs]; s != nil {
			for imported := range s.library {
				files[imported] = true
			}
			for _, f := range s.files {
				for _, place := range p.loader.Places(f.dir, p.options.Environment) {
					files[absolute(place)] = true
				}
			}
			s.lookups.mu.Lock()
			maps.Copy(files, s.lookups.paths)
			wrote = slices.Clone(s.lookups.saved)
			s.lookups.mu.Unlock()
		}
		all = append(all, FileReads{Path: in.Abs, Files: slices.Sorted(maps.Keys(files)), Wrote: wrote})
	}
	return all
}

// Saves returns the absolute paths that the answers of requests are written to, as far
// as they are known before a run, in no order.
func (p *Plan) Saves() []string {
	var all []string
	for _, s := range p.suites {
		all = slices.AppendSeq(all, maps.Keys(s.outputs))
	}
	return all
}

// Limit makes runs of the plan leave out all request files but these, named as
// [Plan.Reads] does, and those that share variables with them by @capture global.
func (p *Plan) Limit(paths []string) {
	p.only = make(map[string]bool)
	for _, path := range paths {
		p.only[path] = true
	}
	for grown := true; grown; {
		grown = false
		for _, s := range p.suites {
			for _, g := range s.after {
				setter := g.setter.file.suite
				if p.only[s.path] != p.only[setter.path] {
					p.only[s.path], p.only[setter.path], grown = true, true, true
				}
			}
		}
	}
}

// concerns reports whether a run is about a suite.
func (p *Plan) concerns(s *suite) bool { return p.only == nil || p.only[s.path] }
