// Package standin stands for values that are not known yet. A dry run builds requests as
// any other, and what only an answer has gets a stand-in meanwhile: a long number that no
// other text holds, since digits may stand where the value may, be it in a path, for a
// port or in JSON. Whatever is shown has the template again in its place.
package standin

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/curl"
)

// Set is the stand-ins of a run. A nil Set holds none: it is of a run that sends. Sets
// are safe for concurrent use.
type Set struct {
	prefix string // of all stand-ins

	mu     sync.Mutex
	made   map[Value]string // stand-ins by what they stand for
	stands []Value          // by their numbers
	shell  map[string]Value // by their variables of the shell
}

// Value is what a stand-in stands for.
type Value struct {
	Shown string // as it is written, such as {{ticket}}
	From  string // where the value will come from, for people
	Shell string // what has a shell put the value in; "" for a variable of its own
	Token bool   // of a provider
}

// digits is the length of the number of a stand-in behind the prefix.
const digits = 6

// New returns an empty set.
func New() *Set {
	n, _ := rand.Int(rand.Reader, big.NewInt(1e14)) // rand.Reader never fails
	return &Set{prefix: fmt.Sprintf("9%014d", n), made: make(map[Value]string), shell: make(map[string]Value)}
}

// Make returns the stand-in for a value. The same value has the same one.
func (s *Set) Make(v Value) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text, ok := s.made[v]; ok {
		return text
	}
	text := fmt.Sprintf("%s%0*d", s.prefix, digits, len(s.stands))
	s.made[v] = text
	if v.Shell == "" {
		name := curl.VariableName(curl.VariablePrefix, strings.Trim(v.Shown, "{}% "))
		for n := 2; ; n++ {
			if _, taken := s.shell[name]; !taken {
				break
			}
			name = fmt.Sprintf("%s_%d", strings.TrimSuffix(name, fmt.Sprintf("_%d", n-1)), n)
		}
		s.shell[name] = v
		v.Shell = curl.Expansion(name)
	}
	s.stands = append(s.stands, v)
	return text
}

// Piece is a piece of a text: a stand-in, or what is literal.
type Piece struct {
	Literal string
	Value   *Value // nil for a literal piece
}

// Cut returns a text in pieces.
func (s *Set) Cut(text string) []Piece {
	if s == nil {
		return []Piece{{Literal: text}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var pieces []Piece
	add := func(literal string) {
		if literal != "" {
			pieces = append(pieces, Piece{Literal: literal})
		}
	}
	for {
		at := strings.Index(text, s.prefix)
		end := at + len(s.prefix) + digits
		if at < 0 || end > len(text) {
			add(text)
			return pieces
		}
		n := -1
		_, _ = fmt.Sscanf(text[at+len(s.prefix):end], "%d", &n) // anything else is no stand-in
		if n < 0 || n >= len(s.stands) {
			add(text)
			return pieces
		}
		add(text[:at])
		pieces = append(pieces, Piece{Value: &s.stands[n]})
		text = text[end:]
	}
}

// Show returns a text with the templates in the places of their stand-ins.
func (s *Set) Show(text string) string {
	if !s.Holds(text) {
		return text
	}
	var b strings.Builder
	for _, p := range s.Cut(text) {
		if p.Value != nil {
			b.WriteString(p.Value.Shown)
		} else {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// Holds reports whether there is a stand-in in a text.
func (s *Set) Holds(text string) bool { return s != nil && strings.Contains(text, s.prefix) }

// Leads reports whether a text begins with a stand-in.
func (s *Set) Leads(text string) bool { return s != nil && strings.HasPrefix(text, s.prefix) }

// Is reports whether a text is stand-ins and nothing else.
func (s *Set) Is(text string) bool {
	if !s.Holds(text) {
		return false
	}
	for _, p := range s.Cut(text) {
		if p.Value == nil {
			return false
		}
	}
	return true
}

// From says where the first value that is not known in a text will come from.
func (s *Set) From(text string) string {
	for _, p := range s.Cut(text) {
		if p.Value != nil {
			return p.Value.From
		}
	}
	return ""
}
