package secret

import (
	"slices"
	"strings"
)

// matcher finds many patterns at once. It is immutable. Its automata grow in
// size from the last to the first, at least twofold, so that a run that learns
// secrets one by one rebuilds each pattern only a few times and every text is
// still read by a few automata only.
type matcher struct {
	automata []*automaton
	again    bool // a pattern contains "*": a mask may complete another secret
}

// with returns a matcher that finds patterns too.
func (m *matcher) with(patterns []string) *matcher {
	next := new(matcher)
	if m != nil {
		next.automata = slices.Clone(m.automata)
		next.again = m.again
	}
	size := 0 // of the automaton to build, in nodes
	for _, p := range patterns {
		size += len(p)
		next.again = next.again || strings.Contains(p, Mask[:1])
	}
	for n := len(next.automata); n > 0 && len(next.automata[n-1].patterns) < 2*len(patterns); n-- {
		patterns = append(slices.Clip(patterns), next.automata[n-1].patterns...)
		size += len(next.automata[n-1].nodes)
		next.automata = next.automata[:n-1]
	}
	next.automata = append(next.automata, newAutomaton(patterns, size))
	return next
}

// mask replaces what the patterns cover, until nothing is found. Only a mask
// can complete another pattern; every round is shorter, for a mask is shorter
// than any pattern.
func (m *matcher) mask(text string) string {
	for {
		found := m.spans(text, false)
		if len(found) == 0 {
			return text
		}
		text = replace(text, found)
		if !m.again {
			return text
		}
	}
}

// maskHead is mask for a text whose end is missing. The end is looked at once:
// a mask may itself be the beginning of a pattern.
func (m *matcher) maskHead(text string) string {
	found := m.spans(text, true)
	if len(found) == 0 {
		return text
	}
	if text = replace(text, found); m.again {
		return m.mask(text)
	}
	return text
}

// replace puts masks in the place of spans.
func replace(text string, found []span) string {
	var b strings.Builder
	b.Grow(len(text) + len(Mask))
	rest := 0
	for _, s := range found {
		b.WriteString(text[rest:s.start])
		b.WriteString(Mask)
		rest = s.end
	}
	b.WriteString(text[rest:])
	return b.String()
}

// span is a range of bytes.
type span struct{ start, end int }

// spans returns the parts of text that patterns cover, in order, none touching
// the next. If cut, the longest end of text that is the beginning of a pattern
// is one of them.
func (m *matcher) spans(text string, cut bool) []span {
	var found []span
	for i, a := range m.automata {
		var at cursor
		for {
			start, end := a.next(text, &at)
			if end == 0 {
				break
			}
			found = join(found, span{start, end}, i == 0)
		}
		if begun := int(a.nodes[at.node].depth); cut && begun > 0 {
			found = join(found, span{len(text) - begun, len(text)}, i == 0)
		}
	}
	if len(m.automata) == 1 || len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(a, b span) int { return a.end - b.end })
	joined := found[:0]
	for _, s := range found {
		joined = join(joined, s, true)
	}
	return joined
}

// join appends s to found. If merge, s ends behind all of found, and those that
// it reaches become one with it.
func join(found []span, s span, merge bool) []span {
	for merge && len(found) > 0 && found[len(found)-1].end >= s.start {
		s.start = min(s.start, found[len(found)-1].start)
		found = found[:len(found)-1]
	}
	return append(found, s)
}

// automaton finds patterns in one pass over a text, however they overlap (Aho
// and Corasick, 1975). Tokens are long and share little, so most nodes have one
// child; children are lists.
type automaton struct {
	patterns []string
	nodes    []node     // the first is the root
	root     [256]int32 // the root's children by byte; 0 for none

	// second has, by the first byte of a pattern, a bit for the low bits of its second
	// byte: most places of a text are seen to begin no pattern. None is of one byte.
	second [256]uint64
}

type node struct {
	child, sibling int32 // first child, next child of the same parent; 0 for none
	fail           int32 // the longest proper suffix of this node that is a node
	depth          int32 // bytes from the root
	length         int32 // of the longest pattern that ends here; 0 for none
	char           byte  // that leads here
}

// newAutomaton builds an automaton of at most size nodes, beside its root.
func newAutomaton(patterns []string, size int) *automaton {
	a := &automaton{patterns: patterns, nodes: make([]node, 1, size+1)}
	for _, p := range patterns {
		a.second[p[0]] |= 1 << (p[1] % 64)
		var at int32
		for i := 0; i < len(p); i++ {
			next := a.step(at, p[i])
			if next == 0 {
				next = int32(len(a.nodes))
				a.nodes = append(a.nodes, node{char: p[i], depth: int32(i + 1), sibling: a.nodes[at].child})
				a.nodes[at].child = next
				if at == 0 {
					a.root[p[i]] = next
				}
			}
			at = next
		}
		a.nodes[at].length = int32(len(p))
	}
	queue := make([]int32, 1, len(a.nodes))
	for ; len(queue) > 0; queue = queue[1:] {
		parent := queue[0]
		for child := a.nodes[parent].child; child != 0; child = a.nodes[child].sibling {
			n := &a.nodes[child]
			if parent != 0 {
				n.fail = a.follow(a.nodes[parent].fail, n.char)
			}
			if n.length == 0 {
				n.length = a.nodes[n.fail].length
			}
			queue = append(queue, child)
		}
	}
	return a
}

// step returns the child of a node, or 0.
func (a *automaton) step(at int32, char byte) int32 {
	if at == 0 {
		return a.root[char]
	}
	child := a.nodes[at].child
	for child != 0 && a.nodes[child].char != char {
		child = a.nodes[child].sibling
	}
	return child
}

// follow returns the node for the longest suffix of a node and char.
func (a *automaton) follow(at int32, char byte) int32 {
	for {
		if next := a.step(at, char); next != 0 || at == 0 {
			return next
		}
		at = a.nodes[at].fail
	}
}

// cursor is a place in a text with the node that stands for what is before it.
type cursor struct {
	offset int
	node   int32
}

// next finds the next place where a pattern ends and returns the longest one
// that ends there. The end is 0 if there is none; the cursor is then at the end
// of text.
func (a *automaton) next(text string, at *cursor) (start, end int) {
	current := at.node
	for i := at.offset; i < len(text); i++ {
		if current == 0 {
			if i+1 < len(text) && a.second[text[i]]&(1<<(text[i+1]%64)) == 0 {
				continue
			}
			if current = a.root[text[i]]; current == 0 {
				continue
			}
		} else {
			current = a.follow(current, text[i])
		}
		if n := a.nodes[current].length; n > 0 {
			*at = cursor{i + 1, current}
			return i + 1 - int(n), i + 1
		}
	}
	*at = cursor{len(text), current}
	return 0, 0
}
