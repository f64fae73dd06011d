package eval

import (
	"slices"
	"strconv"
	"strings"
)

// What a predicate calls `#` or `.id` is another value for each element, so that
// messages call it by its place in the list: `body.items[2].id`.

// name is the text of a part with the elements that it is about by their places.
func (r *run) name(p *part) string {
	if len(p.free) == 0 {
		return p.text
	}
	var b strings.Builder
	at := p.start
	for _, pointer := range p.pointers(p, nil) {
		b.WriteString(p.text[at-p.start : pointer.start-p.start])
		at = pointer.end
		i, _ := r.slots[pointer.element.index].(int)
		b.WriteString(r.name(pointer.element.list) + "[" + strconv.Itoa(i) + "]")
		if pointer.text == "." && at < p.end && p.text[at-p.start] != '[' { // .id is short for #.id
			b.WriteByte('.')
		}
	}
	return b.String() + p.text[at-p.start:]
}

// pointers returns the parts below p that are elements of predicates around
// whole, in the order of the source.
func (p *part) pointers(whole *part, to []*part) []*part {
	switch {
	case p.start < whole.start || p.end > whole.end: // a local variable is computed elsewhere
		return to
	case p.element == nil:
		for _, s := range p.sources {
			to = s.pointers(whole, to)
		}
	case slices.Contains(whole.free, p.element.value) && !slices.Contains(to, p):
		to = append(to, p)
	}
	slices.SortFunc(to, func(p, q *part) int { return p.start - q.start })
	return to
}

// nameElements replaces, in a message about a part, what is written in terms of
// an element. The suggestion stays: it is what to write there.
func (r *run) nameElements(e *Error, p *part) {
	if len(p.free) == 0 {
		return
	}
	written := p.text
	if written == "." {
		written = "#"
	}
	if name := r.name(p); name != p.text {
		for _, text := range []*string{&e.Summary, &e.Detail} {
			*text = strings.ReplaceAll(*text, "`"+written+"`", "`"+name+"`")
		}
	}
	if p.element != nil {
		return
	}
	for _, s := range p.sources {
		if s.start >= p.start && s.end <= p.end {
			r.nameElements(e, s)
		}
	}
}
