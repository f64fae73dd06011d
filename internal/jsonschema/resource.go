package jsonschema

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
)

// Source is a document that holds a schema.
type Source struct {
	URI   string // absolute; what relative references count from, unless the document has an identifier
	Name  string // for messages
	Value any    // of package value
}

// Loader returns the document that a reference leads to.
type Loader func(uri string) (Source, error)

// document is one that a compiler knows.
type document struct {
	Source
	resources map[string]*resource // by the pointer to their roots
	scanned   map[string]bool      // pointers to schemas in which identifiers were looked for
}

// resource is a schema with a URI of its own: a document, or a part of it that
// has an identifier.
type resource struct {
	doc       *document
	uri       string // without fragment
	pointer   string // to its root, in the document
	dialect   *dialect
	anchors   map[string]string // names of places in it, as pointers into the document
	dynamic   map[string]string // those that $dynamicRef looks for
	recursive bool              // its root has $recursiveAnchor

	nodes     map[string]*node // compiled dynamic anchors
	root      *node            // compiled root, if recursive
	processed bool
}

// splitURI cuts a reference at its fragment, which it decodes.
func splitURI(ref string) (uri, fragment string) {
	uri, fragment, _ = strings.Cut(ref, "#")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	return uri, fragment
}

// resolveURI resolves a reference without a fragment (RFC 3986 §5).
func resolveURI(base, ref string) (string, error) {
	if ref == "" {
		return base, nil
	}
	r, err := url.Parse(ref)
	if err != nil {
		return "", fmt.Errorf("`%s` is no URI", ref)
	}
	b, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("`%s` is no URI", base)
	}
	return b.ResolveReference(r).String(), nil
}

var (
	pointerEscape   = strings.NewReplacer("~", "~0", "/", "~1")
	pointerUnescape = strings.NewReplacer("~1", "/", "~0", "~")
)

// walk follows a pointer (RFC 6901) from a value.
func walk(v any, pointer string) (any, bool) {
	if pointer == "" {
		return v, true
	}
	for step := range strings.SplitSeq(pointer[1:], "/") {
		step = pointerUnescape.Replace(step)
		switch container := v.(type) {
		case map[string]any:
			member, ok := container[step]
			if !ok {
				return nil, false
			}
			v = member
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(container) || step != strconv.Itoa(i) {
				return nil, false
			}
			v = container[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// add makes a document known, with the resources in it.
func (c *compiler) add(s Source, assumed *dialect) *document {
	doc := &document{Source: s, resources: make(map[string]*resource), scanned: make(map[string]bool)}
	d := c.dialectOf(doc, s.Value, assumed)
	if c.err != nil {
		return doc
	}
	root := c.addResource(doc, "", s.URI, d)
	c.scan(doc, "", s.Value, root)
	c.conforms(root, "", s.Value)
	return doc
}

// dialectOf returns the dialect that a schema names, or else the assumed one.
func (c *compiler) dialectOf(doc *document, schema any, assumed *dialect) *dialect {
	m, _ := schema.(map[string]any)
	uri, named := m["$schema"].(string)
	if !named {
		return assumed
	}
	if d, ok := knownDraft(uri); ok {
		return &dialect{draft: d, meta: d.uri()}
	}
	return c.ownDialect(doc, uri)
}

// ownDialect reads a meta-schema that is none of the drafts'.
func (c *compiler) ownDialect(doc *document, uri string) *dialect {
	where := doc.Name + "#/$schema"
	uri, err := resolveURI(doc.URI, strings.TrimSuffix(uri, "#"))
	if err != nil {
		c.fail(where, "%v", err)
	}
	if d := c.dialects[uri]; d != nil {
		return d
	}
	if c.reading[uri] {
		c.fail(where, "the meta-schema `%s` is its own", uri)
		return c.assumed
	}
	c.reading[uri] = true
	res := c.find(uri, &reference{doc: doc, at: "/$schema", file: uri})
	if res == nil {
		c.hint("write one of " + strings.Join(Drafts(), ", "))
		return c.assumed
	}
	d := &dialect{draft: res.dialect.draft, meta: uri}
	m, _ := res.doc.Value.(map[string]any)
	if names, ok := m["$vocabulary"].(map[string]any); ok && d.draft >= draft2019 {
		d.uses = make(map[string]bool)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			last := name[strings.LastIndexByte(name, '/')+1:]
			known := strings.HasPrefix(name, "https://json-schema.org/draft/") && slices.Contains(vocabularies[:], last)
			if names[name] == true && !known {
				c.fail(res.doc.Name+"#/$vocabulary", "the vocabulary `%s` is not known", name)
			}
			if known {
				d.uses[last] = true
			}
		}
	}
	c.dialects[uri] = d
	return d
}

// addResource makes a schema known under a URI.
func (c *compiler) addResource(doc *document, pointer, uri string, d *dialect) *resource {
	r := &resource{
		doc: doc, uri: uri, pointer: pointer, dialect: d,
		anchors: make(map[string]string), dynamic: make(map[string]string), nodes: make(map[string]*node),
	}
	doc.resources[pointer] = r
	c.name(r, uri)
	return r
}

// name makes a resource known under a URI. Two schemas of one name must be the
// same, because references to them could not be told apart.
func (c *compiler) name(r *resource, uri string) {
	other := c.resources[uri]
	if other == nil || other == r {
		c.resources[uri] = r
		return
	}
	v, _ := walk(r.doc.Value, r.pointer)
	w, _ := walk(other.doc.Value, other.pointer)
	if same, err := value.Equal(v, w); (err != nil || !same) && !(other.doc == r.doc && strings.HasPrefix(r.pointer, other.pointer)) {
		c.fail(r.doc.Name+"#"+r.pointer, "two schemas have the identifier `%s`", uri)
	}
}

// scan looks for identifiers in a schema and those below it.
func (c *compiler) scan(doc *document, pointer string, schema any, res *resource) {
	m, ok := schema.(map[string]any)
	if !ok || c.err != nil || doc.scanned[pointer] {
		return
	}
	doc.scanned[pointer] = true
	res = c.identify(doc, pointer, m, res)
	if res == nil {
		return
	}
	for _, keyword := range slices.Sorted(maps.Keys(m)) {
		places := res.dialect.draft.subschemas(keyword)
		at := pointer + "/" + pointerEscape.Replace(keyword)
		switch v := m[keyword].(type) {
		case map[string]any:
			if places&inSchema != 0 {
				c.scan(doc, at, v, res)
			} else if places&inMembers != 0 {
				for _, name := range slices.Sorted(maps.Keys(v)) {
					c.scan(doc, at+"/"+pointerEscape.Replace(name), v[name], res)
				}
			}
		case []any:
			if places&inList != 0 {
				for i, e := range v {
					c.scan(doc, at+"/"+strconv.Itoa(i), e, res)
				}
			}
		}
	}
}

// identify reads the identifiers of one schema and returns the resource that it
// belongs to.
func (c *compiler) identify(doc *document, pointer string, m map[string]any, res *resource) *resource {
	d := res.dialect
	if pointer != res.pointer {
		if inner := c.dialectOf(doc, m, d); inner != nil {
			d = inner // counts only together with an identifier
		}
	}
	_, refers := m["$ref"].(string)
	old := d.draft <= draft7
	id, hasID := m[d.draft.idKeyword()].(string)
	if hasID && !(old && refers) {
		uri, fragment := splitURI(id)
		if uri != "" {
			absolute, err := resolveURI(res.uri, uri)
			if err != nil {
				c.fail(doc.Name+"#"+pointer+"/"+d.draft.idKeyword(), "%v", err)
				return nil
			}
			if pointer == res.pointer {
				res.uri = absolute
				c.name(res, absolute)
			} else {
				res = c.addResource(doc, pointer, absolute, d)
			}
		}
		if old && fragment != "" && !strings.HasPrefix(fragment, "/") {
			res.anchors[fragment] = pointer
		}
	}
	if res.dialect.draft >= draft2019 {
		if name, ok := m["$anchor"].(string); ok {
			res.anchors[name] = pointer
		}
	}
	switch res.dialect.draft {
	case draft2019:
		res.recursive = res.recursive || pointer == res.pointer && m["$recursiveAnchor"] == true
	case draft2020:
		if name, ok := m["$dynamicAnchor"].(string); ok {
			res.anchors[name] = pointer
			res.dynamic[name] = pointer
		}
	}
	return res
}

// find returns the resource of a URI, and loads it if it must. The reference as
// written is for messages; from may be nil.
func (c *compiler) find(uri string, from *reference) *resource {
	uri = strings.TrimSuffix(uri, "#")
	if r := c.resources[uri]; r != nil {
		return r
	}
	bare := withoutScheme(uri)
	for d := draft4; d <= draft2020; d++ {
		if !strings.HasPrefix(bare, "//json-schema.org/"+draftNames[d]+"/") {
			continue
		}
		for _, doc := range metaDocuments(d) {
			m, _ := doc.(map[string]any)
			id, _ := m[d.idKeyword()].(string)
			if id = strings.TrimSuffix(id, "#"); withoutScheme(id) == bare {
				trusted := c.trusted
				c.trusted = true
				added := c.add(Source{URI: uri, Name: id, Value: doc}, &dialect{draft: d, meta: d.uri()})
				c.trusted = trusted
				return added.resources[""]
			}
		}
	}
	if c.load == nil {
		c.fail(from.where(), "nothing has the URI `%s`", uri)
		return nil
	}
	wanted := uri
	if from != nil && !strings.HasPrefix(uri, "file:") && from.relative() {
		// A project keeps the files of a published schema beside each other,
		// whatever their identifiers are.
		if beside, err := resolveURI(from.doc.URI, from.file); err == nil && strings.HasPrefix(beside, "file:") {
			wanted = beside
		}
	}
	r := c.resources[wanted]
	if r == nil {
		source, err := c.load(wanted)
		if err != nil {
			c.fail(from.where(), "%v", err)
			if c.err != nil && c.err.Cause == nil {
				c.err.Cause = err
			}
			return nil
		}
		r = c.add(source, c.assumed).resources[""]
	}
	if r != nil && c.err == nil {
		c.resources[uri] = r
	}
	return r
}

// reference is a $ref as written.
type reference struct {
	doc  *document
	at   string // pointer to the keyword
	file string // the reference without its fragment
}

func (r *reference) where() string {
	if r == nil {
		return ""
	}
	return r.doc.Name + "#" + r.at
}

func (r *reference) relative() bool {
	u, err := url.Parse(r.file)
	return err == nil && !u.IsAbs() && !strings.HasPrefix(r.file, "/")
}

// target is the place that a reference leads to.
type target struct {
	res     *resource // in which the fragment is looked for
	pointer string    // in its document
	anchor  string    // the name, if the fragment is one
}

// resolve finds what a reference in a resource leads to.
func (c *compiler) resolve(from *resource, pointer, ref string) (target, bool) {
	file, fragment := splitURI(ref)
	written := &reference{doc: from.doc, at: pointer, file: file}
	res := from
	if file != "" {
		uri, err := resolveURI(from.uri, file)
		if err != nil {
			c.fail(written.where(), "%v", err)
			return target{}, false
		}
		if res = c.find(uri, written); res == nil {
			return target{}, false
		}
	}
	if fragment != "" && !strings.HasPrefix(fragment, "/") {
		at, ok := res.anchors[fragment]
		if !ok {
			c.fail(written.where(), "`%s` has no anchor `%s`", res.doc.Name, fragment)
			c.hint(diag.DidYouMean(fragment, slices.Sorted(maps.Keys(res.anchors))))
			return target{}, false
		}
		return target{res, at, fragment}, true
	}
	at := res.pointer + fragment
	if _, ok := walk(res.doc.Value, at); !ok {
		c.fail(written.where(), "`%s` does not exist in `%s`", "#"+fragment, res.doc.Name)
		c.hint(nearestPointer(res, fragment))
		return target{}, false
	}
	return target{res: res, pointer: at}, true
}

// nearestPointer suggests the place that a pointer was probably meant to be.
func nearestPointer(res *resource, fragment string) string {
	i := strings.LastIndexByte(fragment, '/')
	parent, ok := walk(res.doc.Value, res.pointer+fragment[:i])
	m, isObject := parent.(map[string]any)
	if !ok || !isObject {
		return ""
	}
	return diag.DidYouMean(pointerUnescape.Replace(fragment[i+1:]), slices.Sorted(maps.Keys(m)))
}
