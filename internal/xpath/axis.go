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
// the nearest first.
func (e *evaluation) walk(found set, s *step, from int32) (set, error) {
	nodes := e.doc.nodes
	n := &nodes[from]
	visited := 0
	visit := func(at int32) {
		visited++
		if e.matches(&s.test, at) {
			found = append(found, at)
		}
	}
	// between visits what follows first and ends before stop, without attributes.
	between := func(first, stop int32) {
		for at := first; at < stop; at++ {
			if nodes[at].kind != attributeNode {
				visit(at)
			}
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
		for ; at >= 0; at = nodes[at].parent {
			visit(at)
		}
	case attribute:
		for at := from + 1; at < n.end && nodes[at].kind == attributeNode && nodes[at].parent == from; at++ {
			visit(at)
		}
	case child:
		for at := e.firstChild(from); at < n.end; at = nodes[at].end {
			visit(at)
		}
	case descendantOrSelf:
		visit(from)
		between(from+1, n.end)
	case descendant:
		between(from+1, n.end)
	case following:
		between(n.end, int32(len(nodes)))
	case preceding:
		for at := from - 1; at > 0; at-- {
			if nodes[at].kind != attributeNode && nodes[at].end <= from { // no ancestor
				visit(at)
			}
		}
	case followingSibling:
		if n.kind == attributeNode || n.parent < 0 {
			break
		}
		for at := n.end; at < nodes[n.parent].end; at = nodes[at].end {
			visit(at)
		}
	case precedingSibling:
		for at := n.previous; at >= 0; at = nodes[at].previous {
			visit(at)
		}
	}
	return found, e.spend(visited)
}

// firstChild returns the first node in an element behind its attributes.
func (e *evaluation) firstChild(of int32) int32 {
	at := of + 1
	for at < e.doc.nodes[of].end && e.doc.nodes[at].kind == attributeNode {
		at++
	}
	return at
}
