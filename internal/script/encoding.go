package script

import (
	"unicode/utf8"

	"github.com/dop251/goja"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"github.com/postrider/postrider/internal/charset"
)

// textEncoder makes the class TextEncoder (WHATWG Encoding section 7.3), which
// knows UTF-8 alone.
func (l *library) textEncoder() goja.Value {
	return l.class("TextEncoder", func(*call) any { return nil },
		member{name: "encoding", get: func(*call) goja.Value { return l.rt.ToValue("utf-8") }},
		member{name: "encode", call: func(c *call) goja.Value {
			text := ""
			if c.has(0) {
				text = c.written(0, "text")
			}
			return c.bytes([]byte(text))
		}},
	)
}

// bytes makes a Uint8Array.
func (c *call) bytes(b []byte) goja.Value {
	o, err := c.l.rt.New(c.l.rt.GlobalObject().Get("Uint8Array"), c.l.rt.ToValue(c.l.rt.NewArrayBuffer(b)))
	c.l.must(err)
	return o
}

// textDecoder makes the class TextDecoder (WHATWG Encoding section 7.1) for
// UTF-8 and the other encodings that files and answers may be in.
func (l *library) textDecoder() goja.Value {
	return l.class("TextDecoder", func(c *call) any {
		d := &decoder{label: "utf-8"}
		if c.has(0) {
			d.label = c.written(0, "label")
		}
		if found, known := charset.Find(d.label); !known {
			c.fail("the encoding %s is not known", quoted(d.label))
		} else {
			d.charset = found
		}
		if c.has(1) {
			options, ok := c.args[1].(*goja.Object)
			if !ok {
				c.expected(1, "options", "an object")
			}
			d.fatal = isTrue(options.Get("fatal"))
			d.keepMark = isTrue(options.Get("ignoreBOM"))
		}
		return d
	},
		member{name: "encoding", get: func(c *call) goja.Value { return l.rt.ToValue(receiver[*decoder](c).label) }},
		member{name: "fatal", get: func(c *call) goja.Value { return l.rt.ToValue(receiver[*decoder](c).fatal) }},
		member{name: "ignoreBOM", get: func(c *call) goja.Value { return l.rt.ToValue(receiver[*decoder](c).keepMark) }},
		member{name: "decode", call: func(c *call) goja.Value {
			d := receiver[*decoder](c)
			if !c.has(0) {
				return l.rt.ToValue("")
			}
			if c.has(1) && isTrue(c.args[1].ToObject(l.rt).Get("stream")) {
				c.fail("the option `stream` is not supported: decode all bytes at once")
			}
			return c.decode(d, c.octets(0, "input"))
		}},
	)
}

func isTrue(v goja.Value) bool { return v != nil && v.ToBoolean() }

// decoder is a TextDecoder.
type decoder struct {
	label           string
	charset         encoding.Encoding // nil for UTF-8
	fatal, keepMark bool
}

func (c *call) decode(d *decoder, b []byte) goja.Value {
	charset := d.charset
	if charset == nil {
		if d.fatal && !utf8.Valid(b) {
			c.fail("the bytes are not UTF-8")
		}
		if charset = unicode.UTF8BOM; d.keepMark {
			charset = unicode.UTF8
		}
	}
	text, err := charset.NewDecoder().Bytes(b)
	if err != nil {
		c.fail("the bytes are not %s", d.label)
	}
	return c.l.rt.ToValue(string(text))
}

// octets returns the bytes of an ArrayBuffer, or of what is a view of one.
func (c *call) octets(i int, param string) []byte {
	switch v := c.arg(i).Export().(type) {
	case goja.ArrayBuffer:
		return v.Bytes()
	case []byte:
		if o, ok := c.arg(i).(*goja.Object); ok && o.ClassName() != "Array" {
			return v
		}
	}
	if o, ok := c.arg(i).(*goja.Object); ok {
		if buffer := o.Get("buffer"); buffer != nil {
			if b, ok := buffer.Export().(goja.ArrayBuffer); ok {
				from, size := o.Get("byteOffset").ToInteger(), o.Get("byteLength").ToInteger()
				return b.Bytes()[from : from+size]
			}
		}
	}
	c.expected(i, param, "an ArrayBuffer or a typed array")
	return nil
}

// receiver returns the Go value of the object that a method is called on.
func receiver[T any](c *call) T {
	v, ok := held[T](c.l, c.this)
	if !ok {
		c.fail("it was called on %s", described(c.this))
	}
	return v
}
