package scope

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// envFile is an environment file, read: the environments by name, each with
// its members in the order of the file.
type envFile struct {
	source       *diag.Source
	environments []member
	warnings     diag.List
}

// node is a JSON value with its place. Its value is nil, bool, string, int or
// value.Number, []*node or []member; of members with one name the last counts.
type node struct {
	span  diag.Span
	value any
}

// member is a member of a JSON object. Its span is that of its name.
type member struct {
	name string
	span diag.Span
	node *node
}

// parseEnvFile reads an environment file:
// {"ENVIRONMENT": {"NAME": VALUE, …}, "$shared": {…}}.
func parseEnvFile(source *diag.Source) (*envFile, *diag.Diagnostic) {
	r := newNodeReader(source)
	members, problem := r.environments()
	if problem != nil {
		return nil, problem
	}
	f := &envFile{source: source, environments: members, warnings: r.duplicates}
	if problem := f.check(); problem != nil {
		return nil, problem
	}
	return f, nil
}

// environments reads a document whose members are environments.
func (r *nodeReader) environments() ([]member, *diag.Diagnostic) {
	if _, _, err := value.Decode(r.source.Text()); err != nil {
		return nil, malformed(r.source, err)
	}
	root, err := r.node()
	if err != nil {
		return nil, malformed(r.source, err)
	}
	members, ok := root.value.([]member)
	if !ok {
		return nil, envProblem(r.source, root.span,
			"an environment file must be an object of environments, as in {\"dev\": {\"host\": \"…\"}}")
	}
	return members, nil
}

// check reports an environment that is no object.
func (f *envFile) check() *diag.Diagnostic {
	for _, m := range f.environments {
		if _, ok := m.node.value.([]member); !ok && !isForeignSection(m.name) {
			return envProblem(f.source, m.node.span,
				fmt.Sprintf("environment `%s` must be an object, as in {\"%s\": {\"host\": \"…\"}}", m.name, m.name))
		}
	}
	return nil
}

// sharedSections are the sections that count in every environment, the
// strongest first (Visual Studio and VS Code; kulala).
func sharedSections() []string { return []string{"$shared", "$kulalaShared"} }

// defaultSection counts only if no environment is chosen (httpYac).
const defaultSection = "$default"

// isForeignSection reports whether a member of an environment file is neither
// an environment nor a section of variables, such as "$schema".
func isForeignSection(name string) bool {
	if !strings.HasPrefix(name, "$") || name == defaultSection {
		return false
	}
	for _, shared := range sharedSections() {
		if name == shared {
			return false
		}
	}
	return true
}

// section returns the members of an environment or section.
func (f *envFile) section(name string) []member {
	var found []member
	for _, m := range f.environments {
		if m.name == name {
			found, _ = m.node.value.([]member)
		}
	}
	return found
}

// variables returns the variables of an environment or section.
func (f *envFile) variables(section string) []*Variable {
	var variables []*Variable
	for _, m := range f.section(section) {
		switch m.name {
		case "Security", "SSLConfiguration", defaultHeaders: // configuration, not variables (JetBrains, kulala)
			continue
		}
		v := f.variable(section, m)
		f.inline(v)
		variables = append(variables, v)
	}
	return variables
}

func (f *envFile) variable(section string, m member) *Variable {
	v := &Variable{
		Name: m.name, Tier: Environment,
		Source: f.source, Span: m.node.span,
		Where:    "environment " + section,
		textOnly: true,
	}
	if text, ok := m.node.value.(string); ok {
		v.Text = f.text(m.node, text)
	} else {
		var templates bool
		v.Value, v.template, templates = f.structure(m.node)
		if !templates {
			v.template = nil
		}
	}
	switch {
	case f.source.Private:
		v.Secret = !v.Text.IsZero() || holdsText(v.Value) || LooksSecret(m.name)
	case LooksSecret(m.name): // as in .env; but an address is none, such as that of a token endpoint
		v.Secret = !strings.Contains(v.Text.String(), "://")
	}
	v.problem = f.secretProvider(m)
	return v
}

// text returns the text of a JSON string. Its bytes can be pointed at one by
// one if it is written without escapes.
func (f *envFile) text(n *node, decoded string) parser.Text {
	inner := diag.Span{Start: n.span.Start + 1, End: n.span.End - 1}
	if f.source.Slice(inner) == decoded {
		return parser.NewText(f.source, inner)
	}
	return parser.Literal(f.source, n.span, decoded)
}

// structure returns a value as package value has it, and the same with a
// parser.Text for each string that holds a template.
func (f *envFile) structure(n *node) (plain, template any, templates bool) {
	switch v := n.value.(type) {
	case string:
		if t := f.text(n, v); t.HasTemplate() {
			return v, t, true
		}
		return v, v, false
	case []*node:
		plains, with := make([]any, len(v)), make([]any, len(v))
		for i, element := range v {
			var t bool
			plains[i], with[i], t = f.structure(element)
			templates = templates || t
		}
		return plains, with, templates
	case []member:
		plains, with := make(map[string]any, len(v)), make(map[string]any, len(v))
		for _, m := range v {
			var t bool
			plains[m.name], with[m.name], t = f.structure(m.node)
			templates = templates || t
		}
		return plains, with, templates
	default:
		return v, v, false
	}
}

// secretProvider returns why a variable that stands for a secret in a vault
// cannot be used, or nil if it is an ordinary variable:
// {"provider": "AzureKeyVault", "secretName": "…"} (Visual Studio).
func (f *envFile) secretProvider(m member) *diag.Diagnostic {
	members, _ := m.node.value.([]member)
	provider, secret := "", false
	for _, part := range members {
		text, isText := part.node.value.(string)
		switch part.name {
		case "provider":
			provider = text
		case "secretName", "keyVaultUri", "resourceId":
			secret = secret || isText
		case "value":
			secret = secret || provider == "Encrypted"
		}
	}
	if provider == "" || !secret {
		return nil
	}
	return &diag.Diagnostic{
		Code: diag.CodeUnsupported, Severity: diag.Error,
		Summary: fmt.Sprintf("the value of `%s` is kept by the secret provider %q, which is not supported by this version", m.name, provider),
		Source:  f.source, Subject: m.node.span,
		Suggestion: fmt.Sprintf("pass it with `--secret %s=env:NAME`, or set it in http-client.private.env.json", m.name),
	}
}

// namesProvider reports whether a variable of an environment stands for a secret
// in a vault.
func (f *envFile) namesProvider(environment member) bool {
	variables, _ := environment.node.value.([]member)
	return slices.ContainsFunc(variables, func(m member) bool { return f.secretProvider(m) != nil })
}

func envProblem(source *diag.Source, at diag.Span, summary string) *diag.Diagnostic {
	return &diag.Diagnostic{Code: diag.CodeEnvironment, Severity: diag.Error, Summary: summary, Source: source, Subject: at}
}

// malformed is the message for an environment file that is not JSON.
func malformed(source *diag.Source, err error) *diag.Diagnostic {
	var syntax *value.SyntaxError
	if !errors.As(err, &syntax) {
		return envProblem(source, diag.Span{}, "not JSON: "+err.Error())
	}
	text, offset := source.Text(), min(int(syntax.Offset), len(source.Text()))
	d := envProblem(source, diag.Span{Start: offset, End: min(offset+1, len(text))}, "not JSON: "+syntax.Msg)
	d.Detail = fmt.Sprintf("at offset %d", offset)
	before := bytes.TrimRight(text[:offset], " \t\r\n")
	rest := text[offset:]
	switch {
	case offset == len(text) && len(bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))) == 0:
		d.Summary, d.Suggestion = "not JSON: the file is empty", "write at least {}"
	case bytes.HasPrefix(rest, []byte("//")) || bytes.HasPrefix(rest, []byte("/*")) || bytes.HasPrefix(rest, []byte("#")):
		d.Summary, d.Suggestion = "not JSON: a comment, which JSON does not have", "remove the comment"
	case len(rest) > 0 && (rest[0] == '}' || rest[0] == ']') && bytes.HasSuffix(before, []byte(",")):
		comma := len(before) - 1
		d.Subject = diag.Span{Start: comma, End: comma + 1}
		d.Detail = fmt.Sprintf("at offset %d", comma)
		d.Summary = fmt.Sprintf("not JSON: a comma before `%c`", rest[0])
		d.Suggestion = "remove the comma"
	case len(rest) > 0 && rest[0] == '\'':
		d.Suggestion = "write texts in double quotes"
	}
	return d
}

// nodeReader reads a document that is known to be JSON and notes where each
// value stands.
type nodeReader struct {
	source     *diag.Source
	decoder    *json.Decoder
	base       int // of the decoder's offsets: the length of a byte order mark
	duplicates diag.List
}

func newNodeReader(source *diag.Source) *nodeReader {
	text := bytes.TrimPrefix(source.Text(), []byte("\ufeff"))
	r := &nodeReader{source: source, decoder: json.NewDecoder(bytes.NewReader(text)), base: len(source.Text()) - len(text)}
	r.decoder.UseNumber()
	return r
}

// token reads the next token and where it stands.
func (r *nodeReader) token() (json.Token, diag.Span, error) {
	start := r.base + int(r.decoder.InputOffset())
	token, err := r.decoder.Token()
	end := r.base + int(r.decoder.InputOffset())
	for start < end && strings.IndexByte(" \t\r\n,:", r.source.Text()[start]) >= 0 {
		start++
	}
	return token, diag.Span{Start: start, End: end}, err
}

func (r *nodeReader) node() (*node, error) {
	token, span, err := r.token()
	if err != nil {
		return nil, err
	}
	n := &node{span: span, value: token}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			n.value, err = r.members()
		} else {
			n.value, err = r.elements()
		}
		if err != nil {
			return nil, err
		}
		_, closing, err := r.token()
		n.span.End = closing.End
		return n, err
	case json.Number:
		n.value, _ = value.ParseNumber(token.String())
	}
	return n, nil
}

func (r *nodeReader) elements() ([]*node, error) {
	elements := []*node{}
	for r.decoder.More() {
		element, err := r.node()
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
	}
	return elements, nil
}

func (r *nodeReader) members() ([]member, error) {
	members, seen := []member{}, map[string]diag.Span{}
	for r.decoder.More() {
		token, span, err := r.token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		if first, twice := seen[name]; twice {
			at := r.source.Position(first.Start)
			r.duplicates = append(r.duplicates, &diag.Diagnostic{
				Code: diag.CodeDuplicateVariable, Severity: diag.Warning,
				Summary: fmt.Sprintf("`%s` is given twice, and the last one counts", name),
				Detail:  fmt.Sprintf("the first is on line %d", at.Line),
				Source:  r.source, Subject: span,
				Suggestion: "remove one of them",
			})
		}
		seen[name] = span
		n, err := r.node()
		if err != nil {
			return nil, err
		}
		members = append(members, member{name: name, span: span, node: n})
	}
	return members, nil
}
