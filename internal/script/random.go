package script

import (
	"strings"

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
		{name: "integer", call: func(c *invocation) goja.Value {
			const most = 1 << 53
			low, high := int64(0), int64(1000)
			switch {
			case c.has(1):
				low, high = c.integer(0, "from", -most, most), c.integer(1, "to", -most, most)
			case c.has(0):
				high = c.integer(0, "to", -most, most)
			}
			c.ascending(low < high)
			return l.vm.ToValue(l.maker().Integer(low, high))
		}},
		{name: "float", call: func(c *invocation) goja.Value {
			low, high := 0.0, 1000.0
			switch {
			case c.has(1):
				low, high = c.number(0, "from"), c.number(1, "to")
			case c.has(0):
				high = c.number(0, "to")
			}
			c.ascending(low < high)
			return l.vm.ToValue(l.maker().Float(low, high))
		}},
		{name: "alphabetic", call: randomText(fake.Small + fake.Capital)},
		{name: "alphanumeric", call: randomText(fake.Small + fake.Capital + fake.Digits + "_")},
		{name: "hexadecimal", call: randomText(fake.Digits + "ABCDEF")},
		{name: "uuid", get: func(*invocation) goja.Value { return l.vm.ToValue(l.maker().UUID()) }},
		{name: "email", get: func(*invocation) goja.Value { // of RFC 2606: nobody's address
			return l.vm.ToValue(l.maker().Text(12, fake.Small) + "@example.com")
		}},
	}
	for _, group := range fake.Groups() {
		members = append(members, member{name: group, get: func(*invocation) goja.Value {
			return l.fakeGroup(name + "." + group)
		}})
	}
	return l.object(name, members...)
}

// ascending throws unless the bounds of an interval are in order.
func (c *invocation) ascending(ok bool) {
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

func randomText(alphabet string) func(c *invocation) goja.Value {
	return func(c *invocation) goja.Value {
		return c.l.vm.ToValue(c.l.maker().Text(int(c.integer(0, "length", 1, maxRandomText)), alphabet))
	}
}

// fakeGroup makes an object of the variables of a group.
func (l *library) fakeGroup(group string) goja.Value {
	var members []member
	for _, name := range fake.Group(group + ".") {
		v := fake.Find(name)
		members = append(members, member{name: strings.TrimPrefix(name, group+"."), get: func(*invocation) goja.Value {
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
	f := l.function(name, func(c *invocation) goja.Value {
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
		return l.vm.ToValue(generate(l.maker()))
	})
	generate := v.Read(nil)
	if generate == nil { // it needs arguments
		return f
	}
	text := generate(l.maker())
	l.hold(f, fakeText(text))
	l.must(f.SetPrototype(l.prototype("String")))
	stands := l.function(name, func(*invocation) goja.Value { return l.vm.ToValue(text) })
	for _, method := range []string{"toString", "valueOf", "toJSON"} {
		l.must(f.DefineDataProperty(method, stands, goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	}
	length := l.vm.ToValue(text).(goja.String).Length()
	l.must(f.DefineDataProperty("length", l.vm.ToValue(length), goja.FLAG_FALSE, goja.FLAG_FALSE, goja.FLAG_FALSE))
	return f
}

// isoTime is how $isoTimestamp and Date.prototype.toISOString write a time.
const isoTime = "2006-01-02T15:04:05.000Z"
