package script

import (
	"strings"
	"time"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/fake"
)

// maxRandomText bounds the length of a random text.
const maxRandomText = 1 << 16

// randomObject makes the object $random of JetBrains: what is made by chance
// alone, and the groups of Java Faker.
func (l *library) randomObject() goja.Value {
	const name = "$random"
	members := []member{
		{name: "integer", call: func(c *call) goja.Value {
			const most = 1 << 53
			low, high := int64(0), int64(1000)
			switch {
			case c.has(1):
				low, high = c.integer(0, "from", -most, most), c.integer(1, "to", -most, most)
			case c.has(0):
				high = c.integer(0, "to", -most, most)
			}
			c.ascending(low < high)
			return l.rt.ToValue(l.random.Integer(low, high))
		}},
		{name: "float", call: func(c *call) goja.Value {
			low, high := 0.0, 1000.0
			switch {
			case c.has(1):
				low, high = c.number(0, "from"), c.number(1, "to")
			case c.has(0):
				high = c.number(0, "to")
			}
			c.ascending(low < high)
			return l.rt.ToValue(l.random.Float(low, high))
		}},
		{name: "alphabetic", call: randomText(fake.Small + fake.Capital)},
		{name: "alphanumeric", call: randomText(fake.Small + fake.Capital + fake.Digits + "_")},
		{name: "hexadecimal", call: randomText(fake.Digits + "ABCDEF")},
		{name: "uuid", get: func(*call) goja.Value { return l.rt.ToValue(l.random.UUID()) }},
		{name: "email", get: func(*call) goja.Value { // of RFC 2606: nobody's address
			return l.rt.ToValue(l.random.Text(12, fake.Small) + "@example.com")
		}},
	}
	for _, group := range fake.Groups() {
		members = append(members, member{name: group, once: true, get: func(*call) goja.Value {
			return l.fakeGroup(name + "." + group)
		}})
	}
	return l.object(name, members...)
}

// ascending throws unless the bounds of an interval are in order.
func (c *call) ascending(ok bool) {
	if !ok {
		c.fail("expected `from` below `to`, found %s", arguments(c.args))
	}
}

func arguments(args []goja.Value) string {
	written := make([]string, len(args))
	for i, a := range args {
		written[i] = a.String()
	}
	return "(" + strings.Join(written, ", ") + ")"
}

func randomText(alphabet string) func(c *call) goja.Value {
	return func(c *call) goja.Value {
		return c.l.rt.ToValue(c.l.random.Text(int(c.integer(0, "length", 1, maxRandomText)), alphabet))
	}
}

// fakeGroup makes an object of the variables of a group.
func (l *library) fakeGroup(group string) goja.Value {
	var members []member
	for _, name := range fake.Group(group + ".") {
		v := fake.Find(name)
		members = append(members, member{name: strings.TrimPrefix(name, group+"."), get: func(*call) goja.Value {
			return l.fakeMember(name, v)
		}})
	}
	return l.object(group, members...)
}

// fakeText is the text that a member of a group of $random stands for where it
// is not called.
type fakeText string

// fakeMember makes a member of a group. In a template it is written without
// parentheses, in Java Faker it is a method; so it is a function that can stand
// for a text: one of them, as long as it is not read again.
func (l *library) fakeMember(name string, v *fake.Variable) goja.Value {
	f := l.function(name, func(c *call) goja.Value {
		written := make([]string, len(c.args))
		for i, a := range c.args {
			s, ok := l.write(a)
			if !ok {
				c.fail("expected %s, found %s", v.Expected(), described(a))
			}
			written[i] = s.String()
		}
		generate := v.Read(written)
		if generate == nil {
			c.fail("expected %s, found %s", v.Expected(), arguments(c.args))
		}
		return l.rt.ToValue(generate(l.maker()))
	})
	generate := v.Read(nil)
	if generate == nil { // it needs arguments
		return f
	}
	text := generate(l.maker())
	l.hold(f, fakeText(text))
	l.must(f.SetPrototype(l.rt.GlobalObject().Get("String").(*goja.Object).Get("prototype").(*goja.Object)))
	stands := l.function(name, func(*call) goja.Value { return l.rt.ToValue(text) })
	for _, method := range []string{"toString", "valueOf", "toJSON"} {
		l.must(f.DefineDataProperty(method, stands, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	}
	length := l.rt.ToValue(text).(goja.String).Length()
	l.must(f.DefineDataProperty("length", l.rt.ToValue(length), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	return f
}

// plain returns the text in the place of a member of $random that was not called,
// and any other value as it is.
func (l *library) plain(v goja.Value) goja.Value {
	if text, ok := held[fakeText](l, v); ok {
		return l.rt.ToValue(string(text))
	}
	return v
}

func (l *library) maker() *fake.Maker { return &fake.Maker{Random: l.random, Now: l.now()} }

// isoTime is how $isoTimestamp and Date.prototype.toISOString write a time.
const isoTime = "2006-01-02T15:04:05.000Z"

// The dynamic variables that scripts can read as global names.

func (l *library) uuid() goja.Value      { return l.rt.ToValue(l.random.UUID()) }
func (l *library) timestamp() goja.Value { return l.rt.ToValue(l.now().Unix()) }
func (l *library) isoTimestamp() goja.Value {
	return l.rt.ToValue(l.now().In(time.UTC).Format(isoTime))
}
func (l *library) randomInt() goja.Value { return l.rt.ToValue(l.random.Integer(0, 1001)) }
