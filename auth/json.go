package auth

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/postrider/postrider/internal/diag"
)

// kind is the kind of a JSON value.
type kind uint8

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindString
	kindArray
	kindObject
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// node is a JSON value with the place where it stands, for messages.
type node struct {
	kind    kind
	span    diag.Span
	text    string // of a string
	truth   bool   // of a boolean
	members []member
	items   []*node
}

type member struct {
	key   string
	span  diag.Span // of the key
	value *node
}

// maxDepth bounds the nesting of a definition.
const maxDepth = 32

// parseJSON reads a range of a source as one JSON value.
func parseJSON(at Place) (*node, *diag.Diagnostic) {
	problem := func(offset int64, summary string) *diag.Diagnostic {
		start := at.Span.Start + int(offset)
		return &diag.Diagnostic{
			Code: diag.CodeAuthDefinition, Severity: diag.Error, Summary: summary,
			Source: at.Source, Subject: diag.Span{Start: start, End: start + 1},
		}
	}
	text := at.Source.Text()[at.Span.Start:at.Span.End]
	var anything any
	if err := json.Unmarshal(text, &anything); err != nil {
		offset := int64(len(text))
		if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
			offset = max(syntax.Offset-1, 0) // it counts the byte at fault
		}
		return nil, problem(offset, "not JSON: "+err.Error())
	}
	p := &jsonParser{base: at.Span.Start, text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	p.decoder.UseNumber()
	root, err := p.value(0)
	if err != nil {
		return nil, problem(p.decoder.InputOffset(), err.Error())
	}
	return root, nil
}

// jsonParser builds nodes from the tokens of a text that is known to be JSON.
type jsonParser struct {
	base    int // of the text in its source
	text    []byte
	decoder *json.Decoder
}

func (p *jsonParser) token() (json.Token, diag.Span, error) {
	start := int(p.decoder.InputOffset())
	for start < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[start]) >= 0 {
		start++
	}
	token, err := p.decoder.Token()
	return token, diag.Span{Start: p.base + start, End: p.base + int(p.decoder.InputOffset())}, err
}

func (p *jsonParser) value(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	token, span, err := p.token()
	if err != nil {
		return nil, err
	}
	n := &node{span: span}
	switch token := token.(type) {
	case string:
		n.kind, n.text = kindString, token
	case json.Number:
		n.kind = kindNumber
	case bool:
		n.kind, n.truth = kindBoolean, token
	case json.Delim:
		n.kind = kindObject
		if token == '[' {
			n.kind = kindArray
		}
		for p.decoder.More() {
			if err := p.element(n, depth); err != nil {
				return nil, err
			}
		}
		_, end, err := p.token()
		if err != nil {
			return nil, err
		}
		n.span.End = end.End
	}
	return n, nil
}

// element reads the next member or item of n.
func (p *jsonParser) element(n *node, depth int) error {
	var m member
	if n.kind == kindObject {
		key, span, err := p.token()
		if err != nil {
			return err
		}
		m.key, _ = key.(string)
		m.span = span
	}
	value, err := p.value(depth + 1)
	if err != nil {
		return err
	}
	if n.kind == kindArray {
		n.items = append(n.items, value)
		return nil
	}
	m.value = value
	n.members = append(n.members, m)
	return nil
}
