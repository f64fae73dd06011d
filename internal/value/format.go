package value

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Format renders v as JSON on one line, members sorted by name and numbers as
// written. Text is quoted.
func Format(v any) string {
	if s, ok := v.(string); ok {
		return quote(s)
	}
	return string(appendValue(nil, v))
}

// Text renders v as a template inserts it: text as it is, anything else as
// JSON.
func Text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Format(v)
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case string:
		return appendQuoted(b, v)
	case Number:
		return append(b, v...)
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, e)
		}
		return append(b, ']')
	case map[string]any:
		b = append(b, '{')
		for i, name := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, name), ':')
			b = appendValue(b, v[name])
		}
		return append(b, '}')
	}
	if d, ok := toDecimal(v); ok {
		return append(b, d.text()...)
	}
	return appendQuoted(b, fmt.Sprint(v))
}

func quote(s string) string { return string(appendQuoted(nil, s)) }

// appendQuoted writes s as a JSON string. Unlike encoding/json it leaves <, >
// and & alone: messages are for people.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(append(b, s[start:i]...), `\ufffd`...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' && c != 0x7f {
			i++
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}
