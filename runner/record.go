package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/diag"
)

// record is what did not pass the last time in the files of a project, each as of
// its own last run with an environment. It holds names, lines and numbers of
// rows, and nothing that is sent.
type record struct {
	Version int                  `json:"version"`
	Root    string               `json:"root"`
	Files   map[string][]openRun `json:"files"` // those that were run, by their paths from the root
}

const recordVersion = 1

// openRun is a request of a file that did not pass, or what of it did not.
type openRun struct {
	Request string `json:"request"` // its identity; "" for the whole file, which could not be run
	Line    int    `json:"line,omitempty"`
	Row     int    `json:"row,omitempty"`       // of the data of the file, from 1; 0 without
	Own     int    `json:"iteration,omitempty"` // row of its own data, from 1; 0 without
}

// identity tells a request of a file apart from the others, though lines may have been
// added above it: a name and which of that name it is, or else a digest of the
// request line.
func (s *suite) identity(st *step) string {
	s.identify()
	return s.identities[st]
}

// identified returns the request of an identity; nil if there is none.
func (s *suite) identified(id string) *step {
	s.identify()
	return s.byIdentity[id]
}

// identify makes the identities of all requests, unless that was done before.
func (s *suite) identify() {
	if s.identities != nil {
		return
	}
	s.identities = make(map[*step]string, len(s.file.steps))
	s.byIdentity = make(map[string]*step, len(s.file.steps))
	same := make(map[string]int)
	for _, st := range s.file.steps {
		id := st.address()
		if id == "" {
			digest := sha256.Sum256([]byte(st.name + "\n" + s.file.parsed.Source.Slice(st.span())))
			id = "=" + hex.EncodeToString(digest[:8])
			same[id]++
			id = fmt.Sprintf("%s#%d", id, same[id])
		}
		s.identities[st], s.byIdentity[id] = id, st
	}
}

// recordKey is what a record is about.
type recordKey struct{ root, environment string }

// path returns the file of a record.
func (k recordKey) path(dir string) string {
	digest := sha256.Sum256([]byte(k.root + "\x00" + k.environment))
	return filepath.Join(dir, "runs", hex.EncodeToString(digest[:16])+".json")
}

// readRecord reads a record; nil if there is none.
func readRecord(path string) (*record, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unwrapPathError(err)
	}
	r := new(record)
	if err := json.Unmarshal(content, r); err != nil {
		return nil, errors.New("it is damaged")
	}
	if r.Version != recordVersion {
		return nil, fmt.Errorf("it is of version %d, and this program knows version %d", r.Version, recordVersion)
	}
	return r, nil
}

func (p *Plan) recordKey(s *suite) recordKey { return recordKey{s.root(), p.options.Environment} }

// records returns what is kept of the projects of the suites. A record that cannot
// be read counts for none, which tell is told.
func (p *Plan) records(tell func(*diag.Diagnostic)) map[recordKey]*record {
	all := make(map[recordKey]*record)
	for _, s := range p.suites {
		key := p.recordKey(s)
		if _, known := all[key]; known || s.path == "" {
			continue
		}
		path := key.path(p.options.StateDir)
		r, err := readRecord(path)
		if err != nil {
			tell(&diag.Diagnostic{
				Code: diag.CodeState, Severity: diag.Warning,
				Summary:    fmt.Sprintf("what did not pass the last time is not known: `%s` cannot be read: %v", path, err),
				Suggestion: "the next run writes it anew",
			})
		}
		all[key] = r
	}
	return all
}

// find returns the step of a request that did not pass; nil if there is none. The
// error says that it, or its row, is no longer there.
func (s *suite) find(open openRun) (*step, error) {
	st := s.identified(open.Request)
	if st == nil {
		name := "the request"
		if !strings.HasPrefix(open.Request, "=") {
			name = "`" + open.Request[:max(strings.LastIndexByte(open.Request, '#'), 0)] + "`"
		}
		return nil, fmt.Errorf("%s, which stood at line %d, is no longer there", name, open.Line)
	}
	for _, r := range []struct {
		row   int
		table *data.Table
	}{{open.Row, s.table}, {open.Own, st.table}} {
		switch {
		case r.table != nil && r.table.Unread:
		case r.row == 0 && r.table != nil:
			return st, fmt.Errorf("`%s` had no data", st.label())
		case r.row > 0 && (r.table == nil || r.row > len(r.table.Rows)):
			return st, fmt.Errorf("row %d of the data of `%s` is no longer there", r.row, st.label())
		}
	}
	return st, nil
}
