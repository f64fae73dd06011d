package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// jsonNode is a value of a JSON document, as it is written.
type jsonNode struct {
	kind     byte   // '{', '[', or 0 for all others
	name     string // of a member, decoded
	label    string // of a member, as it is written, with the quotation marks
	raw      string // of what is neither object nor array
	children []*jsonNode
	cut      bool // the text ends inside
}

// readJSON returns the document that a text is, or nil if that is no object and no
// array. A text that is not complete gives what there is of it.
func readJSON(text string, complete bool) *jsonNode {
	if complete && !json.Valid([]byte(text)) {
		return nil
	}
	if trimmed := strings.TrimSpace(text); trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' || nesting(trimmed) > maxNesting {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()        // of any size
	var open []*jsonNode // from the root to where the next value belongs
	var name, label string
	named := false // the name of the next member is read
	var before int64
	for {
		token, err := d.Token()
		if err != nil {
			if _, wrong := errors.AsType[*json.SyntaxError](err); wrong || len(open) == 0 {
				return nil
			}
			for _, n := range open {
				n.cut = true
			}
			return open[0]
		}
		raw := strings.TrimLeft(text[before:d.InputOffset()], " \t\r\n,:")
		before = d.InputOffset()
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			if len(open) == 1 {
				return open[0]
			}
			open = open[:len(open)-1]
			continue
		}
		var parent *jsonNode
		if len(open) > 0 {
			parent = open[len(open)-1]
		}
		if parent != nil && parent.kind == '{' && !named {
			name, _ = token.(string)
			label, named = raw, true
			continue
		}
		n := &jsonNode{name: name, label: label, raw: raw}
		name, label, named = "", "", false
		if parent != nil {
			parent.children = append(parent.children, n)
		}
		if delim, ok := token.(json.Delim); ok {
			n.kind, n.raw = byte(delim), ""
			open = append(open, n)
		}
	}
}

// focus is what of a document is to be seen.
type focus struct {
	children map[*jsonNode]*focus // nodes on the way, and with nothing below them at its end
}

// find returns the way along paths into a document, as far as it has them; nil
// if it has no first step of any.
func (n *jsonNode) find(paths []docPath) *focus {
	root := &focus{}
	for _, p := range paths {
		at, f := n, root
		for _, step := range p {
			next := at.child(step)
			if next == nil {
				break
			}
			if f.children == nil {
				f.children = make(map[*jsonNode]*focus)
			}
			if f.children[next] == nil {
				f.children[next] = &focus{}
			}
			at, f = next, f.children[next]
		}
	}
	if root.children == nil {
		return nil
	}
	return root
}

// child returns the member or the element that a step of a path leads to; nil if
// there is none. Of a name given twice, it is the last.
func (n *jsonNode) child(step string) *jsonNode {
	if n.kind == '[' {
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(n.children) {
			return n.children[i]
		}
		return nil
	}
	var found *jsonNode
	for _, c := range n.children {
		if c.name == step {
			found = c
		}
	}
	return found
}

// Bounds of an excerpt.
const (
	openLines  = 12  // of a value that is shown whole
	nearby     = 2   // members shown on either side of what is seen
	siblings   = 8   // children shown of a value that is too long to be shown whole
	shortRow   = 60  // bytes of a value that is shown on the line of its name
	longScalar = 300 // bytes shown of a text
)

// excerpt writes the part of a document that is to be seen, indented, with … for
// the rest.
type excerpt struct{ b strings.Builder }

func (x *excerpt) line(depth int, text string) {
	x.b.WriteString(strings.Repeat("  ", depth) + text + "\n")
}

// write writes a jsonNode with what stands before and behind it on its lines.
func (x *excerpt) write(n *jsonNode, f *focus, depth int, before, behind string) {
	if n.kind == 0 || len(n.children) == 0 {
		x.line(depth, before+n.short()+behind)
		return
	}
	x.line(depth, before+string(n.kind))
	switch {
	case f != nil && len(f.children) > 0:
		x.around(n, f, depth+1)
	case n.lines(openLines) < openLines:
		for i, c := range n.children {
			x.write(c, nil, depth+1, c.prefix(), n.comma(i))
		}
	default:
		for i, c := range n.children[:min(siblings, len(n.children))] {
			x.line(depth+1, c.prefix()+c.short()+n.comma(i))
		}
		if rest := len(n.children) - siblings; rest > 0 && !n.cut { // else nobody knows how many
			x.line(depth+1, n.left(rest)+" more")
		}
	}
	if n.cut {
		x.line(depth+1, "… (the rest is not shown)")
	}
	x.line(depth, n.close()+behind)
}

// around writes the children of a jsonNode that are to be seen, with those near to
// them if that helps: elements of a list say nothing about each other.
func (x *excerpt) around(n *jsonNode, f *focus, depth int) {
	near := 0
	if n.kind == '{' {
		near = nearby
	}
	seen := make([]bool, len(n.children))
	for i, c := range n.children {
		if f.children[c] != nil {
			for j := max(i-near, 0); j <= min(i+near, len(n.children)-1); j++ {
				seen[j] = true
			}
		}
	}
	for i := 0; i < len(n.children); {
		c := n.children[i]
		if next := f.children[c]; next != nil {
			x.write(c, next, depth, c.prefix(), n.comma(i))
			i++
			continue
		}
		hidden := 0
		for i+hidden < len(seen) && !seen[i+hidden] {
			hidden++
		}
		if n.cut && hidden > 0 && i+hidden == len(seen) {
			return // nobody knows how many there are
		}
		if hidden > 1 || hidden == 1 && n.kind == '[' {
			x.line(depth, n.left(hidden))
			i += hidden
			continue
		}
		x.line(depth, c.prefix()+c.short()+n.comma(i))
		i++
	}
}

// prefix is what stands before the value of a member.
func (n *jsonNode) prefix() string {
	if n.label == "" {
		return ""
	}
	return shortRaw(n.label) + ": "
}

func (n *jsonNode) comma(i int) string {
	if i == len(n.children)-1 && !n.cut {
		return ""
	}
	return ","
}

func (n *jsonNode) close() string {
	if n.kind == '{' {
		return "}"
	}
	return "]"
}

// left says how many children are left out.
func (n *jsonNode) left(count int) string {
	what := "item"
	if n.kind == '{' {
		what = "member"
	}
	return fmt.Sprintf("… %d %s", count, plural(count, what))
}

// short is a jsonNode on one line.
func (n *jsonNode) short() string {
	switch {
	case n.kind == 0:
		return shortRaw(n.raw)
	case n.cut: // nobody knows how many children it has
		return string(n.kind) + "…" + n.close()
	case len(n.children) == 0:
		return string(n.kind) + n.close()
	}
	if row := n.row(shortRow); row != "" {
		return row
	}
	return string(n.kind) + n.left(len(n.children)) + n.close()
}

// row is a node on one line, whole; "" if that is longer than limit.
func (n *jsonNode) row(limit int) string {
	if n.kind == 0 {
		if len(n.raw) > limit {
			return ""
		}
		return n.raw
	}
	if n.cut {
		return ""
	}
	var b strings.Builder
	b.WriteByte(n.kind)
	for i, c := range n.children {
		value := c.row(limit - b.Len())
		if value == "" {
			return ""
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c.prefix() + value)
	}
	b.WriteString(n.close())
	if b.Len() > limit {
		return ""
	}
	return b.String()
}

// shortRaw shortens a scalar. The quotation mark at its end stays.
func shortRaw(raw string) string {
	if len(raw) <= longScalar {
		return raw
	}
	return strings.ToValidUTF8(raw[:longScalar], "") + "…" + strings.Repeat(`"`, min(strings.Count(raw[:1], `"`), 1))
}

// shortenScalars shortens the long names and texts of an indented document.
func shortenScalars(indented string) string {
	var b strings.Builder
	for l := range strings.Lines(indented) {
		if len(l) <= longScalar {
			b.WriteString(l)
			continue
		}
		value := strings.TrimLeft(l, " ")
		b.WriteString(l[:len(l)-len(value)])
		if name := quotedLength(value); strings.HasPrefix(value[name:], ": ") {
			b.WriteString(shortRaw(value[:name]) + ": ")
			value = value[name+len(": "):]
		}
		raw := strings.TrimRight(value, ",\n")
		b.WriteString(shortRaw(raw) + value[len(raw):])
	}
	return b.String()
}

// quotedLength is the length of the JSON text that s starts with; 0 if it starts with
// none.
func quotedLength(s string) int {
	if !strings.HasPrefix(s, `"`) {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return 0
}

// lines counts the lines of a jsonNode that is shown whole, up to a limit.
func (n *jsonNode) lines(limit int) int {
	if n.kind == 0 || len(n.children) == 0 {
		return 1
	}
	count := 2
	for _, c := range n.children {
		if count >= limit {
			break
		}
		count += c.lines(limit - count)
	}
	return count
}

// around returns the part of a JSON document that paths lead to, with the rest
// left out; "" if none of them leads anywhere.
func around(text string, complete bool, paths []docPath) string {
	if len(paths) == 0 {
		return ""
	}
	document := readJSON(text, complete)
	if document == nil {
		return ""
	}
	f := document.find(paths)
	if f == nil {
		return ""
	}
	var x excerpt
	x.write(document, f, 0, "", "")
	return x.b.String()
}
