package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/data"
	"github.com/postrider/postrider/internal/lastrun"
)

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

// find returns the step of a request that did not pass; nil if there is none. The
// error says that it, or its row, is no longer there.
func (s *suite) find(open lastrun.Open) (*step, error) {
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
