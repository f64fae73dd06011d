package auth

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/postrider/postrider/internal/diag"
)

// builtin holds the definitions of the vendors in providers, and of the schemes
// that need no vendor in schemes.
//
//go:embed providers/*.json schemes/*.json
var builtin embed.FS

// later are the names of schemes of the language that this version cannot do.
var later = []string{"negotiate", "ntlm"}

// laterDetails say what comes near to some of them.
var laterDetails = map[string]string{
	"ntlm":      "servers that speak NTLM often accept HTTP Basic over TLS too",
	"negotiate": "servers that speak Negotiate often accept HTTP Basic over TLS too",
}

// library reads definitions, each the first time it is asked for.
type library struct {
	files fs.FS  // the built-in ones
	user  string // the folder of the user's own; "" for none

	mu      sync.Mutex
	read    map[string]*definition // by id
	project map[Place]*definition  // those of files of the project
}

// providers returns the ids of the built-in vendors, sorted.
func (l *library) providers() []string { return l.ids("providers") }

// ids returns the names of the built-in definitions in a folder, sorted.
func (l *library) ids(folder string) []string {
	entries, err := fs.ReadDir(l.files, folder)
	if err != nil {
		return nil // a library without such definitions
	}
	return idsOf(entries)
}

// idsOf returns the ids of the definitions in a folder, sorted: the names of
// the files without .json.
func idsOf(entries []fs.DirEntry) []string {
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".json"); ok && !e.IsDir() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// userIDs returns the ids of the user's own definitions, sorted.
func (l *library) userIDs() ([]string, error) {
	if l.user == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(l.user)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, unreadable(l.user, err)
	}
	return idsOf(entries), nil
}

// userFile is the file of the user's own definition called id.
func (l *library) userFile(id string) string { return filepath.Join(l.user, id+".json") }

// definition returns the definition called id, or nil if there is none. The
// user's own are looked for only if no built-in one is called so.
func (l *library) definition(id string) (*definition, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.find(id)
}

func (l *library) find(id string) (*definition, error) {
	if d, ok := l.read[id]; ok {
		return d, nil
	}
	d, err := l.builtin(id)
	if err == nil && d == nil {
		d, err = l.own(id)
	} else if d != nil {
		err = l.taken(id)
	}
	if d == nil || err != nil {
		return nil, err
	}
	if l.read == nil {
		l.read = make(map[string]*definition)
	}
	l.read[id] = d
	return d, nil
}

// builtin reads the built-in definition called id; nil if there is none.
func (l *library) builtin(id string) (*definition, error) {
	for folder, kind := range map[string]Kind{"providers": BuiltIn, "schemes": Scheme} {
		if !slices.Contains(l.ids(folder), id) {
			continue
		}
		name := path.Join(folder, id+".json")
		text, err := fs.ReadFile(l.files, name)
		if err != nil {
			return nil, err
		}
		d, err := readDefinition(id, diag.NewSource(name, text))
		if err != nil {
			return nil, err
		}
		d.kind = kind
		return d, nil
	}
	return nil, nil
}

// own reads the user's own definition called id; nil if there is none.
func (l *library) own(id string) (*definition, error) {
	ids, err := l.userIDs()
	if err != nil || !slices.Contains(ids, id) {
		return nil, err
	}
	if l.reserved(id) != "" {
		return nil, l.taken(id)
	}
	name := l.userFile(id)
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	if !isID(id) {
		return nil, &diag.Diagnostic{
			Code: diag.CodeAuthDefinition, Severity: diag.Error,
			Summary:    fmt.Sprintf("%s: %q cannot be the id of a provider", name, id),
			Suggestion: "name the file with letters, digits, `-`, `_` and `.`, such as acme.json",
		}
	}
	d, err := readDefinition(id, diag.NewSource(name, text))
	if err != nil {
		return nil, err
	}
	d.kind = UserFile
	return d, l.foreignNames(d)
}

// inProject reads the definition that a file of the project has at a place.
func (l *library) inProject(id string, at Place) (*definition, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if d, ok := l.project[at]; ok {
		return d, nil
	}
	d, err := readDefinitionAt(id, at)
	if err != nil {
		return nil, err
	}
	d.kind = ProjectFile
	if err := l.foreignNames(d); err != nil {
		return nil, err
	}
	if l.project == nil {
		l.project = make(map[Place]*definition)
	}
	l.project[at] = d
	return d, nil
}

// reserved says what already goes by an id, in a way that nobody can change: ""
// if nothing does.
func (l *library) reserved(id string) string {
	same := func(other string) bool { return strings.EqualFold(other, id) } // as file names may be
	switch {
	case slices.ContainsFunc(l.providers(), same):
		return "a built-in provider"
	case same("none"), slices.ContainsFunc(later, same), slices.ContainsFunc(l.ids("schemes"), same):
		return "a scheme of `@auth`"
	}
	return ""
}

// holder says what goes by an id, the user's own definitions included; "" if
// nothing does.
func (l *library) holder(id string) (string, error) {
	if by := l.reserved(id); by != "" {
		return by, nil
	}
	ids, err := l.userIDs()
	if err != nil || !slices.Contains(ids, id) {
		return "", err
	}
	return "your own " + l.userFile(id), nil
}

// taken returns an error if the user has a definition of a reserved id: it
// would never count, and must not.
func (l *library) taken(id string) error {
	if l.user == "" {
		return nil
	}
	name := l.userFile(id)
	if _, err := os.Lstat(name); err != nil {
		return nil // nothing is in the way
	}
	return &diag.Diagnostic{
		Code: diag.CodeAuthDefinition, Severity: diag.Error,
		Summary:    fmt.Sprintf("`%s` is %s, which %s cannot replace", id, l.reserved(id), name),
		Detail:     "built-in environment names belong to built-in definitions",
		Suggestion: fmt.Sprintf("rename the file, for example to %s-2.json for `# @auth %s-2`", id, id),
	}
}

// foreignNames returns an error for each parameter that is looked up under an
// environment name of a built-in definition: what the user keeps for a vendor
// is not for anybody else.
func (l *library) foreignNames(d *definition) error {
	owners := make(map[string]string)
	for _, id := range l.providers() {
		owner, err := l.builtin(id)
		if err != nil {
			return err
		}
		for _, p := range owner.params {
			owners[strings.ToUpper(p.env)] = id // some systems ignore the case of such names
		}
	}
	var problems diag.List
	for _, p := range d.params {
		if owner := owners[strings.ToUpper(p.env)]; p.env != "" && owner != "" {
			problems = append(problems, &diag.Diagnostic{
				Code: diag.CodeAuthDefinition, Severity: diag.Error, Source: d.source, Subject: p.span,
				Summary:    fmt.Sprintf("parameter `%s` reads %s, which belongs to the built-in provider `%s`", p.name, p.env, owner),
				Suggestion: fmt.Sprintf("choose another environment name, such as %s", environmentName(d.id, p.name)),
			})
		}
	}
	return joined(problems)
}

// environmentName is an environment name that suits a parameter of a provider.
func environmentName(id, param string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r == ' ' {
			return '_'
		}
		return r
	}, strings.ToUpper(id+"_"+param))
}

// isID reports whether a text can name a provider in `@auth`: letters, digits,
// `-`, `_` and `.`, beginning with a letter or digit.
func isID(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
		if !letter && (i == 0 || strings.IndexByte("-_.", c) < 0) {
			return false
		}
	}
	return s != ""
}

// unknown explains that no definition is called id. More are further ids that
// could have been meant.
func (l *library) unknown(id string, more []string) *diag.Diagnostic {
	own, err := l.userIDs()
	if err != nil {
		own = nil // told by definition
	}
	if slices.Contains(later, id) {
		return &diag.Diagnostic{
			Code: diag.CodeUnsupported, Severity: diag.Error,
			Summary:    "auth scheme `" + id + "` is not supported by this version",
			Detail:     laterDetails[id],
			Suggestion: "use a provider (" + list(slices.Concat(l.providers(), own, more)) + ") or a scheme (" + list(l.ids("schemes")) + ")",
		}
	}
	known := slices.Concat(l.providers(), l.ids("schemes"), own, more)
	return &diag.Diagnostic{
		Code: diag.CodeAuthUnknown, Severity: diag.Error,
		Summary:    "nothing is called `" + id + "` that could authenticate",
		Detail:     "known are " + list(append(known, "none")),
		Suggestion: diag.DidYouMean(id, known),
	}
}

// unreadable is the message for a file or folder of the user's configuration
// that cannot be read.
func unreadable(name string, err error) *diag.Diagnostic {
	if inner := new(fs.PathError); errors.As(err, &inner) {
		err = inner.Err // it repeats the name
	}
	return &diag.Diagnostic{
		Code: diag.CodeAuthDefinition, Severity: diag.Error,
		Summary:    fmt.Sprintf("%s cannot be read: %v", name, err),
		Suggestion: "make it readable, or remove it",
	}
}
