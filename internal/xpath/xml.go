package xpath

import (
	"bufio"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// xmlSpace is the namespace of the prefix xml, which needs no declaration.
const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// ParseXML reads a document of XML 1.0 with namespaces. It is UTF-8 without a
// byte order mark, whatever its declaration says. The error is a *[SyntaxError],
// or that of the context.
//
// Nothing outside of the document is read, and the entities that a DOCTYPE
// declares are not expanded: to use one is an error. What is not well-formed is
// an error too.
func ParseXML(ctx context.Context, content []byte) (*Document, error) {
	if err := checkUTF8(content); err != nil {
		return nil, err
	}
	p := &xmlParser{src: content, b: newBuilder(), bound: map[string][]string{"xml": {xmlSpace}}}
	if err := p.parse(ctx); err != nil {
		return nil, err
	}
	return p.b.doc, nil
}

// reader reads a document until its context ends.
type reader struct {
	ctx  context.Context
	from *bytes.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}

func checkUTF8(content []byte) error {
	if utf8.Valid(content) {
		return nil
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
	return &SyntaxError{Message: fmt.Sprintf("the byte %#02x is not UTF-8", content[at]), Offset: at, Line: line, Column: column}
}

// xmlParser puts the tokens of encoding/xml together. It takes the raw ones,
// because the others have lost their prefixes, and so checks the nesting and
// the namespaces itself.
type xmlParser struct {
	src      []byte
	decoder  *xml.Decoder
	b        *builder
	elements []opened
	bound    map[string][]string // the namespaces of each prefix, the innermost last
	rooted   bool                // the root element has been opened
	doctype  bool
}

// opened is an element that is not closed yet.
type opened struct {
	name     xml.Name // its Space is the prefix
	offset   int
	declared []string // prefixes
}

func (p *xmlParser) parse(ctx context.Context) error {
	if len(bytes.TrimSpace(p.src)) == 0 {
		return p.fail(0, "it is empty")
	}
	p.decoder = xml.NewDecoder(bufio.NewReader(reader{ctx, bytes.NewReader(p.src)}))
	p.decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8
	for {
		start := int(p.decoder.InputOffset())
		token, err := p.decoder.RawToken()
		if err == io.EOF {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return p.invalid(err)
		}
		if err := p.token(token, start); err != nil {
			return err
		}
		if p.b.full {
			return tooLarge()
		}
	}
	if n := len(p.elements); n > 0 {
		return p.fail(p.elements[n-1].offset, "`<%s>` is never closed", written(p.elements[n-1].name))
	}
	if !p.rooted {
		return p.fail(0, "it has no element")
	}
	p.b.close()
	return nil
}

func (p *xmlParser) token(token xml.Token, start int) error {
	switch t := token.(type) {
	case xml.StartElement:
		return p.start(t, start)
	case xml.EndElement:
		return p.end(t, start)
	case xml.CharData:
		if len(p.elements) == 0 {
			if len(bytes.Trim(t, " \t\r\n")) > 0 {
				return p.fail(start, "text outside of the root element")
			}
			return nil
		}
		p.b.characters(string(t))
	case xml.Comment:
		p.b.child(commentNode, nil, string(t))
	case xml.ProcInst:
		if strings.EqualFold(t.Target, "xml") {
			if start > 0 {
				return p.fail(start, "the XML declaration must stand at the very start")
			}
			return nil
		}
		p.b.child(instructionNode, p.b.named(name{local: t.Target}), string(t.Inst))
	case xml.Directive:
		if p.rooted || p.doctype || !bytes.HasPrefix(t, []byte("DOCTYPE")) {
			return p.fail(start, "`<!%s` cannot stand here", firstWord(t))
		}
		p.doctype = true
	}
	return nil
}

func firstWord(b []byte) []byte {
	word, _, _ := bytes.Cut(b, []byte(" "))
	return word[:min(len(word), 20)]
}

func (p *xmlParser) start(t xml.StartElement, at int) error {
	if len(p.elements) == 0 && p.rooted {
		return p.fail(at, "a second root element `<%s>`", written(t.Name))
	}
	p.rooted = true
	e := opened{name: t.Name, offset: at}
	for _, a := range t.Attr {
		prefix, ok := declares(a.Name)
		if !ok {
			continue
		}
		if prefix != "" && a.Value == "" {
			return p.fail(at, "the prefix `%s` is bound to nothing", prefix)
		}
		p.bound[prefix] = append(p.bound[prefix], a.Value)
		e.declared = append(e.declared, prefix)
		if prefix != "" {
			p.b.declare(prefix, a.Value)
		}
	}
	p.elements = append(p.elements, e)
	n, err := p.resolve(t.Name, true, at)
	if err != nil {
		return err
	}
	p.b.child(elementNode, n, "")
	return p.attributes(t.Attr, at)
}

func (p *xmlParser) attributes(attributes []xml.Attr, at int) error {
	var seen map[xml.Name]bool
	for _, a := range attributes {
		if _, ok := declares(a.Name); ok {
			continue
		}
		n, err := p.resolve(a.Name, false, at)
		if err != nil {
			return err
		}
		if len(attributes) > 1 {
			if seen == nil {
				seen = make(map[xml.Name]bool, len(attributes))
			}
			expanded := xml.Name{Space: n.space, Local: n.local}
			if seen[expanded] {
				return p.fail(at, "the attribute `%s` is given twice", n.qualified())
			}
			seen[expanded] = true
		}
		p.b.attribute(n, a.Value)
	}
	return nil
}

// declares reports whether an attribute declares a namespace, and the prefix it
// does so for; "" is the default.
func declares(n xml.Name) (prefix string, ok bool) {
	switch {
	case n.Space == "xmlns":
		return n.Local, true
	case n.Space == "" && n.Local == "xmlns":
		return "", true
	}
	return "", false
}

// resolve finds the namespace of a name. The default one is for elements alone.
func (p *xmlParser) resolve(raw xml.Name, isElement bool, at int) (*name, error) {
	n := name{prefix: raw.Space, local: raw.Local}
	if n.prefix != "" || isElement {
		uris := p.bound[n.prefix]
		if len(uris) > 0 {
			n.space = uris[len(uris)-1]
		} else if n.prefix != "" {
			return nil, p.fail(at, "the prefix `%s` of `%s` is not declared", n.prefix, n.qualified())
		}
	}
	return p.b.named(n), nil
}

func (p *xmlParser) end(t xml.EndElement, at int) error {
	last := len(p.elements) - 1
	if last < 0 {
		return p.fail(at, "`</%s>` closes nothing", written(t.Name))
	}
	e := p.elements[last]
	if e.name != t.Name {
		line, _ := position(p.src, e.offset)
		return p.fail(at, "`</%s>` closes `<%s>` of line %d", written(t.Name), written(e.name), line)
	}
	for _, prefix := range e.declared {
		p.bound[prefix] = p.bound[prefix][:len(p.bound[prefix])-1]
	}
	p.elements = p.elements[:last]
	p.b.close()
	return nil
}

func written(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// invalid says why a token cannot be read.
func (p *xmlParser) invalid(err error) error {
	message := err.Error()
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		message = syntax.Msg
	}
	message = strings.TrimPrefix(message, "xml: ")
	if entity, ok := strings.CutPrefix(message, "invalid character entity "); ok && p.doctype {
		message = fmt.Sprintf("the entity `%s` is not known: those that a DOCTYPE declares are not expanded", entity)
	}
	return p.fail(min(int(p.decoder.InputOffset()), len(p.src)), "%s", message)
}

func (p *xmlParser) fail(offset int, format string, args ...any) error {
	e := &SyntaxError{Message: fmt.Sprintf(format, args...)}
	e.Text, e.Offset = window(p.src, offset)
	e.Line, e.Column = position(p.src, offset)
	return e
}

// margin is how much of a document is kept on either side of a mistake. It is much
// more than a message quotes, because a secret in the text is recognized only as
// long as it is whole.
const margin = 32 << 10

// window cuts a text, at characters, to what is around an offset, and returns the
// offset in it.
func window(src []byte, offset int) (text string, at int) {
	from, to := max(offset-margin, 0), min(offset+margin, len(src))
	for from > 0 && !utf8.RuneStart(src[from]) {
		from--
	}
	for to < len(src) && !utf8.RuneStart(src[to]) {
		to++
	}
	return string(src[from:to]), offset - from
}

// position returns the line and the column, in characters, of an offset.
func position(src []byte, offset int) (line, column int) {
	before := src[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1
}
