// Package charset turns text in other encodings into UTF-8: that of files, and that
// of answers, which say themselves what they are in, or do not.
package charset

import (
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decode turns content into UTF-8, given the name of its encoding: that of IANA,
// of the WHATWG's Encoding Standard or of Node's iconv-lite, in any case and
// punctuation; "" is UTF-8. Latin-1 is ISO 8859-1, as IANA and the tools of the
// files have it, and not windows-1252, as browsers do. It reports false for a name
// that is not known.
func Decode(name string, content []byte) (text []byte, known bool) {
	charset, known := Find(name)
	if charset == nil {
		return content, known
	}
	text, err := charset.NewDecoder().Bytes(content)
	return text, err == nil // decoders replace what they cannot read
}

// Known reports whether [Decode] knows an encoding.
func Known(name string) bool {
	_, known := Find(name)
	return known
}

// Find returns an encoding by its name; nil for UTF-8. It is found by
// comparing names, for an index of all of them would have to be built at start.
func Find(name string) (charset encoding.Encoding, known bool) {
	if name == "" {
		return nil, true
	}
	folded := fold(name)
	switch folded {
	case "utf8", "unicode11utf8", "usascii", "ascii":
		return nil, true
	case "utf16le", "utf16", "ucs2", "unicode": // whose order a byte order mark overrules
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), true
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	case "latin1", "l1", "binary", "cp819", "ibm819":
		return charmap.ISO8859_1, true
	case "latin2", "l2":
		return charmap.ISO8859_2, true
	case "latin5", "l5":
		return charmap.ISO8859_9, true
	case "latin9", "l9":
		return charmap.ISO8859_15, true
	case "cyrillic":
		return charmap.ISO8859_5, true
	case "greek":
		return charmap.ISO8859_7, true
	case "macroman", "mac", "xmacroman":
		return charmap.Macintosh, true
	case "shiftjis", "sjis", "xsjis", "mskanji", "windows31j", "cp932":
		return japanese.ShiftJIS, true
	case "eucjp":
		return japanese.EUCJP, true
	case "iso2022jp":
		return japanese.ISO2022JP, true
	case "euckr", "ksc5601", "windows949", "cp949":
		return korean.EUCKR, true
	case "gbk", "gb2312", "cp936", "windows936":
		return simplifiedchinese.GBK, true
	case "gb18030":
		return simplifiedchinese.GB18030, true
	case "big5", "cp950", "big5hkscs":
		return traditionalchinese.Big5, true
	}
	for _, c := range charmap.All {
		if named, ok := c.(fmt.Stringer); ok && fold(named.String()) == folded {
			return c, true
		}
	}
	return nil, false
}

// fold reduces the name of an encoding to what tells it from others.
func fold(name string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + ('a' - 'A')
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		}
		return -1
	}, name)
	for _, alias := range [...]struct{ long, short string }{
		{"ibmcodepage", "cp"}, {"windowscodepage", "cp"}, {"xcp", "cp"}, {"cp125", "windows125"}, {"win125", "windows125"}, {"ibm", "cp"},
	} {
		if rest, found := strings.CutPrefix(folded, alias.long); found {
			folded = alias.short + rest
		}
	}
	return folded
}
