package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/value"
)

var assertMembers = []string{"true", "false", "same", "hasString", "responseHas", "headersHas", "bodyHas", "jsonHas", "call", "apply", "bind"}

// withAssertions gives the function client.assert, or assert, the assertions of
// kulala as members.
func (r *runtime) withAssertions(assert goja.Value, name string) goja.Value {
	f := assert.(*goja.Object)
	function := f.Prototype()
	l := r.objects()
	o := &object{name: name, members: assertMembers}
	o.get = func(member string) goja.Value {
		body := assertion(member)
		if body == nil {
			return function.Get(member) // of every function
		}
		return l.function(name+"."+member, func(c *invocation) goja.Value {
			body(c)
			return goja.Undefined()
		})
	}
	members := r.object(o)
	l.must(members.SetPrototype(function))
	l.must(f.SetPrototype(members))
	return f
}

// assertion returns an assertion of kulala; nil if there is none of the name.
func assertion(name string) func(c *invocation) {
	switch name {
	case "true", "false":
		return func(c *invocation) {
			c.need(1, "a value")
			v, ok := c.args[0].Export().(bool)
			c.verdict(ok && v == (name == "true"), 1, name, c.args[0])
		}
	case "same":
		return func(c *invocation) {
			c.need(2, "a value, and what it should be")
			c.verdict(c.args[0].StrictEquals(c.args[1]), 2, c.l.show(c.args[1], true), c.args[0])
		}
	case "hasString":
		return func(c *invocation) {
			c.need(2, "a text, and what it should contain")
			want := c.part(1)
			c.verdict(isText(c.args[0]) && strings.Contains(c.args[0].String(), want), 2, "a text with "+quoted(want), c.args[0])
		}
	case "responseHas":
		return func(c *invocation) {
			c.answer()
			c.need(2, "a member of the response, and what it should be")
			got := c.l.scope.Get("response").(*goja.Object).Get(c.text(0, "name"))
			c.verdict(same(c.l, got, c.args[1]), 2, "`response."+c.args[0].String()+"` to be "+c.l.show(c.args[1], true), got)
		}
	case "headersHas":
		return (*invocation).headersHas
	case "bodyHas":
		return func(c *invocation) {
			c.answer()
			c.need(1, "a text that the body should contain")
			want, text := c.part(0), string(c.l.textOf())
			c.verdict(strings.Contains(text, want), 1, "a body with "+quoted(want), c.l.vm.ToValue(value.Shorten(text, maxFound)))
		}
	case "jsonHas":
		return (*invocation).jsonHas
	}
	return nil
}

// maxFound is how much of a body an assertion that fails shows, in bytes.
const maxFound = 300

// need throws unless so many arguments are given.
func (c *invocation) need(n int, what string) {
	if len(c.args) < n {
		c.fail("it needs %s", what)
	}
}

// part returns an argument that something should contain. Everything contains an
// empty text, so that is no condition.
func (c *invocation) part(i int) string {
	s := c.written(i, "expected")
	if s == "" {
		c.fail("an empty text is in every text: there is nothing to check")
	}
	return s
}

// answer throws if there is no answer yet.
func (c *invocation) answer() *reply {
	response := c.l.responseOf()
	if response == nil {
		c.fail("there is no answer to check yet")
	}
	return response
}

// verdict is an assertion. The message is the argument of the index, if it is
// given.
func (c *invocation) verdict(passed bool, message int, expected string, found goja.Value) {
	if passed {
		c.l.assert(true, "")
		return
	}
	text := "expected " + expected + ", found " + value.Shorten(c.l.show(found, true), maxFound)
	if said := c.l.message(c.arg(message)); said != "" {
		text = said + " (" + text + ")"
	}
	c.l.assert(false, text)
}

func isText(v goja.Value) bool { return goja.IsString(v) }

// headersHas checks a header field: its value, or, if none is given, that there
// is one.
func (c *invocation) headersHas() {
	c.answer()
	h := &headers{runtime: c.l.runtime, fields: c.l.headersOf()}
	c.need(1, "the name of a header, and its value")
	name := c.text(0, "name")
	values := h.values(name)
	found := goja.Undefined()
	if len(values) > 0 {
		found = c.l.vm.ToValue(strings.Join(values, ", "))
	}
	if len(c.args) == 1 {
		c.verdict(len(values) > 0, 2, "the header `"+name+"`", found)
		return
	}
	want := c.written(1, "expected")
	c.verdict(slices.Contains(values, want) || len(values) > 0 && found.String() == want, 2, "the header `"+name+"` to be "+quoted(want), found)
}

// jsonHas checks a member of the body, which is a document of JSON.
func (c *invocation) jsonHas() {
	c.answer()
	c.need(1, "the path of a member of the body, and its value")
	path := c.text(0, "path")
	body := c.l.parsedBody()
	if _, isObject := body.(*goja.Object); !isObject {
		c.verdict(false, 2, "a body of JSON", body)
		return
	}
	found := follow(body, path)
	if len(c.args) == 1 {
		c.verdict(found != nil, 2, "the member "+quoted(path), found)
		return
	}
	if goja.IsUndefined(c.args[1]) {
		c.expected(1, "expected", "a value of JSON")
	}
	c.verdict(same(c.l, found, c.args[1]), 2, "the member "+quoted(path)+" to be "+c.l.show(c.args[1], true), found)
}

// follow returns the member that a path such as a.b[0].c leads to; nil if there is
// none. A member whose name is the path itself comes first.
func follow(v goja.Value, path string) goja.Value {
	o, isObject := v.(*goja.Object)
	if !isObject {
		return nil
	}
	if member := own(o, path); member != nil {
		return member
	}
	path = strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	for part := range strings.SplitSeq(strings.NewReplacer("[", ".", "]", "").Replace(path), ".") {
		o, isObject := v.(*goja.Object)
		if part == "" {
			continue
		}
		if !isObject {
			return nil
		}
		if v = own(o, strings.Trim(part, `"'`)); v == nil {
			return nil
		}
	}
	return v
}

// own returns a member that an object has itself; nil if it has none.
func own(o *goja.Object, name string) goja.Value {
	if o.ClassName() == "Array" {
		if i, err := strconv.Atoi(name); err != nil || i < 0 {
			return nil
		}
		return o.Get(name)
	}
	if !slices.Contains(o.Keys(), name) {
		return nil
	}
	return o.Get(name)
}

// same reports whether two values are equal: objects and lists if all in them
// is.
func same(l *library, got, want goja.Value) bool {
	_, isObject := want.(*goja.Object)
	switch {
	case got == nil:
		return false
	case !isObject:
		return got.StrictEquals(want)
	case goja.IsUndefined(got):
		return false
	}
	equal, err := value.Equal(l.toGo("found", got), l.toGo("expected", want))
	return equal && err == nil
}
