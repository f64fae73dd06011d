package xpath

// axis is a direction of a step (XPath 1.0 section 2.2).
type axis uint8

const (
	ancestor axis = iota
	ancestorOrSelf
	attribute
	child
	descendant
	descendantOrSelf
	following
	followingSibling
	parent
	preceding
	precedingSibling
	self
)

var axisNames = [...]string{
	"ancestor", "ancestor-or-self", "attribute", "child", "descendant", "descendant-or-self",
	"following", "following-sibling", "parent", "preceding", "preceding-sibling", "self",
}

// nodeTest is what a step looks for.
type nodeTest struct {
	any    bool // node()
	kind   kind
	wild   bool   // any name
	prefix string // of the name; "" for none
	local  string
}

// matches reports whether a node passes.
func (e *evaluation) matches(t *nodeTest, at int32) bool {
	n := &e.doc.nodes[at]
	switch {
	case t.any:
		return true
	case n.kind != t.kind:
		return false
	case t.kind == textNode || t.kind == commentNode:
		return true
	case t.prefix != "" && n.name.space != e.spaces[t.prefix]:
		return false
	case t.wild:
		return true
	case t.prefix == "" && n.kind == attributeNode && n.name.prefix != "":
		return false // an attribute without a prefix is in no namespace
	}
	return n.name.local == t.local || e.doc.html && lower(t.local) == lower(n.name.local)
}

// lower writes the letters of ASCII small, in which case HTML compares names.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for i, c := range b {
				if 'A' <= c && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// walk appends to found the nodes in a direction from a node that pass a test,
// the nearest first. It spends for all that it looks at, and no direction but
// that of the attributes looks at attributes.
func (e *evaluation) walk(found set, s *step, from int32) (set, error) {
	nodes := e.doc.nodes
	n := &nodes[from]
	err := e.spend(0)
	if err != nil {
		return found, err
	}
	// visit reports whether to go on.
	visit := func(at int32) bool {
		if e.matches(&s.test, at) {
			found = append(found, at)
		}
		err = e.spend(0)
		return err == nil
	}
	// between visits the nodes from first on that begin before stop.
	between := func(first, stop int32) {
		for at := first; at < stop && visit(at); at = nodes[at].first {
		}
	}
	switch s.axis {
	case self:
		visit(from)
	case parent:
		if n.parent >= 0 {
			visit(n.parent)
		}
	case ancestor, ancestorOrSelf:
		at := n.parent
		if s.axis == ancestorOrSelf {
			at = from
		}
		for at >= 0 && visit(at) {
			at = nodes[at].parent
		}
	case attribute:
		if n.kind == elementNode {
			for at := from + 1; at < n.first && visit(at); at++ {
			}
		}
	case child:
		for at := n.first; at < n.end && visit(at); at = nodes[at].end {
		}
	case descendantOrSelf:
		if visit(from) {
			between(n.first, n.end)
		}
	case descendant:
		between(n.first, n.end)
	case following:
		first := n.end
		if n.kind == attributeNode {
			first = nodes[n.parent].first
		}
		between(first, int32(len(nodes)))
	case preceding:
		for at := from - 1; at > 0 && err == nil; at-- {
			if nodes[at].kind == attributeNode {
				at = nodes[at].parent
			}
			if nodes[at].end > from { // an ancestor
				err = e.spend(0)
			} else {
				visit(at)
			}
		}
	case followingSibling:
		if n.kind == attributeNode || n.parent < 0 {
			break
		}
		for at := n.end; at < nodes[n.parent].end && visit(at); at = nodes[at].end {
		}
	case precedingSibling:
		for at := n.previous; at >= 0 && visit(at); at = nodes[at].previous {
		}
	}
	return found, err
}
