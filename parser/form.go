package parser

import "strings"

// formFields returns a body of type application/x-www-form-urlencoded that is
// laid out over lines as the one line that it stands for: white space round &
// and round the first = of a field, line ends included, is left out. The rest
// stays as it is; encoding is left to who sends it.
func (t Text) formFields() Text {
	s := t.String()
	cut := slicer{text: t}
	var fields Text
	var q quotes
	for from := 0; from <= len(s); {
		end := fieldEnd(s, from, &q)
		if from > 0 {
			fields.append(cut.next(from-1, from)) // the &
		}
		name, value, ok := strings.Cut(s[from:end], "=")
		if strings.Contains(name, "{{") {
			ok = false // an = inside a template
		}
		if ok {
			cut.trimmed(&fields, s, from, from+len(name))
			fields.append(cut.next(from+len(name), from+len(name)+1))
			cut.trimmed(&fields, s, end-len(value), end)
		} else {
			cut.trimmed(&fields, s, from, end)
		}
		from = end + 1
	}
	if fields.IsZero() {
		return t
	}
	return fields
}

// fieldEnd returns the offset of the & that ends the field at from. Those in
// templates do not count.
func fieldEnd(s string, from int, q *quotes) int {
	for i := from; i < len(s); i++ {
		switch {
		case s[i] == '&':
			return i
		case strings.HasPrefix(s[i:], "{{"):
			end, closed := templateEnd(s, i+2, q)
			if closed {
				end += len("}}")
			}
			i = end - 1
		}
	}
	return len(s)
}

// trimmed appends the part of s at [from, to) without white space at its ends.
func (c *slicer) trimmed(out *Text, s string, from, to int) {
	for from < to && strings.IndexByte(" \t\n", s[from]) >= 0 {
		from++
	}
	for from < to && strings.IndexByte(" \t\n", s[to-1]) >= 0 {
		to--
	}
	if from < to {
		out.append(c.next(from, to))
	}
}
