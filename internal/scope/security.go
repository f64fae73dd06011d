package scope

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/postrider/postrider/internal/diag"
	"github.com/postrider/postrider/internal/value"
	"github.com/postrider/postrider/parser"
)

// AuthEntry is what environment files configure under Security.Auth.ID of an
// environment, where JetBrains has its own:
//
//	{"Type": "Provider", "Provider": "ID", "Params": {"NAME": "VALUE", …}}
//	{"Type": "Provider", "Definition": {…}, "Params": {…}}
//	{"Type": "OAuth2", "Grant Type": "…", "Token URL": "…", …}
//	{"Type": "Mock", "Token": "…"}
//
// The last two, which are JetBrains', are uses of the scheme oauth2.
// Of an entry that several files have, each key counts from the strongest file
// that has it, and Params are put together by their names.
type AuthEntry struct {
	ID         parser.Text // in the strongest file
	Type       parser.Text // "Provider"; "OAuth2" and "Mock" of JetBrains
	Provider   parser.Text // the provider that is used; zero if there is a definition
	Definition parser.Text // a JSON object, as written; zero if there is none
	Params     []AuthParam // in the order of writing, the strongest file's first

	Extras []AuthExtra       // of OAuth2, in the order of writing
	Keys   map[string]string // what JetBrains calls the parameters; nil for entries of ours
}

// AuthParam is one member of Params.
type AuthParam struct {
	Name   parser.Text
	Value  parser.Text // a template
	Secret bool        // it stands in a private file
}

// The members of an entry, and the values of its type.
var (
	authKeys  = []string{"Type", "Provider", "Definition", "Params"}
	authTypes = []string{"Provider", "OAuth2", "Mock"}
)

// layer is a section of an environment file that counts.
type layer struct {
	file    *envFile
	section string
}

// AuthIDs returns the ids under Security.Auth, sorted.
func (e *Env) AuthIDs() []string {
	var ids []string
	for _, l := range e.layers {
		entries, _ := l.authEntries() // what is wrong is told by Auth
		for _, m := range entries {
			ids = append(ids, m.name)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// AuthElsewhere returns the environments other than the chosen one that have an
// entry Security.Auth.ID, sorted.
func (e *Env) AuthElsewhere(id string) []string {
	var names []string
	for _, file := range e.files {
		for _, m := range file.environments {
			entries, _ := layer{file, m.name}.authEntries()
			if m.name != e.Name && !strings.HasPrefix(m.name, "$") &&
				slices.ContainsFunc(entries, func(m member) bool { return m.name == id }) {
				names = append(names, m.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Auth returns what is configured under Security.Auth.ID, nil if nothing is.
// The error is a *diag.Diagnostic, or a diag.List of several.
func (e *Env) Auth(id string) (*AuthEntry, error) {
	r := entryReader{id: id}
	for _, l := range e.layers {
		entries, problem := l.authEntries()
		if problem != nil {
			return nil, problem
		}
		for _, m := range slices.Backward(entries) { // of two members of one name the last counts
			if m.name == id {
				r.parts = append(r.parts, entryPart{file: l.file, at: m})
				break
			}
		}
	}
	if len(r.parts) == 0 {
		return nil, nil
	}
	entry := r.read()
	switch len(r.problems) {
	case 0:
		return entry, nil
	case 1:
		return nil, r.problems[0]
	default:
		return nil, r.problems
	}
}

// authEntries returns the members of Security.Auth of a section.
func (l layer) authEntries() ([]member, *diag.Diagnostic) {
	members, path := l.file.section(l.section), ""
	for _, key := range []string{"Security", "Auth"} {
		path += "." + key
		i := slices.IndexFunc(members, func(m member) bool { return m.name == key })
		if i < 0 {
			return nil, nil
		}
		inner, ok := members[i].node.value.([]member)
		if !ok {
			return nil, envProblem(l.file.source, members[i].node.span, fmt.Sprintf("`%s` must be an object", path[1:]))
		}
		members = inner
	}
	return members, nil
}

// entryPart is an entry in one file.
type entryPart struct {
	file *envFile
	at   member
}

// entryReader puts an entry together from its parts, the strongest first.
type entryReader struct {
	id       string
	parts    []entryPart
	problems diag.List
}

func (r *entryReader) fail(file *envFile, at diag.Span, suggestion, format string, args ...any) {
	d := envProblem(file.source, at, fmt.Sprintf("`Security.Auth.%s`: ", r.id)+fmt.Sprintf(format, args...))
	d.Suggestion = suggestion
	r.problems = append(r.problems, d)
}

func (r *entryReader) read() *AuthEntry {
	first := r.parts[0]
	entry := &AuthEntry{ID: parser.Literal(first.file.source, first.at.span, r.id)}
	for _, p := range r.parts {
		if _, ok := p.at.node.value.([]member); !ok {
			r.fail(p.file, p.at.node.span, "", "an entry must be an object, as in {\"Type\": \"Provider\", \"Provider\": \"…\"}")
			return nil
		}
		if entry.Type.IsZero() {
			entry.Type = r.name(p, "Type")
		}
	}
	switch kind := entry.Type.String(); {
	case len(r.problems) > 0:
		return nil
	case entry.Type.IsZero():
		r.fail(first.file, first.at.span, "add `\"Type\": \"Provider\"`", "there is no `Type`")
		return nil
	case !slices.Contains(authTypes, kind):
		r.problems = append(r.problems, &diag.Diagnostic{
			Code: diag.CodeEnvironment, Severity: diag.Error,
			Summary: fmt.Sprintf("`Security.Auth.%s`: unknown type %q", r.id, kind),
			Source:  entry.Type.Source(), Subject: entry.Type.Span(),
			Suggestion: cmp.Or(diag.DidYouMean(kind, authTypes), "use `Provider`"),
		})
		return nil
	case kind != "Provider":
		r.oauth2(entry)
		return entry
	}
	for _, p := range r.parts {
		r.part(p, entry)
	}
	switch {
	case len(r.problems) > 0:
	case entry.Provider.IsZero() && entry.Definition.IsZero():
		r.fail(first.file, first.at.span, "add `\"Provider\"` with the id of one, or `\"Definition\"` with one of your own", "no provider is named")
	case !entry.Provider.IsZero() && !entry.Definition.IsZero():
		r.problems = append(r.problems, &diag.Diagnostic{
			Code: diag.CodeEnvironment, Severity: diag.Error,
			Summary: fmt.Sprintf("`Security.Auth.%s` has both `Provider` and `Definition`", r.id),
			Source:  entry.Provider.Source(), Subject: entry.Provider.Span(), Suggestion: "remove one of them",
		})
	}
	return entry
}

// part adds what one file says and no stronger one has said.
func (r *entryReader) part(p entryPart, entry *AuthEntry) {
	members, _ := p.at.node.value.([]member)
	for _, m := range members {
		if !slices.Contains(authKeys, m.name) {
			r.fail(p.file, m.span, cmp.Or(diag.DidYouMean(m.name, authKeys), "use one of `"+strings.Join(authKeys, "`, `")+"`"), "unknown key `%s`", m.name)
		}
	}
	if entry.Provider.IsZero() {
		entry.Provider = r.name(p, "Provider")
	}
	if m, ok := p.member("Definition"); ok && entry.Definition.IsZero() {
		if _, object := m.node.value.([]member); !object {
			r.fail(p.file, m.node.span, "", "`Definition` must be an object")
		}
		entry.Definition = parser.NewText(p.file.source, m.node.span)
	}
	m, ok := p.member("Params")
	if !ok {
		return
	}
	params, ok := m.node.value.([]member)
	if !ok {
		r.fail(p.file, m.node.span, "", "`Params` must be an object")
	}
	for i, m := range params {
		last := !slices.ContainsFunc(params[i+1:], func(later member) bool { return later.name == m.name })
		if last && !slices.ContainsFunc(entry.Params, func(a AuthParam) bool { return a.Name.String() == m.name }) {
			entry.Params = append(entry.Params, r.param(p.file, m))
		}
	}
}

func (r *entryReader) param(file *envFile, m member) AuthParam {
	param := AuthParam{Name: parser.Literal(file.source, m.span, m.name), Secret: file.source.Private}
	switch v := m.node.value.(type) {
	case string:
		param.Value = file.text(m.node, v)
	case bool, int, value.Number:
		param.Value = parser.NewText(file.source, m.node.span)
	default:
		r.fail(file, m.node.span, "", "the value of `%s` must be a text, a number or a boolean", m.name)
	}
	return param
}

// member returns a member of the entry; of two of one name the last counts.
func (p entryPart) member(name string) (member, bool) {
	members, _ := p.at.node.value.([]member)
	for _, m := range slices.Backward(members) {
		if m.name == name {
			return m, true
		}
	}
	return member{}, false
}

// name returns a member that is a text, taken as written; zero if there is none.
func (r *entryReader) name(p entryPart, key string) parser.Text {
	m, ok := p.member(key)
	if !ok {
		return parser.Text{}
	}
	text, ok := m.node.value.(string)
	if !ok || text == "" {
		r.fail(p.file, m.node.span, "", "`%s` must be a text", key)
	}
	return parser.Literal(p.file.source, m.node.span, text)
}
