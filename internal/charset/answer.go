package charset

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Error says that a text is not in the charset that it is said to be in.
type Error struct {
	Charset string // as written
	Unknown bool   // nobody here knows such a charset
	Offset  int    // of the first byte that means nothing in UTF-8; -1 for other charsets
	Byte    byte
}

func (e *Error) Error() string {
	switch {
	case e.Unknown:
		return fmt.Sprintf("the charset `%s` is not known", e.Charset)
	case e.Offset < 0:
		return fmt.Sprintf("it holds bytes that mean nothing in `%s`", e.Charset)
	}
	return fmt.Sprintf("byte 0x%02X at offset %d means nothing in `%s`", e.Byte, e.Offset, e.Charset)
}

// Text returns the text of a body in UTF-8, without a byte order mark. What says
// how it is encoded is, in this order: a byte order mark; the charset of the content
// type; in HTML and XML, its own declaration. Where nothing says so, it is taken as
// it is: UTF-8, or no text at all. A body in UTF-8 of which something else is said
// that has one byte a character is UTF-8 nevertheless: servers add a charset to
// what they know nothing about, and hardly any text is valid by accident. The
// error is an *Error. Where nothing is to be done, the result is content itself.
func Text(contentType string, content []byte) ([]byte, error) {
	media, params := mediaOf(contentType)
	declared := params["charset"]
	if rest, ok := bytes.CutPrefix(content, []byte("\ufeff")); ok {
		content, declared = rest, "utf-8"
	} else if name := wideMark(content); name != "" && (declared != "" || media == "" || media.IsText()) {
		declared = name
	}
	valid := utf8.Valid(content)
	if declared == "" && (media.IsMarkup() || media == "") {
		declared = ownCharset(content, valid)
	}
	charset, known := Find(declared)
	switch {
	case declared == "":
		return content, nil
	case !known && valid:
		return content, nil // nearly everything is
	case !known:
		return nil, &Error{Charset: declared, Unknown: true, Offset: -1}
	case charset == nil && fold(declared) != "utf8" && !valid: // ASCII with more: what people then mean is Latin-1
		charset = charmap.ISO8859_1
	case charset == nil && !valid:
		at := invalid(content)
		return nil, &Error{Charset: declared, Offset: at, Byte: content[at]}
	}
	if _, single := charset.(*charmap.Charmap); charset == nil || single && valid {
		return content, nil
	}
	text, err := charset.NewDecoder().Bytes(content)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return nil, &Error{Charset: declared, Offset: -1}
	}
	return text, nil
}

// wideMark returns the charset that a byte order mark of UTF-16 names, or "".
func wideMark(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte{0xff, 0xfe}):
		return "utf-16le"
	case bytes.HasPrefix(content, []byte{0xfe, 0xff}):
		return "utf-16be"
	}
	return ""
}

// ownCharset returns the charset of a document of HTML or XML that nothing else
// says; "" for UTF-8, or if the document does not say it either.
func ownCharset(content []byte, valid bool) string {
	switch {
	case bytes.HasPrefix(content, []byte("\x00<\x00?")): // XML 1.0 appendix F
		return "utf-16be"
	case bytes.HasPrefix(content, []byte("<\x00?\x00")):
		return "utf-16le"
	case valid && bytes.IndexByte(content, escape) < 0:
		return ""
	case !bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("<")):
		return ""
	}
	name := declaration(content)
	if strings.HasPrefix(fold(name), "utf16") { // nothing could be read, if it were
		return "utf-8"
	}
	return name
}

// escape is in every text of ISO-2022-JP that is not ASCII, and in hardly any other.
const escape = 0x1b

// declared is how far into a document its own declaration is looked for.
const declared = 1024

// declaration returns the charset that the start of a document names, in the
// declaration of XML or in a meta element of HTML; "" for none.
func declaration(content []byte) string {
	head := strings.ToLower(string(content[:min(len(content), declared)]))
	if xml, ok := strings.CutPrefix(head, "<?xml"); ok {
		xml, _, _ = strings.Cut(xml, "?>")
		return assigned(xml, "encoding")
	}
	for {
		_, meta, ok := strings.Cut(head, "<meta")
		if !ok {
			return ""
		}
		meta, head, _ = strings.Cut(meta, ">")
		if name := assigned(meta, "charset"); name != "" {
			return name
		}
	}
}

// assigned returns the value behind `name=`, with or without quotes.
func assigned(text, name string) string {
	_, rest, _ := strings.Cut(text, name)
	rest, ok := strings.CutPrefix(strings.TrimSpace(rest), "=")
	if !ok {
		return ""
	}
	rest = strings.TrimLeft(rest, " \t\r\n\"'")
	if end := strings.IndexAny(rest, " \t\r\n\"';/>"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// invalid returns the offset of the first byte that is no UTF-8.
func invalid(content []byte) int {
	for i := 0; i < len(content); {
		r, size := utf8.DecodeRune(content[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(content)
}
