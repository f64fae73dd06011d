package charset

import (
	"mime"
	"slices"
	"strings"
)

// Media is a media type without its parameters, in lower case: `text/html`. It is
// empty where none is said.
type Media string

// MediaOf returns the media type of a content type, also of one whose parameters
// cannot be read.
func MediaOf(contentType string) Media {
	media, _ := mediaOf(contentType)
	return media
}

// mediaOf returns the media type of a content type, and the parameters that can be
// read.
func mediaOf(contentType string) (Media, map[string]string) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		media, _, _ = strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	return Media(media), params
}

func (m Media) subtype() string {
	_, subtype, _ := strings.Cut(string(m), "/")
	return subtype
}

// is reports whether the subtype is a format, or ends in it behind a plus (RFC
// 6839).
func (m Media) is(format string) bool {
	subtype := m.subtype()
	return subtype == format || strings.HasSuffix(subtype, "+"+format)
}

// IsJSON reports whether a media type is of JSON; one document, and not many.
func (m Media) IsJSON() bool { return m.is("json") }

// IsXML reports whether a media type is of XML (RFC 7303).
func (m Media) IsXML() bool { return m.is("xml") }

// IsHTML reports whether a media type is HTML that is not XML.
func (m Media) IsHTML() bool { return m == "text/html" }

// IsMarkup reports whether a document of the media type may say itself how it is
// encoded.
func (m Media) IsMarkup() bool { return m.IsXML() || m.IsHTML() }

// IsText reports whether a media type is one of text: all of `text/`, and the
// formats that are text under other names. It is false for none.
func (m Media) IsText() bool {
	if strings.HasPrefix(string(m), "text/") || m.IsMarkup() {
		return true
	}
	words := strings.FieldsFunc(m.subtype(), func(r rune) bool { return strings.ContainsRune("+-.", r) })
	return slices.ContainsFunc(words, func(word string) bool {
		switch word {
		case "json", "ndjson", "jsonl", "jsonlines", "json5", "xml", "yaml", "toml", "csv", "sql", "graphql", "javascript", "ecmascript", "urlencoded":
			return true
		}
		return false
	})
}
