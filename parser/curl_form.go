package parser

import (
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// curlBoundary separates the fields of -F. It needs to be the same at each run
// and to occur in no content.
const curlBoundary = "----postrider-curl-form-7f3c1b9e"

// curlField is a field of -F taken apart.
type curlField struct {
	content, mediaType, fileName Text
}

// addForm adds a field of a multipart body: name=content, name=@path or
// name=<path, with ;type=… and ;filename=… behind it. The content and the name of
// the file may stand in double quotes.
func (c *curlReader) addForm(at diag.Span, value Text) {
	s := value.String()
	equals := strings.IndexByte(s, '=')
	if equals <= 0 {
		c.error(diag.CodeCurl, at, "not a field of a form", "write it like `-F 'name=value'` or `-F 'name=@path'`")
		return
	}
	from := equals + 1
	mark := byte(0)
	if from < len(s) && (s[from] == '@' || s[from] == '<') {
		mark = s[from]
		from++
	}
	field, ok := c.formField(at, value, from)
	if !ok {
		return
	}
	literal := func(text string) Text { return Literal(c.file.Source, at, text) }
	part := BodyPart{Text: field.content}
	if mark != 0 {
		part = BodyPart{Path: field.content, Line: value}
	}
	if mark == '@' {
		if path := field.content.String(); field.fileName.IsZero() {
			field.fileName = literal(path[strings.LastIndexByte(path, '/')+1:])
		}
		if field.mediaType.IsZero() {
			field.mediaType = literal("application/octet-stream")
		}
	}
	head := []Text{literal("--" + curlBoundary + "\r\nContent-Disposition: form-data; name=\""), value.Slice(0, equals), literal("\"")}
	if !field.fileName.IsZero() {
		head = append(head, literal("; filename=\""), literal(escapeQuotes(field.fileName.String())), literal("\""))
	}
	if !field.mediaType.IsZero() {
		head = append(head, literal("\r\nContent-Type: "), field.mediaType)
	}
	head = append(head, literal("\r\n\r\n"))
	c.form = append(c.form, BodyPart{Text: Join(head, "")})
	if field.content.String() != "" {
		c.form = append(c.form, part)
	}
	c.form = append(c.form, BodyPart{Text: literal("\r\n")})
}

// escapeQuotes writes a name as it stands in quotes (HTML, multipart/form-data).
func escapeQuotes(name string) string {
	if strings.Contains(name, "{{") {
		return name // quotes in a placeholder are none of the name
	}
	return strings.ReplaceAll(name, `"`, "%22")
}

// formField reads what stands behind name=, name=@ or name=<.
func (c *curlReader) formField(at diag.Span, value Text, from int) (f curlField, ok bool) {
	s := value.String()
	f.content, from = formWord(value, from)
	for from < len(s) {
		start := from + 1 // behind the ;
		start += len(s[start:]) - len(strings.TrimLeft(s[start:], " \t"))
		switch key, _, _ := strings.Cut(s[start:], "="); {
		case key == "filename":
			f.fileName, from = formWord(value, start+len("filename="))
		case key == "type" && f.mediaType.IsZero():
			_, from = formWord(value, start)
			f.mediaType = value.Slice(start+len("type="), from).TrimSpace()
		case !f.mediaType.IsZero() && key != "headers" && key != "encoder": // a parameter of the type
			_, from = formWord(value, start)
			f.mediaType = Join([]Text{f.mediaType, value.Slice(start, from).TrimSpace()}, ";")
		default:
			c.error(diag.CodeCurl, at, fmt.Sprintf("`%s` cannot be read behind a field of a form", s[start-1:]),
				"put double quotes round a value that holds a `;`, as in `-F 'name=\"a;b\"'`")
			return f, false
		}
	}
	return f, true
}

// formWord reads a word from an offset on and returns it with where it ends, at
// a ; or the end. In double quotes, which are left out, a ; does not count and a
// backslash protects a quote and a backslash.
func formWord(value Text, from int) (Text, int) {
	s := value.String()
	var q quotes
	if strings.HasPrefix(s[from:], `"`) {
		var pieces []Text
		start := from + 1
		for i := start; i < len(s); i++ {
			switch {
			case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
				pieces = append(pieces, value.Slice(start, i))
				start = i + 1
				i++
			case s[i] == '"':
				word := Join(append(pieces, value.Slice(start, i)), "")
				if word.IsZero() {
					word = Literal(value.Source(), value.Locate(from, i+1), "")
				}
				if end := strings.IndexByte(s[i:], ';'); end >= 0 {
					return word, i + end
				}
				return word, len(s)
			default:
				i = max(i, templateLast(s, i, &q))
			}
		}
	}
	i := from
	for i < len(s) && s[i] != ';' {
		i = max(i, templateLast(s, i, &q)) + 1
	}
	return value.Slice(from, i), i
}

// templateLast returns the offset of the last byte of the template at offset i,
// or -1 if there is none.
func templateLast(s string, i int, q *quotes) int {
	if strings.HasPrefix(s[i:], "{{") {
		if end, closed := templateEnd(s, i+2, q); closed {
			return end + 1
		}
	}
	return -1
}
