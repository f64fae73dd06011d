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
		size += min(len(p), headLength)
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
	for _, a := range m.automata {
		found = a.find(found, text, cut)
	}
	if len(found) < 2 {
		return found
	}
	slices.SortFunc(found, func(a, b span) int { return a.start - b.start })
	joined := found[:1]
	for _, s := range found[1:] {
		if last := &joined[len(joined)-1]; s.start <= last.end {
			last.end = max(last.end, s.end)
		} else {
			joined = append(joined, s)
		}
	}
	return joined
}

// headLength is how much of a pattern an automaton holds, in bytes. The rest of a
// longer one is compared where its head is found: a token of a kilobyte would
// otherwise take a hundred.
const headLength = 24

// automaton finds the heads of patterns in one pass over a text, however they
// overlap (Aho and Corasick, 1975). They share little, so most nodes have one child;
// children are lists.
type automaton struct {
	patterns []string
	nodes    []node     // the first is the root
	root     [256]int32 // the root's children by byte; 0 for none
	long     [][]string // patterns longer than their heads, sorted, by the head

	// second has, by the first byte of a pattern, a bit for the low bits of its second
	// byte: most places of a text are seen to begin no pattern. None is of one byte.
	second [256]uint64
}

type node struct {
	child, sibling int32 // first child, next child of the same parent; 0 for none
	fail           int32 // the longest proper suffix of this node that is a node
	long           int32 // which of the automaton's long patterns have this head, from 1; 0 for none
	depth          uint8 // bytes from the root
	length         uint8 // of the longest pattern that ends here; 0 for none
	char           byte  // that leads here
}

// newAutomaton builds an automaton of at most size nodes, beside its root.
func newAutomaton(patterns []string, size int) *automaton {
	a := &automaton{patterns: patterns, nodes: make([]node, 1, size+1)}
	for _, p := range patterns {
		a.second[p[0]] |= 1 << (p[1] % 64)
		head := p[:min(len(p), headLength)]
		var at int32
		for i := range len(head) {
			next := a.step(at, head[i])
			if next == 0 {
				next = int32(len(a.nodes))
				a.nodes = append(a.nodes, node{char: head[i], depth: uint8(i + 1), sibling: a.nodes[at].child})
				a.nodes[at].child = next
				if at == 0 {
					a.root[head[i]] = next
				}
			}
			at = next
		}
		n := &a.nodes[at]
		if len(p) == len(head) {
			n.length = uint8(len(p))
			continue
		}
		if n.long == 0 {
			a.long = append(a.long, nil)
			n.long = int32(len(a.long))
		}
		a.long[n.long-1] = append(a.long[n.long-1], p)
	}
	for _, same := range a.long {
		slices.Sort(same)
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

// find appends the parts of a text that patterns cover, which may overlap. If cut,
// the longest end of the text that is the beginning of a pattern is one of them.
func (a *automaton) find(found []span, text string, cut bool) []span {
	var current int32
	for i := 0; i < len(text); i++ {
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
		n := &a.nodes[current]
		if n.length > 0 {
			found = cover(found, span{i + 1 - int(n.length), i + 1})
		}
		if n.long > 0 { // no longer head ends here: all are of one length
			start := i + 1 - headLength
			if length := longest(a.long[n.long-1], text[start:], cut); length > 0 {
				found = cover(found, span{start, start + length})
			}
		}
	}
	if begun := int(a.nodes[current].depth); cut && begun > 0 {
		found = cover(found, span{len(text) - begun, len(text)})
	}
	return found
}

// longest returns how many bytes of a text the longest of some patterns takes that
// the text begins with; 0 if there is none. If cut, the text may end within the
// pattern. The patterns are sorted, and as long as their common head at least.
func longest(patterns []string, text string, cut bool) int {
	if cut {
		at, _ := slices.BinarySearch(patterns, text)
		if at < len(patterns) && strings.HasPrefix(patterns[at], text) {
			return len(text)
		}
	}
	for rest := text; ; {
		at, same := slices.BinarySearch(patterns, rest)
		if same {
			return len(rest)
		}
		if at == 0 {
			return 0
		}
		p := patterns[at-1] // the last that could be a beginning of the text
		common := shared(p, rest)
		if common == len(p) {
			return common
		}
		rest = rest[:common] // what is before it in the order shares no more
	}
}

// shared returns how many bytes two texts begin with in common.
func shared(a, b string) int {
	const stride = 64 // compared at once
	shorter := min(len(a), len(b))
	i := 0
	for i+stride <= shorter && a[i:i+stride] == b[i:i+stride] {
		i += stride
	}
	for i < shorter && a[i] == b[i] {
		i++
	}
	return i
}

// cover appends s to found, or makes the last one longer if it reaches into it.
func cover(found []span, s span) []span {
	if len(found) > 0 {
		if last := &found[len(found)-1]; last.start <= s.start && s.start <= last.end {
			last.end = max(last.end, s.end)
			return found
		}
	}
	return append(found, s)
}
