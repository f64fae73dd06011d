package auth

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/postrider/postrider/internal/diag"
)

// The reference of the manual is made from the schema, and the schema agrees
// with the reader: neither can drift. To rewrite it, set UPDATE_DOCS=1.
func TestManualReference(t *testing.T) {
	const begin, end = "<!-- reference -->\n", "<!-- end of reference -->\n"
	manual, err := os.ReadFile(manualFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(manual), begin)
	written, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no part for the reference", manualFile)
	}
	want := "\n" + referenceText(t)
	if written == want {
		return
	}
	if os.Getenv("UPDATE_DOCS") == "" {
		t.Fatalf("the reference in %s is not that of the schema; run this test with UPDATE_DOCS=1", manualFile)
	}
	if err := os.WriteFile(manualFile, []byte(before+begin+want+end+after), 0o666); err != nil {
		t.Fatal(err)
	}
}

// referenceText is a table for each part of the schema that has keys.
func referenceText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	source := diag.NewSource(schemaFile, text)
	root, problem := parseJSON(Place{source, diag.Span{End: len(text)}})
	if problem != nil {
		t.Fatal(problem)
	}
	m := manual{source: source, parts: root.get("$defs")}
	var b strings.Builder
	for _, part := range m.parts.members {
		if part.value.get("properties") != nil {
			b.WriteString(m.table(part))
		}
	}
	return b.String()
}

// get returns a member of an object, nil if there is none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	i := slices.IndexFunc(n.members, func(m member) bool { return m.key == key })
	if i < 0 {
		return nil
	}
	return n.members[i].value
}

type manual struct {
	source *diag.Source
	parts  *node
}

// heading is the title of a part of the reference.
func heading(part string) string {
	titles := map[string]string{
		"definition": "The definition", "param": "A parameter: `params.NAME`", "tls": "`tls`", "token": "`token`", "refresh": "`refresh`", "revoke": "`revoke`",
		"request": "A request: `token.request`, `refresh.request`, `revoke.request`", "basic": "`basic`", "response": "`token.response`",
		"apply": "A rule of `apply`", "errors": "`errors`", "invalid": "A rule of `errors.invalid`", "hint": "A rule of `errors.hint`",
	}
	return cmp.Or(titles[part], part)
}

func (m manual) table(part member) string {
	required := make(map[string]bool)
	if list := part.value.get("required"); list != nil {
		for _, name := range list.items {
			required[name.text] = true
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n| Key | Type | Default | Example | Meaning |\n|---|---|---|---|---|\n", heading(part.key))
	for _, p := range part.value.get("properties").members {
		kind := m.kind(p.value)
		if required[p.key] {
			kind += ", required"
		}
		example := "below"
		if list := p.value.get("examples"); list != nil {
			example = m.code(list.items[0])
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", p.key, kind, m.code(p.value.get("default")), example, p.value.get("description").text)
	}
	return b.String() + "\n"
}

// code writes a value as JSON.
func (m manual) code(n *node) string {
	if n == nil {
		return ""
	}
	return "`" + strings.ReplaceAll(m.source.Slice(n.span), "|", `\|`) + "`"
}

// kind says of which type a value is.
func (m manual) kind(n *node) string {
	if ref := n.get("$ref"); ref != nil {
		part := strings.TrimPrefix(ref.text, "#/$defs/")
		switch part {
		case "paths":
			return "path, or list of paths"
		case "status":
			return "status"
		}
		if m.parts.get(part).get("properties") != nil {
			return "object"
		}
		return m.kind(m.parts.get(part))
	}
	if values := n.get("enum"); values != nil {
		var all []string
		for _, v := range values.items {
			all = append(all, m.code(v))
		}
		return strings.Join(all, ", ")
	}
	if either := n.get("oneOf"); either != nil {
		return m.kind(either.items[0]) + ", or a list"
	}
	kind := n.get("type")
	if kind == nil {
		return "any"
	}
	switch kind.text {
	case "string":
		return "text"
	case "boolean":
		return "`true`, `false`"
	case "array":
		return "list of " + plural(m.kind(n.get("items")))
	}
	if values := n.get("additionalProperties"); values != nil && values.kind == kindObject {
		return "object of " + plural(m.kind(values))
	}
	return kind.text
}

func plural(kind string) string { return strings.Replace(kind, "status", "statuse", 1) + "s" }
