package propose

import (
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Member is a member of a document that a capture may keep: a text or a number.
type Member struct {
	Path   string // as an expression
	Name   string
	Parent string // the name of what holds it, in the singular for an element of a list; "" at the top
	Depth  int
	Value  any
}

// Members returns the members of a document, those at the top first. Of a list it
// is those of the first element.
func Members(document any) []Member {
	var all, level []Member
	level = append(level, Member{Path: "body", Value: document})
	for depth := 0; depth <= maxDepth && len(level) > 0 && len(all) < maxMembers; depth++ {
		var next []Member
		for _, m := range level {
			switch v := m.Value.(type) {
			case map[string]any:
				for _, name := range sortedNames(v) {
					if path := value.Member(m.Path, name); stable(name) && len(path) <= maxPath {
						next = append(next, Member{Path: path, Name: name, Parent: m.Name, Depth: depth, Value: v[name]})
					}
				}
			case []any:
				if len(v) > 0 {
					next = append(next, Member{Path: m.Path + "[0]", Name: strings.TrimSuffix(m.Name, "s"), Parent: m.Parent, Depth: depth, Value: v[0]})
				}
			case nil, bool:
			default:
				all = append(all, m)
			}
		}
		level = next
	}
	return all
}

// IsID reports whether the member names something that later requests may be
// about: not the exchange itself.
func (m Member) IsID() bool {
	return isID(m.Name) && !slices.ContainsFunc(diag.Words(m.Name), func(w string) bool {
		return w == "request" || w == "trace" || w == "correlation" || w == "span" || w == "transaction"
	})
}

// Means reports whether a variable of this name stands for the member in an answer
// to a request of the name given: ticketId for the id of a ticket, or of the
// answer to the request "ticket".
func (m Member) Means(variable, request string) bool {
	wanted := fold(variable)
	if wanted == "" {
		return false
	}
	if wanted == fold(m.Name) {
		return true
	}
	for _, whose := range [...]string{m.Parent, request, strings.TrimSuffix(request, "s")} {
		if whose != "" && (wanted == fold(whose+m.Name) || isID(m.Name) && wanted == fold(whose)) {
			return true
		}
	}
	return false
}

// fold reduces a name to what tells it from others in any of its spellings.
func fold(name string) string { return strings.Join(diag.Words(name), "") }
