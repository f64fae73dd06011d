package value

import "bytes"

// Find returns the bytes of a member of a document that Check has found free of
// mistakes and duplicates, without decoding what stands beside it. A step of
// the path is the name of a member or the index of an element. It may miss what
// is rare, such as names with escapes: what it does not find is not for sure
// missing.
func Find(data []byte, path ...any) (member []byte, ok bool) {
	s := scanner{data: data}
	i := s.space(0)
	for _, step := range path {
		switch step := step.(type) {
		case string:
			i = s.findName(i, step)
		case int:
			i = s.findIndex(i, step)
		default:
			return nil, false
		}
		if i < 0 {
			return nil, false
		}
	}
	end := s.skip(i)
	if end < 0 {
		return nil, false
	}
	return data[i:end], true
}

// findName returns the offset of a member of the object at i.
func (s *scanner) findName(i int, name string) int {
	if s.at(i) != '{' {
		return failed
	}
	for i = s.space(i + 1); s.at(i) == '"'; i = s.space(i + 1) {
		start := i + 1
		end, _ := s.text(start)
		if end < 0 {
			return failed
		}
		if i = s.space(end); s.at(i) != ':' {
			return failed
		}
		i = s.space(i + 1)
		written := s.data[start : end-1]
		if string(written) == name && bytes.IndexByte(written, '\\') < 0 {
			return i
		}
		if i = s.skip(i); i < 0 {
			return failed
		}
		if i = s.space(i); s.at(i) != ',' {
			return failed
		}
	}
	return failed
}

// findIndex returns the offset of an element of the list at i.
func (s *scanner) findIndex(i, index int) int {
	if s.at(i) != '[' || index < 0 {
		return failed
	}
	if i = s.space(i + 1); s.at(i) == ']' {
		return failed
	}
	for ; index > 0; index-- {
		if i = s.skip(i); i < 0 {
			return failed
		}
		if i = s.space(i); s.at(i) != ',' {
			return failed
		}
		i = s.space(i + 1)
	}
	return i
}

// skip returns the offset behind the value at i, which is not checked again.
func (s *scanner) skip(i int) int {
	switch s.at(i) {
	case '"':
		end, _ := s.text(i + 1)
		return end
	case '{', '[':
	default:
		for start := i; ; i++ {
			switch s.at(i) {
			case ',', ']', '}', ' ', '\n', '\t', '\r', 0:
				if i == start {
					return failed
				}
				return i
			}
		}
	}
	data := s.data
	for depth := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			end, _ := s.text(i + 1)
			if end < 0 {
				return failed
			}
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return failed
}
