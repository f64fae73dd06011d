package value

import (
	"bytes"
	"unicode/utf8"
)

// manyNames is how many members an object may have before their names are
// looked up in a map instead of one by one.
const manyNames = 32

// checkObject reads an object for its mistakes and duplicates.
func (d *decoder) checkObject() error {
	if err := d.enter(step{index: -1}); err != nil {
		return err
	}
	if d.next() == '}' {
		d.leave()
		return nil
	}
	first := len(d.names)
	defer func() { d.names = d.names[:first] }()
	var seen map[string]bool // used from manyNames on
	for {
		if d.next() != '"' {
			return d.unexpected("where a member name should be")
		}
		name, err := d.checkText()
		if err != nil {
			return err
		}
		if !utf8.Valid(name) { // as Decode reads it
			name = bytes.ToValidUTF8(name, []byte("\ufffd"))
		}
		double := false
		if seen == nil {
			double = containsName(d.names[first:], name)
			d.names = append(d.names, name)
			if len(d.names)-first > manyNames {
				seen = make(map[string]bool, 4*manyNames)
				for _, n := range d.names[first:] {
					seen[string(n)] = true
				}
			}
		} else {
			double = seen[string(name)]
			seen[string(name)] = true
		}
		if d.next() != ':' {
			return d.unexpected("where `:` should be")
		}
		d.pos++
		d.path[len(d.path)-1].member = name
		if _, err := d.value(); err != nil {
			return err
		}
		if double && len(d.duplicates) < maxDuplicates {
			d.duplicates = append(d.duplicates, d.location())
		}
		switch d.next() {
		case ',':
			d.pos++
		case '}':
			d.leave()
			return nil
		default:
			return d.unexpected("where `,` or `}` should be")
		}
	}
}

func containsName(names [][]byte, name []byte) bool {
	for _, n := range names {
		if bytes.Equal(n, name) {
			return true
		}
	}
	return false
}

// checkText reads a string and returns what it stands for: bytes of the
// document where nothing is escaped.
func (d *decoder) checkText() ([]byte, error) {
	start := d.pos + 1
	for i := start; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			return d.data[start:i], nil
		case c == '\\' || c < ' ':
			s, err := d.text()
			return []byte(s), err
		}
	}
	d.pos = len(d.data)
	return nil, d.unexpected("in a text")
}
