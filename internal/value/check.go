package value

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// Check reads one JSON document as Decode does, without making its values. It
// is many times as fast, unless there is a mistake or a duplicate to tell.
func Check(data []byte) (duplicates []string, err error) {
	if clean(data) {
		return nil, nil
	}
	_, duplicates, err = Decode(data)
	return duplicates, err
}

// clean reports whether data is one JSON document without duplicate names. It
// may miss what is rare: names with escapes, and exponents of many digits.
func clean(data []byte) bool {
	s := scanner{data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	if !utf8.Valid(s.data) {
		return false
	}
	end := s.value(s.space(0), 0)
	return end >= 0 && s.space(end) == len(s.data)
}

// scanner goes over a document. Its methods take the offset of what they read
// and return that behind it, or failed.
type scanner struct {
	data  []byte
	names []span // of the members of the objects on the way
}

const failed = -1

// span is a range of bytes. It holds no pointer, so that the garbage collector
// has nothing to do with a list of them.
type span struct{ start, end int }

// at returns a byte, or 0 behind the end, where no 0 can stand.
func (s *scanner) at(i int) byte {
	if uint(i) < uint(len(s.data)) {
		return s.data[i]
	}
	return 0
}

func (s *scanner) space(i int) int {
	for {
		if c := s.at(i); c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return i
		}
		i++
	}
}

func (s *scanner) value(i, depth int) int {
	switch c := s.at(i); c {
	case '{':
		return s.object(i+1, depth+1)
	case '[':
		return s.list(i+1, depth+1)
	case '"':
		end, _ := s.text(i + 1)
		return end
	case 't':
		return s.word(i, "true")
	case 'f':
		return s.word(i, "false")
	case 'n':
		return s.word(i, "null")
	default:
		return s.number(i)
	}
}

func (s *scanner) word(i int, word string) int {
	if !bytes.HasPrefix(s.data[i:], []byte(word)) {
		return failed
	}
	return i + len(word)
}

func (s *scanner) list(i, depth int) int {
	if depth > maxDepth {
		return failed
	}
	if i = s.space(i); s.at(i) == ']' {
		return i + 1
	}
	for {
		if i = s.value(i, depth); i < 0 {
			return failed
		}
		i = s.space(i)
		switch s.at(i) {
		case ',':
			i = s.space(i + 1)
		case ']':
			return i + 1
		default:
			return failed
		}
	}
}

func (s *scanner) object(i, depth int) int {
	if depth > maxDepth {
		return failed
	}
	if i = s.space(i); s.at(i) == '}' {
		return i + 1
	}
	object := members{scanner: s, first: len(s.names)}
	for {
		if s.at(i) != '"' {
			return failed
		}
		name := span{start: i + 1}
		var odd bool
		if i, odd = s.text(name.start); i < 0 {
			return failed
		}
		if name.end = i - 1; odd && s.hasEscapes(name) || object.repeats(name) {
			return failed
		}
		if i = s.space(i); s.at(i) != ':' {
			return failed
		}
		if i = s.value(s.space(i+1), depth); i < 0 {
			return failed
		}
		i = s.space(i)
		switch s.at(i) {
		case ',':
			i = s.space(i + 1)
		case '}':
			s.names = s.names[:object.first]
			return i + 1
		default:
			return failed
		}
	}
}

// hasEscapes reports whether a name is not the bytes that are written.
func (s *scanner) hasEscapes(name span) bool {
	return bytes.IndexByte(s.data[name.start:name.end], '\\') >= 0
}

// members are the names that an object has so far.
type members struct {
	*scanner
	first int             // the object's first of the scanner's names
	marks uint64          // a bit for each name; names that share one are compared
	many  map[string]bool // the names, from manyNames on
}

// manyNames is how many members an object may have before their names are
// looked up in a map instead of one by one.
const manyNames = 32

// repeats adds a name, and reports whether the object has it already.
func (m *members) repeats(s span) bool {
	name := m.data[s.start:s.end]
	if m.many != nil {
		if m.many[string(name)] {
			return true
		}
		m.many[string(name)] = true
		return false
	}
	mark := uint64(1)
	if n := len(name); n > 0 {
		mark <<= (n + 5*int(name[0]) + 11*int(name[n/2]) + 17*int(name[n-1])) & 63
	}
	if m.marks&mark != 0 {
		for _, other := range m.names[m.first:] {
			if bytes.Equal(m.data[other.start:other.end], name) {
				return true
			}
		}
	}
	m.marks |= mark
	m.names = append(m.names, s)
	if own := m.names[m.first:]; len(own) > manyNames {
		m.many = make(map[string]bool, 4*manyNames)
		for _, n := range own {
			m.many[string(m.data[n.start:n.end])] = true
		}
	}
	return false
}

// text reads from behind the first quotation mark to behind the last. Where it
// is not odd, it is ASCII without escapes.
func (s *scanner) text(i int) (end int, odd bool) {
	var seen uint64 // of all bytes together, and of some behind the text
	for {
		for i+8 <= len(s.data) {
			eight := binary.LittleEndian.Uint64(s.data[i:])
			seen |= eight
			if stops := textStops(eight); stops != 0 {
				i += bits.TrailingZeros64(stops) / 8
				break
			}
			i += 8
		}
		switch c := s.at(i); {
		case c == '"':
			return i + 1, odd || seen&tops != 0
		case c == '\\':
			odd = true
			if i = s.escape(i + 1); i < 0 {
				return failed, true
			}
		case c < ' ':
			return failed, true
		default: // one of the last bytes of the document
			seen |= uint64(c)
			i++
		}
	}
}

// Eight bytes of the same kind.
const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// textStops marks, of eight bytes, those that end a text or a run of characters
// that stand for themselves: quotation marks, backslashes and controls. The
// lowest mark is right; those above it may be wrong.
func textStops(eight uint64) uint64 {
	quote, slash := eight^ones*'"', eight^ones*'\\'
	return ((eight-ones*' ')&^eight | (quote-ones)&^quote | (slash-ones)&^slash) & tops
}

// escape reads what stands behind a backslash.
func (s *scanner) escape(i int) int {
	switch s.at(i) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		end, half := s.hex(i + 1)
		if half != 0xd8 { // the second half of a surrogate pair stands behind the first
			if half == 0xdc {
				return failed
			}
			return end
		}
		if end < 0 || s.at(end) != '\\' || s.at(end+1) != 'u' {
			return failed
		}
		if end, half = s.hex(end + 2); half != 0xdc {
			return failed
		}
		return end
	default:
		return failed
	}
}

// hex reads four hexadecimal digits. Of a half of a surrogate pair it says which:
// 0xd8 for the first and 0xdc for the second; else 0.
func (s *scanner) hex(i int) (end int, half byte) {
	var r rune
	for end = i + 4; i < end; i++ {
		switch c := s.at(i); {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return failed, 0
		}
	}
	switch {
	case !utf16.IsSurrogate(r):
		return end, 0
	case r < 0xdc00:
		return end, 0xd8
	}
	return end, 0xdc
}

func (s *scanner) number(i int) int {
	if s.at(i) == '-' {
		i++
	}
	if s.at(i) == '0' {
		i++
	} else if i = s.digits(i); i < 0 {
		return failed
	}
	if s.at(i) == '.' {
		if i = s.digits(i + 1); i < 0 {
			return failed
		}
	}
	if s.at(i)|0x20 != 'e' {
		return i
	}
	if i++; s.at(i) == '-' || s.at(i) == '+' {
		i++
	}
	end := s.digits(i)
	if end-i > maxExponentDigits {
		return failed
	}
	return end
}

// digits reads one digit or more.
func (s *scanner) digits(i int) int {
	start := i
	for c := s.at(i); '0' <= c && c <= '9'; c = s.at(i) {
		i++
	}
	if i == start {
		return failed
	}
	return i
}
