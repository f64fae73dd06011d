package eval

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/postrider/postrider/internal/value"
)

// differences says of a false part what is to blame: where the documents or
// texts on both sides differ, which element of a list, by how much.
func (p *part) differences(r *run) string {
	if p.culprit != nil {
		return p.culprit(r)
	}
	if p.body != nil { // evaluating the part gives its variable the value
		if _, err := p.value(r); err != nil {
			return ""
		}
		return p.body.differences(r)
	}
	switch {
	case p.operator == "or" || p.operator == "||":
		var sides []string
		for _, o := range p.operands {
			if why := o.differences(r); why != "" {
				sides = append(sides, why)
			}
		}
		return strings.Join(sides, "\n")
	case len(p.operands) != 2 || p.operator != "==" && !p.subset:
		return ""
	}
	actual, expected := p.sides()
	got, want := plainOperand(r, actual), plainOperand(r, expected)
	find := value.Diff
	if p.subset {
		find = value.DiffSubset
		if kindOf(got) == list && kindOf(want) != list { // one element of it
			want = []any{want}
		}
	}
	if s, ok := got.(string); ok {
		if t, ok := want.(string); ok && !p.subset {
			return r.textDifference(expected, actual, t, s)
		}
	}
	if !isDocument(want) || !isDocument(got) {
		return ""
	}
	var lines []string
	for _, d := range find(want, got) {
		if d.Change == value.Missing && r.secret(expected) || d.Change == value.Extra && r.secret(actual) {
			continue // its path holds names that only the secret has
		}
		lines = append(lines, r.difference(d, expected, actual))
	}
	return strings.Join(lines, "\n")
}

// sides returns which of two operands is what was found, and which what was
// expected: the right one, unless only the left one is written out.
func (p *part) sides() (actual, expected *part) {
	left, right := p.operands[0], p.operands[1]
	if _, written := left.constantValue(); written && !p.subset {
		if _, written := right.constantValue(); !written {
			return right, left
		}
	}
	return left, right
}

// mend suggests how to write a comparison of a document with its text.
func (p *part) mend(r *run) string {
	if p.operator != "==" || len(p.operands) != 2 {
		return ""
	}
	for i, o := range p.operands {
		v, other := plainOperand(r, o), plainOperand(r, p.operands[1-i])
		s, isText := v.(string)
		if !isText || !isDocument(other) {
			continue
		}
		if _, _, err := value.Decode([]byte(s)); err == nil {
			return fmt.Sprintf("compare documents with documents: write `fromJSON(%s)`", o.text)
		}
	}
	return ""
}

func plainOperand(r *run, p *part) any {
	v, err := p.value(r)
	if err != nil {
		return nil
	}
	v, _ = plain(v)
	return v
}

func isDocument(v any) bool {
	k := kindOf(v)
	return k == list || k == objects
}

// difference describes a place where two documents differ; want and got are the
// parts that they are of.
func (r *run) difference(d value.Difference, want, got *part) string {
	d.Path, d.Near = r.mask(d.Path), r.mask(d.Near)
	if r.secret(got) {
		d.Near = ""
	}
	w, g := r.whole(want, d.Want), r.whole(got, d.Got)
	if d.Change == value.Changed {
		w, g = around(w, g, shownText)
	} else {
		w, g = value.Shorten(w, shownText), value.Shorten(g, shownText)
	}
	return d.Describe(func(any) string { return w }, func(any) string { return g })
}

// around shortens two texts so that the first place where they differ is among
// what is left of them.
func around(a, b string, limit int) (string, string) {
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	if at > limit/2 && (len(a) > limit || len(b) > limit) {
		start := at - limit/4
		for start > 0 && !utf8.RuneStart(a[start]) {
			start--
		}
		if len(a) > limit {
			a = "… " + a[start:]
		}
		if len(b) > limit {
			b = "… " + b[start:]
		}
	}
	return value.Shorten(a, limit), value.Shorten(b, limit)
}

// textDifference says where two texts differ: those of several lines line by
// line, long ones of one line around the first difference. Short ones are shown
// as they are anyway.
func (r *run) textDifference(expected, actual *part, want, got string) string {
	if r.secret(expected) || r.secret(actual) {
		return ""
	}
	want, got = r.mask(want), r.mask(got)
	if want == got {
		return "they differ in what is hidden"
	}
	if strings.TrimRight(want, "\r\n") == strings.TrimRight(got, "\r\n") {
		return fmt.Sprintf("they differ in the line ends at their ends: expected %s, found %s", lineEnds(want), lineEnds(got))
	}
	if (isBinary(want) || isBinary(got)) && max(len(want), len(got)) > shownText { // no line of it could be read
		return "expected " + sizeOf(want) + ", found " + sizeOf(got)
	}
	if !strings.Contains(want, "\n") && !strings.Contains(got, "\n") {
		w, g := value.Format(want), value.Format(got)
		if len(w) <= shownText && len(g) <= shownText {
			return ""
		}
		w, g = around(w, g, shownText)
		return "expected " + w + ", found " + g
	}
	return unified(want, got, diffBytes)
}

// sizeOf describes a text beside binary data.
func sizeOf(s string) string {
	switch {
	case len(s) <= shownText:
		return value.Shorten(value.Format(s), shownText)
	case isBinary(s):
		return binaryData(s)
	}
	return fmt.Sprintf("%d bytes of text", len(s))
}

// lineEnds quotes the line ends behind a text.
func lineEnds(s string) string {
	if ends := s[len(strings.TrimRight(s, "\r\n")):]; ends != "" {
		return value.Shorten(value.Format(ends), shownText)
	}
	return "none"
}
