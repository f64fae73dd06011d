package script

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/dop251/goja"
)

// invalidCharacter throws an InvalidCharacterError, as a browser does.
func (c *invocation) invalidCharacter(format string, args ...any) {
	c.l.throw(mistake{name: "InvalidCharacterError", message: "`" + c.name + "`: " + fmt.Sprintf(format, args...)})
}

// btoa writes the bytes that a text stands for, each character for one, in Base64
// (WHATWG HTML section 8.3).
func (l *library) btoa() goja.Value {
	return l.function("btoa", func(c *invocation) goja.Value {
		s := c.string(0, "data")
		b := make([]byte, s.Length())
		for i := range b {
			unit := s.CharAt(i)
			if unit > 0xFF {
				c.invalidCharacter("the character U+%04X at %d is outside of Latin-1; encode the text first: `btoa(unescape(encodeURIComponent(text)))` makes it UTF-8", unit, i)
			}
			b[i] = byte(unit)
		}
		return l.vm.ToValue(base64.StdEncoding.EncodeToString(b))
	})
}

// atob reads Base64 as the Web does: with or without padding, and white space
// anywhere (WHATWG Infra section 7, forgiving-base64 decode).
func (l *library) atob() goja.Value {
	return l.function("atob", func(c *invocation) goja.Value {
		written := c.written(0, "data")
		b, ok := forgivingBase64(written)
		if !ok {
			c.invalidCharacter("expected Base64, found %s", excerpt(written))
		}
		units := make([]uint16, len(b))
		for i, one := range b {
			units[i] = uint16(one)
		}
		return goja.StringFromUTF16(units)
	})
}

func forgivingBase64(s string) ([]byte, bool) {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune("\t\n\f\r ", r) {
			return -1
		}
		return r
	}, s)
	b, err := base64.RawStdEncoding.DecodeString(unpadded(s))
	return b, err == nil
}
