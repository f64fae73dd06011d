package jsonschema

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Error is what is wrong with a schema.
type Error struct {
	Where      string      // `ticket.json#/properties/id/type`
	Text       string      // a terse lower-case clause
	Suggestion string      // an imperative clause, or empty
	Violations []Violation // of the meta-schema, if it says what is wrong
	Cause      error       // why a document could not be had; nil for anything else
}

// Error says where the mistake is and what it is.
func (e *Error) Error() string {
	if e.Where == "" {
		return e.Text
	}
	return e.Where + ": " + e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Compile reads a schema, with everything that it refers to. The fragment names
// the place of the schema in its document; empty for all of it. A nil load knows
// no other documents. The error is an [*Error].
func Compile(s Source, fragment string, load Loader) (*Schema, error) {
	compiled, err := compile(newCompiler(load), s, fragment)
	if err != nil {
		return nil, err
	}
	return compiled, nil
}

func compile(c *compiler, s Source, fragment string) (*Schema, *Error) {
	doc := c.add(s, c.assumed)
	var root *node
	if c.err == nil {
		c.assumed = doc.resources[""].dialect
		if t, ok := c.resolve(doc.resources[""], "", "#"+fragment); ok {
			root = c.target(t)
		}
		c.rejectLoops()
	}
	if c.err != nil {
		return nil, c.err
	}
	return &Schema{root: root, track: c.track}, nil
}

// compiler holds what is known while a schema is compiled. After a mistake it
// goes on without a meaning, and the first mistake is told.
type compiler struct {
	load      Loader
	assumed   *dialect // of documents without $schema
	trusted   bool     // what is added is a meta-schema of ours
	resources map[string]*resource
	dialects  map[string]*dialect
	reading   map[string]bool // meta-schemas that are being read
	nodes     map[nodeKey]*node
	order     []*node
	track     bool
	plain     bool // format is not asserted: for the official test suite
	err       *Error
}

type nodeKey struct {
	doc     *document
	pointer string
}

func newCompiler(load Loader) *compiler {
	return &compiler{
		load: load, assumed: &dialect{draft: draft2020, meta: draft2020.uri()},
		resources: make(map[string]*resource), dialects: make(map[string]*dialect), reading: make(map[string]bool),
		nodes: make(map[nodeKey]*node),
	}
}

func (c *compiler) fail(where, format string, args ...any) {
	if c.err == nil {
		c.err = &Error{Where: where, Text: fmt.Sprintf(format, args...)}
	}
}

// hint adds a suggestion to the mistake that was told last.
func (c *compiler) hint(suggestion string) {
	if c.err != nil && c.err.Suggestion == "" {
		c.err.Suggestion = suggestion
	}
}

// conforms checks a schema against its meta-schema.
func (c *compiler) conforms(res *resource, pointer string, schema any) {
	if c.trusted || c.err != nil {
		return
	}
	where := res.doc.Name + "#" + pointer
	switch schema.(type) {
	case bool, map[string]any:
	default:
		c.fail(where, "a schema is an object or a boolean, and this is %s", article(schema))
		return
	}
	meta := &Schema{}
	if d, ok := knownDraft(res.dialect.meta); ok {
		meta = metaSchema(d)
	} else if m := c.find(res.dialect.meta, nil); m != nil {
		meta.root = c.node(m.doc, m.pointer)
		meta.track = true
	}
	if c.err != nil {
		return
	}
	violations, err := meta.Validate(context.Background(), schema)
	switch {
	case err != nil:
		c.fail(where, "%v", err)
	case len(violations) > 0:
		c.fail(where, "this is no JSON Schema")
		c.err.Violations = violations
		c.hint(nearestType(violations))
	}
}

// nearestType suggests the type that a name was probably meant to be.
func nearestType(violations []Violation) string {
	for _, v := range violations {
		if name, ok := v.Found.(string); ok && strings.HasSuffix(v.Path, ".type") {
			names := make([]string, len(typeNames))
			for i, t := range typeNames {
				names[i] = t.name
			}
			return diag.DidYouMean(name, names)
		}
	}
	return ""
}

// node returns the compiled schema at a place of a document.
func (c *compiler) node(doc *document, pointer string) *node {
	key := nodeKey{doc, pointer}
	if n := c.nodes[key]; n != nil {
		return n
	}
	schema, _ := walk(doc.Value, pointer)
	res := doc.resourceOf(pointer)
	if _, isObject := schema.(map[string]any); isObject && !doc.scanned[pointer] { // where no keyword says that it is one
		c.scan(doc, pointer, schema, res)
		c.conforms(res, pointer, schema)
		res = doc.resourceOf(pointer)
	}
	n := &node{where: doc.Name + "#" + pointer, res: res}
	c.nodes[key] = n
	c.order = append(c.order, n)
	switch v := schema.(type) {
	case bool:
		n.never = !v
	case map[string]any:
		if c.err == nil {
			k := keywords{compiler: c, n: n, m: v, doc: doc, pointer: pointer, dialect: res.dialect}
			k.compile()
		}
	default:
		c.fail(n.where, "a schema is an object or a boolean, and this is %s", article(schema))
	}
	c.anchors(res)
	return n
}

// resourceOf returns the resource that a place belongs to: the innermost one
// around it.
func (d *document) resourceOf(pointer string) *resource {
	for at := pointer; ; at = at[:strings.LastIndexByte(at, '/')] {
		if r := d.resources[at]; r != nil {
			return r
		}
		if at == "" {
			return nil // only while the document is added
		}
	}
}

// anchors compiles the places of a resource that only the run finds.
func (c *compiler) anchors(res *resource) {
	if res == nil || res.processed || c.err != nil {
		return
	}
	res.processed = true
	for _, name := range slices.Sorted(maps.Keys(res.dynamic)) {
		res.nodes[name] = c.node(res.doc, res.dynamic[name])
	}
	if res.recursive {
		res.root = c.node(res.doc, res.pointer)
	}
}

func (c *compiler) target(t target) *node { return c.node(t.res.doc, t.pointer) }

// rejectLoops finds schemas that apply themselves to the value that they are
// applied to, which no value could pass or break.
func (c *compiler) rejectLoops() {
	const (
		entered = 1
		left    = 2
	)
	state := make(map[*node]int)
	var visit func(n *node)
	visit = func(n *node) {
		state[n] = entered
		for _, inner := range n.inPlace {
			switch state[inner] {
			case entered:
				c.fail(n.where, "the schema refers to itself without end")
			case 0:
				visit(inner)
			}
		}
		state[n] = left
	}
	for _, n := range c.order {
		if state[n] == 0 && c.err == nil {
			visit(n)
		}
	}
}

// keywords compiles the keywords of one schema.
type keywords struct {
	*compiler
	n       *node
	m       map[string]any
	doc     *document
	pointer string
	dialect *dialect
}

func (k *keywords) compile() {
	d := k.dialect.draft
	if k.references(); d <= draft7 {
		if _, refers := k.m["$ref"].(string); refers {
			return // nothing beside it counts
		}
	}
	k.misspelt()
	if d <= draft7 || k.dialect.has("validation") {
		k.anyValue()
		k.numbers()
		k.texts()
		k.counts()
	}
	if k.dialect.hasFormat() {
		k.format()
	}
	if k.dialect.has("applicator") {
		k.members()
		k.elements()
		k.combinations()
	}
	if d == draft2019 && k.dialect.has("applicator") || d == draft2020 && k.dialect.has("unevaluated") {
		k.unevaluated()
	}
}

func (k *keywords) where(keyword string) string {
	return k.n.where + "/" + pointerEscape.Replace(keyword)
}

func (k *keywords) add(c check) { k.n.checks = append(k.n.checks, c) }

// at returns the compiled schema at steps below this one.
func (k *keywords) at(steps ...string) *node {
	pointer := k.pointer
	for _, s := range steps {
		pointer += "/" + pointerEscape.Replace(s)
	}
	return k.node(k.doc, pointer)
}

// inPlace is at for a schema that is applied to the same value.
func (k *keywords) inPlace(steps ...string) *node {
	n := k.at(steps...)
	k.n.inPlace = append(k.n.inPlace, n)
	return n
}

// list returns the schemas of a keyword that holds a list of them.
func (k *keywords) list(keyword string, inPlace bool) []*node {
	v, ok := k.m[keyword]
	if !ok {
		return nil
	}
	l, ok := v.([]any)
	if !ok {
		k.fail(k.where(keyword), "expected a list of schemas, found %s", article(v))
		return nil
	}
	nodes := make([]*node, len(l))
	for i := range l {
		nodes[i] = k.at(keyword, strconv.Itoa(i))
	}
	if inPlace {
		k.n.inPlace = append(k.n.inPlace, nodes...)
	}
	return nodes
}

// object returns the value of a keyword that holds an object.
func (k *keywords) object(keyword string) (map[string]any, []string) {
	v, ok := k.m[keyword]
	if !ok {
		return nil, nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		k.fail(k.where(keyword), "expected an object, found %s", article(v))
	}
	return m, slices.Sorted(maps.Keys(m))
}

// has reports whether the schema has a keyword that its draft knows.
func (k *keywords) has(keyword string, since draft) bool {
	_, ok := k.m[keyword]
	return ok && k.dialect.draft >= since
}

// count returns the value of a keyword that counts something. It is -1 if the
// schema does not have it.
func (k *keywords) count(keyword string) int {
	v, ok := k.m[keyword]
	if !ok {
		return -1
	}
	if i, ok := value.Int(v); ok && i >= 0 {
		return i
	}
	if negative, err := value.Compare(v, 0); !value.IsInteger(v) || err != nil || negative < 0 {
		k.fail(k.where(keyword), "expected a whole number from 0, found %s", value.Format(v))
	}
	return math.MaxInt
}

// text returns the value of a keyword that is text.
func (k *keywords) text(keyword string) (string, bool) {
	v, ok := k.m[keyword]
	if !ok {
		return "", false
	}
	s, isText := v.(string)
	if !isText {
		k.fail(k.where(keyword), "expected text, found %s", article(v))
	}
	return s, isText
}

// names returns a list of names.
func (k *keywords) names(where string, v any) []string {
	l, ok := v.([]any)
	names := make([]string, 0, len(l))
	for _, e := range l {
		name, isText := e.(string)
		ok = ok && isText
		names = append(names, name)
	}
	if !ok {
		k.fail(where, "expected a list of names")
	}
	return names
}

// references compiles $ref and its relatives.
func (k *keywords) references() {
	if ref, ok := k.text("$ref"); ok {
		if t, ok := k.resolve(k.n.res, k.pointer+"/$ref", ref); ok {
			n := k.target(t)
			k.n.inPlace = append(k.n.inPlace, n)
			k.add(func(r *run, in instance, seen *seen) bool { return r.apply(n, in, seen) })
		}
	}
	if k.has("$recursiveRef", draft2019) && k.dialect.draft == draft2019 {
		k.recursiveRef()
	}
	if k.has("$dynamicRef", draft2020) {
		k.dynamicRef()
	}
}

// recursiveRef leads to the root of the resource, or, if that allows it, to that
// of the outermost one on the way that allows it too (2019-09 core §8.2.4.2).
func (k *keywords) recursiveRef() {
	ref, _ := k.text("$recursiveRef")
	t, ok := k.resolve(k.n.res, k.pointer+"/$recursiveRef", ref)
	if !ok {
		return
	}
	initial := k.target(t)
	if !t.res.recursive || t.pointer != t.res.pointer {
		k.n.inPlace = append(k.n.inPlace, initial)
		k.add(func(r *run, in instance, seen *seen) bool { return r.apply(initial, in, seen) })
		return
	}
	k.add(func(r *run, in instance, seen *seen) bool {
		for _, res := range r.scope {
			if res.recursive && res.root != nil {
				return r.apply(res.root, in, seen)
			}
		}
		return r.apply(initial, in, seen)
	})
}

// dynamicRef leads where $ref would, unless that is a $dynamicAnchor: then to the
// one of this name in the outermost resource on the way (2020-12 core §8.2.3.2).
func (k *keywords) dynamicRef() {
	ref, _ := k.text("$dynamicRef")
	t, ok := k.resolve(k.n.res, k.pointer+"/$dynamicRef", ref)
	if !ok {
		return
	}
	initial := k.target(t)
	if t.anchor == "" || t.res.dynamic[t.anchor] != t.pointer {
		k.n.inPlace = append(k.n.inPlace, initial)
		k.add(func(r *run, in instance, seen *seen) bool { return r.apply(initial, in, seen) })
		return
	}
	k.add(func(r *run, in instance, seen *seen) bool {
		for _, res := range r.scope {
			if n := res.nodes[t.anchor]; n != nil {
				return r.apply(n, in, seen)
			}
		}
		return r.apply(initial, in, seen)
	})
}

// article names the type of a value, with its article.
func article(v any) string {
	switch kind := value.Kind(v); kind {
	case "nil", "text":
		return kind
	case "object":
		return "an object"
	default:
		return "a " + kind
	}
}
