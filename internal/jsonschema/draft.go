package jsonschema

import (
	"embed"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/value"
)

// draft is a version of JSON Schema, in the order of their years.
type draft uint8

const (
	draft4 draft = iota
	draft6
	draft7
	draft2019
	draft2020
)

// draftNames are the names that a meta-schema has in its URI.
var draftNames = [...]string{"draft-04", "draft-06", "draft-07", "draft/2019-09", "draft/2020-12"}

// Drafts lists the values of `$schema` that are known, for messages.
func Drafts() []string {
	var all []string
	for d := draft4; d <= draft2020; d++ {
		all = append(all, d.uri())
	}
	return all
}

func (d draft) uri() string {
	if d >= draft2019 {
		return "https://json-schema.org/" + draftNames[d] + "/schema"
	}
	return "http://json-schema.org/" + draftNames[d] + "/schema#"
}

// knownDraft returns the draft whose meta-schema a URI is. Whether it says http
// or https, and whether an empty fragment stands behind it, does not matter.
func knownDraft(uri string) (draft, bool) {
	bare := withoutScheme(strings.TrimSuffix(uri, "#"))
	for d := draft4; d <= draft2020; d++ {
		if bare == withoutScheme(strings.TrimSuffix(d.uri(), "#")) {
			return d, true
		}
	}
	return 0, false
}

func withoutScheme(uri string) string {
	return strings.TrimPrefix(strings.TrimPrefix(uri, "https:"), "http:")
}

// idKeyword is the keyword that gives a schema its URI.
func (d draft) idKeyword() string {
	if d == draft4 {
		return "id"
	}
	return "$id"
}

// dialect is a draft with the vocabularies that a meta-schema makes of it.
type dialect struct {
	draft draft
	meta  string          // URI of the meta-schema
	uses  map[string]bool // vocabularies by the last part of their names; nil for all
}

// has reports whether the keywords of a vocabulary have a meaning.
func (d *dialect) has(vocabulary string) bool { return d.uses == nil || d.uses[vocabulary] }

func (d *dialect) hasFormat() bool {
	return d.has("format") || d.has("format-annotation") || d.has("format-assertion")
}

// vocabularies is every one that is known.
var vocabularies = [...]string{
	"core", "applicator", "unevaluated", "validation", "meta-data", "format", "format-annotation", "format-assertion", "content",
}

//go:embed metaschema/*.json
var metaFiles embed.FS

// metaDocuments returns the documents of a draft's meta-schema, the schema
// itself first.
func metaDocuments(d draft) []any {
	name := "metaschema/draft-" + strings.TrimLeft(strings.TrimPrefix(draftNames[d], "draft"), "-/") + ".json"
	content, _ := metaFiles.ReadFile(name) // embedded, as a test makes sure
	list, _, _ := value.Decode(content)
	documents, _ := list.([]any)
	return documents
}

// metaSchema returns the compiled meta-schema of a draft. Each is compiled when
// a schema first needs it.
func metaSchema(d draft) *Schema {
	m := &metaSchemas[d]
	m.once.Do(func() { m.schema = compileMeta(d) })
	return m.schema
}

var metaSchemas [draft2020 + 1]struct {
	once   sync.Once
	schema *Schema
}

func compileMeta(d draft) *Schema {
	c := newCompiler(nil)
	c.trusted = true
	root := c.find(d.uri(), nil)
	n := c.node(root.doc, "")
	return &Schema{root: n, track: c.track}
}

// places says what the value of a keyword holds, as far as that is schemas.
type places uint8

const (
	inSchema  places = 1 << iota // the value is a schema
	inList                       // a list of schemas
	inMembers                    // an object whose members are schemas
)

// subschemas are the places of a draft that hold schemas, in which identifiers
// count.
func (d draft) subschemas(keyword string) places {
	from := func(first draft, p places) places {
		if d < first {
			return 0
		}
		return p
	}
	switch keyword {
	case "properties", "patternProperties", "definitions", "dependencies":
		return inMembers
	case "$defs", "dependentSchemas":
		return from(draft2019, inMembers)
	case "allOf", "anyOf", "oneOf":
		return inList
	case "prefixItems":
		return from(draft2020, inList)
	case "items":
		if d == draft2020 {
			return inSchema
		}
		return inSchema | inList
	case "additionalItems":
		if d == draft2020 {
			return 0
		}
		return inSchema
	case "additionalProperties", "not":
		return inSchema
	case "contains", "propertyNames":
		return from(draft6, inSchema)
	case "if", "then", "else":
		return from(draft7, inSchema)
	case "unevaluatedItems", "unevaluatedProperties", "contentSchema":
		return from(draft2019, inSchema)
	}
	return 0
}
