package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/postrider/postrider/internal/diag"
)

// A template is a text of a definition in which `{{name}}` stands for a
// parameter. What is substituted is escaped for the place it stands in, so that
// a value can fill a place and never change the structure round it.
type template struct {
	parts []part
	span  diag.Span // in the definition
}

// A part is literal text, or the name of a parameter.
type part struct{ text, name string }

// values finds the value of a name. It reports false for a name that is not
// set: what is built with it is then left out.
type values func(name string) (string, bool)

// with returns values that know one more name.
func (v values) with(name, value string) values {
	return func(asked string) (string, bool) {
		if asked == name {
			return value, value != ""
		}
		return v(asked)
	}
}

// isParameterName reports whether s is lower-case letters, digits and `_`,
// beginning with a letter.
func isParameterName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}

func parseTemplate(text string) (template, error) {
	var t template
	for text != "" {
		before, rest, found := strings.Cut(text, "{{")
		if before != "" {
			t.parts = append(t.parts, part{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return template{}, errors.New("`{{` without `}}`")
		}
		if name = strings.TrimSpace(name); !isParameterName(name) {
			return template{}, fmt.Errorf("`{{%s}}` is not the name of a parameter", name)
		}
		t.parts = append(t.parts, part{name: name})
		text = after
	}
	return t, nil
}

// String returns the template as it can be written.
func (t template) String() string {
	var b strings.Builder
	for _, p := range t.parts {
		if p.name != "" {
			b.WriteString("{{" + p.name + "}}")
			continue
		}
		b.WriteString(p.text)
	}
	return b.String()
}

// names returns the parameters that the template refers to itself.
func (t template) names() []string {
	var names []string
	for _, p := range t.parts {
		if p.name != "" {
			names = append(names, p.name)
		}
	}
	return names
}

// expand replaces every reference by its value. It reports false if one of them
// is not set.
func (t template) expand(v values) (text string, set bool) {
	var b strings.Builder
	for _, p := range t.parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		value, ok := v(p.name)
		if !ok {
			return "", false
		}
		b.WriteString(value)
	}
	return b.String(), true
}

// header expands the template to the value of a header field (RFC 9110 section
// 5.5): without control characters, so that it cannot end the field.
func (t template) header(v values) (text string, set bool, err error) {
	text, set = t.expand(v)
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' && c != '\t' || c == 0x7f {
			return "", set, fmt.Errorf("the value of a header field cannot hold the control character %q", c)
		}
	}
	return text, set, nil
}

// isHostPart reports whether s may be substituted into a host name: labels of
// letters, digits and hyphens, with dots between them.
func isHostPart(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" {
			return false
		}
		for i := 0; i < len(label); i++ {
			c := label[i]
			if letter := 'a' <= c|0x20 && c|0x20 <= 'z'; !letter && c != '-' && (c < '0' || c > '9') {
				return false
			}
		}
	}
	return true
}

// url expands the template to a URL. A reference that is the whole of it is a
// URL of any form; one at its start is a base URL, one within the host must be labels of a host name; one in the path is a path
// segment, one in the query a query component.
func (t template) url(v values) (*url.URL, error) {
	var b strings.Builder
	for i, p := range t.parts {
		if p.name == "" {
			b.WriteString(p.text)
			continue
		}
		value, set := v(p.name)
		if !set {
			return nil, fmt.Errorf("`%s` is not set", p.name)
		}
		before := b.String()
		_, afterScheme, absolute := strings.Cut(before, "://")
		switch {
		case len(t.parts) == 1:
			if err := checkEndpoint(value); err != nil {
				return nil, fmt.Errorf("`%s`: %w", p.name, err)
			}
		case i == 0:
			if _, err := parseBase(value); err != nil {
				return nil, fmt.Errorf("`%s`: %w", p.name, err)
			}
			value = strings.TrimRight(value, "/")
		case strings.Contains(before, "?"):
			value = url.QueryEscape(value)
		case absolute && !strings.Contains(afterScheme, "/"):
			if !isHostPart(value) {
				return nil, fmt.Errorf("`%s`: %q cannot be part of a host name", p.name, value)
			}
		case value == "." || value == "..":
			return nil, fmt.Errorf("`%s`: %q cannot be a segment of a path", p.name, value)
		default:
			value = url.PathEscape(value)
		}
		b.WriteString(value)
	}
	u, err := url.Parse(b.String())
	if err != nil {
		return nil, errors.New("not a URL")
	}
	if u.User != nil || u.Fragment != "" {
		return nil, errors.New("a URL of a definition has neither user name nor fragment")
	}
	if _, err := originOf(u); err != nil {
		return nil, err
	}
	return u, nil
}

// isURL reports whether the template is written as an absolute URL, such as
// `https://auth.{{environment}}.example.com`.
func (t template) isURL() bool {
	return len(t.parts) > 0 && strings.Contains(t.parts[0].text, "://")
}

// document is a JSON value in which strings, but not names, are templates.
type document struct {
	text    *template
	literal []byte // a number, true, false or null
	members []documentMember
	items   []document
	kind    kind
}

type documentMember struct {
	name  string
	value document
}

// append writes the document as JSON. A string that refers to something that is
// not set is left out, with its name; it reports whether it wrote anything.
func (d *document) append(out *bytes.Buffer, v values) (set bool, err error) {
	switch d.kind {
	case kindObject, kindArray:
		return true, d.appendAll(out, v)
	case kindString:
		text, set := d.text.expand(v)
		if !set {
			return false, nil
		}
		return true, appendString(out, text)
	default:
		out.Write(d.literal)
		return true, nil
	}
}

func (d *document) appendAll(out *bytes.Buffer, v values) error {
	brackets, members := "{}", d.members
	if d.kind == kindArray {
		brackets = "[]"
		for _, item := range d.items {
			members = append(members, documentMember{value: item})
		}
	}
	out.WriteByte(brackets[0])
	first := true
	for i := range members {
		start := out.Len()
		if !first {
			out.WriteByte(',')
		}
		if d.kind == kindObject {
			if err := appendString(out, members[i].name); err != nil {
				return err
			}
			out.WriteByte(':')
		}
		set, err := members[i].value.append(out, v)
		if err != nil {
			return err
		}
		if !set {
			out.Truncate(start)
			continue
		}
		first = false
	}
	out.WriteByte(brackets[1])
	return nil
}

// appendString writes text as a JSON string, without the escapes for HTML that
// json.Marshal adds.
func appendString(out *bytes.Buffer, text string) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return err
	}
	out.Truncate(out.Len() - 1) // the line feed that Encode adds
	return nil
}

// templates calls add with every template of the document.
func (d *document) templates(add func(template)) {
	if d.text != nil {
		add(*d.text)
	}
	for i := range d.members {
		d.members[i].value.templates(add)
	}
	for i := range d.items {
		d.items[i].templates(add)
	}
}
