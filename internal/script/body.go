package script

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/charset"
	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// body is what a script has read of the body of the answer.
type body struct {
	raw  []byte
	text []byte // in UTF-8
	err  error  // why there is none, or of the charset

	parsed goja.Value
	masked bool // making it has noted a mask, as each reading of it is to do
	read   bool // its numbers are in runtime.exact
}

// bodyOf returns the body of the answer.
func (r *runtime) bodyOf() *body {
	if r.body != nil {
		if r.body.raw == nil {
			r.hostError(r.body.err)
		}
		return r.body
	}
	r.body = &body{}
	response := r.responseOf()
	if response == nil || response.Open == nil {
		return r.body
	}
	var err error
	r.ask(func(Host) { r.body.raw, err = response.Open() })
	if err != nil {
		r.body.raw, r.body.err = nil, err
		r.hostError(err)
	}
	r.body.text, r.body.err = charset.Text(response.contentType(r), r.body.raw)
	return r.body
}

// textOf returns the text of the body of the answer.
func (r *runtime) textOf() []byte {
	text := r.text()
	if r.hidesBytes(text) {
		r.masked("response.body")
	}
	return text
}

// text returns the same without looking for what a recording hides.
func (r *runtime) text() []byte {
	b := r.bodyOf()
	r.hostError(b.err)
	return b.text
}

// parsedBody returns the document that the body is, if its type says so, or if
// there is no type and it is an object or a list; otherwise its text.
func (r *runtime) parsedBody() goja.Value {
	response := r.responseOf()
	contentType := response.contentType(r)
	media := charset.MediaOf(contentType)
	b := r.bodyOf()
	if b.parsed != nil {
		if b.masked {
			r.masked("response.body")
		}
		return b.parsed
	}
	masks := r.masks
	defer func() { b.masked = r.masks != masks }()
	text := r.text()
	if !media.IsJSON() && !(contentType == "" && looksLikeJSON(text)) {
		r.textOf()
	}
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		b.parsed = r.vm.ToValue("")
	case media.IsJSON():
		b.parsed = r.document(text)
	case contentType == "" && looksLikeJSON(text):
		if _, err := value.Check(text); err == nil {
			b.parsed = r.document(text)
		}
	case r.program.api == JetBrains && isStream(string(media)):
		b.parsed = r.stream(string(text), string(media))
	case media.IsXML() || media.IsHTML():
		b.parsed = r.markup(text, contentType)
	}
	if b.parsed == nil {
		b.parsed = r.vm.ToValue(string(text))
	}
	return b.parsed
}

func looksLikeJSON(text []byte) bool {
	text = bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	return len(text) > 0 && (text[0] == '{' || text[0] == '[')
}

// document reads a JSON document. What is none is an exception that says where.
func (r *runtime) document(text []byte) goja.Value {
	hides := r.hidesBytes(text)
	if _, err := value.Check(text); err != nil {
		if hides {
			r.masked("response.body")
		}
		m := mistake{code: diag.CodeCheck, message: "the body is not JSON, as its type says it is: " + err.Error()}
		if e, ok := errors.AsType[*value.SyntaxError](err); ok {
			m.message = fmt.Sprintf("the body is said to be JSON and is not: %s at offset %d", e.Msg, e.Offset)
		}
		r.throw(m)
	}
	d := decoder{runtime: r, text: bytes.TrimPrefix(text, []byte("\ufeff")), hides: hides, path: "response.body"}
	v := d.value()
	if goja.IsString(v) {
		recorded{r, v.String()}.read(d.path)
	}
	if !d.long {
		r.bodyOf().read = true // every number is one of JavaScript
	}
	return v
}

// decoder makes values of a JSON document that is known to be one.
type decoder struct {
	*runtime
	text []byte
	at   int
	long bool // there is a number with more digits than JavaScript is sure of

	hides bool   // some of it was masked
	path  string // of the value, if so
}

const (
	maxSafe    = 1<<53 - 1
	safeDigits = 15 // that every float64 holds
)

func (d *decoder) space() byte {
	for d.text[d.at] <= ' ' {
		d.at++
	}
	return d.text[d.at]
}

func (d *decoder) value() goja.Value {
	switch c := d.space(); c {
	case '{':
		return d.object()
	case '[':
		return d.list()
	case '"':
		return d.vm.ToValue(d.string())
	case 't':
		d.at += len("true")
		return d.vm.ToValue(true)
	case 'f':
		d.at += len("false")
		return d.vm.ToValue(false)
	case 'n':
		d.at += len("null")
		return goja.Null()
	}
	start := d.at
	for d.at < len(d.text) && isNumberPart(d.text[d.at]) {
		d.at++
	}
	text := string(d.text[start:d.at])
	d.long = d.long || len(text) > safeDigits
	return d.float(text)
}

func isNumberPart(c byte) bool {
	return '0' <= c && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// float returns the number that JavaScript reads in a text.
func (r *runtime) float(text string) goja.Value {
	if len(text) <= safeDigits {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
			return r.vm.ToValue(i)
		}
	}
	f, _ := strconv.ParseFloat(text, 64) // infinite, if it is too large, as in JavaScript
	return r.vm.ToValue(f)
}

func (d *decoder) object() goja.Value {
	o := d.vm.NewObject()
	d.at++
	for {
		switch d.space() {
		case '}':
			d.at++
			return o
		case ',':
			d.at++
			continue
		}
		name := d.string()
		d.space()
		d.at++ // the colon
		if d.hides {
			d.covered(o, name)
			continue
		}
		d.member(o, name, d.value())
	}
}

// covered reads a member of an object of which some is masked. To know that there
// is a name that is hidden tells which others there are not.
func (d *decoder) covered(o *goja.Object, name string) {
	outer := d.path
	defer func() { d.path = outer }()
	if d.runtime.hides(name) {
		d.masked(outer)
	}
	d.path = value.Member(outer, name)
	v := d.value()
	if goja.IsString(v) && d.runtime.hides(v.String()) {
		d.cover(o, name, d.path, v)
		return
	}
	d.member(o, name, v)
}

func (d *decoder) list() goja.Value {
	outer := d.path
	defer func() { d.path = outer }()
	var list []any
	var hidden []int
	d.at++
	for {
		switch d.space() {
		case ']':
			d.at++
			a := d.vm.NewArray(list...)
			for _, i := range hidden {
				d.cover(a, strconv.Itoa(i), outer+"["+strconv.Itoa(i)+"]", list[i].(goja.Value))
			}
			return a
		case ',':
			d.at++
			continue
		}
		if d.hides {
			d.path = outer + "[" + strconv.Itoa(len(list)) + "]"
		}
		v := d.value()
		if d.hides && goja.IsString(v) && d.runtime.hides(v.String()) {
			hidden = append(hidden, len(list))
		}
		list = append(list, v)
	}
}

func (d *decoder) string() string {
	start := d.at
	end := start + 1 + bytes.IndexByte(d.text[start+1:], '"')
	if escape := bytes.IndexByte(d.text[start:end], '\\'); escape < 0 {
		d.at = end + 1
		return string(d.text[start+1 : end])
	}
	for end = start + 1; d.text[end] != '"'; end++ {
		if d.text[end] == '\\' {
			end++
		}
	}
	d.at = end + 1
	v, _, _ := value.Decode(d.text[start:d.at])
	s, _ := v.(string)
	return s
}
