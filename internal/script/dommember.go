package script

import (
	"slices"
	"strings"

	"github.com/dop251/goja"

	"github.com/postrider/postrider/internal/xpath"
)

// method returns a method of nodes. It is made once, and finds its node when it
// is called.
func (n *domNode) method(key string, body func(c *invocation, n *domNode) goja.Value) goja.Value {
	if f := n.methods[key]; f != nil {
		return f
	}
	f := n.l.function(key, func(c *invocation) goja.Value {
		this, ok := asNode(c.this)
		if !ok {
			c.fail("it was called on %s", described(c.this))
		}
		return body(c, &domNode{n.dom, this})
	})
	n.methods[key] = f
	return f
}

// nodeMethod returns a method of Node; nil if there is none.
func (n *domNode) nodeMethod(key string) goja.Value {
	switch key {
	case "hasChildNodes":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			_, ok := n.FirstChild()
			return c.l.vm.ToValue(ok)
		})
	case "contains":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			other, ok := asNode(c.arg(0))
			for ; ok && other != n.Node; other, ok = other.Parent() {
			}
			return c.l.vm.ToValue(ok)
		})
	case "isSameNode":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			other, ok := asNode(c.arg(0))
			return c.l.vm.ToValue(ok && other == n.Node)
		})
	case "getRootNode":
		return n.method(key, func(_ *invocation, n *domNode) goja.Value { return n.object(n.Document().Root()) })
	case "toString": // what people can read; in browsers it is the name of a class
		return n.method(key, func(_ *invocation, n *domNode) goja.Value {
			if n.Kind() == xpath.RootNode {
				return n.string(n.sources[n.Document()].text)
			}
			return n.markup(xpath.Node.Outer)
		})
	}
	return nil
}

// parentMember returns a member that documents and elements have in common.
func (n *domNode) parentMember(key string) goja.Value {
	switch key {
	case "children":
		return n.list(elements(n.Node))
	case "childElementCount":
		return n.l.vm.ToValue(len(elements(n.Node)))
	case "firstElementChild":
		return n.at(elements(n.Node), 0)
	case "lastElementChild":
		all := elements(n.Node)
		return n.at(all, len(all)-1)
	case "getElementsByTagName":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			name := c.text(0, "name")
			return n.search(func(e xpath.Node) bool { return name == "*" || isNamed(e, name) })
		})
	case "getElementsByTagNameNS":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			space, local := "", c.text(1, "localName")
			if !goja.IsNull(c.arg(0)) {
				space = c.text(0, "namespace")
			}
			return n.search(func(e xpath.Node) bool {
				_, _, l, s := e.Name()
				return (space == "*" || space == s) && (local == "*" || local == l)
			})
		})
	case "getElementsByClassName":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			classes := strings.Fields(c.text(0, "names"))
			return n.search(func(e xpath.Node) bool {
				return len(classes) > 0 && !slices.ContainsFunc(classes, func(class string) bool { return !hasClass(e, class) })
			})
		})
	case "querySelector":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			s := c.selector()
			for e := range n.Descendants() {
				if s.matches(e) {
					return n.object(e)
				}
			}
			return goja.Null()
		})
	case "querySelectorAll":
		return n.method(key, func(c *invocation, n *domNode) goja.Value { return n.search(c.selector().matches) })
	}
	return nil
}

// elements returns the children that are elements.
func elements(n xpath.Node) []xpath.Node {
	var found []xpath.Node
	for c := range n.Children() {
		if c.Kind() == xpath.ElementNode {
			found = append(found, c)
		}
	}
	return found
}

func (n *domNode) at(nodes []xpath.Node, i int) goja.Value {
	if i < 0 || i >= len(nodes) {
		return goja.Null()
	}
	return n.object(nodes[i])
}

// search returns the elements in a node that match.
func (n *domNode) search(matches func(xpath.Node) bool) goja.Value {
	var found []xpath.Node
	for e := range n.Descendants() {
		if e.Kind() == xpath.ElementNode && matches(e) {
			found = append(found, e)
		}
	}
	return n.list(found)
}

// isNamed compares the name of an element as it is written: in HTML in any case.
func isNamed(e xpath.Node, name string) bool {
	qualified, _, _, _ := e.Name()
	return qualified == name || e.Document().IsHTML() && strings.EqualFold(qualified, name)
}

// attribute returns an attribute of an element by its name as it is written.
func attribute(e xpath.Node, name string) (xpath.Node, bool) {
	if e.Document().IsHTML() {
		name = strings.ToLower(name)
	}
	for a := range e.Attributes() {
		if qualified, _, _, _ := a.Name(); qualified == name {
			return a, true
		}
	}
	return xpath.Node{}, false
}

func attributeNS(e xpath.Node, c *invocation) (xpath.Node, bool) {
	space, local := "", c.text(1, "localName")
	if !goja.IsNull(c.arg(0)) {
		space = c.text(0, "namespace")
	}
	for a := range e.Attributes() {
		if _, _, l, s := a.Name(); l == local && s == space {
			return a, true
		}
	}
	return xpath.Node{}, false
}

func attributeValue(e xpath.Node, name string) string {
	if a, ok := attribute(e, name); ok {
		return a.Value()
	}
	return ""
}

func hasClass(e xpath.Node, class string) bool {
	return slices.Contains(strings.Fields(attributeValue(e, "class")), class)
}

// documentMember returns a member of Document.
func (n *domNode) documentMember(key string) goja.Value {
	switch key {
	case "documentElement":
		return n.at(elements(n.Node), 0)
	case "contentType":
		return n.string(n.sources[n.Document()].mime)
	case "length":
		return n.l.vm.ToValue(n.string(n.sources[n.Document()].text).(goja.String).Length())
	case "doctype": // it is not kept
		return goja.Null()
	case "head", "body":
		return n.of(n.find(func(e xpath.Node) bool { return isNamed(e, key) }))
	case "title":
		title, ok := n.find(func(e xpath.Node) bool { return isNamed(e, "title") })
		if !ok {
			return n.string("")
		}
		text, err := title.Text(n.l.until())
		n.l.must(err)
		return n.string(strings.Join(strings.Fields(text), " "))
	case "getElementById":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			id := c.text(0, "id")
			return n.of(n.find(func(e xpath.Node) bool { return id != "" && attributeValue(e, "id") == id }))
		})
	case "getElementsByName":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			name := c.text(0, "name")
			return n.search(func(e xpath.Node) bool { return attributeValue(e, "name") == name })
		})
	}
	return nil
}

// find returns the first element in the node that matches.
func (n *domNode) find(matches func(xpath.Node) bool) (xpath.Node, bool) {
	for e := range n.Descendants() {
		if e.Kind() == xpath.ElementNode && matches(e) {
			return e, true
		}
	}
	return xpath.Node{}, false
}

// elementMember returns a member of Element.
func (n *domNode) elementMember(key string) goja.Value {
	switch key {
	case "tagName":
		return n.string(n.nodeName())
	case "localName", "prefix", "namespaceURI":
		return n.namePart(key)
	case "id":
		return n.string(attributeValue(n.Node, "id"))
	case "className":
		return n.string(attributeValue(n.Node, "class"))
	case "attributes":
		return n.list(slices.Collect(n.Attributes()))
	case "nextElementSibling", "previousElementSibling":
		return n.elementSibling(key)
	case "innerHTML":
		return n.markup(xpath.Node.Inner)
	case "outerHTML":
		return n.markup(xpath.Node.Outer)
	case "innerText":
		return n.text()
	case "getAttribute":
		return n.method(key, func(c *invocation, n *domNode) goja.Value { return n.valueOf(attribute(n.Node, c.text(0, "name"))) })
	case "getAttributeNS":
		return n.method(key, func(c *invocation, n *domNode) goja.Value { return n.valueOf(attributeNS(n.Node, c)) })
	case "getAttributeNode":
		return n.method(key, func(c *invocation, n *domNode) goja.Value { return n.of(attribute(n.Node, c.text(0, "name"))) })
	case "hasAttribute":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			_, ok := attribute(n.Node, c.text(0, "name"))
			return c.l.vm.ToValue(ok)
		})
	case "hasAttributeNS":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			_, ok := attributeNS(n.Node, c)
			return c.l.vm.ToValue(ok)
		})
	case "hasAttributes":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			for range n.Attributes() {
				return c.l.vm.ToValue(true)
			}
			return c.l.vm.ToValue(false)
		})
	case "getAttributeNames":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			var names []any
			for a := range n.Attributes() {
				qualified, _, _, _ := a.Name()
				names = append(names, qualified)
			}
			return c.l.vm.NewArray(names...)
		})
	case "matches":
		return n.method(key, func(c *invocation, n *domNode) goja.Value { return c.l.vm.ToValue(c.selector().matches(n.Node)) })
	case "closest":
		return n.method(key, func(c *invocation, n *domNode) goja.Value {
			s := c.selector()
			e, ok := n.Node, true
			for ; ok && !s.matches(e); e, ok = e.Parent() {
			}
			return n.of(e, ok)
		})
	}
	return nil
}

func (n *domNode) valueOf(a xpath.Node, exists bool) goja.Value {
	if !exists {
		return goja.Null()
	}
	return n.string(a.Value())
}

func (n *domNode) namePart(key string) goja.Value {
	_, prefix, local, space := n.Name()
	part := local
	switch key {
	case "prefix":
		part = prefix
	case "namespaceURI":
		part = space
	}
	if part == "" {
		return goja.Null()
	}
	return n.string(part)
}

func (n *domNode) elementSibling(key string) goja.Value {
	step := xpath.Node.Next
	if key == "previousElementSibling" {
		step = xpath.Node.Previous
	}
	for s, ok := step(n.Node); ok; s, ok = step(s) {
		if s.Kind() == xpath.ElementNode {
			return n.object(s)
		}
	}
	return goja.Null()
}

// attributeMember returns a member of Attr.
func (n *domNode) attributeMember(key string) goja.Value {
	switch key {
	case "name":
		qualified, _, _, _ := n.Name()
		return n.string(qualified)
	case "localName", "prefix", "namespaceURI":
		return n.namePart(key)
	case "value":
		return n.string(n.Value())
	case "ownerElement":
		return n.of(n.Parent())
	}
	return nil
}

// dataMember returns a member of Text, Comment or ProcessingInstruction.
func (n *domNode) dataMember(key string) goja.Value {
	switch key {
	case "data":
		return n.string(n.Value())
	case "length":
		return n.l.vm.ToValue(n.string(n.Value()).(goja.String).Length())
	case "target":
		if n.Kind() == xpath.InstructionNode {
			return n.string(n.nodeName())
		}
	case "nextElementSibling", "previousElementSibling":
		return n.elementSibling(key)
	}
	return nil
}

// nodeList is a list of nodes that cannot be changed.
type nodeList struct {
	*dom
	nodes []xpath.Node
}

// list returns an array of nodes, with the methods of NodeList, HTMLCollection
// and NamedNodeMap.
func (d *dom) list(nodes []xpath.Node) goja.Value {
	if d.lists == nil {
		array := d.l.prototype("Array")
		d.lists = d.l.vm.CreateObject(array)
		d.l.add(d.lists, "NodeList", []member{
			{name: "item", call: func(c *invocation) goja.Value {
				list, i := c.nodes(), c.integer(0, "index", 0, 1<<31)
				if int(i) >= len(list) {
					return goja.Null()
				}
				return d.object(list[i])
			}},
			{name: "namedItem", call: func(c *invocation) goja.Value {
				name := c.text(0, "name")
				for _, n := range c.nodes() {
					if attributeValue(n, "id") == name || attributeValue(n, "name") == name {
						return d.object(n)
					}
				}
				return goja.Null()
			}},
			{name: "getNamedItem", call: func(c *invocation) goja.Value {
				name := c.text(0, "name")
				for _, n := range c.nodes() {
					if qualified, _, _, _ := n.Name(); qualified == name {
						return d.object(n)
					}
				}
				return goja.Null()
			}},
		})
	}
	o := d.l.vm.NewDynamicArray(&nodeList{d, nodes})
	d.l.must(o.SetPrototype(d.lists))
	return o
}

// nodes returns the nodes of the list that a method is called on.
func (c *invocation) nodes() []xpath.Node {
	if o, ok := c.this.(*goja.Object); ok {
		if list, ok := o.Export().(*nodeList); ok {
			return list.nodes
		}
	}
	c.fail("it was called on %s", described(c.this))
	return nil
}

// Len returns how many nodes there are.
func (l *nodeList) Len() int { return len(l.nodes) }

// Get returns a node; undefined beyond the end.
func (l *nodeList) Get(i int) goja.Value {
	if i < 0 || i >= len(l.nodes) {
		return nil
	}
	return l.object(l.nodes[i])
}

// Set throws.
func (l *nodeList) Set(int, goja.Value) bool {
	l.l.throw(mistake{message: "a list of nodes cannot be changed: documents are read-only"})
	return false
}

// SetLen throws.
func (l *nodeList) SetLen(int) bool { return l.Set(0, nil) }
