package value

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// SyntaxError is a text that is not JSON (RFC 8259).
type SyntaxError struct {
	Offset int64 // of the byte that does not fit, from 0; the length of the text if it ends too early
	Msg    string
}

// Error returns the message with the offset.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at offset %d: %s", e.Offset, e.Msg)
}

const (
	maxDepth      = 10_000 // of nesting, as in encoding/json
	maxDuplicates = 20     // that are reported
)

// Decode reads one JSON document. Of members with the same name the last one
// counts; the paths of the others are returned as duplicates. Anything that is
// not exactly one document is a [*SyntaxError]. A byte order mark is skipped.
func Decode(data []byte) (v any, duplicates []string, err error) {
	d := decoder{data: data}
	if v, err = d.document(); err != nil {
		return nil, nil, err
	}
	return v, d.duplicates, nil
}

type decoder struct {
	data       []byte
	pos        int
	path       []step
	duplicates []string
}

func (d *decoder) document() (any, error) {
	if bytes.HasPrefix(d.data, []byte("\ufeff")) {
		d.pos = len("\ufeff")
	}
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	if d.space(); d.pos < len(d.data) {
		return nil, d.unexpected("after the document")
	}
	return v, nil
}

// step is a name, or the index of a list, on the way to the current value.
type step struct {
	name  string
	index int // -1 if the step is a name
}

func (d *decoder) location() string {
	path := ""
	for _, s := range d.path {
		if s.index >= 0 {
			path += "[" + strconv.Itoa(s.index) + "]"
		} else {
			path = Member(path, s.name)
		}
	}
	return path
}

func (d *decoder) space() {
	for d.pos < len(d.data) {
		switch d.data[d.pos] {
		case ' ', '\t', '\n', '\r':
			d.pos++
		default:
			return
		}
	}
}

func (d *decoder) fail(offset int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Offset: int64(offset), Msg: fmt.Sprintf(format, args...)}
}

func (d *decoder) unexpected(where string) *SyntaxError {
	if d.pos >= len(d.data) {
		return d.fail(d.pos, "unexpected end %s", where)
	}
	r, size := utf8.DecodeRune(d.data[d.pos:])
	if r == utf8.RuneError && size == 1 {
		return d.fail(d.pos, "unexpected byte 0x%02X %s", d.data[d.pos], where)
	}
	return d.fail(d.pos, "unexpected %q %s", r, where)
}

// next returns the next byte that is not white space, 0 at the end.
func (d *decoder) next() byte {
	d.space()
	if d.pos == len(d.data) {
		return 0
	}
	return d.data[d.pos]
}

func (d *decoder) value() (any, error) {
	switch c := d.next(); {
	case c == '{':
		return d.object()
	case c == '[':
		return d.list()
	case c == '"':
		return d.text()
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	case c == 't':
		return true, d.word("true")
	case c == 'f':
		return false, d.word("false")
	case c == 'n':
		return nil, d.word("null")
	}
	return nil, d.unexpected("where a value should be")
}

func (d *decoder) word(w string) error {
	for i := range len(w) {
		if d.pos+i >= len(d.data) || d.data[d.pos+i] != w[i] {
			d.pos += i
			return d.unexpected("in the word `" + w + "`")
		}
	}
	d.pos += len(w)
	return nil
}

func (d *decoder) enter(s step) error {
	if len(d.path) >= maxDepth {
		return d.fail(d.pos, "nested deeper than %d levels", maxDepth)
	}
	d.path = append(d.path, s)
	d.pos++
	return nil
}

func (d *decoder) leave() { d.path = d.path[:len(d.path)-1]; d.pos++ }

func (d *decoder) object() (any, error) {
	if err := d.enter(step{index: -1}); err != nil {
		return nil, err
	}
	object := map[string]any{}
	if d.next() == '}' {
		d.leave()
		return object, nil
	}
	for {
		if d.next() != '"' {
			return nil, d.unexpected("where a member name should be")
		}
		name, err := d.text()
		if err != nil {
			return nil, err
		}
		d.path[len(d.path)-1].name = name
		if d.next() != ':' {
			return nil, d.unexpected("where `:` should be")
		}
		d.pos++
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		if _, double := object[name]; double && len(d.duplicates) < maxDuplicates {
			d.duplicates = append(d.duplicates, d.location())
		}
		object[name] = v
		switch d.next() {
		case ',':
			d.pos++
		case '}':
			d.leave()
			return object, nil
		default:
			return nil, d.unexpected("where `,` or `}` should be")
		}
	}
}

func (d *decoder) list() (any, error) {
	if err := d.enter(step{}); err != nil {
		return nil, err
	}
	list := []any{}
	if d.next() == ']' {
		d.leave()
		return list, nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch d.next() {
		case ',':
			d.pos++
			d.path[len(d.path)-1].index++
		case ']':
			d.leave()
			return list, nil
		default:
			return nil, d.unexpected("where `,` or `]` should be")
		}
	}
}

func (d *decoder) number() (any, error) {
	start := d.pos
	if d.data[d.pos] == '-' {
		d.pos++
	}
	leadingZero := d.pos < len(d.data) && d.data[d.pos] == '0'
	whole := d.pos
	if err := d.digits(); err != nil {
		return nil, err
	}
	if leadingZero && d.pos > whole+1 {
		return nil, d.fail(whole+1, "a number has a leading zero")
	}
	if d.pos < len(d.data) && d.data[d.pos] == '.' {
		d.pos++
		if err := d.digits(); err != nil {
			return nil, err
		}
	}
	if d.pos < len(d.data) && (d.data[d.pos] == 'e' || d.data[d.pos] == 'E') {
		d.pos++
		if d.pos < len(d.data) && (d.data[d.pos] == '+' || d.data[d.pos] == '-') {
			d.pos++
		}
		if err := d.digits(); err != nil {
			return nil, err
		}
	}
	v, ok := ParseNumber(string(d.data[start:d.pos]))
	if !ok {
		return nil, d.fail(start, "a number has an exponent of more than %d digits", maxExponentDigits)
	}
	return v, nil
}

func (d *decoder) digits() error {
	start := d.pos
	for d.pos < len(d.data) && '0' <= d.data[d.pos] && d.data[d.pos] <= '9' {
		d.pos++
	}
	if d.pos == start {
		return d.unexpected("where a digit should be")
	}
	return nil
}

// text reads a text, which must be UTF-8 (RFC 8259 §8.1): what is not, and half of
// a surrogate pair, could be read only as something that nobody has sent.
func (d *decoder) text() (string, error) {
	d.pos++
	start := d.pos
	for d.pos < len(d.data) {
		switch c := d.data[d.pos]; {
		case c == '"':
			s := d.data[start:d.pos]
			d.pos++
			return string(s), d.encoded(start, s)
		case c == '\\' || c < ' ':
			return d.escapedText(start)
		}
		d.pos++
	}
	return "", d.unexpected("in a text")
}

// escapedText reads on from the first byte that cannot stand for itself.
func (d *decoder) escapedText(start int) (string, error) {
	b := append([]byte(nil), d.data[start:d.pos]...)
	for d.pos < len(d.data) {
		c := d.data[d.pos]
		switch {
		case c == '"':
			written := d.data[start:d.pos]
			d.pos++
			return string(b), d.encoded(start, written)
		case c < ' ':
			return "", d.unexpected("in a text")
		case c != '\\':
			b = append(b, c)
			d.pos++
		default:
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			b = utf8.AppendRune(b, r)
		}
	}
	return "", d.unexpected("in a text")
}

// encoded finds bytes of a text that are not UTF-8.
func (d *decoder) encoded(start int, text []byte) error {
	if utf8.Valid(text) {
		return nil
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return d.fail(start+i, "byte 0x%02X means nothing in UTF-8", text[i])
		}
		i += size
	}
}

func (d *decoder) escape() (rune, error) {
	start := d.pos
	d.pos++
	if d.pos == len(d.data) {
		return 0, d.unexpected("in a text")
	}
	c := d.data[d.pos]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		d.pos++
		r, err := d.hex()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		first := d.data[start:d.pos]
		if bytes.HasPrefix(d.data[d.pos:], []byte(`\u`)) {
			d.pos += 2
			low, err := d.hex()
			if err != nil {
				return 0, err
			}
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
		}
		return 0, d.fail(start, "`%s` is half of a surrogate pair", first)
	default:
		return 0, d.unexpected("behind a backslash")
	}
	d.pos++
	return rune(c), nil
}

func (d *decoder) hex() (rune, error) {
	var r rune
	for range 4 {
		if d.pos == len(d.data) {
			return 0, d.unexpected("in a text")
		}
		c := d.data[d.pos]
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, d.unexpected("where a hexadecimal digit should be")
		}
		d.pos++
	}
	return r, nil
}
