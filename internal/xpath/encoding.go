package xpath

import (
	"bytes"
	"fmt"
	"regexp"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"github.com/postrider/postrider/internal/charset"
)

// decode turns a document into UTF-8 without a byte order mark.
func decode(content []byte, name string, declared func([]byte) string) ([]byte, error) {
	var from encoding.Encoding
	switch {
	case bytes.HasPrefix(content, []byte("\xef\xbb\xbf")):
		return valid(content[3:], "UTF-8")
	case bytes.HasPrefix(content, []byte("\xff\xfe")), bytes.HasPrefix(content, []byte("\xfe\xff")):
		name, from = "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	default:
		if name == "" {
			name = declared(content[:min(len(content), 1024)])
		}
		var known bool
		if from, known = charset.Find(name); !known {
			return nil, &SyntaxError{Message: fmt.Sprintf("unknown encoding `%s`", name)}
		}
	}
	if from == nil {
		return valid(content, "UTF-8")
	}
	decoded, err := from.NewDecoder().Bytes(content)
	if err != nil {
		return nil, &SyntaxError{Message: fmt.Sprintf("it is not the %s that it says it is: %v", name, err)}
	}
	return bytes.TrimPrefix(decoded, []byte("\ufeff")), nil
}

func valid(content []byte, name string) ([]byte, error) {
	if utf8.Valid(content) {
		return content, nil
	}
	at := 0
	for at < len(content) {
		r, n := utf8.DecodeRune(content[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	line, column := position(content, at)
	return nil, &SyntaxError{
		Message: fmt.Sprintf("the byte %#02x is not %s", content[at], name), Offset: at, Line: line, Column: column,
	}
}

var encodingPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^<\?xml\s[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)
})

// declaredEncoding returns the encoding of an XML declaration; "" if there is
// none.
func declaredEncoding(start []byte) string {
	if bytes.HasPrefix(start, []byte("\x00<\x00?")) {
		return "UTF-16BE" // without a byte order mark (XML 1.0 appendix F)
	}
	if bytes.HasPrefix(start, []byte("<\x00?\x00")) {
		return "UTF-16LE"
	}
	if found := encodingPattern().FindSubmatch(start); found != nil {
		return string(found[1])
	}
	return ""
}

var metaPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)<meta\s[^>]*?charset\s*=\s*["']?([A-Za-z0-9._:-]+)`)
})

// metaEncoding returns the encoding that an element meta of HTML names; "" if
// there is none.
func metaEncoding(start []byte) string {
	if found := metaPattern().FindSubmatch(start); found != nil {
		return string(found[1])
	}
	return declaredEncoding(start)
}
