package parser

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// checkForm warns of a body that is not in the form that its type says. It is
// sent all the same: broken requests are something to test, too.
func (b *bodyReader) checkForm() {
	switch {
	case b.req.Protocol != HTTP, b.warned: // what looks like a request in it explains the rest
	case b.multipart:
		b.checkBoundary()
	case b.kind == "application/x-www-form-urlencoded":
		b.checkFields()
	case b.kind == "application/json", strings.HasSuffix(b.kind, "+json"):
		b.checkJSON()
	}
}

// checkJSON looks at a document that is all text. One with templates is judged
// when their values are known.
func (b *bodyReader) checkJSON() {
	parts := b.req.Body.Parts
	if len(parts) != 1 || !parts[0].Path.IsZero() || parts[0].Text.HasTemplate() {
		return
	}
	text := parts[0].Text
	document := text.bytes(b.src)
	if json.Valid(document) || bytes.Contains(document, []byte(`\{\{`)) {
		return
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(document, new(json.RawMessage)); !errors.As(err, &syntax) {
		return
	}
	at := min(int(syntax.Offset), len(document)) // of the byte behind the wrong one
	b.warn(diag.CodeBodyForm, text.Locate(max(at-1, 0), at), "the body is not the JSON that its type says: "+syntax.Error(),
		"mend it, or send it from a file, as in `< ./broken.json`, if it is meant to be broken")
}

// checkFields looks for fields of a form that stand on lines of their own without
// an & between them, so that they are one.
func (b *bodyReader) checkFields() {
	var above []byte
	for i := b.from; i < b.to; i++ {
		if b.file.Lines[i].Kind != BodyText {
			above = nil // what a file ends with is not known
			continue
		}
		line := trimBytes(b.parser.line(i))
		if len(line) == 0 {
			continue
		}
		if above != nil && !bytes.HasSuffix(above, []byte("&")) && isField(line) {
			b.warn(diag.CodeBodyForm, b.trimmed(i), "there is no `&` between this field and the line above, so that both are one field",
				"write `&` at the end of the line above")
		}
		above = line
	}
}

// isField reports whether a line is a name, an equals sign and anything.
func isField(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte("="))
	name = trimRight(name)
	return found && len(name) > 0 && !bytes.ContainsAny(name, "& \t{}\"'<>")
}

// checkBoundary compares the boundary that the type names with the lines of the
// body (RFC 2046 §5.1.1).
func (b *bodyReader) checkBoundary() {
	if b.file.Lines[b.from].Kind == BodyFile {
		return // which holds the parts
	}
	var header *Header
	for _, h := range b.req.Headers {
		if strings.EqualFold(h.Name.String(), "Content-Type") {
			header = h
			break
		}
	}
	boundary := boundaryOf(header.Value.String())
	if boundary == "" {
		b.warn(diag.CodeBodyForm, header.Span, "a multipart body without a boundary", "write the one of the body, as in `"+b.kind+"; boundary=abc`")
		return
	}
	first, opened, closed := "", false, false
	for i := b.from; i < b.to; i++ {
		if b.file.Lines[i].Kind != BodyText || b.first(i) != '-' {
			continue
		}
		line, found := strings.CutPrefix(string(trimRight(b.parser.line(i))), "--")
		switch {
		case !found:
			continue
		case line == boundary:
			opened = true
		case line == boundary+"--":
			closed = true
		}
		if first == "" {
			first = line
		}
	}
	switch {
	case !opened && (strings.Contains(boundary, "{{") || strings.Contains(first, "{{")): // they may be the same in the end
	case !opened:
		suggestion := fmt.Sprintf("write a line `--%s` before each part and `--%s--` behind the last", boundary, boundary)
		if first != "" {
			suggestion = fmt.Sprintf("write `boundary=%s`, or start each part with `--%s`", first, boundary)
		}
		b.warn(diag.CodeBodyForm, header.Span, fmt.Sprintf("no part of the body starts with the boundary `--%s`", boundary), suggestion)
	case !closed:
		b.warn(diag.CodeBodyForm, b.trimmed(b.to-1), fmt.Sprintf("the body does not end with the boundary `--%s--`", boundary),
			fmt.Sprintf("write a line `--%s--` behind it", boundary))
	}
}

// boundaryOf returns the parameter of a Content-Type that says what separates
// its parts; "" if there is none. It may hold templates.
func boundaryOf(contentType string) string {
	for _, rest, found := strings.Cut(contentType, ";"); found; _, rest, found = strings.Cut(rest, ";") {
		name, value, _ := strings.Cut(rest, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "boundary") {
			continue
		}
		value = strings.TrimLeft(value, " \t")
		if quoted, ok := strings.CutPrefix(value, `"`); ok {
			value, _, _ = strings.Cut(quoted, `"`)
			return value
		}
		value, _, _ = strings.Cut(value, ";")
		return strings.TrimSpace(value)
	}
	return ""
}
