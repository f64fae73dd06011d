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
	return l.class("TextEncoder", func(*invocation) any { return nil },
		member{name: "encoding", get: func(*invocation) goja.Value { return l.vm.ToValue("utf-8") }},
		member{name: "encode", call: func(c *invocation) goja.Value {
			text := ""
			if c.has(0) {
				text = c.written(0, "text")
			}
			return c.bytes([]byte(text))
		}},
	)
}

// bytes makes a Uint8Array.
func (c *invocation) bytes(b []byte) goja.Value {
	o, err := c.l.vm.New(c.l.base.Get("Uint8Array"), c.l.vm.ToValue(c.l.vm.NewArrayBuffer(b)))
	c.l.must(err)
	return o
}

// textDecoder makes the class TextDecoder (WHATWG Encoding section 7.1) for
// UTF-8 and the other encodings that files and answers may be in.
func (l *library) textDecoder() goja.Value {
	return l.class("TextDecoder", func(c *invocation) any {
		d := &textReader{label: "utf-8"}
		if c.has(0) {
			d.label = c.written(0, "label")
		}
		if found, known := charset.Find(d.label); !known {
			c.fail("the encoding %s is not known", excerpt(d.label))
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
		member{name: "encoding", get: func(c *invocation) goja.Value { return l.vm.ToValue(receiver[*textReader](c).label) }},
		member{name: "fatal", get: func(c *invocation) goja.Value { return l.vm.ToValue(receiver[*textReader](c).fatal) }},
		member{name: "ignoreBOM", get: func(c *invocation) goja.Value { return l.vm.ToValue(receiver[*textReader](c).keepMark) }},
		member{name: "decode", call: func(c *invocation) goja.Value {
			d := receiver[*textReader](c)
			if !c.has(0) {
				return l.vm.ToValue("")
			}
			if c.has(1) && isTrue(c.args[1].ToObject(l.vm).Get("stream")) {
				c.fail("the option `stream` is not supported: decode all bytes at once")
			}
			return c.decode(d, c.octets(0, "input"))
		}},
	)
}

func isTrue(v goja.Value) bool { return v != nil && v.ToBoolean() }

// textReader is a TextDecoder.
type textReader struct {
	label           string
	charset         encoding.Encoding // nil for UTF-8
	fatal, keepMark bool
}

func (c *invocation) decode(d *textReader, b []byte) goja.Value {
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
	return c.l.vm.ToValue(string(text))
}

// octets returns the bytes of an ArrayBuffer, or of what is a view of one.
func (c *invocation) octets(i int, param string) []byte {
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
func receiver[T any](c *invocation) T {
	v, ok := held[T](c.l, c.this)
	if !ok {
		c.fail("it was called on %s", described(c.this))
	}
	return v
}
